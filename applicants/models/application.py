"""The application: pinned to an edition, moved only through its one door, frozen as a snapshot at each submission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.querysets import ApplicationQuerySet, GrantQuerySet, SnapshotQuerySet
from competencies.models import Category, Edition
from endorsement_portal.models import Upload
from endorsement_portal.statuses import Status

if TYPE_CHECKING:
    from datetime import datetime

    from endorsement_portal.models import User


class ApplicationStatus(Status):
    """Value, what the applicant reads, tone, what staff read."""

    DRAFT = "draft", _("In progress"), "info", _("Draft")
    ON_HOLD = "on_hold", _("On hold"), "waiting", _("On hold")
    WITHDRAWN = "withdrawn", _("Withdrawn"), "neutral", _("Withdrawn")
    EXPIRED = "expired", _("Expired"), "neutral", _("Expired")
    SUBMITTED = "submitted", _("Submitted"), "waiting", _("To check")
    RETURNED = "returned", _("Needs a few changes"), "attention", _("Returned")
    READY = "ready", _("Waiting for review"), "waiting", _("Ready for review")
    IN_REVIEW = "in_review", _("In review"), "info", _("In review")
    REVIEWED = "reviewed", _("Waiting for a decision"), "waiting", _("To decide")
    EXAM_APPROVED = "exam_approved", _("Approved to sit the exam"), "info", _("Approved for exam")
    ENDORSED = "endorsed", _("Endorsed"), "good", _("Endorsed")
    DEFERRED = "deferred", _("Deferred, with a plan"), "attention", _("Deferred")
    NOT_ENDORSED = "not_endorsed", _("Not endorsed"), "neutral", _("Not endorsed")


S = ApplicationStatus
EDITABLE = (S.DRAFT, S.RETURNED)
WITH_APPLICANT = (S.DRAFT, S.ON_HOLD, S.RETURNED)
CLOSED = (S.WITHDRAWN, S.EXPIRED, S.ENDORSED, S.NOT_ENDORSED)


class FeeState(models.TextChoices):
    """What payments has confirmed about the fee. A promise lets the review go on; the certificate waits for the money."""

    OPEN = "open", _("Not paid yet")
    PROMISED = "promised", _("Payment promised")
    SETTLED = "settled", _("Paid or covered")


class Application(models.Model):
    """One person's application for one category."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="applications")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(max_length=20, choices=S.choices, default=S.DRAFT, editable=False)
    fee_state = models.CharField(max_length=20, choices=FeeState.choices, default=FeeState.OPEN, editable=False)
    county = models.ForeignKey(
        "endorsement_portal.County", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    worked_on_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    returned_note = models.TextField(blank=True, editable=False)
    # While it is returned, only these parts are open again; none named means all of them.
    returned_sections = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    nudges = models.PositiveSmallIntegerField(default=0, editable=False)

    # Added by readiness.with_facts().
    facts: dict[str, Any]
    asked: dict[str, Any]
    # Added by effects.with_submission().
    submission: dict[str, Any] | None
    submission_at: datetime | None
    # Added by moving.with_newer().
    newer_version: str | None

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "category"],
                condition=~Q(status__in=[s.value for s in CLOSED]),
                name="application_one_open_per_category",
            ),
            models.CheckConstraint(
                name="application_decided_at_and_by",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="application_submitted_has_a_date",
                condition=Q(status__in=["draft", "on_hold", "withdrawn", "expired"]) | Q(submitted_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-submitted_at"], name="application_status"),
            models.Index(fields=["-opened_at", "-id"], name="application_newest"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The number people say on the phone."""
        return f"A-{self.pk:05d}"

    @property
    def state(self) -> ApplicationStatus:
        """The status with its labels and tone."""
        return ApplicationStatus(self.status)

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may still change it."""
        return self.status in EDITABLE

    def is_open(self, section: str) -> bool:
        """Whether the applicant may change this part now: of an application returned for some parts, only those."""
        return self.is_editable and self.takes(section)

    def takes(self, section: str) -> bool:
        """Whether the next submission says of this part what is there by then; else it says what the last one did."""
        return not self.returned_sections or section in self.returned_sections

    @property
    def is_partly_open(self) -> bool:
        """Whether it is in the applicant's hands with only some parts open."""
        return self.is_with_applicant and bool(self.returned_sections)

    @property
    def is_with_applicant(self) -> bool:
        """Whether it is in the applicant's hands, on hold or not: their evidence counts as it is now."""
        return self.status in WITH_APPLICANT

    @property
    def is_endorsed(self) -> bool:
        """Whether it ended as the applicant hoped."""
        return self.status == S.ENDORSED

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in CLOSED

    def belongs_to(self, user: User) -> bool:
        """Whether this is the person's own."""
        return self.person_id == user.pk


class Signature(models.Model):
    """A document signed for an application: which version, by which typed name, when and from where."""

    class Kind(models.TextChoices):
        ETHICS = "ethics", _("Code of Ethics")
        AGREEMENT = "agreement", _("Endorsement Agreement")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="signatures")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    document_version = models.CharField(max_length=40)
    signed_name = models.CharField(max_length=120)
    not_sanctioned = models.BooleanField()
    registry_consent = models.BooleanField(default=False)
    signed_at = models.DateTimeField(default=timezone.now, editable=False)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "kind"], name="signature_once_per_document")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.signed_name}"


