"""The ledger: an invoice opened, money that came, money that went back. Each is one transaction under the invoice's lock.

Which verb an amount amounts to is decided here and nowhere else; the tables in `payments.transitions` write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Event, User
from endorsement_portal.outbox import promise
from endorsement_portal.templatetags.portal_tags import dollars
from payments import emails
from payments.models import Checkout, CheckoutStatus, Invoice, InvoiceLine, Method, Payment
from payments.schedule import fee_for

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from applicants.models import Application
    from payments.models import ProviderEvent, Scholarship
    from payments.schedule import Fee

# Money that is there whether it was awaited or not.
FROM_THE_BANK = frozenset({Method.CARD, Method.RETURNED})


def open_invoice(application: Application, *, by: User | None) -> Invoice:
    """The application's invoice, made with the prices of today where there is none yet. Safe to call at once twice.

    Refused for a closed application, and where the schedule has no fee for the category.
    """
    found: Invoice | None = Invoice.objects.filter(application=application).first()
    if found is not None:
        return found
    if application.is_closed and application.status != "endorsed":
        raise Refused(_("This application is closed, so there is nothing to pay."))
    try:
        with transaction.atomic():
            # Two applications opened at once must not both ask for this year's membership.
            User.objects.select_for_update(no_key=True).get(pk=application.person_id)
            fee = fee_for(application)
            if not fee.is_complete:
                raise Refused(_("The fee for this category has not been set yet. Please write to us."))
            invoice: Invoice = Invoice.objects.create(
                application=application, person_id=application.person_id, total_cents=fee.total_cents
            )
            write_lines(invoice, fee)
            Event.objects.record(
                invoice, "issue", by=by, after=invoice.status, details={"total_cents": fee.total_cents}
            )
    except IntegrityError:
        return Invoice.objects.get(application=application)
    return invoice


def write_lines(invoice: Invoice, fee: Fee) -> None:
    """Pin the prices of a fee on an invoice that has no lines."""
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            fee_item=item,
            title=item.title,
            amount_cents=item.amount_cents,
            is_sample=item.is_sample,
            position=position,
        )
        for position, item in enumerate(fee.items)
    )


def locked(invoice: Invoice) -> Invoice:
    """The invoice as it is now, held until the transaction ends."""
    return Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)


def receive(
    invoice: Invoice,
    *,
    method: Method,
    amount_cents: int,
    received_on: date | None = None,
    by: User | None = None,
    reference: str = "",
    provider_ref: str = "",
    provider_event: ProviderEvent | None = None,
    scholarship: Scholarship | None = None,
    entry_key: UUID | None = None,
    note: str = "",
) -> Payment | None:
    """Write money that came into the ledger; None where this very money is in it already.

    A person (or a scholarship) can't enter more than is owing, nor a check twice: Refused. What the bank has truly
    taken is always written, also beyond the total, for finance to give back. The receipt goes out with it.
    """
    with transaction.atomic():
        held = locked(invoice)
        if _entered(provider_ref, entry_key):
            return None
        if method not in FROM_THE_BANK and amount_cents > held.balance_cents:
            raise Refused(_("This is more than is still owing on the invoice."))
        if method == Method.PAPER_CHECK and held.payments.filter(method=method, reference=reference).exists():
            raise Refused(_("A check with this number has been entered on this invoice already."))
        line = Payment(
            method=method,
            amount_cents=amount_cents,
            received_on=received_on or timezone.localdate(),
            reference=reference,
            provider_ref=provider_ref,
            provider_event=provider_event,
            scholarship=scholarship,
            entry_key=entry_key,
        )
        verb = _verb_for(held, method, amount_cents)
        after = _write(held, verb, line, by=by, note=note)
        if method == Method.RETURNED:
            emails.refund_failed(after, line)
        elif method != Method.SCHOLARSHIP:
            emails.payment_received(after, line)
        close_open_checkouts(after)
    _bring_up_to_date(invoice, after)
    return line


def _verb_for(invoice: Invoice, method: Method, amount_cents: int) -> str:
    """What an amount that came makes of the invoice."""
    if invoice.is_settled:
        return "pay_over"
    if invoice.received_cents + amount_cents < invoice.total_cents:
        return "pay_part"
    return "cover" if method == Method.SCHOLARSHIP else "pay"


def give_back(
    payment: Payment,
    *,
    amount_cents: int,
    by: User | None = None,
    reference: str = "",
    provider_ref: str = "",
    provider_event: ProviderEvent | None = None,
    entry_key: UUID | None = None,
    note: str = "",
) -> Payment | None:
    """Write money that went back against the payment it came by; None where it is in the ledger already.

    Refused where it is more than is left of that payment.
    """
    with transaction.atomic():
        held = locked(payment.invoice)
        if _entered(provider_ref, entry_key):
            return None
        if not 0 < amount_cents <= left_of(payment):
            raise Refused(_("This is more than is left of that payment."))
        line = Payment(
            method=Method.REFUND,
            amount_cents=-amount_cents,
            received_on=timezone.localdate(),
            refund_of=payment,
            reference=reference,
            provider_ref=provider_ref,
            provider_event=provider_event,
            entry_key=entry_key,
        )
        remaining = held.received_cents - amount_cents
        if remaining >= held.total_cents:
            verb = "refund_over"
        elif remaining > 0:
            verb = "refund_part"
        else:
            verb = "uncover" if payment.method == Method.SCHOLARSHIP else "refund"
        after = _write(held, verb, line, by=by, note=note)
        if payment.method != Method.SCHOLARSHIP:
            emails.payment_refunded(after, line)
        # What is owing has changed, so a page of the bank that is still open asks for the wrong amount.
        close_open_checkouts(after)
    _bring_up_to_date(payment.invoice, after)
    return line


def come_back(refund_ref: str, *, provider_event: ProviderEvent | None = None) -> Payment | None:
    """Write the money of a refund that the bank could not carry out into the ledger again, for finance to see.

    None where that refund was never in the ledger, or has come back already.
    """
    line = Payment.objects.filter(provider_ref=refund_ref, method=Method.REFUND).select_related("invoice").first()
    if line is None:
        return None
    return receive(
        line.invoice,
        method=Method.RETURNED,
        amount_cents=-line.amount_cents,
        provider_ref=f"{refund_ref}-failed",
        provider_event=provider_event,
        note=_("The bank could not give %(amount)s back, so the money is with us again.")
        % {"amount": dollars(-line.amount_cents)},
    )


def left_of(payment: Payment) -> int:
    """What of a payment has not been given back, in cents."""
    returned: int = Payment.objects.filter(refund_of=payment).sum_cents()
    return payment.amount_cents + returned


def close_open_checkouts(invoice: Invoice) -> None:
    """Promise to close the bank's pages that ask for an amount no longer owing."""
    for checkout in Checkout.objects.filter(invoice=invoice, status=CheckoutStatus.OPEN):
        promise("payments.close_checkout", f"close:{checkout.pk}", checkout_id=checkout.pk)


def _entered(provider_ref: str, entry_key: UUID | None) -> bool:
    """Whether the bank's number or the form's key is in the ledger. Asked under the invoice's lock."""
    if provider_ref and Payment.objects.filter(provider_ref=provider_ref).exists():
        return True
    return entry_key is not None and Payment.objects.filter(entry_key=entry_key).exists()


def _write(invoice: Invoice, verb: str, line: Payment, *, by: User | None, note: str) -> Invoice:
    details: dict[str, Any] = {
        "amount_cents": line.amount_cents,
        "method": line.method,
        "reference": line.number,
    }
    return advance(invoice, verb, by=by, note=note, line=line, **details)


def _bring_up_to_date(stale: Invoice, fresh: Invoice) -> None:
    for field in fresh._meta.concrete_fields:
        setattr(stale, field.attname, getattr(fresh, field.attname))
