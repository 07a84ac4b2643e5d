"""Words survive a real browser: no connection, no session, a closed window, a second one, a rater's borrowed machine."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session

from applicants.models import Draft, Training
from applicants.tokens import reference_path
from applicants.transitions import advance
from tests import factories
from tests.journeys.people import press, see
from tests.journeys.test_axe import OPTIONS
from tests.processes import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.web_alone]

NEW = "/applications/evidence/training/new/"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(page, site, user) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"], store["_auth_user_backend"] = str(user.pk), BACKEND
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    name = f"session{site.url.rsplit(':', 1)[1].strip('/')}"
    page.context.add_cookies([{"name": name, "value": store.session_key, "url": site.url}])


def write(page, name: str, text: str) -> None:
    """Type as a person does, key by key."""
    page.locator(f"main [name='{name}']").press("End")
    page.keyboard.type(text)


def kept(page, where: str = "localStorage") -> dict[str, str]:
    """What the browser keeps, by field."""
    found = json.loads(page.evaluate(f"JSON.stringify({{...{where}}})"))
    return {
        field: one["said"][0]
        for key, words in found.items()
        if key.startswith("words:")
        for field, one in json.loads(words).items()
    }


def drafted(field: str) -> list[str]:
    return Draft.objects.get().words[field]


def sound(page) -> None:
    """axe-core finds nothing on what the script brought in."""
    assert Axe().run(page, options=OPTIONS).response["violations"] == []


def test_no_word_is_lost(site, new_page, applicant, edition):
    page = new_page(width=360)
    sign_in(page, site, applicant)
    page.goto(site.to(NEW))
    write(page, "title", "Found")
    see(page, "Saved at")
    assert (drafted("title"), kept(page)) == (["Found"], {})

    # The train enters a tunnel, and leaves it.
    page.context.set_offline(True)
    write(page, "sponsor", "A center")
    see(page, "We can’t reach the portal just now. Your words are kept in this browser")
    assert kept(page) == {"sponsor": "A center"}
    page.context.set_offline(False)
    see(page, "Saved at")
    assert (drafted("sponsor"), kept(page)) == (["A center"], {})

    # Signed out meanwhile: the words wait until the person is back, though the window was closed.
    Session.objects.all().delete()
    write(page, "title", "ations")
    see(page, "You are signed out. Your words are kept in this browser until you sign in again.")
    write(page, "description", "Long words, שלום 👶")
    wait_for(lambda: "description" in kept(page), seconds=10)
    assert drafted("title") == ["Found"]
    page.goto(site.to("/"))
    sign_in(page, site, applicant)
    page.goto(site.to(NEW))
    see(page, "Some of your words had not reached us")
    assert page.input_value("[name=title]") == "Found"
    assert page.locator("main blockquote").all_inner_texts() == ["Foundations", "Long words, שלום 👶"]
    sound(page)
    press(page, "Bring all of them back")
    see(page, "Saved at")
    wait_for(lambda: kept(page) == {}, seconds=10)
    assert (drafted("title"), drafted("description")) == (["Foundations"], ["Long words, שלום 👶"])
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    # What is typed last, and saved at once, is saved once and offered no more.
    page.fill("[name=start_date]", "2024-03-03")
    page.select_option("[name=format]", "workshop")
    page.fill("[name=clock_hours]", "6.50")
    press(page, "Save")
    see(page, "Saved. Add another")
    entry = Training.objects.get()
    assert (entry.title, entry.sponsor, Draft.objects.count()) == ("Foundations", "A center", 0)
    page.goto(site.to(NEW))
    wait_for(lambda: kept(page) == {}, seconds=10)
    assert page.locator("main blockquote").count() == 0

    two_windows(page, site, entry)

    # Signing out, the browser forgets.
    page.evaluate("id => localStorage.setItem(`words:person-${id}:profile`, '{}')", applicant.pk)
    page.evaluate("localStorage.setItem('words:person-0:profile', '{}')")
    page.goto(site.to("/accounts/logout/"))
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "logout" not in url)
    assert page.evaluate("Object.keys(localStorage)") == ["words:person-0:profile"]


def two_windows(page, site, entry: Training) -> None:
    """Both texts are shown, and the choice is made field by field."""
    address = site.to(f"/applications/evidence/training/{entry.pk}/")
    other = page.context.new_page()
    for one in (page, other):
        one.goto(address)
    page.fill("[name=title]", "Title from the phone")
    see(page, "Saved at")
    page.fill("[name=sponsor]", "Sponsor from the phone")
    see(page, "Saved at")
    wait_for(lambda: kept(page) == {}, seconds=10)
    other.fill("[name=title]", "Title from the desk")
    see(other, "Your other window says something else here")
    assert other.locator("main blockquote").all_inner_texts() == ["Title from the phone"]
    assert other.input_value("[name=title]") == "Title from the desk"
    sound(other)
    # What was not touched here is taken over, and said so.
    assert other.input_value("[name=sponsor]") == "Sponsor from the phone"
    see(other, "Filled in from your other window.")
    press(other, "Keep mine")
    see(other, "Saved at")
    assert drafted("title") == ["Title from the desk"]
    write(page, "title", "!")
    see(page, "Your other window says something else here")
    press(page, "Keep the other")
    assert page.input_value("[name=title]") == "Title from the desk"
    press(page, "Save")
    see(page, "Your changes are saved.")
    entry.refresh_from_db()
    assert (entry.title, entry.sponsor) == ("Title from the desk", "Sponsor from the phone")
    other.close(run_before_unload=False)


def test_a_raters_words_stay_in_the_window(site, new_page, applicant, edition):
    reference = factories.reference(factories.application(applicant))
    advance(reference, "send", by=applicant)
    page = new_page(width=360)
    page.goto(site.to(reference_path(reference)))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/form/")
    page.context.set_offline(True)
    write(page, "remarks", "Kind words")
    see(page, "Your words stay in this window")
    assert (kept(page), kept(page, "sessionStorage")) == ({}, {"remarks": "Kind words"})
    page.context.set_offline(False)
    see(page, "Saved at")
    assert (drafted("remarks"), kept(page, "sessionStorage")) == (["Kind words"], {})
