"""What passed between the portal and the bank: visits to its payment page, and the events it sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.models.invoice import Invoice


class CheckoutStatus(models.TextChoices):
    """Where a visit to the bank's page stands, as the bank told us."""

    OPEN = "open", _("Open")
    COMPLETE = "complete", _("Complete")
    EXPIRED = "expired", _("Expired")


class Checkout(models.Model):
    """One visit to the bank's payment page, for what was owing when it began."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="checkouts")
    amount_cents = models.PositiveIntegerField()
    session_id = models.CharField(max_length=255, unique=True)
    url = models.URLField(max_length=2000, blank=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    payment_intent = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=12, choices=CheckoutStatus.choices, default=CheckoutStatus.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(status="open"), name="checkout_one_open"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="checkout_above_zero"),
        ]
        indexes = [models.Index(fields=["created_at"], name="checkout_open", condition=Q(status="open"))]

    def __str__(self) -> str:
        return self.session_id


class ProviderEvent(models.Model):
    """One signed event from the bank, kept under its own id so that it counts once. No card data, no names."""

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
