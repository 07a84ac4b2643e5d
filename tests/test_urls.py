"""The sweep: every URL as every role. A stranger gets nothing outside the PUBLIC set; the wrong role never gets 200."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from applicants.tokens import reference_token
from endorsement_portal.models import Message
from tests import factories

# What a stranger may open with 200. Everything else asks to sign in first, or does not exist.
PUBLIC = {
    "healthz",
    "home",
    "privacy",
    "accessibility",
    "competencies:about",
    "competencies:category_finder",
    "competencies:category_detail",
    "cohorts:interest_create",
    "cohorts:interest_received",
    "credentials:registry",
    "credentials:verify",
    "credentials:verify_find",
    "applicants:reference_answer",
    "applicants:reference_code",
    "applicants:reference_decline",
    "applicants:provider_list",
    "applicants:supervision_answer",
    "design",
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
    "account_inactive",
    "account_reauthenticate",
    "mfa_login_webauthn",
    "account_email_verification_sent",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_signup_webauthn",
    "account_signup_by_passkey",
}
# Who gets 200 on a page that needs a hat. Pages not named here answer to the owner of the row alone.
STAFF = {"coordinator", "admin"}
MONEY = {"finance", "admin"}
ALLOWED = {
    "cohorts:interest_list": STAFF,
    "cohorts:interest_detail": STAFF,
    "cohorts:cohort_list": STAFF,
    "cohorts:cohort_detail": STAFF,
    "cohorts:cohort_create": STAFF,
    "cohorts:cohort_edit": STAFF,
    "applicants:application_list": STAFF,
    "applicants:supervision_list": STAFF,
    "applicants:reference_confirm_link": {"applicant", "coordinator"},
    "applicants:reference_confirm_code": {"coordinator"},
    "applicants:reference_paper_create": {"coordinator"},
    "applicants:reference_paper_blank": {"coordinator"},
    "applicants:reference_scan_download": STAFF,
    "applicants:provider_create": {"coordinator"},
    "applicants:provider_detail": STAFF,
    "applicants:provider_edit": {"coordinator"},
    "applicants:provider_standing_create": {"coordinator"},
    "applicants:provider_standing_edit": {"coordinator"},
    "payments:invoice_list": MONEY,
    "payments:invoice_detail": MONEY | {"applicant"},
    "payments:scholarship_list": MONEY,
    "payments:fund_list": MONEY,
    "payments:fund_create": MONEY,
    "reviews:assignment_list": STAFF,
    "reviews:overdue_list": STAFF,
    "reviews:reviewer_list": STAFF,
    "credentials:credential_list": STAFF,
    "competencies:edition_list": STAFF,
    "competencies:edition_detail": STAFF,
    "competencies:edition_import": STAFF,
    "competencies:edition_compare": STAFF,
    "applicants:edition_effects": STAFF,
    "competencies:catalog_list": STAFF,
    "competencies:catalog_create": STAFF,
    "competencies:catalog_edit": STAFF,
    "competencies:catalog_confirm": STAFF,
    "competencies:catalog_invite": STAFF,
    "competencies:catalog_invite_renew": STAFF,
    "competencies:catalog_invite_withdraw": STAFF,
    "reports:report_list": {"admin"},
    "reports:report_download": {"admin"},
    "person_list": {"admin"},
    "person_edit": {"admin"},
    "undelivered_list": STAFF,
}


def _names(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found += _names(pattern, space)
        elif pattern.name:
            found.append((f"{prefix}{pattern.name}", pattern))
    return found


ROUTES = _names(get_resolver())


@pytest.fixture
def story(applicant, coordinator, reviewer, edition):
    """One application in the middle of everything, and the arguments that lead to its pages."""
    application = factories.submitted(factories.application(applicant))
    reference = application.references.first()
    message = Message.objects.filter(to=applicant).first()
    return {
        "pk": application.pk,
        "number": 1,
        "kind": "work",
        "verb": "withdraw",
        "code": "IFS",
        "token": reference_token(reference.pk, 99),
        "serial": "unknown",
        "key": "x",
        "field": "duties",
        "standing": 1,
        "audience": "applicant",
        "grant": 1,
        "uidb36": "1",
        "upload": "00000000-0000-4000-8000-000000000000",
        "message": message.pk,
    }


def _url(name: str, pattern: URLPattern, story: dict) -> str | None:
    from django.urls import NoReverseMatch, reverse

    kwargs = {key: story.get(key) for key in pattern.pattern.regex.groupindex}
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return None


@pytest.mark.django_db
def test_a_stranger_sees_the_public_pages_alone(client_for, story):
    stranger, open_pages = client_for(None), set()
    for name, pattern in ROUTES:
        url = _url(name, pattern, story)
        if name.startswith("mfa_") and url is None:  # keys of a second factor: the library's own pages
            continue
        assert url, f"{name} has no address here: teach the sweep its arguments"
        status = stranger.get(url).status_code
        assert status < 500 or name == "readyz", (name, status)
        if status == 200:
            open_pages.add(name)
    assert open_pages <= PUBLIC, open_pages - PUBLIC


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["applicant", "other_applicant", "reviewer", "coordinator", "finance", "admin"])
def test_the_wrong_role_never_gets_in(role, request, client_for, story, applicant, django_user_model):
    person = request.getfixturevalue(role)
    client, wrong = client_for(person), []
    for name, pattern in ROUTES:
        url = _url(name, pattern, story)
        if url is None or name.startswith(("account_", "mfa_")):
            continue
        response = client.get(url)
        assert response.status_code < 500 or name == "readyz", (name, response.status_code)
        if response.status_code == 200 and name in ALLOWED and role not in ALLOWED[name]:
            wrong.append(name)
        if response.status_code == 200 and role == "other_applicant" and "Ana Applicant" in _text(response):
            wrong.append(f"{name} shows another person")
    assert wrong == []


def _text(response) -> str:
    return "" if response.streaming else response.content.decode(errors="replace")


@pytest.mark.django_db
def test_people_without_a_second_factor_see_no_page_of_others(client_for, story, django_user_model):
    from endorsement_portal.models import Role

    for role in (Role.COORDINATOR, Role.FINANCE, Role.ADMIN, Role.REVIEWER):
        person = django_user_model.objects.create_user(f"bare-{role}@example.org", "a-long-password", roles=[role])
        client = client_for(person)
        for name, pattern in ROUTES:
            url = _url(name, pattern, story)
            if (
                url is None
                or name.startswith(("account_", "mfa_"))
                or name in {"healthz", "readyz", "privacy", "accessibility"}
            ):
                continue
            response = client.get(url)
            assert response.status_code == 302, (role, name, response.status_code)
            assert response["Location"].startswith("/accounts/2fa/"), (role, name)
