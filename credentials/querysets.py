"""What can be asked of credentials. The public sees what its holders agreed to, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from endorsement_portal.models import Role

if TYPE_CHECKING:
    from endorsement_portal.models import User


class CredentialQuerySet(models.QuerySet):
    """Questions about credentials."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for coordinators and admins."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.COORDINATOR, Role.ADMIN):
            return self
        return self.filter(person=user)

    def own(self, user: User) -> Self:
        """The person's own, whatever other hats they wear."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def in_public_registry(self) -> Self:
        """Active and expired ones whose holders agreed to be listed."""
        return self.filter(in_registry=True, status__in=["active", "expired"])

    def named(self, words: str) -> Self:
        """Every word is part of the name, in any order and case."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(name__icontains=word)
        return found

    def shown_in_county(self, county_id: str) -> Self:
        """Those whose holders show this county: a filter must not tell what a holder keeps to themselves."""
        return self.filter(county_id=county_id, show_county=True)

    def in_state(self, state: str) -> Self:
        """As `Credential.state` has it: an end that has passed counts before the timer saw it."""
        ended = Q(status="active", expires_on__lt=timezone.localdate())
        if state == "active":
            return self.filter(status="active").exclude(ended)
        return self.filter(Q(status="expired") | ended) if state == "expired" else self.filter(status=state)

    def run_out(self) -> Self:
        """Active in the books, with an end that has passed."""
        return self.filter(status="active", expires_on__lt=timezone.localdate())

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("category", "county")
