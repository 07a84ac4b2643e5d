"""Money recorded by hand: what is right, what is refused beside its field, and never twice."""

import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Message
from payments.ledger import receive
from payments.models import Method, Payment
from tests.payments.conftest import TOTAL, day_in, in_status

pytestmark = pytest.mark.django_db


def url(invoice):
    return reverse("payments:payment_create", args=[invoice.pk])


def entry(**changes: object) -> dict:
    typed = {
        "entry_key": str(uuid.uuid4()),
        "method": "paper_check",
        "amount": "140.00",
        "reference": "1042",
        "received_on": timezone.localdate().isoformat(),
    }
    return typed | changes


def test_a_check_is_recorded(invoice, client_for, finance):
    client = client_for(finance)
    assert 'value="140.00"' in client.get(url(invoice)).content.decode()
    answer = client.post(url(invoice), entry(received_on=day_in(-2).isoformat()))
    assert answer["Location"] == reverse("payments:invoice_detail", args=[invoice.pk])
    line = Payment.objects.get()
    assert (line.method, line.amount_cents, line.reference, line.recorded_by, line.received_on) == (
        "paper_check", TOTAL, "1042", finance, day_in(-2),
    )  # fmt: skip
    invoice.refresh_from_db()
    invoice.application.refresh_from_db()
    assert (invoice.status, invoice.received_cents, invoice.application.fee_state) == ("paid", TOTAL, "settled")
    event = Event.objects.about(invoice).last()
    assert (event.verb, event.actor, event.details["amount_cents"], event.details["reference"]) == (
        "pay", finance, TOTAL, "1042",
    )  # fmt: skip
    assert Message.objects.get(kind="E49").to == invoice.person


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"amount": "140.01"}, "amount", "Only $140.00 is still owing"),
        ({"amount": "-140"}, "amount", "above zero"),
        ({"amount": "0"}, "amount", "above zero"),
        ({"amount": "0.001"}, "amount", "in dollars"),
        ({"amount": "Infinity"}, "amount", "in dollars"),
        ({"amount": "99999999999"}, "amount", ""),
        ({"amount": ""}, "amount", "required"),
        ({"reference": ""}, "reference", "Enter the number"),
        ({"method": "purchase_order", "reference": ""}, "reference", "Enter the number"),
        ({"reference": "4242 4242 4242 4242"}, "reference", "card number"),
        ({"method": "card"}, "method", "not one of the available choices"),
        ({"method": "scholarship"}, "method", "not one of the available choices"),
        ({"method": "refund"}, "method", "not one of the available choices"),
        ({"received_on": "2999-01-01"}, "received_on", "in the future"),
        ({"received_on": "yesterday"}, "received_on", "valid date"),
        ({"entry_key": "x"}, "entry_key", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changes, field, says, invoice, client_for, finance):
    answer = client_for(finance).post(url(invoice), entry(**changes))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert says in str(answer.context["form"].errors[field])
    assert Payment.objects.count() == 0


def test_dollars_as_people_write_them(invoice, client_for, finance):
    client_for(finance).post(url(invoice), entry(amount=" $140 "))
    assert Payment.objects.get().amount_cents == TOTAL


def test_parts_add_up(invoice, client_for, finance):
    client = client_for(finance)
    client.post(url(invoice), entry(amount="40.10", method="cash", reference=""))
    invoice.refresh_from_db()
    assert (invoice.status, invoice.balance_cents) == ("part_paid", 9_990)
    client.post(url(invoice), entry(amount="99.90"))
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("paid", TOTAL)


def test_the_same_form_sent_twice_is_recorded_once(invoice, client_for, finance):
    client, typed = client_for(finance), entry(amount="10", method="cash")
    for _click in range(2):
        assert client.post(url(invoice), typed)["Location"] == reverse("payments:invoice_detail", args=[invoice.pk])
    assert [p.amount_cents for p in Payment.objects.all()] == [1_000]
    assert Message.objects.filter(kind="E49").count() == 1


def test_a_check_is_entered_once(invoice, client_for, finance):
    client = client_for(finance)
    client.post(url(invoice), entry(amount="10"))
    answer = client.post(url(invoice), entry(amount="20"))
    assert "A check with this number" in str(answer.context["form"].errors["reference"])
    with pytest.raises(Refused, match="entered"):
        receive(invoice, method=Method.PAPER_CHECK, reference="1042", amount_cents=1, by=finance)
    assert Payment.objects.count() == 1


def test_a_closed_invoice_takes_nothing_by_hand(invoice, client_for, finance):
    in_status(invoice, "void", finance=finance)
    answer = client_for(finance).post(url(invoice), entry(), follow=True)
    assert "not open for payment" in answer.content.decode()
    with pytest.raises(Refused):
        receive(invoice, method=Method.CASH, amount_cents=1, by=finance)
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator"])
def test_others_stay_outside(role, invoice, client_for, request):
    assert client_for(request.getfixturevalue(role)).post(url(invoice), entry()).status_code == 403
    assert Payment.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_do_not_record_more_than_is_owing(invoice, finance, admin):
    outcomes, barrier = [], threading.Barrier(2)

    def record(person, number: str) -> None:
        try:
            barrier.wait()
            receive(
                type(invoice).objects.get(), method=Method.PAPER_CHECK, reference=number, amount_cents=TOTAL, by=person
            )
            outcomes.append("recorded")
        except Refused as no:
            outcomes.append(no.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=record, args=[p, n]) for p, n in ((finance, "1"), (admin, "2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This is more than is still owing on the invoice.", "recorded"]
    invoice.refresh_from_db()
    assert (invoice.received_cents, Payment.objects.count()) == (TOTAL, 1)
