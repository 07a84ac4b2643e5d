"""A provider out of thousands: found by the name that was typed, without a list of them all and without a script."""

from __future__ import annotations

import pytest

from applicants.forms.provider_choice import MOST_ALIKE, MOST_IN_A_LIST
from applicants.models import Draft, Provider, ReflectiveSupervision
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "/applications/evidence/supervision/new/"


@pytest.fixture
def client(client_for, applicant, draft):
    return client_for(applicant)


@pytest.fixture
def thousands(edition):
    """More than anybody reads through; three of them share a last name."""
    Provider.objects.bulk_create(
        Provider(name=f"Provider No. {n}", email=f"p{n}@example.org", listed=True, contact="x") for n in range(3000)
    )
    for first in ("Pola", "Paul", "Pia"):
        factories.provider(f"{first} Vick", listed=True, contact="x")
    factories.provider("Hidden Vick")


def offered(form) -> list[str]:
    return [str(label) for _value, label in form.fields["provider"].choices]


def sent(typed, **changes):
    return typed("supervision", **({"provider_standing": "", "provider_name": ""} | changes))


def test_a_short_list_is_shown_whole(client, edition):
    for number in range(MOST_IN_A_LIST):
        factories.provider(f"P{number:02d} Listed", listed=True, contact="x")
    form = client.get(NEW).context["form"]
    assert len(offered(form)) == MOST_IN_A_LIST + 1


def test_of_thousands_the_page_shows_none_and_stays_light(client, thousands, django_assert_num_queries):
    page = client.get(NEW)
    assert offered(page.context["form"]) == ["Somebody who is not in this list"]
    assert "Provider No. 17" not in page.content.decode()
    assert len(page.content) < 60_000


def test_the_very_name_is_who_is_meant(client, typed, thousands):
    answer = client.post(NEW, sent(typed, provider_name="paul  VICK"))
    assert answer.status_code == 302, answer.context["form"].errors
    entry = ReflectiveSupervision.objects.get()
    assert (entry.provider, entry.provider_name) == (Provider.objects.get(name="Paul Vick"), "Paul Vick")


def test_a_part_of_a_name_asks_who_is_meant_and_loses_nothing(client, typed, thousands):
    answer = client.post(NEW, sent(typed, provider_name="vick", total_hours="12.5"))
    form = answer.context["form"]
    assert dict(form.errors) == {
        "provider": ["Please choose whom you mean. If it is somebody else, say below what they were qualified as."]
    }
    assert offered(form)[1:] == ["Paul Vick", "Pia Vick", "Pola Vick"]
    assert Draft.objects.get().words["total_hours"] == ["12.5"]
    # The choice is there again when the person comes back.
    assert offered(client.get(NEW).context["form"])[1:] == ["Paul Vick", "Pia Vick", "Pola Vick"]
    chosen = Provider.objects.get(name="Pia Vick")
    assert client.post(NEW, sent(typed, provider=chosen.pk, provider_name="vick")).status_code == 302
    assert ReflectiveSupervision.objects.get().provider == chosen


def test_two_of_one_name_are_asked_about(client, typed, thousands):
    Provider.objects.create(name="Paul Vick", email="other@example.org", listed=True)
    answer = client.post(NEW, sent(typed, provider_name="Paul Vick"))
    assert list(answer.context["form"].errors) == ["provider"]
    assert offered(answer.context["form"])[1:] == ["Paul Vick", "Paul Vick"]


@pytest.mark.parametrize(
    "more", [{"provider_standing": "ERS"}, {"provider_email": "v@example.com", "provider_standing": "ERS"}]
)
def test_somebody_else_of_such_a_name(client, typed, thousands, more):
    answer = client.post(NEW, sent(typed, provider_name="Vick", **more))
    assert answer.status_code == 302, answer.context["form"].errors
    entry = ReflectiveSupervision.objects.get()
    assert (entry.provider, entry.provider_name, entry.provider_standing) == (None, "Vick", "ERS")


def test_a_name_that_nobody_has_is_asked_for_its_standing(client, typed, thousands):
    answer = client.post(NEW, sent(typed, provider_name="Zzz"))
    assert list(answer.context["form"].errors) == ["provider_standing"]


def test_very_many_alike_are_not_all_shown(client, typed, thousands):
    answer = client.post(NEW, sent(typed, provider_name="provider"))
    assert len(offered(answer.context["form"])) == MOST_ALIKE + 1


@pytest.mark.parametrize("name", ["🎓", "مركز", "a\x00b", "%", "_", "x" * 120])
def test_odd_names_find_nobody_and_break_nothing(client, typed, thousands, name):
    answer = client.post(NEW, sent(typed, provider_name=name))
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)


def test_whom_one_has_named_before_is_offered(client, applicant, typed, thousands):
    before = Provider.objects.get(name="Provider No. 17")
    entry = factories.supervision(applicant, provider=before, provider_name=before.name)
    assert offered(client.get(NEW).context["form"])[1:] == ["Provider No. 17"]
    form = client.get(f"/applications/evidence/supervision/{entry.pk}/").context["form"]
    assert (form["provider"].value(), offered(form)[1:]) == (before.pk, ["Provider No. 17"])


def test_who_is_not_listed_is_never_offered(client, typed, thousands):
    answer = client.post(NEW, sent(typed, provider_name="Hidden Vick"))
    assert list(answer.context["form"].errors) == ["provider_standing"]
    assert Provider.objects.filter(name="Hidden Vick", supervision=None).exists()
