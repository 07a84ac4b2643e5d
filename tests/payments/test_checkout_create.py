"""Paying by card: from the button to the receipt, through the real SDK and a local bank."""

import urllib.parse
import urllib.request

import pytest
import stripe
from django.urls import reverse

from applicants.models import FeeState
from endorsement_portal.models import Event, Message, Outbox
from payments import checkouts, gateway
from payments.bank import Bank
from payments.ledger import receive
from payments.models import Checkout, Invoice, Method, Payment, ProviderEvent
from tests.payments.conftest import TOTAL, pay

pytestmark = pytest.mark.django_db


def url(name, application):
    return reverse(f"payments:{name}", args=[application.pk])


@pytest.mark.django_db(transaction=True)
def test_a_card_payment_from_button_to_receipt(draft, client_for, live_server, settings, keep_promises):
    settings.BASE_URL = live_server.url
    with Bank(
        secret_key=settings.STRIPE_SECRET_KEY,
        webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
        webhook_url=f"{live_server.url}{reverse('payments:webhook')}",
    ) as bank:
        settings.STRIPE_API_BASE = bank.url
        client = client_for(draft.person)
        assert Invoice.objects.count() == 0
        answer = client.post(url("checkout_create", draft))
        assert (answer.status_code, answer["Location"]) == (302, url("checkout_continue", draft))
        page = client.get(answer["Location"]).content.decode()
        checkout = Checkout.objects.get()
        assert "$140.00" in page
        assert f'href="{checkout.url}"' in page
        typed = {"action": "pay", "number": "4242 4242 4242 4242", "expiry": "12/34", "code": "123", "email": "a@b.org"}

        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *args, **kwargs):
                return None

        opener = urllib.request.build_opener(NoRedirect)
        with pytest.raises(urllib.error.HTTPError) as redirect:
            opener.open(checkout.url, data=urllib.parse.urlencode(typed).encode())
        assert redirect.value.code == 303
        assert redirect.value.headers["Location"] == live_server.url + url("checkout_return", draft)
        assert bank.deliveries.settle()
        # The event is here, and nothing is paid until it has been confirmed.
        assert ProviderEvent.objects.get().kind == "checkout.session.completed"
        assert Payment.objects.count() == 0
        keep_promises()
    line, event = Payment.objects.get(), ProviderEvent.objects.get()
    assert (line.method, line.amount_cents, line.provider_event) == ("card", TOTAL, event)
    assert event.handled_at is not None
    draft.refresh_from_db()
    assert (draft.invoice.status, draft.fee_state) == ("paid", FeeState.SETTLED)
    assert Message.objects.filter(kind="E49", to=draft.person).count() == 1


def test_the_promise_confirms_and_the_receipt_follows(draft, invoice, bank, client_for, keep_promises):
    client = client_for(draft.person)
    client.post(url("checkout_create", draft))
    checkout = Checkout.objects.get()
    pay(bank, checkout.session_id)
    waiting = client.get(url("checkout_return", draft)).content.decode()
    assert "We are confirming your payment" in waiting
    keep_promises()
    invoice.refresh_from_db()
    draft.refresh_from_db()
    line = Payment.objects.get()
    assert (invoice.status, invoice.received_cents, draft.fee_state) == ("paid", TOTAL, FeeState.SETTLED)
    assert (line.method, line.amount_cents, line.provider_ref[:3], line.recorded_by) == ("card", TOTAL, "pi_", None)
    assert Message.objects.filter(kind="E49", to=draft.person).count() == 1
    assert "Thank you, the fee is paid" in client.get(url("checkout_return", draft)).content.decode()
    assert Event.objects.about(draft).filter(verb="settle_fee").count() == 1


def test_it_refuses_get(draft, client_for):
    assert client_for(draft.person).get(url("checkout_create", draft)).status_code == 405


def test_a_stranger_is_sent_to_sign_in(draft, client_for):
    answer = client_for(None).post(url("checkout_create", draft))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_other_people_find_nothing(draft, client_for, other_applicant, finance, coordinator, bank):
    for person in (other_applicant, finance, coordinator):
        for name in ("checkout_create", "fee_open"):
            assert client_for(person).post(url(name, draft)).status_code == 404
        for name in ("checkout_continue", "checkout_return", "fee_detail", "fee_invoice", "fee_employer"):
            assert client_for(person).get(url(name, draft)).status_code == 404
    assert Invoice.objects.count() == 0
    assert bank.state()["sessions"] == []


