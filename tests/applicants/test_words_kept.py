"""What a refused Save keeps as the draft: also when an autosave lands in the same moment, and never without end."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applicants.models import Draft, Training
from applicants.words import MOST_DRAFTS, Seen, Sheet, sheet_of_new
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/applications/evidence/training/new/"
AT = "/applications/words/"


def form(number: int) -> str:
    return f"evidence:training:new:{uuid.UUID(int=number)}"


def begun(person, count: int = MOST_DRAFTS) -> None:
    """So many forms begun, the first of them longest ago."""
    Draft.objects.bulk_create(Draft(person=person, form=form(number), words={}) for number in range(1, count + 1))
    for draft in Draft.objects.all():
        number = uuid.UUID(draft.form.rpartition(":")[2]).int
        Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(hours=1000 - number))


def forms_of(person) -> set[str]:
    return set(Draft.objects.filter(person=person).values_list("form", flat=True))


def test_an_autosave_that_lands_first_is_no_accident(applicant, client_for, monkeypatch):
    """It comes between the refused Save's look at the drafts and its writing."""
    once, look, keep = str(uuid.uuid4()), Sheet.draft, Sheet.keep

    def keep_late(self, said):
        assert look(self) is None
        assert self.write({"title": ["x"]}, seen=Seen("0", 0, ""), tab="t")
        return keep(self, said)

    monkeypatch.setattr(Sheet, "keep", keep_late)
    answer = client_for(applicant).post(NEW, {"once": once, "title": "xy"})
    assert (answer.status_code, Training.objects.count()) == (200, 0)
    kept = Draft.objects.get()
    assert (kept.form, kept.words["title"], kept.version) == (f"evidence:training:new:{once}", ["xy"], 2)
    assert f'value="0.2.{kept.tab}"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_refused_saves_at_once_keep_one_draft(applicant):
    sheet, start, kept = sheet_of_new(applicant, "training", str(uuid.UUID(int=1))), threading.Barrier(4), []

    def save(text: str) -> None:
        try:
            start.wait()
            kept.append(sheet.keep({"title": [text]}))
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[str(n)]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 4
    assert Draft.objects.get().version == 4


def test_keeping_replaces_every_word_and_no_words_are_no_draft(applicant, reference_sheet):
    for sheet in (sheet_of_new(applicant, "training", str(uuid.UUID(int=1))), reference_sheet):
        sheet.keep({"title": ["a"], "sponsor": ["b"]})
        first = sheet.draft()
        again = sheet.keep({"title": ["c"]})
        assert (again.words, again.version, again.pk) == ({"title": ["c"]}, 2, first.pk)
        assert again.tab != first.tab
        assert again.updated_at > first.updated_at
        assert (sheet.keep({}), sheet.draft()) == (None, None)


@pytest.fixture
def reference_sheet(draft):
    return Sheet("reference", "0", reference_id=factories.reference(draft).pk)


def test_refused_saves_make_no_endless_drafts_the_oldest_goes(applicant, other_applicant, client_for):
    begun(applicant)
    sheet_of_new(other_applicant, "training", str(uuid.UUID(int=5000))).keep({"title": ["Theirs"]})
    client = client_for(applicant)
    for number in (1001, 1002, 1003):
        assert client.post(NEW, {"once": str(uuid.UUID(int=number)), "description": "x"}).status_code == 200
    expected = {form(number) for number in (*range(4, MOST_DRAFTS + 1), 1001, 1002, 1003)}
    assert forms_of(applicant) == expected
    assert forms_of(other_applicant) == {form(5000)}
    # One that is there already drives nothing out.
    client.post(NEW, {"once": str(uuid.UUID(int=1001)), "description": "y"})
    assert forms_of(applicant) == expected


def test_a_copy_drives_out_the_oldest_too(applicant, client_for):
    begun(applicant)
    entry = factories.training(applicant)
    client_for(applicant).post(reverse("applicants:evidence_copy", args=["training", entry.pk]))
    assert Draft.objects.count() == MOST_DRAFTS
    assert form(1) not in forms_of(applicant)
    assert form(2) in forms_of(applicant)


# --- What no database can hold -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"words_tab": "\x00"}, 400),
        ({"words_seen": "0.0.\x00"}, 409),
        ({"words_seen": "\x00.0."}, 409),
        ({"form": "evidence:training:\x00"}, 404),
        ({"form": "evidence:training:99999999999999999999"}, 404),
        ({"form": "evidence:training:999999999999999999"}, 404),
        ({"field": "\x00"}, 400),
        ({"writer": "\x00"}, 403),
        ({"said": "\x00"}, 200),
    ],
    ids=str,
)
def test_an_autosave_that_can_not_be_kept_is_refused_calmly(bad, status, applicant, client_for):
    client = client_for(applicant)
    sent = {"form": form(1), "field": "title", "said": "x", "writer": f"person-{applicant.pk}", "words_seen": "0.0.", "words_tab": "t"}  # fmt: skip
    answer = client.post(AT, sent | bad)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert Draft.objects.count() == (1 if status == 200 else 0)
    entry = factories.training(applicant)
    answer = client.post(AT, sent | {"form": f"evidence:training:{entry.pk}", "words_seen": "1.0."} | bad)
    assert answer.status_code in {status, 404, 409}


@pytest.mark.parametrize("state", [{"words_tab": "\x00"}, {"words_seen": "0.1.\x00"}, {"words_seen": "\x00"}])
def test_a_save_with_a_state_that_makes_no_sense_is_a_save(state, applicant, client_for, typed):
    assert client_for(applicant).post(NEW, typed("training", **state)).status_code == 302
    assert Training.objects.count() == 1
