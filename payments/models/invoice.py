"""The invoice: what one application costs, pinned on the day it was issued, and how much of it has come."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from endorsement_portal.statuses import Status
from payments.models.fee import FeeItem
from payments.querysets import ENDED, OWING_FIRST, InvoiceQuerySet

if TYPE_CHECKING:
    from endorsement_portal.models import User


class InvoiceStatus(Status):
    """Value, what the applicant reads, tone, what staff read."""

    ISSUED = "issued", _("To be paid"), "attention", _("Owing")
    PROMISED = "promised", _("Payment promised"), "waiting", _("Promised")
    PART_PAID = "part_paid", _("Partly paid"), "attention", _("Partly paid")
    PAID = "paid", _("Paid, thank you"), "done", _("Paid")
    COVERED = "covered", _("Covered by a scholarship"), "good", _("Covered")
    VOID = "void", _("Nothing to pay"), "neutral", _("Void")
    REFUNDED = "refunded", _("Refunded"), "neutral", _("Refunded")


S = InvoiceStatus
OWING = (S.ISSUED, S.PROMISED, S.PART_PAID)
SETTLED = (S.PAID, S.COVERED)


def new_bank_ref() -> str:
    """What the bank knows the invoice by: tells nothing about the person, and never repeats."""
    return uuid.uuid4().hex


class Invoice(models.Model):
    """What one application costs. `received_cents` is the sum of the ledger, written under the same lock."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="invoice")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invoices")
    status = models.CharField(max_length=20, choices=S.choices, default=S.ISSUED, editable=False)
    total_cents = models.PositiveIntegerField(editable=False)
    received_cents = models.IntegerField(default=0, editable=False)
    bank_ref = models.CharField(max_length=32, default=new_bank_ref, unique=True, editable=False)
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    employer = models.CharField(max_length=150, blank=True)
    employer_address = models.TextField(blank=True)
    employer_email = models.EmailField(max_length=254, blank=True)
    po_number = models.CharField(max_length=60, blank=True)
    promised_at = models.DateTimeField(null=True, blank=True, editable=False)
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(total_cents__gt=0), name="invoice_above_zero"),
            models.CheckConstraint(condition=Q(received_cents__gte=0), name="invoice_never_negative"),
            models.CheckConstraint(
                name="invoice_status_fits_what_came",
                condition=Q(status__in=["issued", "void", "refunded"], received_cents=0)
                | Q(status="promised", received_cents__lt=F("total_cents"))
                | Q(status="part_paid", received_cents__gt=0, received_cents__lt=F("total_cents"))
                | Q(status__in=["paid", "covered"], received_cents__gte=F("total_cents")),
            ),
            models.CheckConstraint(
                name="invoice_promised_at_and_by",
                condition=Q(promised_at__isnull=True, promised_by__isnull=True)
                | Q(promised_at__isnull=False, promised_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invoice_promise_has_a_number", condition=~Q(status="promised") | ~Q(po_number="")
            ),
        ]
        indexes = [
            models.Index(fields=["status", "issued_at"], name="invoice_status"),
            models.Index(fields=["person", "-issued_at"], name="invoice_person"),
            models.Index(*OWING_FIRST, name="invoice_owing_first"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The number that people write on checks."""
        return f"F-{self.pk:05d}"

    @property
    def state(self) -> InvoiceStatus:
        """The status with its labels and tone."""
        return InvoiceStatus(self.status)

    @property
    def balance_cents(self) -> int:
        """What is still to come; never below zero."""
        return max(self.total_cents - self.received_cents, 0)

    @property
    def overpaid_cents(self) -> int:
        """What came beyond the total, to be given back."""
        return max(self.received_cents - self.total_cents, 0)

    @property
    def is_payable(self) -> bool:
        """Whether money is awaited."""
        return self.status in OWING

    @property
    def is_settled(self) -> bool:
        """Whether the fee is paid or covered."""
        return self.status in SETTLED

    @property
    def is_promised(self) -> bool:
        """Whether a purchase order stands for the money."""
        return self.status == S.PROMISED

    @property
    def is_of_ended_application(self) -> bool:
        """Whether its application ended without a decision, so that what was paid may have to go back."""
        return self.application.status in ENDED

    def belongs_to(self, user: User) -> bool:
        """Whether this is the person's own."""
        return bool(self.person_id == user.pk)


class InvoiceLine(models.Model):
    """One thing the invoice asks, with the price of the day it was issued."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    fee_item = models.ForeignKey(FeeItem, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    amount_cents = models.PositiveIntegerField()
    is_sample = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "fee_item"], name="invoice_line_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="invoice_line_above_zero"),
        ]

    def __str__(self) -> str:
        return self.title
