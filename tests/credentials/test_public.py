"""The registry and the verification page: what anybody sees, and what nobody does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Credential
from tests.conftest import make_person
from tests.credentials.conftest import credential_for

REGISTRY = "/credentials/"


def people(coordinator, count: int) -> list[Credential]:
    return [
        credential_for(make_person(f"holder{number}@example.org", name=f"Holder Number{number}"), coordinator)
        for number in range(count)
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_registry_asks_the_same_for_one_and_three(rows, coordinator, client_for):
    people(coordinator, rows)
    client = client_for(None)
    with CaptureQueriesContext(connection) as caught:
        page = client.get(REGISTRY)
    assert page.content.count(b"Holder Number") == rows
    assert len(caught) == 4


def test_only_those_who_agreed_and_who_stand_are_listed(coordinator, client_for):
    listed, hidden, revoked, inactive, archived, expired = people(coordinator, 6)
    Credential.objects.filter(pk=hidden.pk).update(in_registry=False)
    for row, status in ((revoked, "revoked"), (inactive, "inactive"), (archived, "archived"), (expired, "expired")):
        Credential.objects.filter(pk=row.pk).update(status=status)
    page = client_for(None).get(REGISTRY)
    assert [one.pk for one in page.context["page_obj"].object_list] == [listed.pk, expired.pk]
    text = page.content.decode()
    assert "Expired" in text
    assert "@example.org" not in text.replace("endorsement@ncimha.example", "")
    assert listed.serial not in text


def test_search_by_parts_of_a_name_category_and_county(coordinator, client_for):
    _first, second = people(coordinator, 2)
    third = credential_for(make_person("third@example.org", name="José Núñez"), coordinator, code="ECFA")
    Credential.objects.filter(pk=second.pk).update(show_county=True)
    client = client_for(None)

    def found(**asked: str) -> list[int]:
        return [one.pk for one in client.get(REGISTRY, asked).context["page_obj"].object_list]

    assert found(q="number1 HOLDER") == [second.pk]
    assert found(q="núñez") == [third.pk]
    assert found(category="ECFA") == [third.pk]
    # All of them work in Durham; only one shows it.
    assert found(county="37063") == [second.pk]
    assert found(q="nobody") == []
    assert b"Nobody here matches that" in client.get(REGISTRY, {"q": "nobody"}).content
    assert client.get(REGISTRY, {"q": "\x00", "page": "zzz", "category": "nope"}).status_code == 200


def test_an_empty_registry_says_so(db, client_for):
    assert b"Nobody is listed yet" in client_for(None).get(REGISTRY).content


def test_an_active_one_is_valid(credential, client_for):
    answer = client_for(None).get(reverse("credentials:verify", args=[credential.serial]))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This endorsement is valid" in text
    for fact in (credential.name, credential.number, "Infant Family Specialist"):
        assert fact in text
    assert "applicant@example.org" not in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("expired", "has expired"),
        ("revoked", "was revoked"),
        ("inactive", "is inactive at present"),
        ("archived", "no longer held"),
    ],
)
def test_any_other_one_is_not_called_valid(credential, client_for, status, words):
    Credential.objects.filter(pk=credential.pk).update(status=status)
    text = client_for(None).get(reverse("credentials:verify", args=[credential.serial])).content.decode()
    assert words in text
    assert "valid" not in text.lower()


def test_what_ended_yesterday_has_expired_before_the_timer_runs(credential, yesterday, client_for):
    Credential.objects.filter(pk=credential.pk).update(issued_on="2020-01-01", expires_on=yesterday)
    text = client_for(None).get(reverse("credentials:verify", args=[credential.serial])).content.decode()
    assert "has expired" in text
    assert "valid" not in text.lower()


def test_who_is_not_listed_can_still_be_verified(credential, client_for):
    Credential.objects.filter(pk=credential.pk).update(in_registry=False)
    client = client_for(None)
    by_serial = client.get(reverse("credentials:verify", args=[credential.serial])).content.decode()
    assert "Ana Applicant" in by_serial
    by_number = client.get(reverse("credentials:verify_find"), {"number": credential.number}).content.decode()
    assert "This endorsement is valid" in by_number
    assert "Ana" not in by_number
    assert credential.serial not in by_number


@pytest.mark.parametrize("typed", ["nc-imh-{year}-0001", " NC–IMH–{year}–0001 ", "NC-IMH-{year}- 0001"])
def test_a_number_as_people_type_it(credential, client_for, typed):
    asked = {"number": typed.format(year=credential.issued_on.year)}
    assert b"is valid" in client_for(None).get(reverse("credentials:verify_find"), asked).content


@pytest.mark.parametrize("serial", ["x", "a" * 32, "é", "..%2f..", "0"])
def test_an_unknown_serial_is_a_kind_no(credential, client_for, serial):
    answer = client_for(None).get(f"/credentials/verify/{serial}/")
    assert answer.status_code == 404


def test_an_unknown_number_is_a_kind_no(credential, client_for):
    client = client_for(None)
    answer = client.get(reverse("credentials:verify_find"), {"number": "NC-IMH-1999-0001"})
    assert answer.status_code == 404
    assert b"Not found in our registry" in answer.content
    assert client.get(reverse("credentials:verify_find")).status_code == 200
    assert client.get(reverse("credentials:verify_find"), {"number": ""}).status_code == 200
    assert b"Not found in our registry" in client.get(reverse("credentials:verify", args=["nope"])).content
