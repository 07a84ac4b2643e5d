"""What the calendar brings: which references to remind, which drafts are idle. Dates live in the rows, so a scheduler
that slept for days catches up with one mail a person, never several."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from applicants import emails
from applicants.models import Application, Reference
from applicants.transitions import advance

REMIND_AFTER_DAYS = (7, 14, 21)
NUDGE_AFTER_DAYS = (30, 60, 90)


def remind_references() -> int:
    """Remind each unanswered rater whose next reminder is due; expire links past their day. Returns how many were done.

    Nobody is reminded for an application that is not in its applicant's hands.
    """
    return sum(_turn(pk) for pk in list(Reference.objects.unanswered().values_list("pk", flat=True)))


def _turn(pk: int) -> bool:
    """What the day brings for one reference; looked at under its lock, so that two runs at once do it once."""
    now = timezone.now()
    with transaction.atomic():
        rows = Reference.objects.unanswered().select_for_update(of=("self",)).select_related("application")
        reference = rows.filter(pk=pk, sent_at__isnull=False).first()
        if reference is None or reference.sent_at is None:
            return False
        if reference.expires_at and reference.expires_at <= now:
            advance(reference, "expire")
            return True
        due = sum(1 for days in REMIND_AFTER_DAYS if now - reference.sent_at >= timedelta(days=days))
        if due <= reference.reminders or not reference.application.is_editable:
            return False
        advance(reference, "remind")
        # After a long sleep, one mail stands for all the missed ones.
        Reference.objects.filter(pk=pk).update(reminders=due)
        return True


def nudge_idle_drafts() -> int:
    """Write to the owners of drafts that nobody worked on for 30, 60 or 90 days. Returns how many were written."""
    now, done = timezone.now(), 0
    for application in Application.objects.editable().select_related("person", "category"):
        days = (now - application.worked_on_at).days
        due = sum(1 for limit in NUDGE_AFTER_DAYS if days >= limit)
        if due <= application.nudges:
            continue
        with transaction.atomic():
            changed = Application.objects.filter(pk=application.pk, nudges=application.nudges).update(nudges=due)
            if changed:
                application.nudges = due
                emails.idle_draft(application, NUDGE_AFTER_DAYS[due - 1])
                done += 1
    return done
