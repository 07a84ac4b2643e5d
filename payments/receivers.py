"""What money hears from below: a withdrawn or expired application owes nothing more. Listeners only promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from applicants.signals import application_changed
from endorsement_portal.outbox import promise

if TYPE_CHECKING:
    from applicants.models import Application


@receiver(application_changed)
def application_closed(subject: Application, verb: str, **kwargs: Any) -> None:
    """Promise to close the fee of an application that ended without a decision."""
    if verb in {"withdraw", "expire"}:
        promise("payments.close_fee", f"close-fee:{subject.pk}", application_id=subject.pk)
