"""The evidence library: a page for a phone, many entries tagged at once, a copy, taking out and putting back."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from applicants import library, tasks
from applicants.models import KINDS, Draft, EarlierText, Training, Work
from applicants.readiness import readiness
from endorsement_portal import uploads
from endorsement_portal.models import Upload
from endorsement_portal.templatetags.portal_tags import day
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/applications/evidence/"
OBSERVE, ATTACH, AWARE = (
    "direct_service_skills.observation_listening",
    "theoretical_foundations.attachment",
    "reflection.self_awareness",
)


def at(action: str, entry) -> str:
    return f"/applications/evidence/{entry.kind}/{entry.pk}/{action}/"


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def everything(person) -> list:
    return [getattr(factories, kind)(person) for kind in KINDS]


# --- The page ------------------------------------------------------------------------------------------------------


def test_an_empty_library_says_how_to_begin(client_for, applicant, draft):
    page = client_for(applicant).get(LIST).content.decode()
    assert "Your library is empty" in page
    assert f'href="{reverse("applicants:evidence_create", args=["work"])}">Add your present job</a>' in page
    assert 'name="choose"' not in page
    assert "The provider confirms the hours by a link." in page


def test_each_kind_has_its_totals(client_for, applicant):
    factories.training(applicant, clock_hours=6)
    factories.training(applicant, clock_hours="7.5", start_date=date(2021, 1, 1))
    factories.course(applicant)
    shelves = {shelf.kind: (shelf.count, shelf.total, shelf.has_more) for shelf in library.shelves(applicant)}
    assert shelves["training"] == (2, "13.5 hours in all", False)
    assert shelves["course"] == (1, "3 credits in all", False)
    assert shelves["work"] == (0, "", False)
    assert "13.5 hours in all" in client_for(applicant).get(LIST).content.decode()


def test_an_entry_says_what_it_measures_and_what_can_be_done(client_for, applicant):
    entry = factories.training(applicant, area_keys=[OBSERVE, ATTACH])
    page = client_for(applicant).get(LIST).content.decode()
    assert "40 hours · March 1, 2023 · 2 areas" in page
    for action in ("copy", "hours", "remove"):
        assert at(action, entry) in page


def test_the_page_and_its_queries_do_not_grow_with_the_entries(client_for, applicant, draft, django_assert_num_queries):
    client = client_for(applicant)
    for _round in (1, 3):
        for _time in range(_round):
            for entry in everything(applicant):
                gone = getattr(factories, entry.kind)(applicant)
                library.take_out(gone)
        # Session and person; seven kinds; what is taken out, and that by kind; the unread mail.
        with django_assert_num_queries(19):
            assert client.get(LIST).status_code == 200


def test_an_empty_library_asks_little(client_for, applicant, django_assert_num_queries):
    client = client_for(applicant)
    with django_assert_num_queries(12):
        client.get(LIST)


def test_a_long_kind_shows_the_latest_and_all_of_them_on_pages(client_for, applicant, django_assert_num_queries):
    Training.objects.bulk_create(
        Training(person=applicant, title=f"No. {n}", sponsor="A", format="webinar", start_date=date(2020, 1, 1) + timedelta(days=20 * n), clock_hours=1)
        for n in range(101)
    )  # fmt: skip
    client = client_for(applicant)
    page = client.get(LIST).content.decode()
    assert len(re.findall(r'name="entry"', page)) == 50
    assert 'href="?kind=training">Show all 101' in page
    assert "101 hours in all" in page
    with django_assert_num_queries(6):
        first = client.get(LIST, {"kind": "training"}).content.decode()
    assert len(re.findall(r'name="entry"', first)) == 100
    last = client.get(LIST, {"kind": "training", "page": "2"}).content.decode()
    assert re.findall(r'value="training:\d+"', last) != []
    assert "No. 0</a>" in last
    assert client.get(LIST, {"kind": "poems"}).status_code == 200


def test_nobody_sees_anothers(client_for, applicant, other_applicant):
    factories.training(applicant, title="Hers alone")
    library.take_out(factories.training(applicant, title="Hers, taken out"))
    page = client_for(other_applicant).get(LIST).content.decode()
    assert "Hers" not in page
    assert client_for(None).get(LIST)["Location"] == f"/accounts/login/?next={LIST}"


# --- Advice --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "title", "doubled"), [(0, "foundations", True), (7, "FOUNDATIONS", True), (8, "foundations", False), (0, "Other", False)]
)  # fmt: skip
def test_one_title_within_a_week_is_worth_a_look(client_for, applicant, typed, days, title, doubled):
    client = client_for(applicant)
    factories.training(applicant, title=title, start_date=date(2023, 3, 1) - timedelta(days=days))
    answer = client.post("/applications/evidence/training/new/", typed("training"), follow=True)
    assert Training.objects.count() == 2
    words = "within seven days of this one. If it is the same, take one of them out"
    assert (words in answer.content.decode()) == doubled
    assert answer.content.decode().count("There is another one of this title") == (2 if doubled else 0)
    edit = client.get(f"/applications/evidence/training/{Training.objects.get(title='Foundations').pk}/")
    assert (words in edit.content.decode()) == doubled


@pytest.mark.parametrize(
    ("changes", "long"),
    [
        ({"format": "conference", "clock_hours": "8"}, False),
        ({"format": "conference", "clock_hours": "8.25"}, True),
        ({"format": "conference", "clock_hours": "16", "end_date": "2023-03-02"}, False),
        ({"format": "conference", "clock_hours": "16.25", "end_date": "2023-03-02"}, True),
        ({"format": "series", "clock_hours": "40"}, False),
    ],
)
def test_a_conference_of_long_days_is_worth_a_look_and_saved(client_for, applicant, typed, changes, long):
    answer = client_for(applicant).post(
        "/applications/evidence/training/new/", typed("training", **changes), follow=True
    )
    assert Training.objects.count() == 1
    assert ("has more than 8 hours a day" in answer.content.decode()) == long
    assert ("More than 8 hours a day: please check" in answer.content.decode()) == long


def test_the_first_day_of_the_calendar_has_no_week_before_it(client_for, applicant):
    for edge in (date.min, date.max):
        for _twice in range(2):
            factories.training(applicant, title="Odd", start_date=edge)
    assert client_for(applicant).get(LIST).status_code == 200
    assert library.has_double(Training.objects.first()) is True


# --- Tag many ------------------------------------------------------------------------------------------------------


def test_areas_are_added_to_what_is_there(client_for, applicant, draft):
    work = factories.work(applicant, area_keys=[OBSERVE])
    training = factories.training(applicant, area_keys=[ATTACH, "kept.from_elsewhere"])
    left = factories.training(applicant, area_keys=[])
    client = client_for(applicant)
    refs = [work.ref, training.ref]
    page = client.post(f"{LIST}tag/", {"entry": refs, "choose": "areas"})
    assert (page.status_code, [e.ref for e in page.context["entries"]]) == (200, refs)
    answer = client.post(f"{LIST}tag/", {"entry": refs, "area_keys": [ATTACH, AWARE]})
    assert (answer["Location"], said(answer)) == (LIST, ["2 entries show more areas now."])
    for entry in (work, training, left):
        entry.refresh_from_db()
    assert work.area_keys == [OBSERVE, ATTACH, AWARE]
    assert training.area_keys == [ATTACH, "kept.from_elsewhere", AWARE]
    assert left.area_keys == []
    assert (work.version, training.version, left.version) == (2, 2, 1)
    again = client.post(f"{LIST}tag/", {"entry": refs, "area_keys": [ATTACH, AWARE]})
    assert said(again)[-1] == "They all showed these areas already."
    work.refresh_from_db()
    assert work.version == 2


def test_a_form_opened_before_the_tags_does_not_take_them_away(client_for, applicant, typed, draft):
    entry = factories.work(applicant, area_keys=[])
    library.tag(applicant, [entry.ref], [AWARE])
    data = typed("work", seen_version="1", area_keys=[OBSERVE])
    answer = client_for(applicant).post(f"/applications/evidence/work/{entry.pk}/", data)
    assert answer.status_code == 200
    entry.refresh_from_db()
    assert entry.area_keys == [AWARE]


@pytest.mark.parametrize(
    "refs", [[], ["training:0"], ["poems:1"], ["training"], ["training:1e9"], ["training:١"], ["work:" + "9" * 30]]
)
def test_names_that_are_no_entry_change_nothing(client_for, applicant, draft, refs):
    answer = client_for(applicant).post(f"{LIST}tag/", {"entry": refs, "area_keys": [AWARE]})
    assert (answer["Location"], said(answer)) == (LIST, ["Please tick the entries first, then choose their areas."])


def test_an_area_that_does_not_exist_is_refused(client_for, applicant, draft):
    entry = factories.work(applicant)
    answer = client_for(applicant).post(f"{LIST}tag/", {"entry": [entry.ref], "area_keys": ["made.up"]})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["area_keys"])
    none = client_for(applicant).post(f"{LIST}tag/", {"entry": [entry.ref]})
    assert none.context["form"].errors["area_keys"] == ["Please tick at least one area."]


def test_nobody_tags_anothers(client_for, applicant, other_applicant, coordinator, draft):
    entry = factories.work(applicant, area_keys=[])
    for person in (other_applicant, coordinator):
        client_for(person).post(f"{LIST}tag/", {"entry": [entry.ref], "area_keys": [AWARE]})
    assert client_for(applicant).get(f"{LIST}tag/").status_code == 405
    assert Work.objects.get().area_keys == []


def test_tagging_takes_the_same_queries_for_one_and_for_many(applicant, django_assert_num_queries):
    for count in (1, 30):
        refs = [factories.training(applicant, area_keys=[]).ref for _each in range(count)]
        with django_assert_num_queries(5):
            assert library.tag(applicant, refs, [AWARE]) == count


# --- Copy ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_copy_is_begun_and_counts_once_it_is_saved(kind, client_for, applicant, draft):
    entry = getattr(factories, kind)(applicant)
    client = client_for(applicant)
    answer = client.post(at("copy", entry))
    once = answer["Location"].partition("?draft=")[2]
    assert answer["Location"] == f"/applications/evidence/{kind}/new/?draft={once}"
    assert KINDS[kind].objects.count() == 1
    form = client.get(answer["Location"]).context["form"]
    assert str(form["once"].value()) == once
    same = {
        "work": "job_title",
        "education": "institution",
        "supervision": "provider",
        "supervision_given": "organization",
    }
    name = same.get(kind, "title")
    expected = entry.provider_id if name == "provider" else getattr(entry, name)
    assert str(form[name].value()) == str(expected)
    days = [field for field in form.fields if "date" in field or field.endswith("_on")]
    assert days != []
    assert [form[field].value() for field in days] == [None] * len(days)


def test_a_copied_training_is_saved_as_another_one(client_for, applicant, typed, draft):
    entry = factories.training(applicant, title="Monthly series", area_keys=[ATTACH])
    client = client_for(applicant)
    where = client.post(at("copy", entry))["Location"]
    page = client.get(where)
    form, words = page.context["form"], page.context["words"]
    data = {"words_seen": str(words["seen"]), "words_tab": str(words["tab"])}
    data |= {
        name: form[name].value() for name in form.fields if name != "certificate" and form[name].value() is not None
    }
    answer = client.post(where, data | {"start_date": "2023-04-01"})
    assert answer.status_code == 302, answer.context["form"].errors
    copy = Training.objects.exclude(pk=entry.pk).get()
    assert (copy.title, copy.start_date, copy.area_keys, copy.document, copy.version) == (
        "Monthly series", date(2023, 4, 1), [ATTACH], None, 1,
    )  # fmt: skip


def test_nobody_copies_anothers(client_for, applicant, other_applicant):
    entry = factories.work(applicant)
    assert client_for(other_applicant).post(at("copy", entry)).status_code == 404
    assert client_for(applicant).get(at("copy", entry)).status_code == 405
    assert client_for(applicant).post(f"{LIST}poems/1/copy/").status_code == 404
    assert Draft.objects.count() == 0


# --- Taken out, put back, let go -----------------------------------------------------------------------------------


@pytest.fixture
def document(applicant, certificate):
    return uploads.receive(uploads.check(certificate()), owner=applicant, purpose="evidence")


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_was_taken_out_is_put_back_as_it_was(kind, client_for, applicant):
    entry = getattr(factories, kind)(applicant)
    client = client_for(applicant)
    before = {f.name: getattr(entry, f.attname) for f in entry._meta.concrete_fields}
    client.post(at("remove", entry))
    page = client.get(LIST).content.decode()
    assert at("put-back", entry) in page
    assert at("hours", entry) not in page
    assert f"until {day(timezone.now() + timedelta(days=30))}" in page
    answer = client.post(at("put-back", entry))
    assert said(answer)[-1] == "The entry is back, just as it was."
    entry.refresh_from_db()
    after = {f.name: getattr(entry, f.attname) for f in entry._meta.concrete_fields}
    assert {name for name in before if before[name] != after[name]} == {"version", "updated_at"}
    assert said(client.post(at("put-back", entry)))[-1] == "This entry is not among those taken out."


def test_what_is_taken_out_counts_nowhere_and_counts_again(ready_draft, applicant):
    def is_met() -> bool:
        return next(check for check in readiness(ready_draft).checks if check.key == "training_total").met

    entry = Training.objects.get()
    assert is_met()
    library.take_out(entry)
    assert not is_met()
    assert library.put_back(applicant, "training", entry.pk)
    assert is_met()


def test_the_same_form_may_make_it_anew(client_for, applicant, typed):
    client, data = client_for(applicant), typed("work")
    client.post("/applications/evidence/work/new/", data)
    client.post(at("remove", Work.objects.get()))
    client.post("/applications/evidence/work/new/", data)
    assert (Work.objects.count(), Work.objects.present().count()) == (2, 1)


def test_thirty_days_later_it_is_let_go_with_its_certificate(applicant, document, django_capture_on_commit_callbacks):
    entry, kept = factories.training(applicant, document=document), factories.work(applicant)
    library.take_out(entry)
    library.take_out(kept)
    form = f"evidence:training:{entry.pk}"
    EarlierText.objects.create(person=applicant, form=form, field="description", text="Private words")
    Draft.objects.create(person=applicant, form=form, words={"description": ["more"]})
    Training.objects.update(removed_at=timezone.now() - timedelta(days=30, seconds=1))
    Work.objects.update(removed_at=timezone.now() - timedelta(days=29, hours=23))
    with django_capture_on_commit_callbacks(execute=True):
        assert library.sweep() == 1
    assert (Training.objects.count(), Work.objects.count(), Upload.objects.count()) == (0, 1, 0)
    assert (EarlierText.objects.count(), Draft.objects.count()) == (0, 0)
    assert not default_storage.exists(document.file.name)
    tasks.sweep_library()
    assert Work.objects.count() == 1


def test_a_submission_keeps_its_copy_of_what_is_let_go(applicant, draft, document, django_capture_on_commit_callbacks):
    entry = factories.training(applicant, document=document, title="Submitted training")
    factories.submitted(draft)
    library.take_out(entry)
    with django_capture_on_commit_callbacks(execute=True):
        assert library.let_go("training", entry.pk) is True
    assert Upload.objects.get() == document
    assert default_storage.exists(document.file.name)


def test_deleting_for_good_asks_once_more(client_for, applicant):
    entry = factories.work(applicant)
    client = client_for(applicant)
    assert client.get(at("let-go", entry)).status_code == 404
    client.post(at("remove", entry))
    page = client.get(at("let-go", entry))
    assert (page.status_code, Work.objects.count()) == (200, 1)
    assert client.post(at("let-go", entry))["Location"] == LIST
    assert Work.objects.count() == 0
    assert client.post(at("let-go", entry)).status_code == 404


def test_nobody_puts_back_or_lets_go_anothers(client_for, applicant, other_applicant, coordinator):
    entry = factories.work(applicant)
    library.take_out(entry)
    for person in (other_applicant, coordinator):
        assert client_for(person).post(at("let-go", entry)).status_code == 404
        client_for(person).post(at("put-back", entry))
    assert client_for(applicant).get(at("put-back", entry)).status_code == 405
    assert client_for(applicant).post(f"{LIST}poems/1/put-back/").status_code == 404
    assert Work.objects.get().removed_at is not None


def test_what_is_in_the_library_is_never_let_go(applicant):
    entry = factories.work(applicant)
    assert library.let_go("work", entry.pk) is False
    assert library.sweep() == 0
    assert Work.objects.get() == entry
