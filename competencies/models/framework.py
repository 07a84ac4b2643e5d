"""What is true: editions of the framework, their categories, figures, domains and areas.

The framework calls IMH-E® and ECMH-E® credentials; here they are tracks, because a credential is what is issued.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competencies.querysets import EditionQuerySet, FigureQuerySet


class EditionStatus(models.TextChoices):
    """Where an edition stands; visitors read the same words."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Scope(models.TextChoices):
    """The scope of practice a category is for."""

    PROMOTION = "promotion", _("Promotion")
    PREVENTION = "prevention", _("Prevention and early intervention")
    INTERVENTION = "intervention", _("Intervention and treatment")
    MACRO = "macro", _("Macro and leadership")


class Basis(models.TextChoices):
    """How sure a figure or title was when it was loaded."""

    CONFIRMED = "confirmed", _("Read on a public page")
    INFERRED = "inferred", _("Inferred")
    UNKNOWN = "unknown", _("Not found")


class Confirmation(models.TextChoices):
    """Whether the association has still to say yes."""

    OPEN = "open", _("To be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")


class Edition(models.Model):
    """One version of the framework. Applications are pinned to one; a new version is a new row."""

    key = models.SlugField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=20, choices=EditionStatus.choices, default=EditionStatus.DRAFT)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    licensee = models.CharField(max_length=60)
    notes = ArrayField(models.TextField(), default=list, blank=True)
    source_sha256 = models.CharField(max_length=64, editable=False)
    loaded_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    # Added by with_open_counts().
    figures_all: int
    figures_open: int
    titles_open: int

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="edition_one_per_version"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="edition_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="edition_published_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="edition_retired_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(status=EditionStatus.DRAFT) | Q(published_at__isnull=True),
                name="edition_draft_not_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("competencies:edition_detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether pages say that the edition is a draft."""
        return self.status == EditionStatus.DRAFT


class Confirmable(models.Model):
    """Something public sources say, which the association confirms or corrects."""

    basis = models.CharField(max_length=12, choices=Basis.choices, default=Basis.CONFIRMED)
    status = models.CharField(max_length=12, choices=Confirmation.choices, default=Confirmation.OPEN)
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, status=Confirmation.CONFIRMED),
                name="%(class)s_confirmed_at_and_by",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether pages say "to be confirmed"."""
        return self.status == Confirmation.OPEN


class Track(models.Model):
    """The framework's credential: IMH-E® for pregnancy to 36 months, ECMH-E® for the years after, IECMH-E® for both."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="tracks")
    code = models.CharField(max_length=12)
    mark = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    age_from_months = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to_months = models.PositiveSmallIntegerField(null=True, blank=True)
    includes_prenatal = models.BooleanField(default=False)
    composed_of = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices, default=Basis.CONFIRMED)
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="track_once_per_edition")]

    def __str__(self) -> str:
        return self.mark


class Category(Confirmable):
    """One of the fourteen ways to be endorsed: a track and a scope. The profile says what is asked."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="categories")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    scope = models.CharField(max_length=16, choices=Scope.choices)
    profile = models.CharField(max_length=12)
    accepts_new = models.BooleanField(default=True)

    objects = FigureQuerySet.as_manager()

    class Meta(Confirmable.Meta):
        abstract = False
        verbose_name_plural = "categories"
        ordering = ["position"]
        constraints = [
            *Confirmable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "code"], name="category_once_per_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("competencies:category_detail", args=[self.code])

    def areas(self) -> models.QuerySet[Area]:
        """The competency areas of this category in the framework's order, each with its domain: one query."""
        return (
            Area.objects.filter(edition_id=self.edition_id, profiles__contains=[self.profile])
            .select_related("domain")
            .order_by("domain__position", "position")
        )


class AddOn(models.Model):
    """What an endorsed person can add to a category; its figures are in the section named by its code."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="addons")
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    basis = models.CharField(max_length=12, choices=Basis.choices, default=Basis.CONFIRMED)
    sources = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="addon_once_per_edition")]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"


class Figure(Confirmable):
    """One number, choice or list of the requirements, with how sure it is and where it was read.

    section is a profile (FA … MHM-RF), an add-on (ERS) or what holds for all (common, exam, review, cohorts, renewal,
    evidence); path is the figure's name within it, such as training.total.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="figures")
    section = models.CharField(max_length=20)
    path = models.CharField(max_length=80)
    value: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta(Confirmable.Meta):
        abstract = False
        ordering = ["position"]
        constraints = [
            *Confirmable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "section", "path"], name="figure_once_per_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.path}"


class Domain(Confirmable):
    """A domain of the competency framework, by title alone."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="domains")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=80)
    key_domain = models.BooleanField(default=False)
    evidence = ArrayField(models.CharField(max_length=20), default=list)
    inferred = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta(Confirmable.Meta):
        abstract = False
        ordering = ["position"]
        constraints = [
            *Confirmable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "key"], name="domain_once_per_edition"),
        ]

    def __str__(self) -> str:
        return self.title


class Area(Confirmable):
    """A competency area: what evidence is tied to. `code`, "domain.area", is the same in every edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="areas")
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="areas")
    key = models.SlugField(max_length=40)
    code = models.CharField(max_length=81)
    title = models.CharField(max_length=120)
    former_title = models.CharField(max_length=120, blank=True)
    profiles = ArrayField(models.CharField(max_length=12), default=list)

    objects = FigureQuerySet.as_manager()

    class Meta(Confirmable.Meta):
        abstract = False
        ordering = ["domain__position", "position"]
        constraints = [
            *Confirmable.Meta.constraints,
            models.UniqueConstraint(fields=["edition", "code"], name="area_once_per_edition"),
        ]

    def __str__(self) -> str:
        return self.title


class RatingItem(models.Model):
    """A question that raters answer: the licensee's own words, or the sample that comes with the portal.

    Its area says what it speaks for. Without `categories` it is asked in every category that has the area.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rating_items")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="rating_items")
    key = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    categories = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="ratingitem_once_per_edition")]

    def __str__(self) -> str:
        return self.text
