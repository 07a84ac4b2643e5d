"""Education and work: what is asked in degrees and years. Pure functions.

Source of every figure is the edition. Years of work are full-time equivalents where the association has confirmed how
many hours a week are full time; until then a part-time year that reaches the figure by the calendar does not block.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.answers import answer, either, years
from applicants.counting import full_time_years_of, years_of
from applicants.portfolio import LeftOut, plain

if TYPE_CHECKING:
    from datetime import date

    from applicants.portfolio import Check, Degree, Job, Portfolio
    from competencies.editions import Requirements

ANY_DEGREE = frozenset({"associate", "bachelor", "master", "specialist", "doctorate", "medical"})
MASTERS = frozenset({"master", "specialist", "doctorate", "medical"})
COUNTS_AS = {
    "any_degree": ANY_DEGREE,
    "bachelor": ANY_DEGREE - {"associate"},
    "cda": frozenset({"cda"}),
    "masters_or_higher": MASTERS,
    "state_mental_health_license": frozenset({"license"}),
}
EDUCATION_WORDS = {
    "any_degree": gettext_lazy("any college degree"),
    "bachelor": gettext_lazy("a bachelor’s degree or higher"),
    "cda": gettext_lazy("a CDA"),
    "masters_or_higher": gettext_lazy("a master’s degree or higher"),
    "state_mental_health_license": gettext_lazy("a state mental health license"),
}
# Which kinds of work count toward a profile's years.
WORK_FOCUS = {
    "FA": frozenset({"promotion", "prevention", "intervention"}),
    "FS": frozenset({"prevention", "intervention", "rsc_provision"}),
    "FRS": frozenset({"prevention", "intervention", "rsc_provision"}),
    "MHS": frozenset({"intervention"}),
    "MHM-C": frozenset({"intervention"}),
    "MHM-P": frozenset({"policy"}),
    "MHM-RF": frozenset({"academic"}),
}
# What the framework calls a kind of work or service, where a profile asks for one by name.
FOCUS_OF_KIND = {
    "parent_infant_child_psychotherapy": frozenset({"intervention"}),
    "policy_or_program_leadership": frozenset({"policy"}),
    "university_teaching_or_published_research": frozenset({"academic"}),
}
# What is asked of a job itself, and what it is where it is not asked.
ASKED_OF_A_JOB: dict[str, Any] = {"work_paid": False, "work_supervised": False, "work_tests": ()}
YEARS_OF_WORK = ("work_years", *ASKED_OF_A_JOB, "work_kind", "work_service", "work_full_time_hours")


def education_and_work(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Every check about degrees and work, in the order a person works through them."""
    return [
        *_gate(requirements, portfolio, today),
        *_license(requirements, portfolio),
        *_families(requirements, portfolio),
    ]


# --- Education ---------------------------------------------------------------------------------------------------


def qualifying_degrees(requirements: Requirements, portfolio: Portfolio) -> list[Degree]:
    """Finished degrees and licenses of the kinds that the category asks for, the earliest first."""
    levels = {level for name in requirements.education_of for level in COUNTS_AS.get(name, frozenset())}
    found = [degree for degree in portfolio.degrees if degree.conferred_on and degree.level in levels]
    return sorted(found, key=lambda degree: (degree.conferred_on, degree.entry))


def _degree_words(requirements: Requirements) -> str:
    return either([str(EDUCATION_WORDS.get(name, name)) for name in requirements.education_of])


def _unfinished(portfolio: Portfolio) -> tuple[LeftOut, ...]:
    why = _("It has no date yet: add the day it was awarded once you have it.")
    return tuple(LeftOut(degree.entry, why) for degree in portfolio.degrees if not degree.conferred_on)


# --- Work --------------------------------------------------------------------------------------------------------


def why_not(job: Job, requirements: Requirements) -> str:
    """Why a job does not count toward the years of work, or "" where it does."""
    if job.focus not in _focuses(requirements):
        return _("This kind of work does not count for this category.")
    if missing := set(requirements.work_tests) - job.tests:
        return _("It does not say that the work %(what)s.") % {"what": _missing_test(sorted(missing)[0])}
    if job.supervised_internship and requirements.internship_years_max:
        return _why_not_internship(job, requirements)
    if requirements.work_supervised and not job.supervised:
        return _unsupervised()
    if requirements.work_paid and not job.paid and not (requirements.work_volunteer_if and job.trained_volunteer):
        if job.supervised_internship:
            return _("An unpaid internship does not count for this category.")
        if requirements.work_volunteer_if:
            return _("Unpaid work counts only if it was supervised and came with specialized training.")
        return _("Only paid work counts here.")
    return ""


