"""Twenty people race for one seat: exactly one gets it, and without the lock more than one would."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from cohorts import transitions
from cohorts.models import Cohort, Interest, Seat
from cohorts.transitions import advance
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Message
from tests.cohorts import rows
from tests.factories import category

RACERS = 20
pytestmark = pytest.mark.django_db(transaction=True)


def race(cohort: Cohort) -> list[str]:
    """Offer a seat to everybody at once; returns what each attempt said."""
    interests = [rows.pooled(number) for number in range(RACERS)]
    chosen = category()
    gate = threading.Barrier(RACERS)
    said: list[str] = []

    def offer(interest: Interest) -> None:
        try:
            gate.wait(20)
            advance(interest, "offer", cohort=cohort, category=chosen)
            said.append("offered")
        except Refused as refused:
            said.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=offer, args=[interest]) for interest in interests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_exactly_one_gets_the_last_seat(reference_data):
    cohort = rows.cohort(capacity=1)

    said = race(cohort)

    assert sorted(said) == sorted(["offered", *["Cohort 1 has no seat left."] * (RACERS - 1)])
    assert Seat.objects.live().count() == 1
    assert Interest.objects.counts_by_status() == {"offered": 1, "pool": RACERS - 1}
    assert Event.objects.filter(verb="offer", subject_type="cohorts.interest").count() == 1
    assert Message.objects.filter(kind="E05").count() == 1


def test_without_the_lock_more_than_one_would(reference_data, monkeypatch):
    everybody_has_looked = threading.Barrier(RACERS)

    def unlocked(cohort: Cohort) -> Cohort:
        found = Cohort.objects.get(pk=cohort.pk)
        everybody_has_looked.wait(60)
        return found

    monkeypatch.setattr(transitions, "_hold_cohort", unlocked)
    cohort = rows.cohort(capacity=1)

    said = race(cohort)

    assert said.count("offered") > 1
