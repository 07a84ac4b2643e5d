"""Making an account and signing in, with nothing given away about who has one."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from endorsement_portal.models import Event, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"name": "Nia New", "email": "nia@example.org", "password1": "a-very-long-password"}


def _code() -> str:
    return re.search(r"^([A-Z0-9]{3,4}-[A-Z0-9]{3,4})$", mail.outbox[-1].body, re.MULTILINE)[1]


def test_a_code_by_mail_completes_the_account(client):
    answer = client.post("/accounts/signup/", NEW)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert mail.outbox[-1].to == ["nia@example.org"]
    answer = client.post("/accounts/confirm-email/", {"code": _code()})
    assert answer.status_code == 302
    user = User.objects.get(email="nia@example.org")
    assert (user.name, user.roles, user.is_staff, user.is_superuser) == ("Nia New", ["applicant"], False, False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert {"sign_up", "sign_in"} <= set(Event.objects.about(user).values_list("verb", flat=True))
    assert PASSWORD not in user.password


def test_a_wrong_code_opens_nothing(client):
    client.post("/accounts/signup/", NEW)
    for wrong in ("000000", "", "x" * 500):
        assert client.post("/accounts/confirm-email/", {"code": wrong}).status_code in {200, 302}
    assert "_auth_user_id" not in client.session


def test_the_password_is_hashed_with_argon2_in_earnest(settings):
    from importlib import import_module

    assert import_module("endorsement_portal.settings").PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.mark.parametrize("email", ["applicant@example.org", "APPLICANT@Example.ORG"])
def test_an_address_that_is_taken_looks_the_same_and_makes_no_second_account(client, applicant, email):
    fresh = client.post("/accounts/signup/", NEW)
    page_fresh = client.get(fresh["Location"]).content.decode()
    client.cookies.clear()
    taken = client.post("/accounts/signup/", NEW | {"email": email})
    page_taken = client.get(taken["Location"]).content.decode()
    assert (taken.status_code, taken["Location"]) == (fresh.status_code, fresh["Location"])
    assert _same(page_fresh, "nia@example.org") == _same(page_taken, email.lower())
    assert User.objects.filter(email__iexact=email).count() == 1
    # The owner of the address is told, so that a forgotten account is not a dead end.
    assert mail.outbox[-1].to[0].lower() == "applicant@example.org"


def _same(page: str, address: str) -> str:
    """The page without what differs each time."""
    page = re.sub(r'(nonce|value)="[^"]*"', "", page)
    return re.sub(re.escape(address), "ADDRESS", page, flags=re.IGNORECASE)


def test_two_accounts_never_share_an_address_whatever_the_case(applicant):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        User.objects.create_user("Applicant@EXAMPLE.org")


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_nobody_learns_who_has_an_account(client, applicant, path):
    answers = {}
    for email in ("applicant@example.org", "nobody@example.org"):
        client.cookies.clear()
        answer = client.post(path, {"email": email}, follow=True)
        answers[email] = (answer.redirect_chain, _same(answer.content.decode(), email))
    assert answers["applicant@example.org"] == answers["nobody@example.org"]
    assert len(mail.outbox) == 2


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client, applicant):
    words = []
    for email in ("applicant@example.org", "nobody@example.org"):
        answer = client.post("/accounts/login/", {"login": email, "password": "wrong-password"})
        words.append(answer.context["form"].errors.get_json_data())
    assert words[0] == words[1]


def test_signing_in_by_password_whatever_the_case_of_the_address(client, applicant):
    client.post("/accounts/login/", {"login": "APPLICANT@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(applicant.pk)


def test_signing_in_by_a_code_by_mail(client, applicant):
    answer = client.post("/accounts/login/code/", {"email": "applicant@example.org"})
    assert answer["Location"] == "/accounts/login/code/confirm/"
    client.post("/accounts/login/code/confirm/", {"code": _code()})
    assert client.session["_auth_user_id"] == str(applicant.pk)


def test_too_many_wrong_passwords_are_stopped(client, applicant):
    for _ in range(6):
        client.post("/accounts/login/", {"login": "applicant@example.org", "password": "wrong-password"})
    client.post("/accounts/login/", {"login": "applicant@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("password", ["short", "password123", "nia@example.org"])
def test_a_weak_password_is_refused_with_everything_else_kept(client, password):
    answer = client.post("/accounts/signup/", NEW | {"password1": password})
    assert list(answer.context["form"].errors) == ["password1"]
    assert 'value="Nia New"' in answer.content.decode()
    assert User.objects.count() == 0


def test_the_way_on_after_signing_in_never_leads_elsewhere(client, applicant):
    answer = client.post(
        "/accounts/login/?next=https://evil.example/",
        {"login": "applicant@example.org", "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_a_mail_server_that_is_away_is_said_calmly(client, monkeypatch):
    def away(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    answer = client.post("/accounts/signup/", NEW, follow=True)
    assert answer.status_code == 200
    assert "The mail could not be sent just now. Please ask for a new code in a minute." in answer.content.decode()
