"""Promises: written with the change, kept once, put off with patience, parked for a person in the end."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from endorsement_portal import outbox
from endorsement_portal.management.commands import relay
from endorsement_portal.models import Message, Outbox


@pytest.fixture
def kept(monkeypatch):
    """A kind of promise whose effect is a message row; `kept.fail` makes it raise after the effect."""

    class Kept:
        fail: Exception | None = None
        calls = 0

        def __call__(self, *, address: str) -> None:
            self.calls += 1
            Message.objects.create(kind="test", email=address, subject="x", body="x")
            if self.fail:
                raise self.fail

    effect = Kept()
    monkeypatch.setitem(outbox.HANDLERS, "test.message", effect)
    return effect


def _promised(key: str = "one", **fields) -> Outbox:
    outbox.promise("test.message", key, address="a@example.org", **fields)
    return Outbox.objects.get(key=key)


def _effects() -> int:
    return Message.objects.filter(kind="test").count()


@pytest.mark.django_db
def test_a_key_is_promised_once(kept):
    first = _promised()
    outbox.promise("test.message", "one", address="other@example.org")
    assert list(Outbox.objects.values_list("pk", "key", "payload")) == [(first.pk, "one", {"address": "a@example.org"})]


@pytest.mark.django_db
def test_a_promise_goes_with_the_change_that_made_it(kept):
    with transaction.atomic():
        _promised()
        transaction.set_rollback(True)
    assert Outbox.objects.count() == 0


@pytest.mark.django_db
def test_effect_and_done_are_one(kept):
    row = _promised()
    assert outbox.perform(row.pk) is True
    row.refresh_from_db()
    assert (row.done_at is not None, row.attempts, row.last_error, _effects()) == (True, 1, "", 1)


@pytest.mark.django_db
def test_performing_twice_does_it_once(kept):
    row = _promised()
    assert [outbox.perform(row.pk), outbox.perform(row.pk)] == [True, False]
    assert (kept.calls, _effects()) == (1, 1)
    assert outbox.perform(10**9) is False


@pytest.mark.django_db
def test_a_failure_leaves_no_effect_and_waits_longer_each_time(kept):
    row, kept.fail = _promised(), ValueError("the printer is out of paper")
    waits = []
    for attempt in (1, 2, 3):
        assert outbox.perform(row.pk) is False
        row.refresh_from_db()
        waits.append(round((row.due_at - timezone.now()).total_seconds()))
        assert (row.attempts, row.done_at, row.leased_until, _effects()) == (attempt, None, None, 0)
        assert row.last_error == "ValueError: the printer is out of paper"
    assert waits == [10, 20, 40]
    kept.fail = None
    assert outbox.perform(row.pk) is True
    row.refresh_from_db()
    assert (row.attempts, row.last_error, _effects()) == (4, "", 1)


@pytest.mark.django_db
def test_after_the_cap_it_is_parked_for_a_person(kept):
    row, kept.fail = _promised(), ValueError("no")
    for _attempt in range(outbox.MAX_ATTEMPTS):
        outbox.perform(row.pk)
    row.refresh_from_db()
    assert (row.attempts, row.parked_at is not None) == (outbox.MAX_ATTEMPTS, True)
    assert list(outbox.parked()) == [row]
    calls, kept.fail = kept.calls, None
    assert outbox.perform(row.pk) is False
    Outbox.objects.filter(pk=row.pk).update(due_at=timezone.now())
    assert outbox.due_ids() == []
    assert kept.calls == calls == outbox.MAX_ATTEMPTS


@pytest.mark.django_db
def test_work_that_kills_its_worker_is_counted_and_parked_too(kept, monkeypatch):
    """A worker that dies in the middle says nothing: the attempt was counted before it began."""
    row = _promised()

    class Killed(BaseException):
        pass

    kept.fail = Killed()
    for _attempt in range(outbox.MAX_ATTEMPTS):
        with pytest.raises(Killed):
            outbox.perform(row.pk)
    kept.fail = None
    assert outbox.perform(row.pk) is False
    row.refresh_from_db()
    assert (row.attempts, row.done_at, _effects()) == (outbox.MAX_ATTEMPTS, None, 0)
    assert list(outbox.parked()) == [row]


@pytest.mark.django_db
def test_an_unknown_kind_stays_open_and_says_so():
    outbox.promise("test.nobody", "two")
    row = Outbox.objects.get()
    assert outbox.perform(row.pk) is False
    row.refresh_from_db()
    assert (row.done_at, row.last_error) == (None, "KeyError: 'test.nobody'")


@pytest.mark.django_db
def test_due_promises_are_leased_once_oldest_first(kept):
    now = timezone.now()
    later = _promised("later", due_at=now + timedelta(hours=1))
    second, first = _promised("second", due_at=now), _promised("first", due_at=now - timedelta(minutes=1))
    assert outbox.due_ids() == [first.pk, second.pk]
    assert outbox.due_ids() == []
    later.refresh_from_db()
    assert later.leased_until is None


@pytest.mark.django_db
def test_the_lease_grows_with_each_attempt(kept):
    leases = []
    row = _promised()
    for attempts in (0, 1, 2, 6, 8):
        Outbox.objects.filter(pk=row.pk).update(attempts=attempts, leased_until=None)
        assert outbox.due_ids() == [row.pk]
        row.refresh_from_db()
        leases.append(round((row.leased_until - timezone.now()).total_seconds()))
    assert leases == [20, 40, 80, 1280, 1280]


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_offered_again(kept):
    row = _promised()
    Outbox.objects.filter(pk=row.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert outbox.due_ids() == [row.pk]


@pytest.mark.django_db
def test_no_more_are_in_flight_than_the_cap(kept, monkeypatch):
    monkeypatch.setattr(outbox, "IN_FLIGHT", 5)
    for number in range(8):
        _promised(f"n{number}")
    assert len(outbox.due_ids(limit=3)) == 3
    assert len(outbox.due_ids(limit=50)) == 2
    assert outbox.due_ids() == []
    Outbox.objects.filter(leased_until__isnull=False).update(done_at=timezone.now())
    assert len(outbox.due_ids()) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_it_once(kept, monkeypatch):
    def slow(*, address: str) -> None:
        kept(address=address)
        time.sleep(0.3)

    monkeypatch.setitem(outbox.HANDLERS, "test.message", slow)
    row, outcomes = _promised(), []

    def work():
        try:
            outcomes.append(outbox.perform(row.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert _effects() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [BrokerError("no broker"), ConnectionError("no broker")], ids=["kombu", "socket"])
def test_the_relay_waits_for_a_lost_broker(kept, monkeypatch, trouble):
    row, command, offered = _promised(), relay.Command(), []

    def delay(outbox_id):
        offered.append(outbox_id)
        if len(offered) == 1:
            raise trouble
        command.running = False

    monkeypatch.setattr(relay.perform, "delay", delay)
    monkeypatch.setattr(relay.signal, "signal", lambda *_: None)
    monkeypatch.setattr(relay.time, "sleep", lambda _: Outbox.objects.update(leased_until=None))
    monkeypatch.setattr(relay, "close_old_connections", lambda: None)
    command.handle(every=0)
    assert offered == [row.pk, row.pk]
    assert kept.calls == 0
