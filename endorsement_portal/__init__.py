"""The foundation: settings, people and roles, the event log, mail, uploads and the door for state."""

from endorsement_portal.celery import app as celery_app

__all__ = ["celery_app"]
