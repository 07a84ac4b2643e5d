"""What can be asked of reviews. Applicants are answered with nothing but the decisions on their own applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from endorsement_portal.models import Role

if TYPE_CHECKING:
    from endorsement_portal.models import User

OPEN = ("invited", "accepted", "in_progress")


def _caretaker(user: User) -> bool:
    return user.has_role(Role.COORDINATOR, Role.ADMIN)


class ReviewQuerySet(models.QuerySet):
    """Questions about reviews."""

    def visible_to(self, user: User) -> Self:
        """A reviewer's own; all for caretakers, except on their own application or where they still review blind."""
        if not user.is_authenticated:
            return self.none()
        own = Q(reviewer=user) & ~Q(application__person=user)
        if not _caretaker(user):
            return self.filter(own)
        still_reviewing = self.model._base_manager.filter(
            application=OuterRef("application"), reviewer=user, status__in=OPEN
        )
        return self.filter(own | (~Q(application__person=user) & ~Exists(still_reviewing)))

    def own(self, user: User) -> Self:
        """The person's own reviews."""
        return self.visible_to(user).filter(reviewer=user) if user.is_authenticated else self.none()

    def open(self) -> Self:
        """Still in the reviewer's hands."""
        return self.filter(status__in=OPEN)

    def overdue(self) -> Self:
        """Open, and to be filed before today."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def live(self) -> Self:
        """Open or filed: neither declined nor taken back."""
        return self.filter(status__in=(*OPEN, "filed"))

    def filed(self) -> Self:
        """Handed in."""
        return self.filter(status="filed")

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("reviewer", "application__person", "application__category__track")

    def in_working_order(self) -> Self:
        """Overdue ones, invitations to answer, then the rest by due date; at last what is filed, newest first."""
        overdue = Q(status__in=OPEN, due_on__lt=timezone.localdate())
        rank = models.Case(
            models.When(overdue, then=0),
            models.When(status="invited", then=1),
            models.When(status__in=OPEN, then=2),
            models.When(status="filed", then=3),
            default=4,
        )
        handed_in = models.Case(models.When(status="filed", then=F("filed_at")))
        return self.annotate(rank=rank).order_by("rank", handed_in.desc(nulls_first=True), "due_on", "pk")


class ReviewerQuerySet(models.QuerySet):
    """Questions about reviewers."""

    def visible_to(self, user: User) -> Self:
        """All for caretakers; one's own."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(user=user)


class ConflictQuerySet(models.QuerySet):
    """Questions about conflicts of interest."""

    def visible_to(self, user: User) -> Self:
        """All for caretakers except on their own application; one's own declared ones."""
        if not user.is_authenticated:
            return self.none()
        if _caretaker(user):
            return self.exclude(application__person=user)
        return self.filter(user=user, source="declared")


class ScoreQuerySet(models.QuerySet):
    """Questions about scores."""

    def visible_to(self, user: User) -> Self:
        """Those of the reviews the person may see."""
        reviews: Any = ReviewQuerySet(self.model._meta.get_field("review").related_model).visible_to(user)
        return self.filter(review__in=reviews)


class DecisionQuerySet(models.QuerySet):
    """Questions about decisions."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for caretakers."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(application__person=user)
