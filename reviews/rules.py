"""Who may, for reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from endorsement_portal.rules import is_admin, is_coordinator, is_reviewer

if TYPE_CHECKING:
    from endorsement_portal.models import User
    from reviews.models import Review


@rules.predicate
def is_own_review(user: User, review: Review | None) -> bool:
    """Assigned to this person, and not about them."""
    return review is not None and review.belongs_to(user) and not review.application.belongs_to(user)


@rules.predicate
def is_about_oneself(user: User, review: Review | None) -> bool:
    """A review of the person's own application."""
    return review is not None and review.application.belongs_to(user)


rules.add_perm("reviews.answer_review", is_reviewer & is_own_review)
rules.add_perm("reviews.score_review", is_reviewer & is_own_review)
rules.add_perm("reviews.withdraw_review", is_coordinator & ~is_about_oneself)
rules.add_perm("reviews.change_reviewer", is_coordinator | is_admin)
