"""The training catalog: what staff enter is listed at once, what becomes of a proposal, and who keeps it."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction

from competencies.catalog import all_areas, enter, propose
from competencies.models import CatalogItem, CatalogStatus
from endorsement_portal.lifecycle import LIFECYCLES, Refused, advance, available_verbs
from endorsement_portal.models import Event

pytestmark = pytest.mark.django_db
LIST = "/endorsement/catalog/"
ATTACH = "theoretical_foundations.attachment"
FACTS = {
    "title": "Foundations",
    "sponsor": "A center",
    "kind": "series",
    "clock_hours": Decimal(12),
    "dei_hours": Decimal(3),
    "rsc_provision_hours": Decimal(0),
    "area_keys": [ATTACH],
}
TYPED = {
    "title": "Foundations",
    "sponsor": "A center",
    "kind": "series",
    "clock_hours": "12",
    "dei_hours": "3",
    "area_keys": [ATTACH],
}


def item(status: str = "listed", **fields) -> CatalogItem:
    return CatalogItem.objects.create(**(FACTS | {"status": status} | fields))


def typed(**changes) -> dict:
    return TYPED | {"once": str(uuid.uuid4())} | changes


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


# --- The table of verbs --------------------------------------------------------------------------------------------

PAIRS = [(status, verb) for status in CatalogStatus.values for verb in LIFECYCLES[CatalogItem].table]
ALLOWED = {
    ("proposed", "list"): "listed",
    ("proposed", "refuse"): "refused",
    ("listed", "retire"): "retired",
    ("retired", "list"): "listed",
}


@pytest.mark.parametrize(("status", "verb"), PAIRS)
def test_a_verb_works_from_its_sources_alone(coordinator, status, verb):
    row = item(status)
    if (status, verb) not in ALLOWED:
        with pytest.raises(Refused):
            advance(row, verb, by=coordinator)
        assert (CatalogItem.objects.get().status, Event.objects.about(row).count()) == (status, 0)
        return
    advance(row, verb, by=coordinator)
    assert CatalogItem.objects.get().status == ALLOWED[status, verb]
    event = Event.objects.about(row).get()
    assert (event.verb, event.before, event.after, event.actor_id) == (
        verb,
        status,
        ALLOWED[status, verb],
        coordinator.pk,
    )


@pytest.mark.parametrize("role", ["applicant", "reviewer", "finance"])
def test_others_may_not(request, role):
    row, person = item("proposed"), request.getfixturevalue(role)
    assert available_verbs(row, person) == []
    with pytest.raises(Refused, match="permission"):
        advance(row, "list", by=person)


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_keepers_see_their_verbs(request, role):
    person = request.getfixturevalue(role)
    assert [verb.verb for verb in available_verbs(item("proposed"), person)] == ["list", "refuse"]
    assert [verb.verb for verb in available_verbs(item("listed"), person)] == ["retire"]


# --- Craft ---------------------------------------------------------------------------------------------------------


def test_what_staff_enter_is_listed_and_the_same_form_makes_one(coordinator):
    once = uuid.uuid4()
    first, second = (enter(FACTS, by=coordinator, once=once) for _click in range(2))
    assert (first, first.status, first.proposer) == (second, "listed", "")
    assert [event.verb for event in Event.objects.about(first)] == ["list"]


def test_a_proposal_waits_and_the_same_form_makes_one():
    once = uuid.uuid4()
    first, second = (propose(FACTS, provider="A provider", once=once) for _click in range(2))
    assert (first, first.status, first.proposer) == (second, "proposed", "A provider")
    event = Event.objects.about(first).get()
    assert (event.verb, event.after, event.actor_id) == ("propose", "proposed", None)


def test_the_database_knows_that_hours_add_up():
    for wrong in ({"clock_hours": 0}, {"dei_hours": -1}, {"dei_hours": 8, "rsc_provision_hours": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            item(**wrong)


def test_areas_come_by_their_domains(edition):
    choices = all_areas()
    assert (len(choices), sum(len(inside) for _domain, inside in choices)) == (
        edition.domains.count(),
        edition.areas.count(),
    )


# --- The list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_its_queries_do_not_grow(client_for, coordinator, django_assert_num_queries, rows):
    for number in range(rows):
        item(title=f"No. {number}")
        item("proposed", title=f"New {number}")
    client = client_for(coordinator)
    with django_assert_num_queries(7):
        page = client.get(LIST, {"status": "listed"}).content.decode()
    assert [f"No. {number}</a>" in page for number in range(rows)] == [True] * rows
    assert "New 0" not in page


def test_it_opens_with_what_waits(client_for, coordinator):
    row = item("proposed", title="New", proposer="A provider")
    item(title="Old")
    page = client_for(coordinator).get(LIST).content.decode()
    assert ("New</a>" in page, "Old</a>" in page, "proposed by A provider" in page) == (True, False, True)
    advance(row, "refuse", by=coordinator)
    page = client_for(coordinator).get(LIST).content.decode()
    assert ("New</a>" in page, "Old</a>" in page) == (False, True)


@pytest.mark.parametrize(
    ("words", "found"),
    [("play", True), ("PLAY center", True), ("center play", True), ("plays", False), ("%", False), ("_", False), ("\x00", True), ("x" * 500, True)],
)  # fmt: skip
def test_it_is_searched_by_words(client_for, coordinator, words, found):
    item(title="Play and repair", sponsor="High Center")
    answer = client_for(coordinator).get(LIST, {"q": words, "status": "nonsense"})
    assert (answer.status_code, "Play and repair</a>" in answer.content.decode()) == (200, found)


def test_an_empty_list_says_what_to_do(client_for, coordinator):
    client = client_for(coordinator)
    assert "No proposal waits" in client.get(LIST, {"status": "proposed"}).content.decode()
    assert "Nothing here" in client.get(LIST).content.decode()
    assert "No training matches" in client.get(LIST, {"q": "x", "status": "listed"}).content.decode()


# --- Enter and change ----------------------------------------------------------------------------------------------


def test_staff_enter_a_training(client_for, coordinator, edition):
    client = client_for(coordinator)
    assert client.get(f"{LIST}new/").status_code == 200
    data = typed(link="example.org/course")
    for _click in range(2):
        answer = client.post(f"{LIST}new/", data)
        assert (answer["Location"], said(answer)[-1]) == (LIST, "“Foundations” is in the catalog.")
    row = CatalogItem.objects.get()
    assert (row.status, row.clock_hours, row.dei_hours, row.rsc_provision_hours, row.area_keys, row.link) == (
        "listed", 12, 3, 0, [ATTACH], "https://example.org/course",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"kind": "party"}, "kind"),
        ({"clock_hours": "0"}, "clock_hours"),
        ({"clock_hours": "NaN"}, "clock_hours"),
        ({"clock_hours": "1e308"}, "clock_hours"),
        ({"clock_hours": "2000.01"}, "clock_hours"),
        ({"clock_hours": "2"}, "clock_hours"),
        ({"dei_hours": "-1"}, "dei_hours"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"area_keys": ["made.up"]}, "area_keys"),
        ({"once": "x"}, "once"),
    ],
)
def test_a_training_that_can_not_be(client_for, coordinator, edition, changes, field):
    answer = client_for(coordinator).post(f"{LIST}new/", typed(**changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert CatalogItem.objects.count() == 0


def test_staff_change_a_training_and_areas_of_another_edition_stay(client_for, coordinator, edition):
    row = item("proposed", area_keys=["old.area", ATTACH], proposer="A provider")
    client = client_for(coordinator)
    page = client.get(f"{LIST}{row.pk}/").content.decode()
    assert ('value="12"' in page, "Put it in the catalog</a>" in page) == (True, True)
    client.post(f"{LIST}{row.pk}/", typed(title="Better", area_keys=["reflection.self_awareness"]))
    row.refresh_from_db()
    assert (row.title, row.area_keys, row.status, row.proposer, row.once) == (
        "Better", ["reflection.self_awareness", "old.area"], "proposed", "A provider", None,
    )  # fmt: skip
    event = Event.objects.about(row).get()
    assert (event.verb, event.actor_id, event.details["fields"]) == ("edit", coordinator.pk, "title, area_keys")


def test_a_change_does_not_undo_what_somebody_decided_meanwhile(client_for, coordinator, edition, monkeypatch):
    row = item("proposed")
    CatalogItem.objects.filter(pk=row.pk).update(status="listed")
    client_for(coordinator).post(f"{LIST}{row.pk}/", typed())
    row.refresh_from_db()
    assert row.status == "listed"


# --- Verbs on pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "verb"), list(ALLOWED))
def test_a_verb_is_asked_and_done_once(client_for, coordinator, edition, status, verb):
    row, client = item(status), client_for(coordinator)
    where = f"{LIST}{row.pk}/{verb}/"
    page = client.get(where).content.decode()
    assert ("<li>Attachment" in page, CatalogItem.objects.get().status) == (True, status)
    assert client.post(where)["Location"] == LIST
    again = client.post(where)
    assert said(again)[-1].startswith("This can’t be done now")
    assert (CatalogItem.objects.get().status, Event.objects.about(row).count()) == (ALLOWED[status, verb], 1)


def test_an_unknown_verb_or_training_is_not_found(client_for, coordinator):
    row = item()
    client = client_for(coordinator)
    for path in (f"{LIST}{row.pk}/explode/", f"{LIST}{row.pk + 1}/list/", f"{LIST}{row.pk + 1}/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["applicant", "reviewer", "finance"])
def test_only_keepers_come_in(client_for, request, role):
    row = item("proposed")
    client = client_for(request.getfixturevalue(role))
    for path in (LIST, f"{LIST}new/", f"{LIST}invite/", f"{LIST}{row.pk}/", f"{LIST}{row.pk}/list/"):
        assert (client.get(path).status_code, client.post(path).status_code) == (403, 403)
    assert CatalogItem.objects.get().status == "proposed"
