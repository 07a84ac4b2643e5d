"""The bank's HTTP side: the part of Stripe's API the portal uses, the payment page, and controls for tests."""

import hmac
import json
import logging
import re
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from . import objects, pages
from .cards import Card
from .deliveries import Behavior, Deliveries
from .ledger import Ledger
from .wire import Record, Refusal, decode

log = logging.getLogger("payments.bank")

LONGEST_BODY = 1_000_000
# How long the payment page waits for the portal to hear of a payment before it sends the person back there.
PATIENCE = 5.0

LISTS = {"/v1/events": "events", "/v1/checkout/sessions": "sessions", "/v1/refunds": "refunds"}
ROWS = (
    (re.compile(r"/v1/checkout/sessions/([^/]+)"), "sessions", "checkout.session"),
    (re.compile(r"/v1/payment_intents/([^/]+)"), "payment_intents", "payment_intent"),
    (re.compile(r"/v1/charges/([^/]+)"), "charges", "charge"),
    (re.compile(r"/v1/refunds/([^/]+)"), "refunds", "refund"),
    (re.compile(r"/v1/events/([^/]+)"), "events", "event"),
)
EXPIRE = re.compile(r"/v1/checkout/sessions/([^/]+)/expire")
LINES = re.compile(r"/v1/checkout/sessions/([^/]+)/line_items")
PAY = re.compile(r"/pay/([^/]+)")


