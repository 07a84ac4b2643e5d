"""What was missed is found again: the job, the command, the schedule's loader."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from endorsement_portal.models import Message, Outbox
from payments import checkouts
from payments.models import Checkout, FeeItem, Invoice, Payment
from payments.tasks import reconcile_checkouts
from tests.payments.conftest import TOTAL, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def missed(invoice, bank) -> Checkout:
    """Paid at the bank six minutes ago, and every event of it was lost."""
    checkout = checkouts.start(invoice)
    pay(bank, checkout.session_id)
    Checkout.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    return checkout


def test_a_missed_payment_is_found_once(missed, invoice, keep_promises):
    for _run in range(3):
        reconcile_checkouts()
        keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("paid", TOTAL)
    assert Message.objects.filter(kind="E49").count() == 1
    assert Checkout.objects.get().status == "complete"


def test_the_job_leaves_fresh_and_finished_sessions_alone(missed, invoice, keep_promises):
    Checkout.objects.update(created_at=timezone.now() - timedelta(minutes=4))
    reconcile_checkouts()
    assert not Outbox.objects.filter(kind="payments.read").exists()
    checkouts.confirm(missed.session_id)
    Checkout.objects.update(created_at=timezone.now() - timedelta(days=1))
    reconcile_checkouts()
    assert not Outbox.objects.filter(kind="payments.read").exists()


def test_an_abandoned_session_ends(invoice, bank, keep_promises):
    checkout = checkouts.start(invoice)
    bank.ledger.books["sessions"][checkout.session_id]["expires_at"] = 1
    Checkout.objects.update(created_at=timezone.now() - timedelta(days=1))
    reconcile_checkouts()
    keep_promises()
    invoice.refresh_from_db()
    assert (Checkout.objects.get().status, invoice.status) == ("expired", "issued")


def test_a_session_whose_creation_we_never_heard_of(missed, invoice, keep_promises):
    """Made at the bank, the answer lost, paid all the same: its event leads to it."""
    Checkout.objects.all().delete()
    checkouts.confirm(missed.session_id)
    invoice.refresh_from_db()
    assert (invoice.status, Checkout.objects.get().status) == ("paid", "complete")


def test_the_command_corrects_and_says_so(missed, invoice, capsys):
    call_command("read_checkouts")
    assert capsys.readouterr().out.splitlines() == [
        "1 open checkouts read, 1 of them now settled, 0 unanswered",
        "0 invoices differ from their ledger: none",
    ]
    assert Payment.objects.count() == 1


def test_the_command_says_when_a_sum_is_wrong(invoice, capsys):
    Invoice.objects.update(status="part_paid", received_cents=5)
    with pytest.raises(SystemExit) as stop:
        call_command("read_checkouts")
    assert stop.value.code == 1
    assert f"1 invoices differ from their ledger: {invoice.code}" in capsys.readouterr().out


def test_the_command_says_when_the_bank_is_away(missed, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(SystemExit) as stop:
        call_command("read_checkouts")
    assert stop.value.code == 2


# --- load_fees ---------------------------------------------------------------------------------------------------

SCHEDULE = """
is_sample: false
effective_from: 2027-01-01
items:
  - {code: membership, title: Membership, amount_cents: 5000}
  - {code: processing, profile: FS, title: Processing, amount_cents: 8000}
"""


def test_a_schedule_is_put_in_force(tmp_path, db):
    file = tmp_path / "fees.yaml"
    file.write_text(SCHEDULE)
    for _again in range(2):
        call_command("load_fees", str(file))
    new = FeeItem.objects.filter(is_sample=False)
    assert sorted(new.values_list("code", "profile", "amount_cents")) == [
        ("membership", "", 5_000), ("processing", "FS", 8_000),
    ]  # fmt: skip
    ended = FeeItem.objects.filter(effective_to__isnull=False)
    assert {str(i.effective_to) for i in ended} == {"2026-12-31"}
    assert sorted(ended.values_list("code", "profile")) == [("membership", ""), ("processing", "FS")]


@pytest.mark.parametrize(
    "wrong",
    [
        SCHEDULE.replace("5000", "-5"),
        SCHEDULE.replace("5000", "50.00"),
        SCHEDULE.replace("membership", "coffee"),
        SCHEDULE.replace("2027-01-01", "soon"),
        "items: []",
        "[",
        "",
    ],
)
def test_a_schedule_that_can_not_be_changes_nothing(wrong, tmp_path, db):
    file = tmp_path / "fees.yaml"
    file.write_text(wrong)
    with pytest.raises(CommandError):
        call_command("load_fees", str(file))
    assert not FeeItem.objects.filter(is_sample=False).exists()
