"""Which category fits? A pure answer with reasons for and against, from a few questions.

It measures a person's own words against the edition's figures, so a figure that the association corrects changes the
answer. It never turns anybody away: what is missing is named, and whether it can be gathered along the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competencies.explanations import education_line, education_words
from competencies.wording import measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from competencies.editions import Requirements

# The kind of work decides the profile; the ages decide the track.
PROFILE_OF_WORK = {
    "promotion": "FA",
    "prevention": "FS",
    "intervention": "MHS",
    "clinical_lead": "MHM-C",
    "policy_lead": "MHM-P",
    "faculty": "MHM-RF",
}
TRACKS_OF_AGES = {"infants": "IMH-E", "young_children": "ECMH-E"}
# Where a person does not meet the profile of their work: what else may fit, in this order.
INSTEAD = {
    "FA": (),
    "FS": ("FA",),
    "MHS": ("FS", "FA"),
    "MHM-C": ("MHS", "FS", "FA"),
    "MHM-P": ("FA",),
    "MHM-RF": ("FA",),
}
DEGREES = ("none", "cda", "degree", "masters")
LICENSES = ("none", "eligible", "licensed")
# Which of the framework's kinds of education an answer stands for.
EDUCATION_OF_DEGREE = {
    "none": frozenset[str](),
    "cda": frozenset({"cda"}),
    "degree": frozenset({"any_degree", "bachelor"}),
    "masters": frozenset({"any_degree", "bachelor", "masters_or_higher"}),
}
FALLBACK = "FA"
# Who fits the first may want to know about the second.
ALSO = {"MHS": ("MHM-C",)}
WORK_OF_PROFILE = {
    "FA": gettext_lazy("support in everyday care"),
    "FS": gettext_lazy("prevention and early intervention"),
    "MHS": gettext_lazy("treatment"),
    "MHM-C": gettext_lazy("treatment and clinical leadership"),
    "MHM-P": gettext_lazy("policy and program leadership"),
    "MHM-RF": gettext_lazy("teaching and research"),
}


@dataclass(frozen=True)
class Answers:
    """What a person said. Years are whole years; years_providing is of providing reflective supervision."""

    ages: tuple[str, ...]
    work: str
    years: int
    degree: str
    license: str
    years_providing: int
    receives: bool


@dataclass(frozen=True)
class Point:
    """One reason. met: True speaks for it, False against, None is good to know.

    gatherable: what is missing can be gathered while the portfolio grows.
    """

    text: str
    met: bool | None
    gatherable: bool = False


@dataclass(frozen=True)
class Offer:
    """A category that new applicants may choose."""

    code: str
    title: str
    track: str
    profile: str


@dataclass(frozen=True)
class Fit:
    """A category with its reasons."""

    offer: Offer
    points: tuple[Point, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing stands in the way that takes years to get."""
        return not any(point.met is False and not point.gatherable for point in self.points)

    @property
    def missing(self) -> tuple[Point, ...]:
        """What speaks against it today."""
        return tuple(point for point in self.points if point.met is False)


@dataclass(frozen=True)
class Finding:
    """The answer: the category or categories of the person's own work, and what else may fit."""

    suggested: tuple[Fit, ...]
    alternatives: tuple[Fit, ...] = ()
    remarks: tuple[str, ...] = field(default_factory=tuple)

    @property
    def fits(self) -> bool:
        """Whether the person could start on what is suggested."""
        return any(fit.fits for fit in self.suggested)


def find(answers: Answers, offers: Iterable[Offer], asked: Mapping[str, Requirements]) -> Finding:
    """The categories for a person's work and ages, with reasons, then alternatives where something is in the way.

    offers: the categories that accept new applicants; asked: requirements by profile. Nothing is looked up.
    """
    tracks = {TRACKS_OF_AGES[age] for age in answers.ages if age in TRACKS_OF_AGES}
    by_profile: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.track in tracks:
            by_profile.setdefault(offer.profile, []).append(offer)
    profile = PROFILE_OF_WORK[answers.work]
    suggested = _fits(answers, by_profile.get(profile, []), asked)
    start_now = any(fit.fits for fit in suggested)
    alternatives: tuple[Fit, ...] = ()
    for other in ALSO.get(profile, ()) if start_now else INSTEAD[profile]:
        alternatives += tuple(fit for fit in _fits(answers, by_profile.get(other, []), asked) if fit.fits)
    if not start_now and not alternatives and profile != FALLBACK:
        alternatives = _fits(answers, by_profile.get(FALLBACK, []), asked)
    return Finding(suggested, alternatives, _remarks(answers, profile, suggested, tracks))


