"""Where."""

from django.urls import path

from competencies.views import catalog, editions, framework, public

app_name = "competencies"
urlpatterns = [
    path("", public.about, name="about"),
    path("find-your-category/", public.category_finder, name="category_finder"),
    path("categories/<slug:code>/", public.category_detail, name="category_detail"),
    path("editions/", framework.edition_list, name="edition_list"),
    path("editions/import/", editions.edition_import, name="edition_import"),
    path("editions/compare/", editions.edition_compare, name="edition_compare"),
    path("editions/<int:pk>/", framework.edition_detail, name="edition_detail"),
    path("editions/<int:pk>/publish/", framework.edition_confirm_publish, name="edition_confirm_publish"),
    path("editions/<int:pk>/retire/", framework.edition_confirm_retire, name="edition_confirm_retire"),
    path("figures/<int:pk>/confirm/", framework.figure_confirm, name="figure_confirm"),
    path("figures/<int:pk>/reopen/", framework.figure_confirm_reopen, name="figure_confirm_reopen"),
    path("titles/<slug:kind>/<int:pk>/confirm/", framework.title_confirm, name="title_confirm"),
    path("catalog/", catalog.catalog_list, name="catalog_list"),
    path("catalog/new/", catalog.catalog_create, name="catalog_create"),
    path("catalog/invite/", catalog.catalog_invite, name="catalog_invite"),
    path("catalog/invite/<int:pk>/renew/", catalog.catalog_invite_renew, name="catalog_invite_renew"),
    path("catalog/invite/<int:pk>/withdraw/", catalog.catalog_invite_withdraw, name="catalog_invite_withdraw"),
    path("catalog/propose/<str:token>/", catalog.catalog_propose, name="catalog_propose"),
    path("catalog/<int:pk>/", catalog.catalog_edit, name="catalog_edit"),
    path("catalog/<int:pk>/<slug:verb>/", catalog.catalog_confirm, name="catalog_confirm"),
]
