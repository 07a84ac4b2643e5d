"""One cohort: its members, and how it is made up."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cohorts.balance import balance
from cohorts.models import Interest, Seat
from endorsement_portal.models import County
from tests.cohorts import rows
from tests.factories import category

# Session, person, second factor, cohort, seats, who waits, guard of "confirm", events, unread.
QUERIES = 9


def url(cohort) -> str:
    return reverse("cohorts:cohort_detail", args=[cohort.pk])


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_a_fixed_number_of_queries(client_for, coordinator, cohort, django_assert_num_queries, many):
    for number in range(many):
        rows.offered(rows.pooled(number), cohort)
    client = client_for(coordinator)

    with django_assert_num_queries(QUERIES):
        response = client.get(url(cohort))

    assert len(response.context["seats"]) == many


def test_members_and_how_far_they_are(client_for, coordinator, taken, cohort):
    rows.offered(rows.pooled(2), cohort)
    rows.pooled(3)

    page = client_for(coordinator).get(url(cohort))

    text = page.content.decode()
    assert reverse("applicants:application_detail", args=[taken.application_id]) in text
    for words in (taken.application.code, "Draft", "Accepted", "Offered", "How the cohort is made up"):
        assert words in text
    assert (page.context["cohort"].seats_left, page.context["waiting"]) == (10, {"pool": 1})
    assert [verb.verb for verb in page.context["verbs"]] == ["confirm", "select", "cancel"]


def test_seats_given_up_are_not_members(client_for, coordinator, seat, cohort):
    Seat.objects.update(status="expired")

    assert client_for(coordinator).get(url(cohort)).context["seats"] == []


def test_an_admin_reads_it_and_changes_nothing(client_for, admin, cohort):
    page = client_for(admin).get(url(cohort))

    assert page.context["verbs"] == []
    assert reverse("cohorts:cohort_edit", args=[cohort.pk]) not in page.content.decode()


def test_a_stranger_is_sent_to_sign_in(client, cohort):
    assert client.get(url(cohort)).status_code == 302


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance"])
def test_others_are_refused(request, client_for, cohort, hat):
    assert client_for(request.getfixturevalue(hat)).get(url(cohort)).status_code == 403


def test_the_balance_is_totals_alone(cohort, django_assert_num_queries):
    mitchell = County.objects.get(name="Mitchell")
    rows.offered(rows.pooled(1), cohort)
    rows.offered(rows.pooled(2, work_county=mitchell, practice_languages=["English"]), cohort)
    rows.offered(rows.pooled(3, work_county=None, sector="health"), cohort)
    seats = Seat.objects.live().with_names()

    with django_assert_num_queries(1):
        groups = balance(seats)

    found = {group.title: {share.label: share.count for share in group.shares} for group in groups}
    assert found == {
        "Category": {str(category()): 3},
        "Region": {mitchell.prosperity_zone: 1, "North Central": 1, "Outside North Carolina": 1},
        "Rural or urban county": {"Rural": 1, "Urban": 1, "Outside North Carolina": 1},
        "Field of work": {"Home visiting": 2, "Health or medicine": 1},
        "Languages of practice": {"English": 3, "Spanish": 2},
    }
    assert balance([]) == []


def test_nothing_demographic_is_asked_or_kept():
    kept = {field.name for field in Interest._meta.get_fields()}

    assert not kept & {"gender", "sex", "race", "ethnicity", "religion", "birth_date", "age", "disability", "pronouns"}
