"""Judgement as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Registers the life cycle once the models exist."""

    name = "reviews"

    def ready(self) -> None:
        import_module("reviews.transitions")
