"""The facts that requirements look at, and the answer to one of them: plain values, no query, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrPromise as StrPromise


OUT_WITH_RATER = frozenset({"sent", "opened", "started"})


@dataclass(frozen=True)
class Job:
    """One job as the requirements see it. `end` is None while it goes on."""

    focus: str
    start: date
    end: date | None
    paid: bool
    trained_volunteer: bool
    supervised_internship: bool
    families_served: int


@dataclass(frozen=True)
class TrainingHours:
    """Clock hours of one training, and the parts of them that fall into a bucket of their own."""

    clock: Decimal
    dei: Decimal
    rsc_provision: Decimal


@dataclass(frozen=True)
class SupervisionHours:
    """Hours of reflective supervision with one provider, whose standing was this at that time."""

    standing: str
    start: date
    end: date
    total: Decimal
    about_provision: Decimal


@dataclass(frozen=True)
class Portfolio:
    """Everything that the requirements look at. Degrees are levels that were awarded."""

    has_profile: bool = False
    degrees: frozenset[str] = frozenset()
    jobs: tuple[Job, ...] = ()
    trainings: tuple[TrainingHours, ...] = ()
    supervision: tuple[SupervisionHours, ...] = ()
    references_complete: int = 0
    references_waiting: int = 0
    reference_roles: tuple[str, ...] = ()
    signed: frozenset[str] = frozenset()
    fee_state: str = "open"
    areas: tuple[str, ...] = ()
    areas_shown: frozenset[str] = field(default_factory=frozenset)


def portfolio_of(facts: Mapping[str, Any], *, areas: Iterable[str], fee_state: str) -> Portfolio:
    """The portfolio in facts as JSON keeps them: from the rows as they are now, or from a frozen submission.

    facts: profile (anything, where there is one), evidence {kind: [entry]}, references [{role, status}],
    signatures [{kind}]; an entry has its columns by name. A part that is missing counts as empty.
    """
    evidence = {
        kind: facts.get("evidence", {}).get(kind, []) for kind in ("work", "education", "training", "supervision")
    }
    references = facts.get("references", [])
    return Portfolio(
        has_profile=bool(facts.get("profile")),
        degrees=frozenset(row["degree_level"] for row in evidence["education"] if row["conferred_on"]),
        jobs=tuple(map(_job, evidence["work"])),
        trainings=tuple(map(_training, evidence["training"])),
        supervision=tuple(map(_supervision, evidence["supervision"])),
        references_complete=sum(1 for row in references if row["status"] == "completed"),
        references_waiting=sum(1 for row in references if row["status"] in OUT_WITH_RATER),
        reference_roles=tuple(row["role"] for row in references if row["status"] == "completed"),
        signed=frozenset(row["kind"] for row in facts.get("signatures", [])),
        fee_state=fee_state,
        areas=tuple(areas),
        areas_shown=frozenset(code for rows in evidence.values() for row in rows for code in row["area_keys"]),
    )


def _job(row: Mapping[str, Any]) -> Job:
    return Job(
        focus=row["focus"],
        start=date.fromisoformat(row["start_date"]),
        end=date.fromisoformat(row["end_date"]) if row["end_date"] else None,
        paid=row["paid"],
        trained_volunteer=row["trained_volunteer"],
        supervised_internship=row["supervised_internship"],
        families_served=row["families_served"] or 0,
    )


def _training(row: Mapping[str, Any]) -> TrainingHours:
    return TrainingHours(*(_exact(row[name]) for name in ("clock_hours", "dei_hours", "rsc_provision_hours")))


def _supervision(row: Mapping[str, Any]) -> SupervisionHours:
    return SupervisionHours(
        standing=row["provider_standing"],
        start=date.fromisoformat(row["start_date"]),
        end=date.fromisoformat(row["end_date"]),
        total=_exact(row["total_hours"]),
        about_provision=_exact(row["hours_about_provision"]),
    )


def _exact(number: str | float) -> Decimal:
    """Hours as they were entered: a frozen submission keeps them as text, the database says them as a JSON number."""
    return Decimal(str(number))


def plain(number: Decimal | int | None) -> str:
    """A number as people write it, without idle zeros; nothing for none."""
    return "" if number is None else f"{Decimal(number).normalize():f}"


@dataclass(frozen=True)
class Check:
    """One requirement and how far it is met. `have` and `need` are in the unit that `sentence` names."""

    key: str
    title: str | StrPromise
    met: bool
    sentence: str
    section: str
    blocking: bool = True
    to_confirm: bool = False
    have: Decimal | int | None = None
    need: Decimal | int | None = None

    @property
    def has(self) -> str:
        """What is there, as people write it."""
        return plain(self.have)

    @property
    def needs(self) -> str:
        """What is asked, as people write it."""
        return plain(self.need)
