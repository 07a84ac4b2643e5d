"""The list of cohorts."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cohorts.models import Cohort
from tests.cohorts import rows

URL = reverse("cohorts:cohort_list")
# Session, person, second factor, two counts, page count, rows, unread.
QUERIES = 8


def names(response) -> list[str]:
    return [row.name for row in response.context["page_obj"]]


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_a_fixed_number_of_queries(client_for, coordinator, edition, django_assert_num_queries, many):
    for number in range(many):
        rows.offered(rows.pooled(number), rows.cohort(number, lead=coordinator))
    client = client_for(coordinator)

    with django_assert_num_queries(QUERIES):
        response = client.get(URL)

    assert len(names(response)) == many


def test_seats_taken_and_left(client_for, coordinator, taken, cohort):
    rows.offered(rows.pooled(2), cohort)

    (row,) = client_for(coordinator).get(URL).context["page_obj"]

    assert (row.accepted, row.offered, row.seats_left) == (1, 1, 10)


def test_past_cohorts_have_a_tab(client_for, coordinator, edition):
    rows.cohort(1), rows.cohort(2, status="archived"), rows.cohort(3, status="active")
    client = client_for(coordinator)

    assert sorted(names(client.get(URL))) == ["Cohort 1", "Cohort 3"]
    assert names(client.get(URL, {"when": "past"})) == ["Cohort 2"]
    assert [tab["count"] for tab in client.get(URL).context["tabs"]] == [2, 1]


def test_empty_it_says_so(client_for, admin, db):
    text = client_for(admin).get(URL).content.decode()

    assert "No cohorts here" in text
    assert "New cohort" not in text


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get(URL).status_code == 302


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance"])
def test_others_are_refused(request, client_for, hat):
    assert client_for(request.getfixturevalue(hat)).get(URL).status_code == 403


def test_a_member_may_know_of_their_own_cohort(applicant, other_applicant, finance, coordinator, seat, cohort):
    rows.cohort(2)

    assert list(Cohort.objects.visible_to(applicant)) == [cohort]
    assert not Cohort.objects.visible_to(other_applicant).exists()
    assert not Cohort.objects.visible_to(finance).exists()
    assert Cohort.objects.visible_to(coordinator).count() == 2
