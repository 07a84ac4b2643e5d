"""The shapes of Stripe's objects, as far as the portal reads them."""

import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from .wire import Record, Refusal, mapping, whole

SMALLEST_AMOUNT = 50
DAY = 24 * 60 * 60
HALF_HOUR = 30 * 60

# What a session may be created with; a misspelt field is refused, as Stripe refuses it.
SESSION_FIELDS = frozenset(
    {
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "custom_text",
        "customer_creation",
        "customer_email",
        "expand",
        "expires_at",
        "invoice_creation",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "payment_method_types",
        "submit_type",
        "success_url",
        "ui_mode",
    }
)
REFUND_FIELDS = frozenset({"amount", "charge", "expand", "metadata", "payment_intent", "reason"})
REFUND_REASONS = frozenset({"duplicate", "fraudulent", "requested_by_customer"})


def identifier(prefix: str) -> str:
    """A new identifier in Stripe's manner."""
    return f"{prefix}_{secrets.token_hex(14)}"


def refuse_unknown(params: Record, known: frozenset[str]) -> None:
    """Raise for the first field that the bank doesn't take."""
    for name in params:
        if name not in known:
            raise Refusal(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def line_items(params: Record) -> list[Record]:
    """The lines of a new session. Every price is given in place, in one currency."""
    lines = params.get("line_items")
    if not isinstance(lines, list) or not lines:
        raise Refusal.lacking("line_items")
    items = []
    for index, line in enumerate(lines):
        where = f"line_items[{index}]"
        if not isinstance(line, dict):
            raise Refusal("Invalid object", param=where)
        price = mapping(line, "price_data")
        product = mapping(price, "product_data")
        for name, holder in (("currency", price), ("unit_amount", price)):
            if name not in holder:
                raise Refusal.lacking(f"{where}[price_data][{name}]")
        if not product.get("name"):
            raise Refusal.lacking(f"{where}[price_data][product_data][name]")
        unit = whole(price["unit_amount"], f"{where}[price_data][unit_amount]")
        quantity = whole(line.get("quantity", 1), f"{where}[quantity]")
        if unit < 0 or quantity < 1:
            raise Refusal("Invalid non-negative integer", code="parameter_invalid_integer", param=where)
        items.append(
            {
                "id": identifier("li"),
                "object": "item",
                "amount_subtotal": unit * quantity,
                "amount_total": unit * quantity,
                "currency": str(price["currency"]).lower(),
                "description": product["name"],
                "quantity": quantity,
                "price": {"object": "price", "unit_amount": unit, "currency": str(price["currency"]).lower()},
            }
        )
    if len({item["currency"] for item in items}) > 1:
        raise Refusal("All line items must have the same currency.", param="line_items")
    return items


def session(params: Record, items: list[Record], *, base_url: str) -> Record:
    """A new Checkout session in mode `payment`, open for as long as it was asked for, by default a day."""
    now = int(time.time())
    total = sum(item["amount_total"] for item in items)
    if total < SMALLEST_AMOUNT:
        message = "The Checkout Session's total amount due must add up to at least $0.50 usd"
        raise Refusal(message, code="amount_too_small")
    expires_at = whole(params.get("expires_at", now + DAY), "expires_at")
    # A minute's grace: the asker's clock and this one differ.
    if not now + HALF_HOUR - 60 <= expires_at <= now + DAY + 60:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise Refusal(message, param="expires_at")
    new = identifier("cs_test")
    return {
        "id": new,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "currency": items[0]["currency"],
        "customer": None,
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": mapping(params, "metadata"),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": params.get("payment_method_types") or ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted",
        "url": f"{base_url}/pay/{new}",
    }


def checked_session_params(params: Record) -> Record:
    """The same parameters, after refusing what Stripe would refuse."""
    refuse_unknown(params, SESSION_FIELDS)
    if params.get("mode") != "payment":
        if not params.get("mode"):
            raise Refusal.lacking("mode")
        raise Refusal("This bank takes one-time payments only.", param="mode")
    if not params.get("success_url"):
        raise Refusal.lacking("success_url")
    for name in ("success_url", "cancel_url"):
        address = urlsplit(params.get(name) or "https://example.org/")
        if address.scheme not in {"http", "https"} or not address.netloc:
            raise Refusal("Not a valid URL", code="url_invalid", param=name)
    return params


def payment(of: Record, *, metadata: Record, last4: str, name: str, email: str) -> tuple[Record, Record]:
    """The payment intent and the charge of a session that has just been paid."""
    now = int(time.time())
    intent_id, charge_id = identifier("pi"), identifier("ch")
    shared: Record = {"amount": of["amount_total"], "currency": of["currency"], "created": now, "livemode": False}
    intent = shared | {
        "id": intent_id,
        "object": "payment_intent",
        "amount_received": of["amount_total"],
        "client_secret": f"{intent_id}_secret_{secrets.token_hex(8)}",
        "latest_charge": charge_id,
        "metadata": metadata,
        "payment_method_types": ["card"],
        "receipt_email": email,
        "status": "succeeded",
    }
    charge = shared | {
        "id": charge_id,
        "object": "charge",
        "amount_captured": of["amount_total"],
        "amount_refunded": 0,
        "billing_details": {"name": name, "email": email},
        "captured": True,
        "metadata": metadata,
        "paid": True,
        "payment_intent": intent_id,
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": last4}},
        "receipt_url": None,
        "refunded": False,
        "status": "succeeded",
    }
    return intent, charge


def refund(params: Record, charge: Record) -> Record:
    """A refund of `charge`, in full unless an amount is given; never more than is left of it."""
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = whole(params.get("amount", left), "amount")
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise Refusal(message, code="amount_too_large", param="amount")
    reason = params.get("reason")
    if reason is not None and reason not in REFUND_REASONS:
        raise Refusal(f"Invalid reason: must be one of {', '.join(sorted(REFUND_REASONS))}", param="reason")
    return {
        "id": identifier("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": int(time.time()),
        "currency": charge["currency"],
        "metadata": mapping(params, "metadata"),
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "succeeded",
    }


def listing(rows: list[Record], params: Record, *, url: str) -> Record:
    """A page of `rows`, newest first, as Stripe's lists are: cursor, limit and whether there are more."""
    newest_first = list(reversed(rows))
    limit = whole(params.get("limit", 10), "limit")
    if not 1 <= limit <= 100:
        raise Refusal("Invalid integer: limit must be between 1 and 100", param="limit")
    places: dict[Any, int] = {row["id"]: place for place, row in enumerate(newest_first)}
    for cursor in ("starting_after", "ending_before"):
        if cursor in params and params[cursor] not in places:
            raise Refusal.missing("object", params[cursor], param=cursor)
    if "ending_before" in params:
        before = newest_first[: places[params["ending_before"]]]
        return {"object": "list", "url": url, "data": before[-limit:], "has_more": len(before) > limit}
    after = newest_first[places[params["starting_after"]] + 1 :] if "starting_after" in params else newest_first
    return {"object": "list", "url": url, "data": after[:limit], "has_more": len(after) > limit}
