"""What we write to holders of a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from endorsement_portal.mail import write

if TYPE_CHECKING:
    from credentials.models import Credential


def _to_holder(kind: str, credential: Credential, subject: str, body: str, *, key: str = "") -> None:
    write(
        kind,
        to=credential.person,
        subject=subject,
        body=body,
        link_label=_("See my credential"),
        link_path=reverse("credentials:credential_detail", args=[credential.pk]),
        about=credential,
        key=key,
    )


def certificate_ready(credential: Credential, letter: str) -> None:
    """E33, exactly once for a credential: the decision's letter, and where the certificate is."""
    facts = {
        "category": credential.category_title,
        "mark": credential.track_mark,
        "number": credential.number,
        "until": date_format(credential.expires_on, "F j, Y"),
        "verify": credential.verify_url,
    }
    opening = letter or _("Congratulations! You are now endorsed as %(category)s (%(mark)s).") % facts
    more = _(
        "Your certificate is ready. Its number is %(number)s, and it stands until %(until)s. You can download it, "
        "print it, and share this page with anybody who wants to check it:\n\n%(verify)s"
    )
    _to_holder(
        "E33",
        credential,
        _("You are endorsed: your certificate is ready"),
        f"{opening}\n\n{more % facts}",
        key=f"certificate:{credential.pk}",
    )


def credential_expired(credential: Credential) -> None:
    """E62: it has run out."""
    _to_holder(
        "E62",
        credential,
        _("Your endorsement has expired"),
        _("Your endorsement as %(category)s ended on %(until)s. Write to us if you would like to renew it.")
        % {"category": credential.category_title, "until": date_format(credential.expires_on, "F j, Y")},
    )


def credential_inactive(credential: Credential) -> None:
    """E63: inactive for a while."""
    _to_holder(
        "E63",
        credential,
        _("Your endorsement is now inactive"),
        _(
            "Your endorsement as %(category)s is inactive for now. It can be made active again; write to us when it suits you."
        )
        % {"category": credential.category_title},
    )


def credential_active(credential: Credential) -> None:
    """Active again."""
    _to_holder(
        "credential-active",
        credential,
        _("Your endorsement is active again"),
        _("Your endorsement as %(category)s is active again, and its certificate verifies as before.")
        % {"category": credential.category_title},
    )


def credential_revoked(credential: Credential) -> None:
    """E64: revoked; the reason is told in person, not by mail."""
    _to_holder(
        "E64",
        credential,
        _("Your endorsement has been revoked"),
        _(
            "Your endorsement as %(category)s (number %(number)s) has been revoked and its certificate no longer "
            "verifies. Please write to us if you have questions or would like the decision looked at again."
        )
        % {"category": credential.category_title, "number": credential.number},
    )


def credential_archived(credential: Credential) -> None:
    """No longer held."""
    _to_holder(
        "credential-archived",
        credential,
        _("Your endorsement has been archived"),
        _("Your endorsement as %(category)s is archived: it is no longer held, and is not listed in the registry.")
        % {"category": credential.category_title},
    )
