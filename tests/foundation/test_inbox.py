"""The inbox and the list of what did not arrive."""

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from endorsement_portal import mail
from endorsement_portal.models import Event, Message, Outbox

pytestmark = pytest.mark.django_db


def _message(user, number=1, **fields):
    facts = {"kind": "t", "to": user, "email": user.email, "subject": f"Subject {number}", "body": f"Body {number}"}
    return Message.objects.create(**(facts | fields))


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_the_inbox_takes_the_same_queries_whatever_is_in_it(
    applicant, other_applicant, client_for, rows, django_assert_num_queries
):
    _message(other_applicant, 99)
    for number in range(rows):
        _message(applicant, number)
    client = client_for(applicant)
    with django_assert_num_queries(5 if rows else 4):
        page = client.get("/inbox/").content.decode()
    assert [f"Subject {n}" in page for n in range(3)] == [n < rows for n in range(3)]
    assert "Subject 99" not in page


def test_reading_a_message_marks_it_read_once(applicant, client_for):
    message = _message(applicant)
    client = client_for(applicant)
    assert client.get(f"/inbox/{message.pk}/").status_code == 200
    message.refresh_from_db()
    first = message.read_at
    client.get(f"/inbox/{message.pk}/")
    message.refresh_from_db()
    assert (first is not None, message.read_at) == (True, first)


def test_nobody_reads_anothers_message_whatever_their_hat(applicant, other_applicant, coordinator, admin, client_for):
    message = _message(applicant)
    for person in (other_applicant, coordinator, admin):
        assert client_for(person).get(f"/inbox/{message.pk}/").status_code == 404
    assert client_for(None).get(f"/inbox/{message.pk}/")["Location"] == f"/accounts/login/?next=/inbox/{message.pk}/"
    message.refresh_from_db()
    assert message.read_at is None


def test_a_failed_mail_is_read_here(applicant, client_for):
    message = _message(applicant, failed_at=timezone.now(), failure="550 no")
    page = client_for(applicant).get(f"/inbox/{message.pk}/").content.decode()
    assert "could not be delivered. You can read it here." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_undelivered_list_takes_the_same_queries(
    applicant, coordinator, client_for, rows, django_assert_num_queries
):
    for number in range(rows):
        _message(applicant, number, failed_at=timezone.now(), failure=f"550 no {number}")
        Outbox.objects.create(kind="t", key=f"k{number}", parked_at=timezone.now(), last_error=f"Error {number}")
    client = client_for(coordinator)
    with django_assert_num_queries(7):
        page = client.get("/undelivered/").content.decode()
    assert [f"550 no {n}" in page for n in range(3)] == [n < rows for n in range(3)]
    assert [f"Error {n}" in page for n in range(3)] == [n < rows for n in range(3)]


@pytest.mark.parametrize("path", ["/undelivered/", "/undelivered/1/resend/", "/undelivered/promises/1/retry/"])
def test_the_undelivered_list_is_for_caretakers(applicant, finance, reviewer, client_for, path):
    for person in (applicant, finance, reviewer):
        client = client_for(person)
        assert (client.get if path == "/undelivered/" else client.post)(path).status_code == 403
    stranger = client_for(None)
    assert stranger.post(path)["Location"].startswith("/accounts/login/")


def test_a_refused_mail_is_sent_again_with_the_same_id_once(applicant, coordinator, client_for, keep_promises):
    with mail.letter_to(applicant) as letter:
        message = letter.write("t", subject="Hello", body="Body")
    keep_promises()
    Message.objects.update(sent_at=None, failed_at=timezone.now(), failure="550 no")
    client = client_for(coordinator)
    assert client.get(f"/undelivered/{message.pk}/resend/").status_code == 405
    assert client.post(f"/undelivered/{message.pk}/resend/").status_code == 302
    assert client.post(f"/undelivered/{message.pk}/resend/").status_code == 404
    keep_promises()
    message.refresh_from_db()
    assert (message.failed_at, message.failure, message.sent_at is not None) == (None, "", True)
    assert len({sent.extra_headers["Message-ID"] for sent in django_mail.outbox}) == 1
    assert len(django_mail.outbox) == 2
    assert [event.actor_id for event in Event.objects.about(message)] == [coordinator.pk]


def test_a_resend_happens_whole_or_not_at_all(applicant, coordinator, client_for, monkeypatch):
    message = _message(applicant, failed_at=timezone.now(), failure="550 no")
    before = Outbox.objects.count()

    def fail(*_args, **_kwargs):
        raise RuntimeError

    client = client_for(coordinator)
    monkeypatch.setattr("endorsement_portal.views.inbox.Event.objects.record", fail)
    client.raise_request_exception = False
    assert client.post(f"/undelivered/{message.pk}/resend/").status_code == 500
    message.refresh_from_db()
    assert (message.failure, Outbox.objects.count()) == ("550 no", before)


def test_parked_work_is_offered_again(admin, client_for):
    row = Outbox.objects.create(kind="t", key="k", parked_at=timezone.now(), attempts=9, last_error="Error")
    client = client_for(admin)
    assert client.post(f"/undelivered/promises/{row.pk}/retry/").status_code == 302
    row.refresh_from_db()
    assert (row.parked_at, row.attempts, row.done_at) == (None, 0, None)
    assert client.post(f"/undelivered/promises/{row.pk}/retry/").status_code == 404
