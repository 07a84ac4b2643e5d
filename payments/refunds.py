"""Giving money back by a person's word: through the bank where it came by card, by hand otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event
from payments import gateway
from payments.checkouts import confirm
from payments.ledger import give_back, left_of, locked
from payments.models import Method, Payment

if TYPE_CHECKING:
    from uuid import UUID

    from endorsement_portal.models import User


def refund(payment: Payment, *, amount_cents: int, by: User, note: str, key: UUID) -> None:
    """Give back a part or all of one payment and write it into the ledger. Raises Refused and BankUnavailable.

    A card's payment is read at the bank first, so that a refund whose answer was lost is known here before another is
    asked. The bank is asked without a lock held. Its key is made of what was left before, so that a second click and
    the bank's own event end in one refund.
    """
    before = left_of(payment)
    if payment.method == Method.CARD:
        session = gateway.session_of_payment(payment.provider_ref)
        if not session:
            raise Refused(_("The bank does not know this payment, so it can’t give it back."))
        confirm(session)
    with transaction.atomic():
        invoice = locked(payment.invoice)
        left = left_of(payment)
        if left != before:
            raise Refused(_("Something was given back just now. Please look again."))
        if not by.has_perm("payments.record_payment", invoice):
            raise Refused(_("You don’t have permission to do this."))
        if not 0 < amount_cents <= left:
            raise Refused(_("This is more than is left of that payment."))
        if payment.method == Method.CARD:
            details = {"amount_cents": amount_cents, "payment": payment.provider_ref}
            Event.objects.record(invoice, "ask_refund", by=by, note=note, details=details)
    if payment.method != Method.CARD:
        give_back(payment, amount_cents=amount_cents, by=by, note=note, entry_key=key, reference=payment.reference)
        return
    provider_ref = gateway.refund(
        payment.provider_ref,
        amount_cents=amount_cents,
        idempotency_key=f"refund-{payment.provider_ref}-{left}-{amount_cents}",
    )
    give_back(payment, amount_cents=amount_cents, by=by, note=note, entry_key=key, provider_ref=provider_ref)
