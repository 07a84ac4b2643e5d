"""What the bank tells us: forged, twice, out of order, late, at once. The end is always what the bank's books say."""

import json
import random
import threading
import time

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from stripe import WebhookSignature

from endorsement_portal import outbox
from endorsement_portal.models import Message, Outbox
from payments import checkouts
from payments.bank import Bank
from payments.models import Checkout, Payment, ProviderEvent
from tests.payments.conftest import TOTAL, deliver, events_of, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(settings) -> str:
    return settings.STRIPE_WEBHOOK_SECRET


@pytest.fixture
def paid_session(invoice, bank) -> dict:
    """A session that was paid at the bank, of which we have heard nothing."""
    return pay(bank, checkouts.start(invoice).session_id)


def nothing_happened(invoice) -> bool:
    invoice.refresh_from_db()
    return (invoice.status, invoice.received_cents, Payment.objects.count()) == ("issued", 0, 0)


def test_an_event_is_kept_confirmed_and_answered(invoice, bank, paid_session, secret, keep_promises):
    event = events_of(bank)[0]
    assert deliver(event, secret=secret).status_code == 200
    kept = ProviderEvent.objects.get()
    assert (kept.event_id, kept.kind) == (event["id"], "checkout.session.completed")
    assert kept.payload == {"session_id": paid_session["id"], "payment_intent": paid_session["payment_intent"]}
    assert nothing_happened(invoice)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("paid", TOTAL)
    assert Payment.objects.get().provider_event == kept


def test_nothing_about_the_payer_is_kept(bank, paid_session, secret):
    deliver(events_of(bank)[0], secret=secret)
    kept = str(list(ProviderEvent.objects.values()))
    for private in ("4242", "Ana", "ana@example.org"):
        assert private not in kept


def test_it_refuses_get(client):
    assert client.get(reverse("payments:webhook")).status_code == 405


def forgeries(body: str, secret: str) -> dict[str, str]:
    """Twenty ways to pretend."""
    now = int(time.time())
    good = WebhookSignature.generate_signature_header(body, secret, now)
    mac = good.split("v1=")[1]
    sign = WebhookSignature.generate_signature_header
    return {
        "none": "",
        "empty parts": "t=,v1=",
        "no time": f"v1={mac}",
        "no mac": f"t={now}",
        "wrong secret": sign(body, "whsec_other", now),
        "empty secret": sign(body, "", now),
        "another body": sign(body + " ", secret, now),
        "another time": f"t={now + 1},v1={mac}",
        "time 0": f"t=0,v1={mac}",
        "negative time": f"t=-1,v1={mac}",
        "six minutes old": sign(body, secret, now - 360),
        "a year old": sign(body, secret, now - 31_536_000),
        "old scheme": good.replace("v1=", "v0="),
        "cut mac": good[:-1],
        "upper case mac": f"t={now},v1={mac.upper()}x",
        "zeros": f"t={now},v1={'0' * 64}",
        "not hex": f"t={now},v1=é",
        "words": "please",
        "two times": f"t={now},t=abc",
        "api key": "Bearer sk_test_tests_only",
    }


FORGERIES = list(forgeries("", ""))


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forgery_is_refused(kind, invoice, bank, paid_session, secret, keep_promises):
    assert len(FORGERIES) == 20
    body = json.dumps(events_of(bank)[0])
    assert (
        deliver(body, secret=secret, signature=forgeries(body, secret)[kind].encode().decode("latin-1")).status_code
        == 400
    )
    keep_promises()
    assert ProviderEvent.objects.count() == 0
    assert nothing_happened(invoice)


def test_four_minutes_late_is_in_time(bank, paid_session, secret):
    assert deliver(events_of(bank)[0], secret=secret, at=int(time.time()) - 240).status_code == 200


def test_without_a_secret_nothing_is_believed(bank, paid_session, settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert deliver(events_of(bank)[0], secret="").status_code == 400


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", "{", '"x"', '{"id": 1}', '{"object": "event", "data": null}'])
def test_signed_nonsense_is_refused_calmly(body, secret, db):
    assert deliver(body, secret=secret).status_code == 400
    assert ProviderEvent.objects.count() == 0


def test_bytes_that_are_no_text_are_refused(client, db):
    answer = client.post(
        reverse("payments:webhook"),
        b"\xff\xfe",
        content_type="application/json",
        headers={"Stripe-Signature": "t=1,v1=a"},
    )
    assert answer.status_code == 400


def test_what_is_too_long_is_not_even_read(secret, db):
    assert deliver('{"x": "' + "y" * 66_000 + '"}', secret=secret).status_code == 413


def test_a_lie_about_money_in_a_signed_event_changes_nothing(invoice, bank, secret, keep_promises):
    """Even with a right signature the event is a hint only: what counts is what the bank says when asked."""
    session = bank.ledger.session(checkouts.start(invoice).session_id)
    lie = session | {"payment_status": "paid", "status": "complete", "amount_total": 1, "payment_intent": "pi_lie"}
    event = {"id": "evt_lie", "object": "event", "type": "checkout.session.completed", "data": {"object": lie}}
    assert deliver(event, secret=secret).status_code == 200
    keep_promises()
    assert nothing_happened(invoice)


def test_an_event_about_something_else_is_kept_and_left(invoice, bank, secret, keep_promises):
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "payout.paid",
        "data": {"object": {"id": "po_1", "object": "payout"}},
    }
    before = Outbox.objects.count()
    assert deliver(event, secret=secret).status_code == 200
    assert (ProviderEvent.objects.count(), Outbox.objects.count()) == (1, before)
    assert nothing_happened(invoice)


def test_twice_and_thrice_counts_once(invoice, bank, paid_session, secret, keep_promises):
    event = events_of(bank)[0]
    for _again in range(3):
        assert deliver(event, secret=secret).status_code == 200
        keep_promises()
    # The same thing under another id, as after a restart of the bank.
    assert deliver(event | {"id": "evt_again"}, secret=secret).status_code == 200
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.received_cents, Payment.objects.count()) == (TOTAL, 1)
    assert Message.objects.filter(kind="E49").count() == 1


