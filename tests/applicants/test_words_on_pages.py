"""Words on pages, with no script at all: kept and shown again, made real by Save, two texts to choose from, texts of
before brought back; and the same for raters."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from applicants.models import Draft, EarlierText, Profile, Reference, Training, Work
from tests import factories
from tests.applicants.test_words import HERE, THERE, Window, new, window  # noqa: F401 - a fixture
from tests.foundation.test_page_weight import weigh

pytestmark = pytest.mark.django_db

NEW = "/applications/evidence/training/new/"


def path(entry) -> str:
    return f"/applications/evidence/{entry.kind}/{entry.pk}/"


def state(page) -> dict[str, str]:
    """What a page sends back about itself."""
    found = re.findall(r'name="(words_seen|words_tab|once|seen_version)" value="([^"]*)"', page.content.decode())
    return dict(found)


def choices(page) -> dict[str, list[str]]:
    """What another window says, by field, as the page sends it back."""
    html = page.content.decode()
    found = {name: [] for name in re.findall(r'name="keep\.(\w+)" value="other"', html)}
    for name, value in re.findall(r'name="other\.(\w+)" value="([^"]*)"', html):
        found[name].append(value)
    return found


# --- Kept, shown, saved, discarded -------------------------------------------------------------------------------


def test_what_was_typed_is_there_on_another_machine_and_save_makes_it_real(window, applicant, client_for, typed):  # noqa: F811
    entry = factories.training(applicant)
    window(f"evidence:training:{entry.pk}", base=1).type("title", "A better title")
    client = client_for(applicant)
    page = client.get(path(entry))
    assert page.context["form"]["title"].value() == "A better title"
    assert page.context["form"]["sponsor"].value() == "A training center"
    assert "We kept what you typed on" in page.content.decode()
    answer = client.post(path(entry), typed("training", **state(page), title="A better title"))
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert (entry.title, Draft.objects.count()) == ("A better title", 0)
    assert "We kept what you typed on" not in client.get(path(entry)).content.decode()


def test_a_draft_that_says_what_is_saved_is_not_spoken_of(window, applicant, client_for):  # noqa: F811
    entry = factories.training(applicant)
    window(f"evidence:training:{entry.pk}", base=1).type("title", entry.title)
    html = client_for(applicant).get(path(entry)).content.decode()
    assert "We kept what you typed on" not in html
    assert "Typed, not saved yet" not in html


@pytest.mark.parametrize("form", [new(), "profile", "entry"])
def test_discarding_leaves_what_was_saved(form, window, applicant, client_for):  # noqa: F811
    entry = factories.training(applicant)
    form = f"evidence:training:{entry.pk}" if form == "entry" else form
    window(form, base=1 if str(entry.pk) in form else 0).type("employer" if form == "profile" else "title", "x")
    client = client_for(applicant)
    assert Draft.objects.count() == 1
    assert client.get("/applications/words/discard/").status_code == 405
    answer = client.post("/applications/words/discard/", {"form": form})
    back = {new(): NEW, "profile": "/applications/profile/"}.get(form, path(entry))
    assert (answer["Location"], Draft.objects.count()) == (back, 0)
    assert "What you had typed is discarded." in client.get(back).content.decode()
    assert client.post("/applications/words/discard/", {"form": form})["Location"] == back
    entry.refresh_from_db()
    assert (entry.title, entry.version) == ("Foundations of relationships", 1)


def test_nobody_discards_what_is_not_theirs(window, applicant, other_applicant, client_for):  # noqa: F811
    entry = factories.training(applicant)
    window(f"evidence:training:{entry.pk}", base=1).type("title", "x")
    window("profile").type("employer", "x")
    for person, status in ((other_applicant, 404), (None, 302)):
        answer = client_for(person).post("/applications/words/discard/", {"form": f"evidence:training:{entry.pk}"})
        assert answer.status_code == status
        client_for(person).post("/applications/words/discard/", {"form": "profile"})
    assert client_for(applicant).post("/applications/words/discard/", {"form": "nonsense\x00"}).status_code == 404
    assert Draft.objects.count() == 2


def test_several_new_entries_that_were_begun_are_all_within_reach(window, applicant, client_for):  # noqa: F811
    for number, title in ((1, "First"), (2, "Second <b>")):
        window(new(number=number)).type("title", title)
    client = client_for(applicant)
    page = client.get(NEW)
    assert page.context["form"]["title"].value() == "Second <b>"
    assert f'<a href="?draft={uuid.UUID(int=1)}"><span>First</span>' in page.content.decode()
    page = client.get(NEW, {"draft": str(uuid.UUID(int=1))})
    assert page.context["form"]["title"].value() == "First"
    assert "Second &lt;b&gt;" in page.content.decode()
    page = client.get(NEW, {"draft": "new"})
    assert page.context["form"]["title"].value() == ""
    assert [one.start for one in page.context["begun"]] == ["Second <b>", "First"]


def test_saving_one_of_two_that_were_begun_leaves_the_other(window, applicant, client_for, typed):  # noqa: F811
    for number in (1, 2):
        window(new(number=number)).type("title", str(number))
    client = client_for(applicant)
    client.post(NEW, typed("training", **state(client.get(NEW))))
    assert Draft.objects.get().form == new(number=1)


def test_words_that_came_in_after_their_form_was_saved_are_swept_away(applicant, client_for):
    factories.training(applicant, once=uuid.UUID(int=7))
    Draft.objects.create(person=applicant, form=new(), words={"title": ["late"]})
    assert client_for(applicant).get(NEW).context["form"]["title"].value() == ""
    assert Draft.objects.count() == 0


def test_a_save_that_is_refused_keeps_everything_typed(applicant, client_for, typed):
    client = client_for(applicant)
    answer = client.post(NEW, typed("training", title="Kept", start_date="nonsense", description="y" * 200_000))
    assert sorted(answer.context["form"].errors) == ["description", "start_date"]
    again = client_for(applicant).get(NEW)
    shown = {name: again.context["form"][name].value() for name in ("title", "start_date", "description")}
    assert shown == {"title": "Kept", "start_date": "nonsense", "description": ""}
    answer = client.post(NEW, typed("training", **state(again), title="Kept"))
    assert (answer.status_code, Training.objects.get().title, Draft.objects.count()) == (302, "Kept", 0)


def test_going_back_and_typing_on_becomes_a_draft_of_the_entry(applicant, client_for, typed):
    client, data = client_for(applicant), typed("work")
    client.post("/applications/evidence/work/new/", data)
    answer = client.post("/applications/evidence/work/new/", data | {"duties": "Something else"}, follow=True)
    assert answer.context["form"]["duties"].value() == "Something else"
    assert (Work.objects.get().duties, Draft.objects.get().words) == ("Weekly visits.", {"duties": ["Something else"]})


# --- Two windows, without a script -------------------------------------------------------------------------------


def test_a_stale_save_shows_both_texts_and_the_choice_is_kept_by_the_field(applicant, client_for, typed):
    entry = factories.work(applicant, duties="At first", area_keys=[])
    client = client_for(applicant)
    stale = state(client.get(path(entry)))
    elsewhere = {"employer": "Theirs", "duties": "Line one\nLine <two>", "focus": "policy", "paid": None}
    client.post(path(entry), typed("work", seen_version="1", **elsewhere))
    mine = {"employer": "Mine", "duties": "My words", "focus": "academic", "paid": "on", "job_title": "Home visitor"}
    page = client.post(path(entry), typed("work", **stale, **mine))
    html = page.content.decode()
    assert choices(page) == {
        "employer": ["Theirs"],
        "duties": ["Line one\nLine &lt;two&gt;"],
        "focus": ["policy"],
        "paid": [],
    }
    assert "My words</textarea>" in html
    shown = re.findall(r'<blockquote dir="auto">([^<]*)</blockquote>', html)
    assert shown[2:] == ["Theirs", "Policy or program leadership", "Not ticked", "Line one\nLine &lt;two&gt;"]
    entry.refresh_from_db()
    assert (entry.duties, entry.version) == ("Line one\nLine <two>", 2)
    chosen = {"keep.duties": "other", "other.duties": "Line one\nLine <two>", "keep.employer": "mine"} | {
        "other.employer": "Theirs",
        "keep.paid": "other",
    }
    answer = client.post(path(entry), typed("work", **state(page), **mine) | chosen)
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert (entry.duties, entry.employer, entry.focus, entry.paid, entry.version) == (
        "Line one\nLine <two>",
        "Mine",
        "academic",
        False,
        3,
    )


def test_words_typed_in_another_window_are_not_lost_to_a_save_that_never_saw_them(window, applicant, client_for, typed):  # noqa: F811
    entry = factories.training(applicant)
    client = client_for(applicant)
    opened_before = state(client.get(path(entry)))
    window(f"evidence:training:{entry.pk}", base=1, tab=THERE).type("description", "Typed elsewhere")
    page = client.post(path(entry), typed("training", **opened_before, description="Typed here"))
    assert choices(page)["description"] == ["Typed elsewhere"]
    assert page.context["form"].errors["__all__"][0].startswith("This form was changed in another window")
    assert Draft.objects.get().words == {"description": ["Typed elsewhere"]}
    answer = client.post(path(entry), typed("training", **state(page), description="Typed here"))
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert (entry.description, Draft.objects.count()) == ("Typed here", 0)


def test_ones_own_window_is_never_another(window, applicant, client_for, typed):  # noqa: F811
    """Save may overtake the answer to the last autosave: the page then sends a state that is one behind."""
    entry = factories.training(applicant)
    client = client_for(applicant)
    opened = state(client.get(path(entry)))
    window(f"evidence:training:{entry.pk}", base=1, tab=opened["words_tab"]).type("title", "Typ")
    answer = client.post(path(entry), typed("training", **opened, title="Typed"))
    assert (answer.status_code, Training.objects.get().title) == (302, "Typed")


def test_a_stale_profile_shows_both_texts(applicant, client_for):
    profile = factories.profile(applicant)
    client = client_for(applicant)
    data = {
        "legal_name": "Ana Applicant",
        "certificate_name": "Ana Applicant",
        "county": profile.county_id,
        "employer": "Little Steps Center",
        "job_title": "Home visitor",
        "sector": "home_visiting",
        "practice_languages": "English",
    }
    stale = state(client.get("/applications/profile/"))
    assert client.post("/applications/profile/", data | state(client.get("/applications/profile/"))).status_code == 302
    page = client.post("/applications/profile/", data | stale | {"employer": "Another"})
    assert choices(page) == {"employer": ["Little Steps Center"]}
    assert client.post("/applications/profile/", data | state(page) | {"employer": "Another"}).status_code == 302
    assert Profile.objects.get().employer == "Another"


# --- Earlier texts -----------------------------------------------------------------------------------------------


def earlier(entry, field: str) -> str:
    return f"{path(entry)}earlier/{field}/"


def test_a_former_text_can_be_brought_back_and_nothing_is_overwritten_until_save(applicant, client_for, typed):
    entry = factories.work(applicant, duties="The first words\n\nin two parts")
    client = client_for(applicant)
    for number, duties in enumerate(["The second words", "The second words", "The third words"], start=1):
        client.post(path(entry), typed("work", seen_version=str(number), duties=duties))
    assert [text.text for text in EarlierText.objects.all()] == ["The second words", "The first words\n\nin two parts"]
    assert earlier(entry, "duties") in client.get(path(entry)).content.decode()
    page = client.get(earlier(entry, "duties"))
    assert [text.text for text in page.context["texts"]] == ["The second words", "The first words\n\nin two parts"]
    first = EarlierText.objects.get(text__startswith="The first")
    answer = client.post(earlier(entry, "duties"), {"text": first.pk})
    assert answer["Location"] == path(entry)
    assert Work.objects.get().duties == "The third words"
    page = client.get(path(entry))
    assert page.context["form"]["duties"].value() == "The first words\n\nin two parts"
    client.post(path(entry), typed("work", **state(page), duties="The first words\r\n\r\nin two parts"))
    assert next(text.text for text in EarlierText.objects.all()) == "The third words"


def test_bringing_one_back_loses_nothing_that_is_typed(window, applicant, client_for):  # noqa: F811
    entry = factories.work(applicant, duties="Now")
    there = window(f"evidence:work:{entry.pk}", base=1)
    there.type("employer", "Typed")
    there.type("duties", "Typed and not saved")
    old = EarlierText.objects.create(person=applicant, form=f"evidence:work:{entry.pk}", field="duties", text="Before")
    client_for(applicant).post(earlier(entry, "duties"), {"text": old.pk})
    assert Draft.objects.get().words == {"employer": ["Typed"], "duties": ["Before"]}
    assert [text.text for text in EarlierText.objects.all()] == ["Typed and not saved", "Before"]
    assert there.type("duties", "On").status_code == 409


def test_only_long_texts_of_ones_own_entries_of_the_last_thirty_days(applicant, other_applicant, client_for, typed):
    entry = factories.work(applicant)
    client = client_for(applicant)
    client.post(path(entry), typed("work", seen_version="1", employer="Else", duties="Else"))
    [kept] = EarlierText.objects.all()
    assert kept.field == "duties"
    assert client.get(earlier(entry, "employer")).status_code == 404
    assert client.get(earlier(entry, "no_such")).status_code == 404
    assert client.get(f"/applications/evidence/nothing/{entry.pk}/earlier/duties/").status_code == 404
    stranger = client_for(other_applicant)
    assert stranger.get(earlier(entry, "duties")).status_code == 404
    assert stranger.post(earlier(entry, "duties"), {"text": kept.pk}).status_code == 404
    for text in ("", "x", "0", "9" * 30, "\x00", "٣"):
        assert client.post(earlier(entry, "duties"), {"text": text}).status_code == 404
    EarlierText.objects.update(replaced_at=timezone.now() - timedelta(days=31))
    assert client.get(earlier(entry, "duties")).context["texts"].count() == 0
    assert client.post(earlier(entry, "duties"), {"text": kept.pk}).status_code == 404
    assert "earlier/duties" not in client.get(path(entry)).content.decode()
    assert Draft.objects.count() == 0


# --- Raters ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rating(asked, link):
    """A rater's window, who has said who they are."""
    client = Client()
    client.post(link(asked))
    saved = re.search(r'name="words_seen" value="([0-9a-f]+)\.', client.get(f"{link(asked)}form/").content.decode())
    return Window(client, "", "", base=saved[1], at=f"{link(asked)}words/")


