"""Giving reflective supervision, and leadership: what is asked in years beside the work itself. Pure functions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.answers import answer, years
from applicants.counting import years_of
from applicants.eligible_work import qualifying_degrees
from applicants.portfolio import Period, plain

if TYPE_CHECKING:
    from datetime import date

    from applicants.portfolio import Check, Job, Portfolio
    from competencies.editions import Requirements


def giving_and_leading(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Every check about them, in the order a person works through them."""
    return [
        *_giving(requirements, portfolio, today),
        *_second_part(requirements, portfolio, today),
        *_leadership(requirements, portfolio, today),
    ]


def _given(portfolio: Portfolio) -> list[Period]:
    """When reflective supervision was given, in jobs or beside them."""
    return [*portfolio.giving, *(_period(job) for job in portfolio.jobs if job.focus == "rsc_provision")]


def _giving(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Years of giving reflective supervision, from jobs and from supervision given, after the degree where asked."""
    need = requirements.work_years_providing_rsc
    if not need:
        return []
    periods = _given(portfolio)
    have, since = Decimal(0), None
    after_degree = requirements.work_post_graduate and requirements.education_logic != "none"
    degrees = qualifying_degrees(requirements, portfolio)
    if degrees and after_degree:
        since = degrees[0].conferred_on
    if degrees or not after_degree:
        have = years_of(periods, today, since=since)
    words = {"have": plain(have), "need": years(need)}
    sentence = _("You have shown %(have)s of %(need)s of giving reflective supervision.")
    if after_degree and not degrees and periods:
        sentence = _("Only supervision that you gave after your degree counts: %(have)s of %(need)s so far.")
    check = answer(
        requirements,
        "rsc_given",
        gettext_lazy("Years of giving reflective supervision"),
        figures=("work_years_providing_rsc", "work_post_graduate"),
        met=have >= need,
        sentence=sentence % words,
        next=_("Add the reflective supervision that you have given to others."),
        section="supervision_given",
        have=have,
        need=need,
        unit="years",
        entries=tuple(period.entry for period in periods),
    )
    return [check]


def _second_part(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Giving reflective supervision as a part of the work, for as long as it may be: reviewers judge what is enough.

    Where the framework lets people begin without it, it never blocks.
    """
    if requirements.work_second_part != "rsc_provision":
        return []
    found = [period.entry for period in _given(portfolio) if period.start <= today]
    sentence = _("A part of the work is giving reflective supervision, and none is entered yet.")
    if requirements.work_second_part_waived:
        sentence = _(
            "A part of the work is giving reflective supervision, and none is entered yet. "
            "One may begin without it, as “emerging”."
        )
    check = answer(
        requirements,
        "second_part",
        gettext_lazy("Giving reflective supervision"),
        figures=("work_second_part",),
        met=bool(found),
        sentence=sentence,
        next=_("Add the reflective supervision that you have given to others."),
        section="supervision_given",
        entries=tuple(found),
    )
    return [replace(check, blocking=check.blocking and not requirements.work_second_part_waived)]


def _leadership(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    need = requirements.leadership_years
    if not need:
        return []
    periods = [*portfolio.leading, *(_period(job) for job in portfolio.jobs if job.focus == "leadership")]
    have = years_of(periods, today)
    check = answer(
        requirements,
        "leadership",
        gettext_lazy("Years of leadership"),
        figures=("leadership_years",),
        met=have >= need,
        sentence=_("You have shown %(have)s of %(need)s.") % {"have": plain(have), "need": years(need)},
        next=_("Add what you have led: groups, boards, programs, teaching, publications."),
        section="leadership",
        have=have,
        need=need,
        unit="years",
        entries=tuple(period.entry for period in periods),
    )
    return [check]


def _period(job: Job) -> Period:
    return Period(job.entry, job.start, job.end)
