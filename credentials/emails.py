"""What we write to holders of a credential."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from endorsement_portal.mail import letter_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.models import Credential
    from endorsement_portal.mail import Letter


@contextmanager
def _letter_to(credential: Credential) -> Iterator[Letter]:
    with letter_to(credential.person, about=credential) as letter:
        letter.link_label = _("See my credential")
        letter.link_path = reverse("credentials:credential_detail", args=[credential.pk])
        yield letter


def certificate_ready(credential: Credential, words: str) -> None:
    """E33, exactly once for a credential: the decision's letter, and where the certificate is."""
    with _letter_to(credential) as letter:
        facts = {
            "category": credential.category_title,
            "mark": credential.track_mark,
            "number": credential.number,
            "until": date_format(credential.expires_on, "F j, Y"),
            "verify": credential.verify_url,
        }
        opening = words or _("Congratulations! You are now endorsed as %(category)s (%(mark)s).") % facts
        more = _(
            "Your certificate is ready. Its number is %(number)s, and it stands until %(until)s. You can download it, "
            "print it, and share this page with anybody who wants to check it:\n\n%(verify)s"
        )
        letter.write(
            "E33",
            subject=_("You are endorsed: your certificate is ready"),
            body=f"{opening}\n\n{more % facts}",
            key=f"certificate:{credential.pk}",
        )


def credential_expired(credential: Credential) -> None:
    """E62: it has run out."""
    with _letter_to(credential) as letter:
        letter.write(
            "E62",
            subject=_("Your endorsement has expired"),
            body=_("Your endorsement as %(category)s ended on %(until)s. Write to us if you would like to renew it.")
            % {"category": credential.category_title, "until": date_format(credential.expires_on, "F j, Y")},
        )


def credential_inactive(credential: Credential) -> None:
    """E63: inactive for a while."""
    with _letter_to(credential) as letter:
        letter.write(
            "E63",
            subject=_("Your endorsement is now inactive"),
            body=_(
                "Your endorsement as %(category)s is inactive for now. It can be made active again; write to us when "
                "it suits you."
            )
            % {"category": credential.category_title},
        )


def credential_active(credential: Credential) -> None:
    """Active again."""
    with _letter_to(credential) as letter:
        letter.write(
            "credential-active",
            subject=_("Your endorsement is active again"),
            body=_("Your endorsement as %(category)s is active again, and its certificate verifies as before.")
            % {"category": credential.category_title},
        )


def credential_revoked(credential: Credential) -> None:
    """E64: revoked; the reason is told in person, not by mail."""
    with _letter_to(credential) as letter:
        letter.write(
            "E64",
            subject=_("Your endorsement has been revoked"),
            body=_(
                "Your endorsement as %(category)s (number %(number)s) has been revoked and its certificate no longer "
                "verifies. Please write to us if you have questions or would like the decision looked at again."
            )
            % {"category": credential.category_title, "number": credential.number},
        )


def credential_archived(credential: Credential) -> None:
    """No longer held."""
    with _letter_to(credential) as letter:
        letter.write(
            "credential-archived",
            subject=_("Your endorsement has been archived"),
            body=_(
                "Your endorsement as %(category)s is archived: it is no longer held, and is not listed in the registry."
            )
            % {"category": credential.category_title},
        )
