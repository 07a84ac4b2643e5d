"""Qualifications are facts with dates: recorded with their source, ended, corrected, taken out; the log keeps all."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applicants.models import Standing
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(db):
    """A clinical mentor since 2015."""
    return factories.provider()


def new(provider) -> str:
    return reverse("applicants:provider_standing_create", args=[provider.pk])


def edit(provider, standing) -> str:
    return reverse("applicants:provider_standing_edit", args=[provider.pk, standing.pk])


def typed(**changes) -> dict[str, str]:
    facts = {"qualification": "ERS", "starts_on": "2020-01-01", "ends_on": "", "source": "The registry"}
    return facts | changes


def test_a_qualification_with_its_days_and_how_we_know(provider, coordinator, client_for):
    client_for(coordinator).post(new(provider), typed())
    row = Standing.objects.get(qualification="ERS")
    assert (row.starts_on, row.ends_on, row.source, row.noted_by) == (
        date(2020, 1, 1),
        None,
        "The registry",
        coordinator,
    )
    [event] = Event.objects.about(provider)
    assert (event.verb, event.actor_id, event.details) == (
        "add_standing",
        coordinator.pk,
        {"now": {"qualification": "ERS", "from": "2020-01-01", "until": "", "source": "The registry"}},
    )


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"qualification": "professor"}, ["qualification"]),
        ({"starts_on": ""}, ["starts_on"]),
        ({"starts_on": "2020-02-30"}, ["starts_on"]),
        ({"starts_on": "9999-01-01"}, ["starts_on"]),
        ({"ends_on": "2019-12-31"}, ["ends_on"]),
        ({"source": ""}, ["source"]),
        ({"source": "x" * 201}, ["source"]),
        ({"qualification": "vetted"}, ["ends_on"]),
        ({"qualification": "ERS-emerging"}, ["ends_on"]),
        ({"qualification": "MHM-C"}, ["starts_on"]),
        ({"qualification": "MHM-C", "starts_on": "2010-01-01", "ends_on": "2015-01-01"}, ["starts_on"]),
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_beside_it(provider, coordinator, client_for, changes, wrong):
    answer = client_for(coordinator).post(new(provider), typed(**changes))
    assert list(answer.context["form"].errors) == wrong
    assert Standing.objects.count() == 1
    assert Event.objects.about(provider).count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": "2020-01-01"},
        {"qualification": "vetted", "ends_on": "2027-12-31"},
        {"qualification": "MHM-C", "starts_on": "2010-01-01", "ends_on": "2014-12-31"},
    ],
    ids=str,
)
def test_what_just_fits(provider, coordinator, client_for, changes):
    assert client_for(coordinator).post(new(provider), typed(**changes)).status_code == 302
    assert Standing.objects.count() == 2


def test_ending_one_is_in_the_log_with_what_it_said_before(provider, coordinator, client_for):
    row = provider.standings.get()
    data = typed(qualification="MHM-C", starts_on="2015-01-01", ends_on="2024-06-30", reason="Retired")
    client = client_for(coordinator)
    assert list(client.post(edit(provider, row), data | {"reason": " "}).context["form"].errors) == ["reason"]
    client.post(edit(provider, row), data)
    row.refresh_from_db()
    assert row.ends_on == date(2024, 6, 30)
    [event] = Event.objects.about(provider)
    assert (event.verb, event.note) == ("change_standing", "Retired")
    assert [event.details[when]["until"] for when in ("before", "now")] == ["", "2024-06-30"]
    page = client.get(reverse("applicants:provider_detail", args=[provider.pk])).content.decode()
    assert "Before: Mental Health Mentor – Clinical, 2015-01-01 – …" in page
    assert "Now: Mental Health Mentor – Clinical, 2015-01-01 – 2024-06-30 (The registry)" in page


def test_a_mistake_is_taken_out_and_stays_in_the_log(provider, coordinator, client_for):
    row = provider.standings.get()
    data = typed(qualification="MHM-C", starts_on="2015-01-01", reason="Somebody else of that name", mistake="on")
    client_for(coordinator).post(edit(provider, row), data)
    assert provider.standings.count() == 0
    [event] = Event.objects.about(provider)
    assert (event.verb, event.note) == ("remove_standing", "Somebody else of that name")
    assert event.details["before"]["from"] == "2015-01-01"


def test_who_noted_it_first_stays(provider, coordinator, admin, client_for):
    row = provider.standings.get()
    Standing.objects.update(noted_by=admin)
    data = typed(qualification="MHM-C", starts_on="2015-02-01", reason="The day on the certificate")
    client_for(coordinator).post(edit(provider, row), data)
    row.refresh_from_db()
    assert (row.starts_on, row.noted_by) == (date(2015, 2, 1), admin)


def test_nobody_keeps_the_record_of_their_own(coordinator, client_for):
    own = factories.provider(person=coordinator)
    client = client_for(coordinator)
    for path in (new(own), edit(own, own.standings.get())):
        assert (client.get(path).status_code, client.post(path, typed()).status_code) == (404, 404)
    assert Standing.objects.count() == 1


def test_a_standing_belongs_to_its_provider(provider, coordinator, client_for):
    other = factories.provider("Paul Other")
    path = reverse("applicants:provider_standing_edit", args=[provider.pk, other.standings.get().pk])
    assert client_for(coordinator).post(path, typed(reason="x")).status_code == 404


def test_who_gets_in(provider, applicant, admin, reviewer, finance, client_for):
    for path in (new(provider), edit(provider, provider.standings.get())):
        codes = [client_for(person).get(path).status_code for person in (applicant, admin, reviewer, finance)]
        assert codes == [403] * 4
        assert client_for(None).get(path)["Location"].startswith("/accounts/login/")


def test_tomorrow_is_in_the_future_here(provider, coordinator, client_for):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for day, status in ((tomorrow, 200), (tomorrow - timedelta(days=1), 302)):
        assert client_for(coordinator).post(new(provider), typed(starts_on=day.isoformat())).status_code == status


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_record_it_once(coordinator, client_for):
    provider = factories.provider()
    clients = [client_for(coordinator) for _ in range(2)]
    start = threading.Barrier(2)

    def record(client) -> None:
        try:
            start.wait()
            client.post(new(provider), typed())
        finally:
            connection.close()

    clicks = [threading.Thread(target=record, args=[client]) for client in clients]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert (Standing.objects.filter(qualification="ERS").count(), Event.objects.about(provider).count()) == (1, 1)
