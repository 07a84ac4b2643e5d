"""References: somebody who knows the applicant's work answers a rating by a secure link, without an account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
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
# Out with the rater.
OUT = (ReferenceStatus.SENT, ReferenceStatus.OPENED, ReferenceStatus.STARTED)


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
    # By the key of the question, and the edition whose questions they are to.
    answers = models.JSONField(default=dict, editable=False)
    edition = models.ForeignKey(
        "competencies.Edition", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    recommendation = models.CharField(max_length=20, blank=True, editable=False)
    remarks = models.TextField(blank=True, editable=False)
    signed_name = models.CharField(max_length=120, blank=True, editable=False)
    # A second address gets the same link; some employers' servers hold mail back.
    second_email = models.EmailField(_("second email"), max_length=254, blank=True)
    # Which browser holds what the rater has written: the one whose signed cookie has this number. Nobody's at 0.
    holding = models.PositiveSmallIntegerField(default=0, editable=False)
    # What the rater says of an endorsement of their own, and whether the coordinator has vetted them by phone.
    rater_endorsement = models.CharField(_("your own endorsement"), max_length=80, blank=True, editable=False)
    vetted_at = models.DateTimeField(null=True, editable=False)
    vetted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    # A short code opens the form where the mail never came, read out by staff on the phone, and what was written where
    # it was begun elsewhere, sent to the rater. The database keeps only its hash.
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    # Who typed in an answer that came on paper, the day that it bears, and the paper itself.
    keyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    paper_dated = models.DateField(null=True, editable=False)
    scan = models.ForeignKey(
        "endorsement_portal.Upload", null=True, on_delete=models.PROTECT, related_name="+", editable=False
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
            models.CheckConstraint(
                name="reference_keyed_by_and_dated",
                condition=Q(keyed_by__isnull=True, paper_dated__isnull=True, scan__isnull=True)
                | Q(keyed_by__isnull=False, paper_dated__isnull=False),
            ),
            models.CheckConstraint(
                name="reference_two_addresses_differ",
                condition=Q(second_email="") | ~Q(second_email__iexact=models.F("rater_email")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater_name} for {self.application_id}"

    @property
    def addresses(self) -> list[str]:
        """Where mail to the rater goes."""
        return [address for address in (self.rater_email, self.second_email) if address]

    @property
    def number(self) -> str:
        """What it is called on the phone."""
        return f"R{self.pk}"

    @property
    def asked_edition(self) -> int:
        """The edition whose questions the answers are to; the application's while nobody has answered."""
        return self.edition_id or self.application.edition_id

    @property
    def rater_is_endorsed(self) -> bool:
        """Whether the rater says in a reference that was sent that they are endorsed, or the coordinator vetted them."""
        return self.vetted_at is not None or (self.is_sent and bool(self.rater_endorsement))

    @property
    def endorsement_is_open(self) -> bool:
        """Whether the applicant named them as endorsed and nobody has confirmed it yet."""
        return self.role == ReferenceRole.ENDORSED and not self.rater_is_endorsed

    @property
    def is_begun(self) -> bool:
        """Whether the rater has written anything, saved or not: from then on the words are theirs alone."""
        return self.holding > 0 or bool(self.answers)

    @property
    def is_correctable(self) -> bool:
        """Whether name and address may still be corrected: nobody has begun to answer."""
        return self.status in CORRECTABLE and not self.is_begun

    @property
    def is_out(self) -> bool:
        """Whether the rater has the next move."""
        return self.status in OUT

    @property
    def is_sent(self) -> bool:
        """Whether the rater has sent their answers, whatever they count."""
        return self.status in {ReferenceStatus.COMPLETED, ReferenceStatus.VOID}

    @property
    def is_complete(self) -> bool:
        """Whether it is answered and valid."""
        return self.status == ReferenceStatus.COMPLETED

    @property
    def has_live_link(self) -> bool:
        """Whether a link to the form works now."""
        past = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.is_out and bool(self.token_hash) and not past

    @property
    def state(self) -> ReferenceStatus:
        """The status with its labels and tone."""
        return ReferenceStatus(self.status)
