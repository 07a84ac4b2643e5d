"""Ready to submit? One answer, used by the checklist, the button and the door alike.

Gathers what the requirements look at, as it is now or as it was submitted, and hands it to `eligibility`. The rows
come as JSON beside their application, so that the portfolios of many applications take one query, and in the very
shape that a frozen submission has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Func, JSONField
from django.utils import timezone

from applicants.eligibility import check
from applicants.models import Application
from applicants.portfolio import OUT_WITH_RATER, Check, portfolio_of
from competencies.editions import Requirements, asked_by, requirements_in

if TYPE_CHECKING:
    from applicants.models import Snapshot
    from applicants.querysets import ApplicationQuerySet

# What the requirements look at, by application and person: an entry has the names that a frozen one has. As SQL, since
# Django takes ten times as long to put such an expression together as PostgreSQL to answer it.
FACTS = """(
    SELECT jsonb_build_object(
        'profile', EXISTS (SELECT FROM applicants_profile WHERE person_id = given.person),
        'evidence', jsonb_build_object(
            'work', (
                SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
                FROM (
                    SELECT focus, start_date, end_date, paid, trained_volunteer, supervised_internship,
                        families_served, area_keys
                    FROM applicants_work WHERE person_id = given.person
                ) AS row
            ),
            'education', (
                SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
                FROM (
                    SELECT degree_level, conferred_on, area_keys
                    FROM applicants_education WHERE person_id = given.person
                ) AS row
            ),
            'training', (
                SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
                FROM (
                    SELECT clock_hours, dei_hours, rsc_provision_hours, area_keys
                    FROM applicants_training WHERE person_id = given.person
                ) AS row
            ),
            'supervision', (
                SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
                FROM (
                    SELECT provider_standing, start_date, end_date, total_hours, hours_about_provision, area_keys
                    FROM applicants_reflectivesupervision WHERE person_id = given.person
                ) AS row
            )
        ),
        'references', (
            SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
            FROM (
                SELECT role, status, rater_name
                FROM applicants_reference WHERE application_id = given.application ORDER BY id
            ) AS row
        ),
        'signatures', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind)), '[]')
            FROM applicants_signature WHERE application_id = given.application
        )
    )
    FROM (VALUES (%(expressions)s)) AS given(application, person)
)"""
# What stands still once it is submitted. References and the fee go on, and count as they are now.
FROZEN = ("profile", "evidence", "signatures")


@dataclass(frozen=True)
class Readiness:
    """The requirements of an application's category and every check against them."""

    requirements: Requirements
    checks: list[Check]
    # Who has a reference request and has not answered yet, by name.
    raters: tuple[str, ...] = ()

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


def with_facts(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """The same applications, each with everything that its checks read (`facts`, `asked`), in the same query."""
    facts = Func(F("pk"), F("person"), template=FACTS, output_field=JSONField())
    return applications.annotate(facts=facts, asked=asked_by("category"))


def readiness(application: Application, *, frozen: Snapshot | None = None) -> Readiness:
    """Check an application as it is now, or as it was frozen: then years of work count up to that day.

    One query, however much evidence there is; none where the application came `with_facts`.
    """
    known = (
        application if "facts" in vars(application) else with_facts(Application.objects.all()).get(pk=application.pk)
    )
    facts, today = known.facts, timezone.localdate()
    if frozen is not None:
        facts = facts | {part: frozen.data[part] for part in FROZEN if part in frozen.data}
        today = timezone.localdate(frozen.frozen_at)
    requirements = requirements_in(known.asked)
    portfolio = portfolio_of(facts, areas=known.asked["areas"], fee_state=application.fee_state)
    raters = tuple(row["rater_name"] for row in facts["references"] if row["status"] in OUT_WITH_RATER)
    return Readiness(requirements, check(requirements, portfolio, today), raters)


def blocking_checks(application: Application) -> list[Check]:
    """What still keeps the application from being submitted, first things first."""
    return readiness(application).blocking
