"""References: somebody who knows the applicant's work answers a rating by a secure link, without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applicants.models.application import Application
from applicants.querysets import ReferenceQuerySet
from endorsement_portal.statuses import Status


class ReferenceRole(models.TextChoices):
    """The part a rater plays; which are needed depends on the category."""

    SUPERVISOR = "current_supervisor", _("Current supervisor")
    RSC_PROVIDER = "rsc_provider", _("Provider of your reflective supervision")
    RSC_SUPERVISEE = "rsc_supervisee", _("Someone who receives reflective supervision from you")
    ENDORSED = "endorsed_or_vetted", _("Someone endorsed, or vetted by the association")
    COLLEAGUE = "colleague", _("Colleague")
    TEACHER = "teacher", _("Teacher, trainer or consultant")
    RECIPIENT = "recipient", _("Parent or family you have worked with")
    OTHER = "other", _("Someone else who knows your work")


class ReferenceStatus(Status):
    """Value, what the applicant reads, tone, what staff read."""

    DRAFT = "draft", _("Not sent yet"), "neutral", _("Not sent yet")
    SENT = "sent", _("Sent"), "waiting", _("Sent")
    OPENED = "opened", _("Opened"), "waiting", _("Opened")
    STARTED = "started", _("Started"), "info", _("Started")
    COMPLETED = "completed", _("Complete"), "good", _("Complete")
    DECLINED = "declined", _("Declined"), "attention", _("Declined")
    VOID = "void", _("Can’t be counted"), "attention", _("Can’t be counted")
    EXPIRED = "expired", _("Link expired"), "attention", _("Link expired")
    REPLACED = "replaced", _("Replaced"), "neutral", _("Replaced")


# Until somebody begins to answer.
CORRECTABLE = (ReferenceStatus.DRAFT, ReferenceStatus.SENT, ReferenceStatus.OPENED, ReferenceStatus.EXPIRED)


class Reference(models.Model):
    """One invited rating. The answers reach the applicant only where they kept that right."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="references")
    role = models.CharField(_("how they know your work"), max_length=30, choices=ReferenceRole.choices)
    rater_name = models.CharField(_("name"), max_length=120)
    rater_email = models.EmailField(_("email"), max_length=254)
    known_since = models.DateField(_("knows you since"))
    waived = models.BooleanField(_("I give up the right to read this reference"))
    status = models.CharField(max_length=20, choices=ReferenceStatus.choices, default="draft", editable=False)
    generation = models.PositiveSmallIntegerField(default=0, editable=False)
    token_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    answers = models.JSONField(default=dict, editable=False)
    recommendation = models.CharField(max_length=20, blank=True, editable=False)
    remarks = models.TextField(blank=True, editable=False)
    signed_name = models.CharField(max_length=120, blank=True, editable=False)
    # A second address gets the same link; some employers' servers hold mail back.
    second_email = models.EmailField(_("second email"), max_length=254, blank=True)
    # What the rater says of an endorsement of their own, and whether the coordinator has vetted them by phone.
    rater_endorsement = models.CharField(_("your own endorsement"), max_length=80, blank=True, editable=False)
    vetted_at = models.DateTimeField(null=True, editable=False)
    vetted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    # A short code that staff read out on the phone opens the form where the mail never came.
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    # Who typed in an answer that came on paper.
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    declined_because = models.TextField(blank=True, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                "application",
                Lower("rater_email"),
                condition=~Q(status__in=["replaced", "declined"]),
                name="reference_each_rater_once",
            ),
            models.CheckConstraint(
                name="reference_completed_has_a_date",
                condition=~Q(status="completed") | Q(completed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reference_vetted_at_and_by",
                condition=Q(vetted_at__isnull=True, vetted_by__isnull=True)
                | Q(vetted_at__isnull=False, vetted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_name} for {self.application_id}"

    @property
    def rater_is_endorsed(self) -> bool:
        """Whether the rater holds an endorsement or was vetted by the coordinator."""
        return bool(self.rater_endorsement) or self.vetted_at is not None

    @property
    def is_correctable(self) -> bool:
        """Whether name and address may still be corrected: nobody has begun to answer."""
        return self.status in CORRECTABLE

    @property
    def is_complete(self) -> bool:
        """Whether it is answered and valid."""
        return self.status == ReferenceStatus.COMPLETED

    @property
    def state(self) -> ReferenceStatus:
        """The status with its labels and tone."""
        return ReferenceStatus(self.status)
