"""Cohorts from planning to archive, interest of every kind, and the seats between them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from applicants.models import DegreeLevel
from cohorts.models import AgesServed, Cohort, CohortPreference, FundingNeed, HeardFrom, Interest, Seat
from cohorts.transitions import advance, register_interest
from competencies.models import Scope
from endorsement_portal.models import Event
from reports.demo import words
from reports.demo.plan import COHORTS, LEAD, NEWCOMER
from reports.demo.stage import dice

if TYPE_CHECKING:
    from reports.demo.plan import CohortPlan, Person, Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage

# How a cohort came to where it is: verb and days after its first (S) or last (E) day.
_PATH = {
    "recruit": ("S", -75),
    "confirm": ("S", -6),
    "start": ("S", 0),
    "close_submission": ("E", 1),
    "complete": ("E", 60),
    "archive": ("E", 400),
}
_STOPS = {
    "planning": 0,
    "recruiting": 1,
    "confirmed": 2,
    "active": 3,
    "submission_closed": 4,
    "completed": 5,
    "archived": 6,
}


def write_cohorts(script: Script, stage: Stage) -> None:
    """Each cohort made, and moved as far as its plan says, by the coordinator."""
    for plan in COHORTS:
        made = max(100 - plan.starts, 70)
        script.add(made, 9, f"cohort {plan.name}", partial(_make, script, stage, plan))
        for verb, (anchor, after) in list(_PATH.items())[: _STOPS[plan.status]]:
            ago = -(plan.starts if anchor == "S" else plan.ends) - after
            # A cohort whose first day is still to come was opened and confirmed in the last weeks.
            ago = max(ago, {"recruit": made - 1, "confirm": 12}.get(verb, ago))
            script.add(ago, 18, f"{verb} {plan.name}", partial(_move, stage, plan, verb))


def _make(script: Script, stage: Stage, plan: CohortPlan) -> None:
    cohort = Cohort.objects.create(
        lead=stage.user(LEAD),
        name=plan.name,
        kind="agency" if plan.agency else "open",
        agency_name=plan.agency,
        starts_on=script.day(-plan.starts),
        ends_on=script.day(-plan.ends),
        capacity=plan.capacity,
        min_group=min(plan.capacity, 10),
    )
    Event.objects.record(cohort, "create", by=stage.coordinator, after=cohort.status)


def _move(stage: Stage, plan: CohortPlan, verb: str) -> None:
    advance(stage.cohort(plan), verb, by=stage.coordinator)


# --- Interest ----------------------------------------------------------------------------------------------------


def write_seats(script: Script, stage: Stage, stories: list[Story]) -> None:
    """From the form of interest to the seat accepted, which opens the application."""
    for story in stories:
        person, opened, hour = story.person, story.opened, 9 + story.number % 8
        script.add(opened + 38, hour, f"interest {person.name}", partial(register, stage, person, story.category))
        script.add(opened + 30, hour, f"pool {person.name}", partial(_triage, stage, person, "pool"))
        script.add(
            opened + 7, hour, f"offer {person.name}", partial(_offer, stage, person, story.cohort, story.category)
        )
        script.add(opened, hour, f"accept {person.name}", partial(_accept, stage, person))


def register(stage: Stage, person: Person, category: str) -> None:
    """The form as the person filled it in."""
    chance = dice("interest", person.email)
    works_elsewhere = chance.random() < 0.2
    interest = Interest(
        first_name=person.first,
        last_name=person.last,
        email=person.email,
        phone=f"(919) 555-01{chance.randrange(100):02d}",
        home_county=stage.counties[person.home],
        work_county=stage.counties[person.county],
        employer=person.employer,
        job_title=person.title,
        sector=person.sector,
        focus=stage.categories[category].scope if category else chance.choice(Scope.values),
        ages_served=sorted(chance.sample(AgesServed.values, chance.choice((1, 2, 2)))),
        paid_years=Decimal(chance.choice(("0.5", "2", "3.5", "6", "11", "19"))),
        highest_education=chance.choice(list(DegreeLevel.values[:6])),
        practice_languages=list(person.languages),
        category=stage.categories[category] if category else None,
        language_pref="es" if "Spanish" in person.languages else "en",
        access_needs="A room that a wheelchair can reach, please." if chance.random() < 0.05 else "",
        cohort_preference=chance.choice(CohortPreference.values),
        funding_need=chance.choice(FundingNeed.values),
        heard_from=chance.choice(HeardFrom.values),
        consent_contact=True,
        consent_privacy=True,
    )
    more = chance.sample(list(stage.counties.values()), 2) if works_elsewhere else []
    register_interest(interest, other_work_counties=more)


def _interest(person: Person) -> Interest:
    found: Interest = Interest.objects.get(email=person.email)
    return found


def _triage(stage: Stage, person: Person, verb: str, note: str = "") -> None:
    advance(_interest(person), verb, by=stage.coordinator, note=note)


def _offer(stage: Stage, person: Person, plan: CohortPlan, category: str) -> None:
    advance(
        _interest(person),
        "offer",
        by=stage.coordinator,
        cohort=stage.cohort(plan),
        category=stage.categories[category],
    )


def _seat(person: Person) -> Seat:
    found: Seat = Seat.objects.select_related("cohort", "interest", "category__edition").get(
        interest__email=person.email, status="offered"
    )
    return found


def _accept(stage: Stage, person: Person) -> None:
    advance(_seat(person), "accept", by=stage.account_of(person))


# --- Those who have not applied yet --------------------------------------------------------------------------------

# How many there are of each, in the order of the people.
_WAITING = {
    "new": 24,
    "needs_info": 8,
    "pool": 21,
    "waitlisted": 10,
    "offered": 6,
    "not_ready": 10,
    "closed": 8,
    "declined": 1,
    "unanswered": 1,
    "withdrawn": 1,
}
_WISHES = ("IFA", "IFS", "ECFA", "ECFS", "IMHS", "ECMHS", "IFS", "")


def write_others(script: Script, stage: Stage, people: list[Person]) -> None:
    """The other forms of interest, as far as each has come."""
    kinds = [kind for kind, count in _WAITING.items() for _ in range(count)]
    for number, (person, kind) in enumerate(zip(people, kinds, strict=True)):
        wish, hour = _WISHES[number % len(_WISHES)], 8.5 + number % 10
        ago = 1 + number % 15 if kind == "new" else 45 + (number * 7) % 110
        script.add(ago, hour, f"interest {person.name}", partial(register, stage, person, wish))
        if kind != "new":
            _write_answer(script, stage, person, kind, ago - 9, hour, number)


def _write_answer(script: Script, stage: Stage, person: Person, kind: str, ago: int, hour: float, number: int) -> None:
    """What the coordinator answered, and what came of it."""

    def triage(verb: str, note: str = "", *, days: int = ago) -> None:
        script.add(days, hour, f"{verb} {person.name}", partial(_triage, stage, person, verb, note))

    if kind == "needs_info":
        triage("ask", words.QUESTIONS[number % len(words.QUESTIONS)])
    elif kind == "not_ready":
        triage("not_ready", words.GROWING[number % len(words.GROWING)])
    elif kind == "closed":
        triage("close", "Has moved to another state.")
    else:
        triage("pool")
        if kind == "waitlisted":
            triage("waitlist", days=ago - 10)
        elif kind != "pool":
            _write_offer(script, stage, person, kind, hour, number)


def _write_offer(script: Script, stage: Stage, person: Person, kind: str, hour: float, number: int) -> None:
    """A seat offered: waiting for its answer, or declined, unanswered, taken back."""
    plan = next(p for p in COHORTS if p.key == ("tidewater" if number % 3 == 0 else "heron"))
    offered = {"offered": 2 + number % 5}.get(kind, 30)
    offer = partial(_offer, stage, person, plan, ("IFS", "ECFS", "IFA")[number % 3])
    script.add(offered, hour, f"offer {person.name}", offer)
    if person.email == NEWCOMER:
        script.add(offered, hour + 1, f"account {person.name}", partial(stage.account_of, person))
    after = {
        "declined": [(26, partial(_decline, stage, person))],
        # The one that goes unanswered is reminded of and ended by the calendar.
        "withdrawn": [(27, partial(_withdraw, stage, person))],
    }
    for ago, act in after.get(kind, []):
        script.add(ago, hour, f"{kind} {person.name}", act)


def _decline(stage: Stage, person: Person) -> None:
    advance(_seat(person), "decline", by=stage.account_of(person), stay=True)


def _withdraw(stage: Stage, person: Person) -> None:
    advance(
        _seat(person), "withdraw", by=stage.coordinator, note="Offered by mistake: this cohort is full of one field."
    )
