"""The fee schedule as data: what is asked, for which profile, from when to when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payments.querysets import FeeItemQuerySet


class FeeCode(models.TextChoices):
    """What an applicant pays for."""

    MEMBERSHIP = "membership", _("Association membership")
    REGISTRATION = "registration", _("Registration")
    PROCESSING = "processing", _("Application processing")


class FeeItem(models.Model):
    """One price. `profile` is a requirement profile (FS), a family of them (MHM), or empty for all.

    `is_sample` marks figures that stand in until the association gives its own.
    """

    code = models.CharField(max_length=20, choices=FeeCode.choices)
    profile = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=120)
    amount_cents = models.PositiveIntegerField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    objects = FeeItemQuerySet.as_manager()

    class Meta:
        ordering = ["code", "profile", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "profile", "effective_from"], name="fee_item_one_from_a_day"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="fee_item_above_zero"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="fee_item_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title
