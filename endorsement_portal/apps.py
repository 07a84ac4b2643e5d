"""The foundation as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the listeners that keep the security trail, once the models exist."""

    name = "endorsement_portal"
    verbose_name = "Foundation"

    def ready(self) -> None:
        import_module("endorsement_portal.receivers")
