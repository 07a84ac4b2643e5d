"""A first view stays small: what a page and its own assets weigh, plain and as they travel."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.urls import reverse

from endorsement_portal.templatetags import sheets

BUDGET = 60_000
# A hundred counties to choose from, three times over.
FORM_OF_INTEREST = 80_000


def assets(html: str) -> list[Path]:
    """Every sheet and script that the page links."""
    found = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"|<script src="/static/([^"]+)"', html)
    return [Path(finders.find(sheet or script)) for sheet, script in found]


def weigh(html: str) -> tuple[int, int]:
    """Bytes of page and assets: plain, and with the assets compressed as they travel."""
    files = [file.read_bytes() for file in assets(html)]
    page = len(html.encode())
    return page + sum(map(len, files)), page + sum(len(gzip.compress(file)) for file in files)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["home", "competencies:category_finder", "account_login", "account_signup", "competencies:about"]
)
def test_a_visitor_loads_little(client, edition, name):
    plain, travelling = weigh(client.get(reverse(name)).content.decode())
    assert plain < BUDGET
    assert travelling < BUDGET * 0.5


def test_the_form_of_interest_loads_little(client, edition):
    plain, travelling = weigh(client.get(reverse("cohorts:interest_create")).content.decode())
    assert plain < FORM_OF_INTEREST
    assert travelling < BUDGET


def test_an_applicant_and_a_coordinator_load_little(client_for, draft, applicant, coordinator):
    address = reverse("applicants:application_detail", args=[draft.pk])
    for person in (applicant, coordinator):
        plain, travelling = weigh(client_for(person).get(address).content.decode())
        assert plain < BUDGET
        assert travelling < BUDGET * 0.5


# --- What a page can spare -----------------------------------------------------------------------------------------


def page(body: str) -> list[str]:
    """The sheets that a page with this body links."""
    links = "".join(sheets.link(name) for name in ("forms", "fields", "components", "records", "portfolio"))
    html = Template("{% load sheets %}{% spared %}" + links + body + "{% endspared %}").render(Context())
    return [file.stem for file in assets(html)]


@pytest.mark.parametrize(
    ("body", "linked"),
    [
        ("<p>Words</p>", ["forms", "components"]),
        ('<form><input type="hidden" name="csrf"><button class="button">Go</button></form>', ["forms", "components"]),
        ('<div class="field invalid">', ["forms", "fields", "components"]),
        ('<input type="text">', ["forms", "fields", "components"]),
        ('<p class="hint">', ["forms", "components"]),
        ('<p class="hint beside">', ["forms", "fields", "components"]),
        ('<table class="table keep">', ["forms", "components", "records"]),
        ('<ul class="entries">', ["forms", "components", "portfolio"]),
        ('<div hx-get="/more/">', ["forms", "fields", "components", "records", "portfolio"]),
    ],
)
def test_a_page_links_what_has_an_effect_on_it(body, linked):
    assert page(body) == linked


@pytest.mark.parametrize("sheet", sheets.SPARED)
def test_a_spared_sheet_begins_every_rule_with_a_name_of_its_own(sheet):
    """A rule that begins with a class of every page would have the sheet linked everywhere."""
    everywhere = {".wrap", ".stack", ".button", ".actions", ".hint", ".muted", "main", "a", "p", "h1", "h2", "body"}
    assert [need for need in sheets.needs(sheet) if need <= everywhere] == []
