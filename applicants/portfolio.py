"""The facts that requirements look at, and the answer to one of them: plain values, no query, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from django.utils.functional import _StrPromise as StrPromise


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
