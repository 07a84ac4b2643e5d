"""What can be asked of applicants' rows. `visible_to(user)` is the first lock of every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from endorsement_portal.models import Role

if TYPE_CHECKING:
    from endorsement_portal.models import User


def _caretaker(user: User) -> bool:
    """Coordinators and admins care for every application."""
    return user.is_authenticated and user.has_role(Role.COORDINATOR, Role.ADMIN)


class ApplicationQuerySet(models.QuerySet):
    """Questions about applications."""

    def visible_to(self, user: User) -> Self:
        """One's own; everything for coordinators and admins; for others what a standing grant names."""
        if not user.is_authenticated:
            return self.none()
        if _caretaker(user):
            return self
        return self.filter(Q(person=user) | Q(pk__in=_granted(user)))

    def own(self, user: User) -> Self:
        """The person's own, whatever other hats they wear."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def open(self) -> Self:
        """Still under way."""
        return self.exclude(status__in=["withdrawn", "expired", "endorsed", "not_endorsed"])

    def editable(self) -> Self:
        """In the applicant's hands."""
        return self.filter(status__in=["draft", "returned"])

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("person", "category__track", "county")

    def with_dossier(self) -> Self:
        """The application, its person, category and edition, as its own page shows them, in one query."""
        return self.select_related("person__profile__county", "category__track", "edition", "county")


def _granted(user: User) -> models.QuerySet:
    """Ids of the applications that a standing grant opens to the person; a reviewer's only while they are one."""
    grants = user.grants.filter(withdrawn_at__isnull=True)
    if not user.has_role(Role.REVIEWER):
        grants = grants.exclude(role="reviewer")
    return grants.values("application_id")


class SnapshotQuerySet(models.QuerySet):
    """Questions about frozen submissions."""

    def visible_to(self, user: User) -> Self:
        """The snapshots of one's own applications, of granted ones, or all for caretakers."""
        if not user.is_authenticated:
            return self.none()
        if _caretaker(user):
            return self
        return self.filter(Q(application__person=user) | Q(application__in=_granted(user)))

    def without_data(self) -> Self:
        """For lists of them: what was submitted is read only from the one that is opened."""
        return self.defer("data", "upload_ids")


class ProfileQuerySet(models.QuerySet):
    """Questions about profiles."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for caretakers."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(person=user)


class EvidenceQuerySet(models.QuerySet):
    """Questions about evidence entries of any kind."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for caretakers. Reviewers read the frozen snapshot instead."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(person=user)

    def own(self, user: User) -> Self:
        """The person's own."""
        return self.filter(person=user) if user.is_authenticated else self.none()


class ReferenceQuerySet(models.QuerySet):
    """Questions about references."""

    def visible_to(self, user: User) -> Self:
        """The applicant's own requests and the caretakers' all. The content has a lock of its own."""
        if not user.is_authenticated:
            return self.none()
        return self if _caretaker(user) else self.filter(application__person=user)

    def current(self) -> Self:
        """Those that still count or may come to count."""
        return self.exclude(status="replaced")

    def unanswered(self) -> Self:
        """Out with the rater."""
        return self.filter(status__in=["sent", "opened", "started"])

    def completed(self) -> Self:
        """Answered and valid."""
        return self.filter(status="completed")
