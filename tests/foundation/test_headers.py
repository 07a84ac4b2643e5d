"""Headers that hold for every answer: pages, redirects, refusals and things that do not exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

ROOT = Path(__file__).resolve().parent.parent.parent
PATHS = [
    "/",
    "/privacy/",
    "/accounts/login/",
    "/accounts/signup/",
    "/inbox/",
    "/nowhere/",
    "/applications/1/",
    "/healthz",
]
EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), "
    "display-capture=()",
}
DIRECTIVES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}


def _policy(answer) -> dict[str, str]:
    return dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";") if part.strip()
    )


def _holds(answer, path) -> None:
    found = {name: answer.headers.get(name) for name in EXPECTED}
    assert found == EXPECTED, path
    policy = _policy(answer)
    script = policy.pop("script-src", "'none'")
    assert policy == DIRECTIVES, path
    assert re.fullmatch(r"|'none'|'nonce-[\w+/=-]{20,}'", script), path
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"], path
    assert "private" in answer["Cache-Control"], path
    assert "Server" not in answer.headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_them_everywhere(client, path):
    _holds(client.get(path), path)


@pytest.mark.django_db
def test_a_person_gets_them_everywhere(applicant, coordinator, client_for, draft):
    for person, path, status in (
        (applicant, f"/applications/{draft.pk}/", 200),
        (applicant, "/inbox/", 200),
        (applicant, "/people/", 403),
        (applicant, "/applications/", 403),
        (applicant, "/applications/999999/", 404),
        (coordinator, f"/applications/{draft.pk}/", 200),
    ):
        answer = client_for(person).get(path)
        assert answer.status_code == status, path
        _holds(answer, path)


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_with_them_too(applicant, client_for):
    client = client_for(applicant)
    client.handler.enforce_csrf_checks = True
    answer = client.post("/settings/", {"name": "x"})
    assert answer.status_code == 403
    _holds(answer, "/settings/")


@pytest.mark.django_db
def test_an_error_tells_nothing_and_has_them(applicant, client_for, monkeypatch):
    def fail(request):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("endorsement_portal.views.inbox.Paginator", fail)
    client = client_for(applicant)
    client.raise_request_exception = False
    answer = client.get("/inbox/")
    assert answer.status_code == 500
    assert b"secret of the house" not in answer.content
    _holds(answer, "500")


@pytest.mark.django_db
def test_the_nonce_is_new_each_time_and_on_every_script(client):
    nonces = set()
    for _ in range(3):
        answer = client.get("/privacy/")
        [nonce] = re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"])
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts), scripts
        nonces.add(nonce)
    assert len(nonces) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/privacy/", "/accounts/login/", "/accounts/signup/", "/endorsement/"])
def test_nothing_is_written_inside_a_tag(client, path):
    page = client.get(path).content.decode()
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)\s*=", page), path
    assert "<style" not in page
    assert "javascript:" not in page
    for address in re.findall(r'(?:src|href)="(https?://[^"]+)"', page):
        assert "ncimha" in address or address.startswith(django_settings.BASE_URL), address


PROBE = """
import django; django.setup()
from django.test import Client
answers = [Client().get("/healthz", secure=True, headers={"host": "portal.example.org"}),
           Client().get("/privacy/", headers={"host": "portal.example.org"})]
print(answers[0].headers.get("Strict-Transport-Security"), answers[0].status_code)
print(answers[1].status_code, answers[1].headers.get("Location"))
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY)
"""


def test_production_speaks_https_alone():
    env = {k: v for k, v in os.environ.items() if k not in {"DEBUG", "HTTPS", "ALLOWED_HOSTS"}}
    env |= {"BASE_URL": "https://portal.example.org", "SECRET_KEY": "x" * 60}
    done = subprocess.run([sys.executable, "-c", PROBE], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "max-age=63072000; includeSubDomains; preload 200",
        "301 https://portal.example.org/privacy/",
        "__Host-session True __Host-csrf True True",
    ], done.stderr
