"""Every figure by which an applicant is measured is looked at by the engine, or stands here with the reason."""

from __future__ import annotations

import sys
from dataclasses import fields, replace

import pytest

from applicants.eligibility import check
from applicants.portfolio import Portfolio
from competencies.editions import _ASKED, _OF_ADDON, Requirements, requirements_by_profile, requirements_for_addon
from competencies.models import AddOn, Figure
from tests.applicants.portfolios import TODAY, complete, job, supervision

pytestmark = pytest.mark.django_db

# Sections of the edition that are not about what an applicant brings; what reads them is theirs.
OTHER_SECTIONS = {
    "cohorts": "how people are grouped",
    "evidence": "the order in which reviewers weigh kinds of evidence",
    "exam": "how the exam is given, after the review",
    "renewal": "what a credential asks later on",
    "review": "how reviewers work",
}
NOT_READ = {
    # Said or signed by the person; nothing is counted.
    "not_sanctioned_attestation": "asked where the agreement is signed; whoever does not say it is not stopped",
    "apply_in_state_of_residence": "said before anybody applies; the association looks at it",
    # Rules that ask nothing as they stand.
    "rsc.modes": "alone or in a group: the form offers these two and no other",
    "rsc.virtual_allowed": "online counts as in person, so nobody is asked",
    "rsc.min_individual_hours": "0: no hours alone are asked",
    "rsc.max_providers": "unknown: nobody knows whether it is in force",
    "rsc.window_months": "unknown: nobody knows whether it is in force",
    "rsc.window_months_before": "an older rule, kept to be read",
    "education.before": "an older rule, kept to be read",
    "exam_dropped_on": "a day in the past, kept to be read",
    # Read where it is done.
    "references.unrated_items_void_at": "when the rater answers: such a reference is void and not there to be counted",
    "references.waiver_per_reference": "when a reference is asked for",
    "references.scale": "unknown: the licensed form brings it",
    "training.typical": "what others list, said on the page of the category",
    "exam": "comes after the review; said on the pages of the category and of what comes later",
    # About a category or an add-on itself.
    "closing": "whether it takes new people is said by the category",
    "replaced_by": "said on the page of the category",
    "base_profiles": "by `addons_for` and `terms_of_addon`: who can add it",
    "emerging.allowed": "by `terms_of_addon`: said on the page of the add-on",
    "emerging.months": "by `terms_of_addon`: said on the page of the add-on",
    "emerging.may_provide_qualifying_rsc": "by the list of providers, which names ERS-emerging",
}


class Watched(Requirements):
    """Requirements that remember what was looked at; to copy them is not to look."""

    def __getattribute__(self, name: str):
        if name in NAMES and sys._getframe(1).f_globals["__name__"] != "dataclasses":
            READ.add(name)
        return super().__getattribute__(name)


NAMES = frozenset(field.name for field in fields(Requirements)) - {"statuses", "profile"}
READ: set[str] = set()


def looked_at(asked: Requirements) -> set[str]:
    """The attributes that the engine reads for portfolios with nothing, with everything, and with what may not count."""
    watched = Watched(**{field.name: getattr(asked, field.name) for field in fields(Requirements)})
    whole = complete(asked)
    odd = replace(
        whole,
        jobs=tuple(
            job(asked, 1, entry=f"work:{focus}{paid}{intern}", focus=focus, paid=paid, supervised_internship=intern)
            for focus in ("prevention", "promotion", "intervention")
            for paid in (True, False)
            for intern in (True, False)
        )
        if asked.profile in {"FA", "FS", "FRS", "MHS", "MHM-C"}
        else whole.jobs,
        supervision=(supervision(1), supervision(1, entry="supervision:2", peer=True)),
    )
    READ.clear()
    for portfolio in (Portfolio(), whole, odd):
        check(watched, portfolio, TODAY)
    return set(READ)


def test_each_figure_is_read_or_stands_here_with_the_reason(edition):
    attribute = {(section, path): name for name, (section, path, _default) in _ASKED.items()}
    of_addon = {path: name for name, path in _OF_ADDON.items()}
    by_profile = requirements_by_profile(edition)
    addons = {
        code: looked_at(requirements_for_addon(edition, code)) for code in AddOn.objects.values_list("code", flat=True)
    }
    # A profile that asks no hours need not say who may give them: it is enough that one of them is asked.
    seen = set().union(*map(looked_at, by_profile.values()))
    unread = set()
    for section, path in Figure.objects.filter(edition=edition).values_list("section", "path"):
        if section in OTHER_SECTIONS:
            continue
        if section in addons:
            is_read = of_addon.get(path) in addons[section]
        else:
            is_read = attribute.get((section if section == "common" else "", path)) in seen
        if not is_read:
            unread.add(path)
    assert unread == set(NOT_READ)


def test_the_sections_are_these(edition):
    sections = set(Figure.objects.filter(edition=edition).values_list("section", flat=True))
    assert sections == {"common", "ERS", *requirements_by_profile(edition), *OTHER_SECTIONS}
