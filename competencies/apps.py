"""What is judged, as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CompetenciesConfig(AppConfig):
    """Registers the life cycles once the models exist."""

    name = "competencies"

    def ready(self) -> None:
        import_module("competencies.transitions")
