"""What the demonstration tells: the cohorts, and one story for each of its sixty applications.

Days are counted back from today, so that the same stories are as fresh on any day.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from reports.demo.names import AGENCIES, COHORT_AGENCY, PEOPLE, TITLES, address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from endorsement_portal.models import County

INTERESTS = 150
# Somebody with an account, to whom a seat is offered.
NEWCOMER = "newcomer@example.org"
NEWCOMERS_PLACE = 123
# Somebody who holds an endorsement and advises the applicant of the demonstration.
ADVISOR = "holder@example.org"
# A reviewer who also leads the cohorts of the demonstration.
LEAD = "reviewer2@example.org"


@dataclass(frozen=True)
class CohortPlan:
    """One cohort: first and last day as days from today (past is negative), and how far it has come."""

    key: str
    name: str
    starts: int
    ends: int
    status: str
    capacity: int = 12
    agency: str = ""


COHORTS = [
    CohortPlan("longleaf", "Longleaf", -1500, -1230, "archived", 10),
    CohortPlan("dogwood", "Dogwood", -620, -330, "completed"),
    CohortPlan("cardinal", "Cardinal", -300, -45, "submission_closed"),
    CohortPlan("hopewell", "Hopewell", -150, 60, "active", 10, agency=COHORT_AGENCY),
    CohortPlan("laurel", "Mountain Laurel", -110, 75, "active"),
    CohortPlan("tidewater", "Tidewater", 18, 230, "confirmed", 8),
    CohortPlan("heron", "Blue Heron", 80, 300, "recruiting"),
    CohortPlan("sandhills", "Sandhills", 150, 400, "planning"),
]


@dataclass(frozen=True)
class Person:
    """A made-up person and where they work."""

    first: str
    last: str
    email: str
    county: str
    home: str
    sector: str
    employer: str
    title: str
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True)
class Story:
    """One application: where it ends up, how its fee is paid, and when things happened, in days before today."""

    number: int
    person: Person
    cohort: CohortPlan
    category: str
    ending: str
    fee: str
    twist: str
    submitted: int

    @property
    def opened(self) -> int:
        """The day the seat was accepted: a week or two before the cohort's first day, and never in the days to come."""
        return self.number % 9 + max(8 - self.cohort.starts, 20)


# cohort | category | where it ends | how the fee is paid | day of submission, before today | what is special about it
_STORIES = """
laurel    IFS     draft          open       0    applicant
laurel    ECFS    submitted      card       4    applicant2
dogwood   IFS     endorsed       card       400  holder
longleaf  IFA     endorsed       check      1300 expired
longleaf  ECFS    endorsed       card       1295 expired
longleaf  IFS     endorsed       order      1290 expired
longleaf  IMHS    endorsed       covered    1285 expired
longleaf  ECFA    endorsed       card       1280 expired
longleaf  IFS     endorsed       card       1275 -
longleaf  ECMHS   endorsed       check      1270 -
longleaf  IMHM-C  endorsed       card       1290 -
longleaf  IFA     endorsed       order      1262 revoked
longleaf  ECFS    endorsed       card       1258 inactive
dogwood   ECFA    endorsed       card       420  -
dogwood   IFS     endorsed       covered    415  -
dogwood   IMHS    endorsed       check      410  -
dogwood   ECMHS   endorsed       order      405  -
dogwood   IFA     endorsed       card       398  -
dogwood   ECFS    endorsed       covered    392  -
dogwood   ECMHM-P endorsed       card       418  -
dogwood   IFS     endorsed       card       385  -
dogwood   ECFA    not_endorsed   card       380  -
dogwood   IMHS    deferred       check      375  -
dogwood   IFA     withdrawn      refund     370  -
cardinal  IFS     endorsed       card       150  -
cardinal  ECFS    endorsed       promised   146  unpaid
cardinal  IFS     reviewed       covered    52   first
cardinal  IMHS    reviewed       card       56   disagree
cardinal  IMHM-C  reviewed       check      60   agree
cardinal  ECFS    in_review      card       50   invited
cardinal  IFS     in_review      promised   53   in_progress
cardinal  IFA     in_review      check      74   overdue
cardinal  ECMHS   in_review      card       72   second
cardinal  IMHM-RF exam_approved  covered    125  -
cardinal  ECMHM-C exam_approved  card       118  -
cardinal  ECFA    expired        open       0    -
hopewell  IFS     in_review      order      26   accepted
hopewell  ECFS    ready          order      18   -
hopewell  IFA     ready          promised   16   -
hopewell  IFS     submitted      order      7    -
hopewell  ECFS    submitted      covered    3    -
hopewell  IFA     returned       order      22   -
hopewell  ECFA    draft          part       0    -
hopewell  IFS     draft          declined   0    -
hopewell  ECFS    on_hold        open       0    -
hopewell  IFA     withdrawn      void       0    -
laurel    ECMHS   ready          card       17   -
laurel    IFS     ready          check      15   -
laurel    IFS     submitted      card       2    -
laurel    ECFA    returned       card       25   voided
laurel    IMHS    in_review      covered    48   bounced
laurel    ECFS    in_review      card       44   taken_back
laurel    IFS     deferred       card       90   -
laurel    ECFA    draft          requested  0    ready
tidewater ECFS    draft          none       0    new
tidewater IFS     draft          requested  0    new
tidewater IMHS    draft          open       0    new
tidewater IFA     draft          none       0    empty
tidewater ECMHS   on_hold        none       0    new
heron     IFS     draft          released   0    new
""".strip()

