"""Autosave: one field, one row, few queries; a stale window is refused with both texts; nothing else is touched."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from applicants.models import Draft, EarlierText, Snapshot, Training, Work
from applicants.words import DRAFT_DAYS, EARLIER_DAYS, MOST_DRAFTS, sweep
from tests import factories

pytestmark = pytest.mark.django_db

AT = "/applications/words/"
HERE, THERE = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


class Window:
    """A browser's window on one form: it knows the state it has seen, as words.js does."""

    def __init__(self, client, form: str, writer: str, *, base: object = 0, tab: str = HERE, at: str = AT) -> None:
        self.client, self.form, self.writer, self.tab, self.at = client, form, writer, tab, at
        self.seen = f"{base}.0."

    def type(self, field: str, *said: str, **more: str):
        data = {
            "form": self.form,
            "field": field,
            "said": list(said),
            "writer": self.writer,
            "words_seen": self.seen,
            "words_tab": self.tab,
        }
        answer = self.client.post(self.at, data | more)
        self.seen = answer.json().get("seen", self.seen) if answer["Content-Type"] == "application/json" else self.seen
        return answer


@pytest.fixture
def window(applicant, client_for):
    def open_window(form: str, *, tab: str = HERE, base: object = 0, person=applicant) -> Window:
        return Window(client_for(person), form, f"person-{person.pk}", base=base, tab=tab)

    return open_window


def new(kind: str = "training", number: int = 7) -> str:
    return f"evidence:{kind}:new:{uuid.UUID(int=number)}"


# --- One field, one row ------------------------------------------------------------------------------------------


def test_a_field_is_kept_in_one_row_and_the_answer_says_when_in_the_persons_zone(window, applicant, monkeypatch):
    applicant.timezone = "America/Los_Angeles"
    applicant.save()
    evening = datetime(2026, 3, 4, 3, 42, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: evening)
    here = window(new())
    answer = here.type("title", "Found")
    assert (answer.status_code, answer.json()) == (200, {"seen": f"0.1.{HERE}", "saved": "Saved at 7:42 p.m."})
    here.type("title", "Foundations")
    here.type("format", "series")
    [kept] = Draft.objects.values("person", "reference", "form", "words", "version", "tab", "updated_at")
    assert kept == {
        "person": applicant.pk,
        "reference": None,
        "form": new(),
        "words": {"title": ["Foundations"], "format": ["series"]},
        "version": 3,
        "tab": HERE,
        "updated_at": evening,
    }


@pytest.mark.parametrize("form", ["new", "entry", "profile"])
def test_a_round_trip_takes_few_queries(form, window, applicant, django_assert_num_queries):
    entry = factories.training(applicant)
    here = {
        "new": lambda: window(new()),
        "entry": lambda: window(f"evidence:training:{entry.pk}", base=1),
        "profile": lambda: window("profile"),
    }[form]()
    field = "employer" if form == "profile" else "title"
    for text in ("a", "b"):
        # The session, the person, the row behind the form, and the one that is written.
        with django_assert_num_queries(4):
            assert here.type(field, text).status_code == 200


def test_every_kind_of_control_comes_back_as_it_was(window, applicant, client_for, draft):
    here = window(new("work"))
    said = {
        "employer": ["Ünïcode 👶 שלום"],
        "start_date": ["not a date"],
        "hours_per_week": ["forty"],
        "paid": [],
        "meets_tests": ["child_in_age_range", "relationship_focus"],
        "focus": ["policy"],
        "area_keys": ["reflection.self_awareness"],
        "duties": ["One\nTwo"],
    }
    for field, values in said.items():
        assert here.type(field, *values).status_code == 200
    page = client_for(applicant).get("/applications/evidence/work/new/")
    form = page.context["form"]
    assert {name: form[name].value() for name in said} == {
        "employer": "Ünïcode 👶 שלום",
        "start_date": "not a date",
        "hours_per_week": "forty",
        "paid": False,
        "meets_tests": ["child_in_age_range", "relationship_focus"],
        "focus": "policy",
        "area_keys": ["reflection.self_awareness"],
        "duties": "One\nTwo",
    }
    html = page.content.decode()
    assert f'name="once" value="{uuid.UUID(int=7)}"' in html
    assert "We kept what you typed on" in html
    assert html.count("Typed, not saved yet") == len(said)
    assert "One\nTwo</textarea>" in html


# --- What can't be -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["x" * 100_000], ["x" * 100_000]),
        (["👶" * 50_000], ["👶" * 50_000]),
        (["a\x00b\r\nc\rd"], ["ab\nc\nd"]),
        (["\u202egnirts\u202c \ufeff"], ["\u202egnirts\u202c \ufeff"]),
        (["\x00"], []),
        ([], []),
        (["{'}", '"]'], ["{'}", '"]']),
    ],
)
def test_any_text_is_kept(said, kept, window):
    assert window(new()).type("title", *said).status_code == 200
    assert Draft.objects.get().words == {"title": kept}


