"""Confirming a category, a domain or an area as it stands."""

import pytest
from django.urls import reverse

from competencies.models import Area, Category, Domain
from endorsement_portal.models import Event

KINDS = [("category", Category), ("domain", Domain), ("area", Area)]


def url(kind, subject):
    return reverse("competencies:title_confirm", args=[kind, subject.pk])


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_it_is_confirmed(client_for, coordinator, edition, kind, model):
    subject = model.objects.still_open().first()
    answer = client_for(coordinator).post(url(kind, subject))
    back = reverse("competencies:edition_detail", args=[edition.pk]) + f"?show=titles#{kind}"
    assert (answer.status_code, answer.url) == (302, back)
    subject.refresh_from_db()
    assert (subject.status, subject.confirmed_by) == ("confirmed", coordinator)
    assert Event.objects.about(subject).get().verb == "confirm"


@pytest.mark.parametrize(("kind", "model"), KINDS)
def test_twice_does_it_once(client_for, coordinator, edition, kind, model):
    subject = model.objects.still_open().first()
    browser = client_for(coordinator)
    browser.post(url(kind, subject))
    browser.post(url(kind, subject))
    assert Event.objects.about(subject).count() == 1


def test_it_refuses_get_and_unknown_kinds(client_for, coordinator, edition):
    area = Area.objects.still_open().first()
    browser = client_for(coordinator)
    assert browser.get(url("area", area)).status_code == 405
    assert browser.post(url("edition", area)).status_code == 404
    area.refresh_from_db()
    assert area.status == "open"


@pytest.mark.parametrize(("role", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), (None, 302)])
def test_others_change_nothing(client_for, request, edition, role, status):
    area = Area.objects.still_open().first()
    person = request.getfixturevalue(role) if role else None
    assert client_for(person).post(url("area", area)).status_code == status
    area.refresh_from_db()
    assert area.status == "open"