def _unsupervised() -> str:
    return _("It does not say who supervised this work.")


def _focuses(requirements: Requirements) -> frozenset[str]:
    """The kinds of work that count: what the framework names, or what the profile is about."""
    named = FOCUS_OF_KIND.get(requirements.work_kind or requirements.work_service)
    return named or WORK_FOCUS.get(requirements.profile, frozenset())


def _missing_test(test: str) -> str:
    return {
        "child_in_age_range": _("was with children of this age"),
        "social_emotional_focus": _("was mainly about the child’s social and emotional needs"),
        "relationship_focus": _("supported the relationships around the child"),
    }.get(test, test)


def _why_not_internship(job: Job, requirements: Requirements) -> str:
    if requirements.internship_supervisors and not job.internship_supervisor_endorsed:
        return _("An internship counts where its supervisor is endorsed as a specialist or clinical mentor.")
    return ""


def _sorted_jobs(requirements: Requirements, portfolio: Portfolio) -> tuple[list[Job], tuple[LeftOut, ...]]:
    """The jobs that count, and the others with the reason."""
    reasons = {job.entry: why_not(job, requirements) for job in portfolio.jobs}
    counted = [job for job in portfolio.jobs if not reasons[job.entry]]
    return counted, tuple(LeftOut(entry, why) for entry, why in reasons.items() if why)


def work_years(requirements: Requirements, portfolio: Portfolio, today: date) -> tuple[Decimal, Decimal]:
    """Years of work that count: as full-time equivalents, and by the calendar.

    Supervised internships add at most the category's limit, where it has one. After-degree work counts from the
    earliest qualifying degree on; without one it is none. Work taken over from another profile is judged as there.
    """
    jobs, _left = _sorted_jobs(requirements, portfolio)
    since = None
    if requirements.work_post_graduate and requirements.work_years and not requirements.work_includes_profile:
        degrees = qualifying_degrees(requirements, portfolio)
        if not degrees:
            return Decimal(0), Decimal(0)
        since = degrees[0].conferred_on
    most = Decimal(requirements.internship_years_max)
    jobs_without = [job for job in jobs if not (most and job.supervised_internship)]
    by_calendar = min(years_of(jobs, today, since=since), years_of(jobs_without, today, since=since) + most)
    if not requirements.work_full_time_hours:
        return by_calendar, by_calendar
    full_time = Decimal(requirements.work_full_time_hours)
    in_full_time = min(
        full_time_years_of(jobs, today, full_time=full_time, since=since),
        full_time_years_of(jobs_without, today, full_time=full_time, since=since) + most,
    )
    return in_full_time, by_calendar


