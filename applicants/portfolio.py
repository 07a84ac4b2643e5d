"""The facts that requirements look at, and the answer to one of them: plain values, no query, no clock.

Every fact names the entry it was read from ("training:12"), so that an answer can say what it counted and what not.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise as StrPromise

# A request for a reference that is out with its rater.
WAITING = frozenset({"sent", "opened", "started"})


@dataclass(frozen=True)
class Job:
    """One job. `end` is None while it goes on; `tests` are the framework's tests of the work that it passes.

    `supervised` says that somebody is named who supervised the work.
    """

    entry: str
    focus: str
    start: date
    end: date | None
    hours_per_week: Decimal = Decimal(40)
    paid: bool = True
    trained_volunteer: bool = False
    supervised_internship: bool = False
    internship_supervisor_endorsed: bool = False
    as_therapist: bool = False
    families_served: int = 0
    tests: frozenset[str] = frozenset()
    supervised: bool = True


@dataclass(frozen=True)
class Degree:
    """A degree, certificate or license. `conferred_on` is None while it is not finished."""

    entry: str
    level: str
    conferred_on: date | None
    has_proof: bool = True


@dataclass(frozen=True)
class Period:
    """A time of something that is counted in years: leadership, or giving reflective supervision."""

    entry: str
    start: date
    end: date | None


@dataclass(frozen=True)
class TrainingHours:
    """Clock hours of one training, and the parts of them that fall into a bucket of their own."""

    entry: str
    clock: Decimal
    dei: Decimal = Decimal(0)
    rsc_provision: Decimal = Decimal(0)


@dataclass(frozen=True)
class Held:
    """A time during which a provider held a qualification. An open end means: still."""

    qualification: str
    start: date
    end: date | None


@dataclass(frozen=True)
class SupervisionHours:
    """Hours of reflective supervision received from one provider.

    `standings` are all that the provider held on any of the days of the hours; `state` is confirmed, overridden, waiting (for the person to
    ask), asked (the provider has the next move) or disputed.
    """

    entry: str
    standings: tuple[Held, ...]
    start: date
    end: date
    total: Decimal
    about_provision: Decimal = Decimal(0)
    peer: bool = False
    state: str = "confirmed"


@dataclass(frozen=True)
class ReferenceGiven:
    """One request for a reference: the part the rater plays, how far it is, and whether the rater is endorsed for certain."""

    entry: str
    role: str
    status: str
    completed_on: date | None = None
    endorsed: bool = False

    @property
    def is_out(self) -> bool:
        """Whether the rater has the next move."""
        return self.status in WAITING


@dataclass(frozen=True)
class Shown:
    """Which competency areas one entry shows, and as which kind: course, training, work, rsc, rating or exam.

    `hours` are those of it that count; `by_area` says how many of them went to which area, never more than there are.
    """

    entry: str
    kind: str
    areas: tuple[str, ...]
    hours: Decimal = Decimal(0)
    by_area: tuple[tuple[str, Decimal], ...] = ()

    @property
    def open_hours(self) -> Decimal:
        """The hours that went to no area."""
        return self.hours - sum((hours for _area, hours in self.by_area), Decimal(0))


@dataclass(frozen=True)
class Portfolio:
    """Everything that the requirements look at."""

    has_profile: bool = False
    member_until: date | None = None
    degrees: tuple[Degree, ...] = ()
    jobs: tuple[Job, ...] = ()
    leading: tuple[Period, ...] = ()
    giving: tuple[Period, ...] = ()
    trainings: tuple[TrainingHours, ...] = ()
    supervision: tuple[SupervisionHours, ...] = ()
    references: tuple[ReferenceGiven, ...] = ()
    signed: frozenset[str] = frozenset()
    fee_state: str = "open"
    areas: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()


def plain(number: Decimal | int | None) -> str:
    """A number as people write it, without idle zeros; nothing for none."""
    return "" if number is None else f"{Decimal(number).normalize():f}"


@dataclass(frozen=True)
class LeftOut:
    """An entry that does not count toward a requirement, and why in one sentence."""

    entry: str
    why: str


@dataclass(frozen=True)
class Check:
    """One requirement and how far it is met. `have` and `need` are in `unit`: hours, years, families, or none.

    `sentence` says why it is not met, `next` the one thing to do about it and `at` the entry where it is done, if it is
    one. `entries` are what counted, and `amounts` how many hours of each entry this is about, where it is about hours:
    whatever is counted and whatever is left out. `waits` says that all it takes is on its way: others have the next move.
    """

    key: str
    title: str | StrPromise
    met: bool
    sentence: str
    section: str
    blocking: bool = True
    to_confirm: bool = False
    have: Decimal | int | None = None
    need: Decimal | int | None = None
    unit: str = ""
    next: str = ""
    at: str = ""
    waits: bool = False
    entries: tuple[str, ...] = ()
    amounts: tuple[tuple[str, Decimal], ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def has(self) -> str:
        """What is there, as people write it."""
        return plain(self.have)

    @property
    def needs(self) -> str:
        """What is asked, as people write it."""
        return plain(self.need)