def test_the_refund_is_heard_of_before_the_payment(invoice, bank, paid_session, secret, keep_promises):
    bank.ledger.create_refund({"payment_intent": paid_session["payment_intent"], "amount": 4_000})
    completed, refunded = events_of(bank)
    for event in (refunded, completed):
        deliver(event, secret=secret)
        keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("part_paid", TOTAL - 4_000)
    assert [p.amount_cents for p in Payment.objects.all()] == [TOTAL, -4_000]


def test_an_event_of_an_old_session_after_a_new_one_was_paid(invoice, bank, secret, keep_promises):
    first = checkouts.start(invoice)
    bank.ledger.expire_session(first.session_id)
    checkouts.confirm(first.session_id)
    second = checkouts.start(invoice)
    assert second.session_id != first.session_id
    pay(bank, second.session_id)
    for event in reversed(events_of(bank)):
        deliver(event, secret=secret)
        keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("paid", TOTAL)
    assert [c.status for c in Checkout.objects.order_by("pk")] == ["expired", "complete"]


def test_a_bank_that_can_not_be_asked_is_asked_again(invoice, bank, paid_session, secret, keep_promises):
    deliver(events_of(bank)[0], secret=secret)
    bank.control(fail=2)
    keep_promises()
    assert nothing_happened(invoice)
    row = Outbox.objects.get(kind="payments.confirm")
    assert (row.done_at, row.attempts) == (None, 1)
    assert outbox.perform(row.pk)
    invoice.refresh_from_db()
    assert invoice.status == "paid"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one(invoice, bank, paid_session, secret):
    """Eight deliveries and their confirmations, all in threads of their own."""
    event = events_of(bank)[0]
    answers, barrier = [], threading.Barrier(8)

    def hear(number: int) -> None:
        try:
            barrier.wait()
            answers.append(deliver(event | {"id": f"evt_{number % 2}"}, secret=secret).status_code)
            for pk in Outbox.objects.filter(kind="payments.confirm").values_list("pk", flat=True):
                outbox.perform(pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=hear, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 8
    for pk in Outbox.objects.filter(kind="payments.confirm", done_at=None).values_list("pk", flat=True):
        outbox.perform(pk)
    invoice.refresh_from_db()
    assert (ProviderEvent.objects.count(), Payment.objects.count()) == (2, 1)
    assert (invoice.status, invoice.received_cents) == ("paid", TOTAL)
    assert Message.objects.filter(kind="E49").count() == 1


def books_agree(bank: Bank, invoice) -> bool:
    """The ledger against the bank's own books."""
    state = bank.state()
    came = sum(c["amount"] for c in state["charges"])
    went = sum(r["amount"] for r in state["refunds"])
    invoice.refresh_from_db()
    expected = came - went
    if expected == 0:
        status = "refunded" if came else "issued"
    else:
        status = "paid" if expected >= invoice.total_cents else "part_paid"
    return (invoice.received_cents, invoice.status, Payment.objects.sum_cents()) == (expected, status, expected)


@pytest.mark.parametrize("seed", range(12))
def test_any_schedule_of_events_ends_as_the_books_say(seed, invoice, bank, secret, keep_promises):
    """Pay, perhaps refund in parts; lose, repeat and shuffle the events; at the end the job that reads again."""
    dice = random.Random(seed)
    session = pay(bank, checkouts.start(invoice).session_id)
    left = TOTAL
    for _part in range(dice.randrange(3)):
        amount = min(left, dice.choice([1, 999, 5_000, TOTAL]))
        if amount:
            bank.ledger.create_refund({"payment_intent": session["payment_intent"], "amount": amount})
            left -= amount
    events = [e for e in events_of(bank) for _copy in range(dice.randrange(4))]
    dice.shuffle(events)
    for event in events:
        deliver(event, secret=secret)
        if dice.random() < 0.5:
            keep_promises()
    keep_promises()
    for checkout in Checkout.objects.all():
        checkouts.promise_to_confirm(checkout, because="test")
    keep_promises()
    assert books_agree(bank, invoice)


def test_the_webhook_needs_no_cookie_and_gives_none(bank, paid_session, secret):
    client = Client(enforce_csrf_checks=True)
    body = json.dumps(events_of(bank)[0])
    header = WebhookSignature.generate_signature_header(body, secret)
    answer = client.post(
        reverse("payments:webhook"), body, content_type="application/json", headers={"Stripe-Signature": header}
    )
    assert answer.status_code == 200
    assert answer.cookies == {}