# Fields of work that fit a category's work.
_FITTING = {
    "FA": ("early_education", "head_start", "health", "other"),
    "FS": ("home_visiting", "early_intervention", "child_welfare", "therapies", "head_start", "health"),
    "MHS": ("mental_health", "consultation"),
    "MHM-C": ("mental_health", "consultation"),
    "MHM-P": ("policy",),
    "MHM-RF": ("academia",),
}
_SPEAKING = [
    ("English",),
    ("English", "Spanish"),
    ("English", "Vietnamese"),
    ("English", "Arabic"),
    ("English", "Hmong"),
]
_OWN_ADDRESSES = {name: f"{name}@example.org" for name in ("applicant", "applicant2", "holder")}


def profile_of(code: str) -> str:
    """The requirement profile of a category's code: IFS → FS, ECMHM-P → MHM-P."""
    return code.removeprefix("EC").removeprefix("I") if code.startswith("EC") else code.removeprefix("I")


def stories(counties: Sequence[County]) -> list[Story]:
    """The sixty stories, in a fixed order, spread over the counties."""
    plans = {plan.key: plan for plan in COHORTS}
    told = []
    for number, line in enumerate(_STORIES.splitlines()):
        cohort, category, ending, fee, submitted, twist = line.split()
        person = _person(number, counties, _FITTING[profile_of(category)], employer=plans[cohort].agency, twist=twist)
        told.append(
            Story(number, person, plans[cohort], category, ending, fee, "" if twist == "-" else twist, int(submitted))
        )
    return told


def others(counties: Sequence[County]) -> list[Person]:
    """The people who told us of their interest and have no application yet."""
    sectors = tuple(AGENCIES)
    return [
        _person(number, counties, (sectors[number % len(sectors)],)) for number in range(_count_of_stories(), INTERESTS)
    ]


def _count_of_stories() -> int:
    return len(_STORIES.splitlines())


def _person(
    number: int, counties: Sequence[County], sectors: tuple[str, ...], *, employer: str = "", twist: str = ""
) -> Person:
    """The person with a number: every county comes up once before any comes up again."""
    dice = Random(f"person {number}")
    first, last = PEOPLE[number]
    order = list(counties)
    Random("counties").shuffle(order)
    sector = dice.choice(sectors)
    languages = _SPEAKING[dice.choice((0, 0, 0, 1, 1, 2, 3, 4))]
    county = order[number % len(order)].name
    return Person(
        first=first,
        last=last,
        email=NEWCOMER
        if number == NEWCOMERS_PLACE
        else _OWN_ADDRESSES.get(twist) or address(first, last, at=("example.org", "example.com")[number % 2]),
        county=county,
        home=county if dice.random() < 0.8 else dice.choice(order).name,
        sector=sector,
        employer=employer or dice.choice(AGENCIES[sector]),
        title=dice.choice(TITLES[sector]),
        languages=languages,
    )