def test_a_text_that_is_too_long_is_refused_in_words(window):
    answer = window(new()).type("title", "x" * 100_001)
    assert (answer.status_code, answer.json()) == (
        413,
        {"message": "This text is too long to be kept. Up to 100,000 characters fit."},
    )
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("field", ["", "certificate", "once", "seen_version", "person", "employer", "a\x00", "🦉"])
def test_a_field_that_is_not_the_forms_is_refused(field, window):
    answer = window(new()).type(field, "x")
    assert (answer.status_code, answer.json()) == (400, {"message": "This form has no such field."})
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    "form",
    [
        "",
        "x",
        "evidence:training:999999",
        "evidence:training:" + "9" * 18,
        "evidence:training:" + "9" * 40,
        "evidence:training:1\x00",
        "evidence:no_such:1",
        "evidence:training:new:",
        "evidence:training:new:" + "z" * 36,
        "evidence:training:٣",
        "profile\n",
        "reference",
    ],
)
def test_a_form_that_there_is_not(form, window):
    answer = window(form).type("title", "x")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("seen", ["", "x", "0", "0.x.", "0.99999999999.", "0.²." + HERE, "\x00", "0.1." + "t" * 90])
def test_a_state_that_makes_no_sense_is_stale(seen, window):
    assert window(new()).type("title", "x", words_seen=seen).status_code == 409
    assert Draft.objects.count() == 0


def test_a_body_that_is_no_form_is_an_answer(client_for, applicant):
    client = client_for(applicant)
    assert client.post(AT, b"{", content_type="application/json").status_code == 403
    assert client.put(AT).status_code == client.delete(AT).status_code == 405
    assert client.post(AT, {"said": "x" * 5_000_000}).status_code == 400


def test_nobody_begins_more_forms_than_anybody_needs(window, applicant):
    Draft.objects.bulk_create(
        Draft(person=applicant, form=new(number=number), words={}) for number in range(100, 100 + MOST_DRAFTS)
    )
    answer = window(new()).type("title", "x")
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "You have begun very many forms. Please save or discard some of them.",
    )
    assert window(new(number=100)).type("title", "x", words_seen="0.1.").status_code == 200
    assert Draft.objects.count() == MOST_DRAFTS


# --- Whose words -------------------------------------------------------------------------------------------------


def test_signed_out_is_an_answer_and_no_redirect(client_for):
    client = client_for(None)
    for answer in (client.post(AT, {"form": "profile"}), client.get(AT)):
        assert (answer.status_code, answer.json()) == (401, {"message": "You are signed out."})


def test_another_persons_entry_does_not_exist(window, other_applicant):
    entry = factories.training(other_applicant)
    assert window(f"evidence:training:{entry.pk}", base=1).type("title", "x").status_code == 404


def test_words_of_one_person_never_go_to_another_who_signed_in_since(window, applicant, other_applicant, client_for):
    stale_page = Window(client_for(other_applicant), "profile", f"person-{applicant.pk}")
    answer = stale_page.type("employer", "Ana's words")
    assert (answer.status_code, Draft.objects.count()) == (403, 0)
    told = client_for(other_applicant).get(AT).json()
    assert (told["writer"], told["made"], len(told["token"])) == (f"person-{other_applicant.pk}", False, 64)


def test_a_page_from_before_signing_in_anew_gets_a_token(applicant):
    client = Client(enforce_csrf_checks=True)
    client.force_login(applicant, backend="allauth.account.auth_backends.AuthenticationBackend")
    here = Window(client, "profile", f"person-{applicant.pk}")
    assert here.type("employer", "x").status_code == 403
    token = client.get(AT).json()["token"]
    assert here.type("employer", "x", csrfmiddlewaretoken=token).status_code == 200


# --- What is left alone ------------------------------------------------------------------------------------------


def test_typing_does_not_extend_the_session(window, applicant):
    here = window(new())
    before = Session.objects.values_list("session_key", "session_data", "expire_date").get()
    answers = [here.type("title", text) for text in ("a", "b")] + [here.client.get(AT)]
    assert [sorted(answer.cookies) for answer in answers[:2]] == [[], []]
    assert "session" not in " ".join(answers[2].cookies)
    assert Session.objects.values_list("session_key", "session_data", "expire_date").get() == before
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert here.type("title", "c").status_code == 401


def test_what_was_submitted_stays_byte_by_byte(window, applicant, draft):
    factories.submitted(draft)
    [work] = Work.objects.all()
    before = (Snapshot.objects.values().get(), Work.objects.values().get(), Training.objects.values().get())
    assert window(f"evidence:work:{work.pk}", base=1).type("duties", "Something else").status_code == 200
    assert (Snapshot.objects.values().get(), Work.objects.values().get(), Training.objects.values().get()) == before
    draft.refresh_from_db()
    assert draft.status == "submitted"


# --- Two windows -------------------------------------------------------------------------------------------------