def test_a_rater_finds_their_words_again(rating, asked, link, answers):
    assert rating.type("remarks", "Typed and not sen").status_code == 200
    assert rating.type("item_sample_curiosity", "3").status_code == 200
    assert Reference.objects.get().remarks == ""
    other = rating.client
    other.post(link(asked))
    page = other.get(f"{link(asked)}form/")
    shown = {name: page.context["form"][name].value() for name in ("remarks", "item_sample_curiosity")}
    assert shown == {"remarks": "Typed and not sen", "item_sample_curiosity": "3"}
    other.post(f"{link(asked)}form/", answers(action="save", **state(page)))
    assert Draft.objects.count() == 0
    assert "We kept what you typed on" not in other.get(f"{link(asked)}form/").content.decode()
    assert rating.type("remarks", "Stale").json()["words"]["remarks"] == ["Secret remarks of the rater"]


def test_a_raters_round_trip_takes_few_queries_and_no_session(rating, django_assert_num_queries):
    rating.type("remarks", "a")
    # The reference, its areas, the endorsements there are, and the one that is written.
    with django_assert_num_queries(4):
        assert rating.type("remarks", "ab").status_code == 200
    assert Session.objects.count() == 0


def test_once_the_reference_is_sent_nothing_more_is_kept(rating, asked, link, answers):
    rating.type("remarks", "x")
    page = rating.client.get(f"{link(asked)}form/")
    rating.client.post(f"{link(asked)}form/", answers(**state(page)))
    before = Reference.objects.values().get()
    assert before["status"] == "completed"
    answer = rating.type("remarks", "Changed my mind")
    assert (answer.status_code, Draft.objects.count()) == (404, 0)
    assert answer.json()["message"] == "This link does not work any more, so nothing more can be kept."
    assert Reference.objects.values().get() == before