class Snapshot(models.Model):
    """What was submitted, frozen: reviewers read this and nothing changes it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    data = models.JSONField()
    upload_ids = ArrayField(models.BigIntegerField(), default=list)
    sha256 = models.CharField(max_length=64)
    # The same as a PDF, made afterwards from the data.
    document = models.ForeignKey(Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="snapshot_one_per_number")]
        triggers = [
            pgtrigger.ReadOnly(
                name="frozen", fields=["application", "number", "data", "upload_ids", "sha256", "frozen_at"]
            ),
            # The paper is made once, afterwards.
            pgtrigger.Protect(
                name="one_paper",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__document__isnull=False, old__document__df=pgtrigger.F("new__document")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.code}, submission {self.number}"


class GrantRole(models.TextChoices):
    """Why somebody else may see an application."""

    REVIEWER = "reviewer", _("Reviewer")
    ADVISOR = "advisor", _("Advisor")
    COHORT_LEAD = "cohort_lead", _("Cohort lead")


class Sees(models.TextChoices):
    """How much of an application its owner shares with somebody."""

    PROGRESS = "progress", _("How far I am: requirements and areas")
    PORTFOLIO = "portfolio", _("That, and what I entered: my work, trainings, hours and texts")


class Grant(models.Model):
    """Access to one application for one person: a reviewer's by assignment, anybody else's because its owner shares it.

    Somebody who is asked by their address is nobody yet: `user` stays empty until a person who has proven the address
    to be theirs says yes.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="grants"
    )
    role = models.CharField(max_length=20, choices=GrantRole.choices)
    # As it was typed, in lower case; empty where nobody was asked.
    email = models.EmailField(max_length=254, blank=True)
    sees = models.CharField(max_length=10, choices=Sees.choices, blank=True)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user", "role"],
                condition=Q(withdrawn_at__isnull=True),
                name="grant_once_while_it_stands",
            ),
            models.UniqueConstraint(
                fields=["application", "email", "role"],
                condition=Q(withdrawn_at__isnull=True) & ~Q(email=""),
                name="grant_asked_once_while_it_stands",
            ),
            models.CheckConstraint(name="grant_is_for_somebody", condition=Q(user__isnull=False) | ~Q(email="")),
        ]
        indexes = [
            models.Index(
                fields=["email"], name="grant_asked", condition=Q(user__isnull=True, withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.application_id}"

    @property
    def shows_portfolio(self) -> bool:
        """Whether it opens what was entered, beside how far it is."""
        return self.sees == Sees.PORTFOLIO
