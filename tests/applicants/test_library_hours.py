"""Hours by area: optional, never more than the entry has, and sound after any change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages

from applicants import library
from applicants.models import Training
from tests import factories

pytestmark = pytest.mark.django_db
ATTACH, AWARE = "theoretical_foundations.attachment", "reflection.self_awareness"


def path(entry) -> str:
    return f"/applications/evidence/{entry.kind}/{entry.pk}/hours/"


@pytest.fixture
def entry(applicant, draft):
    return factories.training(applicant, clock_hours=10, area_keys=[ATTACH, AWARE])


def post(client, entry, first="", second="", **more):
    return client.post(path(entry), {"area-0": first, "area-1": second, "seen_version": str(entry.version)} | more)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("6", "4", {ATTACH: "6", AWARE: "4"}),
        ("1.5", "", {ATTACH: "1.5"}),
        ("0", "10.00", {AWARE: "10"}),
        ("", "", {}),
        ("9.99", "0.01", {ATTACH: "9.99", AWARE: "0.01"}),
    ],
)
def test_hours_are_shared(client_for, applicant, entry, first, second, kept):
    client = client_for(applicant)
    assert "“Foundations of relationships” has 10 hours in all." in client.get(path(entry)).content.decode()
    assert post(client, entry, first, second)["Location"] == "/applications/evidence/"
    entry.refresh_from_db()
    assert (entry.area_hours, entry.version) == (kept, 2)
    form = client.get(path(entry)).context["form"]
    assert [form[name].value() for name in ("area-0", "area-1")] == [kept.get(ATTACH), kept.get(AWARE)]


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        ("6", "4.01", ["__all__"]),
        ("10.01", "", ["area-0"]),
        ("-1", "", ["area-0"]),
        ("NaN", "", ["area-0"]),
        ("1e308", "", ["area-0"]),
        ("Infinity", "1", ["area-0"]),
        ("two", "1,5", ["area-0", "area-1"]),
        ("1.234", "", ["area-0"]),
        ("1\x00", "", ["area-0"]),
    ],
)
def test_hours_that_can_not_be(client_for, applicant, entry, first, second, errors):
    answer = post(client_for(applicant), entry, first, second)
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (200, errors)
    entry.refresh_from_db()
    assert (entry.area_hours, entry.version) == ({}, 1)


def test_more_than_there_are_is_said_in_figures(client_for, applicant, entry):
    answer = post(client_for(applicant), entry, "6", "5")
    assert (
        answer.context["form"]
        .errors["__all__"][0]
        .startswith("These add up to 11 hours, and the entry has 10. An hour counts once:")
    )


def test_a_stale_window_is_told_and_may_save_then(client_for, applicant, entry):
    Training.objects.update(version=5, clock_hours=7)
    client = client_for(applicant)
    answer = post(client, entry, "6", "4")
    assert answer.context["form"].has_error("__all__", "stale")
    assert 'name="seen_version" value="5"' in answer.content.decode()
    assert Training.objects.get().area_hours == {}
    assert post(client, entry, "3", "4", seen_version="5").status_code == 302
    assert Training.objects.get().area_hours == {ATTACH: "3", AWARE: "4"}


def test_an_entry_without_areas_is_sent_to_choose_them(client_for, applicant):
    entry = factories.training(applicant, area_keys=[])
    page = client_for(applicant).get(path(entry)).content.decode()
    assert "This entry shows no area yet" in page


def test_only_entries_with_hours_and_only_ones_own(client_for, applicant, other_applicant, entry):
    assert client_for(applicant).get(path(factories.work(applicant))).status_code == 404
    assert client_for(other_applicant).get(path(entry)).status_code == 404
    assert post(client_for(other_applicant), entry, "1").status_code == 404
    assert client_for(applicant).get("/applications/evidence/poems/1/hours/").status_code == 404
    for kind in ("supervision", "supervision_given"):
        own = getattr(factories, kind)(applicant, area_keys=[AWARE])
        assert client_for(applicant).get(path(own)).status_code == 200


# --- After a change ------------------------------------------------------------------------------------------------

DROPPED = "The hours by area did not fit any more and are taken out. You can share them anew."


def edit(client, entry, typed, **changes):
    data = typed("training", seen_version=str(entry.version), clock_hours="10", area_keys=[ATTACH, AWARE])
    answer = client.post(f"/applications/evidence/training/{entry.pk}/", data | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize(
    ("changes", "kept", "told"),
    [
        ({"title": "Another name"}, {ATTACH: "6", AWARE: "2"}, False),
        ({"clock_hours": "8"}, {ATTACH: "6", AWARE: "2"}, False),
        ({"clock_hours": "7.75"}, {}, True),
        ({"area_keys": [ATTACH]}, {ATTACH: "6"}, True),
        ({"area_keys": [ATTACH], "clock_hours": "6"}, {ATTACH: "6"}, True),
        ({"area_keys": []}, {}, True),
        ({"area_keys": [ATTACH, AWARE, "thinking.solving_problems"]}, {ATTACH: "6", AWARE: "2"}, False),
    ],
)
def test_a_change_leaves_the_hours_by_area_sound(client_for, applicant, entry, typed, changes, kept, told):
    Training.objects.update(area_hours={ATTACH: "6", AWARE: "2"})
    messages = edit(client_for(applicant), entry, typed, **changes)
    entry.refresh_from_db()
    assert entry.area_hours == kept
    assert library.shared_hours(entry) <= entry.clock_hours
    assert (DROPPED in messages) == told


def test_hours_are_added_as_decimals(applicant):
    entry = factories.training(applicant, clock_hours="0.3", area_keys=[ATTACH, AWARE], dei_hours=0)
    entry.area_hours = {ATTACH: "0.1", AWARE: "0.2"}
    entry.clock_hours = Decimal("0.3")
    assert library.hours_that_hold(entry) == {ATTACH: "0.1", AWARE: "0.2"}
