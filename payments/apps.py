"""Money as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers the life cycles and the listeners once the models exist."""

    name = "payments"

    def ready(self) -> None:
        import_module("payments.transitions")
        import_module("payments.receivers")