class Bank:
    """A bank with its books, its deliveries and a server on a port of its own; a context manager in tests.

    `webhook_url` None tells nobody. `public_url` is the address people's browsers use, where it differs from the
    one the portal uses. `file` keeps the books between runs; events nobody has taken yet are delivered at the start.
    """

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        webhook_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        file: Path | None = None,
        behavior: Behavior | None = None,
    ) -> None:
        self.secret_key = secret_key
        self.public_url = public_url.rstrip("/") if public_url else None
        self.failing = 0
        self.ledger = Ledger(announce=self._announce, file=file)
        self.deliveries = Deliveries(
            url=webhook_url,
            secret=webhook_secret,
            behavior=behavior or Behavior(),
            on_taken=self.ledger.delivered,
        )
        self.server = _Server((host, port), self)
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), name="bank", daemon=True)

    @property
    def url(self) -> str:
        """The address for the SDK: `StripeClient(key, base_addresses={"api": bank.url})`."""
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Answer requests and deliver events, in threads of its own."""
        self.deliveries.start()
        for event in self.ledger.undelivered():
            self.deliveries.tell(event)
        self._thread.start()

    def stop(self) -> None:
        """Answer and deliver nothing more."""
        self.server.shutdown()
        self.server.server_close()
        self.deliveries.stop()

    def control(self, **asked: Any) -> Record:
        """Do what a test asks: change the behavior, `release` ("oldest" or "newest" first), `redeliver` an event,
        or `fail` that many of the next API requests with a 500. Returns the state afterwards."""
        if "fail" in asked:
            self.failing = int(asked.pop("fail"))
        redeliver, release = asked.pop("redeliver", None), asked.pop("release", None)
        if release not in {None, "oldest", "newest"}:
            raise ValueError('Release the "oldest" or the "newest" first.')
        self.deliveries.behave(**asked)
        if redeliver is not None:
            self.deliveries.tell_again(self.ledger.find("events", redeliver, "event"))
        if release is not None:
            self.deliveries.release(backwards=release == "newest")
        return self.state()

    def state(self) -> Record:
        """Everything the bank knows and has tried, for tests to look at."""
        return self.ledger.snapshot() | {
            "attempts": list(self.deliveries.attempts),
            "held": [event["id"] for event in self.deliveries.held],
            "behavior": vars(self.deliveries.behavior).copy(),
            "failing": self.failing,
        }

    def _announce(self, event: Record) -> None:
        self.deliveries.tell(event)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    """The listening socket, with a way to the bank for its requests."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], bank: Bank) -> None:
        self.bank = bank
        super().__init__(address, _Request)

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Request(BaseHTTPRequestHandler):
    """One connection of the SDK, a browser or a test."""

    protocol_version = "HTTP/1.1"
    server_version = "LocalBank"
    sys_version = ""
    timeout = 60
    server: _Server
    unauthorized: ClassVar[str] = "Invalid API Key provided. Give the key this bank was started with as a Bearer token."

    def do_GET(self) -> None:
        """Read."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Change."""
        self._answer("POST")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Through logging, where tests and the terminal can choose."""
        log.debug(format, *args)

    def _answer(self, method: str) -> None:
        """One request, from its body to its answer; a fault in the bank is a 500, not a lost connection."""
        try:
            address = urlsplit(self.path)
            body = self._body()
            if address.path.startswith("/v1/"):
                self._api(method, address.path, decode(address.query if method == "GET" else body))
            elif paying := PAY.fullmatch(address.path):
                self._pay(method, paying[1], decode(body))
            elif address.path in {"/_control", "/_control/state"}:
                self._control(method, address.path, body)
            elif address.path == "/healthz":
                self._send_json(200, {"ok": True})
            else:
                self._send(404, pages.unknown(), pages.HEADERS)
        except Refusal as refusal:
            self._send_json(refusal.status, refusal.body)
        except Exception as error:
            log.exception("the bank failed at %s %s", method, self.path)
            self._send_json(500, {"error": {"type": "api_error", "message": f"The bank failed: {error}"}})

    # Stripe's API

    def _api(self, method: str, path: str, params: Record) -> None:
        bank = self.server.bank
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), bank.secret_key.encode()):
            raise Refusal(self.unauthorized, status=401)
        if bank.failing > 0:
            bank.failing -= 1
            raise Refusal("The bank fails because a test asked for it.", status=500, kind="api_error")
        do = self._reading(path, params) if method == "GET" else self._changing(path, params)
        if do is None:
            raise Refusal(f"Unrecognized request URL ({method}: {path}).", status=404)
        key = self.headers.get("Idempotency-Key")
        if method == "POST" and key:
            answer, replayed = bank.ledger.once(key, path, params, do)
            self._send_json(200, answer, {"Idempotent-Replayed": "true"} if replayed else {})
        else:
            self._send_json(200, do())

    def _reading(self, path: str, params: Record) -> Callable[[], Record] | None:
        ledger = self.server.bank.ledger
        if path in LISTS:
            return partial(ledger.page, LISTS[path], params, url=path)
        if asked := LINES.fullmatch(path):
            session_id = ledger.session(asked[1])["id"]
            return lambda: {"object": "list", "url": path, "data": ledger.lines(session_id), "has_more": False}
        for pattern, table, thing in ROWS:
            if asked := pattern.fullmatch(path):
                found = ledger.find(table, asked[1], thing)
                return lambda: ledger.expand(found, params)
        return None

    def _changing(self, path: str, params: Record) -> Callable[[], Record] | None:
        ledger = self.server.bank.ledger
        if path == "/v1/checkout/sessions":
            base_url = self.server.bank.public_url or f"http://{self.headers.get('Host', '')}"
            return lambda: ledger.expand(ledger.create_session(params, base_url=base_url), params)
        if path == "/v1/refunds":
            return lambda: ledger.expand(ledger.create_refund(params), params)
        if asked := EXPIRE.fullmatch(path):
            return lambda: ledger.expand(ledger.expire_session(asked[1]), params)
        return None

    # The payment page

    def _pay(self, method: str, session_id: str, typed: Record) -> None:
        bank = self.server.bank
        try:
            session = bank.ledger.session(session_id)
        except Refusal:
            self._send(404, pages.unknown(), pages.HEADERS)
            return
        if method == "POST" and session["status"] == "complete":
            # A second click: the first has paid.
            self._redirect(pages.success_address(session))
        elif session["status"] != "open":
            self._send(200 if session["status"] == "complete" else 410, pages.closed(session), pages.HEADERS)
        elif method == "GET":
            card = Card(email=session["customer_email"] or "")
            self._send(200, pages.checkout(session, bank.ledger.lines(session_id), card, {}), pages.HEADERS)
        elif typed.get("action") == "cancel" and session["cancel_url"]:
            self._redirect(session["cancel_url"])
        else:
            self._charge(session, typed)

    def _charge(self, session: Record, typed: Record) -> None:
        """Take the typed card, or say what is wrong with it and keep what was typed."""
        bank = self.server.bank
        card = Card(**{name: str(typed.get(name, "")).strip() for name in pages.FIELDS})
        problems = card.problems()
        if not problems and (refusal := card.refusal()):
            problems = {"number": refusal}
        if problems:
            lines = bank.ledger.lines(session["id"])
            self._send(422, pages.checkout(session, lines, card, problems), pages.HEADERS)
            return
        paid = bank.ledger.pay(session["id"], last4=card.digits[-4:], name=card.name, email=card.email)
        if paid["status"] != "complete":
            self._send(410, pages.closed(paid), pages.HEADERS)
            return
        if bank.deliveries.behavior.delay == 0:
            bank.deliveries.wait_for(bank.ledger.event_about(session["id"]), seconds=PATIENCE)
        self._redirect(pages.success_address(paid))

    # Controls for tests

    def _control(self, method: str, path: str, body: str) -> None:
        bank = self.server.bank
        if method == "GET" and path == "/_control/state":
            self._send_json(200, bank.state())
        elif method == "POST" and path == "/_control":
            try:
                asked = json.loads(body)
                self._send_json(200, bank.control(**asked))
            except (TypeError, ValueError) as error:
                raise Refusal(str(error)) from error
        else:
            raise Refusal("POST to /_control, GET from /_control/state.", status=405)

    # Bytes

    def _body(self) -> str:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            raise Refusal("The request is too large.", status=413)
        return self.rfile.read(length).decode("utf-8", errors="replace")

    def _redirect(self, address: str) -> None:
        self._send(303, b"", {"Location": address, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})

    def _send_json(self, status: int, answer: Record, headers: dict[str, str] | None = None) -> None:
        shared = {"Content-Type": "application/json", "Request-Id": objects.identifier("req")}
        self._send(status, json.dumps(answer).encode(), shared | (headers or {}))

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        # One request a connection: a bank that is stopped is really gone.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
