"""Mail: written as rows with the change that causes it, sent after commit, readable in the person's inbox always.

Text is plain; the HTML part is made from one template that escapes everything a person typed. A link for somebody
without an account is made at sending by the maker registered for its kind, so no live token is ever stored.
"""

from __future__ import annotations

import smtplib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from endorsement_portal.models import Message
from endorsement_portal.outbox import promise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model
    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

LINK_MAKERS: dict[str, Callable[[str], str | None]] = {}


def link_maker(kind: str) -> Callable[[Callable[[str], str | None]], Callable[[str], str | None]]:
    """Register how a secret link of this kind is made from its row's id: a path, or None where it is no longer valid."""

    def register(function: Callable[[str], str | None]) -> Callable[[str], str | None]:
        LINK_MAKERS[kind] = function
        return function

    return register


@dataclass
class Letter:
    """One mail being composed, to one reader. What is set here holds where `write` is told nothing else."""

    to: User | None
    email: str
    about: Model | None = None
    opening: str = ""
    link_label: str = ""
    link_path: str = ""

    def write(
        self,
        kind: str,
        *,
        subject: str | StrPromise,
        body: str | StrPromise,
        link_label: str | StrPromise = "",
        link_path: str = "",
        secret_link: tuple[str, int | str] | None = None,
        about: Model | None = None,
        key: str = "",
    ) -> Message | None:
        """Keep the mail and promise to send it, inside the present transaction.

        `secret_link` is (kind, id) for LINK_MAKERS. A `key` makes the mail happen once: a second call returns None.
        """
        if key and Message.objects.filter(message_id=_keyed_id(key)).exists():
            return None
        about = about or self.about
        message = Message(
            kind=kind,
            to=self.to,
            email=self.email,
            subject=" ".join(str(subject).split())[:200],
            body=f"{self.opening}{body}",
            link_label=str(link_label or self.link_label),
            link_path="" if secret_link else link_path or self.link_path,
            link_kind=secret_link[0] if secret_link else "",
            link_ref=str(secret_link[1]) if secret_link else "",
            about_type=about._meta.label_lower if about else "",
            about_id=str(about.pk) if about else "",
        )
        if key:
            message.message_id = _keyed_id(key)
        message.save()
        promise("mail.send", f"mail:{message.pk}", message_id=message.pk)
        return message


@contextmanager
def letter_to(
    person: User | None, *, email: str = "", language: str = "", about: Model | None = None
) -> Iterator[Letter]:
    """Compose a mail in its reader's language, whoever causes it; there is no other way to write one.

        with letter_to(application.person) as letter:
            letter.write("E24", subject=_("We have your application"), body=_("Thank you. …"))

    The address is the person's unless `email` says otherwise; without an account, `email` alone and the `language`
    that the reader asked for, if any.
    """
    with translation.override(person.language if person else language or settings.LANGUAGE_CODE):
        yield Letter(to=person, email=email or (person.email if person else ""), about=about)


def _keyed_id(key: str) -> str:
    return f"<{key.replace(':', '.')}@{settings.CONTACT_EMAIL.rpartition('@')[2]}>"


def live_link(message: Message) -> str:
    """The address behind the mail's button, made now; empty where there is none or it is no longer valid."""
    path: str | None = message.link_path
    if message.link_kind:
        path = LINK_MAKERS[message.link_kind](message.link_ref)
    return f"{settings.BASE_URL}{path}" if path else ""


def deliver(message_id: int) -> None:
    """Send one message over SMTP; inside the outbox's transaction, so 'sent' and 'done' are one.

    What the receiving server refuses for good is noted on the row for people to see; anything else raises, and the
    outbox tries again with the same Message-ID. A mail whose secret link is no longer valid is not sent at all.
    """
    message = Message.objects.select_related("to").get(pk=message_id)
    if message.sent_at or message.failed_at:
        return
    link = live_link(message)
    if message.link_kind and not link:
        Message.objects.filter(pk=message_id).update(failure="The link was replaced before this mail was sent.")
        return
    with translation.override(message.to.language if message.to else settings.LANGUAGE_CODE):
        context = {"message": message, "link": link, "association": settings.ASSOCIATION_NAME}
        text = render_to_string("mail/message.txt", context)
        html = render_to_string("mail/message.html", context)
    mail = EmailMultiAlternatives(
        subject=message.subject, body=text, to=[message.email], headers={"Message-ID": message.message_id}
    )
    mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        _note_refusal(message, *next(iter(refusal.recipients.values())), refusal)
    except smtplib.SMTPDataError as refusal:
        _note_refusal(message, refusal.smtp_code, refusal.smtp_error, refusal)
    else:
        message.sent_at = timezone.now()
    message.save(update_fields=["sent_at", "failed_at", "failure"])


def _note_refusal(message: Message, code: int, reason: bytes | str, refusal: smtplib.SMTPException) -> None:
    """A code of 500 and above is final; anything below passes, so it is raised for another try."""
    if code < 500:
        raise refusal
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    message.failed_at, message.failure = timezone.now(), f"{code} {words}"[:300]
