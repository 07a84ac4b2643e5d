"""Money for tests: invoices, funds, and a local bank that the real SDK talks to."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from stripe import WebhookSignature

import payments.tasks  # noqa: F401 - registers what keeps money's promises
from payments.bank import Bank
from payments.ledger import give_back, open_invoice, receive
from payments.models import Fund, Invoice, Method
from payments.models import InvoiceStatus as Status
from payments.transitions import advance, request_scholarship

# Family Specialist by the sample schedule: membership 45, registration 20, processing 75.
TOTAL = 14_000


@pytest.fixture
def invoice(draft) -> Invoice:
    """The invoice of the applicant's draft."""
    return open_invoice(draft, by=draft.person)


def in_status(invoice: Invoice, status: str, *, finance) -> Invoice:
    """Bring a fresh invoice to a status through its door."""
    if status in {Status.PART_PAID, Status.PAID, Status.REFUNDED}:
        amount = 1_000 if status == Status.PART_PAID else invoice.total_cents
        payment = receive(invoice, method=Method.CASH, amount_cents=amount, by=finance)
        if status == Status.REFUNDED:
            give_back(payment, amount_cents=amount, by=finance)
    elif status == Status.PROMISED:
        advance(invoice, "promise", by=finance, po_number="PO-1")
    elif status == Status.VOID:
        advance(invoice, "void", by=finance, note="A mistake.")
    elif status == Status.COVERED:
        scholarship = request_scholarship(
            invoice.application,
            by=invoice.person,
            amount_cents=invoice.total_cents,
            statement="Please.",
            employer_will_pay=False,
        )
        advance(scholarship, "award", by=finance, fund=make_fund(), amount_cents=invoice.total_cents)
    invoice.refresh_from_db()
    assert invoice.status == status
    return invoice


def make_fund(total_cents: int = 100_000, **fields: object) -> Fund:
    """A fund that is open today."""
    today = timezone.localdate()
    facts = {
        "name": f"Fund {Fund.objects.count() + 1}",
        "funder": "A foundation",
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=300),
    }
    return Fund.objects.create(total_cents=total_cents, **(facts | fields))


@pytest.fixture
def fund(db) -> Fund:
    return make_fund()


@pytest.fixture
def scholarship(draft):
    """A request for the whole fee."""
    return request_scholarship(
        draft, by=draft.person, amount_cents=TOTAL, statement="The fee is a month's gas.", employer_will_pay=False
    )


@pytest.fixture
def bank(settings):
    """A bank that tells nobody by itself: tests deliver its events as they like."""
    with Bank(secret_key=settings.STRIPE_SECRET_KEY, webhook_secret=settings.STRIPE_WEBHOOK_SECRET) as started:
        settings.STRIPE_API_BASE = started.url
        yield started


def pay(bank: Bank, session_id: str) -> dict:
    """Pay a session at the bank, as its page does when a card is accepted."""
    return bank.ledger.pay(session_id, last4="4242", name="Ana", email="ana@example.org")


def events_of(bank: Bank) -> list[dict]:
    """The bank's events, oldest first."""
    return bank.state()["events"]


def deliver(event: dict | str, *, secret: str, signature: str | None = None, at: int | None = None):
    """Post an event to the portal, signed by the SDK."""
    body = event if isinstance(event, str) else json.dumps(event)
    header = signature if signature is not None else WebhookSignature.generate_signature_header(body, secret, at)
    headers = {"Stripe-Signature": header} if header else {}
    return Client().post(reverse("payments:webhook"), body, content_type="application/json", headers=headers)


def day_in(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
