"""Cohorts and the seats in them. A seat is held from the offer on, so an offer never promises a seat twice."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from cohorts.models.interest import Interest
from cohorts.querysets import CohortQuerySet, SeatQuerySet
from competencies.models import Category
from endorsement_portal.statuses import Status


class CohortStatus(Status):
    """Value, what the applicant reads, tone, what staff read."""

    PLANNING = "planning", _("Being planned"), "neutral", _("Planning")
    RECRUITING = "recruiting", _("Taking people in"), "info", _("Recruiting")
    SELECTING = "selecting", _("Being put together"), "info", _("Selecting")
    CONFIRMED = "confirmed", _("Confirmed"), "good", _("Confirmed")
    ACTIVE = "active", _("Under way"), "good", _("Active")
    SUBMISSION_CLOSED = "submission_closed", _("Submission is closed"), "waiting", _("Submission closed")
    COMPLETED = "completed", _("Completed"), "done", _("Completed")
    ARCHIVED = "archived", _("Completed"), "neutral", _("Archived")
    CANCELLED = "cancelled", _("Cancelled"), "neutral", _("Cancelled")


C = CohortStatus
OFFERING = (C.RECRUITING, C.SELECTING, C.CONFIRMED)


class CohortKind(models.TextChoices):
    """Whom a cohort is for."""

    OPEN = "open", _("Open to everybody")
    AGENCY = "agency", _("One agency’s own")


class Cohort(models.Model):
    """People who prepare their applications together between two days."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("whom it is for"), max_length=10, choices=CohortKind.choices, default=CohortKind.OPEN)
    agency_name = models.CharField(_("agency"), max_length=150, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day to submit"))
    capacity = models.PositiveSmallIntegerField(_("seats"), default=12, validators=[MinValueValidator(1)])
    min_group = models.PositiveSmallIntegerField(
        _("smallest group for an agency"), default=10, validators=[MinValueValidator(1)]
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cohort lead"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_cohorts",
    )
    status = models.CharField(max_length=20, choices=C.choices, default=C.PLANNING, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(name="cohort_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(name="cohort_has_a_seat", condition=Q(capacity__gte=1, min_group__gte=1)),
            models.CheckConstraint(
                name="cohort_agency_has_a_name",
                condition=Q(kind="open", agency_name="") | (Q(kind="agency") & ~Q(agency_name="")),
            ),
        ]
        indexes = [models.Index(fields=["status", "starts_on"], name="cohort_status")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> CohortStatus:
        """The status with its labels and tone."""
        return CohortStatus(self.status)

    @property
    def takes_people(self) -> bool:
        """Whether seats may be offered now."""
        return self.status in OFFERING


class SeatStatus(Status):
    """Value, what the person reads, tone, what staff read."""

    OFFERED = "offered", _("Waiting for your answer"), "attention", _("Offered")
    ACCEPTED = "accepted", _("Yours"), "good", _("Accepted")
    DECLINED = "declined", _("You said no thank you"), "neutral", _("Declined")
    EXPIRED = "expired", _("The offer has ended"), "neutral", _("Expired")
    WITHDRAWN = "withdrawn", _("No longer held"), "neutral", _("Withdrawn")


class Seat(models.Model):
    """One place in a cohort for one person's interest, in one category."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="seats")
    interest = models.ForeignKey(Interest, on_delete=models.PROTECT, related_name="seats")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="seats")
    status = models.CharField(max_length=12, choices=SeatStatus.choices, default=SeatStatus.OFFERED, editable=False)
    accept_by = models.DateField(_("answer by"))
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="seat", editable=False
    )
    offered_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["interest"],
                condition=Q(status__in=["offered", "accepted"]),
                name="seat_one_live_per_interest",
            ),
            models.CheckConstraint(
                name="seat_accepted_has_an_application",
                condition=~Q(status="accepted") | Q(application__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="seat_reminded_has_a_day",
                condition=Q(reminders=0, reminded_on__isnull=True) | Q(reminders__gt=0, reminded_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "status"], name="seat_cohort"),
            models.Index(fields=["accept_by"], name="seat_offered", condition=Q(status="offered")),
        ]

    def __str__(self) -> str:
        return f"{self.interest_id} in {self.cohort_id}"

    @property
    def is_offered(self) -> bool:
        """Whether the person’s answer is waited for."""
        return self.status == SeatStatus.OFFERED

    @property
    def is_accepted(self) -> bool:
        """Whether the seat is taken."""
        return self.status == SeatStatus.ACCEPTED

    @property
    def state(self) -> SeatStatus:
        """The status with its labels and tone."""
        return SeatStatus(self.status)
