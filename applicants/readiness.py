"""Ready to submit? One answer, used by the checklist, the button and the door alike.

Gathers a person's portfolio in a fixed number of queries, whatever its size, and hands it to `eligibility`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from applicants.eligibility import check
from applicants.models import Education, Profile, ReflectiveSupervision, Training, Work
from applicants.portfolio import Check, Job, Portfolio, SupervisionHours, TrainingHours
from competencies.editions import Requirements, requirements_for

if TYPE_CHECKING:
    from applicants.models import Application


@dataclass(frozen=True)
class Readiness:
    """The requirements of an application's category and every check against them."""

    requirements: Requirements
    checks: list[Check]

    @property
    def blocking(self) -> list[Check]:
        """What still keeps the application from being submitted."""
        return [c for c in self.checks if c.blocking and not c.met]

    @property
    def advisory(self) -> list[Check]:
        """What is worth a look but does not block."""
        return [c for c in self.checks if not c.blocking and not c.met]

    @property
    def is_ready(self) -> bool:
        """Whether it may be submitted now."""
        return not self.blocking

    @property
    def done(self) -> int:
        """How many checks are met."""
        return sum(1 for c in self.checks if c.met)


def readiness(application: Application) -> Readiness:
    """Check an application now. Nine queries at most, independent of how much evidence there is."""
    requirements = requirements_for(application.category)
    return Readiness(requirements, check(requirements, gather(application), timezone.localdate()))


def blocking_checks(application: Application) -> list[Check]:
    """What still keeps the application from being submitted, first things first."""
    return readiness(application).blocking


def gather(application: Application) -> Portfolio:
    """The portfolio behind an application as plain facts."""
    person = application.person_id
    work = list(Work.objects.filter(person=person))
    education = list(Education.objects.filter(person=person))
    trainings = list(Training.objects.filter(person=person))
    supervision = list(ReflectiveSupervision.objects.filter(person=person))
    references = list(application.references.values_list("status", "role"))
    return Portfolio(
        has_profile=Profile.objects.filter(person=person).exists(),
        degrees=frozenset(e.degree_level for e in education if e.conferred_on),
        jobs=tuple(
            Job(
                focus=w.focus,
                start=w.start_date,
                end=w.end_date,
                paid=w.paid,
                trained_volunteer=w.trained_volunteer,
                supervised_internship=w.supervised_internship,
                families_served=w.families_served or 0,
            )
            for w in work
        ),
        trainings=tuple(
            TrainingHours(Decimal(t.clock_hours), Decimal(t.dei_hours), Decimal(t.rsc_provision_hours))
            for t in trainings
        ),
        supervision=tuple(
            SupervisionHours(
                s.provider_standing, s.start_date, s.end_date, Decimal(s.total_hours), Decimal(s.hours_about_provision)
            )
            for s in supervision
        ),
        references_complete=sum(1 for status, _ in references if status == "completed"),
        references_waiting=sum(1 for status, _ in references if status in {"sent", "opened", "started"}),
        reference_roles=tuple(role for status, role in references if status == "completed"),
        signed=frozenset(application.signatures.values_list("kind", flat=True)),
        fee_state=application.fee_state,
        areas=tuple(application.category.areas().values_list("code", flat=True)),
        areas_shown=frozenset(
            key for entry in (*work, *education, *trainings, *supervision) for key in entry.area_keys
        ),
    )
