"""Answers go by the key of the question, map to its area, and keep their meaning whatever edition comes later."""

from __future__ import annotations

import pytest

from applicants.models import Application, Reference, Snapshot
from applicants.readiness import readiness
from applicants.transitions import advance
from applicants.views.rater import answer_form
from competencies.models import Category
from reviews.dossier import dossier_of, references_of
from tests import factories
from tests.competencies.newer import newer

pytestmark = pytest.mark.django_db
CURIOSITY, LISTENING = "reflection.curiosity", "communicating.listening"


def licensed(found):
    found["rating_items"] = [
        {"key": "wonders", "text": "Wonders aloud", "area": CURIOSITY},
        {"key": "asks", "text": "Asks openly", "area": CURIOSITY},
        {"key": "remarks", "text": "Hears people out", "area": LISTENING},
    ]


@pytest.fixture
def under(applicant, edition):
    """An application under an edition with items of its own, or with none."""

    def make(change) -> Application:
        other = newer(change)
        category = Category.objects.get(edition=other, code="IFS")
        return Application.objects.create(person=applicant, edition=other, category=category)

    return make


def sent(application, answers) -> Reference:
    row = factories.reference(application)
    advance(row, "send")
    advance(row, "open")
    advance(row, "complete", answers=answers, recommendation="recommend", signed_name="R")
    return Reference.objects.get(pk=row.pk)


def test_the_form_asks_the_items_and_keeps_by_their_keys(under, link, client):
    application = under(licensed)
    row = factories.reference(application)
    advance(row, "send")
    door = link(row)
    client.post(door)
    page = client.get(f"{door}form/")
    assert list(page.context["form"].items) == ["item_remarks", "item_wonders", "item_asks"]
    assert ("A sample form" in page.content.decode(), "Wonders aloud" in page.content.decode()) == (False, True)
    said = {"item_wonders": "3", "item_asks": "n", "item_remarks": "4", "remarks": "Words", "signed_name": "R"}
    client.post(f"{door}form/", said | {"recommendation": "recommend", "action": "complete"})
    kept = Reference.objects.get()
    assert (kept.status, kept.remarks, kept.edition_id) == ("completed", "Words", application.edition_id)
    assert kept.answers == {"remarks": "4", "wonders": "3", "asks": "n"}


def test_reviewers_read_them_by_area(under):
    application = under(licensed)
    sent(application, {"wonders": "3", "asks": "4", "remarks": "n"})
    [one] = references_of(application)
    assert one.ratings == {CURIOSITY: ["Often", "Almost always"]}
    dossier = dossier_of(Snapshot(data={}), application)
    assert (dossier.ratings_of(CURIOSITY), dossier.ratings_of(LISTENING)) == (["Often", "Almost always"], [])


def test_answers_by_area_are_read_still(draft, client_for, coordinator):
    row = sent(draft, {CURIOSITY: "4"})
    Reference.objects.update(edition=None)
    assert references_of(draft)[0].ratings == {CURIOSITY: ["Almost always"]}
    page = client_for(coordinator).get(f"/applications/references/{row.pk}/")
    assert page.context["answers"] == [("Curiosity", "Almost always")]


def test_a_reference_shows_the_areas_that_the_items_speak_for(under):
    application = under(licensed)
    row = sent(application, {"wonders": "n", "asks": "n", "remarks": "n"})
    [shown] = [one for one in readiness(application).portfolio.shown if one.entry == f"reference:{row.pk}"]
    assert sorted(shown.areas) == [LISTENING, CURIOSITY]


def test_moved_to_another_edition_they_mean_what_they_meant(draft, client_for, coordinator, edition):
    def reworded(found):
        for item in found["rating_items"]:
            if item["key"] == "sample_curiosity":
                item |= {"text": "SAMPLE: Something else", "area": LISTENING}

    answers = {"sample_curiosity": "4", "sample_planning": "3"}
    row = sent(draft, answers)
    newest = newer(reworded)
    category = Category.objects.get(edition=newest, code="IFS")
    Application.objects.filter(pk=draft.pk).update(edition=newest, category=category)
    moved = Application.objects.get(pk=draft.pk)
    assert references_of(moved)[0].ratings == {CURIOSITY: ["Almost always"], "thinking.planning": ["Often"]}
    page = client_for(coordinator).get(f"/applications/references/{row.pk}/")
    assert page.context["answers"] == [
        ("SAMPLE: Starts on time and finishes what was begun.", "Often"),
        ("SAMPLE: Asks questions before making up their mind.", "Almost always"),
    ]
    form = answer_form(Reference.objects.get())
    assert {name: form.initial[name] for name in form.items if name in form.initial} == {"item_sample_planning": "3"}
