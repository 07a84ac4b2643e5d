"""What the calendar brings: which references to remind, which drafts are idle, whose standing ends. Dates live in the
rows, so a scheduler that slept for days catches up with one mail a person, never several."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from applicants import emails, emails_standing
from applicants.models import Application, Reference, ReflectiveSupervision, Standing
from applicants.raters import is_unreachable
from applicants.references import REMIND_AFTER_DAYS
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import User

NUDGE_AFTER_DAYS = (30, 60, 90)
# So many days before a provider's standing ends.
WARN_BEFORE_DAYS = (30, 90)


def remind_references() -> int:
    """Remind each unanswered rater whose next reminder is due; expire links past their day. Returns how many were done.

    Nobody is reminded for an application that is not in its applicant's hands, or at an address that refuses our mail:
    that the request did not arrive stays in sight instead.
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
        if due <= reference.reminders or not reference.application.is_editable or is_unreachable(reference):
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


def warn_of_ending_standings() -> int:
    """Tell providers whose standing ends in 90 and in 30 days, and those who receive supervision from them.

    Once each; nobody is told where another standing goes on from there. Returns how many were written.
    """
    today = timezone.localdate()
    last = today + timedelta(days=max(WARN_BEFORE_DAYS))
    goes_on = Standing.objects.filter(provider=OuterRef("provider"), starts_on__lte=OuterRef("ends_on") + 1).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on"))
    )
    ending = Standing.objects.filter(~Exists(goes_on), ends_on__gte=today, ends_on__lte=last)
    return sum(_warn(pk) for pk in list(ending.values_list("pk", flat=True)))


def _warn(pk: int) -> int:
    """The letters about one standing; looked at under its lock, so that two runs at once write once."""
    today = timezone.localdate()
    with transaction.atomic():
        rows = Standing.objects.select_for_update(of=("self",)).select_related("provider__person")
        standing = rows.filter(pk=pk, ends_on__isnull=False).first()
        left = (standing.ends_on - today).days if standing and standing.ends_on else -1
        step = next((days for days in WARN_BEFORE_DAYS if 0 <= left <= days), None)
        if standing is None or step is None:
            return 0
        told = emails_standing.your_standing_ends(standing, step=step, today=today)
        return told + sum(
            emails_standing.provider_ends(standing, person, step=step, today=today)
            for person in _who_depend_on(standing)
        )


def _who_depend_on(standing: Standing) -> list[User]:
    """People with an application under way and hours with this provider; not the provider themselves."""
    hours = ReflectiveSupervision.objects.present().filter(provider=standing.provider_id, peer=False)
    people = User.objects.filter(pk__in=hours.values("person"), is_active=True)
    under_way = people.filter(pk__in=Application.objects.open().values("person")).order_by("pk")
    return [person for person in under_way if person.pk != standing.provider.person_id]
