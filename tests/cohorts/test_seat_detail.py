"""The offer as the person sees it."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from cohorts.models import Seat
from endorsement_portal.models import User
from tests.cohorts import rows


def url(seat) -> str:
    return reverse("cohorts:seat_detail", args=[seat.pk])


def test_the_invited_person_finds_it_by_a_proven_address(client_for, applicant, seat):
    page = client_for(applicant).get(url(seat))

    assert page.status_code == 200
    text = page.content.decode()
    assert [verb.verb for verb in page.context["verbs"]] == ["accept", "decline"]
    for words in ("We are glad to offer you a seat", "Cohort 1", seat.category.title, "What accepting means"):
        assert words in text


def test_an_address_that_is_not_proven_opens_nothing(client_for, cohort):
    person = User.objects.create_user("maybe@example.org", "x")
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
    seat = rows.offered(rows.interest(email=person.email), cohort)

    assert client_for(person).get(url(seat)).status_code == 404
    assert not Seat.objects.visible_to(person).exists()


def test_a_linked_interest_is_no_longer_found_by_address(client_for, applicant, other_applicant, cohort):
    seat = rows.offered(rows.interest(email=applicant.email, person=other_applicant), cohort)

    assert client_for(applicant).get(url(seat)).status_code == 404
    assert client_for(other_applicant).get(url(seat)).status_code == 200


def test_a_stranger_is_sent_to_sign_in_and_comes_back(client, seat):
    response = client.get(url(seat))

    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={url(seat)}")


@pytest.mark.parametrize("hat", ["other_applicant", "reviewer", "finance"])
def test_others_find_nothing(request, client_for, seat, hat):
    assert client_for(request.getfixturevalue(hat)).get(url(seat)).status_code == 404


def test_staff_see_it_without_the_persons_buttons(client_for, coordinator, admin, seat):
    page = client_for(coordinator).get(url(seat))

    assert [verb.verb for verb in page.context["verbs"]] == ["withdraw"]
    assert "What accepting means" not in page.content.decode()
    assert client_for(admin).get(url(seat)).context["verbs"] == []


def test_once_accepted_it_leads_to_the_application(client_for, applicant, taken):
    text = client_for(applicant).get(url(taken)).content.decode()

    assert reverse("applicants:application_detail", args=[taken.application_id]) in text
    assert "The seat is yours" in text


def test_it_takes_a_fixed_number_of_queries(client_for, applicant, seat, django_assert_num_queries):
    client = client_for(applicant)

    # Session, person, addresses, seat, unread.
    with django_assert_num_queries(5):
        client.get(url(seat))


def test_ones_own_seats_can_be_asked_for(applicant, other_applicant, reviewer, finance, coordinator, seat, cohort):
    other = rows.offered(rows.interest(2, email=other_applicant.email), cohort)

    assert list(Seat.objects.visible_to(applicant)) == [seat]
    assert list(Seat.objects.visible_to(other_applicant)) == [other]
    assert set(Seat.objects.visible_to(coordinator)) == {seat, other}
    for nobody in (reviewer, finance):
        assert not Seat.objects.visible_to(nobody).exists()
    assert not Seat.objects.own(coordinator).exists()
