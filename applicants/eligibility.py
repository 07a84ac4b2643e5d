"""Does the portfolio meet the requirements? Pure functions over plain facts: no query, no clock of its own.

`check(requirements, portfolio, today)` answers for every requirement of the pinned edition: met or not, how far, why
not in one plain sentence, whether the figure is still to be confirmed by the association, and whether it blocks
submitting. A figure that is not confirmed informs but never blocks. Source of the figures: the edition itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants.portfolio import Check, Job, Portfolio, SupervisionHours, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise as StrPromise

    from competencies.editions import Requirements

# A whole calendar year counts as one, with a leap day or without.
DAYS_A_YEAR = Decimal(365)
ANY_DEGREE = frozenset({"associate", "bachelor", "master", "specialist", "doctorate", "medical"})
MASTERS = frozenset({"master", "specialist", "doctorate", "medical"})
COUNTS_AS = {
    "any_degree": ANY_DEGREE,
    "cda": frozenset({"cda"}),
    "masters_or_higher": MASTERS,
    "state_mental_health_license": frozenset({"license"}),
}
EDUCATION_WORDS = {
    "any_degree": gettext_lazy("any college degree"),
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


def check(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Every requirement of the category, in the order a person works through them."""
    return [
        _simple(
            "profile",
            gettext_lazy("Your profile"),
            portfolio.has_profile,
            _("Please fill in your profile: it carries the name on your certificate."),
            "profile",
        ),
        *_gate(requirements, portfolio, today),
        *_families(requirements, portfolio),
        *_leadership(requirements, portfolio, today),
        *_training(requirements, portfolio),
        *_supervision(requirements, portfolio),
        _areas(portfolio),
        *_references(requirements, portfolio),
        *_signatures(portfolio),
        _fee(portfolio),
    ]


def _simple(key: str, title: StrPromise, met: bool, sentence: str, section: str) -> Check:
    return Check(key, title, met, "" if met else sentence, section)


def years_of(jobs: Iterable[Job], today: date) -> Decimal:
    """Years covered by at least one of the jobs, in full hundredths; days that two jobs share count once."""
    spans = sorted((job.start, min(job.end or today, today)) for job in jobs if job.start <= today)
    days, reached = 0, date.min
    for start, end in spans:
        first = max(start, reached)
        if end >= first:
            days += (end - first).days + 1
            reached = end + timedelta(days=1)
    return (Decimal(days) / DAYS_A_YEAR).quantize(Decimal("0.01"), ROUND_DOWN)


def _qualifying_jobs(requirements: Requirements, portfolio: Portfolio) -> list[Job]:
    focus = WORK_FOCUS.get(requirements.profile, frozenset())
    return [
        job
        for job in portfolio.jobs
        if job.focus in focus
        and (
            job.paid
            or not requirements.work_paid
            or (requirements.profile == "FA" and job.trained_volunteer)
            or (job.supervised_internship and requirements.internship_years_max)
        )
    ]


def _work_years(requirements: Requirements, portfolio: Portfolio, today: date) -> Decimal:
    """Years of qualifying work; supervised internships count up to the category's limit."""
    jobs = _qualifying_jobs(requirements, portfolio)
    paid = [job for job in jobs if not job.supervised_internship]
    total = years_of(jobs, today)
    if requirements.internship_years_max:
        beyond = total - years_of(paid, today)
        total = years_of(paid, today) + min(beyond, Decimal(requirements.internship_years_max))
    return total


