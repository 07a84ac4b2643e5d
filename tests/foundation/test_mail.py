"""Mail: safe headers, nothing typed becomes markup, refusals noted, the same Message-ID again, live links made late."""

from __future__ import annotations

import smtplib
from email import message_from_string
from email.policy import default

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend

from applicants.transitions import advance
from endorsement_portal import mail, outbox
from endorsement_portal.models import Message, Outbox
from tests import factories

pytestmark = pytest.mark.django_db


def _write(*, to=None, email="to@example.org", **fields) -> Message:
    with mail.letter_to(to, email=email) as letter:
        message = letter.write("test", **({"subject": "Hello", "body": "A body"} | fields))
    assert message is not None
    return message


def _sent():
    [sent] = django_mail.outbox
    return message_from_string(sent.message().as_string(), policy=default)


@pytest.fixture
def server(monkeypatch):
    """A mail server that answers as told: `server.refuses(error)`."""
    answers: list[Exception | None] = []
    deliver = EmailBackend.send_messages

    def send(self, messages):
        if answers and (answer := answers.pop(0)):
            raise answer
        return deliver(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return answers


def test_a_mail_is_one_row_one_promise_and_one_delivery(applicant, keep_promises):
    message = _write(to=applicant, email="", link_label="See it", link_path="/inbox/")
    assert Outbox.objects.get().payload == {"message_id": message.pk}
    assert message.delivery == "On its way"
    keep_promises()
    message.refresh_from_db()
    assert (message.email, message.sent_at is not None, message.delivery) == ("applicant@example.org", True, "Sent")
    sent = _sent()
    assert (sent["To"], sent["Subject"], sent["Message-ID"]) == ("applicant@example.org", "Hello", message.message_id)
    text, html = sent.get_body(("plain",)).get_content(), sent.get_body(("html",)).get_content()
    assert "See it:\nhttp://localhost:8000/inbox/" in text
    assert '<a href="http://localhost:8000/inbox/"' in html
    assert "Inbox" in text


def test_a_second_delivery_sends_nothing(keep_promises):
    message = _write()
    keep_promises()
    mail.deliver(message.pk)
    assert len(django_mail.outbox) == 1


@pytest.mark.parametrize("hostile", ["Ana\r\nBcc: all@example.org", "Ana\nX: y", "Ana\u2028Bcc: z", "Ana\x0bCc: q"])
def test_a_name_adds_no_header(hostile, keep_promises):
    _write(subject=f"{hostile} asks you", body=f"Dear {hostile}")
    keep_promises()
    sent = _sent()
    assert set(sent.keys()) == {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"}
    assert sent["To"] == "to@example.org"
    assert sent["Subject"] == f"{' '.join(hostile.split())} asks you"


def test_nothing_that_was_typed_becomes_markup(keep_promises):
    nasty = '<b>Bold</b> <a href="https://evil.example">free</a> & "quoted" <script>alert(1)</script>'
    _write(subject=nasty, body=nasty, link_label="Open", link_path="/x/")
    keep_promises()
    sent = _sent()
    html = sent.get_body(("html",)).get_content()
    for markup in ("<b>Bold", "<script", '<a href="https://evil', 'evil.example">'):
        assert markup not in html
    assert "&lt;b&gt;Bold&lt;/b&gt;" in html
    assert nasty in sent.get_body(("plain",)).get_content()
    assert html.count("<a ") == 1


def test_an_address_refused_for_good_is_noted_for_people(server, keep_promises):
    message = _write(email="gone@example.org")
    server.append(smtplib.SMTPRecipientsRefused({"gone@example.org": (550, b"5.1.1 No such user")}))
    keep_promises()
    message.refresh_from_db()
    assert (message.sent_at, message.failure, message.delivery) == (None, "550 5.1.1 No such user", "Not delivered")
    assert list(Message.objects.undelivered()) == [message]
    assert Outbox.objects.get().done_at is not None


def test_a_mail_refused_for_its_content_is_noted_for_people(server, keep_promises):
    """Employers' filters say no after they have read the mail."""
    message = _write()
    server.append(smtplib.SMTPDataError(554, b"Message looks like spam"))
    keep_promises()
    message.refresh_from_db()
    assert (message.failed_at is not None, message.failure) == (True, "554 Message looks like spam")


@pytest.mark.parametrize(
    "trouble",
    [
        smtplib.SMTPRecipientsRefused({"to@example.org": (450, b"Greylisted")}),
        smtplib.SMTPDataError(451, b"Try later"),
        smtplib.SMTPServerDisconnected("gone"),
        OSError("no route"),
    ],
    ids=["greylisted", "data-later", "disconnected", "network"],
)
def test_trouble_that_passes_is_tried_again_with_the_same_id(server, trouble):
    message = _write()
    row = Outbox.objects.get()
    server.append(trouble)
    assert outbox.perform(row.pk) is False
    message.refresh_from_db()
    assert (message.sent_at, message.failed_at) == (None, None)
    assert outbox.perform(row.pk) is True
    assert _sent()["Message-ID"] == message.message_id
    row.refresh_from_db()
    assert (row.attempts, row.done_at is not None) == (2, True)


def test_a_key_writes_the_mail_once():
    first = _write(key="welcome:1")
    with mail.letter_to(None, email="to@example.org") as letter:
        assert letter.write("test", subject="Hello", body="x", key="welcome:1") is None
    assert list(Message.objects.all()) == [first]
    assert first.message_id == "<welcome.1@ncimha.example>"


def test_a_long_subject_and_an_empty_link_are_no_trouble(keep_promises):
    _write(subject="x" * 500)
    keep_promises()
    sent = _sent()
    assert sent["Subject"].strip() == "x" * 200
    assert "<a " not in sent.get_body(("html",)).get_content()


def test_the_inbox_shows_the_same_words(applicant, client_for, keep_promises):
    message = _write(
        to=applicant, email="", subject="Your <news>", body="First.\n\nSecond.", link_label="Go", link_path="/settings/"
    )
    page = client_for(applicant).get(f"/inbox/{message.pk}/").content.decode()
    assert "Your &lt;news&gt;" in page
    assert "<p>First.</p>" in page
    assert 'href="/settings/">Go</a>' in page
    assert "is on its way" in page
    keep_promises()
    again = client_for(applicant).get(f"/inbox/{message.pk}/").content.decode()
    assert "to applicant@example.org." in again


def test_a_live_link_is_made_at_sending_and_never_stored(draft, keep_promises):
    reference = factories.reference(draft)
    advance(reference, "send")
    message = Message.objects.get(kind="E39")
    assert (message.link_path, message.link_kind) == ("", "reference")
    link = mail.live_link(message)
    assert link.startswith("http://localhost:8000/applications/reference/")
    keep_promises()
    assert link in _sent().get_body(("plain",)).get_content()


def test_a_late_mail_never_carries_a_newer_link(draft, keep_promises):
    """The address was corrected while the mail server was away: the stranger first named gets no live link."""
    reference = factories.reference(draft, rater_email="stranger@example.org")
    advance(reference, "send")
    reference.rater_email = "right@example.org"
    reference.save()
    advance(reference, "resend")
    late, right = Message.objects.filter(kind="E39").order_by("pk")
    keep_promises()
    assert [sent.to for sent in django_mail.outbox] == [["right@example.org"]]
    late.refresh_from_db()
    right.refresh_from_db()
    assert (late.sent_at, late.failed_at, late.delivery) == (None, None, "Not needed any more")
    assert right.delivery == "Sent"
