"""The spine as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    """Registers the life cycles once the models exist."""

    name = "applicants"

    def ready(self) -> None:
        import_module("applicants.transitions")
        import_module("applicants.references")
