"""How credentials change: the table of verbs. Whatever happens, the verification page tells it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials import emails
from credentials.models import Credential, CredentialStatus
from endorsement_portal.lifecycle import Lifecycle, Transition, advance

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

S = CredentialStatus
STANDING = "credentials.change_standing"

__all__ = ["advance"]


def _has_run_out(credential: Credential, by: User | None) -> str | StrPromise | None:
    return None if credential.expires_on < timezone.localdate() else _("It has not run out yet.")


def _tell(mail: Callable[[Credential], None]) -> Callable[..., tuple[str, ...]]:
    def apply(credential: Credential, **_details: Any) -> tuple[str, ...]:
        mail(credential)
        return ()

    return apply


def _verb(sources: tuple[str, ...], target: str, label: StrPromise, **rest: Any) -> Transition:
    return Transition(sources=sources, target=target, label=label, stamp="changed_at", **rest)


CREDENTIAL = Lifecycle(
    model=Credential,
    initial=S.ACTIVE,
    table={
        "expire": _verb(
            (S.ACTIVE,), S.EXPIRED, _("Expire"), guard=_has_run_out, apply=_tell(emails.credential_expired)
        ),
        "make_inactive": _verb(
            (S.ACTIVE,),
            S.INACTIVE,
            _("Make inactive"),
            permission=STANDING,
            apply=_tell(emails.credential_inactive),
            needs_note=True,
            tone="secondary",
        ),
        "reactivate": _verb(
            (S.INACTIVE,), S.ACTIVE, _("Make active again"), permission=STANDING, apply=_tell(emails.credential_active)
        ),
        "revoke": _verb(
            (S.ACTIVE, S.EXPIRED, S.INACTIVE),
            S.REVOKED,
            _("Revoke"),
            permission=STANDING,
            apply=_tell(emails.credential_revoked),
            needs_note=True,
            tone="danger",
        ),
        "reinstate": _verb(
            (S.REVOKED,),
            S.ACTIVE,
            _("Reinstate"),
            permission=STANDING,
            apply=_tell(emails.credential_active),
            needs_note=True,
        ),
        "archive": _verb(
            (S.ACTIVE, S.EXPIRED, S.INACTIVE),
            S.ARCHIVED,
            _("Archive"),
            permission=STANDING,
            apply=_tell(emails.credential_archived),
            needs_note=True,
            tone="secondary",
        ),
    },
)
