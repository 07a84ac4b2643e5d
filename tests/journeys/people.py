"""How people act in a browser: sign up, sign in with a second factor, fill in a form, read their mail."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import make_password

from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "longleaf-and-river-birch"


@dataclass
class Staff:
    """Somebody with a hat, a password and a second factor."""

    user: User
    secret: str

    def code(self) -> str:
        """The one-time code of this moment."""
        return format_hotp_value(hotp_value(self.secret, next(iter(yield_hotp_counters_from_time()))))


def hire(email: str, name: str, *roles: Role) -> Staff:
    """A member of staff or a reviewer who has set everything up."""
    user = User(email=email, name=name, roles=[role.value for role in roles])
    user.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return Staff(user, secret)


def sign_in(page: Page, site: Any, staff: Staff) -> None:
    """Password, then the code."""
    page.goto(site.to("/accounts/login/"))
    page.fill("[name=login]", staff.user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit] >> nth=0")
    page.wait_for_url("**/2fa/authenticate/**")
    page.fill("[name=code]", staff.code())
    page.click("main form button[type=submit] >> nth=0")
    page.wait_for_url(lambda url: "/2fa/" not in url)


def code_in(text: str) -> str:
    """The one-time code that a mail carries on a line of its own."""
    found = re.search(r"^\s*([A-Z0-9]{3,6}(?:-?[A-Z0-9]{3,6})?)\s*$", text, re.MULTILINE)
    assert found, text
    return found[1]


def fill(page: Page, **values: Any) -> None:
    """Fill in a form by the names of its fields: text, choices, ticks, dates."""
    for name, value in values.items():
        control = page.locator(f"main [name='{name}']")
        kind = control.first.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind.startswith("SELECT"):
            control.select_option(**value) if isinstance(value, dict) else control.select_option(value)
        elif kind.endswith((":radio", ":checkbox")):
            for one in value if isinstance(value, list) else [value]:
                target = page.locator(f"main [name='{name}'][value='{one}']") if one is not True else control.first
                target.check()
        else:
            control.first.fill(str(value))


def press(page: Page, words: str) -> None:
    """Press the button or follow the link with these words."""
    target = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
    target.first.click()


def see(page: Page, words: str, *, seconds: float = 15) -> None:
    """The page says these words, at the latest after a while."""
    page.locator("main").get_by_text(words).first.wait_for(state="visible", timeout=seconds * 1000)


def reload_until(page: Page, words: str, *, seconds: float = 60) -> None:
    """Come back to the page until it says these words: a worker is busy with it."""
    until = time.monotonic() + seconds
    while words not in page.locator("main").inner_text():
        assert time.monotonic() < until, f"{words!r} never came: {page.locator('main').inner_text()[:800]}"
        time.sleep(0.5)
        page.reload()
