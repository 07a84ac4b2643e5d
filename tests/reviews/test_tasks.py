"""Reminders of reviews: at their days, once each, also after a day off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Message
from reviews.tasks import remind_reviews


def reminders() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind__in=["review-due", "E38"]).order_by("pk")
    return [(row.kind, row.to.email) for row in rows]


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (8, []),
        (7, ["review-due"]),
        (4, ["review-due"]),
        (0, ["review-due"]),
        (-2, ["review-due"]),
        (-3, ["E38"]),
        (-7, ["E38", "E38"]),
        (-30, ["E38", "E38"]),
    ],
)
def test_the_newest_step_alone(invited, coordinator, days_left, expected):
    invited.due_on = timezone.localdate() + timedelta(days=days_left)
    invited.save()
    remind_reviews()
    remind_reviews()
    assert [kind for kind, _to in reminders()] == expected
    if days_left <= -7:
        assert [to for _kind, to in reminders()] == [invited.reviewer.email, coordinator.email]


def test_a_later_step_is_another_mail_and_a_new_due_date_starts_anew(invited):
    today = timezone.localdate()
    for due in (today + timedelta(days=7), today, today - timedelta(days=3)):
        invited.due_on = due
        invited.save()
        remind_reviews()
    assert len(reminders()) == 3


def test_what_is_filed_or_handed_back_is_not_asked_for(filed, invited):
    filed.due_on = timezone.localdate()
    filed.save()
    remind_reviews()
    assert reminders() == []


def test_nothing_for_a_declined_one(invited, reviewer):
    invited.due_on = timezone.localdate()
    invited.save()
    advance(invited, "decline", by=reviewer, note="On leave")
    remind_reviews()
    assert reminders() == []
