"""Days that count: North Carolina's today, and how long an offer stands.

Rules about days are North Carolina's, whatever time zone a reader's pages are shown in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import date

OFFER_WORKING_DAYS = 10
FIRST_REMINDER = timedelta(days=5)
LAST_REMINDER = timedelta(days=1)
GRACE = timedelta(days=2)
SATURDAY = 5


def today() -> date:
    """The day it is in North Carolina."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def working_days_after(day: date, count: int) -> date:
    """The day that comes `count` working days, Monday to Friday, after `day`. Holidays count as working days."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            count -= 1
    return day


def usual_accept_by() -> date:
    """The last day to answer an offer made today."""
    return working_days_after(today(), OFFER_WORKING_DAYS)


def reminders_due(accept_by: date, on: date) -> int:
    """How many reminders of an offer should have gone out by the day: one from five days before, two from the eve."""
    return int(on >= accept_by - FIRST_REMINDER) + int(on >= accept_by - LAST_REMINDER)
