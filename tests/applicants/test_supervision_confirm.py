"""Asking, accepting, naming the provider, taking back: asked once more, by who may, once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applicants.models import ReflectiveSupervision
from applicants.readiness import readiness
from applicants.supervision import ask
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db
ACCEPTED = {"standing": "ERS", "note": "Confirmed by phone on May 2."}


def path(entry, verb) -> str:
    return reverse("applicants:supervision_confirm", args=[entry.pk, verb])


def only() -> ReflectiveSupervision:
    return ReflectiveSupervision.objects.get()


def unlisted(person, **fields) -> ReflectiveSupervision:
    """Hours with somebody who is not in the record."""
    facts = {"status": "unasked", "provider": None, "provider_name": "Nora New", "provider_email": "nora@example.com"}
    return factories.supervision(person, **(facts | fields))


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
def test_asking_writes_one_letter_and_logs_who(who, request, applicant, client_for):
    person, entry = request.getfixturevalue(who), factories.supervision(applicant, status="unasked")
    client = client_for(person)
    page = client.get(path(entry, "ask"))
    assert ("Priya Provider" in page.content.decode(), "priya@example.org" in page.content.decode()) == (True, False)
    answer = client.post(path(entry, "ask"), follow=True)
    assert "We are writing to Priya Provider now." in answer.content.decode()
    assert (only().status, Message.objects.get().email) == ("asked", "priya@example.org")
    [event] = Event.objects.about(entry)
    assert (event.verb, event.actor_id) == ("ask", person.pk)


def test_what_goes_into_the_same_letter_is_said_before(applicant, other_applicant, client_for):
    first, second = (factories.supervision(applicant, status=status) for status in ("unasked", "asked"))
    factories.supervision(applicant, status="confirmed")
    factories.supervision(applicant, status="unasked", peer=True)
    factories.supervision(applicant, status="unasked", provider=factories.provider("Paul Other"))
    factories.supervision(other_applicant, status="unasked")
    unlisted(applicant)
    client = client_for(applicant)
    page = client.get(path(first, "ask"))
    assert [entry.pk for entry in page.context["together"]] == [first.pk, second.pk]
    client.post(path(first, "ask"))
    assert ReflectiveSupervision.objects.filter(status="asked").count() == 2
    assert Message.objects.count() == 1


def test_one_address_in_any_case_is_one_provider(applicant, client_for):
    first, second = unlisted(applicant), unlisted(applicant, provider_email="NORA@example.com")
    unlisted(applicant, provider_email="")
    page = client_for(applicant).get(path(first, "ask"))
    assert [entry.pk for entry in page.context["together"]] == [first.pk, second.pk]


def test_a_disputed_entry_is_asked_about_again(applicant, client_for):
    entry = factories.supervision(applicant, status="disputed", answer_note="Fewer.")
    client_for(applicant).post(path(entry, "ask"))
    assert (only().status, only().answer_note) == ("asked", "Fewer.")


def test_accepting_needs_reason_and_standing_and_makes_the_hours_count(draft, applicant, coordinator, client_for):
    entry = unlisted(applicant, status="disputed", provider_standing="other")
    client = client_for(coordinator)
    for missing in ("standing", "note"):
        answer = client.post(path(entry, "override"), ACCEPTED | {missing: ""})
        assert list(answer.context["form"].errors) == [missing]
    answer = client.post(path(entry, "override"), ACCEPTED | {"standing": "other"})
    assert list(answer.context["form"].errors) == ["standing"]
    assert (only().status, Message.objects.count()) == ("disputed", 0)
    client.post(path(entry, "override"), ACCEPTED)
    assert (only().status, only().provider_standing) == ("overridden", "ERS")
    [event] = Event.objects.about(entry)
    assert (event.verb, event.note, event.details) == ("override", ACCEPTED["note"], {"standing": "ERS"})
    [mail] = Message.objects.all()
    assert (mail.to, mail.kind) == (applicant, "hours-accepted")
    assert ACCEPTED["note"] not in mail.body
    [check] = [c for c in readiness(draft).checks if c.key == "rsc_hours"]
    assert check.met


def test_twice_accepts_once(applicant, coordinator, client_for):
    entry = factories.supervision(applicant, status="disputed")
    client = client_for(coordinator)
    client.post(path(entry, "override"), ACCEPTED)
    again = client.post(path(entry, "override"), ACCEPTED, follow=True)
    assert "somebody may have been quicker" in again.content.decode()
    assert (Event.objects.about(entry).count(), Message.objects.count()) == (1, 1)


def test_the_record_s_standing_is_offered_first(applicant, coordinator, client_for):
    provider = factories.provider("Vera Vetted", qualification="vetted")
    entry = factories.supervision(applicant, status="disputed", provider=provider, provider_standing="MHM-C")
    assert client_for(coordinator).get(path(entry, "override")).context["form"]["standing"].value() == "vetted"


def test_naming_the_provider_makes_a_confirmed_entry_count(draft, applicant, coordinator, client_for):
    entry = unlisted(applicant, status="confirmed")
    provider = factories.provider("Nora Newname", email="Nora@Example.com")
    client = client_for(coordinator)
    assert client.get(path(entry, "match")).context["form"]["provider"].value() == provider.pk
    client.post(path(entry, "match"), {"provider": provider.pk})
    row = only()
    assert (row.provider, row.provider_name, row.status) == (provider, "Nora Newname", "confirmed")
    [check] = [c for c in readiness(draft).checks if c.key == "rsc_hours"]
    assert check.have == 30
    assert client.get(path(entry, "match")).status_code == 404


@pytest.mark.parametrize("status", ["asked", "confirmed", "disputed"])
def test_what_somebody_said_at_another_address_is_not_the_provider_s(applicant, coordinator, client_for, status):
    entry = unlisted(applicant, status=status, provider_email="friend@example.com", token_hash="x")
    client_for(coordinator).post(path(entry, "match"), {"provider": factories.provider().pk})
    assert (only().status, only().token_hash, only().asked_email) == ("unasked", "", "priya@example.org")
    assert [event.verb for event in Event.objects.about(entry)] == ["reset", "match"]


def test_nobody_is_named_who_is_not_there(applicant, coordinator, client_for):
    entry = unlisted(applicant)
    for wrong in ("", "999999", "x"):
        answer = client_for(coordinator).post(path(entry, "match"), {"provider": wrong})
        assert list(answer.context["form"].errors) == ["provider"]


def test_taking_back_a_question_kills_the_link(applicant, client_for):
    entry = factories.supervision(applicant, status="unasked")
    ask([entry], by=applicant)
    client_for(applicant).post(path(entry, "reset"))
    assert (only().status, only().token_hash) == ("unasked", "")


@pytest.mark.parametrize("status", ["unasked", "confirmed", "disputed", "overridden"])
def test_the_owner_takes_back_a_question_alone(applicant, client_for, status):
    entry = factories.supervision(applicant, status=status)
    assert client_for(applicant).post(path(entry, "reset")).status_code == 404
    assert only().status == status


@pytest.mark.parametrize("status", ["confirmed", "disputed", "overridden"])
def test_a_coordinator_takes_back_what_was_wrong(applicant, coordinator, client_for, status):
    entry = factories.supervision(applicant, status=status)
    client_for(coordinator).post(path(entry, "reset"))
    assert only().status == "unasked"


def test_what_only_a_provider_or_the_calendar_does_is_not_here(applicant, coordinator, client_for):
    entry = factories.supervision(applicant, status="asked")
    for person in (applicant, coordinator):
        codes = {client_for(person).post(path(entry, verb)).status_code for verb in
                 ("confirm", "dispute", "remind", "expire", "fly")}  # fmt: skip
        assert codes == {404}
    assert only().status == "asked"


def test_nobody_accepts_their_own(coordinator, client_for):
    entry = factories.supervision(coordinator, status="disputed")
    for verb in ("override", "match"):
        assert client_for(coordinator).post(path(entry, verb), ACCEPTED).status_code == 404
    assert only().status == "disputed"


@pytest.mark.parametrize("verb", ["ask", "override", "match", "reset"])
def test_nobody_else_may(applicant, other_applicant, reviewer, finance, admin, client_for, verb):
    entry = unlisted(applicant, status="asked")
    for person in (other_applicant, reviewer, finance, admin):
        assert client_for(person).post(path(entry, verb), ACCEPTED).status_code == 404
    assert client_for(None).post(path(entry, verb))["Location"].startswith("/accounts/login/")
    assert (only().status, only().generation) == ("asked", 0)


def test_nothing_is_said_about_what_was_taken_out(applicant, client_for):
    from django.utils import timezone

    entry = factories.supervision(applicant, status="unasked", removed_at=timezone.now())
    assert client_for(applicant).post(path(entry, "ask")).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_people_accept_at_once_and_it_happens_once(applicant, coordinator, client_for):
    entry = factories.supervision(applicant, status="disputed")
    clients: list[Client] = [client_for(coordinator), client_for(coordinator)]
    start = threading.Barrier(2)

    def accept(client: Client) -> None:
        try:
            start.wait()
            client.post(path(entry, "override"), ACCEPTED)
        finally:
            connection.close()

    clicks = [threading.Thread(target=accept, args=[client]) for client in clients]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert (only().status, Event.objects.about(entry).count(), Message.objects.count()) == ("overridden", 1, 1)
