"""The look holds: contrast in both themes, fields tied to their words, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import include, path

from endorsement_portal.templatetags import portal_tags
from endorsement_portal.urls import urlpatterns as portal_urls

CSS = Path(settings.BASE_DIR) / "static" / "css"
TEMPLATES = Path(settings.BASE_DIR) / "templates"

# The shelf is wired in development only, so this module brings the address with it.
urlpatterns = [*portal_urls, path("design/", include("endorsement_portal.design_urls"))]
pytestmark = pytest.mark.urls(__name__)

TEXT_PAIRS = [
    *[
        (ink, paper)
        for ink in ("ink", "muted", "pine", "pine-strong", "clay")
        for paper in ("paper", "surface", "sunken")
    ],
    ("on-pine", "pine"),
    ("on-pine", "pine-strong"),
    ("pine", "pine-tint"),
    ("pine-strong", "pine-tint"),
    ("muted", "pine-tint"),
    ("clay", "clay-tint"),
    ("clay-strong", "clay-tint"),
    ("muted", "clay-tint"),
    ("carolina", "carolina-tint"),
    ("honey", "honey-tint"),
    ("honey", "paper"),
    ("honey", "surface"),
    *[("ink", f"{tone}-tint") for tone in ("pine", "clay", "carolina", "honey")],
    ("on-foot", "foot"),
    ("on-foot-muted", "foot"),
]
EDGE_PAIRS = [(edge, paper) for edge in ("edge", "focus", "pine", "clay") for paper in ("paper", "surface", "sunken")]


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As printed.", widget=forms.TextInput(attrs={"placeholder": "Name"}))
    note = forms.CharField(label="Note", required=False)
    age = forms.ChoiceField(label="Age", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("These do not fit together.")


def themes() -> dict[str, dict[str, str]]:
    light, dark = (CSS / "tokens.css").read_text().split("@media", 1)
    found = {
        name: dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", part))
        for name, part in [("light", light), ("dark", dark)]
    }
    return {"light": found["light"], "dark": found["light"] | found["dark"]}


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_colors_can_be_read(theme):
    colors = themes()[theme]
    poor = [(a, b) for a, b in TEXT_PAIRS if contrast(colors[a], colors[b]) < 4.5]
    poor += [(a, b) for a, b in EDGE_PAIRS if contrast(colors[a], colors[b]) < 3]
    assert poor == []


def test_every_property_that_is_used_is_defined():
    everything = "".join(file.read_text() for file in CSS.glob("*.css"))
    used, defined = set(re.findall(r"var\(--([\w-]+)", everything)), set(re.findall(r"--([\w-]+)\s*:", everything))
    assert used - defined == set()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere():
    wrong = []
    for file in TEMPLATES.rglob("*.html"):
        if file.parts[-2] == "mail" or file.name == "certificate.html":
            continue  # mail programs and the PDF know no stylesheet of ours
        text = file.read_text()
        if re.search(r"\sstyle=|\son\w+=\"|<style|javascript:|https?://(?!www\.w3\.org)", text):
            wrong.append(file.name)
        wrong += [
            f"{file.name}: script without nonce"
            for tag in re.findall(r"<script[^>]*>", text)
            if "nonce=" not in tag and "application/json" not in tag
        ]
    assert wrong == []


def test_every_component_says_what_it_takes():
    first_lines = {file.name: file.read_text().lstrip() for file in (TEMPLATES / "components").glob("*.html")}
    assert [name for name, text in first_lines.items() if not text.startswith(("{#", "{% comment %}"))] == []


def test_a_field_is_tied_to_its_hint_and_its_error():
    form = Sample({"age": "a"})
    html = form["name"].as_field_group()
    assert '<label for="id_name">Name</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "placeholder" not in html


def test_only_optional_fields_are_marked():
    form = Sample()
    assert "(optional)" in form["note"].as_field_group()
    assert "(optional)" not in form["name"].as_field_group()


def test_radios_share_a_question():
    html = Sample({})["age"].as_field_group()
    assert re.search(r'<fieldset class="field invalid\s*" aria-describedby="id_age_error">', html)
    assert "<legend>Age" in html
    assert "aria-invalid" not in html
    assert html.count('class="choice"') == 2


def test_the_summary_names_each_problem_once_and_leads_to_it():
    form = Sample({"name": "Ana"})
    page = Template('{% include "components/error_summary.html" %}{{ form }}').render(Context({"form": form}))
    assert "4 things need another look" in page
    assert page.count("These do not fit together.") == 1
    assert 'href="#id_age_0"' in page
    assert 'href="#id_agree"' in page
    assert 'href="#"' not in page


def test_a_form_without_a_summary_still_says_what_is_wrong():
    page = Template("{{ form }}").render(Context({"form": Sample({"name": "Ana"})}))
    assert page.count("These do not fit together.") == 1


def test_no_summary_where_nothing_is_wrong():
    assert portal_tags.summarize_errors(Sample()) == []
    assert portal_tags.summarize_errors(None) == []
    assert render_to_string("components/error_summary.html", {}).strip() == ""


def test_a_formset_is_summed_up_whole():
    formset = forms.formset_factory(Sample)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "Ana"})
    problems = portal_tags.summarize_errors(formset)
    assert [(problem.label, problem.anchor) for problem in problems] == [
        ("", ""),
        ("Age", "id_form-0-age_0"),
        ("I agree", "id_form-0-agree"),
        ("", ""),
    ]


@pytest.mark.parametrize(
    ("cents", "said"),
    [(7500, "$75.00"), (125000, "$1,250.00"), (5, "$0.05"), (0, "$0.00"), (-250, "−$2.50"), (None, ""), ("", "")],
)
def test_money_is_said_in_dollars(cents, said):
    assert portal_tags.dollars(cents) == said


def test_server_trouble_needs_neither_database_nor_context():
    for name in ("500.html", "400.html"):
        assert "<h1>" in render_to_string(name)


@pytest.mark.django_db
def test_the_shelf_shows_every_component(client):
    response = client.get("/design/?said=1")
    assert response.status_code == 200
    shown = {
        template.name for template in response.templates if template.name and template.name.startswith("components/")
    }
    # These live on other pages: inside the account, in demonstrations, beside one upload, on pages of their own.
    elsewhere = {"account_links", "account_tabs", "demo_banner", "page_header"}
    missing = {f"components/{file.name}" for file in (TEMPLATES / "components").glob("*.html")} - shown
    assert missing == {f"components/{name}.html" for name in elsewhere}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("address", ["/design/?said=1", "/accounts/login/", "/accounts/signup/", "/nowhere/"])
def test_axe_finds_nothing_and_nothing_sticks_out(live_server, new_page, address, width, dark):
    page = new_page(width=width, dark=dark)
    response = page.goto(live_server.url + address)
    assert response.status == (404 if address == "/nowhere/" else 200)
    page.wait_for_timeout(300)  # colors fade in
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_summary_is_read_first_and_leads_to_the_field(live_server, page):
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", "nobody@example.org")
    page.click("main form.form button[type=submit]")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.name") == "password"


def test_a_form_is_sent_once(live_server, page):
    page.goto(f"{live_server.url}/accounts/password/reset/")
    page.fill("[name=email]", "nobody@example.org")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation():
        page.evaluate(
            """() => {
                const button = document.querySelector("main form.form button[type=submit]");
                button.click();
                button.click();
            }"""
        )
    assert sent == [f"{live_server.url}/accounts/password/reset/"]


def test_the_menu_opens_without_javascript(live_server, new_page):
    page = new_page(width=360, javascript=False)
    page.goto(f"{live_server.url}/accounts/login/")
    page.click("summary:has-text('Menu')")
    assert page.locator(".menu-list >> text=Create an account").is_visible()
