"""Publishing an edition, and retiring it."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from competencies.models import Figure
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event


def url(edition, verb="publish"):
    return reverse(f"competencies:edition_confirm_{verb}", args=[edition.pk])


def test_it_warns_of_what_is_open_and_does_not_stand_in_the_way(client_for, coordinator, edition):
    browser = client_for(coordinator)
    page = browser.get(url(edition)).content.decode()
    assert "39 figures are still to be confirmed" in page
    answer = browser.post(url(edition), {"note": "Agreed in May"})
    assert answer.url == edition.get_absolute_url()
    edition.refresh_from_db()
    assert (edition.status, edition.published_by) == ("published", coordinator)
    event = Event.objects.about(edition).get()
    assert (event.verb, event.before, event.after, event.note) == ("publish", "draft", "published", "Agreed in May")


def test_with_everything_confirmed_it_does_not_warn(client_for, coordinator, edition):
    for name in ("figures", "areas", "domains", "categories"):
        getattr(edition, name).update(status="confirmed")
    assert "still to be confirmed" not in client_for(coordinator).get(url(edition)).content.decode()


def test_twice_does_it_once(client_for, coordinator, edition):
    browser = client_for(coordinator)
    browser.post(url(edition))
    answer = browser.post(url(edition))
    assert any("can’t be done now" in str(message) for message in get_messages(answer.wsgi_request))
    assert Event.objects.about(edition).count() == 1


def test_a_draft_is_not_retired(client_for, admin, edition):
    client_for(admin).post(url(edition, "retire"))
    edition.refresh_from_db()
    assert edition.status == "draft"


def test_a_retired_edition_offers_no_buttons(client_for, admin, edition):
    advance(edition, "publish", by=admin)
    browser = client_for(admin)
    assert browser.get(url(edition, "retire")).status_code == 200
    browser.post(url(edition, "retire"))
    edition.refresh_from_db()
    assert edition.status == "retired"
    page = browser.get(edition.get_absolute_url()).content.decode()
    assert "Confirm or correct" not in page
    assert Figure.objects.still_open().count() == 39


@pytest.mark.parametrize("verb", ["publish", "retire"])
@pytest.mark.parametrize(("role", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), (None, 302)])
def test_others_change_nothing(client_for, request, edition, verb, role, status):
    person = request.getfixturevalue(role) if role else None
    assert client_for(person).post(url(edition, verb)).status_code == status
    edition.refresh_from_db()
    assert edition.status == "draft"
