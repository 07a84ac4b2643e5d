"""The coordinator's list of interest."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cohorts.models import Interest
from endorsement_portal.models import County
from tests.cohorts import rows
from tests.factories import category

URL = reverse("cohorts:interest_list")
# Session, person, second factor, counties, edition, categories, counts, count, rows, unread.
QUERIES = 10


def names(response) -> list[str]:
    return [row.name for row in response.context["page_obj"]]


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_a_fixed_number_of_queries(client_for, coordinator, edition, django_assert_num_queries, many):
    for number in range(many):
        rows.interest(number, category=category())
    client = client_for(coordinator)

    with django_assert_num_queries(QUERIES):
        response = client.get(URL)

    assert len(names(response)) == many


def test_a_stranger_is_sent_to_sign_in(client, db):
    response = client.get(URL)

    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={URL}")


@pytest.mark.parametrize(("hat", "status"), [("applicant", 403), ("reviewer", 403), ("finance", 403), ("admin", 200)])
def test_who_may_read_it(request, client_for, edition, hat, status):
    assert client_for(request.getfixturevalue(hat)).get(URL).status_code == status


def test_empty_it_says_so(client_for, coordinator, edition):
    assert "Nobody here" in client_for(coordinator).get(URL).content.decode()


def test_tabs_count_each_status_and_keep_the_filters(client_for, coordinator, edition):
    rows.interest(1), rows.interest(2, status="pool"), rows.interest(3, status="pool", employer="Elsewhere")

    response = client_for(coordinator).get(URL, {"q": "little", "status": "pool"})

    assert names(response) == ["Ines Interested 2"]
    tabs = {str(tab["label"]): (tab["count"], tab["url"], tab["current"]) for tab in response.context["tabs"]}
    assert tabs["All"] == (2, f"{URL}?q=little", False)
    assert tabs["In the pool"] == (1, f"{URL}?q=little&status=pool", True)
    assert tabs["Ready"] == (1, f"{URL}?q=little&status=ready", False)
    assert tabs["Closed"] == (0, f"{URL}?q=little&status=closed", False)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ada"}, {"Ada Interested 1"}),
        ({"q": "ADA interested"}, {"Ada Interested 1"}),
        ({"q": "ines3@example"}, {"Ines Interested 3"}),
        ({"place": "37119"}, {"Ada Interested 1", "Ines Interested 3"}),
        ({"place": "zone:North Central"}, {"Ines Interested 2", "Ines Interested 3"}),
        ({"place": "outside"}, {"Ines Interested 4"}),
        ({"category": "unsure"}, {"Ines Interested 2", "Ines Interested 3", "Ines Interested 4"}),
        ({"category": "IFS"}, {"Ada Interested 1"}),
        ({"sector": "health"}, {"Ines Interested 4"}),
        ({"status": "ready"}, {"Ines Interested 2", "Ines Interested 3"}),
        (
            {"sector": "nonsense", "place": "nowhere"},
            {f"Ines Interested {n}" for n in (2, 3, 4)} | {"Ada Interested 1"},
        ),
        ({"page": "99"}, {f"Ines Interested {n}" for n in (2, 3, 4)} | {"Ada Interested 1"}),
    ],
)
def test_it_is_narrowed(client_for, coordinator, edition, asked, found):
    mecklenburg = County.objects.get(name="Mecklenburg")
    rows.interest(1, first_name="Ada", category=category("IFS"), work_county=mecklenburg)
    rows.interest(2, status="pool")
    rows.interest(3, status="waitlisted").other_work_counties.add(mecklenburg)
    rows.interest(4, work_county=None, sector="health")

    assert set(names(client_for(coordinator).get(URL, asked))) == found


def test_fifty_a_page(client_for, coordinator, edition):
    rows.interest(0)
    one = Interest.objects.get()
    Interest.objects.bulk_create(
        Interest(
            **{
                field.name: getattr(one, field.name)
                for field in Interest._meta.concrete_fields
                if field.name not in {"id", "token", "email"}
            },
            email=f"many{n}@example.org",
        )
        for n in range(60)
    )

    client = client_for(coordinator)

    assert len(names(client.get(URL))) == 50
    assert len(names(client.get(URL, {"page": 2}))) == 11
