"""Yes or no to a seat, and an offer withdrawn."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.urls import reverse

from applicants.models import Application
from applicants.transitions import advance as advance_application
from cohorts.models import Cohort, Interest, Seat
from cohorts.transitions import advance
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Message, Outbox
from tests.cohorts import rows
from tests.factories import application, category


def url(seat, verb) -> str:
    return reverse("cohorts:seat_confirm", args=[seat.pk, verb])


def detail(seat) -> str:
    return reverse("cohorts:seat_detail", args=[seat.pk])


def kinds() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def test_yes_opens_the_application(client_for, applicant, seat):
    client = client_for(applicant)

    assert client.get(url(seat, "accept")).status_code == 200
    response = client.post(url(seat, "accept"))

    opened = Application.objects.get()
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("applicants:application_detail", args=[opened.pk]),
    )
    seat.refresh_from_db()
    assert (seat.status, seat.application) == ("accepted", opened)
    assert seat.answered_at is not None
    assert (opened.person, opened.category, opened.edition, opened.status) == (
        applicant,
        seat.category,
        seat.category.edition,
        "draft",
    )
    assert opened.county == seat.interest.work_county
    interest = Interest.objects.get()
    assert (interest.status, interest.person) == ("placed", applicant)
    assert [e.verb for e in Event.objects.about(interest)] == ["offer", "place"]
    assert [(e.verb, e.actor) for e in Event.objects.about(seat)] == [("offer", None), ("accept", applicant)]
    assert kinds() == ["E05", "E07", "E19"]
    assert Message.objects.get(kind="E07").to == applicant


def test_no_puts_the_person_back_into_the_pool(client_for, applicant, coordinator, seat):
    response = client_for(applicant).post(url(seat, "decline"), {"stay": "on"})

    assert (response.status_code, response["Location"]) == (302, detail(seat))
    seat.refresh_from_db()
    assert (seat.status, seat.application) == ("declined", None)
    assert Interest.objects.get().status == "pool"
    assert Event.objects.about(seat).last().details == {"stay": True}
    assert kinds() == ["E05", "seat_free"]
    assert Message.objects.get(kind="seat_free").to == coordinator
    assert not Application.objects.exists()


def test_no_for_good_closes_the_interest(client_for, applicant, seat):
    client_for(applicant).post(url(seat, "decline"))

    assert Interest.objects.get().status == "closed"


def test_an_offer_can_be_withdrawn(client_for, coordinator, seat):
    response = client_for(coordinator).post(url(seat, "withdraw"), {"note": "The cohort has changed."})

    assert response["Location"] == detail(seat)
    seat.refresh_from_db()
    assert seat.status == "withdrawn"
    assert Interest.objects.get().status == "pool"
    assert "The cohort has changed." in Message.objects.get(kind="seat_withdrawn").body


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_looking_changes_nothing(client_for, applicant, seat, verb):
    client_for(applicant).get(url(seat, verb))

    seat.refresh_from_db()
    assert seat.status == "offered"
    assert not Application.objects.exists()


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
def test_a_stranger_is_sent_to_sign_in(client, seat, verb):
    assert client.post(url(seat, verb)).status_code == 302
    assert Seat.objects.get().status == "offered"


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
@pytest.mark.parametrize("hat", ["other_applicant", "reviewer", "finance"])
def test_others_find_nothing(request, client_for, seat, hat, verb):
    assert client_for(request.getfixturevalue(hat)).post(url(seat, verb)).status_code == 404
    assert Seat.objects.get().status == "offered"


@pytest.mark.parametrize(
    ("hat", "verb"),
    [("coordinator", "accept"), ("coordinator", "decline"), ("admin", "withdraw"), ("applicant", "withdraw")],
)
def test_each_answers_only_for_themselves(request, client_for, seat, hat, verb):
    assert client_for(request.getfixturevalue(hat)).post(url(seat, verb), {"note": "x"}).status_code == 404
    assert Seat.objects.get().status == "offered"


def test_a_coordinator_does_not_withdraw_their_own(client_for, coordinator, cohort):
    seat = rows.offered(rows.interest(email=coordinator.email), cohort)

    assert client_for(coordinator).post(url(seat, "withdraw"), {"note": "x"}).status_code == 404


@pytest.mark.parametrize("verb", ["remind", "expire", "free", "drop", "nonsense"])
def test_the_systems_own_verbs_have_no_page(client_for, coordinator, seat, verb):
    assert client_for(coordinator).post(url(seat, verb)).status_code == 404


def test_the_system_accepts_for_nobody(seat):
    with pytest.raises(Refused):
        advance(seat, "accept")


def test_the_wrong_status_says_so(client_for, applicant, seat, coordinator):
    advance(seat, "withdraw", by=coordinator, note="Changed.")

    response = client_for(applicant).post(url(seat, "accept"), follow=True)

    assert response.redirect_chain == [(detail(seat), 302)]
    assert "somebody may have been quicker" in response.content.decode()
    assert not Application.objects.exists()


def test_a_cohort_that_is_over_says_so(client_for, applicant, seat):
    Cohort.objects.update(status="completed")

    response = client_for(applicant).post(url(seat, "accept"), follow=True)

    assert "This cohort isn’t taking anybody in any more." in response.content.decode()
    assert Seat.objects.get().status == "offered"


def test_twice_opens_one_application(client_for, applicant, seat):
    client = client_for(applicant)

    for _again in range(2):
        client.post(url(seat, "accept"))

    assert Application.objects.count() == 1
    assert kinds() == ["E05", "E07", "E19"]


def test_an_application_that_is_open_already_is_taken(applicant, seat):
    mine = application(applicant)

    rows.accepted(seat, applicant)

    assert seat.application == mine
    assert Application.objects.count() == 1


def test_an_application_with_a_seat_is_not_taken_twice(client_for, applicant, taken, cohort):
    second = rows.offered(rows.interest(2, email=applicant.email), cohort)

    response = client_for(applicant).post(url(second, "accept"), follow=True)

    assert "There is already an open application for this category." in response.content.decode()
    second.refresh_from_db()
    assert (second.status, second.interest.status) == ("offered", "offered")


def test_a_withdrawn_application_gives_its_seat_back(applicant, coordinator, taken, keep_promises):
    advance_application(taken.application, "withdraw", by=applicant)
    assert Outbox.objects.filter(kind="cohorts.free_seat").count() == 1
    assert Seat.objects.get().status == "accepted"

    Outbox.objects.filter(kind="mail.send").delete()
    assert keep_promises() >= 1

    seat = Seat.objects.get()
    assert seat.status == "withdrawn"
    assert Interest.objects.get().status == "closed"
    assert Message.objects.get(kind="seat_free").to == coordinator
    assert Cohort.objects.with_seats_taken().get().seats_left == 12


def test_a_promise_kept_twice_frees_once(taken, applicant):
    advance_application(taken.application, "withdraw", by=applicant)
    for _again in range(2):
        for row in Seat.objects.accepted().filter(application_id=taken.application_id):
            advance(row, "free")

    assert Event.objects.about(taken).filter(verb="free").count() == 1


@pytest.mark.django_db(transaction=True)
def test_yes_and_withdrawn_at_once_has_one_outcome(reference_data, applicant, coordinator):
    seat = rows.offered(rows.interest(email=applicant.email), rows.cohort())
    said: list[str] = []
    gate = threading.Barrier(2)

    def act(verb, by):
        try:
            mine = Seat.objects.get(pk=seat.pk)
            gate.wait(10)
            advance(mine, verb, by=by, note="Both at once.")
            said.append(verb)
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=args) for args in (("accept", applicant), ("withdraw", coordinator))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    seat.refresh_from_db()
    outcome = next(verb for verb in said if verb != "refused")
    assert sorted(said) == sorted([outcome, "refused"])
    assert seat.status == {"accept": "accepted", "withdraw": "withdrawn"}[outcome]
    assert Application.objects.count() == (outcome == "accept")


def test_the_offer_keeps_its_category(seat):
    assert seat.category == category()
