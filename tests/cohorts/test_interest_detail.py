"""One form of interest, as staff read it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cohorts.transitions import advance
from tests.cohorts import rows
from tests.factories import category

# Session, person, second factor, interest, other counties, seats, addresses of the reader, events, namesakes, unread.
QUERIES = 10


def url(interest) -> str:
    return reverse("cohorts:interest_detail", args=[interest.pk])


def test_it_shows_everything_and_what_can_be_done(client_for, coordinator, edition):
    interest = rows.interest(category=category(), access_needs="Large print", home_county=None)
    rows.interest(2, email=interest.email)
    advance(interest, "ask", by=coordinator, note="Which hours?")

    text = client_for(coordinator).get(url(interest)).content.decode()

    for words in ("Large print", "Little Steps Center", "Durham", "English, Spanish", "Which hours?"):
        assert words in text
    for words in ("Asked for more information", "Lives outside North Carolina", "There are other forms"):
        assert words in text
    assert reverse("cohorts:interest_confirm", args=[interest.pk, "answer"]) in text
    assert reverse("cohorts:interest_offer", args=[interest.pk]) not in text


def test_needs_of_access_are_for_the_coordinator_alone(client_for, admin, edition):
    interest = rows.interest(access_needs="Large print")

    response = client_for(admin).get(url(interest))

    assert response.status_code == 200
    assert "Large print" not in response.content.decode()
    assert "What would help them take part" not in response.content.decode()
    assert response.context["verbs"] == []


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_a_fixed_number_of_queries(client_for, coordinator, edition, django_assert_num_queries, many):
    interest = rows.interest(category=category())
    for number in range(many):
        seat = rows.offered(interest, rows.cohort(number))
        rows.interest(number + 5, email=interest.email)
        advance(seat, "withdraw", by=coordinator, note="Another one fits better.")
        interest.refresh_from_db()
    client = client_for(coordinator)

    with django_assert_num_queries(QUERIES):
        response = client.get(url(interest))

    assert len(response.context["seats"]) == many


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance"])
def test_others_are_refused(request, client_for, interest, hat):
    assert client_for(request.getfixturevalue(hat)).get(url(interest)).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client, interest):
    assert client.get(url(interest)).status_code == 302


def test_what_is_not_there_is_not_found(client_for, coordinator):
    assert client_for(coordinator).get(reverse("cohorts:interest_detail", args=[1])).status_code == 404
