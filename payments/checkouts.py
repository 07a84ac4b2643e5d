"""Visits to the bank's page: begun for what is owing, and confirmed by reading the bank, never by what a browser says.

What the bank knows only grows: a session that is paid stays paid, a refund that is listed stays listed even where it
fails in the end, and each has a number that the ledger takes once. So a session may be read at any time, in any order, by any number of workers at
once, and the end is the same.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from endorsement_portal.lifecycle import Refused
from endorsement_portal.outbox import promise
from payments import gateway
from payments.ledger import come_back, give_back, locked, receive
from payments.models import Checkout, CheckoutStatus, Invoice, Method, Payment, ProviderEvent

if TYPE_CHECKING:
    from payments.gateway import Session

log = logging.getLogger(__name__)

# The bank keeps a session for a day; one that is nearly over is not handed out again.
REUSABLE = timedelta(hours=23)
# A session that nobody has confirmed for this long may have lost its event.
OVERDUE = timedelta(minutes=5)


def start(invoice: Invoice) -> Checkout:
    """A page of the bank for what is owing now: the one that is open already, or a new one.

    The key of a new session is made of the invoice, what is owing, the payer's address and how many sessions there
    were, so a second click or a lost answer finds the same session. No lock is held while the bank is asked. Raises Refused and
    BankUnavailable.
    """
    invoice.refresh_from_db()
    amount = _amount_to_ask(invoice)
    present = invoice.checkouts.filter(status=CheckoutStatus.OPEN).first()
    if present is not None:
        if present.amount_cents == amount and present.created_at > timezone.now() - REUSABLE:
            return present
        close(present)
        invoice.refresh_from_db()
        amount = _amount_to_ask(invoice)
    # Everything sent must be the same for the same key, so nothing in it is left to the moment.
    email = invoice.person.email
    address = hashlib.sha256(email.encode()).hexdigest()[:12]
    key = f"{invoice.bank_ref}-{amount}-{address}-{invoice.checkouts.count()}"
    back = settings.BASE_URL + reverse("payments:checkout_return", args=[invoice.application_id])
    fee_page = settings.BASE_URL + reverse("payments:fee_detail", args=[invoice.application_id])
    session = gateway.create_checkout(
        bank_ref=invoice.bank_ref,
        label=f"Endorsement fee, invoice {invoice.code}",
        amount_cents=amount,
        email=email,
        idempotency_key=key,
        success_url=back,
        cancel_url=fee_page,
    )
    with transaction.atomic():
        owing = locked(invoice).balance_cents
        checkout, made = Checkout.objects.get_or_create(
            session_id=session.session_id,
            defaults={"invoice": invoice, "amount_cents": amount, "url": session.url, "idempotency_key": key},
        )
    if owing != amount:
        # Somebody recorded money while the bank was being asked.
        close(checkout)
        raise Refused(_("What is owing has just changed. Please look again."))
    if made:
        log.info("checkout %s opened for %s", checkout.pk, invoice.code)
    return checkout


def _amount_to_ask(invoice: Invoice) -> int:
    """What the bank's page asks: all that is owing, from the server's own row. Refused where that can't be paid."""
    if not invoice.is_payable or not invoice.balance_cents:
        raise Refused(_("There is nothing to pay on this invoice now."))
    if invoice.balance_cents < gateway.SMALLEST_CENTS:
        raise Refused(_("So small an amount can’t be paid by card. Please write to us."))
    return invoice.balance_cents


def close(checkout: Checkout) -> None:
    """Close a session at the bank, and take what was paid in it just before. Raises BankUnavailable."""
    gateway.expire_checkout(checkout.session_id)
    confirm(checkout.session_id)


def confirm(session_id: str, *, event: ProviderEvent | None = None) -> None:
    """Read one session from the bank and write into the ledger what is not there yet. Raises BankUnavailable.

    A session of somebody else's invoice is left alone. One in another currency is never ours: ValueError, for a
    person to see.
    """
    session = gateway.read_checkout(session_id)
    invoice = Invoice.objects.filter(bank_ref=session.bank_ref).first() if session.bank_ref else None
    if invoice is None:
        log.warning("session %s belongs to no invoice here", session_id)
        return
    if session.currency != gateway.CURRENCY:
        raise ValueError(f"session {session_id} is in {session.currency}")
    with transaction.atomic():
        held = locked(invoice)
        _note_state(held, session)
        if session.is_paid:
            receive(
                held,
                method=Method.CARD,
                amount_cents=session.amount_cents,
                provider_ref=session.payment_intent,
                provider_event=event,
            )
            for refund_id, cents in session.refunds:
                payment = Payment.objects.get(provider_ref=session.payment_intent)
                give_back(payment, amount_cents=cents, provider_ref=refund_id, provider_event=event)
            for refund_id in session.failed_refunds:
                come_back(refund_id, provider_event=event)


def _note_state(invoice: Invoice, session: Session) -> None:
    """What the bank says about the session, on our own row; made here where the answer to its creation was lost."""
    status = session.status if session.status in CheckoutStatus.values else CheckoutStatus.OPEN
    facts = {"status": status, "payment_intent": session.payment_intent, "read_at": timezone.now()}
    if Checkout.objects.filter(session_id=session.session_id).update(**facts):
        return
    if status != CheckoutStatus.OPEN:
        Checkout.objects.create(
            invoice=invoice,
            session_id=session.session_id,
            amount_cents=session.amount_cents,
            idempotency_key=f"found-{session.session_id}",
            **facts,
        )


def promise_to_confirm(checkout: Checkout, *, because: str) -> None:
    """Promise one reading of the session for each reason and minute."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    promise("payments.read", f"read:{checkout.pk}:{because}:{minute}", session_id=checkout.session_id)


def overdue() -> list[Checkout]:
    """Sessions that are open here for longer than the bank's events take to arrive, oldest first."""
    return list(
        Checkout.objects.filter(status=CheckoutStatus.OPEN, created_at__lt=timezone.now() - OVERDUE).order_by(
            "created_at"
        )
    )
