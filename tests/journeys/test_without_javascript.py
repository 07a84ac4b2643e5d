"""Everything works without JavaScript, and by keyboard alone: htmx and scripts only improve."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from applicants.models import Reference, Training
from endorsement_portal.models import User
from tests import factories
from tests.journeys.people import PASSWORD, fill, press, see

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.web_alone]


@pytest.fixture
def wren(site) -> User:
    user = User(
        email="wren@example.org", name="Wren Hollowell", password=make_password(PASSWORD, hasher="pbkdf2_sha256")
    )
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    factories.application(user)
    return user


def test_an_evening_without_javascript(site, wren, new_page):
    page = new_page(width=360, javascript=False)
    page.goto(site.to("/accounts/login/"))
    fill(page, login=wren.email, password=PASSWORD)
    press(page, "Sign in")
    see(page, "Your next step")
    press(page, "Do this now")
    fill(
        page,
        legal_name="Wren Hollowell",
        certificate_name="Wren Hollowell",
        county={"label": "Ashe"},
        employer="Little Steps Center",
        job_title="Home visitor",
        sector="home_visiting",
    )
    press(page, "Save my profile")
    see(page, "Your profile is saved")

    page.goto(site.to("/applications/evidence/training/new/"))
    fill(
        page,
        title="Ünïcode 👶 training",
        sponsor="A center",
        format="workshop",
        start_date="2099-01-01",
        clock_hours="0",
    )
    press(page, "Save")
    see(page, "need another look")
    see(page, "This date is in the future")
    assert page.input_value("[name=title]") == "Ünïcode 👶 training"
    fill(page, start_date="2024-03-03", clock_hours="6.5")
    press(page, "Save")
    see(page, "Ünïcode 👶 training")
    assert Training.objects.get().clock_hours == 6.5

    application = wren.applications.get()
    page.goto(site.to(f"/applications/{application.pk}/references/"))
    press(page, "Ask somebody")
    fill(
        page,
        role="colleague",
        rater_name="Rory Rater",
        rater_email="rory@example.org",
        known_since="2020-02-02",
        waived="False",
    )
    press(page, "Send the request")
    see(page, "Rory Rater")
    assert Reference.objects.get().status == "sent"
    page.goto(site.to(f"/applications/{application.pk}/submit/"))
    see(page, "Not everything is there yet")


def test_by_keyboard_alone(site, wren, new_page):
    factories.profile(wren)
    page = new_page(width=1280)
    page.goto(site.to("/accounts/login/"))
    page.locator("body").press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip", "the first stop leads past the header"
    page.keyboard.press("Enter")
    tab_to(page, "[name=login]")
    page.keyboard.type(wren.email)
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    see(page, "Your next step")
    page.goto(site.to("/applications/evidence/"))
    tab_to(page, "a[href$='/evidence/training/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/training/new/")
    tab_to(page, "[name=title]")
    page.keyboard.type("By keyboard")
    tab_to(page, "[name=sponsor]")
    page.keyboard.type("A center")
    tab_to(page, "[name=format]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=start_date]")
    page.keyboard.type("03052024")
    tab_to(page, "[name=clock_hours]")
    page.keyboard.type("3")
    tab_to(page, "[name=area_keys]")
    page.keyboard.press("Space")
    tab_to(page, "main form .actions button[type=submit]")
    page.keyboard.press("Enter")
    see(page, "By keyboard")
    entry = Training.objects.get()
    assert (entry.title, len(entry.area_keys)) == ("By keyboard", 1)


def tab_to(page, selector: str) -> None:
    """Tab until the control has the focus, which must be visible wherever it rests."""
    for _press in range(120):
        if page.evaluate("s => document.activeElement && document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const e = document.activeElement; // A date's own parts are drawn by the browser.
            if (e === document.body || e.type === 'date') return true;
            const o = getComputedStyle(e), l = e.closest('label') || e.parentElement, p = getComputedStyle(l);
            return o.outlineStyle !== 'none' || o.boxShadow !== 'none' || p.outlineStyle !== 'none' }"""
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")
    pytest.fail(f"{selector} can't be reached with Tab")
