"""The link to pass on: shown to the applicant and to staff who ask for it, once each time, with a line in the log."""

import pytest
from django.test import Client

from applicants.models import Application, Reference
from endorsement_portal.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(asked):
    return f"/applications/references/{asked.pk}/link/"


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
def test_it_is_shown_and_noted(who, request, path, asked, link, client_for):
    person = request.getfixturevalue(who)
    client = client_for(person)
    looked = client.get(path)
    assert (looked.status_code, link(asked) in looked.content.decode()) == (200, False)
    assert Event.objects.about(asked).filter(verb="show_link").count() == 0
    page = client.post(path)
    text = page.content.decode()
    assert f'value="http://testserver{link(asked)}" readonly' in text.replace(
        "http://localhost:8000", "http://testserver"
    )
    assert "no-store" in page["Cache-Control"]
    [event] = Event.objects.about(asked).filter(verb="show_link")
    assert (event.actor_id, event.details) == (person.pk, {})
    assert Client().get(link(asked)).status_code == 200
    asked.refresh_from_db()
    assert (asked.status, asked.generation) == ("sent", 1)


def test_those_who_judge_see_that_it_was_shown(path, asked, applicant, coordinator, client_for):
    client_for(applicant).post(path)
    text = client_for(coordinator).get(f"/applications/references/{asked.pk}/").content.decode()
    assert text.count("Link shown, to pass it on") == 1
    assert "Link shown" not in client_for(applicant).get(f"/applications/references/{asked.pk}/").content.decode()


@pytest.mark.parametrize("change", [{"status": "expired"}, {"status": "declined"}, {"expires_at": "2026-01-01T12:00Z"}])
def test_only_while_it_works(path, asked, applicant, coordinator, client_for, change):
    Reference.objects.update(**change)
    for person in (applicant, coordinator):
        client = client_for(person)
        assert client.get(path).status_code == client.post(path).status_code == 404
        assert path not in client.get(f"/applications/references/{asked.pk}/").content.decode()


def test_not_for_an_application_that_is_closed(path, applicant, client_for):
    Application.objects.update(status="withdrawn")
    assert client_for(applicant).post(path).status_code == 404


def test_nobody_else_may(path, asked, other_applicant, reviewer, finance, admin, client_for):
    for person in (other_applicant, reviewer, finance, admin):
        assert client_for(person).post(path).status_code == 404
    assert client_for(None).post(path)["Location"] == f"/accounts/login/?next={path}"
    assert Event.objects.about(asked).filter(verb="show_link").count() == 0
