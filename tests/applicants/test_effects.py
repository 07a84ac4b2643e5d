"""What another edition would change: each kind of effect from the same facts, in SQL asked for once."""

from decimal import Decimal

import pytest

from applicants.effects import asked_of, outlooks, with_submission
from applicants.models import Application
from applicants.readiness import readiness
from applicants.transitions import advance
from tests import factories
from tests.competencies.newer import newer


def effects_of(application, edition) -> dict[str, tuple[str, bool, bool]]:
    """By requirement: the kind, and whether it is worse or better."""
    [outlook] = outlooks(with_submission(Application.objects.filter(pk=application.pk)), asked_of(edition))
    return {effect.key: (effect.kind, effect.is_worse, effect.is_better) for effect in outlook.effects}


def figure(section: str, path: str, value: object, st: str = "c"):
    return lambda found: found["figures"][section].update({path: {"v": value, "st": st}})


def test_the_same_figures_change_nothing(ready_draft):
    assert effects_of(ready_draft, newer()) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # There are 40 hours of training, 30 of supervision and 3 references; everything is met.
        (figure("FS", "training.total", 41), {"training_total": ("unmet", True, False)}),
        (figure("FS", "training.total", 40), {"training_total": ("more", False, False)}),
        (figure("FS", "training.total", 20), {"training_total": ("less", False, False)}),
        (figure("FS", "rsc.hours", 31), {"rsc_hours": ("unmet", True, False)}),
        (figure("common", "membership_individual", False), {"membership": ("gone", False, False)}),
        (figure("FS", "license_or_eligible", True), {"license": ("new", True, False)}),
    ],
)
def test_where_everything_is_met(ready_draft, change, expected):
    assert effects_of(ready_draft, newer(change)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (figure("FS", "rsc.hours", 10), {"rsc_hours": ("met", False, True)}),
        (figure("FS", "rsc.hours", 20), {"rsc_hours": ("less", False, True)}),
        (figure("FS", "rsc.hours", 30), {"rsc_hours": ("more", True, False)}),
        (figure("FS", "rsc.hours", 24, "i"), {"rsc_hours": ("open", False, True)}),
        (figure("common", "membership_individual", False), {"membership": ("gone", False, True)}),
    ],
)
def test_where_supervision_and_membership_are_missing(draft, change, expected):
    factories.supervision(draft.person, total_hours=Decimal(12))
    factories.profile(draft.person, member_until=None)
    other = newer(change)
    assert {key: effects_of(draft, other).get(key) for key in expected} == expected


def test_a_figure_that_is_confirmed_there_would_block(draft):
    def loosen(found):
        found["figures"]["FS"]["rsc.hours"]["st"] = "i"

    factories.supervision(draft.person, total_hours=Decimal(12))
    here = newer(loosen, version="2026.1")
    Application.objects.filter(pk=draft.pk).update(edition=here, category=here.categories.get(code="IFS"))
    assert effects_of(draft, newer(version="2027.1"))["rsc_hours"] == ("blocking", True, False)


def test_a_category_that_is_not_there(draft):
    def without(found):
        found["categories"] = [row for row in found["categories"] if row["code"] != "IFS"]

    [outlook] = outlooks(with_submission(Application.objects.filter(pk=draft.pk)), asked_of(newer(without)))
    assert (outlook.there, outlook.effects) == (None, ())


def test_areas_are_those_of_the_other_edition(ready_draft):
    def fewer(found):
        for domain in found["domains"]:
            domain["areas"] = [area for area in domain["areas"] if area["key"] == "attachment"]
        found["rating_items"] = []

    assert effects_of(ready_draft, newer(fewer))["areas"] == ("met", False, True)


def test_what_was_submitted_is_judged_as_it_was(ready_draft):
    person = ready_draft.person
    advance(ready_draft, "submit", by=person)
    person.training_evidence.update(clock_hours=Decimal(4), dei_hours=Decimal(0))
    assert effects_of(ready_draft, newer(figure("FS", "training.total", 40))) == {
        "training_total": ("more", False, False)
    }


def test_queries_do_not_grow_with_the_applications(ready_draft, other_applicant, django_assert_num_queries):
    for code in ("IFS", "IMHS", "IMHM-C"):
        factories.application(other_applicant, code=code)
    other = newer(figure("FS", "training.total", 41))
    rows = with_submission(Application.objects.select_related("category"))
    for count in (1, 4):
        # The edition's figures, areas, rating items and categories, and all applications with their facts.
        with django_assert_num_queries(5):
            assert len(list(outlooks(rows.order_by("pk")[:count], asked_of(other)))) == count


def test_areas_that_references_show_are_those_of_each_edition(ready_draft):
    """A new area that raters are asked about is shown by the references that are there already."""

    def one_more(found):
        for domain in found["domains"]:
            if domain["key"] == "reflection":
                domain["areas"].append({"key": "brand_new", "title": "Brand new", "profiles": ["FS"], "st": "c"})
        found["rating_items"].append({"key": "new", "text": "Is new", "area": "reflection.brand_new"})

    other = newer(one_more)
    here = {row.key: row for row in readiness(ready_draft).checks}["areas"]
    [outlook] = outlooks(with_submission(Application.objects.filter(pk=ready_draft.pk)), asked_of(other))
    told = {effect.key: effect.after for effect in outlook.effects}["areas"]
    Application.objects.filter(pk=ready_draft.pk).update(edition=other, category=other.categories.get(code="IFS"))
    there = {row.key: row for row in readiness(Application.objects.get(pk=ready_draft.pk)).checks}["areas"]
    assert (told.have, told.need) == (there.have, there.need) == (here.have + 1, here.need + 1)
