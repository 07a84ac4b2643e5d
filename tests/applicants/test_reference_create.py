"""Asking for a reference: one mail with a link made at sending, and only its hash in the database."""

from __future__ import annotations

import hashlib
import re
import threading

import pytest
from django.apps import apps
from django.core import mail as django_mail
from django.core import serializers
from django.db import connection
from django.test import Client

from applicants.models import Application, Reference
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = {
    "role": "colleague",
    "rater_name": "Renée Rater",
    "rater_email": "renee@example.org",
    "known_since": "2020-01-01",
    "waived": "True",
}


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/references/new/"


def everything_stored() -> str:
    """The whole database as text."""
    rows = (row for model in apps.get_models() for row in model._default_manager.all())
    return serializers.serialize("json", rows)


def token_of(sent) -> str:
    return re.search(r"/applications/reference/([\w-]+)/", sent.body)[1]


def test_it_sends_one_mail_with_a_live_link(path, draft, applicant, client_for, keep_promises):
    answer = client_for(applicant).post(path, GOOD, follow=True)
    assert "We are writing to Renée Rater now." in answer.content.decode()
    reference = Reference.objects.get()
    assert (reference.status, reference.generation, reference.waived) == ("sent", 1, True)
    assert 59 <= (reference.expires_at - reference.sent_at).days <= 60
    [event] = Event.objects.about(reference)
    assert (event.verb, event.actor_id) == ("send", applicant.pk)
    keep_promises()
    [sent] = django_mail.outbox
    assert (sent.to, sent.subject) == (["renee@example.org"], "Ana Applicant asks you for a reference")
    assert Client().get(f"/applications/reference/{token_of(sent)}/").status_code == 200
    keep_promises()
    assert len(django_mail.outbox) == 1


def test_the_token_is_nowhere_in_the_database(path, applicant, client_for, keep_promises):
    client_for(applicant).post(path, GOOD)
    keep_promises()
    token = token_of(django_mail.outbox[0])
    stored = everything_stored()
    assert len(token) == 43
    assert token not in stored
    assert hashlib.sha256(token.encode()).hexdigest() in stored


def test_the_right_to_read_is_kept_where_the_person_says_so(path, applicant, client_for):
    client_for(applicant).post(path, GOOD | {"waived": "False"})
    assert Reference.objects.get().waived is False


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        (
            {"rater_email": "APPLICANT@example.org"},
            "rater_email",
            "This is your own address. Please name somebody else.",
        ),
        ({"rater_email": "nobody"}, "rater_email", "Enter a valid email address."),
        ({"rater_email": "a@b.org\nBcc: x@y.org"}, "rater_email", "Enter a valid email address."),
        ({"known_since": "2999-01-01"}, "known_since", "This date is in the future. Please enter a date up to today."),
        ({"waived": ""}, "waived", "This field is required."),
        ({"role": "king"}, "role", None),
        ({"rater_name": ""}, "rater_name", "This field is required."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_sent(path, applicant, client_for, wrong, field, words):
    answer = client_for(applicant).post(path, GOOD | wrong)
    assert list(answer.context["form"].errors) == [field]
    if words:
        assert answer.context["form"].errors[field] == [words]
    assert (Reference.objects.count(), Message.objects.count()) == (0, 0)


def test_a_second_click_and_the_same_person_in_other_letters_are_refused(path, applicant, client_for):
    client = client_for(applicant)
    client.post(path, GOOD)
    for email in ("renee@example.org", "RENEE@Example.org"):
        answer = client.post(path, GOOD | {"rater_email": email})
        assert answer.context["form"].errors["rater_email"] == ["You have already named somebody with this address."]
    assert (Reference.objects.count(), Message.objects.filter(kind="E39").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_ask_once(path, applicant, client_for):
    session, answers, ready = client_for(applicant).cookies, [], threading.Barrier(4)

    def click():
        client = Client()
        client.cookies = session
        try:
            ready.wait()
            answers.append(client.post(path, GOOD).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 200, 302]
    assert (Reference.objects.count(), Message.objects.filter(kind="E39").count()) == (1, 1)


def test_a_second_address_gets_the_same_link(path, applicant, client_for, keep_promises):
    client_for(applicant).post(path, GOOD | {"second_email": "renee@work.example.org"})
    keep_promises()
    assert [mail.to for mail in django_mail.outbox] == [["renee@example.org"], ["renee@work.example.org"]]
    assert len({token_of(mail) for mail in django_mail.outbox}) == 1
    assert Reference.objects.get().addresses == ["renee@example.org", "renee@work.example.org"]


@pytest.mark.parametrize(
    ("field", "address", "words"),
    [
        (
            "second_email",
            "RENEE@example.org",
            "This is the same address as above. Leave it empty if there is only one.",
        ),
        ("second_email", "APPLICANT@example.org", "This is your own address. Please name somebody else."),
        ("second_email", "own2@example.org", "This is your own address. Please name somebody else."),
        ("rater_email", "own2@example.org", "This is your own address. Please name somebody else."),
        ("second_email", "first@example.org", "You have already named somebody with this address."),
        ("second_email", "SECOND@example.org", "You have already named somebody with this address."),
        ("rater_email", "second@example.org", "You have already named somebody with this address."),
        ("second_email", "nobody", "Enter a valid email address."),
    ],
)
def test_each_address_is_one_person_s(path, draft, applicant, client_for, field, address, words):
    applicant.emailaddress_set.create(email="own2@example.org", verified=True)
    factories.reference(draft, 3, rater_email="first@example.org", second_email="second@example.org")
    answer = client_for(applicant).post(path, GOOD | {field: address})
    assert answer.context["form"].errors == {field: [words]}
    assert (Reference.objects.count(), Message.objects.count()) == (1, 0)


@pytest.mark.parametrize("name", ["👩\u200d👧 Zoë", "\u200fرنا", "O'Brien <b>"])
def test_people_are_called_what_they_are_called(path, applicant, client_for, name):
    page = client_for(applicant).post(path, GOOD | {"rater_name": name}, follow=True).content.decode()
    assert Reference.objects.get().rater_name == name
    assert (name in page) is ("<" not in name)


def test_somebody_who_declined_can_be_named_again(path, draft, applicant, client_for):
    factories.reference(draft, rater_email="renee@example.org", status="declined")
    client_for(applicant).post(path, GOOD)
    assert Reference.objects.filter(status="sent").count() == 1


@pytest.mark.parametrize("status", ["submitted", "withdrawn", "on_hold", "endorsed"])
def test_not_while_the_application_can_not_be_changed(path, applicant, client_for, status):
    Application.objects.update(status=status, submitted_at="2026-01-01T12:00Z")
    client = client_for(applicant)
    assert client.get(path).status_code == client.post(path, GOOD).status_code == 404
    assert Reference.objects.count() == 0


def test_nobody_asks_for_another(path, other_applicant, coordinator, client_for):
    for person in (other_applicant, coordinator):
        assert client_for(person).post(path, GOOD).status_code == 404
    assert client_for(None).post(path, GOOD)["Location"] == f"/accounts/login/?next={path}"
    assert Reference.objects.count() == 0


def test_looking_sends_nothing(path, applicant, client_for):
    assert client_for(applicant).get(path, GOOD).status_code == 200
    assert Reference.objects.count() == 0