def test_a_stale_window_gets_both_texts_and_goes_on_after_choosing(window, applicant):
    here, there = window(new()), window(new(), tab=THERE)
    here.type("title", "From here")
    answer = there.type("title", "From there")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["seen"], told["base"], told["words"]["title"]) == (f"0.1.{HERE}", "0", ["From here"])
    assert Draft.objects.get().words == {"title": ["From here"]}
    assert there.type("title", "From there").status_code == 200
    assert here.type("sponsor", "A center").status_code == 409
    assert Draft.objects.get().words == {"title": ["From there"]}


def test_an_answer_that_got_lost_makes_nothing_stale(window):
    here = window(new())
    for text in ("a", "ab", "abc"):
        here.seen = "0.0."
        assert here.type("title", text).status_code == 200
    assert Draft.objects.get().words == {"title": ["abc"]}


def test_a_draft_discarded_and_begun_anew_elsewhere_is_another_one(window):
    here, there = window(new(), tab=HERE), window(new(), tab=THERE)
    here.type("title", "Old")
    there.seen = here.seen
    Draft.objects.all().delete()
    assert there.type("title", "x").status_code == 409
    here.seen = "0.0."
    here.type("title", "New")
    there.seen = f"0.1.{uuid.UUID(int=9)}"
    assert there.type("title", "x").status_code == 409
    assert Draft.objects.get().words == {"title": ["New"]}


def test_a_window_from_before_a_save_gets_what_was_saved(window, applicant, client_for, typed):
    entry = factories.training(applicant, description="Old")
    stale = window(f"evidence:training:{entry.pk}", base=1, tab=THERE)
    client_for(applicant).post(
        f"/applications/evidence/training/{entry.pk}/",
        typed("training", title="Saved elsewhere", seen_version="1", clock_hours="40.50"),
    )
    answer = stale.type("description", "From the stale one")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["seen"], told["base"]) == ("2.0.", "2")
    shown = {name: told["words"][name] for name in ("title", "description", "clock_hours", "start_date")}
    assert shown == {
        "title": ["Saved elsewhere"],
        "description": [],
        "clock_hours": ["40.5"],
        "start_date": ["2023-03-01"],
    }
    assert stale.type("description", "From the stale one").status_code == 200


def test_a_new_form_that_was_saved_elsewhere_leads_to_its_entry(window, applicant, client_for, typed):
    here = window(new())
    here.type("title", "x")
    client = client_for(applicant)
    state = {"words_seen": here.seen, "words_tab": HERE, "once": str(uuid.UUID(int=7))}
    client.post("/applications/evidence/training/new/", typed("training", **state))
    entry = Training.objects.get()
    answer = here.type("title", "y")
    assert (answer.status_code, answer.json()) == (
        410,
        {
            "message": "This was saved in another window.",
            "url": f"/applications/evidence/training/{entry.pk}/",
            "form": f"evidence:training:{entry.pk}",
        },
    )
    assert client.get(AT, {"form": new()}).json()["made"] is True
    assert Draft.objects.count() == 0


# --- The sweep ---------------------------------------------------------------------------------------------------


def test_the_sweep_takes_what_nobody_needs_and_nothing_else(applicant, draft):
    there, gone = factories.training(applicant), factories.training(applicant, removed_at=timezone.now())
    waiting, answered = factories.reference(draft, 1), factories.reference(draft, 2)
    from applicants.transitions import advance

    for row in (waiting, answered):
        advance(row, "send")
    advance(answered, "decline", because="")
    for form in (f"evidence:training:{there.pk}", f"evidence:training:{gone.pk}", "evidence:work:987654", new()):
        Draft.objects.create(person=applicant, form=form)
    for row in (waiting, answered):
        Draft.objects.create(reference=row, form="reference")
    Draft.objects.create(person=applicant, form="profile")
    old = timezone.now() - timedelta(days=DRAFT_DAYS, seconds=1)
    Draft.objects.filter(form="profile").update(updated_at=old)
    for text in ("old", "recent"):
        EarlierText.objects.create(person=applicant, form="evidence:training:1", field="description", text=text)
    days = timedelta(days=EARLIER_DAYS)
    EarlierText.objects.filter(text="old").update(replaced_at=timezone.now() - days - timedelta(seconds=1))
    EarlierText.objects.filter(text="recent").update(replaced_at=timezone.now() - days + timedelta(hours=1))
    assert sweep() == 5
    assert set(Draft.objects.values_list("form", "reference")) == {
        (f"evidence:training:{there.pk}", None),
        (new(), None),
        ("reference", waiting.pk),
    }
    assert EarlierText.objects.get().text == "recent"
    assert sweep() == 0


def test_the_sweep_is_on_the_calendar(settings):
    from applicants import tasks

    assert settings.CELERY_BEAT_SCHEDULE["words-sweep"]["task"] == tasks.sweep_words.name
    tasks.sweep_words()
