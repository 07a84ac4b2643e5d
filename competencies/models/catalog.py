"""The training catalog: known trainings, and the links by which providers propose some."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competencies.querysets import CatalogQuerySet
from endorsement_portal.statuses import Status


class CatalogStatus(Status):
    """Value, what the public reads, tone, what staff read."""

    PROPOSED = "proposed", _("Proposed"), "waiting", _("To look at")
    LISTED = "listed", _("In the catalog"), "good", _("In the catalog")
    REFUSED = "refused", _("Not taken"), "neutral", _("Not taken")
    RETIRED = "retired", _("No longer offered"), "neutral", _("Retired")


class CatalogItem(models.Model):
    """A known training or course with the areas it shows: one tap enters it as evidence. Staff keep the catalog."""

    title = models.CharField(_("title"), max_length=200)
    sponsor = models.CharField(_("who gives it"), max_length=150)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=[
            ("series", _("Series or intensive")),
            ("workshop", _("Workshop")),
            ("conference", _("Conference")),
            ("course", _("College course")),
            ("webinar", _("Webinar")),
            ("self_paced", _("Self-paced")),
        ],
    )
    clock_hours = models.DecimalField(_("clock hours"), max_digits=6, decimal_places=2)
    dei_hours = models.DecimalField(
        _("of these, on diversity, equity and inclusion"), max_digits=6, decimal_places=2, default=0
    )
    rsc_provision_hours = models.DecimalField(
        _("of these, on providing reflective supervision"), max_digits=6, decimal_places=2, default=0
    )
    area_keys = ArrayField(models.CharField(max_length=80), verbose_name=_("areas it shows"), default=list, blank=True)
    link = models.URLField(_("its page"), max_length=300, blank=True)
    proposer = models.CharField(_("proposed by"), max_length=200, blank=True)
    status = models.CharField(
        max_length=20, choices=CatalogStatus.choices, default=CatalogStatus.PROPOSED, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    once = models.UUIDField(null=True, unique=True, editable=False)

    objects = CatalogQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("training in the catalog")
        verbose_name_plural = _("trainings in the catalog")
        constraints = [
            models.CheckConstraint(
                name="catalog_hours_add_up",
                condition=Q(clock_hours__gt=0)
                & Q(dei_hours__gte=0)
                & Q(rsc_provision_hours__gte=0)
                & Q(clock_hours__gte=F("dei_hours") + F("rsc_provision_hours")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def hours(self) -> str:
        """Clock hours, as people write them."""
        return f"{self.clock_hours.normalize():f}"

    @property
    def hours_on_equity(self) -> str:
        """Of these, on diversity, equity and inclusion."""
        return f"{self.dei_hours.normalize():f}"

    @property
    def hours_on_supervision(self) -> str:
        """Of these, on providing reflective supervision."""
        return f"{self.rsc_provision_hours.normalize():f}"

    @property
    def state(self) -> CatalogStatus:
        """The status with its labels and tone."""
        return CatalogStatus(self.status)


class CatalogInvitation(models.Model):
    """A provider's link to propose trainings. The secret in it is made from the row and is kept nowhere."""

    provider = models.CharField(_("who proposes"), max_length=150)
    # A renewed link is a new one: what was given out before is dead.
    generation = models.PositiveSmallIntegerField(default=1, editable=False)
    ends_on = models.DateField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("link to propose")
        verbose_name_plural = _("links to propose")

    def __str__(self) -> str:
        return self.provider

    @property
    def is_live(self) -> bool:
        """Whether its link works today."""
        return self.withdrawn_at is None and self.ends_on >= timezone.localdate()
