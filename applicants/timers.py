"""What the calendar brings: which references to remind, which drafts are idle. Dates live in the rows, so a scheduler
that slept for days catches up with one mail a person, never several."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from applicants import emails
from applicants.models import Application, Reference
from applicants.transitions import advance
from endorsement_portal.lifecycle import Refused

REMIND_AFTER_DAYS = (7, 14, 21)
NUDGE_AFTER_DAYS = (30, 60, 90)


def remind_references() -> int:
    """Remind each unanswered rater whose next reminder is due; expire links past their day. Returns how many were done."""
    now, done = timezone.now(), 0
    for reference in Reference.objects.unanswered().select_related("application"):
        age = now - reference.sent_at if reference.sent_at else timedelta(0)
        due = sum(1 for days in REMIND_AFTER_DAYS if age >= timedelta(days=days))
        verb = "expire" if reference.expires_at and reference.expires_at <= now else "remind"
        if verb == "remind" and due <= reference.reminders:
            continue
        try:
            with transaction.atomic():
                advance(reference, verb)
                if verb == "remind":
                    # After a long sleep, one mail stands for all the missed ones.
                    Reference.objects.filter(pk=reference.pk).update(reminders=due)
            done += 1
        except Refused:
            continue
    return done


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
