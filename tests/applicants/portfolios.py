"""Portfolios for the tests of the requirements: one that meets a category's figures exactly, and ways to spoil it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from applicants.eligibility import places_of
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
from competencies.editions import Requirements

TODAY = date(2026, 6, 30)
DEGREE_DAY = date(2010, 5, 15)
END = date(2025, 12, 31)
FOCUS = {
    "FA": "promotion",
    "FS": "prevention",
    "FRS": "prevention",
    "MHS": "intervention",
    "MHM-C": "intervention",
    "MHM-P": "policy",
    "MHM-RF": "academic",
}
ALL_TESTS = frozenset({"child_in_age_range", "social_emotional_focus", "relationship_focus"})
LEVEL = {"any_degree": "associate", "cda": "cda", "masters_or_higher": "master"}


def span(years: int, *, days: int = 0) -> tuple[date, date]:
    """So many times 365 days up to the end of last year, and days more or less."""
    return END - timedelta(days=years * 365 + days - 1), END


def job(requirements: Requirements, years: int, *, days: int = 0, **facts: object) -> Job:
    """A full-time job that counts for the category."""
    start, end = span(years, days=days)
    known = {"entry": "work:1", "focus": FOCUS[requirements.profile], "start": start, "end": end, "tests": ALL_TESTS}
    return Job(**(known | {"as_therapist": True, "families_served": requirements.work_min_families or 0} | facts))


def period(entry: str, years: int, *, days: int = 0) -> Period:
    start, end = span(years, days=days)
    return Period(entry, start, end)


def supervision(hours: int | str | Decimal, *, about: int | str | Decimal = 0, **facts: object) -> SupervisionHours:
    """Confirmed hours with a clinical mentor, or somebody else of this `standing` on all of their days."""
    known = {"entry": "supervision:1", "start": date(2023, 1, 1), "end": date(2024, 1, 1)} | facts
    standing = known.pop("standing", "MHM-C")
    held = (Held(standing, known["start"], known["end"]),) if standing else ()
    return SupervisionHours(**({"total": Decimal(hours), "about_provision": Decimal(about), "standings": held} | known))


def raters(requirements: Requirements) -> tuple[ReferenceGiven, ...]:
    """A completed reference for each place, the first and whoever has to be from somebody endorsed; more where the count asks for more."""
    roles = [sorted(fits)[0] for _name, fits in places_of(requirements)]
    roles += ["colleague"] * (requirements.references_count - len(roles))
    return tuple(
        ReferenceGiven(
            f"reference:{n}", role, "completed", date(2026, 5, 1), endorsed=n == 0 or role == "endorsed_or_vetted"
        )
        for n, role in enumerate(roles)
    )


def complete(requirements: Requirements) -> Portfolio:
    """Exactly what the category or add-on asks, and not a quarter of an hour more."""
    asked = requirements
    dei, provision = asked.training_dei or 0, asked.training_rsc_provision or 0
    clock = max(asked.training_total or 0, (asked.training_general or 0) + dei + provision)
    degrees = ()
    if asked.needs_education and asked.education_logic != "none":
        degrees = (Degree("education:1", LEVEL[asked.education_of[0]], DEGREE_DAY),)
    return Portfolio(
        has_profile=True,
        member_until=TODAY,
        degrees=degrees,
        jobs=(job(asked, asked.work_years),) if asked.work_years else (),
        leading=(period("leadership:1", asked.leadership_years),) if asked.leadership_years else (),
        giving=(period("supervision_given:1", asked.work_years_providing_rsc or 1),)
        if asked.work_years_providing_rsc or asked.work_second_part
        else (),
        trainings=(TrainingHours("training:1", Decimal(clock), Decimal(dei), Decimal(provision)),) if clock else (),
        supervision=(
            supervision(asked.rsc_hours or asked.rsc_about_provision or 0, about=asked.rsc_about_provision or 0),
        )
        if asked.rsc_hours or asked.rsc_about_provision
        else (),
        references=raters(asked),
        signed=frozenset({"ethics", "agreement"}),
        fee_state="settled",
        areas=("a.a",),
        shown=(Shown("training:1", "training", ("a.a",)),),
    )


def less_training(portfolio: Portfolio, **fewer: Decimal) -> Portfolio:
    """The same with fewer hours in these fields of the one training."""
    (entry,) = portfolio.trainings
    kept = {name: getattr(entry, name) - less for name, less in fewer.items()}
    return replace(portfolio, trainings=(replace(entry, **kept),))


def without_reference(portfolio: Portfolio, place: int) -> Portfolio:
    rows = portfolio.references
    return replace(portfolio, references=rows[:place] + rows[place + 1 :])
