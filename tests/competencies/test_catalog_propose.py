"""A provider proposes by a link, without an account: signed, running out, and never more than staff can look at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from competencies import catalog
from competencies.models import CatalogItem
from competencies.views import catalog as views
from tests.competencies.test_catalog import FACTS, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(edition):
    return catalog.link_for("A provider")


def made(provider: object, until: object) -> str:
    token = signing.dumps([provider, until], salt=catalog.SALT, compress=True)
    return f"/endorsement/catalog/propose/{token}/"


def test_staff_make_a_link_and_a_provider_proposes(client_for, coordinator, edition):
    page = client_for(coordinator).post("/endorsement/catalog/invite/", {"provider": "High Meadow “Center” 🎓"})
    link = page.context["link"]
    assert f'value="{link}"' in page.content.decode()
    path = "/" + link.partition("//")[2].partition("/")[2]
    stranger = client_for(None)
    form = stranger.get(path)
    text = form.content.decode()
    until = timezone.localdate() + timedelta(days=60)
    assert (form.status_code, form.context["invited"].until, 'value="High Meadow “Center” 🎓"' in text) == (
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


def test_a_link_works_until_its_day(client, link):
    today = timezone.localdate()
    assert client.get(made("A", today.isoformat())).status_code == 200
    assert client.get(made("A", (today - timedelta(days=1)).isoformat())).status_code == 404


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
    token = signing.dumps(["A", "2999-01-01"], salt="something.else", compress=True)
    assert client.get(f"/endorsement/catalog/propose/{token}/").status_code == 404


def test_what_is_wrong_is_said_with_everything_kept(client, link):
    answer = client.post(link, typed(title="Zoë <b>", clock_hours="2"))
    assert list(answer.context["form"].errors) == ["clock_hours"]
    assert "Zoë &lt;b&gt;" in answer.content.decode()
    assert CatalogItem.objects.count() == 0


def test_many_in_an_hour_are_too_many(client, link, monkeypatch):
    monkeypatch.setattr(views, "MOST_AN_HOUR", 3)
    statuses = [client.post(link, typed(title=f"No. {n}")).status_code for n in range(5)]
    assert (statuses, CatalogItem.objects.count()) == ([200, 200, 200, 429, 429], 3)
    late = client.post(link, typed(title="Kept on the page"))
    assert ("That is a lot at once" in late.content.decode(), 'value="Kept on the page"' in late.content.decode()) == (
        True,
        True,
    )
    # The same place with another link, and the same link from another place.
    assert client.post(catalog.link_for("B"), typed()).status_code == 429
    assert client.post(link, typed(), REMOTE_ADDR="10.9.8.7").status_code == 429
    assert client.post(catalog.link_for("B"), typed(), REMOTE_ADDR="10.9.8.7").status_code == 200


def test_what_waits_is_never_more_than_staff_can_look_at(client, link, monkeypatch):
    monkeypatch.setattr(catalog, "MOST_WAITING", 2)
    statuses = [client.post(link, typed(title=f"No. {n}")).status_code for n in range(3)]
    assert statuses == [200, 200, 429]
    CatalogItem.objects.update(status="listed")
    assert client.post(link, typed()).status_code == 200
    assert client.post(catalog.link_for("B"), typed()).status_code == 200


@pytest.mark.parametrize("provider", ["", " ", "x" * 151, "a\x00b"])
def test_a_link_needs_a_name(client_for, coordinator, provider):
    answer = client_for(coordinator).post("/endorsement/catalog/invite/", {"provider": provider})
    assert (list(answer.context["form"].errors), "link" in answer.context) == (["provider"], False)
