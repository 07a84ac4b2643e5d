"""A cohort's name, days and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applicants.models import Application, ApplicationStatus
from cohorts.models import Cohort, CohortKind
from competencies.editions import figures_of
from competencies.models import Edition
from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

FIGURES = {"capacity": ("cohorts", "max_size"), "min_group": ("cohorts", "agency_min_size")}


class CohortForm(forms.ModelForm):
    """A cohort's name, days and size."""

    class Meta:
        model = Cohort
        fields = ["name", "kind", "agency_name", "starts_on", "ends_on", "capacity", "min_group", "lead"]
        widgets = {
            "kind": forms.RadioSelect,
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "name": _("As people will read it, for example Spring 2027."),
            "agency_name": _("Only for a cohort of one agency."),
            "ends_on": _("Members can submit until the end of this day."),
            "lead": _(
                "Sees what the members share with them, and nothing else. A coordinator, a reviewer or an endorsee."
            ),
            "min_group": _("An agency’s own cohort is confirmed only with this many people or more."),
        }
        error_messages = {"name": {"unique": _("Another cohort has this name.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = CohortKind.choices  # type: ignore[attr-defined]
        lead = self.fields["lead"]
        lead.queryset = _could_lead()  # type: ignore[attr-defined]
        lead.empty_label = _("Nobody yet")  # type: ignore[attr-defined]
        if self.instance.pk is None:
            self.initial = {**usual_sizes(), **self.initial}

    def clean_capacity(self) -> int:
        """Never fewer seats than are held. The caller holds the cohort's row."""
        seats: int = self.cleaned_data["capacity"]
        held = self.instance.seats.live().count() if self.instance.pk else 0
        if seats < held:
            raise forms.ValidationError(
                ngettext("%(n)s seat is held already.", "%(n)s seats are held already.", held) % {"n": held}
            )
        return seats

    def clean(self) -> dict[str, Any]:
        """Days in order, and an agency where the cohort is one agency's own."""
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("The last day comes after the first day."))
        if cleaned.get("kind") == CohortKind.AGENCY and not cleaned.get("agency_name"):
            self.add_error("agency_name", _("Which agency is it for?"))
        if cleaned.get("kind") == CohortKind.OPEN:
            cleaned["agency_name"] = ""
        return cleaned


def _could_lead() -> QuerySet[User]:
    """Coordinators, reviewers, and whoever is endorsed: people who know the way."""
    endorsed = Application.objects.filter(status=ApplicationStatus.ENDORSED).values("person_id")
    knowing = Q(roles__overlap=[Role.COORDINATOR.value, Role.REVIEWER.value]) | Q(pk__in=endorsed)
    return User.objects.filter(knowing, is_active=True).order_by("name", "email")


def usual_sizes() -> dict[str, int]:
    """Capacity and smallest agency group as the present edition has them, where it says."""
    edition = Edition.objects.current()
    if edition is None:
        return {}
    figures = figures_of(edition.pk, "cohorts")
    return {name: int(figures[key].value) for name, key in FIGURES.items() if key in figures and figures[key].value}
