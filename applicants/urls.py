"""Where: applications, evidence, references."""

from django.urls import path

from applicants.views import application, evidence, rater, reference

app_name = "applicants"
urlpatterns = [
    path("", application.application_list, name="application_list"),
    path("profile/", evidence.profile_edit, name="profile_edit"),
    path("evidence/", evidence.evidence_list, name="evidence_list"),
    path("evidence/<slug:kind>/new/", evidence.evidence_create, name="evidence_create"),
    path("evidence/<slug:kind>/<int:pk>/", evidence.evidence_edit, name="evidence_edit"),
    path("evidence/<slug:kind>/<int:pk>/remove/", evidence.evidence_confirm_remove, name="evidence_confirm_remove"),
    path("documents/<int:pk>/", evidence.document_download, name="document_download"),
    path("reference/<str:token>/", rater.reference_answer, name="reference_answer"),
    path("reference/<str:token>/form/", rater.reference_form, name="reference_form"),
    path("reference/<str:token>/decline/", rater.reference_decline, name="reference_decline"),
    path("<int:pk>/", application.application_detail, name="application_detail"),
    path("<int:pk>/sign/", application.application_sign, name="application_sign"),
    path("<int:pk>/submit/", application.application_submit, name="application_submit"),
    path("<int:pk>/submissions/<int:number>/", application.snapshot_detail, name="snapshot_detail"),
    path("<int:pk>/references/", reference.reference_list, name="reference_list"),
    path("<int:pk>/references/new/", reference.reference_create, name="reference_create"),
    path("references/<int:pk>/", reference.reference_detail, name="reference_detail"),
    path("references/<int:pk>/edit/", reference.reference_edit, name="reference_edit"),
    path("references/<int:pk>/<slug:verb>/", reference.reference_confirm, name="reference_confirm"),
    path("<int:pk>/<slug:verb>/", application.application_confirm, name="application_confirm"),
]
