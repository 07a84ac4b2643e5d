"""The verbs of a cohort, each on its own page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from applicants.models import Application
from cohorts.deadlines import today
from cohorts.models import Cohort, Interest, Seat
from cohorts.transitions import advance
from endorsement_portal.models import Event, Message
from tests.cohorts import rows

ACTS = [
    ("recruit", "planning", "recruiting"),
    ("select", "recruiting", "selecting"),
    ("confirm", "selecting", "confirmed"),
    ("start", "confirmed", "active"),
    ("close_submission", "active", "submission_closed"),
    ("complete", "submission_closed", "completed"),
    ("archive", "completed", "archived"),
    ("cancel", "recruiting", "cancelled"),
]


def url(cohort, verb) -> str:
    return reverse("cohorts:cohort_confirm", args=[cohort.pk, verb])


def detail(cohort) -> str:
    return reverse("cohorts:cohort_detail", args=[cohort.pk])


@pytest.mark.parametrize(("verb", "before", "after"), ACTS)
def test_it_works(client_for, coordinator, taken, cohort, verb, before, after):
    Cohort.objects.update(status=before, starts_on=today())
    client = client_for(coordinator)

    assert client.get(url(cohort, verb)).status_code == 200
    response = client.post(url(cohort, verb), {"note": "Too few people."})

    assert (response.status_code, response["Location"]) == (302, detail(cohort))
    cohort.refresh_from_db()
    assert cohort.status == after
    event = Event.objects.about(cohort).get()
    assert (event.verb, event.before, event.after, event.actor) == (verb, before, after, coordinator)


def test_cancelling_gives_every_seat_up_and_keeps_applications(client_for, coordinator, applicant, taken, cohort):
    waiting = rows.offered(rows.pooled(2), cohort)
    Message.objects.all().delete()

    client_for(coordinator).post(url(cohort, "cancel"), {"note": "Too few people."})

    assert set(Seat.objects.values_list("status", "application")) == {("withdrawn", None)}
    assert Interest.objects.counts_by_status() == {"pool": 2}
    assert Application.objects.get().status == "draft"
    told = Message.objects.filter(kind="seat_withdrawn")
    assert set(told.values_list("email", flat=True)) == {applicant.email, waiting.interest.email}
    assert all("Too few people." in mail.body for mail in told)

    another = rows.offered(taken.interest.__class__.objects.get(pk=taken.interest_id), rows.cohort(2))
    assert rows.accepted(another, applicant).application == Application.objects.get()


def test_cancelling_asks_why(client_for, coordinator, cohort):
    page = client_for(coordinator).post(url(cohort, "cancel"), {"note": ""})

    assert "Please write a few words." in page.content.decode()
    assert Cohort.objects.get().status == "recruiting"


def test_starting_welcomes_those_with_a_seat(client_for, coordinator, applicant, taken, cohort):
    rows.offered(rows.pooled(2), cohort)
    Cohort.objects.update(status="confirmed", starts_on=today())

    client_for(coordinator).post(url(cohort, "start"))

    assert list(Message.objects.filter(kind="E13").values_list("email", flat=True)) == [applicant.email]


@pytest.mark.parametrize(
    ("verb", "fields", "words"),
    [
        ("start", {"status": "confirmed", "starts_on": today() + timedelta(days=1)}, "first day hasn’t come"),
        ("confirm", {"kind": "agency", "agency_name": "An agency"}, "needs 10 people who have accepted; there are 1"),
        ("complete", {"status": "active"}, "somebody may have been quicker"),
    ],
)
def test_what_can_not_be_done_now_says_why(client_for, coordinator, taken, cohort, verb, fields, words):
    Cohort.objects.update(**fields)

    response = client_for(coordinator).post(url(cohort, verb), follow=True)

    assert response.redirect_chain == [(detail(cohort), 302)]
    assert words in response.content.decode()
    assert not Event.objects.about(cohort).exists()


def test_an_empty_cohort_is_not_confirmed(client_for, coordinator, cohort):
    response = client_for(coordinator).post(url(cohort, "confirm"), follow=True)

    assert "Nobody has accepted a seat yet." in response.content.decode()


def test_a_stranger_is_sent_to_sign_in(client, cohort):
    assert client.post(url(cohort, "select")).status_code == 302
    assert Cohort.objects.get().status == "recruiting"


@pytest.mark.parametrize(("hat", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), ("admin", 404)])
def test_others_are_refused(request, client_for, cohort, hat, status):
    assert client_for(request.getfixturevalue(hat)).post(url(cohort, "select")).status_code == status
    assert Cohort.objects.get().status == "recruiting"


def test_a_verb_that_is_none_is_not_found(client_for, coordinator, cohort):
    assert client_for(coordinator).post(url(cohort, "nonsense")).status_code == 404


def test_twice_does_it_once(client_for, coordinator, cohort):
    client = client_for(coordinator)

    for _again in range(2):
        client.post(url(cohort, "select"))

    assert Event.objects.about(cohort).count() == 1


def test_looking_changes_nothing(client_for, coordinator, cohort):
    client_for(coordinator).get(url(cohort, "cancel"))

    assert Cohort.objects.get().status == "recruiting"


def test_an_answer_a_moment_before_the_end_is_kept(coordinator, applicant, taken, cohort):
    """A seat that was freed meanwhile needs nothing when the cohort is cancelled."""
    advance(taken, "free")

    advance(cohort, "cancel", by=coordinator, note="Too few people.")

    assert Seat.objects.get().status == "withdrawn"
    assert Interest.objects.get().status == "closed"
