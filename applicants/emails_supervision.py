"""What we write about hours of reflective supervision: to the provider who is asked, and to whom they belong.

What was claimed and what was answered stays behind the link: an employer's mail server reads these letters too.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.tokens import SUPERVISION_LINK_DAYS, supervision_secret
from endorsement_portal.mail import letter_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from applicants.models import ReflectiveSupervision
    from endorsement_portal.mail import Letter


@contextmanager
def _letter_to_provider(entry: ReflectiveSupervision) -> Iterator[Letter]:
    """To whoever is asked, in the language of their account where they have one. Never into an inbox: it is a link."""
    account = entry.provider.person if entry.provider else None
    language = account.language if account else ""
    with letter_to(None, email=entry.asked_email, language=language, about=entry) as letter:
        letter.link_label = _("See the hours and answer")
        yield letter


def _words(entries: Sequence[ReflectiveSupervision]) -> dict[str, str | int]:
    """What the letters to a provider speak of, in the language that is on."""
    first = entries[0]
    until = timezone.localtime(first.asked_at) + timedelta(days=SUPERVISION_LINK_DAYS)
    return {
        "provider": first.provider.name if first.provider else first.provider_name,
        "name": first.person.get_display_name(),
        "count": len(entries),
        "until": date_format(until, "F j, Y"),
    }


def hours_to_confirm(entries: Sequence[ReflectiveSupervision]) -> None:
    """E47 to the provider: somebody has entered hours with them. Once for all entries that are asked about together."""
    with _letter_to_provider(entries[0]) as letter:
        words = _words(entries)
        periods = ngettext("for %(count)s period", "for %(count)s periods", len(entries)) % words
        letter.write(
            "E47",
            subject=_("%(name)s asks you to confirm hours of reflective supervision") % words,
            body=_(
                "Dear %(provider)s,\n\n%(name)s is gathering evidence for the endorsement and has entered hours of "
                "reflective supervision with you, %(periods)s. Please look at them and tell us whether they are right, "
                "or what is different. It takes two minutes, and you need no account.\n\n"
                "The link is yours alone; please don’t forward it. It works until %(until)s. If you don’t know this "
                "person, say so there: nothing counts before you confirm it."
            )
            % (words | {"periods": periods}),
            secret_link=supervision_secret(entries),
        )


def hours_reminder(entries: Sequence[ReflectiveSupervision]) -> None:
    """To the provider who has not answered yet."""
    with _letter_to_provider(entries[0]) as letter:
        words = _words(entries)
        letter.write(
            "hours-reminder",
            subject=_("A reminder: %(name)s’s hours of reflective supervision") % words,
            body=_(
                "Dear %(provider)s,\n\na short reminder that %(name)s is waiting for you to look at the hours of "
                "reflective supervision with you. Until you do, they don’t count. The link works until %(until)s."
            )
            % words,
            secret_link=supervision_secret(entries),
        )


@contextmanager
def _letter_to_owner(entry: ReflectiveSupervision) -> Iterator[Letter]:
    with letter_to(entry.person, about=entry) as letter:
        letter.link_label = _("See these hours")
        letter.link_path = reverse("applicants:supervision_detail", args=[entry.pk])
        yield letter


def hours_answered(entries: Sequence[ReflectiveSupervision]) -> None:
    """To the owner: the provider has answered, and whether everything is confirmed. Never what they wrote."""
    disputed = [entry for entry in entries if entry.status == "disputed"]
    with _letter_to_owner((disputed or list(entries))[0]) as letter:
        name = {"name": entries[0].provider_name}
        if disputed:
            letter.write(
                "hours-disputed",
                subject=_("%(name)s sees your hours differently") % name,
                body=_(
                    "%(name)s has looked at your hours of reflective supervision and says that something is different. "
                    "Read their note. If they are right, correct the entry and ask again; if not, talk with them or "
                    "with the coordinator. Until it is settled, these hours don’t count."
                )
                % name,
            )
        else:
            letter.write(
                "hours-confirmed",
                subject=_("%(name)s has confirmed your hours") % name,
                body=_(
                    "%(name)s has confirmed your hours of reflective supervision. There is nothing more you need to do."
                )
                % name,
            )


def hours_accepted(entry: ReflectiveSupervision) -> None:
    """To the owner: a coordinator accepted the hours without the provider."""
    with _letter_to_owner(entry) as letter:
        name = {"name": entry.provider_name}
        letter.write(
            "hours-accepted",
            subject=_("Your hours with %(name)s are accepted") % name,
            body=_(
                "The coordinator has looked into your hours of reflective supervision with %(name)s and accepts them "
                "as you entered them."
            )
            % name,
        )


def hours_unanswered(entries: Sequence[ReflectiveSupervision]) -> None:
    """To the owner: the link ran out, and nobody answered."""
    with _letter_to_owner(entries[0]) as letter:
        name = {"name": entries[0].provider_name}
        letter.write(
            "hours-unanswered",
            subject=_("%(name)s has not answered about your hours") % name,
            body=_(
                "The link that we sent to %(name)s has ended without an answer. Check the address, ask again, or write "
                "to the coordinator if the person can’t be reached any more."
            )
            % name,
        )
