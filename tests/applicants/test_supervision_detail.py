"""One entry's hours: where they stand, what can be done, and who sees what."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applicants.supervision import accept, ask
from endorsement_portal.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


def path(entry) -> str:
    return reverse("applicants:supervision_detail", args=[entry.pk])


def verbs(page) -> list[str]:
    return [one.verb for one in page.context["verbs"]]


@pytest.mark.parametrize(
    ("status", "own", "staff"),
    [
        ("unasked", ["ask"], ["ask", "override"]),
        ("asked", ["ask", "reset"], ["ask", "override", "reset"]),
        ("confirmed", [], ["override", "reset"]),
        ("disputed", ["ask"], ["ask", "override", "reset"]),
        ("overridden", [], ["reset"]),
    ],
)
def test_what_can_be_done(applicant, coordinator, admin, client_for, status, own, staff):
    entry = factories.supervision(applicant, status=status)
    assert verbs(client_for(applicant).get(path(entry))) == own
    assert verbs(client_for(coordinator).get(path(entry))) == staff
    assert verbs(client_for(admin).get(path(entry))) == []


def test_a_coordinator_s_own_are_the_owner_s_page(coordinator, client_for):
    entry = factories.supervision(coordinator, status="disputed")
    assert verbs(client_for(coordinator).get(path(entry))) == ["ask"]


def test_who_is_not_in_the_record_can_be_put_there(applicant, coordinator, client_for):
    entry = factories.supervision(applicant, provider=None, provider_email="NORA@example.org", provider_name="N.")
    page = client_for(coordinator).get(path(entry))
    assert f"/applications/providers/new/?hours={entry.pk}" in page.content.decode()
    assert "same address" not in page.content.decode()
    factories.provider("Nora New")
    assert "Nora New in the record has the same address." in client_for(coordinator).get(path(entry)).content.decode()
    assert "same address" not in client_for(applicant).get(path(entry)).content.decode()


def test_the_owner_is_told_that_the_standing_is_not_known(applicant, client_for):
    known, unknown = factories.supervision(applicant), factories.supervision(applicant, provider=None)
    said = "The provider’s standing is not known"
    client = client_for(applicant)
    assert [said in client.get(path(entry)).content.decode() for entry in (known, unknown)] == [False, True]


def test_why_nobody_can_be_asked_is_said(applicant, client_for):
    entry = factories.supervision(applicant, status="unasked", provider=None, provider_email="")
    page = client_for(applicant).get(path(entry)).content.decode()
    assert "There is no address of this provider yet." in page


def test_the_reason_is_for_staff(applicant, coordinator, client_for):
    entry = factories.supervision(applicant, status="disputed")
    accept(entry, by=coordinator, note="She said so on the phone.", standing="ERS")
    pages = [client_for(person).get(path(entry)).content.decode() for person in (applicant, coordinator)]
    assert ["on the phone" in page for page in pages] == [False, True]


def test_letters_to_the_provider_and_what_became_of_them(applicant, client_for):
    entry = factories.supervision(applicant, status="unasked")
    ask([entry], by=applicant)
    Message.objects.update(failed_at="2026-01-01T12:00Z", failure="550 No such mailbox")
    page = client_for(applicant).get(path(entry)).content.decode()
    assert ("550 No such mailbox" in page, "Not delivered" in page) == (True, True)


def test_the_link_is_shown_to_nobody(applicant, coordinator, client_for):
    from applicants.tokens import supervision_token

    entry = factories.supervision(applicant, status="unasked")
    ask([entry], by=applicant)
    token = supervision_token(entry.pk, entry.generation)
    pages = [client_for(person).get(path(entry)).content.decode() for person in (applicant, coordinator)]
    assert [token in page for page in pages] == [False, False]


def test_nobody_else_sees_it(applicant, other_applicant, reviewer, finance, client_for):
    entry = factories.supervision(applicant)
    assert [client_for(p).get(path(entry)).status_code for p in (other_applicant, reviewer, finance)] == [404] * 3
    assert client_for(None).get(path(entry))["Location"].startswith("/accounts/login/")


def test_its_queries_do_not_grow_with_the_letters(applicant, coordinator, client_for, django_assert_num_queries):
    entry = factories.supervision(applicant, status="unasked")
    client = client_for(coordinator)
    for _time in range(2):
        ask([entry], by=applicant)
        with django_assert_num_queries(10):
            client.get(path(entry))
