"""What happens later: offers reminded of and ended, cohorts started and closed, seats freed. Every run catches up."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from celery import shared_task

from cohorts.deadlines import today
from cohorts.models import Cohort, Seat
from cohorts.transitions import advance
from endorsement_portal.lifecycle import Refused
from endorsement_portal.outbox import handler

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _advance_each(rows: QuerySet[Any], verb: str) -> None:
    """Do the verb to each row in a transaction of its own; what a person just changed is left alone."""
    for row in rows:
        with suppress(Refused):
            advance(row, verb)


@shared_task
def expire_and_remind_seats() -> None:
    """Daily: end offers whose day is over, and remind of those that are near it."""
    _advance_each(Seat.objects.to_expire(today()), "expire")
    _advance_each(Seat.objects.to_remind(today()), "remind")


@shared_task
def turn_cohort_dates() -> None:
    """Daily: start confirmed cohorts on their first day, close submission after the last."""
    _advance_each(Cohort.objects.to_start(today()), "start")
    _advance_each(Cohort.objects.to_close(today()), "close_submission")


@handler("cohorts.free_seat")
def free_seat(*, application_id: int) -> None:
    """Give back the seat of an application that has ended, if it still holds one."""
    _advance_each(Seat.objects.accepted().filter(application_id=application_id), "free")
