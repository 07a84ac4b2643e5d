"""Making a cohort."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from cohorts.models import Cohort
from competencies.models import Figure
from endorsement_portal.models import Event
from tests.cohorts import rows

URL = reverse("cohorts:cohort_create")


def data(**fields):
    facts = {
        "name": "Spring 2027",
        "kind": "open",
        "agency_name": "",
        "starts_on": "2027-03-01",
        "ends_on": "2027-09-01",
        "capacity": "15",
        "min_group": "10",
        "lead": "",
    }
    return facts | fields


def test_it_works(client_for, coordinator):
    response = client_for(coordinator).post(URL, data(lead=coordinator.pk))

    cohort = Cohort.objects.get()
    assert (response.status_code, response["Location"]) == (302, reverse("cohorts:cohort_detail", args=[cohort.pk]))
    assert (cohort.name, cohort.status, cohort.capacity, cohort.lead) == ("Spring 2027", "planning", 15, coordinator)
    assert (cohort.starts_on, cohort.ends_on) == (date(2027, 3, 1), date(2027, 9, 1))
    event = Event.objects.about(cohort).get()
    assert (event.verb, event.after, event.actor) == ("create", "planning", coordinator)


def test_the_present_edition_says_how_large(client_for, coordinator, edition):
    form = client_for(coordinator).get(URL).context["form"]
    assert (form["capacity"].value(), form["min_group"].value()) == (12, 10)

    Figure.objects.filter(edition=edition, section="cohorts", path="max_size").update(value=15)
    assert client_for(coordinator).get(URL).context["form"]["capacity"].value() == 15


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"ends_on": "2027-03-01"}, "ends_on"),
        ({"ends_on": "not a day"}, "ends_on"),
        ({"kind": "agency"}, "agency_name"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "-3"}, "capacity"),
        ({"capacity": "99999999"}, "capacity"),
    ],
)
def test_something_to_mend_is_said_beside_its_field(client_for, coordinator, fields, field):
    page = client_for(coordinator).post(URL, data(**fields))

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert not Cohort.objects.exists()


def test_an_open_cohort_has_no_agency(client_for, coordinator):
    client_for(coordinator).post(URL, data(agency_name="Left over"))

    assert Cohort.objects.get().agency_name == ""


def test_looking_changes_nothing(client_for, coordinator, edition):
    assert client_for(coordinator).get(URL).status_code == 200
    assert not Cohort.objects.exists()


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.post(URL, data()).status_code == 302
    assert not Cohort.objects.exists()


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance", "admin"])
def test_others_are_refused(request, client_for, hat):
    assert client_for(request.getfixturevalue(hat)).post(URL, data()).status_code == 403
    assert not Cohort.objects.exists()


def test_twice_makes_one(client_for, coordinator):
    client = client_for(coordinator)

    client.post(URL, data())
    page = client.post(URL, data())

    assert page.context["form"].errors == {"name": ["Another cohort has this name."]}
    assert Cohort.objects.count() == 1


def test_a_lead_is_a_coordinator(client_for, coordinator, finance):
    page = client_for(coordinator).post(URL, data(lead=finance.pk))

    assert list(page.context["form"].errors) == ["lead"]


def test_without_a_framework_it_is_twelve(coordinator, db):
    assert rows.cohort().capacity == 12
