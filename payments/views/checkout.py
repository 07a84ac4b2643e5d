"""Paying by card: to the bank's page, back from it, and what the bank itself tells us. No card number comes by here."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from endorsement_portal.lifecycle import Refused
from endorsement_portal.outbox import promise
from payments import checkouts, gateway
from payments.ledger import open_invoice
from payments.models import CheckoutStatus, ProviderEvent
from payments.views.fee import invoice_of, own_application

if TYPE_CHECKING:
    from django.http import HttpRequest

    from endorsement_portal.models import User

log = logging.getLogger(__name__)

LONGEST_EVENT = 64 * 1024
# What may change money; everything else is acknowledged and kept, no more.
CONFIRMING = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "charge.refunded",
        "charge.refund.updated",
        "refund.created",
        "refund.failed",
        "refund.updated",
    }
)


@require_POST
@login_required
def checkout_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the bank for a page that takes what is owing. Nothing the browser sends says how much."""
    application = own_application(request, pk)
    try:
        checkouts.start(open_invoice(application, by=cast("User", request.user)))
    except (Refused, gateway.BankUnavailable) as no:
        messages.error(request, no.message)
        return redirect("payments:fee_detail", pk=pk)
    return redirect("payments:checkout_continue", pk=pk)


@login_required
def checkout_continue(request: HttpRequest, pk: int) -> HttpResponse:
    """The step between: how much, to whom, and a plain link, because our forms lead nowhere but to ourselves."""
    application = own_application(request, pk)
    invoice = invoice_of(application)
    checkout = invoice.checkouts.filter(status=CheckoutStatus.OPEN).first() if invoice else None
    if invoice is None or checkout is None or not invoice.is_payable:
        return redirect("payments:fee_detail", pk=pk)
    context = {"application": application, "invoice": invoice, "checkout": checkout}
    return render(request, "payments/checkout_continue.html", context)


@login_required
def checkout_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the bank. Coming here proves nothing: the page says what the ledger says, and promises one reading."""
    application = own_application(request, pk)
    invoice = invoice_of(application)
    checkout = invoice.checkouts.first() if invoice else None
    if invoice is None or checkout is None:
        return redirect("payments:fee_detail", pk=pk)
    if checkout.status == CheckoutStatus.OPEN:
        checkouts.promise_to_confirm(checkout, because="return")
    context = {
        "application": application,
        "invoice": invoice,
        "checkout": checkout,
        "is_waiting": checkout.status == CheckoutStatus.OPEN,
        "is_thanks": checkout.status == CheckoutStatus.COMPLETE and invoice.is_settled,
    }
    return render(request, "payments/checkout_return.html", context)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """An event from the bank: signature checked, kept once under its own id, its reading promised, answered.

    The answer is 200 for whatever was signed, also the second time; 400 for a forgery; 413 for what is too long.
    """
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    if not length.isdecimal() or int(length) > LONGEST_EVENT:
        return HttpResponse(status=413)
    try:
        notice = gateway.verify_event(request.body, request.headers.get("Stripe-Signature", ""))
    except gateway.Forged as error:
        log.warning("an event was refused: %s", error)
        return HttpResponse(status=400)
    subject = {"session_id": notice.session_id, "payment_intent": notice.payment_intent}
    with transaction.atomic():
        event, is_new = ProviderEvent.objects.get_or_create(
            event_id=notice.event_id, defaults={"kind": notice.kind[:80], "payload": subject}
        )
        if is_new and notice.kind in CONFIRMING and any(subject.values()):
            promise("payments.confirm", f"event:{notice.event_id}", provider_event_id=event.pk)
    return HttpResponse(status=200)
