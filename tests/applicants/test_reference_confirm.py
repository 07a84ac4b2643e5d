"""Sending a request again, and replacing it."""

import pytest
from django.core import mail as django_mail
from django.test import Client

from applicants.models import Application, Reference
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


def path(reference, verb) -> str:
    return f"/applications/references/{reference.pk}/{verb}/"


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
def test_again_means_a_new_link_and_the_old_one_dead(who, request, asked, link, client_for, keep_promises):
    keep_promises()
    old, person = link(asked), request.getfixturevalue(who)
    client = client_for(person)
    assert client.get(path(asked, "resend")).status_code == 200
    client.post(path(asked, "resend"), {"note": ""})
    asked.refresh_from_db()
    assert (asked.generation, asked.status) == (2, "sent")
    keep_promises()
    assert len(django_mail.outbox) == 2
    assert (Client().get(old).status_code, Client().get(link(asked)).status_code) == (404, 200)
    [event] = Event.objects.about(asked).filter(verb="resend")
    assert event.actor_id == person.pk


def test_replacing_ends_the_link_and_makes_room(asked, applicant, link, client_for):
    old, client = link(asked), client_for(applicant)
    client.post(path(asked, "replace"), {"note": ""})
    assert Reference.objects.get().status == "replaced"
    assert Client().get(old).status_code == 404
    again = client.post(path(asked, "replace"), {"note": ""}, follow=True)
    assert "somebody may have been quicker" in again.content.decode()
    page = client.get(f"/applications/{asked.application_id}/references/").content.decode()
    assert "Rater 1" not in page
    factories.reference(asked.application, 1)


def test_the_coordinator_does_not_replace_for_the_applicant(asked, coordinator, client_for):
    assert client_for(coordinator).post(path(asked, "replace"), {"note": ""}).status_code == 404


@pytest.mark.parametrize("status", ["submitted", "withdrawn", "endorsed"])
@pytest.mark.parametrize("verb", ["resend", "replace"])
def test_not_once_the_application_can_not_be_changed(asked, applicant, client_for, status, verb, keep_promises):
    Application.objects.update(status=status, submitted_at="2026-01-01T12:00Z")
    before = Message.objects.count()
    answer = client_for(applicant).post(path(asked, verb), {"note": ""}, follow=True)
    assert "The application has been submitted, so its references can’t be changed now." in answer.content.decode()
    assert (Reference.objects.get().status, Message.objects.count()) == ("sent", before)


@pytest.mark.parametrize("verb", ["open", "save", "complete", "void", "decline", "remind", "expire", "fly"])
def test_what_only_a_rater_or_the_calendar_does_is_not_here(asked, applicant, coordinator, client_for, verb):
    for person in (applicant, coordinator):
        assert client_for(person).post(path(asked, verb), {"note": "x"}).status_code == 404
    assert Reference.objects.get().status == "sent"


def test_nobody_else_may(asked, other_applicant, finance, reviewer, client_for):
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).post(path(asked, "resend"), {"note": ""}).status_code == 404
    assert client_for(None).post(path(asked, "resend"))["Location"].startswith("/accounts/login/")
    assert Reference.objects.get().generation == 1
