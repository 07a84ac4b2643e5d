"""Where: home, and the reports."""

from django.urls import include, path

from reports.views import home

report_patterns = []

urlpatterns = [
    path("", home.home, name="home"),
    path("reports/", include((report_patterns, "reports"))),
]
