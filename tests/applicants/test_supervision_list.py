"""The coordinator's list: what only they can settle, and everything else by what it waits for."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/applications/supervision/"


@pytest.fixture
def all_kinds(applicant, other_applicant):
    """Hours of every kind; what is peers' or taken out waits for nobody."""
    unknown = factories.provider("Una Unknown", qualification="ERS")
    unknown.standings.update(starts_on=date(2023, 6, 1))
    made = {
        "disputed": factories.supervision(applicant, status="disputed"),
        "not in the record": factories.supervision(
            other_applicant, status="unasked", provider=None, provider_name="Nora New"
        ),
        "not on these days": factories.supervision(applicant, status="confirmed", provider=unknown),
        "asked": factories.supervision(applicant, status="asked"),
        "unasked": factories.supervision(applicant, status="unasked"),
        "confirmed": factories.supervision(applicant),
        "overridden": factories.supervision(applicant, status="overridden", provider=None),
        "peers": factories.supervision(applicant, status="unasked", provider=None, peer=True),
    }
    factories.supervision(applicant, status="disputed", removed_at=timezone.now())
    return {entry.pk: name for name, entry in made.items()}


def found(client, names, **asked) -> list[str]:
    return sorted(names[entry.pk] for entry in client.get(PATH, asked).context["page_obj"])


@pytest.mark.parametrize(
    ("pile", "expected"),
    [
        ("", ["disputed", "not in the record", "not on these days"]),
        ("judge", ["disputed", "not in the record", "not on these days"]),
        ("nonsense", ["disputed", "not in the record", "not on these days"]),
        ("disputed", ["disputed"]),
        ("unsettled", ["not in the record", "not on these days"]),
        ("asked", ["asked"]),
        ("unasked", ["not in the record", "peers", "unasked"]),
        ("settled", ["confirmed", "not on these days", "overridden"]),
    ],
)
def test_the_piles(all_kinds, coordinator, client_for, pile, expected):
    assert found(client_for(coordinator), all_kinds, pile=pile) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("otis", ["not in the record"]),
        ("NORA new", ["not in the record"]),
        ("nora old", []),
        ("priya", ["disputed", "not on these days"]),
        ("%", []),
        ("a\x00b", ["disputed", "not in the record", "not on these days"]),
        ("x" * 300, ["disputed", "not in the record", "not on these days"]),
    ],
)
def test_by_name(all_kinds, coordinator, client_for, q, expected):
    assert found(client_for(coordinator), all_kinds, q=q) == expected


def test_one_s_own_are_in_nobody_s_own_pile(coordinator, admin, client_for):
    factories.supervision(coordinator, status="disputed")
    assert [len(client_for(who).get(PATH).context["page_obj"].object_list) for who in (coordinator, admin)] == [0, 1]


def test_an_empty_pile_says_so(coordinator, client_for):
    assert "No hours wait in this pile." in client_for(coordinator).get(PATH).content.decode()


def test_nobody_else_sees_it(applicant, reviewer, finance, client_for):
    assert [client_for(who).get(PATH).status_code for who in (applicant, reviewer, finance)] == [403] * 3
    assert client_for(None).get(PATH)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("rows", [1, 3])
def test_its_queries_do_not_grow_with_the_rows(rows, applicant, coordinator, client_for, django_assert_num_queries):
    for _row in range(rows):
        factories.supervision(applicant, status="disputed")
    client = client_for(coordinator)
    with django_assert_num_queries(7):
        assert len(client.get(PATH).context["page_obj"].object_list) == rows
