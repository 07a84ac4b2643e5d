"""The bank's gateway: the only room that speaks with Stripe. Hosted Checkout, so no card number comes near the portal.

Amounts go out from the server's own rows. What the bank holds is the invoice's random reference and the payer's email,
so that nobody types it twice, and no name. Every request answers or gives up within ten seconds, and gives up calmly.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import stripe
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
log = logging.getLogger(__name__)

CURRENCY = "usd"
# Stripe's own lower limit for a charge in dollars.
SMALLEST_CENTS = 50
# Two tries and the pause between them stay below ten seconds, so that no worker hangs on a slow bank.
TIMEOUT_SECONDS = 4.0
RETRIES = 1
TOLERANCE_SECONDS = 300
# What a refund is called whose money is with us again.
FAILED = frozenset({"failed", "canceled"})
UNAVAILABLE = _(
    "The bank’s payment page can’t be reached just now. Nothing was charged. Please try again in a few minutes."
)


class BankUnavailable(Exception):  # noqa: N818 - an answer for people, not a fault of ours
    """The bank did not answer, or not as it should; `message` says so in plain words."""

    def __init__(self) -> None:
        super().__init__(str(UNAVAILABLE))
        self.message = str(UNAVAILABLE)


class Forged(Exception):  # noqa: N818 - a refusal
    """The event was not signed by the bank, or too long ago."""


@dataclass(frozen=True)
class Session:
    """A checkout session as the bank has it now.

    `refunds` are (id, cents) of those that went through, `failed_refunds` the ids of those that did not after all.
    """

    session_id: str
    url: str
    status: str
    is_paid: bool
    amount_cents: int
    currency: str
    bank_ref: str
    payment_intent: str = ""
    refunds: tuple[tuple[str, int], ...] = ()
    failed_refunds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A verified event, reduced to what is needed to read the truth from the bank."""

    event_id: str
    kind: str
    session_id: str = ""
    payment_intent: str = ""


def is_configured() -> bool:
    """Whether cards can be taken at all."""
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def create_checkout(
    *, bank_ref: str, label: str, amount_cents: int, email: str, idempotency_key: str, success_url: str, cancel_url: str
) -> Session:
    """A page of the bank that asks for `amount_cents`, with the payer's email filled in.

    The same key always gives the same session, however often it is asked and whatever got lost on the way, so
    everything else must be the same for the same key. Raises BankUnavailable.
    """
    params: Any = {
        "mode": "payment",
        "submit_type": "pay",
        "payment_method_types": ["card"],
        "client_reference_id": bank_ref,
        "customer_email": email,
        "payment_intent_data": {"metadata": {"invoice": bank_ref}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": amount_cents,
                    "product_data": {"name": label},
                },
            }
        ],
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    return _session(_ask(lambda bank: bank.v1.checkout.sessions.create(params, {"idempotency_key": idempotency_key})))


def read_checkout(session_id: str) -> Session:
    """What the bank knows about a session now, with its refunds. Raises BankUnavailable."""

    def read(bank: stripe.StripeClient) -> Session:
        found = bank.v1.checkout.sessions.retrieve(session_id)
        intent = _identifier(found.payment_intent)
        listed: list[Any] = []
        if intent:
            listed = bank.v1.refunds.list({"payment_intent": intent, "limit": 100}).data[::-1]
        return _session(
            found,
            refunds=tuple((one.id, one.amount) for one in listed if one.status == "succeeded"),
            failed_refunds=tuple(one.id for one in listed if one.status in FAILED),
        )

    return _ask(read)


def session_of_payment(payment_intent: str) -> str:
    """The id of the session that a payment was made in; empty if there is none. Raises BankUnavailable."""
    found = _ask(lambda bank: bank.v1.checkout.sessions.list({"payment_intent": payment_intent, "limit": 1}))
    return found.data[0].id if found.data else ""


def expire_checkout(session_id: str) -> None:
    """Close a session so that it can't be paid any more; nothing happens where it is no longer open."""

    def expire(bank: stripe.StripeClient) -> None:
        try:
            bank.v1.checkout.sessions.expire(session_id)
        except stripe.InvalidRequestError as error:
            log.info("session %s could not be closed: %s", session_id, error.code)

    _ask(expire)


def refund(payment_intent: str, *, amount_cents: int, idempotency_key: str) -> str:
    """Give back `amount_cents` of a card payment, once for each key; the bank's number of the refund.

    Raises BankUnavailable.
    """
    given = _ask(
        lambda bank: bank.v1.refunds.create(
            {"payment_intent": payment_intent, "amount": amount_cents}, {"idempotency_key": idempotency_key}
        )
    )
    return given.id


def verify_event(payload: bytes, signature: str) -> Notice:
    """The event in `payload`, if the bank signed exactly these bytes within the last five minutes. Raises Forged."""
    try:
        event = stripe.Webhook.construct_event(
            payload, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=TOLERANCE_SECONDS, api_key="none"
        )
        subject: dict[str, Any] = event.data.object.to_dict()
        event_id, kind = str(event.id), str(event.type)
    except (stripe.SignatureVerificationError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Forged(type(error).__name__) from error
    is_session = subject.get("object") == "checkout.session"
    return Notice(
        event_id=event_id,
        kind=kind,
        session_id=str(subject.get("id", "")) if is_session else "",
        payment_intent=_identifier(subject.get("payment_intent")),
    )


def _ask(question: Callable[[stripe.StripeClient], T]) -> T:
    """Ask the bank; whatever it can't answer is one calm exception, with the particulars in our own log."""
    if not is_configured():
        log.warning("cards are not switched on: STRIPE_SECRET_KEY or STRIPE_WEBHOOK_SECRET is empty")
        raise BankUnavailable
    addresses: Any = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
    bank = stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses=addresses,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )
    try:
        return question(bank)
    except stripe.StripeError as error:
        log.warning("the bank refused: %s %s", type(error).__name__, error.code or error.http_status)
        raise BankUnavailable from error


def _session(found: Any, refunds: tuple[tuple[str, int], ...] = (), failed_refunds: tuple[str, ...] = ()) -> Session:
    return Session(
        session_id=found.id,
        url=found.url or "",
        status=found.status or "",
        is_paid=found.payment_status == "paid",
        amount_cents=found.amount_total or 0,
        currency=found.currency or "",
        bank_ref=found.client_reference_id or "",
        payment_intent=_identifier(found.payment_intent),
        refunds=refunds,
        failed_refunds=failed_refunds,
    )


def _identifier(value: Any) -> str:
    """An object's id, where the bank may give the id alone or the object whole."""
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value["id"])
