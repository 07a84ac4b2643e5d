"""Reflective supervision, received and given. Hours received count once the provider confirms them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models.evidence import Evidence, dates_in_order, hours_field
from applicants.models.provider import Provider
from applicants.querysets import SupervisionQuerySet
from endorsement_portal.statuses import Status


class SupervisionStatus(Status):
    """Value, what the applicant reads, tone, what staff read."""

    UNASKED = "unasked", _("Not confirmed yet"), "neutral", _("Not asked yet")
    ASKED = "asked", _("Waiting for the provider"), "waiting", _("Waiting for the provider")
    CONFIRMED = "confirmed", _("Confirmed"), "good", _("Confirmed by the provider")
    DISPUTED = "disputed", _("Not confirmed by the provider"), "attention", _("Disputed by the provider")
    OVERRIDDEN = "overridden", _("Accepted by the coordinator"), "good", _("Accepted by a coordinator")


class ReflectiveSupervision(Evidence):
    """Reflective supervision received from one provider over a period."""

    kind = "supervision"
    shows_as = "rsc"
    hours_name = "total_hours"

    class Setting(models.TextChoices):
        INDIVIDUAL = "individual", _("One to one")
        GROUP = "group", _("In a group")

    class ProviderStanding(models.TextChoices):
        MENTOR_CLINICAL = "MHM-C", _("Mental Health Mentor – Clinical")
        ERS = "ERS", _("Endorsed Reflective Supervisor")
        ERS_EMERGING = "ERS-emerging", _("Endorsed Reflective Supervisor, emerging")
        VETTED = "vetted", _("Vetted by the association")
        OTHER = "other", _("Something else, or not sure")

    provider = models.ForeignKey(
        Provider,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supervision",
        verbose_name=_("provider"),
    )
    provider_name = models.CharField(_("provider’s name"), max_length=120)
    provider_email = models.EmailField(_("provider’s email"), blank=True)
    provider_standing = models.CharField(
        _("the provider’s standing at that time"), max_length=20, choices=ProviderStanding.choices
    )
    setting = models.CharField(_("setting"), max_length=20, choices=Setting.choices)
    peer = models.BooleanField(
        _("this was peer supervision, without a provider who led it"),
        default=False,
        help_text=_("Peer supervision is worth a lot. It just does not count toward these hours."),
    )
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("to"))
    total_hours = hours_field(_("hours received"))
    hours_about_provision = hours_field(_("of these, about supervision that you give"), default=0)
    # What the provider says to these hours; moved only through its door.
    status = models.CharField(
        max_length=20, choices=SupervisionStatus.choices, default=SupervisionStatus.UNASKED, editable=False
    )
    generation = models.PositiveSmallIntegerField(default=0, editable=False)
    token_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answer_note = models.TextField(blank=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = SupervisionQuerySet.as_manager()  # type: ignore[misc]

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

    @property
    def measure_about_provision(self) -> str:
        """Hours of these that were about supervision given."""
        return str(_("%(hours)s hours") % {"hours": f"{self.hours_about_provision.normalize():f}"})

    @property
    def asked_email(self) -> str:
        """Where the provider is asked: the directory's address, or the one that the applicant gave."""
        return self.provider.email if self.provider else self.provider_email

    @property
    def claim(self) -> tuple[object, ...]:
        """What the provider confirms or a coordinator accepts; once it changes, nobody has."""
        who = self.provider_id or (self.provider_name.casefold(), self.provider_email.casefold())
        taken_on_word = self.provider_standing if self.status == SupervisionStatus.OVERRIDDEN else ""
        hours = (self.total_hours, self.hours_about_provision)
        return (who, taken_on_word, self.setting, self.peer, self.start_date, self.end_date, *hours)

    @property
    def state(self) -> SupervisionStatus:
        """The status with its labels and tone."""
        return SupervisionStatus(self.status)


class SupervisionGiven(Evidence):
    """Reflective supervision that the person gave to others."""

    kind = "supervision_given"
    shows_as = "work"
    hours_name = "total_hours"

    organization = models.CharField(_("organization"), max_length=150)
    setting = models.CharField(_("setting"), max_length=20, choices=ReflectiveSupervision.Setting.choices)
    people = models.PositiveSmallIntegerField(_("people you supervised, about"))
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("to"), null=True, blank=True, help_text=_("Leave empty if you still do."))
    total_hours = hours_field(_("hours given, about"))
    description = models.TextField(_("how you work together"), max_length=2000, blank=True)

    class Meta:
        ordering = ["-start_date", "-pk"]
        verbose_name = _("reflective supervision given")
        verbose_name_plural = _("reflective supervision given")
        constraints = [dates_in_order("supervision_given_dates_in_order")]

    @property
    def headline(self) -> str:
        """Where."""
        return str(_("At %(name)s") % {"name": self.organization})

    @property
    def measure(self) -> str:
        """Hours given."""
        return str(_("%(hours)s hours") % {"hours": f"{self.total_hours.normalize():f}"})
