"""The coordinator's list: narrowed by words, status, category and county."""

import pytest

from applicants.models import Application
from endorsement_portal.models import County
from tests import factories
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
PATH = "/applications/"


@pytest.fixture
def three(edition):
    durham, wake = (County.objects.get(name=name) for name in ("Durham", "Wake"))
    ana, bo, cy = (make_person(f"{n}@example.org", name=n.title()) for n in ("ana", "bo", "cy"))
    return [
        factories.application(ana, county=durham),
        factories.application(bo, county=wake, code="IFA"),
        factories.application(cy, county=wake, status="submitted", submitted_at="2026-01-01T12:00Z"),
    ]


def _names(answer) -> list[str]:
    return sorted(row.person.name for row in answer.context["page_obj"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Ana", "Bo", "Cy"]),
        ({"status": "draft"}, ["Ana", "Bo"]),
        ({"category": "IFA"}, ["Bo"]),
        ({"status": "draft", "category": "IFS"}, ["Ana"]),
        ({"q": "bo"}, ["Bo"]),
        ({"q": "CY@EXAMPLE"}, ["Cy"]),
        ({"q": "nobody"}, []),
        ({"q": "   "}, ["Ana", "Bo", "Cy"]),
        ({"q": "A-"}, []),
        ({"q": "9" * 60}, []),
        ({"q": "²"}, []),
        ({"q": "%"}, []),
        ({"page": "999"}, ["Ana", "Bo", "Cy"]),
        ({"page": "x"}, ["Ana", "Bo", "Cy"]),
    ],
    ids=str,
)
def test_it_is_narrowed(three, coordinator, client_for, asked, found):
    assert _names(client_for(coordinator).get(PATH, asked)) == found


@pytest.mark.parametrize(
    "asked", [{"status": "king"}, {"county": "1' OR 1=1"}, {"q": "a\x00b"}, {"q": "x" * 500}], ids=str
)
def test_what_can_not_be_asked_is_no_error(three, coordinator, client_for, asked):
    assert client_for(coordinator).get(PATH, asked).status_code == 200


def test_by_county_and_by_number(three, coordinator, client_for):
    wake = County.objects.get(name="Wake").pk
    client = client_for(coordinator)
    assert _names(client.get(PATH, {"county": wake})) == ["Bo", "Cy"]
    for q in (three[1].code, three[1].code.lower(), str(three[1].pk)):
        assert _names(client.get(PATH, {"q": q})) == ["Bo"]


def test_pages_hold_fifty_and_keep_the_filters(coordinator, client_for, edition):
    for number in range(51):
        factories.application(make_person(f"p{number}@example.org"))
    client = client_for(coordinator)
    first = client.get(PATH, {"status": "draft"})
    assert len(first.context["page_obj"].object_list) == 50
    assert "status=draft&amp;page=2" in first.content.decode() or "page=2&amp;status=draft" in first.content.decode()
    assert len(client.get(PATH, {"status": "draft", "page": 2}).context["page_obj"].object_list) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_whatever_is_in_it(three, coordinator, client_for, rows, django_assert_num_queries):
    Application.objects.exclude(pk__in=[row.pk for row in three[:rows]]).delete()
    client = client_for(coordinator)
    with django_assert_num_queries(8):
        assert len(_names(client.get(PATH))) == rows


def test_it_is_for_caretakers(applicant, reviewer, finance, admin, client_for):
    for person, status in ((applicant, 403), (reviewer, 403), (finance, 403), (admin, 200)):
        assert client_for(person).get(PATH).status_code == status
    assert client_for(None).get(PATH)["Location"] == f"/accounts/login/?next={PATH}"
