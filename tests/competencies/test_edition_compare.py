"""Two editions side by side, on a page."""

import pytest
from django.urls import reverse

from tests.competencies.newer import newer

URL = reverse("competencies:edition_compare")
# Session, person, second factor, unread messages, editions, and six for what is in both.
QUERIES = 12


def change(found):
    found["figures"]["FS"]["training.total"]["v"] = 45
    found["categories"][0]["title"] = "Partner <b>"


def test_from_to_by_section(client_for, coordinator, edition):
    other = newer(change)
    page = client_for(coordinator).get(URL, {"first": edition.pk, "second": other.pk})
    text = page.content.decode()
    assert [group.title for group in page.context["comparison"].groups] == ["Categories", "Family Specialist"]
    assert "From 2025.1-draft to 2026.1" in text
    assert "Partner &lt;b&gt;" in text
    assert reverse("applicants:edition_effects", args=[other.pk]) in text


def test_as_it_opens_it_suggests_the_published_and_the_newest(client_for, coordinator, edition):
    published = newer(version="2026.1", by=coordinator)
    newer(version="2027.1")
    last = newer(version="2028.1")
    context = client_for(coordinator).get(URL).context
    assert (context["first"], context["second"]) == (published, last)


def test_no_difference_is_said(client_for, coordinator, edition):
    newer()
    page = client_for(coordinator).get(URL).content.decode()
    assert "No difference" in page
    assert "say the same in all" in page


def test_one_edition_alone_can_not_be_compared(client_for, coordinator, edition):
    assert "There is only one edition" in client_for(coordinator).get(URL).content.decode()


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        ("same", "same", {"second": ["Please choose two different editions."]}),
        ("", "same", {"first": ["Please choose an edition."]}),
        ("999999", "x", {"first": ["Please choose an edition."], "second": ["Please choose an edition."]}),
        ("1e308", "-1", {"first": ["Please choose an edition."], "second": ["Please choose an edition."]}),
    ],
)
def test_odd_choices(client_for, coordinator, edition, first, second, errors):
    newer()
    chosen = {"first": first, "second": second}
    asked = {name: edition.pk if value == "same" else value for name, value in chosen.items()}
    page = client_for(coordinator).get(URL, asked)
    assert (page.status_code, page.context["form"].errors, "comparison" in page.context) == (200, errors, False)


def test_queries_do_not_grow(client_for, coordinator, edition, django_assert_num_queries):
    client = client_for(coordinator)
    newer()
    client.get(URL)
    with django_assert_num_queries(QUERIES):
        client.get(URL)
    newer(change, version="2027.1")
    last = newer(change, version="2028.1")
    with django_assert_num_queries(QUERIES):
        client.get(URL, {"first": edition.pk, "second": last.pk})


@pytest.mark.parametrize(("role", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), (None, 302)])
def test_others_see_nothing(client_for, request, edition, role, status):
    assert client_for(request.getfixturevalue(role) if role else None).get(URL).status_code == status


def test_nothing_is_sent_to_it(client_for, coordinator, edition):
    assert client_for(coordinator).post(URL).status_code == 405
