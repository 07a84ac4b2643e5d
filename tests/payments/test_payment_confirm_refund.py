"""Money given back: by hand, and through the bank, once, whatever gets lost on the way."""

import uuid

import pytest
from django.urls import reverse

from endorsement_portal.models import Event, Message
from payments import checkouts, gateway
from payments.ledger import receive
from payments.models import Invoice, Method, Payment
from tests.payments.conftest import TOTAL, deliver, events_of, in_status, pay

pytestmark = pytest.mark.django_db


def url(payment):
    return reverse("payments:payment_confirm_refund", args=[payment.pk])


def typed(amount: str, **more: object) -> dict:
    return {"entry_key": str(uuid.uuid4()), "amount": amount, "note": "Withdrawn before the review."} | more


@pytest.fixture
def by_check(invoice, finance) -> Payment:
    return receive(invoice, method=Method.PAPER_CHECK, reference="1042", amount_cents=TOTAL, by=finance)


@pytest.fixture
def by_card(invoice, bank) -> Payment:
    session = checkouts.start(invoice)
    pay(bank, session.session_id)
    checkouts.confirm(session.session_id)
    return Payment.objects.get()


def test_a_check_is_given_back_by_hand(by_check, invoice, client_for, finance):
    client = client_for(finance)
    assert "Up to $140.00" in client.get(url(by_check)).content.decode()
    client.post(url(by_check), typed("40"))
    invoice.refresh_from_db()
    invoice.application.refresh_from_db()
    assert (invoice.status, invoice.received_cents, invoice.application.fee_state) == ("part_paid", 10_000, "open")
    client.post(url(by_check), typed("100"))
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("refunded", 0)
    assert [(p.amount_cents, p.recorded_by) for p in by_check.refunds.all()] == [(-4_000, finance), (-10_000, finance)]
    assert Message.objects.filter(kind="E51").count() == 2
    assert Event.objects.about(invoice).last().note == "Withdrawn before the review."


def test_a_card_is_given_back_through_the_bank(by_card, invoice, bank, client_for, finance):
    client_for(finance).post(url(by_card), typed("140"))
    invoice.refresh_from_db()
    refund = bank.state()["refunds"][0]
    line = by_card.refunds.get()
    assert (refund["amount"], refund["payment_intent"]) == (TOTAL, by_card.provider_ref)
    assert (line.amount_cents, line.provider_ref, invoice.status) == (-TOTAL, refund["id"], "refunded")
    assert Event.objects.about(invoice).get(verb="ask_refund").actor == finance


def test_the_banks_event_about_it_changes_nothing(by_card, invoice, bank, client_for, finance, settings, keep_promises):
    client_for(finance).post(url(by_card), typed("140"))
    for event in events_of(bank):
        deliver(event, secret=settings.STRIPE_WEBHOOK_SECRET)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.received_cents, Payment.objects.count()) == (0, 2)
    assert Message.objects.filter(kind="E51").count() == 1


def test_two_clicks_give_back_once(by_card, bank, client_for, finance):
    client, form = client_for(finance), typed("40")
    for _click in range(2):
        client.post(url(by_card), form)
    assert [r["amount"] for r in bank.state()["refunds"]] == [4_000]
    assert by_card.refunds.count() == 1


def test_a_lost_answer_is_found_before_another_is_asked(by_card, invoice, bank, client_for, finance, monkeypatch):
    real = gateway.refund

    def lose(*args, **asked):
        real(*args, **asked)
        raise gateway.BankUnavailable

    client = client_for(finance)
    with monkeypatch.context() as broken:
        broken.setattr(gateway, "refund", lose)
        assert "can’t be reached" in client.post(url(by_card), typed("40")).content.decode()
    answer = client.post(url(by_card), typed("50")).content.decode()
    assert "Something was given back just now" in answer
    invoice.refresh_from_db()
    assert ([r["amount"] for r in bank.state()["refunds"]], invoice.received_cents) == ([4_000], TOTAL - 4_000)


def test_a_refund_made_at_the_bank_itself_is_taken_over(by_card, invoice, bank, settings, keep_promises):
    bank.ledger.create_refund({"payment_intent": by_card.provider_ref, "amount": 2_500})
    deliver(events_of(bank)[-1], secret=settings.STRIPE_WEBHOOK_SECRET)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("part_paid", TOTAL - 2_500)


def test_a_bank_that_fails_gives_nothing_back(by_card, invoice, bank, client_for, finance):
    bank.control(fail=9)
    answer = client_for(finance).post(url(by_card), typed("140"))
    assert "can’t be reached" in str(answer.context["form"].non_field_errors())
    assert answer.context["form"]["amount"].value() == "140"
    invoice.refresh_from_db()
    assert (invoice.status, Payment.objects.count()) == ("paid", 1)


