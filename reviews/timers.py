"""Timers of reviews, by the calendar of North Carolina. Run twice or after a day off, they do no more and no less."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from endorsement_portal.lifecycle import Refused, advance
from reviews import emails
from reviews.conflicts import reasons_against
from reviews.models import Review

# Days past the due date at which the reviewer is reminded; negative is before it.
STEPS = (-7, 0, 3, 7)


def remind() -> int:
    """Send each open review the newest reminder that is due and has not been sent; how many reviews are in reach.

    After a day off only the newest step is sent: nobody gets three mails at once.
    """
    today = timezone.localdate()
    due = (
        Review.objects.open()
        .filter(due_on__lte=today - timedelta(days=STEPS[0]))
        .select_related("reviewer", "application__category")
    )
    count = 0
    for review in due.order_by("pk"):
        step = max(s for s in STEPS if review.due_on + timedelta(days=s) <= today)
        with transaction.atomic():
            emails.review_due(review, step)
            if step == STEPS[-1]:
                emails.review_long_overdue(review, step)
        count += 1
    return count


def end_conflicts() -> int:
    """End open reviews whose reviewers have come into a conflict of interest since they were asked; how many."""
    count = 0
    for review in Review.objects.open().select_related("reviewer", "application").order_by("pk"):
        if reasons_against(review.application, [review.reviewer_id]):
            try:
                advance(review, "find_conflict")
            except Refused:
                continue
            count += 1
    return count
