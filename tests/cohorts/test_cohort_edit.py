"""Changing a cohort."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cohorts.models import Cohort
from endorsement_portal.models import Event
from tests.cohorts import rows
from tests.cohorts.test_cohort_create import data


def url(cohort) -> str:
    return reverse("cohorts:cohort_edit", args=[cohort.pk])


def test_it_works(client_for, coordinator, cohort):
    response = client_for(coordinator).post(url(cohort), data(capacity="14"))

    assert (response.status_code, response["Location"]) == (302, reverse("cohorts:cohort_detail", args=[cohort.pk]))
    cohort.refresh_from_db()
    assert (cohort.name, cohort.capacity, cohort.status) == ("Spring 2027", 14, "recruiting")
    event = Event.objects.about(cohort).get()
    assert (event.verb, event.actor) == ("edit", coordinator)
    assert event.details == {"changed": "capacity, ends_on, name, starts_on"}


def test_never_fewer_seats_than_are_held(client_for, coordinator, cohort):
    for number in (1, 2):
        rows.offered(rows.pooled(number), cohort)

    page = client_for(coordinator).post(url(cohort), data(capacity="1"))

    assert page.context["form"].errors == {"capacity": ["2 seats are held already."]}
    assert Cohort.objects.get().capacity == 12
    assert "Cohort 1" in page.content.decode()


def test_looking_changes_nothing(client_for, coordinator, cohort):
    page = client_for(coordinator).get(url(cohort))

    assert page.context["form"]["name"].value() == "Cohort 1"
    assert not Event.objects.about(cohort).exists()


def test_a_stranger_is_sent_to_sign_in(client, cohort):
    assert client.post(url(cohort), data()).status_code == 302
    assert Cohort.objects.get().name == "Cohort 1"


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance", "admin"])
def test_others_are_refused(request, client_for, cohort, hat):
    assert client_for(request.getfixturevalue(hat)).post(url(cohort), data()).status_code == 403
    assert Cohort.objects.get().name == "Cohort 1"


def test_what_is_not_there_is_not_found(client_for, coordinator):
    assert client_for(coordinator).get(reverse("cohorts:cohort_edit", args=[1])).status_code == 404
