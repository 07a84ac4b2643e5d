"""Interest: what somebody told us who would like to be endorsed. Nothing demographic is asked or kept here."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import DegreeLevel, Sector
from cohorts.querysets import InterestQuerySet
from competencies.models import Category, Scope
from endorsement_portal.models import County
from endorsement_portal.statuses import Status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class InterestStatus(Status):
    """Value, what the person reads, tone, what staff read."""

    NEW = "new", _("Received"), "waiting", _("New")
    NEEDS_INFO = "needs_info", _("We have a question for you"), "attention", _("Question asked")
    POOL = "pool", _("Ready for a cohort"), "info", _("In the pool")
    WAITLISTED = "waitlisted", _("On the waiting list"), "waiting", _("Waiting list")
    OFFERED = "offered", _("A seat is waiting for your answer"), "attention", _("Seat offered")
    PLACED = "placed", _("You have a seat"), "good", _("Placed")
    NOT_READY = "not_ready", _("Growing toward it"), "neutral", _("Not ready yet")
    CLOSED = "closed", _("Closed"), "neutral", _("Closed")


class AgesServed(models.TextChoices):
    """Whom somebody works with."""

    PRENATAL = "prenatal", _("Families expecting a baby")
    INFANTS = "infants", _("Babies and toddlers, birth to 36 months")
    YOUNG = "young", _("Young children, 3 to 6 years")
    ADULTS = "adults", _("Adults who work on behalf of young children")


class PracticeLanguage(models.TextChoices):
    """Languages in which people in North Carolina meet families; others are written in."""

    ENGLISH = "English", _("English")
    SPANISH = "Spanish", _("Spanish")
    ASL = "American Sign Language", _("American Sign Language")
    ARABIC = "Arabic", _("Arabic")
    CHINESE = "Chinese", _("Chinese")
    FRENCH = "French", _("French")
    HMONG = "Hmong", _("Hmong")
    VIETNAMESE = "Vietnamese", _("Vietnamese")


class CohortPreference(models.TextChoices):
    """The kind of cohort somebody would like to join."""

    ANY = "any", _("Either is fine")
    OPEN = "open", _("With people from other agencies and counties")
    AGENCY = "agency", _("With colleagues from my own agency")


class FundingNeed(models.TextChoices):
    """What somebody would need help to pay."""

    NONE = "none", _("No help needed")
    MEMBERSHIP = "membership", _("The membership")
    FEES = "fees", _("The endorsement fees")
    SUPERVISION = "supervision", _("Reflective supervision")
    ALL = "all", _("All of these")


class HeardFrom(models.TextChoices):
    """How somebody heard of the endorsement."""

    COLLEAGUE = "colleague", _("A colleague")
    EMPLOYER = "employer", _("My employer")
    ENDORSED = "endorsed", _("Somebody who is endorsed")
    EVENT = "event", _("A training or conference")
    WEB = "web", _("The association’s website or newsletter")
    OTHER = "other", _("Another way")


class Interest(models.Model):
    """One form of interest. A county that is empty means outside North Carolina."""

    # Sent with the form, so that sending it twice makes one row.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="interests"
    )
    status = models.CharField(max_length=20, choices=InterestStatus.choices, default=InterestStatus.NEW, editable=False)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("email"), max_length=254)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    home_county = models.ForeignKey(
        County,
        verbose_name=_("county where you live"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    employer = models.CharField(_("employer or organization"), max_length=150)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    sector = models.CharField(_("field of work"), max_length=30, choices=Sector.choices)
    work_county = models.ForeignKey(
        County,
        verbose_name=_("county where you work most"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interests",
    )
    other_work_counties = models.ManyToManyField(
        County, verbose_name=_("other counties where you work"), blank=True, related_name="+"
    )
    focus = models.CharField(_("main focus of your work"), max_length=16, choices=Scope.choices)
    ages_served = ArrayField(models.CharField(max_length=12, choices=AgesServed.choices), verbose_name=_("ages served"))
    paid_years = models.DecimalField(
        _("years of paid work with or for young children"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(60))],
    )
    highest_education = models.CharField(_("highest education"), max_length=20, choices=DegreeLevel.choices)
    practice_languages = ArrayField(models.CharField(max_length=40), verbose_name=_("languages you work in"))
    category = models.ForeignKey(
        Category,
        verbose_name=_("category you are interested in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interests",
    )
    language_pref = models.CharField(
        _("language for our mail"), max_length=5, choices=[("en", _("English")), ("es", _("Spanish"))], default="en"
    )
    access_needs = models.TextField(_("what would help you take part"), max_length=1000, blank=True)
    cohort_preference = models.CharField(
        _("kind of cohort"), max_length=10, choices=CohortPreference.choices, default=CohortPreference.ANY
    )
    funding_need = models.CharField(
        _("help with the cost"), max_length=12, choices=FundingNeed.choices, default=FundingNeed.NONE
    )
    heard_from = models.CharField(_("how you heard of us"), max_length=12, choices=HeardFrom.choices, blank=True)
    consent_contact = models.BooleanField(_("you may contact me about the endorsement"))
    consent_privacy = models.BooleanField(_("I have read how my information is used"))
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="interest_email_in_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="interest_with_both_consents", condition=Q(consent_contact=True, consent_privacy=True)
            ),
            models.CheckConstraint(
                name="interest_paid_years_in_a_life", condition=Q(paid_years__gte=0, paid_years__lte=60)
            ),
            models.CheckConstraint(
                name="interest_asked_at_least_once",
                condition=Q(ages_served__len__gt=0, practice_languages__len__gt=0),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-received_at"], name="interest_status"),
            models.Index(fields=["-received_at", "-id"], name="interest_newest"),
            models.Index(fields=["email"], name="interest_email"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as it was given; some people have only one."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def state(self) -> InterestStatus:
        """The status with its labels and tone."""
        return InterestStatus(self.status)

    @property
    def lives_elsewhere(self) -> bool:
        """Whether the person lives outside North Carolina, which the coordinator looks at twice."""
        return self.home_county_id is None

    @property
    def work_place(self) -> str | StrPromise:
        """The county of the work, in words."""
        return self.work_county.name if self.work_county else _("Outside North Carolina")

    @property
    def ages_in_words(self) -> list[str]:
        """Whom the person works with, in words."""
        return [str(AgesServed(value).label) for value in self.ages_served]
