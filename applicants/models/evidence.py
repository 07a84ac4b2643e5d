"""Evidence: work, education, training, reflective supervision. It belongs to the person and is entered once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.querysets import EvidenceQuerySet
from endorsement_portal.models import County, Upload

QUARTER_HOUR = Decimal("0.25")


class Evidence(models.Model):
    """What every entry has: the person, the areas it shows ("domain.area" keys), a certificate, a version."""

    kind = ""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)s_evidence")
    area_keys = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("areas it shows"))
    document = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("certificate")
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # The form that made the entry: sent twice, it makes one.
    once = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.headline

    @property
    def headline(self) -> str:
        """The entry in a few words."""
        raise NotImplementedError

    @property
    def measure(self) -> str:
        """What it adds up to, in words."""
        return ""


def dates_in_order(name: str) -> models.CheckConstraint:
    """A start is never after its end."""
    return models.CheckConstraint(name=name, condition=Q(end_date__isnull=True) | Q(start_date__lte=F("end_date")))


class WorkFocus(models.TextChoices):
    """What a job counts toward."""

    PROMOTION = "promotion", _("Care, education or support for young children and families")
    PREVENTION = "prevention", _("Prevention or early intervention with families")
    INTERVENTION = "intervention", _("Parent–infant or child–parent psychotherapy")
    RSC_PROVISION = "rsc_provision", _("Providing reflective supervision")
    POLICY = "policy", _("Policy or program leadership")
    ACADEMIC = "academic", _("University teaching or published research")
    LEADERSHIP = "leadership", _("Practice leadership, paid or unpaid")


class Work(Evidence):
    """One job, placement or volunteer role."""

    kind = "work"

    employer = models.CharField(_("employer or organization"), max_length=150)
    job_title = models.CharField(_("job title"), max_length=120)
    county = models.ForeignKey(
        County, verbose_name=_("county"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    start_date = models.DateField(_("start date"))
    end_date = models.DateField(
        _("end date"), null=True, blank=True, help_text=_("Leave empty if you still work here.")
    )
    hours_per_week = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(80))],
    )
    paid = models.BooleanField(_("this was paid work"), default=True)
    trained_volunteer = models.BooleanField(
        _("supervised volunteer work with specialized training"),
        default=False,
        help_text=_("For example CASA, doula or child-life volunteering."),
    )
    supervised_internship = models.BooleanField(_("a supervised internship"), default=False)
    focus = models.CharField(_("what it was mainly"), max_length=20, choices=WorkFocus.choices)
    families_served = models.PositiveIntegerField(_("families served, about"), null=True, blank=True)
    duties = models.TextField(_("what you do"), max_length=3000)
    supervisor_name = models.CharField(_("supervisor"), max_length=120, blank=True)

    class Meta:
        ordering = ["-start_date", "-pk"]
        verbose_name = _("work")
        verbose_name_plural = _("work")
        constraints = [dates_in_order("work_dates_in_order")]

    @property
    def headline(self) -> str:
        """Title and employer."""
        return f"{self.job_title}, {self.employer}"

    @property
    def measure(self) -> str:
        """Hours a week."""
        return str(_("%(hours)s hours a week") % {"hours": f"{self.hours_per_week.normalize():f}"})


class DegreeLevel(models.TextChoices):
    """Degrees and certificates, lowest first."""

    HIGH_SCHOOL = "high_school", _("High school or equivalent")
    CDA = "cda", _("Child Development Associate (CDA)")
    CERTIFICATE = "certificate", _("College certificate or diploma")
    ASSOCIATE = "associate", _("Associate’s degree")
    BACHELOR = "bachelor", _("Bachelor’s degree")
    MASTER = "master", _("Master’s degree")
    SPECIALIST = "specialist", _("Education specialist (EdS)")
    DOCTORATE = "doctorate", _("Doctorate")
    MEDICAL = "medical", _("Medical degree")
    LICENSE = "license", _("State mental health license")


class Education(Evidence):
    """One degree, certificate, or licence."""

    kind = "education"

    institution = models.CharField(_("school or licensing agency"), max_length=150)
    degree_level = models.CharField(_("degree or license"), max_length=20, choices=DegreeLevel.choices)
    field_of_study = models.CharField(_("field"), max_length=120)
    conferred_on = models.DateField(
        _("date awarded"), null=True, blank=True, help_text=_("Leave empty if not finished.")
    )

    class Meta:
        ordering = ["-conferred_on", "-pk"]
        verbose_name = _("education")
        verbose_name_plural = _("education")

    @property
    def headline(self) -> str:
        """Degree and school."""
        return f"{self.get_degree_level_display()}, {self.institution}"

    @property
    def measure(self) -> str:
        """The field."""
        return self.field_of_study


class TrainingFormat(models.TextChoices):
    """How a training was given."""

    SERIES = "series", _("Series or intensive")
    WORKSHOP = "workshop", _("Workshop")
    CONFERENCE = "conference", _("Conference")
    COURSE = "course", _("College course")
    WEBINAR = "webinar", _("Webinar")
    SELF_PACED = "self_paced", _("Self-paced")


def hours_field(label: Any, **kwargs: Any) -> models.DecimalField:
    """Clock hours in quarters of an hour, up to 2,000."""
    return models.DecimalField(
        label,
        max_digits=6,
        decimal_places=2,
        validators=[MaxValueValidator(Decimal(2000))],
        **kwargs,
    )


class Training(Evidence):
    """One in-service training: its clock hours, and how many of them were about equity or about giving supervision."""

    kind = "training"

    title = models.CharField(_("title"), max_length=200)
    sponsor = models.CharField(_("who gave it"), max_length=150)
    format = models.CharField(_("kind"), max_length=20, choices=TrainingFormat.choices)
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave empty if it took one day."))
    clock_hours = hours_field(_("clock hours in all"))
    dei_hours = hours_field(_("of these, on diversity, equity and inclusion"), default=0)
    rsc_provision_hours = hours_field(_("of these, on providing reflective supervision"), default=0)
    description = models.TextField(_("what it was about"), max_length=500, blank=True)

    class Meta:
        ordering = ["-start_date", "-pk"]
        verbose_name = _("training")
        verbose_name_plural = _("training")
        constraints = [
            dates_in_order("training_dates_in_order"),
            models.CheckConstraint(
                name="training_hours_add_up",
                condition=Q(clock_hours__gt=0)
                & Q(dei_hours__gte=0)
                & Q(rsc_provision_hours__gte=0)
                & Q(clock_hours__gte=F("dei_hours") + F("rsc_provision_hours")),
            ),
        ]

    @property
    def headline(self) -> str:
        """The title."""
        return self.title

    @property
    def measure(self) -> str:
        """Clock hours."""
        return str(_("%(hours)s hours") % {"hours": f"{self.clock_hours.normalize():f}"})


class ReflectiveSupervision(Evidence):
    """Reflective supervision received from one provider over a period."""

    kind = "supervision"

    class Setting(models.TextChoices):
        INDIVIDUAL = "individual", _("One to one")
        GROUP = "group", _("In a group")

    class ProviderStanding(models.TextChoices):
        MENTOR_CLINICAL = "MHM-C", _("Mental Health Mentor – Clinical")
        ERS = "ERS", _("Endorsed Reflective Supervisor")
        ERS_EMERGING = "ERS-emerging", _("Endorsed Reflective Supervisor, emerging")
        VETTED = "vetted", _("Vetted by the association")
        OTHER = "other", _("Something else, or not sure")

    provider_name = models.CharField(_("provider"), max_length=120)
    provider_email = models.EmailField(_("provider’s email"), blank=True)
    provider_standing = models.CharField(
        _("the provider’s standing at that time"), max_length=20, choices=ProviderStanding.choices
    )
    setting = models.CharField(_("setting"), max_length=20, choices=Setting.choices)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("to"))
    total_hours = hours_field(_("hours received"))
    hours_about_provision = hours_field(_("of these, about supervision that you give"), default=0)

    class Meta:
        ordering = ["-start_date", "-pk"]
        verbose_name = _("reflective supervision")
        verbose_name_plural = _("reflective supervision")
        constraints = [
            dates_in_order("supervision_dates_in_order"),
            models.CheckConstraint(
                name="supervision_hours_add_up",
                condition=Q(total_hours__gt=0)
                & Q(hours_about_provision__gte=0)
                & Q(total_hours__gte=F("hours_about_provision")),
            ),
        ]

    @property
    def headline(self) -> str:
        """The provider."""
        return str(_("With %(name)s") % {"name": self.provider_name})

    @property
    def measure(self) -> str:
        """Hours received."""
        return str(_("%(hours)s hours") % {"hours": f"{self.total_hours.normalize():f}"})


KINDS: dict[str, type[Evidence]] = {cls.kind: cls for cls in (Work, Education, Training, ReflectiveSupervision)}
