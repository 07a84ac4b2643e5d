"""Who may: the predicates about a person alone. Each app composes its permission names from these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from endorsement_portal.models import Role

if TYPE_CHECKING:
    from endorsement_portal.models import User


def _wears(role: Role) -> rules.Predicate:
    def predicate(user: User) -> bool:
        return bool(user.is_authenticated and user.is_active and user.has_role(role))

    return rules.predicate(predicate, name=f"is_{role.value}")


is_applicant = _wears(Role.APPLICANT)
is_reviewer = _wears(Role.REVIEWER)
is_coordinator = _wears(Role.COORDINATOR)
is_finance = _wears(Role.FINANCE)
is_admin = _wears(Role.ADMIN)
is_staff = is_coordinator | is_finance | is_admin

rules.add_perm("endorsement_portal.view_undelivered", is_coordinator | is_admin)
rules.add_perm("endorsement_portal.view_log", is_admin)
rules.add_perm("endorsement_portal.change_roles", is_admin)
