"""What is true of credentials: one per endorsed application, numbered, verifiable by a serial nobody can guess."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from competencies.models import Category
from credentials.querysets import CredentialQuerySet
from endorsement_portal.models import County, Upload
from endorsement_portal.statuses import Status

if TYPE_CHECKING:
    from endorsement_portal.models import User


class CredentialStatus(Status):
    """Value, what the holder reads, tone, what staff read."""

    ACTIVE = "active", _("Active"), "good", _("Active")
    EXPIRED = "expired", _("Expired"), "attention", _("Expired")
    INACTIVE = "inactive", _("Inactive"), "neutral", _("Inactive")
    REVOKED = "revoked", _("Revoked"), "attention", _("Revoked")
    ARCHIVED = "archived", _("Archived"), "neutral", _("Archived")


def new_serial() -> str:
    """192 random bits in letters that an address can carry."""
    return secrets.token_urlsafe(24)


class Credential(models.Model):
    """An endorsement as it was given. Titles and name are copied: what a certificate says never changes by itself."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="credential")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credentials")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="credentials")
    category_title = models.CharField(max_length=80)
    track_title = models.CharField(max_length=80)
    track_mark = models.CharField(max_length=12)
    number = models.CharField(max_length=30, unique=True)
    serial = models.CharField(max_length=43, unique=True, default=new_serial, editable=False)
    name = models.CharField(_("name on the certificate"), max_length=120)
    status = models.CharField(
        max_length=20, choices=CredentialStatus.choices, default=CredentialStatus.ACTIVE, editable=False
    )
    issued_on = models.DateField()
    expires_on = models.DateField()
    in_registry = models.BooleanField(_("list me in the public registry"), default=False)
    show_county = models.BooleanField(_("show my county there"), default=False)
    county = models.ForeignKey(County, null=True, blank=True, on_delete=models.PROTECT, related_name="credentials")
    pdf = models.OneToOneField(
        Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="credential", editable=False
    )
    pdf_made_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="credential_ends_after_start", condition=Q(expires_on__gt=F("issued_on"))),
            models.CheckConstraint(
                name="credential_pdf_and_its_time",
                condition=Q(pdf__isnull=True, pdf_made_at__isnull=True)
                | Q(pdf__isnull=False, pdf_made_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="credential_registry", condition=Q(in_registry=True)),
            models.Index(fields=["expires_on"], name="credential_expiry", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> CredentialStatus:
        """The status with its labels and tone, as of today: an end that has passed counts before the timer saw it."""
        if self.status == CredentialStatus.ACTIVE and self.expires_on < timezone.localdate():
            return CredentialStatus.EXPIRED
        return CredentialStatus(self.status)

    @property
    def is_active(self) -> bool:
        """Whether it stands today."""
        return self.state == CredentialStatus.ACTIVE

    @property
    def is_expired(self) -> bool:
        """Whether its end has passed."""
        return self.state == CredentialStatus.EXPIRED

    @property
    def is_revoked(self) -> bool:
        """Whether it was taken away."""
        return self.state == CredentialStatus.REVOKED

    @property
    def is_archived(self) -> bool:
        """Whether its holder gave it up."""
        return self.state == CredentialStatus.ARCHIVED

    @property
    def has_certificate(self) -> bool:
        """Whether the certificate may still be handed out: what was never taken away stays its holder's record."""
        return self.is_active or self.is_expired

    @property
    def verify_path(self) -> str:
        """The path of the public page that verifies it."""
        return reverse("credentials:verify", args=[self.serial])

    @property
    def verify_url(self) -> str:
        """The address behind the QR code."""
        return f"{settings.BASE_URL}{self.verify_path}"

    def belongs_to(self, user: User) -> bool:
        """Whether this is the person's own."""
        return self.person_id == user.pk


class NumberCounter(models.Model):
    """The last number given for a track in a year. Its row is locked while the next one is taken."""

    track = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["track", "year"], name="counter_one_per_track_and_year")]

    def __str__(self) -> str:
        return f"{self.track} {self.year}: {self.last}"
