"""Scholarships, and the funds they are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from endorsement_portal.statuses import Status
from payments.querysets import FundQuerySet, ScholarshipQuerySet

if TYPE_CHECKING:
    from endorsement_portal.models import User


class Fund(models.Model):
    """Money that a funder gave for scholarships."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    funder = models.CharField(_("funder"), max_length=150)
    total_cents = models.PositiveIntegerField()
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    restrictions = models.TextField(_("restrictions"), blank=True)
    is_open = models.BooleanField(_("open for awards"), default=True)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["-is_open", "ends_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(total_cents__gt=0), name="fund_above_zero"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="fund_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        """Whether awards can be made from it today."""
        return self.is_open and self.starts_on <= timezone.localdate() <= self.ends_on


class ScholarshipStatus(Status):
    """Value, what the applicant reads, tone, what staff read."""

    REQUESTED = "requested", _("Being looked at"), "waiting", _("Requested")
    AWARDED = "awarded", _("Awarded"), "good", _("Awarded")
    DECLINED = "declined", _("Not awarded"), "neutral", _("Declined")
    RELEASED = "released", _("No longer needed"), "neutral", _("Released")


S = ScholarshipStatus


class Scholarship(models.Model):
    """A request for help with the fee of one application, and what came of it. Awarded, it binds money of its fund."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="scholarships")
    status = models.CharField(max_length=20, choices=S.choices, default=S.REQUESTED, editable=False)
    amount_cents = models.PositiveIntegerField()
    statement = models.TextField(blank=True)
    employer_will_pay = models.BooleanField(default=False)
    fund = models.ForeignKey(Fund, null=True, blank=True, on_delete=models.PROTECT, related_name="scholarships")
    awarded_cents = models.PositiveIntegerField(null=True, blank=True, editable=False)
    decision_note = models.TextField(blank=True, editable=False)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = ScholarshipQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status__in=["requested", "awarded"]),
                name="scholarship_one_open_per_application",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="scholarship_above_zero"),
            models.CheckConstraint(
                condition=Q(awarded_cents__isnull=True, fund__isnull=True) | Q(awarded_cents__gt=0, fund__isnull=False),
                name="scholarship_award_has_fund_and_amount",
            ),
            models.CheckConstraint(
                condition=~Q(status="awarded") | Q(awarded_cents__isnull=False, decided_at__isnull=False),
                name="scholarship_awarded_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="scholarship_decided_at_and_by",
            ),
        ]
        indexes = [models.Index(fields=["status", "requested_at"], name="scholarship_status")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """A number to talk about."""
        return f"S-{self.pk:05d}"

    @property
    def state(self) -> ScholarshipStatus:
        """The status with its labels and tone."""
        return ScholarshipStatus(self.status)

    @property
    def is_requested(self) -> bool:
        """Whether it is still to be decided."""
        return self.status == S.REQUESTED

    @property
    def is_awarded(self) -> bool:
        """Whether it pays."""
        return self.status == S.AWARDED

    @property
    def is_declined(self) -> bool:
        """Whether it was not awarded."""
        return self.status == S.DECLINED

    def belongs_to(self, user: User) -> bool:
        """Whether this is the person's own."""
        return bool(self.application.person_id == user.pk)