def _gate(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    """Education and work: each of them, or either, as the category says."""
    educated = requirements.education_logic == "none" or any(
        portfolio.degrees & COUNTS_AS.get(name, frozenset()) for name in requirements.education_of
    )
    years = _work_years(requirements, portfolio, today)
    if requirements.education_or_work:
        checks = [_either(requirements, years, educated=educated)]
    else:
        checks = _each(requirements, years, educated=educated)
    if requirements.work_years_providing_rsc:
        given = years_of([job for job in portfolio.jobs if job.focus == "rsc_provision"], today)
        title = gettext_lazy("Years of providing reflective supervision")
        standing = _standing(requirements, "work_years_providing_rsc")
        checks.append(_years("rsc_given", title, given, requirements.work_years_providing_rsc, standing))
    return checks


def _degree(requirements: Requirements) -> str:
    return _(" or ").join(str(EDUCATION_WORDS.get(name, name)) for name in requirements.education_of)


def _short(have: Decimal, need: Decimal) -> str:
    return _("You have shown %(have)s of %(need)s years of work that counts.") % {"have": plain(have), "need": need}


def _either(requirements: Requirements, years: Decimal, *, educated: bool) -> Check:
    """One of the two is enough."""
    need = Decimal(requirements.work_years or 0)
    met = educated or years >= need
    words = {"degree": _degree(requirements), "need": need, "short": _short(years, need)}
    sentence = _("Add %(degree)s, or %(need)s years of work. %(short)s") % words
    return Check(
        "gate",
        gettext_lazy("Education or work"),
        met,
        "" if met else sentence,
        "work",
        have=None if educated else years,
        need=None if educated else need,
        **_standing(requirements, "work_years", "education_of"),
    )


def _each(requirements: Requirements, years: Decimal, *, educated: bool) -> list[Check]:
    """Each of the two that the category asks."""
    need, checks = Decimal(requirements.work_years or 0), []
    if requirements.needs_education and requirements.education_logic != "none":
        sentence = "" if educated else _("Add %(degree)s.") % {"degree": _degree(requirements)}
        standing = _standing(requirements, "education_of")
        checks.append(Check("education", gettext_lazy("Education"), educated, sentence, "education", **standing))
    if need:
        met, standing = years >= need, _standing(requirements, "work_years")
        title, sentence = gettext_lazy("Years of work"), "" if years >= need else _short(years, need)
        checks.append(Check("work", title, met, sentence, "work", have=years, need=need, **standing))
    return checks


def _years(key: str, title: StrPromise, have: Decimal, need: int, standing: dict[str, bool]) -> Check:
    sentence = _("You have shown %(have)s of %(need)s years.") % {"have": plain(have), "need": need}
    met = have >= need
    return Check(key, title, met, "" if met else sentence, "work", have=have, need=need, **standing)


def _families(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    need = requirements.work_min_families
    if not need:
        return []
    have = sum(job.families_served for job in _qualifying_jobs(requirements, portfolio))
    sentence = _("You have entered %(have)s of at least %(need)s families served.") % {"have": have, "need": need}
    return [
        Check(
            "families",
            gettext_lazy("Families served"),
            have >= need,
            "" if have >= need else sentence,
            "work",
            have=have,
            need=need,
            **_standing(requirements, "work_min_families"),
        )
    ]


def _leadership(requirements: Requirements, portfolio: Portfolio, today: date) -> list[Check]:
    if not requirements.leadership_years:
        return []
    have = years_of([job for job in portfolio.jobs if job.focus == "leadership"], today)
    standing = _standing(requirements, "leadership_years")
    return [_years("leadership", gettext_lazy("Years of leadership"), have, requirements.leadership_years, standing)]


def _hours(
    key: str, title: StrPromise, have: Decimal, need: int | None, section: str, standing: dict[str, bool]
) -> list[Check]:
    if not need:
        return []
    met = have >= need
    sentence = _("You have entered %(have)s of %(need)s hours.") % {"have": plain(have), "need": need}
    return [Check(key, title, met, "" if met else sentence, section, have=have, need=need, **standing)]


def _training(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    """Clock hours in all, and the buckets; an hour is in one bucket and counts once in the sum."""
    total = sum((t.clock for t in portfolio.trainings), Decimal(0))
    dei = sum((t.dei for t in portfolio.trainings), Decimal(0))
    rsc = sum((t.rsc_provision for t in portfolio.trainings), Decimal(0))
    rows: list[tuple[str, StrPromise, Decimal, int | None]] = [
        ("training_total", gettext_lazy("Training in all"), total, requirements.training_total),
        ("training_general", gettext_lazy("General training"), total - dei - rsc, requirements.training_general),
        ("training_dei", gettext_lazy("Training on diversity, equity and inclusion"), dei, requirements.training_dei),
        (
            "training_rsc_provision",
            gettext_lazy("Training on providing reflective supervision"),
            rsc,
            requirements.training_rsc_provision,
        ),
    ]
    return [
        row
        for key, title, have, need in rows
        for row in _hours(key, title, have, need, "training", _standing(requirements, key))
    ]


def qualifies(supervision: SupervisionHours, providers: tuple[str, ...], vetted_until: str) -> bool:
    """Whether the provider counted on the dates of the hours. Vetted providers count until the sunset day."""
    if supervision.standing not in providers:
        return False
    if supervision.standing == "vetted" and vetted_until:
        return supervision.end <= date.fromisoformat(vetted_until)
    return True


def _supervision(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    counted = [
        row
        for row in portfolio.supervision
        if qualifies(row, requirements.rsc_providers, str(requirements.rsc_vetted_until))
    ]
    total = sum((row.total for row in counted), Decimal(0))
    about = sum((row.about_provision for row in counted), Decimal(0))
    return [
        *_hours(
            "rsc_hours",
            gettext_lazy("Reflective supervision received"),
            total,
            requirements.rsc_hours,
            "supervision",
            _standing(requirements, "rsc_hours"),
        ),
        *_hours(
            "rsc_about_provision",
            gettext_lazy("Reflective supervision about the supervision you give"),
            about,
            requirements.rsc_about_provision,
            "supervision",
            _standing(requirements, "rsc_about_provision"),
        ),
    ]


def _areas(portfolio: Portfolio) -> Check:
    """Completeness of the areas warns and never blocks: reviewers judge what is enough."""
    shown = sum(1 for area in portfolio.areas if area in portfolio.areas_shown)
    missing = len(portfolio.areas) - shown
    sentence = ngettext(
        "%(count)s area has no evidence yet. Areas shown by references fill in later.",
        "%(count)s areas have no evidence yet. Areas shown by references fill in later.",
        missing,
    ) % {"count": missing}
    return Check(
        "areas",
        gettext_lazy("Competency areas"),
        not missing,
        sentence if missing else "",
        "areas",
        blocking=False,
        have=shown,
        need=len(portfolio.areas),
    )


def _references(requirements: Requirements, portfolio: Portfolio) -> list[Check]:
    need, have = requirements.references_count, portfolio.references_complete
    if have >= need:
        sentence = ""
    elif have + portfolio.references_waiting >= need:
        sentence = _("%(have)s of %(need)s references are complete; the others are on their way.")
    else:
        sentence = _("%(have)s of %(need)s references are complete. Please invite the people who know your work.")
    return [
        Check(
            "references",
            gettext_lazy("References"),
            have >= need,
            sentence and sentence % {"have": have, "need": need},
            "references",
            have=have,
            need=need,
            **_standing(requirements, "references_count"),
        )
    ]


def _signatures(portfolio: Portfolio) -> list[Check]:
    ask = _("Please read and sign it.")
    return [
        _simple("ethics", gettext_lazy("Code of Ethics"), "ethics" in portfolio.signed, ask, "sign"),
        _simple("agreement", gettext_lazy("Endorsement Agreement"), "agreement" in portfolio.signed, ask, "sign"),
    ]


def _fee(portfolio: Portfolio) -> Check:
    met = portfolio.fee_state in {"promised", "settled"}
    return _simple("fee", gettext_lazy("The fee"), met, _("Please choose how the fee is paid."), "fee")


def _standing(requirements: Requirements, *names: str) -> dict[str, bool]:
    """Figures still to be confirmed are shown so, and never block."""
    open_ = any(name in requirements.unconfirmed for name in names)
    return {"to_confirm": open_, "blocking": not open_}
