"""A provider proposes by a link, without an account: signed, running out, and never more than staff can look at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from competencies import catalog
from competencies.models import CatalogInvitation, CatalogItem
from competencies.views import catalog as views
from endorsement_portal.models import Event
from tests.competencies.test_catalog import FACTS, typed

pytestmark = pytest.mark.django_db


INVITE = "/endorsement/catalog/invite/"
LIST_QUERIES = 6


@pytest.fixture
def invited(edition, coordinator):
    return catalog.invite("A provider", by=coordinator)


@pytest.fixture
def link(invited):
    return catalog.link_of(invited)


def shown(page) -> str:
    """The path of the newest link on the page."""
    [link, *_more] = [one["link"] for one in page.context["links"]]
    assert f'value="{link}"' in page.content.decode()
    return "/" + link.partition("//")[2].partition("/")[2]


def test_staff_make_a_link_and_a_provider_proposes(client_for, coordinator, edition):
    staff = client_for(coordinator)
    assert staff.post(INVITE, {"provider": "High Meadow “Center” 🎓"})["Location"] == INVITE
    path = shown(staff.get(INVITE))
    stranger = client_for(None)
    form = stranger.get(path)
    text = form.content.decode()
    until = timezone.localdate() + timedelta(days=60)
    assert (form.status_code, form.context["invited"].ends_on, 'value="High Meadow “Center” 🎓"' in text) == (
        200,
        until,
        True,
    )
    done = stranger.post(path, typed())
    assert "“Foundations” is proposed. We look at it soon." in done.content.decode()
    row = CatalogItem.objects.get()
    assert (row.status, row.proposer, row.area_keys) == ("proposed", "High Meadow “Center” 🎓", FACTS["area_keys"])


def test_the_same_form_twice_proposes_once(client, link):
    data = typed()
    for _click in range(2):
        assert client.post(link, data).status_code == 200
    assert CatalogItem.objects.count() == 1


def test_nobody_lists_what_they_propose(client, link):
    client.post(link, typed(status="listed", proposer="Somebody else", pk="7"))
    row = CatalogItem.objects.get()
    assert (row.status, row.proposer) == ("proposed", "A provider")


def test_a_link_works_until_its_day(client, link, invited):
    today = timezone.localdate()
    assert invited.ends_on == today + timedelta(days=60)
    for ends_on, status in ((today, 200), (today - timedelta(days=1), 404)):
        CatalogInvitation.objects.update(ends_on=ends_on)
        assert client.get(link).status_code == status


def test_a_link_is_withdrawn_at_once_and_what_came_stays(client, client_for, coordinator, link, invited):
    client.post(link, typed())
    staff = client_for(coordinator)
    for _click in range(2):
        assert staff.post(f"{INVITE}{invited.pk}/withdraw/")["Location"] == INVITE
    for answer in (client.get(link), client.post(link, typed(title="Another"))):
        assert (answer.status_code, "This link does not work" in answer.content.decode()) == (404, True)
    assert CatalogItem.objects.get().title == "Foundations"
    page = staff.get(INVITE)
    assert (page.context["links"][0]["link"], "Withdrawn" in page.content.decode()) == ("", True)
    assert [(event.verb, event.actor) for event in Event.objects.about(invited)] == [
        ("create", coordinator),
        ("withdraw", coordinator),
    ]


@pytest.mark.parametrize("before", [{}, {"withdrawn_at": timezone.now()}, {"ends_on": "2020-01-01"}])
def test_a_renewed_link_is_a_new_one(client, client_for, coordinator, link, invited, before):
    CatalogInvitation.objects.update(**before)
    staff = client_for(coordinator)
    staff.post(f"{INVITE}{invited.pk}/renew/")
    new = shown(staff.get(INVITE))
    assert (client.get(link).status_code, client.get(new).status_code, new == link) == (404, 200, False)
    row = CatalogInvitation.objects.get()
    assert (row.generation, row.withdrawn_at, row.ends_on) == (2, None, timezone.localdate() + timedelta(days=60))
    assert Event.objects.about(invited).filter(verb="renew", actor=coordinator).count() == 1


@pytest.mark.parametrize("verb", ["renew", "withdraw"])
def test_only_staff_renew_and_withdraw(client_for, applicant, coordinator, link, invited, verb):
    path = f"{INVITE}{invited.pk}/{verb}/"
    assert client_for(applicant).post(path).status_code == 403
    assert client_for(None).post(path)["Location"].startswith("/accounts/login/")
    assert client_for(coordinator).get(path).status_code == 405
    assert client_for(coordinator).post(f"{INVITE}999999/{verb}/").status_code == 404
    row = CatalogInvitation.objects.get()
    assert (row.generation, row.is_live) == (1, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_links_takes_the_same_queries(client_for, coordinator, edition, rows, django_assert_num_queries):
    for number in range(rows):
        catalog.invite(f"No. {number}", by=coordinator)
    client = client_for(coordinator)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get(INVITE).context["links"]) == rows


@pytest.mark.parametrize(
    "change", ["x", lambda token: token[:-1], lambda token: "A" + token, lambda token: token.swapcase()]
)
def test_a_link_that_is_not_ours_opens_nothing(client, link, change):
    token = link.rstrip("/").rpartition("/")[2]
    wrong = change if isinstance(change, str) else change(token)
    path = f"/endorsement/catalog/propose/{wrong}/"
    for answer in (client.get(path), client.post(path, typed())):
        assert (answer.status_code, "This link does not work" in answer.content.decode()) == (404, True)
    assert CatalogItem.objects.count() == 0


def test_a_link_for_something_else_opens_nothing(client, edition):
    for said, salt in (([1, 1], "something.else"), ([999_999, 1], catalog.SALT)):
        token = signing.dumps(said, salt=salt, compress=True)
        assert client.get(f"/endorsement/catalog/propose/{token}/").status_code == 404


def test_what_is_wrong_is_said_with_everything_kept(client, link):
    answer = client.post(link, typed(title="Zoë <b>", clock_hours="2"))
    assert list(answer.context["form"].errors) == ["clock_hours"]
    assert "Zoë &lt;b&gt;" in answer.content.decode()
    assert CatalogItem.objects.count() == 0


def test_many_in_an_hour_are_too_many(client, link, coordinator, monkeypatch):
    monkeypatch.setattr(views, "MOST_AN_HOUR", 3)
    statuses = [client.post(link, typed(title=f"No. {n}")).status_code for n in range(5)]
    assert (statuses, CatalogItem.objects.count()) == ([200, 200, 200, 429, 429], 3)
    late = client.post(link, typed(title="Kept on the page"))
    assert ("That is a lot at once" in late.content.decode(), 'value="Kept on the page"' in late.content.decode()) == (
        True,
        True,
    )
    # The same place with another link, and the same link from another place.
    assert client.post(catalog.link_of(catalog.invite("B", by=coordinator)), typed()).status_code == 429
    assert client.post(link, typed(), REMOTE_ADDR="10.9.8.7").status_code == 429
    assert (
        client.post(catalog.link_of(catalog.invite("B", by=coordinator)), typed(), REMOTE_ADDR="10.9.8.7").status_code
        == 200
    )


def test_what_waits_is_never_more_than_staff_can_look_at(client, link, coordinator, monkeypatch):
    monkeypatch.setattr(catalog, "MOST_WAITING", 2)
    statuses = [client.post(link, typed(title=f"No. {n}")).status_code for n in range(3)]
    assert statuses == [200, 200, 429]
    CatalogItem.objects.update(status="listed")
    assert client.post(link, typed()).status_code == 200
    assert client.post(catalog.link_of(catalog.invite("B", by=coordinator)), typed()).status_code == 200


@pytest.mark.parametrize("provider", ["", " ", "x" * 151, "a\x00b"])
def test_a_link_needs_a_name(client_for, coordinator, provider):
    answer = client_for(coordinator).post("/endorsement/catalog/invite/", {"provider": provider})
    assert (list(answer.context["form"].errors), CatalogInvitation.objects.count()) == (["provider"], 0)