def _fits(answers: Answers, offers: Iterable[Offer], asked: Mapping[str, Requirements]) -> tuple[Fit, ...]:
    return tuple(Fit(offer, tuple(_points(answers, asked[offer.profile]))) for offer in offers)


def _points(answers: Answers, asked: Requirements) -> list[Point]:
    own = PROFILE_OF_WORK[answers.work] == asked.profile
    points = [
        Point(
            _("Your work is what this category is for.")
            if own
            else _("This category is for %(work)s. Choose it if that is part of your work too.")
            % {"work": WORK_OF_PROFILE.get(asked.profile, asked.profile)},
            met=True if own else None,
        )
    ]
    points += _gate(answers, asked)
    if asked.license_or_eligible:
        met = answers.license != "none"
        said = _("You are licensed or license-eligible.") if met else _("It asks for a license, or to be eligible.")
        points.append(Point(said, met=met))
    points += _provision(answers, asked)
    points += _supervision(answers, asked)
    if asked.leadership_years:
        years = measured(asked.leadership_years, "years")
        said = _("It asks for %(years)s of leadership; you will be asked about yours.") % {"years": years}
        points.append(Point(said, None))
    if asked.exam:
        points.append(Point(_("It includes an exam in two parts, after the review."), None))
    return points


def _gate(answers: Answers, asked: Requirements) -> list[Point]:
    """Education and work, together or as alternatives."""
    education = _has_education(answers, asked)
    years = asked.work_years or 0
    worked = answers.years >= years
    needed = measured(years, "years")
    have = measured(answers.years, "years")
    if asked.education_or_work:
        if education or worked:
            reason = _("Your education is enough.") if education else _("Your %(have)s of paid work are enough.")
            return [Point(reason % {"have": have} if not education else reason, met=True)]
        return [Point(education_line(asked), met=False)]
    points = []
    if asked.needs_education:
        asks = _("It asks for %(education)s.") % {"education": education_words(asked)}
        points.append(Point(_("You hold the education asked.") if education else asks, met=education))
    elif asked.education_logic == "none":
        points.append(Point(_("No degree is asked."), met=True))
    if years:
        said = (
            _("You have %(have)s of paid work. Asked: %(needed)s.")
            if worked
            else _("It asks for %(needed)s of paid work in this scope; you have %(have)s.")
        )
        points.append(Point(said % {"have": have, "needed": needed}, met=worked))
    return points


def _has_education(answers: Answers, asked: Requirements) -> bool:
    held = set(EDUCATION_OF_DEGREE[answers.degree])
    if answers.license == "licensed":
        held.add("state_mental_health_license")
    wanted = set(asked.education_of)
    if not wanted or asked.education_logic == "none":
        return True
    return wanted <= held if asked.education_logic == "all_of" else bool(wanted & held)


def _provision(answers: Answers, asked: Requirements) -> list[Point]:
    years = asked.work_years_providing_rsc
    if not years:
        return []
    met = answers.years_providing >= years
    said = (
        _("You have provided reflective supervision for long enough.")
        if met
        else _("It asks that you have provided reflective supervision for %(years)s.")
    )
    return [Point(said if met else said % {"years": measured(years, "years")}, met=met)]


def _supervision(answers: Answers, asked: Requirements) -> list[Point]:
    if not asked.needs_rsc:
        return []
    hours = measured(asked.rsc_hours or 0, "hours")
    if answers.receives:
        said = _("You receive reflective supervision. Asked: %(hours)s.") % {"hours": hours}
        return [Point(said, met=True)]
    said = _("It asks for %(hours)s of reflective supervision. You can begin now, and gather them on the way.")
    return [Point(said % {"hours": hours}, met=False, gatherable=True)]


def _remarks(answers: Answers, profile: str, suggested: tuple[Fit, ...], tracks: set[str]) -> tuple[str, ...]:
    remarks = []
    if not suggested:
        remarks.append(_("No category of this kind accepts new applicants for these ages at present. Please ask us."))
    if len(tracks) > 1 and len(suggested) > 1:
        remarks.append(_("You work with both age ranges: choose the one you know best first. You can add the other."))
    if answers.years_providing and profile in {"FS", "MHS"}:
        remarks.append(
            _("You provide reflective supervision: once endorsed, you can add Endorsed Reflective Supervisor (ERS).")
        )
    return tuple(remarks)
