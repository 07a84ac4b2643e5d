"""What raters are asked: the edition's own items, marked SAMPLE as they ship, or the titles of its areas."""

from __future__ import annotations

import pytest
from django.db.models import OuterRef

from applicants.models import Application
from applicants.readiness import with_facts
from competencies.comparing import Line, compare
from competencies.documents import FrameworkError, parse
from competencies.models import Category, Edition, RatingItem
from competencies.rating import items_under, questions_for, questions_of
from competencies.views.editions import _contents
from tests import factories
from tests.competencies.newer import document, newer

pytestmark = pytest.mark.django_db


def two_items(found):
    """One for an area beyond the usual domains, and one that a single category is asked."""
    found["rating_items"] = [
        {"key": "second", "text": "Listens well", "area": "communicating.listening"},
        {"key": "first", "text": "Is curious", "area": "reflection.curiosity", "categories": ["IFS"]},
    ]


def without_items(found):
    del found["rating_items"]


def keys(code: str, edition) -> list[tuple[str, str]]:
    return [(one.key, one.area) for one in questions_for(Category.objects.get(edition=edition, code=code))]


def test_the_shipped_items_are_a_sample_of_one_an_area(edition):
    framework = parse(document())
    assert {item.text.startswith("SAMPLE: ") for item in framework.rating_items} == {True}
    rated = [d for d in framework.domains if d.key in {"reflection", "working_with_others", "thinking"}]
    areas = [f"{domain.key}.{area.key}" for domain in rated for area in domain.areas]
    assert sorted(item.area for item in framework.rating_items) == sorted(areas)
    for category in Category.objects.filter(edition=edition):
        own = [area.code for area in category.areas() if area.code in areas]
        assert [question.area for question in questions_for(category)] == own
        assert {question.is_sample for question in questions_for(category)} == {True}


def test_an_edition_without_items_asks_by_the_titles_of_its_areas(edition):
    other = newer(without_items)
    category = Category.objects.get(edition=other, code="IFS")
    asked = questions_for(category)
    assert len(asked) == len(questions_for(Category.objects.get(edition=edition, code="IFS")))
    assert {(one.key == one.area, one.is_sample) for one in asked} == {(True, True)}
    assert (asked[0].text, asked[0].domain) == ("Building & maintaining relationships", "Working with Others")


def test_items_of_an_edition_take_the_place_of_the_titles(edition):
    other = newer(two_items)
    assert keys("IFS", other) == [("second", "communicating.listening"), ("first", "reflection.curiosity")]
    assert keys("IFA", other) == [("second", "communicating.listening")]
    assert [one.is_sample for one in questions_for(Category.objects.get(edition=other, code="IFS"))] == [False, False]
    assert Edition.objects.annotate(items=items_under(OuterRef("pk"))).get(pk=other.pk).items == [
        {"key": "second", "area": "communicating.listening"},
        {"key": "first", "area": "reflection.curiosity"},
    ]
    known = questions_of(other.pk)
    assert (known["first"].text, known["reflection.curiosity"].text) == ("Is curious", "Curiosity")


def test_a_category_that_no_item_is_for_asks_by_titles(edition):
    def change(found):
        two_items(found)
        del found["rating_items"][0]

    other = newer(change)
    assert {key == area for key, area in keys("IFA", other)} == {True}
    assert keys("IFS", other) == [("first", "reflection.curiosity")]


@pytest.mark.parametrize(
    ("code", "rated"),
    [("IFS", ["communicating.listening", "reflection.curiosity"]), ("IFA", ["communicating.listening"])],
)
def test_the_areas_they_speak_for_come_with_what_is_asked(edition, applicant, code, rated):
    other = newer(two_items)
    category = Category.objects.get(edition=other, code=code)
    row = Application.objects.create(person=applicant, edition=other, category=category)
    assert with_facts(Application.objects.all()).get(pk=row.pk).asked["rated"] == rated


@pytest.mark.parametrize(
    ("items", "problems"),
    [
        ({}, ["rating_items: should be a list"]),
        (["x"], None),
        (
            [{"key": "a", "text": "A", "area": "reflection.nowhere"}],
            ["rating_items.a: there is no area “reflection.nowhere”"],
        ),
        (
            [{"key": "a", "text": text, "area": "reflection.curiosity"} for text in "AB"],
            ["rating_items: “a” is there more than once"],
        ),
        (
            [{"key": "a", "text": "A" * 301, "area": "reflection.curiosity"}],
            ["rating_items.a: “text” is longer than 300 characters"],
        ),
        (
            [{"key": "a", "text": " ", "area": "reflection.curiosity"}],
            ["rating_items.a: “text” is missing or is not text"],
        ),
        (
            [{"key": "a.b", "text": "A", "area": "reflection.curiosity"}],
            ["rating_items[1]: “key” should have letters, digits, - and _ alone"],
        ),
        ([{"key": "a", "text": "A"}], ["rating_items.a: “area” is missing or is not text"]),
        (
            [{"key": "a", "text": "A", "area": "reflection.curiosity", "categories": ["XX"]}],
            ["rating_items.a: there is no category “XX”"],
        ),
        (
            [{"key": f"a{n}", "text": "A", "area": "reflection.curiosity"} for n in range(121)],
            ["rating_items: there are 121, and a form has room for 120"],
        ),
    ],
    ids=["no-list", "no-fields", "area", "twice", "long", "empty", "key", "no-area", "category", "many"],
)
def test_bad_items_are_named(items, problems):
    with pytest.raises(FrameworkError) as caught:
        parse(document(lambda found: found.update(rating_items=items)))
    expected = problems or [
        "rating_items[1]: should be a set of named fields",
        "rating_items[1]: “key” is missing or is not text",
        "rating_items.1: “text” is missing or is not text",
        "rating_items.1: “area” is missing or is not text",
    ]
    assert caught.value.problems == expected


def test_what_came_went_and_changed_is_compared(edition):
    def change(found):
        _first, second, *others = found["rating_items"]
        new = {"key": "new", "text": "Listens well", "area": "communicating.listening"}
        found["rating_items"] = [second | {"text": "Helps", "categories": ["IFS"]}, *others, new]

    other = newer(change)
    both = _contents([edition, other])
    [group] = compare(both[edition.pk], both[other.pk]).groups
    gone, changed = RatingItem.objects.filter(edition=edition)[:2]
    title = f"Supporting others ({changed.key})"
    assert (group.key, group.unchanged) == ("rating-items", 17)
    assert group.lines == [
        Line("changed", title, changed.text, "Helps", "words"),
        Line("changed", title, "every category that has the area", "IFS", "asked in"),
        Line("added", "Listening (new)", "", "Listens well"),
        Line("removed", f"Building & maintaining relationships ({gone.key})", gone.text, ""),
    ]


def test_a_published_application_keeps_the_items_of_its_edition(edition, applicant):
    application = factories.application(applicant)
    before = questions_for(application.category)
    newer(two_items)
    assert questions_for(Application.objects.get().category) == before
