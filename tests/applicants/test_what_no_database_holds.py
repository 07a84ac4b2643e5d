"""A NUL or half a character in every field and every question of every page: calm answers, never a server error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse

from applicants.models import Grant, Reference
from applicants.supervision import ask
from applicants.tokens import reference_token, supervision_token
from applicants.transitions import advance
from competencies.catalog import invite, link_of
from competencies.models import CatalogItem
from tests import factories
from tests.test_urls import ROUTES

pytestmark = pytest.mark.django_db

NUL, HALF = "%00", "%ED%A0%80"
OURS = [(name, pattern) for name, pattern in ROUTES if name.startswith(("applicants:", "competencies:"))]
# So many pages answer each, at the least: fewer means that the sweep no longer finds its way in.
AT_LEAST = {"applicant": 42, "coordinator": 60, "stranger": 18}
FILLED = {"date": "2020-01-01", "email": "somebody@example.net", "number": "1", "url": "https://example.net/"}


class Forms(HTMLParser):
    """Our forms of a page: where each goes, and what a browser would send that filled in the empty fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.area = self.choice = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and said.get("method", "").lower() == "post":
            self.found.append((said.get("action", ""), {}))
        name = said.get("name", "")
        if not self.found or (not name and tag != "option"):
            return
        fields, kind = self.found[-1][1], said.get("type", "text")
        if tag == "textarea":
            self.area, fields[name] = name, "Words"
        elif tag == "select":
            self.choice, fields[name] = name, ""
        elif tag == "option" and self.choice:
            fields[self.choice] = (
                said.get("value", "") if "selected" in said else fields[self.choice] or said.get("value", "")
            )
        elif (
            tag in {"input", "button"} and kind != "file" and (kind not in {"radio", "checkbox"} or name not in fields)
        ):
            fields[name] = said.get("value", "") or FILLED.get(kind, "Words")

    def handle_data(self, data: str) -> None:
        if self.area and data.strip():
            self.found[-1][1][self.area] = data

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.choice = "" if tag == "select" else self.choice


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What is done inside has not happened, for the database and for the browser."""
    place, cookies = transaction.savepoint(), client.cookies.copy()
    try:
        yield
    finally:
        transaction.savepoint_rollback(place)
        client.cookies = cookies


@pytest.fixture
def asked_for(monkeypatch) -> set[str]:
    """The names that pages look for in what is sent to them."""
    names: set[str] = set()
    for way in ("get", "getlist", "__getitem__", "__contains__"):
        real = getattr(QueryDict, way)

        def noting(self, key, *rest, real=real):
            names.add(str(key))
            return real(self, key, *rest)

        monkeypatch.setattr(QueryDict, way, noting)
    return names


@pytest.fixture
def story(applicant, other_applicant, coordinator, edition) -> dict[str, dict[str, object]]:
    """Rows of every kind, by the noun that an address begins with; and what every address may need."""
    application = factories.application(applicant)
    reference = factories.reference(application)
    advance(reference, "send")
    advance(reference, "open")
    entry = factories.supervision(applicant, status="unasked")
    ask([entry], by=applicant)
    provider = factories.provider("Paul Other")
    item = CatalogItem.objects.create(title="Play", sponsor="A center", kind="series", clock_hours=3)
    invited = invite("A center", by=coordinator)
    grant = Grant.objects.create(application=application, user=other_applicant, role="advisor")
    secret = reference_token(reference.pk, Reference.objects.get().generation)
    everywhere = {
        "kind": "work", "code": "IFS", "field": "duties", "audience": "advisor", "number": 1, "token": secret,
        "upload": "00000000-0000-4000-8000-000000000000", "grant": grant.pk, "pk": application.pk,
        "standing": provider.standings.get().pk, "verb": "withdraw",
    }  # fmt: skip
    hours = supervision_token(entry.pk, entry.generation)
    edition_figure, title = edition.figures.first(), edition.domains.first()
    return {"": everywhere} | {
        "evidence": {"pk": factories.work(applicant).pk},
        "earlier": {"pk": factories.work(applicant).pk},
        "reference": {"pk": reference.pk, "verb": "resend"},
        "reference_list": {"pk": application.pk},
        "reference_create": {"pk": application.pk},
        "supervision": {"pk": entry.pk, "verb": "ask", "token": hours},
        "provider": {"pk": provider.pk},
        "edition": {"pk": edition.pk},
        "figure": {"pk": edition_figure.pk},
        "title": {"pk": title.pk, "kind": "domain"},
        "catalog": {"pk": item.pk, "verb": "list"},
        "catalog_propose": {"token": link_of(invited).rstrip("/").rpartition("/")[2]},
        "catalog_invite_renew": {"pk": invited.pk},
        "catalog_invite_withdraw": {"pk": invited.pk},
    }


def address(name: str, pattern, story) -> str:
    view = name.partition(":")[2]
    known = story[""] | story.get(view.partition("_")[0], {}) | story.get(view, {})
    try:
        return reverse(name, kwargs={key: known.get(key) for key in pattern.pattern.regex.groupindex})
    except NoReverseMatch:
        pytest.fail(f"{name} has no address here: teach the sweep its arguments")


def post(client: Client, url: str, fields: dict[str, str], bad: str) -> int:
    kept = urlencode({name: value for name, value in fields.items() if name != bad})
    sent = f"{kept}&{urlencode({bad: ''})}a{NUL}b"
    with undone(client):
        return client.post(url, sent, content_type="application/x-www-form-urlencoded").status_code


def questions_that_break(client: Client, url: str, names: set[str]) -> list[str]:
    """Names in the address whose value gives a server error."""
    found = []
    for asked in [{name: NUL} for name in sorted(names)] + [dict.fromkeys(sorted(names), HALF)]:
        query = "&".join(f"{urlencode({name: ''})}a{what}b" for name, what in asked.items())
        with undone(client):
            found += list(asked) if client.get(f"{url}?{query}").status_code >= 500 else []
    return found


@pytest.mark.parametrize("who", ["applicant", "coordinator", "stranger"])
def test_the_sweep(who, request, client_for, story, asked_for):
    client = client_for(request.getfixturevalue(who) if who != "stranger" else None)
    client.raise_request_exception = False
    client.post(reverse("applicants:reference_answer", args=[story[""]["token"]]))
    wrong, pages = [], []
    for name, pattern in OURS:
        url = address(name, pattern, story)
        asked_for.clear()
        with undone(client):
            page = client.get(url)
        if page.status_code not in {200, 405}:
            continue
        pages.append(name)
        wrong += [("GET", name, question) for question in questions_that_break(client, url, asked_for.copy())]
        forms = Forms(page.content.decode()).found if page.status_code == 200 and not page.streaming else []
        ours = [(action or url, fields) for action, fields in forms if not action.startswith("/accounts/")]
        for action, fields in ours or [(url, {})]:
            asked_for.clear()
            with undone(client):
                client.post(action, fields)
            names = sorted((set(fields) | asked_for) - {"csrfmiddlewaretoken"})
            wrong += [("POST", name, field) for field in names if post(client, action, fields, field) >= 500]
    assert wrong == []
    assert len(pages) >= AT_LEAST[who], pages
