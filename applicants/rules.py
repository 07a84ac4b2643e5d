"""Who may, for applications, evidence and references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from applicants.supervision import is_address_of
from endorsement_portal.rules import is_admin, is_coordinator, is_finance

if TYPE_CHECKING:
    from applicants.models import Application, Provider, Reference, ReflectiveSupervision
    from endorsement_portal.models import User


@rules.predicate
def is_own_application(user: User, application: Application | None) -> bool:
    """The applicant's own."""
    return application is not None and application.belongs_to(user)


@rules.predicate
def is_own_reference(user: User, reference: Reference | None) -> bool:
    """A reference of the applicant's own application."""
    return reference is not None and reference.application.belongs_to(user)


@rules.predicate
def is_own_entry(user: User, entry: ReflectiveSupervision | None) -> bool:
    """The person's own evidence."""
    return entry is not None and entry.person_id == user.pk


@rules.predicate
def is_own_listing(user: User, provider: Provider | None) -> bool:
    """The provider's own entry in the directory."""
    return provider is not None and provider.person_id == user.pk


@rules.predicate
def is_about_oneself(user: User, provider: Provider | None) -> bool:
    """The person's own by account, or by an address at which they are written to."""
    return provider is not None and (provider.person_id == user.pk or is_address_of(user, provider.email))


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
rules.add_perm("applicants.vet_reference", is_coordinator & ~is_own_reference)
rules.add_perm("applicants.phone_reference", is_coordinator & ~is_own_reference)
rules.add_perm("applicants.key_reference", is_coordinator & ~is_own_reference)
rules.add_perm("applicants.help_reference", is_own_reference | (is_coordinator & ~is_own_reference))

# Nobody accepts their own hours or keeps the record of their own qualification.
rules.add_perm("applicants.ask_supervision", is_own_entry | is_coordinator)
rules.add_perm("applicants.judge_supervision", is_coordinator & ~is_own_entry)
rules.add_perm("applicants.keep_provider", is_coordinator & ~is_about_oneself)
rules.add_perm("applicants.edit_provider", is_own_listing | is_coordinator)
rules.add_perm("applicants.keep_standing", is_coordinator & ~is_about_oneself)
