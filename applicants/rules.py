"""Who may, for applications, evidence and references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from endorsement_portal.rules import is_admin, is_coordinator, is_finance

if TYPE_CHECKING:
    from applicants.models import Application, Reference
    from endorsement_portal.models import User


@rules.predicate
def is_own_application(user: User, application: Application | None) -> bool:
    """The applicant's own."""
    return application is not None and application.belongs_to(user)


@rules.predicate
def is_own_reference(user: User, reference: Reference | None) -> bool:
    """A reference of the applicant's own application."""
    return reference is not None and reference.application.belongs_to(user)


# Nobody checks, decides or settles their own application, whatever hats they wear.
is_neutral_coordinator = is_coordinator & ~is_own_application

rules.add_perm("applicants.edit_application", is_own_application)
rules.add_perm("applicants.submit_application", is_own_application)
rules.add_perm("applicants.resume_application", is_own_application | is_neutral_coordinator)
rules.add_perm("applicants.withdraw_application", is_own_application | is_neutral_coordinator)
rules.add_perm("applicants.hold_application", is_neutral_coordinator)
rules.add_perm("applicants.check_application", is_neutral_coordinator)
rules.add_perm("applicants.assign_application", is_neutral_coordinator)
rules.add_perm("applicants.decide_application", is_neutral_coordinator)
rules.add_perm("applicants.settle_fee", (is_finance | is_admin) & ~is_own_application)
rules.add_perm("applicants.edit_reference", is_own_reference)
rules.add_perm("applicants.help_reference", is_own_reference | (is_coordinator & ~is_own_reference))
