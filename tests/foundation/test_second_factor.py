"""People whose pages show others' data set up a second factor first; secrets rest encrypted."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.urls import reverse

from endorsement_portal.models import Event, Role
from tests.conftest import PASSWORD, make_person

pytestmark = pytest.mark.django_db
STAFF = [Role.REVIEWER, Role.COORDINATOR, Role.FINANCE, Role.ADMIN]


@pytest.fixture
def bare(django_user_model):
    """Somebody with this hat and no second factor."""
    from allauth.account.models import EmailAddress

    def make(role):
        user = django_user_model.objects.create_user(f"{role}-bare@example.org", PASSWORD, roles=[role])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.parametrize("role", STAFF)
def test_without_a_factor_every_page_leads_to_setting_one_up(role, bare, client_for):
    client = client_for(bare(role))
    for name in ("home", "inbox", "account_settings", "applicants:application_list", "person_list"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/"), name
    assert client.get("/accounts/2fa/").status_code == 200
    for path in ("/privacy/", "/accessibility/", "/healthz"):
        assert client.get(path).status_code == 200
    assert client.post(reverse("applicants:evidence_create", args=["work"]), {}).status_code == 302


def test_an_applicant_needs_none(applicant, client_for):
    assert client_for(applicant).get("/").status_code == 200


def test_a_new_hat_asks_for_a_factor_at_once(applicant, client_for):
    client = client_for(applicant)
    assert client.get("/").status_code == 200
    applicant.roles = [Role.APPLICANT, Role.REVIEWER]
    applicant.save()
    assert client.get("/").status_code == 302


def test_signing_in_asks_for_the_code_and_a_wrong_one_is_refused(client, coordinator):
    secret = generate_totp_secret()
    Authenticator.objects.filter(user=coordinator, type="totp").delete()
    TOTP.activate(coordinator, secret)
    answer = client.post("/accounts/login/", {"login": coordinator.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert client.session["_auth_user_id"] == str(coordinator.pk)
    assert list(Event.objects.about(coordinator).values_list("verb", flat=True)) == ["sign_in"]


def test_a_code_by_mail_is_no_way_around_the_factor(client, coordinator):
    client.post("/accounts/login/code/", {"email": coordinator.email})
    [sent] = mail.outbox
    code = next(word for line in sent.body.splitlines() if (word := line.strip()) and "-" in word and len(word) == 9)
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_secrets_rest_encrypted_with_a_key_that_is_not_in_the_database(settings):
    secret = generate_totp_secret()
    person = make_person("secret@example.org")
    TOTP.activate(person, secret)
    row = Authenticator.objects.get(user=person, type="totp")
    assert secret not in str(row.data)
    assert row.wrap().validate_code(_code(secret))
    from cryptography.fernet import Fernet, InvalidToken

    settings.FIELD_KEY = Fernet.generate_key()
    with pytest.raises(InvalidToken):
        Authenticator.objects.get(pk=row.pk).wrap().validate_code(_code(secret))


def test_somebody_blocked_is_out_at_once(coordinator, client_for):
    client = client_for(coordinator)
    assert client.get("/").status_code == 200
    coordinator.is_active = False
    coordinator.save()
    assert client.get("/inbox/")["Location"] == "/accounts/login/?next=/inbox/"
