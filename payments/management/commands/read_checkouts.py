"""Compare the portal's money with the bank's and with itself, now."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from payments import checkouts
from payments.gateway import BankUnavailable
from payments.models import Checkout, CheckoutStatus, Invoice


class Command(BaseCommand):
    """Exit code 0: everything agrees (after reading what was open). 1: something needs a person. 2: no answer."""

    help = "Read every open checkout from the bank now, and check that each invoice is the sum of its ledger."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compare, say what was found."""
        unanswered = 0
        waiting = list(Checkout.objects.filter(status=CheckoutStatus.OPEN).order_by("created_at"))
        for checkout in waiting:
            try:
                checkouts.confirm(checkout.session_id)
            except BankUnavailable:
                unanswered += 1
        settled = (
            len(waiting) - Checkout.objects.filter(pk__in=[c.pk for c in waiting], status=CheckoutStatus.OPEN).count()
        )
        differing = [
            invoice.code
            for invoice in Invoice.objects.annotate(ledger=Coalesce(Sum("payments__amount_cents"), 0)).exclude(
                ledger=F("received_cents")
            )
        ]
        self.stdout.write(f"{len(waiting)} open checkouts read, {settled} of them now settled, {unanswered} unanswered")
        self.stdout.write(f"{len(differing)} invoices differ from their ledger: {', '.join(differing) or 'none'}")
        if differing:
            sys.exit(1)
        if unanswered:
            sys.exit(2)
