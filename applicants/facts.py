"""From rows to facts: the portfolio that requirements look at, read from JSON.

The rows as they are now and a frozen submission have one shape, so both are judged by the same code:
{profile: {member_until} or nothing, evidence: {kind: [entry]}, references: [{…}], signatures: [{kind}]}; an entry has
its columns by name, days as ISO text. What an older submission lacks counts as empty.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applicants.eligible_hours import COUNTED
from applicants.models import KINDS
from applicants.portfolio import (
    Degree,
    Held,
    Job,
    Period,
    Portfolio,
    ReferenceGiven,
    Shown,
    SupervisionHours,
    TrainingHours,
)
from competencies.rating import RATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Row = Mapping[str, Any]

# What the requirements look at in each kind of evidence, and what it is called by, beside its id and its areas.
COLUMNS: dict[str, tuple[str, ...]] = {
    "work": (
        "focus",
        "start_date",
        "end_date",
        "hours_per_week",
        "paid",
        "trained_volunteer",
        "supervised_internship",
        "internship_supervisor_endorsed",
        "as_therapist",
        "families_served",
        "meets_tests",
        "supervisor_name",
        "job_title",
        "employer",
    ),
    "education": ("degree_level", "conferred_on", "document_id", "institution"),
    "course": ("code", "title"),
    "training": ("clock_hours", "dei_hours", "rsc_provision_hours", "title"),
    "supervision": (
        "provider_standing",
        "status",
        "peer",
        "start_date",
        "end_date",
        "total_hours",
        "hours_about_provision",
        "provider_name",
    ),
    "supervision_given": ("start_date", "end_date", "organization", "total_hours"),
    "leadership": ("type", "start_date", "end_date", "title"),
}
# What the provider's answer makes of the hours.
STATES = {"unasked": "waiting", "asked": "asked"} | {state: state for state in ("confirmed", "overridden", "disputed")}
# What is done in a day: without an end it does not go on.
OF_A_DAY = frozenset({"presentation", "publication"})


def portfolio_of(
    facts: Mapping[str, Any], *, areas: Iterable[str], fee_state: str, rated: Iterable[str] = ()
) -> Portfolio:
    """The portfolio in these facts, for a category that has these areas and whose rating items speak for `rated`.

    Without items it is the areas of the domains that references are about.
    """
    # In the order in which they were entered, from rows and from a frozen submission alike.
    evidence: dict[str, list[Row]] = {
        kind: sorted(facts.get("evidence", {}).get(kind, []), key=lambda row: row.get("id", 0)) for kind in KINDS
    }
    profile, areas = facts.get("profile") or {}, tuple(areas)
    # Which of them a rater could say something about is never told: a waived reference stays sealed here too.
    asked = frozenset(rated)
    rated = tuple(area for area in areas if (area in asked if asked else area.partition(".")[0] in RATED))
    return Portfolio(
        has_profile=bool(facts.get("profile")),
        member_until=_day(profile.get("member_until")),
        degrees=tuple(_degree(row) for row in evidence["education"]),
        jobs=tuple(_job(row) for row in evidence["work"]),
        leading=tuple(_period("leadership", row) for row in evidence["leadership"]),
        giving=tuple(_period("supervision_given", row) for row in evidence["supervision_given"]),
        trainings=tuple(_training(row) for row in evidence["training"]),
        supervision=tuple(_supervision(row) for row in evidence["supervision"]),
        references=tuple(_reference(row) for row in facts.get("references", [])),
        signed=frozenset(row["kind"] for row in facts.get("signatures", [])),
        fee_state=fee_state,
        areas=areas,
        shown=tuple(one for kind in KINDS for row in evidence[kind] if (one := _shown(kind, row)).areas or one.hours)
        + tuple(
            Shown(f"reference:{row['id']}", "rating", rated)
            for row in facts.get("references", [])
            if rated and row["status"] == "completed" and "id" in row
        ),
    )


def _shown(kind: str, row: Row) -> Shown:
    """The areas that an entry shows, and its hours among them.

    Hours that nobody shared out belong to no area; but where an entry shows one area alone, they are that area's.
    """
    areas, model = tuple(row.get("area_keys", ())), KINDS[kind]
    counts = bool(model.hours_name) and (kind != "supervision" or _is_counted(row))
    in_all = _exact(row.get(model.hours_name)) if counts else Decimal(0)
    shared = {area: _exact(hours) for area, hours in (row.get("area_hours") or {}).items() if in_all}
    if not shared and len(areas) == 1 and in_all:
        shared = {areas[0]: in_all}
    # An hour counts once: more than there are is nobody's.
    by_area = tuple(shared.items()) if sum(shared.values(), Decimal(0)) <= in_all else ()
    return Shown(_ref(kind, row), model.shows_as, areas, in_all, by_area)


def _is_counted(row: Row) -> bool:
    """Whether hours of reflective supervision count at all: somebody said so, and somebody led it."""
    return STATES[row.get("status", "confirmed")] in COUNTED and not row.get("peer", False)


def headlines(facts: Mapping[str, Any]) -> dict[str, str]:
    """What each entry and reference is called, by its name among the facts: {"training:12": "Circle time"}."""
    found = {
        _ref(kind, row): row.get("headline") or _headline(kind, row)
        for kind in KINDS
        for row in facts.get("evidence", {}).get(kind, [])
    }
    return found | {f"reference:{row['id']}": row["rater_name"] for row in facts.get("references", []) if "id" in row}


def _headline(kind: str, row: Row) -> str:
    model = KINDS[kind]
    names = {field.attname for field in model._meta.concrete_fields}
    return model(**{name: value for name, value in row.items() if name in names}).headline


def _ref(kind: str, row: Row) -> str:
    return f"{kind}:{row.get('id', '')}"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _local_day(moment: str) -> date:
    """The day on which this moment was here; what is a day already stays it."""
    if len(moment) == len("2026-01-31"):
        return date.fromisoformat(moment)
    return timezone.localdate(datetime.fromisoformat(moment))


def _start(row: Row) -> date:
    return date.fromisoformat(row["start_date"])


def _exact(amount: str | float | None) -> Decimal:
    """Hours as they were entered: a frozen submission keeps them as text, the database says them as a JSON number."""
    return Decimal(str(amount or 0))


def _degree(row: Row) -> Degree:
    return Degree(
        _ref("education", row), row["degree_level"], _day(row["conferred_on"]), has_proof=bool(row.get("document_id"))
    )


def _job(row: Row) -> Job:
    return Job(
        entry=_ref("work", row),
        focus=row["focus"],
        start=_start(row),
        end=_day(row["end_date"]),
        hours_per_week=_exact(row.get("hours_per_week", 40)),
        paid=row["paid"],
        trained_volunteer=row["trained_volunteer"],
        supervised_internship=row["supervised_internship"],
        internship_supervisor_endorsed=row.get("internship_supervisor_endorsed", False),
        as_therapist=row.get("as_therapist", False),
        families_served=row["families_served"] or 0,
        tests=frozenset(row.get("meets_tests", ())),
        supervised=bool((row.get("supervisor_name") or "").strip()),
    )


def _period(kind: str, row: Row) -> Period:
    start, end = _start(row), _day(row["end_date"])
    return Period(_ref(kind, row), start, start if end is None and row.get("type") in OF_A_DAY else end)


def _training(row: Row) -> TrainingHours:
    return TrainingHours(
        _ref("training", row),
        _exact(row["clock_hours"]),
        _exact(row["dei_hours"]),
        _exact(row["rsc_provision_hours"]),
    )


def _supervision(row: Row) -> SupervisionHours:
    start, end = _start(row), date.fromisoformat(row["end_date"])
    state = STATES[row.get("status", "confirmed")]
    return SupervisionHours(
        entry=_ref("supervision", row),
        standings=standings_of(row, start, end, taken_at_their_word=state == "overridden"),
        start=start,
        end=end,
        total=_exact(row["total_hours"]),
        about_provision=_exact(row["hours_about_provision"]),
        peer=row.get("peer", False),
        state=state,
    )


def standings_of(row: Row, start: date, end: date, *, taken_at_their_word: bool) -> tuple[Held, ...]:
    """What the provider was qualified as on any of these days, by the association's own record: several at once too.

    `standings` are the provider's, [{qualification, starts_on, ends_on}]. What the applicant wrote about the provider
    holds only where a coordinator accepted the hours, and in submissions from before there was a record.
    """
    if taken_at_their_word or "standings" not in row:
        said = str(row["provider_standing"])
        return (Held(said, start, end),) if said else ()
    known = (
        Held(str(one["qualification"]), date.fromisoformat(one["starts_on"]), _day(one["ends_on"]))
        for one in row["standings"] or ()
    )
    return tuple(held for held in known if held.start <= end and (held.end is None or start <= held.end))


def _reference(row: Row) -> ReferenceGiven:
    """A reference; `completed_at` may be a moment in ISO text."""
    done = row.get("completed_at")
    return ReferenceGiven(
        entry=f"reference:{row.get('id', '')}",
        role=row["role"],
        status=row["status"],
        completed_on=_local_day(str(done)) if done else None,
        endorsed=bool(row.get("endorsed")),
    )
