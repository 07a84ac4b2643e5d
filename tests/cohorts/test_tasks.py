"""The timers: reminders and the end of offers, cohorts started and closed, after any number of days of standstill."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cohorts import deadlines, tasks, transitions
from cohorts.models import Cohort, Interest, Seat
from cohorts.transitions import advance
from endorsement_portal.models import Event, Message
from tests.cohorts import rows

OFFERED = date(2027, 3, 1)
ACCEPT_BY = date(2027, 3, 15)


@pytest.fixture
def on(monkeypatch):
    """Move the calendar."""

    def move(day: date) -> None:
        for module in (deadlines, tasks, transitions):
            monkeypatch.setattr(module, "today", lambda: day)

    return move


@pytest.fixture
def offer(cohort, coordinator) -> Seat:
    """Offered on the first of March, to be answered by the fifteenth."""
    seat = rows.offered(rows.pooled(), cohort, accept_by=ACCEPT_BY)
    Seat.objects.update(offered_at=datetime(2027, 3, 1, 15, tzinfo=UTC))
    seat.refresh_from_db()
    return seat


def run(on, *days: int) -> list[str]:
    """Run the daily timer on these days of March, twice each; returns the mails after the offer."""
    for day in days:
        on(date(2027, 3, day))
        for _again in range(2):
            tasks.expire_and_remind_seats()
    return list(Message.objects.exclude(kind="E05").order_by("pk").values_list("kind", flat=True))


def test_two_reminders_and_an_end(on, offer):
    assert run(on, *range(1, 10)) == []
    assert run(on, 10, 11, 12, 13) == ["E06"]
    assert run(on, 14, 15) == ["E06", "E06"]
    assert Seat.objects.get().status == "offered"
    assert run(on, 16, 17, 18) == ["E06", "E06", "E08", "seat_free"]

    seat = Seat.objects.get()
    assert (seat.status, seat.reminders, seat.accept_by) == ("expired", 2, ACCEPT_BY)
    assert Interest.objects.get().status == "pool"
    assert [e.verb for e in Event.objects.about(seat)] == ["offer", "remind", "remind", "expire"]


def test_nobody_loses_a_seat_unreminded(on, offer):
    """The timer stood still from before the first reminder until after the last day."""
    assert run(on, 20) == ["E06"]
    seat = Seat.objects.get()
    assert (seat.status, seat.reminders, seat.accept_by) == ("offered", 1, date(2027, 3, 22))
    assert "March 22, 2027" in Message.objects.get(kind="E06").body

    assert run(on, 21, 22) == ["E06", "E06"]
    assert run(on, 23) == ["E06", "E06", "E08", "seat_free"]


def test_days_of_standstill_after_a_reminder_count(on, offer):
    assert run(on, 10) == ["E06"]
    assert run(on, 25) == ["E06", "E08", "seat_free"]


def test_both_reminders_missed_are_written_as_one(on, offer):
    assert run(on, 15) == ["E06"]
    assert Seat.objects.get().reminders == 2
    assert run(on, 16) == ["E06", "E08", "seat_free"]


def test_no_reminder_on_the_day_of_the_offer(on, offer):
    Seat.objects.update(accept_by=date(2027, 3, 3))

    assert run(on, 1) == []
    assert run(on, 2) == ["E06"]
    assert run(on, 3) == ["E06"]
    assert run(on, 4) == ["E06", "E08", "seat_free"]


def test_an_answer_stops_the_timer(on, offer, applicant):
    Interest.objects.update(email=applicant.email)
    offer.refresh_from_db()
    rows.accepted(Seat.objects.get(), applicant)

    assert "E06" not in run(on, 14, 20, 30)
    assert Seat.objects.get().status == "accepted"


def test_a_late_yes_is_still_a_yes_while_the_seat_is_held(on, offer, applicant):
    Interest.objects.update(email=applicant.email)
    on(date(2027, 3, 18))

    assert rows.accepted(Seat.objects.get(), applicant).status == "accepted"


def test_cohorts_start_and_close_by_themselves(on, applicant, edition):
    cohort = rows.cohort(starts_on=date(2027, 3, 1), ends_on=date(2027, 9, 1))
    rows.accepted(rows.offered(rows.interest(email=applicant.email), cohort), applicant)
    rows.offered(rows.pooled(2), cohort)
    advance(cohort, "confirm", by=rows.User.objects.create_user("c@example.org", "x", roles=["coordinator"]))

    statuses = []
    for day in (date(2027, 2, 28), date(2027, 3, 1), date(2027, 9, 1), date(2027, 9, 2), date(2027, 9, 3)):
        on(day)
        for _again in range(2):
            tasks.turn_cohort_dates()
        statuses.append(Cohort.objects.get().status)

    assert statuses == ["confirmed", "active", "active", "submission_closed", "submission_closed"]
    told = Message.objects.filter(kind__in=["E13", "E14"]).order_by("pk").values_list("kind", "to")
    assert list(told) == [("E13", applicant.pk), ("E14", applicant.pk)]
    assert [e.actor for e in Event.objects.about(cohort).filter(verb__in=["start", "close_submission"])] == [None, None]


def test_weeks_of_standstill_are_caught_up_in_one_run(on, applicant, edition):
    cohort = rows.cohort(starts_on=date(2027, 3, 1), ends_on=date(2027, 9, 1), status="confirmed")

    on(date(2027, 12, 1))
    tasks.turn_cohort_dates()

    cohort.refresh_from_db()
    assert cohort.status == "submission_closed"


def test_whoever_has_submitted_hears_nothing_of_the_deadline(on, taken, applicant):
    taken.application.__class__.objects.update(status="submitted", submitted_at=datetime(2027, 3, 1, tzinfo=UTC))
    Cohort.objects.update(status="active")

    advance(Cohort.objects.get(), "close_submission")

    assert not Message.objects.filter(kind="E14").exists()


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2027, 3, 1), 10, date(2027, 3, 15)),  # a Monday
        (date(2027, 3, 5), 1, date(2027, 3, 8)),  # a Friday
        (date(2027, 3, 6), 1, date(2027, 3, 8)),  # a Saturday
        (date(2027, 3, 7), 5, date(2027, 3, 12)),  # a Sunday
        (date(2027, 3, 1), 0, date(2027, 3, 1)),
    ],
)
def test_working_days(day, count, expected):
    assert deadlines.working_days_after(day, count) == expected


def test_reminders_due():
    due = [deadlines.reminders_due(ACCEPT_BY, ACCEPT_BY - timedelta(days=n)) for n in (6, 5, 2, 1, 0, -3)]

    assert due == [0, 1, 1, 2, 2, 2]
