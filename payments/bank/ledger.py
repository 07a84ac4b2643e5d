"""What the bank knows: sessions, payments, refunds and events, behind one lock, in memory and optionally a file."""

import copy
import json
import threading
import time
from collections.abc import Callable
from operator import ge, gt, le, lt
from pathlib import Path
from typing import Any

import stripe

from . import objects
from .wire import Record, Refusal, fingerprint, mapping, whole

TABLES = ("sessions", "payment_intents", "charges", "refunds", "events")
BOOKS = (*TABLES, "line_items", "intent_metadata", "answers")

# Where one object names another that `expand` may put in its place.
EXPANDABLE = {
    "payment_intent": ("payment_intents", "payment_intent"),
    "latest_charge": ("charges", "charge"),
    "charge": ("charges", "charge"),
}

COMPARISONS: dict[str, Callable[[int, int], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


class Ledger:
    """Every book of the bank. Public methods take one lock, change everything or nothing, and return copies."""

    def __init__(self, *, announce: Callable[[Record], None], file: Path | None = None) -> None:
        self.announce = announce
        self.file = file
        self.lock = threading.RLock()
        self.books: dict[str, dict[str, Any]] = {name: {} for name in BOOKS}
        if file is not None and file.exists():
            self.books |= json.loads(file.read_text(encoding="utf-8"))

    # Checkout

    def create_session(self, params: Record, *, base_url: str) -> Record:
        """A new open session with its own address to pay at."""
        params = objects.checked_session_params(params)
        items = objects.line_items(params)
        session = objects.session(params, items, base_url=base_url)
        with self.lock:
            self.books["sessions"][session["id"]] = session
            self.books["line_items"][session["id"]] = items
            self.books["intent_metadata"][session["id"]] = mapping(mapping(params, "payment_intent_data"), "metadata")
            self._save()
            return copy.deepcopy(session)

    def session(self, session_id: str) -> Record:
        """A session as it is now; one whose time is over expires here."""
        with self.lock:
            session = self._row("sessions", session_id, "checkout.session")
            if session["status"] == "open" and session["expires_at"] <= time.time():
                self._expire(session)
            return copy.deepcopy(session)

    def expire_session(self, session_id: str) -> Record:
        """Close an open session before its time, so that it can no longer be paid."""
        with self.lock:
            if self.session(session_id)["status"] != "open":
                message = "Only Checkout Sessions with a status in ['open'] can be expired."
                raise Refusal(message, code="resource_not_expirable")
            self._expire(self.books["sessions"][session_id])
            return copy.deepcopy(dict(self.books["sessions"][session_id]))

    def pay(self, session_id: str, *, last4: str, name: str, email: str) -> Record:
        """Charge an open session once. A session that is not open any more comes back as it is."""
        with self.lock:
            if self.session(session_id)["status"] == "open":
                session = self.books["sessions"][session_id]
                intent, charge = objects.payment(
                    session,
                    metadata=self.books["intent_metadata"][session_id],
                    last4=last4,
                    name=name,
                    email=email,
                )
                self.books["payment_intents"][intent["id"]] = intent
                self.books["charges"][charge["id"]] = charge
                session |= {
                    "status": "complete",
                    "payment_status": "paid",
                    "payment_intent": intent["id"],
                    "customer_details": {"email": email, "name": name},
                    "url": None,
                }
                self._happened("checkout.session.completed", session)
            return self.session(session_id)

    def lines(self, session_id: str) -> list[Record]:
        """What a session asks money for."""
        with self.lock:
            return copy.deepcopy(list(self.books["line_items"][session_id]))

    # Refunds

    def create_refund(self, params: Record) -> Record:
        """Give back a charge, in full or in part."""
        objects.refuse_unknown(params, objects.REFUND_FIELDS)
        with self.lock:
            charge = self._charge_of(params)
            refund = objects.refund(params, charge)
            before = charge["amount_refunded"]
            charge["amount_refunded"] += refund["amount"]
            charge["refunded"] = charge["amount_refunded"] == charge["amount"]
            self.books["refunds"][refund["id"]] = refund
            self._happened("charge.refunded", charge, previous={"amount_refunded": before})
            return copy.deepcopy(refund)

    def fail_refund(self, refund_id: str) -> Record:
        """A refund that could not be carried out after all, as where a card has been closed: the money is here again."""
        with self.lock:
            refund = self._row("refunds", refund_id, "refund")
            if refund["status"] == "succeeded":
                refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
                charge = self._row("charges", refund["charge"], "charge")
                charge["amount_refunded"] -= refund["amount"]
                charge["refunded"] = False
                self._happened("refund.failed", refund, previous={"status": "succeeded"})
            return copy.deepcopy(refund)

    # Reading

    def find(self, table: str, row_id: str, thing: str) -> Record:
        """One row of a table."""
        if table == "sessions":
            return self.session(row_id)
        with self.lock:
            return copy.deepcopy(self._row(table, row_id, thing))

    def page(self, table: str, params: Record, *, url: str) -> Record:
        """A page of a table, newest first, with Stripe's filters for events, sessions and refunds."""
        with self.lock:
            rows = [row for row in self.books[table].values() if _matches(row, params)]
            return copy.deepcopy(objects.listing(rows, params, url=url))

    def expand(self, row: Record, params: Record) -> Record:
        """The row with what `expand` names in place of its identifier."""
        for path in params.get("expand") or []:
            self._expand(row, str(path).split("."))
        return row

    def once(self, key: str, path: str, params: Record, do: Callable[[], Record]) -> tuple[Record, bool]:
        """Do what is asked once for each idempotency key; return the answer and whether it is a replay.

        A key used for something else is refused. A refusal is not kept, so the same key may try again.
        """
        with self.lock:
            asked = fingerprint(path, params)
            if kept := self.books["answers"].get(key):
                if kept["asked"] != asked:
                    raise Refusal(
                        "Keys for idempotent requests can only be used with the same parameters they were first used"
                        f" with. Try using a key other than '{key}' if you meant to execute a different request.",
                        kind="idempotency_error",
                    )
                return copy.deepcopy(dict(kept["answer"])), True
            answer = do()
            self.books["answers"][key] = {"asked": asked, "answer": copy.deepcopy(answer)}
            self._save()
            return answer, False

    def snapshot(self) -> dict[str, Any]:
        """All tables, for tests to look at."""
        with self.lock:
            return {name: copy.deepcopy(list(self.books[name].values())) for name in TABLES}

    # Inside the lock

    def _row(self, table: str, row_id: str, thing: str) -> Record:
        row: Record | None = self.books[table].get(row_id)
        if row is None:
            raise Refusal.missing(thing, row_id)
        return row

    def _charge_of(self, params: Record) -> Record:
        if params.get("payment_intent"):
            intent = self._row("payment_intents", params["payment_intent"], "payment_intent")
            return self._row("charges", intent["latest_charge"], "charge")
        if params.get("charge"):
            return self._row("charges", params["charge"], "charge")
        raise Refusal("One of the following params should be provided for this request: payment_intent or charge.")

    def _expire(self, session: Record) -> None:
        session |= {"status": "expired", "url": None}
        self._happened("checkout.session.expired", session)

    def _expand(self, row: Record, path: list[str]) -> None:
        head, *rest = path
        if head == "line_items" and row.get("object") == "checkout.session":
            row[head] = {"object": "list", "data": self.lines(row["id"]), "has_more": False}
            return
        if head not in EXPANDABLE or head not in row:
            raise Refusal(f"This property cannot be expanded ({head}).", param="expand")
        if isinstance(row[head], str):
            row[head] = self.find(EXPANDABLE[head][0], row[head], EXPANDABLE[head][1])
        if rest and isinstance(row[head], dict):
            self._expand(row[head], rest)

    def _happened(self, kind: str, subject: Record, *, previous: Record | None = None) -> None:
        """Write an event with the subject as it is now, keep everything, then have it delivered."""
        data: Record = {"object": copy.deepcopy(subject)}
        if previous is not None:
            data["previous_attributes"] = previous
        event: Record = {
            "id": objects.identifier("evt"),
            "object": "event",
            "api_version": stripe.api_version,
            "created": int(time.time()),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": objects.identifier("req"), "idempotency_key": None},
            "type": kind,
        }
        self.books["events"][event["id"]] = event
        self._save()
        self.announce(copy.deepcopy(event))

    def event_about(self, session_id: str) -> str:
        """The identifier of the latest event about a session."""
        with self.lock:
            about = [one["id"] for one in self.books["events"].values() if one["data"]["object"]["id"] == session_id]
            return str(about[-1])

    def delivered(self, event_id: str) -> None:
        """Note that the portal has taken an event."""
        with self.lock:
            self.books["events"][event_id]["pending_webhooks"] = 0
            self._save()

    def undelivered(self) -> list[Record]:
        """Events that the portal has not taken yet, oldest first."""
        with self.lock:
            return [copy.deepcopy(event) for event in self.books["events"].values() if event["pending_webhooks"]]

    def _save(self) -> None:
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(self.books), encoding="utf-8")
        beside.replace(self.file)


def _matches(row: Record, params: Record) -> bool:
    """Does a row pass the filters of a list?"""
    kinds = params.get("types") or ([params["type"]] if "type" in params else [])
    if kinds and not any(row.get("type") == kind or kind == "*" for kind in kinds):
        return False
    if any(name in params and row.get(name) != params[name] for name in ("payment_intent", "charge", "status")):
        return False
    if "delivery_success" in params and (params["delivery_success"] == "true") == bool(row["pending_webhooks"]):
        return False
    created = params.get("created", {})
    if not isinstance(created, dict):
        return bool(row["created"] == whole(created, "created"))
    return all(
        COMPARISONS[name](row["created"], whole(bound, f"created[{name}]"))
        for name, bound in created.items()
        if name in COMPARISONS
    )