def _gate(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Education and work: each of them, or either, as the category says."""
    if requirements.education_or_work:
        return [_either(requirements, portfolio, today)]
    checks = []
    if requirements.needs_education and requirements.education_logic != "none":
        checks.append(_education(requirements, portfolio))
    if requirements.work_years:
        checks.append(_work(requirements, portfolio, today))
    return checks


def _either(requirements: Requirements, portfolio: Portfolio, today: date) -> Check:
    """One of the two is enough."""
    degrees = qualifying_degrees(requirements, portfolio)
    need = Decimal(requirements.work_years or 0)
    have, _by_calendar = work_years(requirements, portfolio, today)
    jobs, left_out = _sorted_jobs(requirements, portfolio)
    words = {"degree": _degree_words(requirements), "need": years(need), "have": years(have)}
    return answer(
        requirements,
        "gate",
        gettext_lazy("Education or work"),
        figures=("education_of", *YEARS_OF_WORK),
        met=bool(degrees) or have >= need,
        surely_short=not degrees and _surely_short(requirements, portfolio, today),
        sentence=_("It takes %(degree)s, or %(need)s of work. You have shown %(have)s of work that counts.") % words,
        next=_("Add %(degree)s, or the work that makes up %(need)s.") % words,
        section="work",
        have=None if degrees else have,
        need=None if degrees else need,
        unit="" if degrees else "years",
        entries=(degrees[0].entry,) if degrees else tuple(job.entry for job in jobs),
        left_out=() if degrees else (*_unfinished(portfolio), *left_out),
    )


def _education(requirements: Requirements, portfolio: Portfolio) -> Check:
    degrees = qualifying_degrees(requirements, portfolio)
    words = {"degree": _degree_words(requirements)}
    return answer(
        requirements,
        "education",
        gettext_lazy("Education"),
        figures=("education_of",),
        met=bool(degrees),
        sentence=_("This category asks for %(degree)s.") % words,
        next=_("Add %(degree)s, with the day it was awarded.") % words,
        section="education",
        entries=tuple(degree.entry for degree in degrees[:1]),
        left_out=() if degrees else _unfinished(portfolio),
    )


def _work(requirements: Requirements, portfolio: Portfolio, today: date) -> Check:
    need = Decimal(requirements.work_years or 0)
    have, by_calendar = work_years(requirements, portfolio, today)
    jobs, left_out = _sorted_jobs(requirements, portfolio)
    sentence = _("You have shown %(have)s of %(need)s of work that counts.")
    step = _("Add earlier jobs that count, or correct the dates of those you have.")
    if by_calendar >= need:
        sentence = _("Part-time work adds up to %(have)s of full-time work; the category asks for %(need)s.")
    untold = _untold(requirements, portfolio) if by_calendar < need else ""
    if untold:
        step = _("Open the job and tick what is true of the work: it may count then.")
        if LeftOut(untold, _unsupervised()) in left_out:
            step = _("Open the job and say who supervised your work: it may count then.")
    words = {"have": plain(have), "need": years(need)}
    return answer(
        requirements,
        "work",
        gettext_lazy("Years of work"),
        figures=YEARS_OF_WORK,
        met=have >= need,
        surely_short=_surely_short(requirements, portfolio, today),
        sentence=sentence % words,
        next=step,
        at=untold,
        section="work",
        have=have,
        need=need,
        unit="years",
        entries=tuple(job.entry for job in jobs),
        left_out=left_out,
    )


def _surely_short(requirements: Requirements, portfolio: Portfolio, today: date) -> bool:
    """Whether the work is too short even by the calendar, and even if only what is confirmed were asked of it."""
    if "work_years" in requirements.unconfirmed:
        return False
    lenient = {name: none for name, none in ASKED_OF_A_JOB.items() if name in requirements.unconfirmed}
    _full_time, by_calendar = work_years(replace(requirements, **lenient), portfolio, today)
    return by_calendar < (requirements.work_years or 0)


def _untold(requirements: Requirements, portfolio: Portfolio) -> str:
    """The first job that would count if all that the framework asks of the work were said of it."""
    asked = frozenset(requirements.work_tests)
    for job in portfolio.jobs:
        said = replace(job, tests=job.tests | asked, supervised=True)
        if why_not(job, requirements) and not why_not(said, requirements):
            return job.entry
    return ""


def _license(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    """Services given as a licensed or license-eligible therapist."""
    if not requirements.license_or_eligible:
        return []
    licenses = [d.entry for d in portfolio.degrees if d.level == "license" and d.conferred_on]
    jobs = [job.entry for job in portfolio.jobs if job.as_therapist and not why_not(job, requirements)]
    check = answer(
        requirements,
        "license",
        gettext_lazy("Licensed or license-eligible"),
        figures=("license_or_eligible",),
        met=bool(licenses or jobs),
        sentence=_("The work has to be given as a licensed or license-eligible therapist."),
        next=_("Add your license, or say in the job that you were license-eligible."),
        section="education",
        entries=(*licenses, *jobs),
    )
    return [check]


def _families(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    need = requirements.work_min_families
    if not need:
        return []
    jobs, left_out = _sorted_jobs(requirements, portfolio)
    have = sum(job.families_served for job in jobs)
    words = {"have": have, "need": need}
    check = answer(
        requirements,
        "families",
        gettext_lazy("Families served"),
        figures=("work_min_families",),
        met=have >= need,
        sentence=_("You have entered %(have)s of at least %(need)s families served.") % words,
        next=_("Say in each job about how many families you served."),
        section="work",
        have=have,
        need=need,
        unit="families",
        entries=tuple(job.entry for job in jobs if job.families_served),
        left_out=left_out,
    )
    return [check]
