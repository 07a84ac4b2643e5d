"""Ready to submit? One answer, used by the checklist, the button and the door alike.

Gathers what the requirements look at, as it is now or as it was submitted, and hands it to `eligibility`. The rows
come as JSON beside their application, so that the portfolios of many applications take one query, and in the very
shape that a frozen submission has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, Func, JSONField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from applicants.eligibility import check
from applicants.facts import COLUMNS, headlines, portfolio_of
from applicants.models import KINDS, Application
from applicants.portfolio import WAITING, Check, Portfolio
from applicants.sections import carried_over
from competencies.editions import Requirements, asked_by, requirements_in
from endorsement_portal.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from applicants.models import Snapshot
    from applicants.querysets import ApplicationQuerySet

# A provider's qualifications beside the hours received from them.
STANDINGS = """(
    SELECT coalesce(jsonb_agg(to_jsonb(held)), '[]')
    FROM (
        SELECT qualification, starts_on, ends_on FROM applicants_standing
        WHERE provider_id = entry.provider_id ORDER BY starts_on DESC, id
    ) AS held
) AS standings"""


def _entries(kind: str) -> str:
    """All entries of one kind as a JSON list. Names come from the models alone, never from a request."""
    columns = ["id", "area_keys", *COLUMNS[kind]]
    columns += ["area_hours"] if KINDS[kind].hours_name else []
    columns += [STANDINGS] if kind == "supervision" else []
    return f"""'{kind}', (
        SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
        FROM (
            SELECT {", ".join(columns)} FROM {KINDS[kind]._meta.db_table} AS entry
            WHERE person_id = given.person AND removed_at IS NULL ORDER BY id
        ) AS row
    )"""  # noqa: S608


# What the requirements look at, by application and person: an entry has the names that a frozen one has. As SQL, since
# Django takes ten times as long to put such an expression together as PostgreSQL to answer it.
FACTS = f"""(
    SELECT jsonb_build_object(
        'profile', (SELECT jsonb_build_object('member_until', member_until) FROM applicants_profile
            WHERE person_id = given.person),
        'evidence', jsonb_build_object({", ".join(map(_entries, KINDS))}),
        'references', (
            SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')
            FROM (
                SELECT id, role, status, rater_name, completed_at,
                    vetted_at IS NOT NULL OR status = 'completed' AND rater_endorsement <> '' AS endorsed
                FROM applicants_reference WHERE application_id = given.application ORDER BY id
            ) AS row
        ),
        'signatures', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind)), '[]')
            FROM applicants_signature WHERE application_id = given.application
        ),
        'submitted', (
            SELECT data FROM applicants_snapshot AS snapshot
            JOIN applicants_application AS application ON application.id = snapshot.application_id
            WHERE application.id = given.application AND cardinality(application.returned_sections) > 0
            ORDER BY snapshot.number DESC LIMIT 1
        )
    )
    FROM (VALUES (%(expressions)s)) AS given(application, person)
)"""  # noqa: S608
# What stands still once it is submitted. References and the fee go on, and count as they are now.
FROZEN = ("profile", "evidence", "signatures")


@dataclass(frozen=True)
class Readiness:
    """The requirements of an application's category and every check against them."""

    requirements: Requirements
    checks: list[Check]
    portfolio: Portfolio
    # What each entry is called.
    names: dict[str, str]
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


def as_it_would_be(application: Application, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an application in its owner's hands as a submission would have them: closed parts as they were."""
    named = application.returned_sections if application.is_with_applicant else []
    return carried_over(facts, facts.get("submitted") or {}, named)


def readiness(application: Application, *, frozen: Snapshot | None = None) -> Readiness:
    """Check an application as it is now, or as it was frozen: then years of work count up to that day.

    One query, however much evidence there is; none where the application came `with_facts`.
    """
    known = (
        application if "facts" in vars(application) else with_facts(Application.objects.all()).get(pk=application.pk)
    )
    facts, today = as_it_would_be(application, known.facts), timezone.localdate()
    if frozen is not None:
        facts = facts | {part: frozen.data[part] for part in FROZEN if part in frozen.data}
        today = timezone.localdate(frozen.frozen_at)
    requirements = requirements_in(known.asked)
    portfolio = portfolio_of(
        facts, areas=known.asked["areas"], fee_state=application.fee_state, rated=known.asked["rated"]
    )
    raters = tuple(row["rater_name"] for row in facts["references"] if row["status"] in WAITING)
    return Readiness(requirements, check(requirements, portfolio, today), portfolio, headlines(facts), raters)


def readiness_of_library(person: User, requirements: Requirements, *, areas: Iterable[str]) -> Readiness:
    """Check a person's library without any application: references, signatures and the fee are still to come.

    One query, however much evidence there is.
    """
    facts = Func(Cast(Value(None), BigIntegerField()), F("pk"), template=FACTS, output_field=JSONField())
    known = User.objects.annotate(facts=facts).values_list("facts", flat=True).get(pk=person.pk)
    portfolio = portfolio_of(known, areas=areas, fee_state="open")
    checks = check(requirements, portfolio, timezone.localdate())
    return Readiness(requirements, checks, portfolio, headlines(known))


def blocking_checks(application: Application) -> list[Check]:
    """What still keeps the application from being submitted, first things first."""
    return readiness(application).blocking
