"""Every (status, verb) pair of the three life cycles: allowed ones lead where the table says, others change nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cohorts.deadlines import today
from cohorts.models import Cohort, CohortStatus, Interest, InterestStatus, Seat, SeatStatus
from cohorts.transitions import COHORT, INTEREST, SEAT, advance
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event
from tests.cohorts import rows
from tests.factories import application, category

INTEREST_TABLE = {
    ("new", "offer"): "offered",
    ("new", "pool"): "pool",
    ("new", "ask"): "needs_info",
    ("new", "waitlist"): "waitlisted",
    ("new", "not_ready"): "not_ready",
    ("new", "close"): "closed",
    ("needs_info", "answer"): "new",
    ("needs_info", "pool"): "pool",
    ("needs_info", "not_ready"): "not_ready",
    ("needs_info", "close"): "closed",
    ("pool", "offer"): "offered",
    ("pool", "ask"): "needs_info",
    ("pool", "waitlist"): "waitlisted",
    ("pool", "not_ready"): "not_ready",
    ("pool", "close"): "closed",
    ("waitlisted", "offer"): "offered",
    ("waitlisted", "pool"): "pool",
    ("waitlisted", "ask"): "needs_info",
    ("waitlisted", "not_ready"): "not_ready",
    ("waitlisted", "close"): "closed",
    ("offered", "place"): "placed",
    ("offered", "release"): "pool",
    ("offered", "leave"): "closed",
    ("placed", "release"): "pool",
    ("placed", "leave"): "closed",
    ("not_ready", "pool"): "pool",
    ("not_ready", "close"): "closed",
    ("closed", "reopen"): "new",
}
SEAT_TABLE = {
    ("offered", "accept"): "accepted",
    ("offered", "decline"): "declined",
    ("offered", "withdraw"): "withdrawn",
    ("offered", "remind"): "offered",
    ("offered", "expire"): "expired",
    ("offered", "drop"): "withdrawn",
    ("accepted", "free"): "withdrawn",
    ("accepted", "drop"): "withdrawn",
}
COHORT_TABLE = {
    ("planning", "recruit"): "recruiting",
    ("planning", "cancel"): "cancelled",
    ("recruiting", "select"): "selecting",
    ("recruiting", "confirm"): "confirmed",
    ("recruiting", "cancel"): "cancelled",
    ("selecting", "confirm"): "confirmed",
    ("selecting", "cancel"): "cancelled",
    ("confirmed", "start"): "active",
    ("confirmed", "cancel"): "cancelled",
    ("active", "close_submission"): "submission_closed",
    ("submission_closed", "complete"): "completed",
    ("completed", "archive"): "archived",
    ("cancelled", "archive"): "archived",
}


def pairs(statuses, cycle):
    return [(status.value, verb) for status in statuses for verb in cycle.table]


def holds(subject, verb, expected, **details):
    """The verb leads to `expected` with one event, or (None) is refused and nothing at all changes."""
    before, events = subject.status, Event.objects.about(subject).count()
    if expected is None:
        with pytest.raises(Refused):
            advance(subject, verb, **details)
        expected = before
        assert Event.objects.about(subject).count() == events
    else:
        advance(subject, verb, **details)
        assert Event.objects.about(subject).count() == events + 1
    subject.refresh_from_db()
    assert subject.status == expected


@pytest.mark.parametrize(("status", "verb"), pairs(InterestStatus, INTEREST))
def test_interest(edition, applicant, coordinator, status, verb):
    cohort = rows.cohort()
    interest = rows.interest(status=status)
    system_only = INTEREST.table[verb].permission is None
    details = {"offer": {"cohort": cohort, "category": category()}, "place": {"person": applicant}}.get(verb, {})

    holds(
        interest,
        verb,
        INTEREST_TABLE.get((status, verb)),
        by=None if system_only else coordinator,
        note="A few words.",
        **details,
    )


@pytest.mark.parametrize(("status", "verb"), pairs(SeatStatus, SEAT))
def test_seat(edition, applicant, coordinator, status, verb):
    interest = rows.interest(
        email=applicant.email, status={"offered": "offered", "accepted": "placed"}.get(status, "pool")
    )
    facts = {"accept_by": today() + timedelta(days=20), "offered_at": timezone.now() - timedelta(days=9)}
    if verb == "remind":
        facts["accept_by"] = today() + timedelta(days=3)
    if verb == "expire":
        facts |= {"accept_by": today() - timedelta(days=1), "reminders": 1, "reminded_on": today() - timedelta(days=3)}
    if status == "accepted":
        facts |= {"application": application(applicant), "answered_at": timezone.now()}
    seat = Seat.objects.create(cohort=rows.cohort(), interest=interest, category=category(), status=status, **facts)
    by = {"accept": applicant, "decline": applicant, "withdraw": coordinator}.get(verb)

    holds(seat, verb, SEAT_TABLE.get((status, verb)), by=by, note="A few words.")


@pytest.mark.parametrize(("status", "verb"), pairs(CohortStatus, COHORT))
def test_cohort(applicant, coordinator, status, verb, edition):
    cohort = rows.cohort()
    rows.accepted(rows.offered(rows.interest(email=applicant.email), cohort), applicant)
    Cohort.objects.filter(pk=cohort.pk).update(status=status, starts_on=today())
    cohort.refresh_from_db()

    holds(cohort, verb, COHORT_TABLE.get((status, verb)), by=coordinator, note="A few words.")


@pytest.mark.parametrize("cycle", [INTEREST, SEAT, COHORT])
def test_every_status_has_words_for_both_readers(cycle):
    statuses = {Interest: InterestStatus, Seat: SeatStatus, Cohort: CohortStatus}[cycle.model]

    for status in statuses:
        assert str(status.label)
        assert str(status.for_applicant)
        assert status.tone in {"neutral", "info", "waiting", "good", "attention", "done"}


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance", "admin"])
@pytest.mark.parametrize("verb", [verb for verb, t in INTEREST.table.items() if t.permission])
def test_only_a_coordinator_triages(request, edition, hat, verb):
    interest = rows.interest(status=INTEREST.table[verb].sources[0])

    holds(interest, verb, None, by=request.getfixturevalue(hat), note="A few words.")


@pytest.mark.parametrize("verb", [verb for verb, t in INTEREST.table.items() if t.permission])
def test_nobody_triages_themselves(edition, coordinator, verb):
    interest = rows.interest(email=coordinator.email, status=INTEREST.table[verb].sources[0])

    holds(interest, verb, None, by=coordinator, note="A few words.")


@pytest.mark.parametrize("cycle", [INTEREST, SEAT, COHORT])
def test_what_needs_a_note_is_refused_without_one(edition, applicant, coordinator, cohort, seat, cycle):
    subject = {Interest: rows.interest(2), Seat: seat, Cohort: cohort}[cycle.model]
    asking = [verb for verb, t in cycle.table.items() if t.needs_note and subject.status in t.sources]

    assert asking
    for verb in asking:
        holds(subject, verb, None, by=coordinator, note="  ")
