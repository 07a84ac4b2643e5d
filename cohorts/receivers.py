"""Listeners: an application that ends gives its seat back. They only write promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from applicants.signals import application_changed
from endorsement_portal.outbox import promise

if TYPE_CHECKING:
    from applicants.models import Application

FREES_A_SEAT = frozenset({"withdraw", "expire"})


@receiver(application_changed, dispatch_uid="cohorts.application_ended")
def application_ended(subject: Application, verb: str, **_rest: Any) -> None:
    """Promise to free the seat, in the transaction of the change."""
    if verb in FREES_A_SEAT:
        promise("cohorts.free_seat", f"cohorts.free_seat:{subject.pk}", application_id=subject.pk)
