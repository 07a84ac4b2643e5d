"""axe-core finds nothing on any page, at the width of a phone: every route, as somebody who may open it."""

from __future__ import annotations

from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from applicants.models import KINDS
from reviews.models import Review
from tests import factories
from tests.test_urls import ROUTES, _url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.web_alone]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# Answers that are no pages.
NOT_PAGES = ("healthz", "readyz", "reports:report_download", "payments:webhook")


def _session(user) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"], store["_auth_user_backend"] = str(user.pk), BACKEND
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    return store.session_key


def _opener(url: str, clients: dict[str, Client]) -> str | None:
    """Who gets a page at this address."""
    for name, client in clients.items():
        response = client.get(url)
        if response.status_code == 200 and "html" in response.get("Content-Type", ""):
            return name
    return None


def test_axe_finds_nothing(site, new_page, applicant, coordinator, reviewer, finance, admin, client_for):
    application = factories.reviewable(factories.application(applicant), coordinator)
    people = {
        "applicant": applicant,
        "coordinator": coordinator,
        "finance": finance,
        "admin": admin,
        "reviewer": reviewer,
    }
    clients = {name: client_for(user) for name, user in people.items()} | {"visitor": client_for(None)}
    draft = factories.application(applicant, code="ECFS")
    entries = [getattr(factories, kind)(applicant) for kind in KINDS]
    factories.supervision(applicant, peer=True)
    pages, findings, looked = {}, [], 0
    for name in clients:
        page = new_page(width=360)
        if name != "visitor":
            page.context.add_cookies(
                [{"name": _cookie_name(page, site), "value": _session(people[name]), "url": site.url}]
            )
        pages[name] = page
    for pk in (application.pk, draft.pk):
        story = {
            "pk": pk, "number": 1, "kind": "work", "verb": "withdraw", "code": "IFS", "token": "x" * 43,
            "serial": "unknown", "key": "x", "uidb36": "1", "profile": "FS", "audience": "applicant", "field": "duties",
        }  # fmt: skip
        for route, pattern in ROUTES:
            if (
                route.startswith(("mfa_", "account_logout"))
                or route in NOT_PAGES
                or (pk == draft.pk and not route.startswith("applicants:"))
            ):
                continue
            url = _url(route, pattern, story)
            who = _opener(url, clients) if url else None
            if who is None:
                continue
            looked += 1
            findings += look(pages[who], site.to(url), f"{route} as {who}")
    for url in [*more_of(draft), *(f"/applications/evidence/{entry.kind}/{entry.pk}/" for entry in entries)]:
        assert clients["applicant"].get(url).status_code == 200, url
        looked += 1
        findings += look(pages["applicant"], site.to(url), url)
    assert findings == []
    assert looked > 70, looked
    assert Review.objects.count() == 0


def more_of(draft) -> list[str]:
    """Pages with more than one face: as a list, the gaps alone, an add-on, everything that one is short of."""
    own = f"/applications/{draft.pk}"
    return [
        f"{own}/coverage/?as=list",
        f"{own}/coverage/?only=gaps",
        "/applications/evidence/requirements/ERS/",
        "/applications/evidence/requirements/IMHM-RF/",
    ]


def look(page, url: str, name: str) -> list[str]:
    """What axe finds there, with every fold open, and whether it is wider than the phone."""
    page.goto(url)
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
    result = Axe().run(page, options=OPTIONS)
    width = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{name}: {width} px wide on a phone"] if width > 360 else []
    return found + [f"{name}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in result.response["violations"]]


def _cookie_name(page, site) -> str:
    """The site names its session cookie after its own port."""
    return f"session{site.url.rsplit(':', 1)[1]}"
