"""The directory: who opted in and is qualified today, searched by anybody; everybody for staff."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from applicants.models import Provider, Standing
from endorsement_portal.models import County
from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/applications/providers/"


@pytest.fixture
def four(db):
    """Three in the directory, of different places and kinds, and one who did not opt in."""
    durham, wake = (County.objects.get(name=name) for name in ("Durham", "Wake"))
    facts = {"listed": True, "contact": "ask@example.com"}
    factories.provider("Ada Arc", county=durham, languages=["English", "Spanish"], open_seats=2, **facts)
    factories.provider("Bo Bright", county=wake, languages=["English"], qualification="ERS", open_seats=0, **facts)
    factories.provider(
        "Cy Clear",
        qualification="vetted",
        takes_others=True,
        online=True,
        listed=True,
        contact="https://cy.example.com/",
    )
    factories.provider("Dee Discreet", county=durham, open_seats=9)


def names(page) -> list[str]:
    return [provider.name for provider in page.context["page_obj"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Ada Arc", "Bo Bright", "Cy Clear"]),
        ({"q": "bright"}, ["Bo Bright"]),
        ({"q": "ARC ada"}, ["Ada Arc"]),
        ({"q": "ada bright"}, []),
        ({"q": "durham"}, ["Ada Arc"]),
        ({"q": "spanish"}, ["Ada Arc"]),
        ({"q": "cy.example"}, ["Cy Clear"]),
        ({"q": "discreet"}, []),
        ({"q": "ada@example.org"}, []),
        ({"language": "Spanish"}, ["Ada Arc"]),
        ({"qualification": "ERS"}, ["Bo Bright"]),
        ({"qualification": "vetted"}, ["Cy Clear"]),
        ({"open_seats": "on"}, ["Ada Arc"]),
        ({"takes_others": "on"}, ["Cy Clear"]),
        ({"online": "on", "language": "Spanish"}, []),
        ({"all": "1"}, ["Ada Arc", "Bo Bright", "Cy Clear"]),
        # What can't be read is no filter, and never an error.
        ({"language": "Klingon", "qualification": "ERS"}, ["Bo Bright"]),
        ({"county": "x", "page": "99"}, ["Ada Arc", "Bo Bright", "Cy Clear"]),
        ({"q": "a\x00b"}, ["Ada Arc", "Bo Bright", "Cy Clear"]),
        ({"q": "x" * 5000}, ["Ada Arc", "Bo Bright", "Cy Clear"]),
    ],
    ids=str,
)
def test_anybody_looks_for_somebody(four, asked, found):
    assert names(Client().get(PATH, asked)) == found


def test_by_county(four):
    durham = County.objects.get(name="Durham")
    assert names(Client().get(PATH, {"county": durham.pk})) == ["Ada Arc"]


@pytest.mark.parametrize(
    ("starts", "ends", "there"),
    [(-1, None, True), (0, None, True), (0, 0, True), (-9, 1, True), (-9, -1, False), (1, None, False)],
)
def test_only_who_is_qualified_today(four, starts, ends, there):
    today = timezone.localdate()
    Standing.objects.filter(provider__name="Ada Arc").update(
        starts_on=today + timedelta(days=starts), ends_on=None if ends is None else today + timedelta(days=ends)
    )
    assert ("Ada Arc" in names(Client().get(PATH))) == there


def test_what_one_was_before_is_neither_shown_nor_found(four):
    ada = Provider.objects.get(name="Ada Arc")
    Standing.objects.create(provider=ada, qualification="vetted", starts_on=date(2010, 1, 1), ends_on=date(2012, 1, 1))
    assert names(Client().get(PATH, {"qualification": "vetted"})) == ["Cy Clear"]
    [shown] = (names(Client().get(PATH, {"q": "ada"})),)
    assert shown == ["Ada Arc"]
    page = Client().get(PATH, {"q": "ada"}).content.decode().split("<tbody>")[1]
    assert ("since Jan. 1, 2015" in page, "2010" in page) == (True, False)


def test_two_qualifications_are_one_row(four):
    ada = Provider.objects.get(name="Ada Arc")
    Standing.objects.create(provider=ada, qualification="ERS", starts_on=date(2020, 1, 1))
    assert names(Client().get(PATH)) == ["Ada Arc", "Bo Bright", "Cy Clear"]


def test_private_addresses_are_nowhere(four):
    page = Client().get(PATH).content.decode()
    assert [provider.email in page for provider in Provider.objects.all()] == [False] * 4
    assert 'href="https://cy.example.com/" rel="nofollow"' in page


def test_what_a_provider_typed_is_text(four):
    Provider.objects.filter(name="Ada Arc").update(contact='<script>alert(1)</script> javascript:alert(1) "x')
    page = Client().get(PATH).content.decode()
    assert ("<script>alert" in page, 'href="javascript' in page) == (False, False)


def test_an_empty_directory_says_so_honestly(db):
    page = Client().get(PATH).content.decode()
    assert "Nobody is listed yet" in page
    assert "Nobody here matches that" in Client().get(PATH, {"q": "x"}).content.decode()


def test_staff_see_everybody_too(four, coordinator, admin, applicant, client_for):
    everybody = ["Ada Arc", "Bo Bright", "Cy Clear", "Dee Discreet"]
    for person in (coordinator, admin):
        assert names(client_for(person).get(PATH, {"all": "1"})) == everybody
        assert names(client_for(person).get(PATH)) == everybody[:3]
    assert names(client_for(coordinator).get(PATH, {"all": "1", "q": "dee"})) == ["Dee Discreet"]
    assert names(client_for(applicant).get(PATH, {"all": "1"})) == everybody[:3]


def test_who_may_add_sees_the_button(four, coordinator, admin, client_for):
    pages = [client_for(person).get(PATH, {"all": "1"}).content.decode() for person in (coordinator, admin)]
    assert ["/applications/providers/new/" in page for page in pages] == [True, False]


def test_it_is_linked_from_the_landing_and_the_form(applicant, edition, client_for):
    assert f'href="{PATH}"' in Client().get("/").content.decode().split("<main")[1].split("</main")[0]
    form = client_for(applicant).get("/applications/evidence/supervision/new/").content.decode()
    assert f'href="{PATH}"' in form.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_its_queries_do_not_grow_with_the_rows(db, rows, django_assert_num_queries):
    for number in range(rows):
        factories.provider(f"P{number} Provider", listed=True)
    with django_assert_num_queries(4):
        assert len(names(Client().get(PATH))) == rows
