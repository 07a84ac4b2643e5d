"""Placing somebody: the offer of a seat."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cohorts.deadlines import today, usual_accept_by
from cohorts.models import Interest, Seat
from cohorts.transitions import advance
from endorsement_portal.models import Event, Message
from tests.cohorts import rows
from tests.factories import category


def url(interest) -> str:
    return reverse("cohorts:interest_offer", args=[interest.pk])


def data(to, /, **fields):
    return {"cohort": to.pk, "category": category().pk, "accept_by": "2099-01-05"} | fields


def test_it_works(client_for, coordinator, cohort):
    interest = rows.pooled()

    response = client_for(coordinator).post(url(interest), data(cohort))

    assert (response.status_code, response["Location"]) == (302, reverse("cohorts:interest_detail", args=[interest.pk]))
    interest.refresh_from_db()
    seat = Seat.objects.get()
    assert interest.status == "offered"
    assert (seat.interest, seat.cohort, seat.category, seat.status) == (interest, cohort, category(), "offered")
    assert (seat.accept_by, seat.application, seat.reminders) == (date(2099, 1, 5), None, 0)
    event = Event.objects.about(interest).get()
    assert (event.verb, event.actor) == ("offer", coordinator)
    assert event.details == {"cohort": str(cohort.pk), "category": str(category().pk), "accept_by": "2099-01-05"}
    assert Event.objects.about(seat).get().actor == coordinator
    mail = Message.objects.get()
    assert (mail.kind, mail.email, mail.to) == ("E05", interest.email, None)
    assert mail.link_path == reverse("cohorts:seat_detail", args=[seat.pk])
    assert "January 5, 2099" in mail.body


def test_the_page_suggests_category_and_day(client_for, coordinator, cohort):
    interest = rows.pooled(category=category("ECFA"))

    page = client_for(coordinator).get(url(interest))

    form = page.context["form"]
    assert form["category"].value() == category("ECFA").pk
    assert form["accept_by"].value() == usual_accept_by()
    assert "12 seats left" in page.content.decode()


def test_an_invited_person_with_an_account_reads_it_inside_too(client_for, coordinator, applicant, cohort):
    interest = rows.pooled(email=applicant.email)

    client_for(coordinator).post(url(interest), data(cohort))

    assert Message.objects.get(kind="E05").to == applicant


def test_a_full_cohort_says_so_beside_the_field(client_for, coordinator, edition):
    cohort = rows.cohort(capacity=1)
    rows.offered(rows.pooled(1), cohort)
    interest = rows.pooled(2)

    page = client_for(coordinator).post(url(interest), data(cohort))

    assert page.status_code == 200
    assert page.context["form"].errors == {"cohort": ["Cohort 1 has no seat left."]}
    assert Interest.objects.get(pk=interest.pk).status == "pool"
    assert Seat.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"cohort": ""}, "cohort"), ({"category": ""}, "category"), ({"accept_by": "2020-01-01"}, "accept_by")],
)
def test_something_to_mend_is_said_beside_its_field(client_for, coordinator, cohort, fields, field):
    page = client_for(coordinator).post(url(rows.pooled()), data(cohort, **fields))

    assert list(page.context["form"].errors) == [field]
    assert Seat.objects.count() == 0


@pytest.mark.parametrize("status", ["planning", "active", "cancelled"])
def test_a_cohort_that_takes_nobody_is_no_choice(client_for, coordinator, edition, status):
    cohort = rows.cohort(status=status)

    page = client_for(coordinator).post(url(rows.pooled()), data(cohort))

    assert list(page.context["form"].errors) == ["cohort"]
    assert "No cohort takes people in now" in page.content.decode()


def test_looking_changes_nothing(client_for, coordinator, cohort):
    interest = rows.pooled()

    client_for(coordinator).get(url(interest))

    assert Seat.objects.count() == 0


def test_a_stranger_is_sent_to_sign_in(client, cohort):
    assert client.post(url(rows.pooled()), data(cohort)).status_code == 302
    assert Seat.objects.count() == 0


@pytest.mark.parametrize("hat", ["applicant", "reviewer", "finance", "admin"])
def test_others_are_refused(request, client_for, cohort, hat):
    assert client_for(request.getfixturevalue(hat)).post(url(rows.pooled()), data(cohort)).status_code == 403
    assert Seat.objects.count() == 0


def test_the_wrong_status_says_so(client_for, coordinator, cohort):
    response = client_for(coordinator).post(url(rows.interest(status="closed")), data(cohort), follow=True)

    assert "A seat can’t be offered now." in response.content.decode()
    assert Seat.objects.count() == 0


def test_twice_offers_one_seat(client_for, coordinator, cohort):
    interest, client = rows.pooled(), client_for(coordinator)

    for _again in range(2):
        client.post(url(interest), data(cohort))

    assert Seat.objects.count() == 1
    assert Message.objects.filter(kind="E05").count() == 1


def test_a_seat_given_back_can_be_offered_again(coordinator, edition):
    cohort = rows.cohort(capacity=1)
    first = rows.offered(rows.pooled(1), cohort)

    advance(first, "withdraw", by=coordinator, note="Not this time.")
    second = rows.offered(rows.pooled(2), cohort)

    assert second.status == "offered"
    assert first.interest.__class__.objects.get(pk=first.interest_id).status == "pool"


def test_without_a_day_ten_working_days_are_given(cohort):
    assert rows.offered(rows.pooled(), cohort).accept_by == usual_accept_by() > today() + timedelta(days=11)
