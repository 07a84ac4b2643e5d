"""Correcting a name or address: a new link goes out, and the old one is dead."""

import pytest
from django.core import mail as django_mail
from django.test import Client

from applicants.models import Application, Reference
from applicants.transitions import advance
from endorsement_portal import policy
from endorsement_portal.policy import Principal
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = {
    "role": "colleague",
    "rater_name": "Rita Right",
    "rater_email": "right@example.org",
    "known_since": "2020-01-01",
    "waived": "True",
}


@pytest.fixture
def path(asked):
    return f"/applications/references/{asked.pk}/edit/"


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
def test_a_new_link_goes_to_the_new_address_and_the_old_one_is_dead(
    who, request, path, asked, link, client_for, keep_promises
):
    keep_promises()
    old = link(asked)
    assert Client().get(old).status_code == 200
    client_for(request.getfixturevalue(who)).post(path, GOOD)
    asked.refresh_from_db()
    assert (asked.rater_email, asked.status, asked.generation) == ("right@example.org", "sent", 2)
    keep_promises()
    assert [sent.to for sent in django_mail.outbox] == [["rater1@example.org"], ["right@example.org"]]
    assert Client().get(old).status_code == 404
    assert Client().get(link(asked)).status_code == 200


def test_a_second_address_is_added_and_gets_the_mail(path, asked, applicant, client_for, keep_promises):
    keep_promises()
    django_mail.outbox.clear()
    good = GOOD | {"rater_email": "rater1@example.org", "second_email": "private@example.org"}
    assert client_for(applicant).post(path, good).status_code == 302
    keep_promises()
    assert [sent.to for sent in django_mail.outbox] == [["rater1@example.org"], ["private@example.org"]]
    assert client_for(applicant).get(path).context["form"]["second_email"].value() == "private@example.org"


def test_where_nothing_changed_nothing_is_sent(path, asked, applicant, client_for):
    client = client_for(applicant)
    form = client.get(path).context["form"]
    same = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(path, same | {"waived": "True", "known_since": str(asked.known_since)}, follow=True)
    assert "Nothing was changed, so nothing was sent." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.generation == 1


def test_who_had_opened_it_may_be_somebody_else_now(path, asked, applicant, client_for):
    advance(asked, "open")
    client_for(applicant).post(path, GOOD)
    asked.refresh_from_db()
    assert (asked.status, asked.opened_at) == ("sent", None)


def test_an_expired_request_starts_anew(path, asked, applicant, client_for):
    advance(asked, "expire")
    client_for(applicant).post(path, GOOD)
    asked.refresh_from_db()
    assert (asked.status, asked.reminders, asked.token_hash != "") == ("sent", 0, True)


def test_what_is_wrong_sends_nothing(path, asked, applicant, client_for):
    factories.reference(asked.application, 2)
    for wrong in ({"rater_email": "rater2@example.org"}, {"rater_email": "applicant@example.org"}, {"rater_name": ""}):
        assert client_for(applicant).post(path, GOOD | wrong).status_code == 200
    asked.refresh_from_db()
    assert (asked.rater_email, asked.generation) == ("rater1@example.org", 1)


def test_an_answer_that_comes_meanwhile_stands(path, asked, applicant, client_for, monkeypatch):
    """The rater sends while the applicant corrects the address: nothing of the correction is kept."""

    def too_late(*args, **kwargs):
        Reference.objects.filter(pk=asked.pk).update(status="completed", completed_at="2026-01-01T12:00Z")
        return advance(*args, **kwargs)

    monkeypatch.setattr("applicants.views.reference.advance", too_late)
    answer = client_for(applicant).post(path, GOOD)
    assert "somebody may have been quicker" in answer.content.decode()
    assert answer.status_code == 200
    asked.refresh_from_db()
    assert asked.rater_email == "rater1@example.org"


@pytest.mark.parametrize("status", ["started", "completed", "declined", "void", "replaced"])
def test_not_once_somebody_is_writing(path, asked, applicant, client_for, status):
    Reference.objects.update(status=status, completed_at="2026-01-01T12:00Z")
    assert client_for(applicant).post(path, GOOD).status_code == 404


def test_not_after_submitting(path, applicant, coordinator, client_for):
    Application.objects.update(status="submitted", submitted_at="2026-01-01T12:00Z")
    for person in (applicant, coordinator):
        assert client_for(person).post(path, GOOD).status_code == 404


@pytest.mark.parametrize("asks", [True, False])
def test_the_right_to_read_it_is_the_applicants_alone(path, asked, applicant, coordinator, client_for, asks):
    Reference.objects.update(waived=not asks)
    client = client_for(coordinator)
    assert "waived" not in client.get(path).context["form"].fields
    client.post(path, GOOD | {"waived": str(asks)})
    asked.refresh_from_db()
    assert (asked.rater_name, asked.waived) == ("Rita Right", not asks)
    client_for(applicant).post(path, GOOD | {"waived": str(asks)})
    asked.refresh_from_db()
    assert asked.waived is asks
    assert policy.load().access("applicants.reference", Principal("coordinator", "other"), "waived") == "read"


def test_nobody_else_may(path, asked, other_applicant, admin, finance, client_for):
    for person in (other_applicant, admin, finance):
        assert client_for(person).post(path, GOOD).status_code == 404
    assert client_for(None).post(path, GOOD)["Location"] == f"/accounts/login/?next={path}"
    asked.refresh_from_db()
    assert asked.rater_email == "rater1@example.org"
