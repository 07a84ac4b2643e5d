"""Who may, for credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from endorsement_portal.rules import is_admin, is_coordinator

if TYPE_CHECKING:
    from credentials.models import Credential
    from endorsement_portal.models import User


@rules.predicate
def is_own_credential(user: User, credential: Credential | None) -> bool:
    """The holder's own."""
    return credential is not None and credential.belongs_to(user)


# Nobody revokes or reinstates their own credential, whatever hats they wear.
is_neutral_caretaker = (is_coordinator | is_admin) & ~is_own_credential

rules.add_perm("credentials.change_standing", is_neutral_caretaker)
rules.add_perm("credentials.choose_listing", is_own_credential)
