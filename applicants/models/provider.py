"""Providers of reflective supervision: who they are, and what they were qualified as, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.querysets import ProviderQuerySet
from endorsement_portal.models import County

if TYPE_CHECKING:
    from datetime import date


class Qualification(models.TextChoices):
    """What makes somebody a provider whose hours count."""

    MENTOR_CLINICAL = "MHM-C", _("Mental Health Mentor – Clinical")
    ERS = "ERS", _("Endorsed Reflective Supervisor")
    ERS_EMERGING = "ERS-emerging", _("Endorsed Reflective Supervisor, emerging")
    VETTED = "vetted", _("Vetted by the association")


class Provider(models.Model):
    """One provider. Only those who opted in are in the public directory."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="provider"
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"), max_length=254)
    county = models.ForeignKey(
        County, verbose_name=_("county"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    languages = ArrayField(models.CharField(max_length=40), verbose_name=_("languages"), default=list, blank=True)
    open_seats = models.PositiveSmallIntegerField(_("open seats"), null=True, blank=True)
    takes_others = models.BooleanField(_("takes people from other organizations"), default=False)
    online = models.BooleanField(_("meets online"), default=False)
    listed = models.BooleanField(_("in the public directory"), default=False)
    contact = models.CharField(
        _("how to get in touch"), max_length=200, blank=True, help_text=_("Shown in the directory: an address or page.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = [models.UniqueConstraint(Lower("email"), name="provider_once_per_address")]

    def __str__(self) -> str:
        return self.name


class Standing(models.Model):
    """A time during which a provider held a qualification. An open end means: still."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="standings")
    qualification = models.CharField(_("qualification"), max_length=20, choices=Qualification.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Leave empty while it holds."))
    source = models.CharField(_("how we know"), max_length=200, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="standing_dates_in_order", condition=Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.qualification} from {self.starts_on}"

    def covers(self, start: date, end: date) -> bool:
        """Whether the qualification held on all of these days."""
        return self.starts_on <= start and (self.ends_on is None or end <= self.ends_on)
