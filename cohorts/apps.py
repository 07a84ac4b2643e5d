"""Cohorts as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    """Registers the life cycles and the listeners once the models exist."""

    name = "cohorts"

    def ready(self) -> None:
        import_module("cohorts.transitions")
        import_module("cohorts.receivers")
