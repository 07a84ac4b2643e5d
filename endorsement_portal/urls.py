"""Where: each app has its own words in the address."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import TemplateView

from endorsement_portal.views import health, inbox, people

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.message_detail, name="message_detail"),
    path("settings/", people.account_settings, name="account_settings"),
    path("people/", people.person_list, name="person_list"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("undelivered/", inbox.undelivered_list, name="undelivered_list"),
    path("undelivered/<int:pk>/resend/", inbox.message_resend, name="message_resend"),
    path("undelivered/promises/<int:pk>/retry/", inbox.promise_retry, name="promise_retry"),
    path("privacy/", TemplateView.as_view(template_name="endorsement_portal/privacy.html"), name="privacy"),
    path(
        "accessibility/",
        TemplateView.as_view(template_name="endorsement_portal/accessibility.html"),
        name="accessibility",
    ),
    path("endorsement/", include("competencies.urls")),
    path("applications/", include("applicants.urls")),
    path("cohorts/", include("cohorts.urls")),
    path("fees/", include("payments.urls")),
    path("reviews/", include("reviews.urls")),
    path("credentials/", include("credentials.urls")),
    path("", include("reports.urls")),
]

if settings.DEBUG:
    urlpatterns += [path("design/", include("endorsement_portal.design_urls"))]
