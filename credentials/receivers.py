"""Whom we hear: an application that becomes endorsed or paid for promises its credential, and no more is done here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from applicants.signals import application_changed
from endorsement_portal.outbox import promise

if TYPE_CHECKING:
    from applicants.models import Application
    from endorsement_portal.models import Event


@receiver(application_changed, dispatch_uid="credentials.promise_credential")
def promise_credential(*, subject: Application, verb: str, event: Event, **_kwargs: Any) -> None:
    """Whichever comes last, the decision or the money, makes the promise. The act's place in the log keeps keys apart:
    a fee that is settled, opened and settled again must not be taken for the first time."""
    if verb in {"endorse", "settle_fee"}:
        promise("credentials.issue", f"issue:{subject.pk}:{verb}:{event.sequence}", application_id=subject.pk)