def test_the_browser_can_not_say_how_much(draft, invoice, bank, client_for):
    client_for(draft.person).post(
        url("checkout_create", draft),
        {"amount": "1", "amount_cents": "1", "currency": "jpy", "quantity": "0", "coupon": "FREE", "invoice": "999"},
    )
    session = bank.state()["sessions"][0]
    assert (session["amount_total"], session["currency"]) == (TOTAL, "usd")
    assert session["client_reference_id"] == invoice.bank_ref


def test_the_bank_learns_an_address_for_its_page_and_no_name(draft, invoice, bank, client_for):
    client_for(draft.person).post(url("checkout_create", draft))
    assert [session["customer_email"] for session in bank.state()["sessions"]] == [draft.person.email]
    said = str(bank.state())
    for private in (draft.person.name, draft.category.title):
        assert private not in said
    with urllib.request.urlopen(Checkout.objects.get().url) as page:  # noqa: S310 - the bank of the test
        assert f'name="email" type="email" autocomplete="off" value="{draft.person.email}"' in page.read().decode()


def test_a_new_address_asks_for_a_new_page(draft, invoice, bank, client_for, monkeypatch):
    """The bank made a session and the answer got lost; meanwhile the person's address has changed."""
    real = gateway.create_checkout

    def lose(**asked):
        real(**asked)
        raise gateway.BankUnavailable

    client = client_for(draft.person)
    with monkeypatch.context() as broken:
        broken.setattr(gateway, "create_checkout", lose)
        client.post(url("checkout_create", draft))
    draft.person.email = "new@example.org"
    draft.person.save()
    client.post(url("checkout_create", draft))
    assert bank.ledger.session(Checkout.objects.get().session_id)["customer_email"] == "new@example.org"


def test_two_clicks_are_one_session(draft, invoice, bank, client_for):
    client = client_for(draft.person)
    for _click in range(3):
        client.post(url("checkout_create", draft))
    assert len(bank.state()["sessions"]) == 1
    assert Checkout.objects.count() == 1


def test_a_lost_answer_is_found_again_by_its_key(draft, invoice, bank, client_for, monkeypatch):
    """The bank made the session and the answer got lost: the second try gets the same one."""
    real = gateway.create_checkout

    def lose(**asked):
        real(**asked)
        raise gateway.BankUnavailable

    client = client_for(draft.person)
    with monkeypatch.context() as broken:
        broken.setattr(gateway, "create_checkout", lose)
        answer = client.post(url("checkout_create", draft), follow=True)
    assert "can’t be reached just now" in answer.content.decode()
    assert Checkout.objects.count() == 0
    client.post(url("checkout_create", draft))
    assert [s["id"] for s in bank.state()["sessions"]] == [Checkout.objects.get().session_id]


def test_a_bank_that_fails_is_said_calmly(draft, invoice, bank, client_for):
    bank.control(fail=2)
    answer = client_for(draft.person).post(url("checkout_create", draft), follow=True)
    assert answer.redirect_chain == [(url("fee_detail", draft), 302)]
    assert "Nothing was charged. Please try again" in answer.content.decode()
    assert Checkout.objects.count() == 0


def test_one_failure_is_tried_again_without_a_word(draft, invoice, bank, client_for):
    bank.control(fail=1)
    answer = client_for(draft.person).post(url("checkout_create", draft))
    assert answer["Location"] == url("checkout_continue", draft)
    assert len(bank.state()["sessions"]) == 1


