"""Where."""

from django.urls import path

from credentials.views import credential, public

app_name = "credentials"
urlpatterns = [
    path("", public.registry, name="registry"),
    path("verify/", public.verify_find, name="verify_find"),
    path("verify/<str:serial>/", public.verify, name="verify"),
    path("all/", credential.credential_list, name="credential_list"),
    path("<int:pk>/", credential.credential_detail, name="credential_detail"),
    path("<int:pk>/certificate/", credential.certificate_download, name="certificate_download"),
    path("<int:pk>/listing/", credential.credential_listing, name="credential_listing"),
    path("<int:pk>/<slug:verb>/", credential.credential_confirm, name="credential_confirm"),
]
