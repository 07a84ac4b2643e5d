"""The record of providers: who makes entries, who keeps their own, and what each may see and change."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from applicants.models import Provider, ReflectiveSupervision
from endorsement_portal.models import County, Event
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/applications/providers/new/"


@pytest.fixture
def mine(applicant):
    """The applicant gives reflective supervision too."""
    return factories.provider("Ana Applicant", person=applicant, email="ana@example.org")


def detail(provider) -> str:
    return reverse("applicants:provider_detail", args=[provider.pk])


def edit(provider) -> str:
    return reverse("applicants:provider_edit", args=[provider.pk])


def typed(**changes) -> dict[str, object]:
    facts = {
        "name": "Paula Provider", "email": "paula@example.org", "languages": ["English", "ASL"], "open_seats": "3",
        "online": "on", "contact": "paula@example.com", "county": County.objects.get(name="Wake").pk,
    }  # fmt: skip
    return {name: value for name, value in (facts | changes).items() if value is not None}


def test_a_coordinator_puts_somebody_into_the_record(coordinator, client_for):
    answer = client_for(coordinator).post(NEW, typed())
    row = Provider.objects.get()
    assert answer["Location"] == reverse("applicants:provider_standing_create", args=[row.pk])
    assert (row.name, row.email, row.languages, row.open_seats) == (
        "Paula Provider", "paula@example.org", ["English", "ASL"], 3,
    )  # fmt: skip
    assert (row.online, row.takes_others, row.listed, row.person) == (True, False, False, None)
    [event] = Event.objects.about(row)
    assert (event.verb, event.actor_id, event.details["listed"]) == ("create", coordinator.pk, False)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 121}, ["name"]),
        ({"email": "nobody"}, ["email"]),
        ({"email": "PRIYA@example.org"}, ["email"]),
        ({"languages": ["Klingon"]}, ["languages"]),
        ({"open_seats": "-1"}, ["open_seats"]),
        ({"open_seats": "1e308"}, ["open_seats"]),
        ({"open_seats": "100"}, ["open_seats"]),
        ({"county": "x"}, ["county"]),
        ({"contact": "x" * 201}, ["contact"]),
        ({"contact": "", "listed": "on"}, ["contact"]),
        ({"account": "nobody@example.org"}, ["account"]),
        ({"account": "other@example.org"}, ["account"]),
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_beside_it(coordinator, other_applicant, client_for, changes, wrong):
    factories.provider(person=other_applicant)
    answer = client_for(coordinator).post(NEW, typed(**changes))
    assert list(answer.context["form"].errors) == wrong
    assert Provider.objects.count() == 1


def test_an_account_keeps_its_own_entry_from_then_on(coordinator, applicant, client_for):
    row = factories.provider()
    assert client_for(applicant).get(edit(row)).status_code == 404
    client_for(coordinator).post(edit(row), typed(account="APPLICANT@example.org"))
    assert Provider.objects.get().person == applicant
    assert client_for(applicant).get(edit(row)).status_code == 200
    client_for(coordinator).post(edit(row), typed(account=""))
    assert Provider.objects.get().person is None
    assert client_for(applicant).get(edit(row)).status_code == 404


def test_a_provider_opts_in_and_out(mine, applicant, client_for):
    client = client_for(applicant)
    assert "Ana Applicant" not in Client().get("/applications/providers/").content.decode()
    assert list(client.post(edit(mine), typed(listed="on", contact="")).context["form"].errors) == ["contact"]
    client.post(edit(mine), typed(listed="on"))
    assert "Ana Applicant" in Client().get("/applications/providers/").content.decode()
    client.post(edit(mine), typed())
    assert "Ana Applicant" not in Client().get("/applications/providers/").content.decode()
    assert [event.details["listed"] for event in Event.objects.about(mine)] == [True, False]


def test_name_address_and_account_are_not_a_provider_s_own_to_change(mine, applicant, client_for):
    client_for(applicant).post(edit(mine), typed(account="other@example.org"))
    row = Provider.objects.get()
    assert (row.name, row.email, row.person, row.open_seats) == ("Ana Applicant", "ana@example.org", applicant, 3)


def standing(provider) -> str:
    return reverse("applicants:provider_standing_create", args=[provider.pk])


@pytest.mark.parametrize("by", ["account", "address", "second address", "address with a plus"])
def test_a_coordinator_never_keeps_the_record_of_their_own_qualification(by, coordinator, client_for):
    coordinator.emailaddress_set.create(email="second@example.org", verified=True)
    email = {
        "address": coordinator.email.upper(), "second address": "second@example.org",
        "address with a plus": "second+rsc@example.org",
    }.get(by, "cora@example.com")  # fmt: skip
    own = factories.provider("Cora Coordinator", email=email, person=coordinator if by == "account" else None)
    facts, client = (own.name, own.email, own.person), client_for(coordinator)
    assert client.get(edit(own)).status_code == 200
    for account in ("", "applicant@example.org"):
        client.post(edit(own), typed(account=account, email="elsewhere@example.com"))
    row = Provider.objects.get()
    assert ((row.name, row.email, row.person), row.open_seats) == (facts, 3)
    sent = {"qualification": "ERS", "starts_on": "2015-01-01", "ends_on": "", "source": "Myself"}
    assert (client.get(standing(own)).status_code, client.post(standing(own), sent).status_code) == (404, 404)
    assert "Record one" not in client.get(detail(own)).content.decode()
    assert list(row.standings.values_list("qualification", flat=True)) == ["MHM-C"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [({"account": "Coordinator@example.org"}, "account"), ({"email": "coordinator+x@example.org"}, "email")],
)
def test_nobody_makes_an_entry_their_own_that_they_kept_before(changes, wrong, coordinator, client_for):
    row = factories.provider()
    answer = client_for(coordinator).post(edit(row), typed(**changes))
    assert list(answer.context["form"].errors) == [wrong]
    row.refresh_from_db()
    assert (row.person, row.email) == (None, "priya@example.org")


def test_a_coordinator_who_gives_supervision_enters_themself_and_no_more(coordinator, client_for):
    client = client_for(coordinator)
    client.post(NEW, typed(account=coordinator.email, email=coordinator.email))
    row = Provider.objects.get()
    assert (row.person, client.get(standing(row)).status_code) == (coordinator, 404)


def test_a_refused_form_does_not_change_the_page_s_heading(coordinator, client_for):
    row = factories.provider()
    page = client_for(coordinator).post(edit(row), typed(name="Somebody Else", email="nobody"))
    assert "<h1>Priya Provider</h1>" in page.content.decode()


def test_a_provider_sees_the_days_and_not_how_we_know(mine, applicant, coordinator, client_for):
    mine.standings.update(source="An interview on May 3", noted_by=coordinator)
    pages = [client_for(person).get(detail(mine)).content.decode() for person in (applicant, coordinator)]
    assert ["Jan. 1, 2015" in page for page in pages] == [True, True]
    assert ["An interview on May 3" in page for page in pages] == [False, True]
    assert ["Record one" in page for page in pages] == [False, True]


def test_somebody_named_in_hours_becomes_a_provider_with_these_hours(coordinator, applicant, client_for):
    entry = factories.supervision(
        applicant, provider=None, provider_name="Nora New", provider_email="nora@example.com", status="confirmed"
    )
    client = client_for(coordinator)
    page = client.get(f"{NEW}?hours={entry.pk}")
    assert (page.context["form"]["name"].value(), page.context["form"]["email"].value()) == (
        "Nora New", "nora@example.com",
    )  # fmt: skip
    client.post(f"{NEW}?hours={entry.pk}", typed(name="Nora New", email="nora@example.com"))
    row = ReflectiveSupervision.objects.get()
    assert (row.provider, row.status) == (Provider.objects.get(name="Nora New"), "confirmed")


@pytest.mark.parametrize("hours", ["x", "", "99999999999999999999", "-1", "٣", "0"])
def test_hours_that_are_none_are_no_matter(coordinator, client_for, hours):
    assert client_for(coordinator).get(f"{NEW}?hours={hours}").status_code == 200


def test_one_s_own_hours_are_not_named_by_oneself(coordinator, client_for):
    entry = factories.supervision(coordinator, provider=None, provider_name="Nora New", provider_email="n@example.com")
    client_for(coordinator).post(f"{NEW}?hours={entry.pk}", typed())
    assert ReflectiveSupervision.objects.get().provider is None


def test_who_gets_in(mine, applicant, other_applicant, coordinator, admin, reviewer, finance, client_for):
    def codes(path: str) -> list[int]:
        people = (applicant, other_applicant, coordinator, admin, reviewer, finance)
        return [client_for(person).get(path).status_code for person in people]

    assert codes(detail(mine)) == [200, 404, 200, 200, 404, 404]
    assert codes(edit(mine)) == [200, 404, 200, 404, 404, 404]
    assert codes(NEW) == [403, 403, 200, 403, 403, 403]
    Provider.objects.update(listed=True)
    assert codes(detail(mine)) == [200, 404, 200, 200, 404, 404]
    for path in (detail(mine), edit(mine), NEW):
        assert client_for(None).get(path)["Location"].startswith("/accounts/login/")


def test_the_form_twice_makes_one(coordinator, client_for):
    client = client_for(coordinator)
    client.post(NEW, typed())
    again = client.post(NEW, typed())
    assert list(again.context["form"].errors) == ["email"]
    assert Provider.objects.count() == 1
