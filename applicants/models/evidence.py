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
from competencies.models import CatalogItem
from endorsement_portal.models import County, Upload

QUARTER_HOUR = Decimal("0.25")
HOURS_A_DAY = 8


class Evidence(models.Model):
    """What every entry has: the person, the areas it shows ("domain.area" keys), a certificate, a version."""

    # Its word in addresses and snapshots, what it is when areas are covered, and its field of hours, if it has one.
    kind = ""
    shows_as = ""
    hours_name = ""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)s_evidence")
    area_keys = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("areas it shows"))
    document = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("certificate")
    )
    # Of the hours, how many went to which area: {"domain.area": "1.5"}. Never more than the entry has in all.
    area_hours = models.JSONField(default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Taken out by its owner; it can be put back until the library is swept.
    removed_at = models.DateTimeField(null=True, editable=False)
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

    @property
    def ref(self) -> str:
        """The entry's name among all of a person's evidence: "training:12"."""
        return f"{self.kind}:{self.pk}"


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


class WorkTest(models.TextChoices):
    """What the framework asks of a specialist's work."""

    AGE = "child_in_age_range", _("was with children of the age I apply for, and their families")
    SOCIAL_EMOTIONAL = "social_emotional_focus", _("was mainly about the child’s social and emotional needs")
    RELATIONSHIP = "relationship_focus", _("supported the relationships around the child")


class Work(Evidence):
    """One job, placement or volunteer role."""

    kind = "work"
    shows_as = "work"

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
    internship_supervisor_endorsed = models.BooleanField(
        _("my internship supervisor was endorsed as a Mental Health Specialist or Clinical Mentor"), default=False
    )
    as_therapist = models.BooleanField(_("I worked as a licensed or license-eligible therapist"), default=False)
    meets_tests = ArrayField(
        models.CharField(max_length=30, choices=WorkTest.choices),
        verbose_name=_("this work"),
        default=list,
        blank=True,
        help_text=_("Tick what is true of it. The Family Specialist category asks for all three."),
    )
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
    shows_as = "course"

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


class Course(Evidence):
    """One college course, within a degree or on its own."""

    kind = "course"
    shows_as = "course"

    education = models.ForeignKey(
        Education,
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="courses",
        help_text=_("Leave empty if it was no part of a degree."),
    )
    catalog_item = models.ForeignKey(
        CatalogItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    institution = models.CharField(_("school"), max_length=150)
    code = models.CharField(_("course number"), max_length=30, blank=True)
    title = models.CharField(_("title"), max_length=200)
    completed_on = models.DateField(_("date completed"), help_text=_("The month is enough: take any day in it."))
    credits = models.DecimalField(
        _("credits"), max_digits=4, decimal_places=1, validators=[MinValueValidator(Decimal(0)), MaxValueValidator(60)]
    )

    class Meta:
        ordering = ["-completed_on", "-pk"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def headline(self) -> str:
        """Number and title."""
        return f"{self.code} {self.title}".strip()

    @property
    def measure(self) -> str:
        """Credits."""
        return str(_("%(credits)s credits") % {"credits": f"{self.credits.normalize():f}"})


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
    shows_as = "training"
    hours_name = "clock_hours"

    title = models.CharField(_("title"), max_length=200)
    sponsor = models.CharField(_("who gave it"), max_length=150)
    catalog_item = models.ForeignKey(
        CatalogItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
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
    def has_long_days(self) -> bool:
        """Whether a conference has more hours than its days hold, at eight a day."""
        days = ((self.end_date or self.start_date) - self.start_date).days + 1
        return self.format == TrainingFormat.CONFERENCE and self.clock_hours > days * HOURS_A_DAY

    @property
    def measure(self) -> str:
        """Clock hours."""
        return str(_("%(hours)s hours") % {"hours": f"{self.clock_hours.normalize():f}"})


class Leadership(Evidence):
    """Practice leadership, teaching, or something published."""

    kind = "leadership"
    shows_as = "work"

    class Kind(models.TextChoices):
        LEADERSHIP = "leadership", _("Leading a group, board, program or initiative")
        TEACHING = "teaching", _("Teaching or training others")
        PRESENTATION = "presentation", _("Speaking at a conference")
        PUBLICATION = "publication", _("An article, book, report or study")
        ADVOCACY = "advocacy", _("Policy work or advocacy")

    type = models.CharField(_("what it was"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    role = models.CharField(_("your part in it"), max_length=120)
    organization = models.CharField(_("organization or publisher"), max_length=150, blank=True)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("to"), null=True, blank=True, help_text=_("Leave empty if it goes on."))
    description = models.TextField(_("what it was about, and whom it reached"), max_length=2000, blank=True)
    link = models.URLField(_("link"), max_length=300, blank=True)

    class Meta:
        ordering = ["-start_date", "-pk"]
        verbose_name = _("leadership or publication")
        verbose_name_plural = _("leadership and publications")
        constraints = [dates_in_order("leadership_dates_in_order")]

    @property
    def headline(self) -> str:
        """The title."""
        return self.title

    @property
    def measure(self) -> str:
        """The part in it."""
        return self.role