def test_a_refund_that_fails_at_the_bank_is_money_here_again(
    by_card, invoice, bank, client_for, finance, settings, keep_promises
):
    client = client_for(finance)
    client.post(url(by_card), typed("140"))
    bank.ledger.fail_refund(by_card.refunds.get().provider_ref)
    event = events_of(bank)[-1]
    for _twice in range(2):
        deliver(event, secret=settings.STRIPE_WEBHOOK_SECRET)
        keep_promises()
    checkouts.confirm(gateway.session_of_payment(by_card.provider_ref))
    invoice.refresh_from_db()
    invoice.application.refresh_from_db()
    assert event["type"] == "refund.failed"
    assert (invoice.status, invoice.received_cents, invoice.application.fee_state) == ("paid", TOTAL, "settled")
    assert [(p.method, p.amount_cents) for p in invoice.payments.all()] == [
        ("card", TOTAL),
        ("refund", -TOTAL),
        ("returned", TOTAL),
    ]
    # Finance is told, the applicant gets no second receipt, and the page says what happened.
    mails = Message.objects.filter(about_id=str(invoice.pk)).order_by("pk").values_list("kind", "to__email")
    assert list(mails) == [("E49", invoice.person.email), ("E51", invoice.person.email), ("E51", finance.email)]
    page = client.get(reverse("payments:invoice_detail", args=[invoice.pk])).content.decode()
    assert "The bank could not give $140.00 back" in page


def test_what_came_back_is_given_back_by_hand(by_card, invoice, bank, client_for, finance, settings, keep_promises):
    client = client_for(finance)
    client.post(url(by_card), typed("40"))
    bank.ledger.fail_refund(by_card.refunds.get().provider_ref)
    deliver(events_of(bank)[-1], secret=settings.STRIPE_WEBHOOK_SECRET)
    keep_promises()
    again = invoice.payments.get(method="returned")
    assert "Send the money by mail or in person" in client.get(url(again)).content.decode()
    client.post(url(again), typed("40"))
    invoice.refresh_from_db()
    assert (invoice.received_cents, len(bank.state()["refunds"])) == (TOTAL - 4_000, 1)


def test_too_much_that_can_not_go_back_is_to_give_back_again(
    by_card, invoice, bank, client_for, finance, settings, keep_promises
):
    receive(invoice, method=Method.CARD, amount_cents=500, provider_ref="pi_over")
    client_for(finance).post(url(by_card), typed("5"))
    assert list(Invoice.objects.to_refund()) == []
    bank.ledger.fail_refund(by_card.refunds.get().provider_ref)
    deliver(events_of(bank)[-1], secret=settings.STRIPE_WEBHOOK_SECRET)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.overpaid_cents, list(Invoice.objects.to_refund())) == ("paid", 500, [invoice])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "140.01"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"note": ""}, "note"),
        ({"note": "4242424242424242"}, "note"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changes, field, by_check, client_for, finance):
    answer = client_for(finance).post(url(by_check), typed("1") | changes)
    assert list(answer.context["form"].errors) == [field]
    assert Payment.objects.count() == 1


def test_only_what_came_too_much_leaves_the_fee_paid(by_card, invoice, bank, client_for, finance):
    receive(invoice, method=Method.CARD, amount_cents=500, provider_ref="pi_over")
    invoice.refresh_from_db()
    assert (invoice.status, invoice.overpaid_cents) == ("paid", 500)
    client_for(finance).post(url(by_card), typed("5"))
    invoice.refresh_from_db()
    invoice.application.refresh_from_db()
    assert (invoice.status, invoice.overpaid_cents, invoice.application.fee_state) == ("paid", 0, "settled")


def test_a_scholarship_or_a_refund_is_not_given_back_here(invoice, by_check, client_for, finance):
    client = client_for(finance)
    client.post(url(by_check), typed("140"))
    assert client.get(url(by_check.refunds.get())).status_code == 404
    assert client.get(url(by_check))["Location"] == reverse("payments:invoice_detail", args=[invoice.pk])


def test_a_scholarships_line_is_not_given_back_here(invoice, client_for, finance):
    in_status(invoice, "covered", finance=finance)
    assert client_for(finance).get(url(Payment.objects.get())).status_code == 404


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator"])
def test_others_stay_outside(role, by_check, client_for, request):
    assert client_for(request.getfixturevalue(role)).post(url(by_check), typed("140")).status_code == 403
    assert Payment.objects.count() == 1
