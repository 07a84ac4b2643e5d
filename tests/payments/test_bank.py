"""The local bank, asked by the real Stripe SDK over HTTP: it says what Stripe says, and tells the portal so."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from payments.bank import Bank, Behavior
from payments.bank.wire import decode

KEY = "sk_test_for_the_tests_of_the_bank"
SECRET = "whsec_for_the_tests_of_the_bank"
ROOT = Path(__file__).resolve().parents[2]
PARAMS = {
    "mode": "payment",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 17500,
                "product_data": {"name": "Application fee: Infant Family Specialist"},
            },
        }
    ],
    "customer_email": "applicant@example.org",
    "client_reference_id": "fee-1",
    "metadata": {"fee": "1"},
    "payment_intent_data": {"metadata": {"fee": "1"}},
    "success_url": "http://portal.example.org/paid?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "http://portal.example.org/fee",
}
CARD = {
    "action": "pay",
    "email": "applicant@example.org",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "code": "123",
    "name": "",
}
DECLINED = "4000 0000 0000 0002"


class Portal:
    """A listener in the portal's place: verifies each delivery with the SDK and answers as it is told."""

    def __init__(self) -> None:
        self.events: list[stripe.Event] = []
        self.answers: list[int] = []
        portal = self

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
                portal.events.append(event)
                self.send_response(portal.answers.pop(0) if portal.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/payments/webhook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def kinds(self) -> list[str]:
        return [event.type for event in self.events]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    yield portal
    portal.stop()


@pytest.fixture
def bank(portal: Portal) -> Iterator[Bank]:
    behavior = Behavior(pause=0.02)
    with Bank(secret_key=KEY, webhook_secret=SECRET, webhook_url=portal.url, behavior=behavior) as bank:
        yield bank


def sdk(bank: Bank, key: str = KEY) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": bank.url}, max_network_retries=0)


@pytest.fixture
def client(bank: Bank) -> stripe.StripeClient:
    return sdk(bank)


def send(address: str, *, method: str = "GET", form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """A browser's request without following: status, where it is sent, and the page."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, parts.path, urlencode(form or {}), headers)
    response = connection.getresponse()
    page = response.read().decode()
    connection.close()
    return response.status, response.headers.get("Location", ""), page


def pay(session: stripe.checkout.Session, **changes: str) -> tuple[int, str, str]:
    return send(str(session.url), method="POST", form=CARD | changes)


def control(bank: Bank, **asked: object) -> dict[str, object]:
    connection = http.client.HTTPConnection(*bank.server.server_address[:2], timeout=10)
    connection.request("POST", "/_control", json.dumps(asked), {"Content-Type": "application/json"})
    response = connection.getresponse()
    state = json.loads(response.read())
    connection.close()
    return state


# Sessions


def test_session_is_created_and_read_back(client: stripe.StripeClient, bank: Bank) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    assert session.id.startswith("cs_test_")
    assert session.url == f"{bank.url}/pay/{session.id}"
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_total, session.currency) == (17500, "usd")
    assert session.metadata.to_dict() == {"fee": "1"}
    assert session.client_reference_id == "fee-1"
    assert client.v1.checkout.sessions.retrieve(session.id).to_dict() == session.to_dict()
    (line,) = client.v1.checkout.sessions.line_items.list(session.id).data
    assert (line.description, line.amount_total) == ("Application fee: Infant Family Specialist", 17500)


def test_several_lines_add_up(client: stripe.StripeClient) -> None:
    line = PARAMS["line_items"][0]
    session = client.v1.checkout.sessions.create(PARAMS | {"line_items": [line, line | {"quantity": 2}]})
    assert session.amount_total == 52500


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({key: value for key, value in PARAMS.items() if key != "mode"}, "parameter_missing", "mode"),
        ({key: value for key, value in PARAMS.items() if key != "line_items"}, "parameter_missing", "line_items"),
        (PARAMS | {"mode": "subscription"}, None, "mode"),
        (PARAMS | {"succes_url": "https://example.org"}, "parameter_unknown", "succes_url"),
        (PARAMS | {"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        (PARAMS | {"expires_at": 1}, None, "expires_at"),
        (PARAMS | {"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data][currency]"),
    ],
)
def test_wrong_session_is_refused(
    client: stripe.StripeClient, params: dict[str, object], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params)
    assert (refusal.value.http_status, refusal.value.code, refusal.value.param) == (400, code, param)


def test_unknown_session_is_missing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.retrieve("cs_test_nowhere")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_wrong_key_is_refused(bank: Bank) -> None:
    with pytest.raises(stripe.AuthenticationError) as refusal:
        sdk(bank, key="sk_test_another").v1.checkout.sessions.create(PARAMS)
    assert refusal.value.http_status == 401
    assert bank.state()["sessions"] == []


def test_open_session_expires_when_asked_and_only_once(client: stripe.StripeClient, bank: Bank, portal: Portal) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    address = str(session.url)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)
    status, _address, page = send(address, method="POST", form=CARD)
    assert (status, "This payment page has expired" in page) == (410, True)
    assert bank.deliveries.settle()
    assert portal.kinds == ["checkout.session.expired"]


def test_session_expires_by_itself_when_its_time_is_over(client: stripe.StripeClient, bank: Bank) -> None:
    session = client.v1.checkout.sessions.create(PARAMS | {"expires_at": int(time.time()) + 1800})
    bank.ledger.books["sessions"][session.id]["expires_at"] = int(time.time()) - 1
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert [event["type"] for event in bank.state()["events"]] == ["checkout.session.expired"]


# Idempotency


def test_same_key_and_same_parameters_make_one_session(client: stripe.StripeClient, bank: Bank) -> None:
    first = client.v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"})
    again = client.v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"})
    other = client.v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-2"})
    assert again.id == first.id
    assert other.id != first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(bank.state()["sessions"]) == 2


def test_same_key_with_other_parameters_is_refused(client: stripe.StripeClient, bank: Bank) -> None:
    client.v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"})
    with pytest.raises(stripe.IdempotencyError) as refusal:
        client.v1.checkout.sessions.create(PARAMS | {"metadata": {"fee": "2"}}, {"idempotency_key": "fee-1"})
    assert refusal.value.http_status == 400
    assert len(bank.state()["sessions"]) == 1


def test_key_of_a_refused_request_may_try_again(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(PARAMS | {"mode": "setup"}, {"idempotency_key": "fee-1"})
    assert client.v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"}).status == "open"


def test_one_key_at_the_same_moment_makes_one_session(bank: Bank) -> None:
    ids: list[str] = []

    def create() -> None:
        ids.append(sdk(bank).v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"}).id)

    threads = [threading.Thread(target=create) for _turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


# Paying


def test_page_shows_what_is_paid_and_that_no_money_moves(client: stripe.StripeClient) -> None:
    params = json.loads(json.dumps(PARAMS).replace("Infant Family", "<b>Infant</b> Family"))
    session = client.v1.checkout.sessions.create(params)
    status, _address, page = send(str(session.url))
    assert status == 200
    assert "Local bank: no real money." in page
    assert "Application fee: &lt;b&gt;Infant&lt;/b&gt; Family Specialist" in page
    assert "<td>$175.00</td>" in page
    assert 'value="applicant@example.org"' in page


def test_paying_completes_the_session_and_tells_the_portal(
    client: stripe.StripeClient, bank: Bank, portal: Portal
) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    status, address, _page = pay(session)
    assert (status, address) == (303, f"http://portal.example.org/paid?session={session.id}")
    # The person comes back when the portal has already heard of it, as from hosted Checkout.
    (event,) = portal.events
    assert (event.type, event.livemode, event.api_version) == (
        "checkout.session.completed",
        False,
        stripe.api_version,
    )
    told = event.data.object
    assert (told.id, told.payment_status, told.amount_total) == (session.id, "paid", 17500)
    assert told.metadata.to_dict() == {"fee": "1"}
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge", "line_items"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.payment_intent.status, paid.payment_intent.amount_received) == ("succeeded", 17500)
    assert paid.payment_intent.metadata.to_dict() == {"fee": "1"}
    assert paid.payment_intent.latest_charge.payment_method_details.card.last4 == "4242"
    assert paid.line_items.data[0].amount_total == 17500
    assert client.v1.payment_intents.retrieve(paid.payment_intent.id).id == told.payment_intent
    assert bank.state()["attempts"] == [{"event": event.id, "attempt": 1, "status": 200}]


def test_paying_twice_charges_once(client: stripe.StripeClient, bank: Bank, portal: Portal) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    first, second = pay(session), pay(session)
    assert first == second
    assert bank.deliveries.settle()
    assert (len(bank.state()["charges"]), len(portal.events)) == (1, 1)
    status, _address, page = send(str(session.url))
    assert (status, "This has been paid" in page) == (200, True)


def test_two_windows_at_once_charge_once(client: stripe.StripeClient, bank: Bank) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    threads = [threading.Thread(target=pay, args=(session,)) for _turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bank.state()["charges"]) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": DECLINED}, "The card was declined. Try another card."),
        ({"number": "4111 1111 1111 1111"}, "Use a test card: 4242 4242 4242 4242 pays"),
        ({"number": "<script>"}, "Use a test card"),
        ({"expiry": "12 / 20"}, "Enter a month and year in the future"),
        ({"expiry": "13 / 34"}, "Enter a month and year in the future"),
        ({"code": "x"}, "Enter the three digits"),
        ({"email": ""}, "Enter an e-mail address"),
    ],
)
def test_card_that_does_not_pay_is_explained_and_nothing_is_charged(
    client: stripe.StripeClient, bank: Bank, changes: dict[str, str], message: str
) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    status, _address, page = pay(session, name="Kept Name", **changes)
    assert status == 422
    assert message in page
    assert "Nothing was charged" in page
    assert 'value="Kept Name"' in page
    assert "<script>" not in page
    assert bank.state()["charges"] == []
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert pay(session)[0] == 303


def test_cancelling_goes_back_and_leaves_the_session_open(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(PARAMS)
    status, address, _page = pay(session, action="cancel")
    assert (status, address) == (303, "http://portal.example.org/fee")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_unknown_payment_page_is_not_found(bank: Bank) -> None:
    assert send(f"{bank.url}/pay/cs_test_nowhere")[0] == 404


# Refunds


def paid_intent(client: stripe.StripeClient) -> str:
    session = client.v1.checkout.sessions.create(PARAMS)
    pay(session)
    return str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)


def test_refunds_add_up_to_the_charge_and_no_further(client: stripe.StripeClient, bank: Bank, portal: Portal) -> None:
    intent = paid_intent(client)
    part = client.v1.refunds.create({"payment_intent": intent, "amount": 7500, "metadata": {"why": "half"}})
    assert (part.status, part.amount, part.payment_intent) == ("succeeded", 7500, intent)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 10001})
    rest = client.v1.refunds.create({"payment_intent": intent, "reason": "requested_by_customer"})
    assert rest.amount == 10000
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"
    assert bank.deliveries.settle()
    assert portal.kinds == ["checkout.session.completed", "charge.refunded", "charge.refunded"]
    charges = [event.data.object for event in portal.events[1:]]
    assert [(charge.amount_refunded, charge.refunded) for charge in charges] == [(7500, False), (17500, True)]
    assert portal.events[2].data.previous_attributes.to_dict() == {"amount_refunded": 7500}
    assert [refund.id for refund in client.v1.refunds.list({"payment_intent": intent}).data] == [rest.id, part.id]


def test_refund_with_the_same_key_gives_back_once(client: stripe.StripeClient, bank: Bank) -> None:
    intent = paid_intent(client)
    asked = {"payment_intent": intent, "amount": 100}
    first = client.v1.refunds.create(asked, {"idempotency_key": "refund-1"})
    assert client.v1.refunds.create(asked, {"idempotency_key": "refund-1"}).id == first.id
    assert bank.state()["charges"][0]["amount_refunded"] == 100


@pytest.mark.parametrize("asked", [{}, {"charge": "ch_nowhere"}, {"payment_intent": "pi_nowhere"}])
def test_refund_of_nothing_is_refused(client: stripe.StripeClient, asked: dict[str, str]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create(asked)


# Events


def test_events_are_listed_newest_first_in_pages(client: stripe.StripeClient) -> None:
    ids = []
    for _turn in range(3):
        session = client.v1.checkout.sessions.create(PARAMS)
        pay(session)
        ids.append(session.id)
    client.v1.checkout.sessions.expire(client.v1.checkout.sessions.create(PARAMS).id)
    kinds = {"type": "checkout.session.completed", "limit": 2}
    listed = [event.data.object.id for event in client.v1.events.list(kinds).auto_paging_iter()]
    assert listed == list(reversed(ids))
    both = {"types": ["checkout.session.completed", "checkout.session.expired"]}
    newest = client.v1.events.list(both).data[0]
    assert newest.type == "checkout.session.expired"
    assert client.v1.events.retrieve(newest.id).id == newest.id
    assert client.v1.events.list({"created": {"gt": int(time.time()) + 60}}).data == []
    assert len(client.v1.events.list({"created": {"gte": int(time.time()) - 60}}).data) == 4


def test_portal_that_fails_is_told_again_until_it_answers(
    client: stripe.StripeClient, bank: Bank, portal: Portal
) -> None:
    portal.answers = [500, 302, 503, 204]
    pay(client.v1.checkout.sessions.create(PARAMS))
    assert bank.deliveries.settle()
    assert [one["status"] for one in bank.state()["attempts"]] == [500, 302, 503, 204]
    assert len({event.id for event in portal.events}) == 1
    assert bank.state()["events"][0]["pending_webhooks"] == 0


def test_portal_that_is_away_does_not_hold_up_the_payment(
    client: stripe.StripeClient, bank: Bank, portal: Portal
) -> None:
    portal.stop()
    control(bank, attempts=2)
    assert pay(client.v1.checkout.sessions.create(PARAMS))[0] == 303
    assert bank.deliveries.settle()
    assert [one["status"] for one in bank.state()["attempts"]] == [0, 0]
    assert bank.state()["events"][0]["pending_webhooks"] == 1


# Mischief that tests ask for


def test_duplicates_carry_the_same_event(client: stripe.StripeClient, bank: Bank, portal: Portal) -> None:
    control(bank, duplicate=3)
    pay(client.v1.checkout.sessions.create(PARAMS))
    assert bank.deliveries.settle()
    assert (len(portal.events), len({event.id for event in portal.events})) == (3, 1)


def test_held_events_come_out_of_order(client: stripe.StripeClient, bank: Bank, portal: Portal) -> None:
    state = control(bank, hold=True)
    assert state["behavior"]["hold"] is True
    client.v1.refunds.create({"payment_intent": paid_intent(client)})
    assert portal.events == []
    assert len(control(bank, release="newest")["held"]) == 0
    assert bank.deliveries.settle()
    assert portal.kinds == ["charge.refunded", "checkout.session.completed"]


def test_dropped_event_is_listed_and_can_be_delivered_again(
    client: stripe.StripeClient, bank: Bank, portal: Portal
) -> None:
    control(bank, drop=True)
    pay(client.v1.checkout.sessions.create(PARAMS))
    assert bank.deliveries.settle()
    assert portal.events == []
    (event,) = client.v1.events.list({"delivery_success": False}).data
    control(bank, redeliver=event.id)
    assert bank.deliveries.settle()
    assert [told.id for told in portal.events] == [event.id]


def test_delay_lets_the_person_return_first(client: stripe.StripeClient, bank: Bank, portal: Portal) -> None:
    control(bank, delay=0.5)
    assert pay(client.v1.checkout.sessions.create(PARAMS))[0] == 303
    assert portal.events == []
    assert bank.deliveries.settle()
    assert portal.kinds == ["checkout.session.completed"]


def test_failing_bank_is_an_api_error_and_recovers(client: stripe.StripeClient, bank: Bank) -> None:
    control(bank, fail=1)
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(PARAMS)
    assert client.v1.checkout.sessions.create(PARAMS).status == "open"


def test_unknown_control_is_refused(bank: Bank) -> None:
    answer = control(bank, explode=True)
    assert answer["error"]["message"] == "The bank cannot do that: explode"


# On its own


def test_signature_of_another_secret_does_not_verify(client: stripe.StripeClient, bank: Bank) -> None:
    bank.deliveries.secret = "whsec_another"
    control(bank, attempts=1)
    pay(client.v1.checkout.sessions.create(PARAMS))
    assert bank.deliveries.settle()
    assert [one["status"] for one in bank.state()["attempts"]] == [0]


def test_bank_keeps_its_books_in_a_file(tmp_path: Path, portal: Portal) -> None:
    file = tmp_path / "var" / "bank.json"
    with Bank(secret_key=KEY, webhook_secret=SECRET, file=file) as bank:
        session = sdk(bank).v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"})
        pay(session)
    with Bank(secret_key=KEY, webhook_secret=SECRET, webhook_url=portal.url, file=file) as bank:
        assert sdk(bank).v1.checkout.sessions.retrieve(session.id).status == "complete"
        assert sdk(bank).v1.checkout.sessions.create(PARAMS, {"idempotency_key": "fee-1"}).id == session.id
        assert bank.deliveries.settle()
    # Nobody was listening the first time.
    assert portal.kinds == ["checkout.session.completed"]


def test_runs_from_the_terminal_and_stops_when_told(portal: Portal, tmp_path: Path) -> None:
    environment = os.environ | {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "WEBHOOK_URL": portal.url,
    }
    command = [sys.executable, "-m", "payments.bank", "--port", "0", "--state", str(tmp_path / "bank.json")]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        url = process.stderr.readline().split()[-1]
        client = stripe.StripeClient(KEY, base_addresses={"api": url})
        assert pay(client.v1.checkout.sessions.create(PARAMS))[0] == 303
        assert portal.kinds == ["checkout.session.completed"]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_says_what_it_lacks(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STRIPE_")}
    command = [sys.executable, "-m", "payments.bank", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET" in done.stderr


@pytest.mark.parametrize(
    ("encoded", "decoded"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[0][b]=1&a[1][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a%5Bb%5D=x%20y", {"a": {"b": "x y"}}),
    ],
)
def test_forms_are_read_as_stripe_reads_them(encoded: str, decoded: dict[str, object]) -> None:
    assert decode(encoded) == decoded


def test_nothing_in_production_imports_the_bank() -> None:
    apps = (
        "endorsement_portal",
        "competencies",
        "applicants",
        "cohorts",
        "payments",
        "reviews",
        "credentials",
        "reports",
    )
    files = [file for app in apps for file in (ROOT / app).rglob("*.py") if "bank" not in file.relative_to(ROOT).parts]
    importing = ("import payments.bank", "from payments.bank", "from .bank", "from payments import bank")
    assert [str(file) for file in files if any(line in file.read_text() for line in importing)] == []
