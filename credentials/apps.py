"""What is given, as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Registers the life cycle and the listeners once the models exist."""

    name = "credentials"

    def ready(self) -> None:
        import_module("credentials.transitions")
        import_module("credentials.receivers")
