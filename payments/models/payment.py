"""The ledger: every amount that came or went, insert-only."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.models.bank import ProviderEvent
from payments.models.invoice import Invoice
from payments.models.scholarship import Scholarship
from payments.querysets import PaymentQuerySet


class Method(models.TextChoices):
    """How the money moved."""

    CARD = "card", _("Card")
    PAPER_CHECK = "paper_check", _("Check")
    PURCHASE_ORDER = "purchase_order", _("Purchase order")
    CASH = "cash", _("Cash")
    SCHOLARSHIP = "scholarship", _("Scholarship")
    REFUND = "refund", _("Given back")
    RETURNED = "returned", _("Refund that came back")


BY_HAND = (Method.PAPER_CHECK, Method.PURCHASE_ORDER, Method.CASH)


class Payment(models.Model):
    """One line of the ledger: above zero it came, below zero it went back. A mistake is mended by a line against it.

    `provider_ref` is the bank's own number of the payment or refund, `entry_key` that of the form it was typed in:
    neither can be entered twice.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=20, choices=Method.choices)
    amount_cents = models.IntegerField()
    reference = models.CharField(max_length=60, blank=True)
    provider_ref = models.CharField(max_length=255, blank=True)
    received_on = models.DateField()
    refund_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds")
    scholarship = models.ForeignKey(
        Scholarship, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    provider_event = models.ForeignKey(
        ProviderEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    entry_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider_ref"], condition=~Q(provider_ref=""), name="payment_once_at_the_bank"
            ),
            models.UniqueConstraint(
                fields=["invoice", "reference"],
                condition=Q(method="paper_check"),
                name="payment_check_once_per_invoice",
            ),
            models.UniqueConstraint(
                fields=["scholarship"], condition=Q(method="scholarship"), name="payment_scholarship_once"
            ),
            models.CheckConstraint(
                name="payment_sign_fits_method",
                condition=Q(method="refund", amount_cents__lt=0, refund_of__isnull=False)
                | (~Q(method="refund") & Q(amount_cents__gt=0, refund_of__isnull=True)),
            ),
            models.CheckConstraint(
                name="payment_card_has_the_banks_number", condition=~Q(method="card") | ~Q(provider_ref="")
            ),
            models.CheckConstraint(
                name="payment_by_hand_has_a_person",
                condition=~Q(method__in=["paper_check", "purchase_order", "cash"]) | Q(recorded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="payment_scholarship_is_named",
                condition=Q(method__in=["scholarship", "refund"]) | Q(scholarship__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["received_on"], name="payment_received_on")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the ledger is never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.amount_cents}"

    @property
    def is_card(self) -> bool:
        """Whether it came by card, so that the bank gives it back."""
        return self.method == Method.CARD

    @property
    def number(self) -> str:
        """What to look for on a bank statement: a check's number, an order's, or the bank's own."""
        return self.reference or self.provider_ref