def test_a_rater_who_has_not_said_who_they_are_keeps_nothing(asked, link):
    stranger = Window(Client(), "", "", base="x", at=f"{link(asked)}words/")
    assert stranger.type("remarks", "x").status_code == 401
    assert (
        Window(Client(), "", "", at="/applications/reference/nonsense/words/").type("remarks", "x").status_code == 404
    )
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "said", "status"), [("no_such", "x", 400), ("remarks", "x" * 100_001, 413), ("remarks", "\x00👶", 200)]
)
def test_a_raters_field_is_looked_at_for_size_alone(field, said, status, rating):
    assert rating.type(field, said).status_code == status


def test_a_rater_discards(rating, asked, link):
    rating.type("remarks", "x")
    assert Client().post(f"{link(asked)}words/discard/").status_code == 302
    assert Draft.objects.count() == 1
    answer = rating.client.post(f"{link(asked)}words/discard/")
    assert (answer["Location"], Draft.objects.count()) == (f"{link(asked)}form/", 0)


def test_two_windows_of_a_rater_show_both_texts(rating, asked, link, answers):
    client = rating.client
    stale = state(client.get(f"{link(asked)}form/"))
    client.post(f"{link(asked)}form/", answers(action="save", **state(client.get(f"{link(asked)}form/"))))
    page = client.post(f"{link(asked)}form/", answers(remarks="Another word", **stale))
    assert choices(page) == {"remarks": ["Secret remarks of the rater"]}
    assert Reference.objects.get().status == "started"
    client.post(f"{link(asked)}form/", answers(remarks="Another word", **state(page)))
    assert (Reference.objects.get().remarks, Reference.objects.get().status) == ("Another word", "completed")


def test_a_rater_is_told_that_words_stay_in_this_window(rating, asked, link, applicant, client_for):
    html = rating.client.get(f"{link(asked)}form/").content.decode()
    assert "data-here-only" in html
    assert "Your words stay in this window" in html
    assert "data-here-only" not in client_for(applicant).get(NEW).content.decode()


def test_the_applicant_never_sees_a_raters_draft(rating, asked, applicant, client_for):
    rating.type("remarks", "Secret so far")
    for page in (f"/applications/references/{asked.pk}/", f"/applications/{asked.application_id}/references/"):
        assert "Secret so far" not in client_for(applicant).get(page).content.decode()


# --- What it weighs ----------------------------------------------------------------------------------------------


def test_only_forms_load_the_script_and_stay_light(applicant, client_for, client, draft):
    for address in ("/", "/accounts/login/", "/endorsement/", f"/applications/{draft.pk}/", "/applications/evidence/"):
        assert "words.js" not in client_for(applicant).get(address).content.decode() + str(client.get(address).content)
    for address in (NEW, "/applications/profile/"):
        html = client_for(applicant).get(address).content.decode()
        assert html.count("js/words.js") == 1
        assert weigh(html)[1] < 40_000
