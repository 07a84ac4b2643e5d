"""A newer edition: who would be touched, before it is published; and the way there, for the owner of a draft alone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applicants.models import Application
from applicants.moving import move_up, newer_category
from applicants.transitions import advance
from competencies.models import Category, Edition
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Message
from tests import factories
from tests.competencies.newer import newer
from tests.conftest import make_person


def asks_more(found):
    found["figures"]["FS"]["training.total"] = {"v": 45, "st": "c"}
    found["figures"]["FS"]["rsc.hours"]["v"] = 20


def page_of(application) -> str:
    return reverse("applicants:application_edition", args=[application.pk])


def effects_page(edition) -> str:
    return reverse("applicants:edition_effects", args=[edition.pk])


def _under(edition, email: str) -> Application:
    """A fresh application of somebody new, pinned to this edition."""
    category = edition.categories.get(code="IFS")
    return Application.objects.create(person=make_person(email), category=category, edition=edition)


# --- Before publishing -------------------------------------------------------------------------------------------


def test_who_would_gain_or_lose_is_named_by_requirement(client_for, coordinator, ready_draft, other_applicant):
    lighter = factories.application(other_applicant)
    factories.supervision(other_applicant, total_hours=21)
    before = list(Application.objects.order_by("pk").values())
    answer = client_for(coordinator).get(effects_page(newer(asks_more)))
    found = {one.key: one for one in answer.context["touched"]}
    assert {key: ([r.pk for r in one.gaining], [r.pk for r in one.losing]) for key, one in found.items()} == {
        "training_total": ([ready_draft.pk, lighter.pk], []),
        "rsc_hours": ([], [lighter.pk]),
    }
    assert dict(answer.context["counts"]) == {"all": 2, "gaining": 2, "losing": 1, "same": 0}
    page = answer.content.decode()
    assert "Asks 45 instead of 33; there are 40. Met now, and not there." in page
    assert "Ana Applicant" in page
    assert list(Application.objects.order_by("pk").values()) == before


def test_publishing_changes_no_application(client_for, coordinator, ready_draft):
    other = newer(asks_more)
    before = Application.objects.values().get()
    client_for(coordinator).post(reverse("competencies:edition_confirm_publish", args=[other.pk]))
    assert Edition.objects.get(pk=other.pk).status == "published"
    assert Application.objects.values().get() == before


def test_a_category_that_would_be_gone_comes_first(client_for, coordinator, ready_draft, other_applicant):
    def without(found):
        asks_more(found)
        found["categories"] = [row for row in found["categories"] if row["code"] != "IMHS"]

    factories.application(other_applicant, code="IMHS")
    touched = list(client_for(coordinator).get(effects_page(newer(without))).context["touched"])
    assert [(one.key, len(one.gaining)) for one in touched] == [("category", 1), ("training_total", 1)]


def test_closed_ones_and_those_already_there_are_left_out(client_for, coordinator, draft):
    other = newer(asks_more)
    draft.person.applications.update(status="withdrawn")
    _under(other, "there@example.org")
    answer = client_for(coordinator).get(effects_page(other))
    assert "No open application is under another edition" in answer.content.decode()


def test_nothing_to_gain_or_lose_is_said(client_for, coordinator, draft):
    answer = client_for(coordinator).get(effects_page(newer()))
    assert "Nobody would gain or lose a requirement" in answer.content.decode()


def test_many_names_have_a_list_of_their_own(client_for, coordinator, edition, django_assert_num_queries):
    other, client = newer(asks_more), client_for(coordinator)
    _under(edition, "p0@example.org")
    client.get(effects_page(other))
    # Session, person, second factor, unread messages, the edition, what it asks (4), all applications.
    with django_assert_num_queries(10):
        client.get(effects_page(other))
    for number in range(1, 60):
        _under(edition, f"p{number}@example.org")
    with django_assert_num_queries(10):
        answer = client.get(effects_page(other))
    assert [(one.key, len(one.gaining), len(one.losing)) for one in answer.context["touched"]] == [
        ("training_total", 60, 0),
        ("rsc_hours", 0, 60),
    ]
    assert "See all 60" in answer.content.decode()
    with django_assert_num_queries(10):
        second = client.get(effects_page(other), {"of": "training_total", "side": "gain", "page": "2"})
    assert (len(second.context["page_obj"]), second.context["page_obj"].paginator.count) == (10, 60)
    for odd in ({"of": "x", "side": "gain"}, {"of": "training_total", "side": "x"}):
        assert "touched" in client.get(effects_page(other), odd).context


@pytest.mark.parametrize(("role", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), (None, 302)])
def test_others_do_not_see_the_effects(client_for, request, edition, role, status):
    person = request.getfixturevalue(role) if role else None
    assert client_for(person).get(effects_page(edition)).status_code == status


# --- Opting up ---------------------------------------------------------------------------------------------------


def test_the_owner_of_a_draft_is_told(client_for, applicant, coordinator, ready_draft):
    client, path = client_for(applicant), f"/applications/{ready_draft.pk}/"
    assert "A newer edition is in force" not in client.get(path).content.decode()
    other = newer(asks_more)
    assert "A newer edition is in force" not in client.get(path).content.decode()
    advance(other, "publish", by=coordinator)
    page = client.get(path).content.decode()
    assert "A newer edition is in force" in page
    assert page_of(ready_draft) in page
    assert "change_edition" not in page


def test_what_would_change_and_moving(client_for, applicant, coordinator, ready_draft):
    old, other = ready_draft.edition, newer(asks_more, by=coordinator)
    target, client = other.categories.get(code="IFS"), client_for(applicant)
    answer = client.get(page_of(ready_draft))
    assert [(row["effect"].key, row["words"]) for row in answer.context["worse"]] == [
        ("training_total", "Asks 45 instead of 33; there are 40. Met now, and not there.")
    ]
    assert [row["effect"].key for row in answer.context["same"]] == ["rsc_hours"]
    answer = client.post(page_of(ready_draft), {"category": target.pk})
    assert answer.url == f"/applications/{ready_draft.pk}/"
    ready_draft.refresh_from_db()
    assert (ready_draft.edition, ready_draft.category, ready_draft.status) == (other, target, "draft")
    event = Event.objects.about(ready_draft).get(verb="change_edition")
    assert (event.actor, event.before, event.after) == (applicant, "draft", "draft")
    assert event.details == {"version_before": old.version, "version_after": "2026.1"}
    # Twice does it once, and there is no way back.
    client.post(page_of(ready_draft), {"category": target.pk})
    client.post(page_of(ready_draft), {"category": old.categories.get(code="IFS").pk})
    ready_draft.refresh_from_db()
    assert ready_draft.edition == other
    assert Event.objects.about(ready_draft).filter(verb="change_edition").count() == 1
    assert "There is nothing to choose" in client.get(page_of(ready_draft)).content.decode()


@pytest.mark.parametrize("status", ["on_hold", "submitted", "returned", "ready", "in_review", "deferred", "withdrawn"])
def test_only_a_draft_moves(client_for, applicant, coordinator, draft, status):
    target = newer(by=coordinator).categories.get(code="IFS")
    Application.objects.update(status=status, submitted_at=timezone.now())
    client = client_for(applicant)
    assert "It stays as it is" in client.get(page_of(draft)).content.decode()
    before = Application.objects.values().get()
    answer = client.post(page_of(draft), {"category": target.pk}, follow=True)
    assert "This can’t be done now" in answer.content.decode()
    assert Application.objects.values().get() == before


def _without(found):
    found["categories"] = [row for row in found["categories"] if row["code"] != "IFS"]


def _closing(found):
    found["categories"][2]["accepts_new"] = False


TOMORROW = date(2099, 1, 1)


@pytest.mark.parametrize(
    ("change", "fields", "published"),
    [
        (None, {}, False),
        (_without, {}, True),
        (_closing, {}, True),
        (None, {"effective_from": date(2020, 1, 1)}, True),
        (None, {"effective_from": TOMORROW}, True),
        (None, {"effective_from": date(2025, 1, 1), "effective_to": date(2025, 2, 1)}, True),
    ],
    ids=["draft", "no such category", "closed to new", "older", "not yet in force", "over"],
)
def test_where_one_can_not_move(client_for, applicant, coordinator, draft, change, fields, published):
    other = newer(change, by=coordinator if published else None, **fields)
    target = other.categories.filter(code="IFS").first() or other.categories.first()
    assert newer_category(draft) is None
    client = client_for(applicant)
    client.post(page_of(draft), {"category": target.pk})
    with pytest.raises(Refused, match="There is no newer edition in force"):
        move_up(draft, target, by=applicant)
    draft.refresh_from_db()
    assert draft.edition_id != other.pk
    assert "There is nothing to choose" in client.get(page_of(draft)).content.decode()


def test_a_retired_edition_is_no_place_to_go(applicant, coordinator, draft):
    other = newer(by=coordinator)
    advance(other, "retire", by=coordinator)
    with pytest.raises(Refused):
        move_up(draft, other.categories.get(code="IFS"), by=applicant)


@pytest.mark.parametrize("code", ["ECFS", "IMHM-C"])
def test_never_to_another_category(applicant, coordinator, draft, code):
    other = newer(by=coordinator)
    with pytest.raises(Refused, match="The editions have changed a moment ago"):
        move_up(draft, other.categories.get(code=code), by=applicant)
    assert Application.objects.get().category == draft.category


@pytest.mark.parametrize("posted", ["", "999999999999999999999", "-1", "NaN", "1e308", "\0"])
def test_what_else_is_posted_changes_nothing(client_for, applicant, coordinator, draft, posted):
    newer(by=coordinator)
    answer = client_for(applicant).post(page_of(draft), {"category": posted}, follow=True)
    assert "The editions have changed a moment ago" in answer.content.decode()
    assert Application.objects.get().edition == draft.edition


def test_a_newer_one_published_meanwhile_is_shown_first(client_for, applicant, coordinator, draft):
    seen = newer(by=coordinator).categories.get(code="IFS")
    newest = newer(version="2026.2", effective_from=timezone.localdate() - timedelta(days=1), by=coordinator)
    assert newer_category(draft).edition == newest
    client_for(applicant).post(page_of(draft), {"category": seen.pk})
    assert Application.objects.get().edition == draft.edition


def test_two_open_ones_for_one_category_are_refused(applicant, coordinator, draft):
    other = newer(by=coordinator)
    target = other.categories.get(code="IFS")
    Application.objects.create(person=applicant, category=target, edition=other)
    with pytest.raises(Refused, match="You have another open application"):
        move_up(draft, target, by=applicant)


@pytest.mark.parametrize("role", ["other_applicant", "coordinator", "admin", "reviewer", None])
def test_nobody_else_moves_it(client_for, request, coordinator, draft, role):
    target = newer(by=coordinator).categories.get(code="IFS")
    person = request.getfixturevalue(role) if role else None
    client, expected = client_for(person), 404 if role else 302
    assert client.get(page_of(draft)).status_code == expected
    assert client.post(page_of(draft), {"category": target.pk}).status_code == expected
    if person:
        with pytest.raises(Refused, match="You don’t have permission"):
            move_up(draft, target, by=person)
    assert (Application.objects.get().edition, Message.objects.count()) == (draft.edition, 0)
    assert Category.objects.get(pk=draft.category_id).edition == draft.edition
