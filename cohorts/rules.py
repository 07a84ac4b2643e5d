"""Who may, for interest, cohorts and seats. Finance and reviewers have no part in any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from endorsement_portal.models import verified_addresses
from endorsement_portal.rules import is_coordinator

if TYPE_CHECKING:
    from cohorts.models import Interest, Seat
    from endorsement_portal.models import User


@rules.predicate
def is_own_interest(user: User, interest: Interest | None) -> bool:
    """The person's own, or sent from an address that they have proven to be theirs."""
    if interest is None or not user.is_authenticated:
        return False
    if interest.person_id is not None:
        return bool(interest.person_id == user.pk)
    return interest.email in verified_addresses(user)


@rules.predicate
def is_own_seat(user: User, seat: Seat | None) -> bool:
    """A seat for the person's own interest."""
    return seat is not None and is_own_interest(user, seat.interest)


# Nobody places themselves, whatever hats they wear.
rules.add_perm("cohorts.triage_interest", is_coordinator & ~is_own_interest)
rules.add_perm("cohorts.view_access_needs", is_coordinator)
rules.add_perm("cohorts.manage_cohort", is_coordinator)
rules.add_perm("cohorts.answer_seat", is_own_seat)
rules.add_perm("cohorts.withdraw_seat", is_coordinator & ~is_own_seat)