def test_a_bank_that_is_away_is_said_calmly(draft, invoice, client_for, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    answer = client_for(draft.person).post(url("checkout_create", draft), follow=True)
    assert "can’t be reached just now" in answer.content.decode()


@pytest.mark.parametrize("missing", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"])
def test_without_keys_no_card_is_offered_or_taken(draft, client_for, settings, missing):
    setattr(settings, missing, "")
    client = client_for(draft.person)
    assert "Cards can’t be taken" in client.get(url("fee_detail", draft)).content.decode()
    assert "can’t be reached" in client.post(url("checkout_create", draft), follow=True).content.decode()


def test_a_part_paid_invoice_asks_for_the_rest(draft, invoice, bank, client_for, finance, keep_promises):
    client = client_for(draft.person)
    client.post(url("checkout_create", draft))
    first = Checkout.objects.get()
    receive(invoice, method=Method.CASH, amount_cents=4_000, by=finance)
    keep_promises()
    # The page that asked for everything is closed at the bank.
    assert bank.ledger.session(first.session_id)["status"] == "expired"
    client.post(url("checkout_create", draft))
    assert [c.amount_cents for c in Checkout.objects.filter(status="open")] == [10_000]


def test_money_recorded_while_the_bank_is_asked(draft, invoice, bank, client_for, finance, monkeypatch):
    real = gateway.create_checkout

    def meanwhile(**asked):
        receive(Invoice.objects.get(), method=Method.CASH, amount_cents=4_000, by=finance)
        return real(**asked)

    monkeypatch.setattr(gateway, "create_checkout", meanwhile)
    answer = client_for(draft.person).post(url("checkout_create", draft), follow=True)
    assert "What is owing has just changed" in answer.content.decode()
    assert [s["status"] for s in bank.state()["sessions"]] == ["expired"]


def test_nothing_is_asked_for_a_paid_invoice(draft, invoice, bank, client_for, finance):
    receive(invoice, method=Method.CASH, amount_cents=TOTAL, by=finance)
    answer = client_for(draft.person).post(url("checkout_create", draft), follow=True)
    assert "There is nothing to pay" in answer.content.decode()
    assert bank.state()["sessions"] == []


def test_the_session_was_paid_in_another_window(draft, invoice, bank, client_for, finance, keep_promises):
    """A check is recorded and, before its page closed, the card too: all of it is in the ledger, none is lost."""
    client_for(draft.person).post(url("checkout_create", draft))
    pay(bank, Checkout.objects.get().session_id)
    receive(invoice, method=Method.CASH, amount_cents=TOTAL, by=finance)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents, invoice.overpaid_cents) == ("paid", 2 * TOTAL, TOTAL)
    assert Invoice.objects.to_refund().get() == invoice


# --- The way back ------------------------------------------------------------------------------------------------


def test_coming_back_without_paying_is_not_paying(draft, invoice, bank, client_for, keep_promises):
    client = client_for(draft.person)
    client.post(url("checkout_create", draft))
    for _visit in range(3):
        page = client.get(url("checkout_return", draft) + "?session_id=cs_test_other&status=paid").content.decode()
        assert "We are confirming" in page
        assert "Thank you" not in page
    assert Outbox.objects.filter(kind="payments.read").count() == 1
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents, Payment.objects.count()) == ("issued", 0, 0)


def test_coming_back_after_a_refund_is_not_paying(draft, invoice, bank, client_for, keep_promises):
    client = client_for(draft.person)
    client.post(url("checkout_create", draft))
    session = pay(bank, Checkout.objects.get().session_id)
    bank.ledger.create_refund({"payment_intent": session["payment_intent"]})
    client.get(url("checkout_return", draft))
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("refunded", 0)
    assert [p.amount_cents for p in Payment.objects.all()] == [TOTAL, -TOTAL]
    assert "Thank you" not in client.get(url("checkout_return", draft)).content.decode()


def test_coming_back_from_nowhere_leads_to_the_fee(draft, client_for):
    answer = client_for(draft.person).get(url("checkout_return", draft))
    assert answer["Location"] == url("fee_detail", draft)


def test_a_session_of_somebody_else_pays_nothing_here(draft, invoice, bank):
    stranger = gateway.create_checkout(
        bank_ref="somebody-elses",
        label="Theirs",
        amount_cents=TOTAL,
        email="theirs@example.org",
        idempotency_key="k",
        success_url="https://example.org/",
        cancel_url="https://example.org/",
    )
    pay(bank, stranger.session_id)
    checkouts.confirm(stranger.session_id)
    invoice.refresh_from_db()
    assert (invoice.status, Payment.objects.count(), Checkout.objects.count()) == ("issued", 0, 0)


def test_another_currency_is_for_a_person_to_see(draft, invoice, bank, monkeypatch):
    checkouts.start(invoice)
    checkout = Checkout.objects.get()
    pay(bank, checkout.session_id)
    bank.ledger.books["sessions"][checkout.session_id]["currency"] = "mxn"
    with pytest.raises(ValueError, match="mxn"):
        checkouts.confirm(checkout.session_id)
    assert Payment.objects.count() == 0


def test_no_request_hangs_longer_than_ten_seconds():
    """Two tries and the longest pause between them."""
    longest_pause = stripe._http_client.HTTPClient.INITIAL_DELAY * 2 ** (gateway.RETRIES - 1)
    assert gateway.TIMEOUT_SECONDS * (1 + gateway.RETRIES) + longest_pause < 10
