"""A person's profile: what the certificate and the reports need, entered once."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from applicants.querysets import ProfileQuerySet
from endorsement_portal.models import County


class Sector(models.TextChoices):
    """The fields of work that the endorsement serves."""

    EARLY_EDUCATION = "early_education", _("Early care and education")
    HEAD_START = "head_start", _("Head Start or Early Head Start")
    EARLY_INTERVENTION = "early_intervention", _("Early intervention (CDSA)")
    HOME_VISITING = "home_visiting", _("Home visiting")
    CHILD_WELFARE = "child_welfare", _("Child welfare")
    MENTAL_HEALTH = "mental_health", _("Mental health treatment")
    CONSULTATION = "consultation", _("Early childhood mental health consultation")
    HEALTH = "health", _("Health or medicine")
    THERAPIES = "therapies", _("Developmental disabilities or therapies")
    POLICY = "policy", _("Policy or administration")
    ACADEMIA = "academia", _("Higher education or research")
    OTHER = "other", _("Another field")


class Profile(models.Model):
    """One person's details. The name on the certificate is the person's own choice."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    legal_name = models.CharField(_("legal name"), max_length=120)
    certificate_name = models.CharField(
        _("name on your certificate"), max_length=120, help_text=_("Exactly as you would like to see it printed.")
    )
    former_names = models.CharField(_("former names"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    county = models.ForeignKey(
        County, verbose_name=_("county where you work"), on_delete=models.PROTECT, related_name="profiles"
    )
    employer = models.CharField(_("employer"), max_length=150)
    job_title = models.CharField(_("job title"), max_length=120)
    sector = models.CharField(_("field of work"), max_length=30, choices=Sector.choices)
    practice_languages = ArrayField(
        models.CharField(max_length=40), verbose_name=_("languages you work in"), default=list, blank=True
    )
    member_until = models.DateField(
        _("member until"),
        null=True,
        blank=True,
        help_text=_("The last day of your individual membership in the association, or in one of another state."),
    )
    membership_number = models.CharField(_("membership number"), max_length=40, blank=True)
    show_county = models.BooleanField(_("show my county in the public registry"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.legal_name
