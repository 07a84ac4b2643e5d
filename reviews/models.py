"""What is true of reviews: who reviews, whom they may not review, what they scored, what was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application, Snapshot
from endorsement_portal.statuses import Status
from reviews.querysets import ConflictQuerySet, DecisionQuerySet, ReviewerQuerySet, ReviewQuerySet, ScoreQuerySet

if TYPE_CHECKING:
    from datetime import date

    from endorsement_portal.models import User

REVIEW_DAYS = 42


class Reviewer(models.Model):
    """A person who reviews: what they hold, what they speak, how much they take on at a time."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer")
    employer = models.CharField(
        _("employer"),
        max_length=150,
        blank=True,
        help_text=_("Applicants from the same employer are not assigned to this reviewer."),
    )
    categories = ArrayField(
        models.CharField(max_length=12), verbose_name=_("categories held"), default=list, blank=True
    )
    languages = ArrayField(models.CharField(max_length=40), verbose_name=_("languages"), default=list, blank=True)
    max_open = models.PositiveSmallIntegerField(
        _("open reviews at a time, at most"), default=3, validators=[MinValueValidator(0), MaxValueValidator(50)]
    )
    is_available = models.BooleanField(_("takes new reviews now"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        ordering = ["user__name", "pk"]

    def __str__(self) -> str:
        return str(self.user)


class ReviewsNeeded(models.Model):
    """How many reviews a category's profile needs, once a coordinator has confirmed it."""

    profile = models.CharField(max_length=12, unique=True)
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    confirmed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "reviews needed"
        constraints = [
            models.CheckConstraint(name="reviews_needed_one_or_more", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.number}"


class ConflictReason(models.TextChoices):
    """Why somebody may not judge an application."""

    OWN_FILE = "own_file", _("It is their own application")
    RATER = "rater", _("They were asked for a reference for it")
    EMPLOYER = "employer", _("They work for the same employer")
    RSC_PROVIDER = "rsc_provider", _("They gave the applicant reflective supervision")
    HELPER = "helper", _("They help the applicant as advisor or cohort lead")
    DECLARED = "declared", _("They declared a conflict of interest")


class Conflict(models.Model):
    """One conflict of interest that was declared by the reviewer or found by the portal."""

    class Source(models.TextChoices):
        DECLARED = "declared", _("Declared")
        DETECTED = "detected", _("Found by the portal")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conflicts")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="conflicts")
    reason = models.CharField(max_length=20, choices=ConflictReason.choices)
    source = models.CharField(max_length=20, choices=Source.choices)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "application", "reason"], name="conflict_each_reason_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.application_id}: {self.reason}"


class ReviewStatus(Status):
    """Value, what the applicant would read (no review is ever shown to them), tone, what staff read."""

    INVITED = "invited", _("In review"), "waiting", _("Invited")
    ACCEPTED = "accepted", _("In review"), "info", _("Accepted")
    IN_PROGRESS = "in_progress", _("In review"), "info", _("In progress")
    FILED = "filed", _("In review"), "good", _("Filed")
    DECLINED = "declined", _("In review"), "neutral", _("Declined")
    CONFLICT = "conflict", _("In review"), "attention", _("Conflict of interest")
    WITHDRAWN = "withdrawn", _("In review"), "neutral", _("Withdrawn")


S = ReviewStatus
OPEN = (S.INVITED, S.ACCEPTED, S.IN_PROGRESS)
LIVE = (*OPEN, S.FILED)
_OPEN_VALUES = [s.value for s in OPEN]
_LIVE_VALUES = [s.value for s in LIVE]


class Recommendation(models.TextChoices):
    """What a reviewer recommends."""

    ENDORSE = "endorse", _("Endorse")
    APPROVE_EXAM = "approve_exam", _("Approve to sit the exam")
    DEFER = "defer", _("Defer, with a plan")
    DISCUSS = "discuss", _("Needs discussion")


def default_due() -> date:
    """Six weeks from today."""
    return timezone.localdate() + timedelta(days=REVIEW_DAYS)


class Review(models.Model):
    """One reviewer's reading of one frozen submission."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    status = models.CharField(max_length=20, choices=S.choices, default=S.INVITED, editable=False)
    due_on = models.DateField(_("due"), default=default_due)
    recommendation = models.CharField(
        _("your recommendation"), max_length=20, choices=Recommendation.choices, blank=True
    )
    strengths = models.TextField(
        _("strengths"), max_length=5000, blank=True, help_text=_("At least one. The applicant may read this.")
    )
    growth = models.TextField(
        _("areas to grow in"), max_length=5000, blank=True, help_text=_("The applicant may read this.")
    )
    private_note = models.TextField(
        _("note for the coordinator"), max_length=5000, blank=True, help_text=_("The applicant never reads this.")
    )
    minutes_spent = models.PositiveIntegerField(
        _("minutes spent"), null=True, blank=True, validators=[MaxValueValidator(6000)]
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    saved_at = models.DateTimeField(null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    filed_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "reviewer"],
                condition=Q(status__in=_LIVE_VALUES),
                name="review_once_per_submission",
            ),
            models.UniqueConstraint(
                fields=["application", "reviewer"],
                condition=Q(status__in=_OPEN_VALUES),
                name="review_one_open_per_application",
            ),
            models.CheckConstraint(
                name="review_filed_is_whole",
                condition=~Q(status="filed") | (Q(filed_at__isnull=False) & ~Q(recommendation="") & ~Q(strengths="")),
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "status", "due_on"], name="review_queue")]

    def __str__(self) -> str:
        return f"Review {self.pk} of {self.application_id}"

    @property
    def state(self) -> ReviewStatus:
        """The status with its labels and tone."""
        return ReviewStatus(self.status)

    @property
    def is_open(self) -> bool:
        """Whether it is still in the reviewer's hands."""
        return self.status in OPEN

    @property
    def is_invited(self) -> bool:
        """Whether the reviewer has still to answer."""
        return self.status == S.INVITED

    @property
    def is_accepted(self) -> bool:
        """Whether the reviewer said yes and has not begun."""
        return self.status == S.ACCEPTED

    @property
    def is_in_progress(self) -> bool:
        """Whether the reviewer is scoring."""
        return self.status == S.IN_PROGRESS

    @property
    def is_filed(self) -> bool:
        """Whether it is handed in."""
        return self.status == S.FILED

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been filed before today."""
        return self.is_open and self.due_on < timezone.localdate()

    def belongs_to(self, user: User) -> bool:
        """Whether this is the person's own review."""
        return self.reviewer_id == user.pk


class Mark(models.TextChoices):
    """How far an area is shown."""

    MET = "met", _("Met")
    PARTLY = "partly", _("Partly")
    NOT_MET = "not_met", _("Not met")
    BY_REFERENCE = "by_reference", _("Covered by references")


class Score(models.Model):
    """One area of one review."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    area_code = models.CharField(max_length=81)
    mark = models.CharField(max_length=20, choices=Mark.choices, blank=True)
    comment_to_applicant = models.TextField(max_length=3000, blank=True)
    private_note = models.TextField(max_length=3000, blank=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "area_code"], name="score_once_per_area")]

    def __str__(self) -> str:
        return f"{self.area_code}: {self.mark}"


class Outcome(models.TextChoices):
    """What the coordinator decides. The values are the application's verbs."""

    ENDORSE = "endorse", _("Endorsed")
    APPROVE_EXAM = "approve_exam", _("Approved to sit the exam")
    DEFER = "defer", _("Deferred, with a plan")
    NOT_ENDORSE = "not_endorse", _("Not endorsed")


class Decision(models.Model):
    """What was decided on one submission, with the letter as it was sent."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    letter = models.TextField(_("letter to the applicant"), max_length=10000)
    unmet_areas = ArrayField(models.CharField(max_length=81), default=list, blank=True)
    plan = models.TextField(_("plan"), max_length=5000, blank=True)
    re_review_by = models.DateField(_("new review by"), null=True, blank=True)
    decided_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["application", "round", "pk"]
        constraints = [
            # Leave to sit the exam comes before the round's final word; each is given once.
            models.UniqueConstraint(
                fields=["application", "round"],
                condition=~Q(outcome="approve_exam"),
                name="decision_one_final_per_round",
            ),
            models.UniqueConstraint(
                fields=["application", "round"],
                condition=Q(outcome="approve_exam"),
                name="decision_exam_once_per_round",
            ),
            models.CheckConstraint(
                name="decision_deferred_has_a_plan",
                condition=~Q(outcome="defer") | (~Q(plan="") & Q(re_review_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.application_id}, round {self.round}"
