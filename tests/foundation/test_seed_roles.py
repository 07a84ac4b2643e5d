"""seed_roles: ordinary accounts that can really sign in, never beside real people; and the policy that goes with them."""

from __future__ import annotations

import io
import json
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from endorsement_portal import policy
from endorsement_portal.management.commands.seed_roles import CAST
from endorsement_portal.models import Event, Role, User
from endorsement_portal.policy import Policy, PolicyError, Principal


def seed(*arguments: str) -> dict:
    out = io.StringIO()
    call_command("seed_roles", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def sign_in(account: dict) -> Client:
    """As a person does, by the pages: password, then the code of this half minute."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": account["email"], "password": account["password"]})
    if account["totp_secret"]:
        assert answer["Location"] == reverse("mfa_authenticate")
        code = format_hotp_value(hotp_value(account["totp_secret"], int(time.time()) // 30))
        answer = client.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert answer["Location"] == reverse("home")
    return client


def test_two_or_more_of_every_role_and_people_with_two_hats(db):
    accounts = seed()["accounts"]
    for role in Role:
        assert sum(account["roles"] == [role.value] for account in accounts) == 2
    assert sum(len(account["roles"]) == 2 for account in accounts) == 3
    assert User.objects.count() == len(accounts) == len(CAST)
    assert not User.objects.filter(is_superuser=True).exists()


def test_every_account_signs_in_by_the_ordinary_pages(db):
    for account in seed()["accounts"]:
        client = sign_in(account)
        assert client.get(reverse("account_settings")).status_code == 200


def test_a_second_factor_for_everybody_who_sees_others_data_and_only_them(db):
    for account in seed()["accounts"]:
        assert bool(account["totp_secret"]) == (account["roles"] != ["applicant"])


def test_secrets_are_random_and_new_every_time_and_end_the_sessions(db):
    first = seed()["accounts"]
    client = sign_in(first[0])
    second = seed()["accounts"]
    assert [a["email"] for a in first] == [a["email"] for a in second]
    assert User.objects.count() == len(CAST)
    secrets = [a["password"] for a in first + second] + [a["totp_secret"] for a in first + second if a["totp_secret"]]
    assert len(set(secrets)) == len(secrets)
    assert all(len(a["password"]) >= 24 for a in second)
    assert client.get(reverse("account_settings")).status_code == 302
    assert authenticate(None, email=first[0]["email"], password=first[0]["password"]) is None


def test_it_refuses_a_database_with_a_real_person_whatever_debug_says(applicant, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="real people"):
        seed()
    assert User.objects.count() == 1
    seed("--beside-real-people")
    assert User.objects.count() == 1 + len(CAST)


def test_made_up_people_of_the_demonstration_are_no_real_people(applicant):
    User.objects.update(is_demo=True)
    assert len(seed()["accounts"]) == len(CAST)


def test_closing_shuts_all_of_them_and_nobody_else(db, applicant):
    accounts = seed("--beside-real-people")["accounts"]
    client = sign_in(accounts[2])
    out = io.StringIO()
    call_command("seed_roles", "--close", stdout=out)
    assert out.getvalue() == f"{len(CAST)} accounts are shut\n"
    assert list(User.objects.filter(is_active=True)) == [applicant]
    assert client.get(reverse("account_settings")).status_code == 302
    assert authenticate(None, email=accounts[0]["email"], password=accounts[0]["password"]) is None


def test_the_log_knows_and_holds_no_secret(db):
    accounts = seed()["accounts"]
    events = Event.objects.filter(verb="seed")
    assert events.count() == len(CAST)
    told = json.dumps(list(events.values("details", "note")))
    assert not any(account["password"] in told for account in accounts)


def test_the_document_says_how_to_sign_in_and_what_each_role_may(db):
    document = seed()
    assert document["sign_in"]["url"].endswith(reverse("account_login"))
    fields = document["policy"]["fields"]
    assert set(fields) == {"visitor", "rater", "provider", "helper", *Role.values}
    assert fields["applicant"]["reviews.review"]["own"]["private_note"] == "none"
    assert fields["reviewer"]["reviews.review"]["assigned"]["private_note"] == "write"
    assert fields["admin"]["cohorts.interest"]["other"]["access_needs"] == "none"
    assert fields["finance"]["applicants.work"]["other"]["duties"] == "none"


# --- The policy itself -------------------------------------------------------------------------------------------


def test_the_policy_fits_the_models():
    assert policy.misfits(policy.load()) == []


def test_every_model_with_a_persons_rows_has_its_words():
    """Each model with a link to an account is among the objects, never among those without persons."""
    rules = policy.load().rules
    for model in apps.get_models():
        if policy.people_fields(model):
            assert model._meta.label_lower in rules, model


def test_a_model_nobody_thought_of_is_found(monkeypatch):
    full = policy.load()
    rules = {label: rule for label, rule in full.rules.items() if label != "applicants.work"}
    rest = Policy(full.roles, full.relations, full.principals, rules, full.without_persons)
    assert policy.misfits(rest) == ["applicants.work is not in the policy"]


def test_a_model_that_is_said_to_hold_nobody_but_does_is_found():
    full = policy.load()
    rules = {label: rule for label, rule in full.rules.items() if label != "applicants.work"}
    rest = Policy(full.roles, full.relations, full.principals, rules, full.without_persons | {"applicants.work": "no"})
    assert policy.misfits(rest) == ["applicants.work is said to hold no person's rows, but person names one"]


def test_everything_is_spelled_out_for_every_role_relation_and_field():
    loaded = policy.load()
    document = loaded.as_document()
    for principal in loaded.principals:
        for label in loaded.rules:
            spelled = document[principal.role][label][principal.relation]
            assert list(spelled) == policy.fields_of(apps.get_model(label))
            assert set(spelled.values()) <= {"read", "write", "none"}


def test_secrets_are_nobodys():
    loaded = policy.load()
    nobody = {
        "applicants.reference": ["token_hash", "generation"],
        "endorsement_portal.user": ["is_superuser", "groups", "user_permissions"],
        "endorsement_portal.event": ["hash", "previous_hash"],
        "sessions.session": ["session_key", "session_data"],
        "payments.invoice": ["bank_ref"],
        "applicants.signature": ["address"],
    }
    for label, fields in nobody.items():
        for field in fields:
            assert {loaded.access(label, who, field) for who in loaded.principals} == {"none"}, (label, field)


def test_no_role_writes_or_reads_reviews_about_themselves():
    loaded = policy.load()
    for label in ("reviews.review", "reviews.score", "reviews.conflict"):
        for who in loaded.principals:
            if who.relation.startswith("own"):
                assert loaded.rules[label].get(who, {}) == {}, (label, who)


def test_strangers_rows_are_nobodys_but_the_staffs():
    loaded = policy.load()
    for label, rule in loaded.rules.items():
        for who in (Principal("applicant", "other"), Principal("reviewer", "unassigned"), Principal("rater", "other")):
            assert rule.get(who, {}) == {}, (label, who)


LINKED = "rater.linked, provider.linked: {read: [name]}"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("other: About somebody else.", "other: About somebody else.\n  owm: A slip."), "owm is nobody's"),
        ((LINKED, "rater.linked: {read: [nmae]}"), "endorsement_portal.user has no field nmae"),
        ((LINKED, "rator.linked: {read: [name]}"), "nobody is rator.linked"),
        ((LINKED, "rater.linked: {reed: [name]}"), "reed, which is neither read nor write"),
        ((LINKED, "rater.linked: {read: [name, name]}"), "name is there twice"),
        (("  sessions.session: {}\n", ""), "sessions.session is not in the policy"),
        (("  sessions.session: {}\n", "  sessions.sitting: {}\n"), "there is no such model"),
    ],
)
def test_a_slip_in_the_file_is_told(tmp_path, change, problem):
    text = policy.FILE.read_text(encoding="utf-8")
    assert text.count(change[0]) == 1
    slipped = tmp_path / "policy.yaml"
    slipped.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(PolicyError, match=problem):
        policy.load(slipped)
