"""Where: home, and the reports."""

from django.urls import include, path

from reports.views import home, reports

report_patterns = [
    path("", reports.report_list, name="report_list"),
    path("<slug:code>.csv", reports.report_download, name="report_download"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("reports/", include((report_patterns, "reports"))),
]
