"""The component shelf, in development only."""

from django.urls import path

from endorsement_portal.design import design

urlpatterns = [path("", design, name="design")]
