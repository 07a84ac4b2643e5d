"""What can be asked of interest, cohorts and seats. `visible_to(user)` is the first lock of every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from cohorts.deadlines import FIRST_REMINDER, LAST_REMINDER
from endorsement_portal.models import Role, verified_addresses

if TYPE_CHECKING:
    from datetime import date

    from endorsement_portal.models import User

LIVE = ("offered", "accepted")


def _caretaker(user: User) -> bool:
    """Coordinators and admins care for everybody's interest."""
    return user.is_authenticated and user.has_role(Role.COORDINATOR, Role.ADMIN)


def _belonging_to(user: User, prefix: str = "") -> Q:
    """Linked to the person, or not linked yet and sent from an address that they have proven to be theirs."""
    addressed = Q(**{f"{prefix}person__isnull": True, f"{prefix}email__in": verified_addresses(user)})
    return Q(**{f"{prefix}person": user}) | addressed


class InterestQuerySet(models.QuerySet[Any]):
    """Questions about interest."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for coordinators and admins."""
        return self if _caretaker(user) else self.own(user)

    def own(self, user: User) -> Self:
        """The person's own, whatever other hats they wear."""
        return self.filter(_belonging_to(user)) if user.is_authenticated else self.none()

    def waiting_for_us(self) -> Self:
        """New and not looked at yet."""
        return self.filter(status="new")

    def ready_for_a_seat(self) -> Self:
        """In the pool or on the waiting list."""
        return self.filter(status__in=["pool", "waitlisted"])

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("category", "work_county", "home_county")

    def counts_by_status(self) -> dict[str, int]:
        """How many there are of each status."""
        return dict(self.order_by().values_list("status").annotate(Count("pk")))


class CohortQuerySet(models.QuerySet[Any]):
    """Questions about cohorts."""

    def visible_to(self, user: User) -> Self:
        """All for coordinators and admins; for others those in which a seat is theirs."""
        if not user.is_authenticated:
            return self.none()
        if _caretaker(user):
            return self
        seats = self.model._meta.get_field("seats").related_model._default_manager.own(user).live()
        return self.filter(pk__in=seats.values("cohort_id"))

    def taking_people(self) -> Self:
        """Those in which seats may be offered."""
        return self.filter(status__in=["recruiting", "selecting", "confirmed"])

    def past(self) -> Self:
        """Those in which nothing more happens."""
        return self.filter(status__in=["completed", "archived", "cancelled"])

    def with_seats_taken(self) -> Self:
        """Adds `accepted`, `offered`, and `seats_left`, which counts offers as taken."""
        return self.annotate(
            accepted=Count("seats", filter=Q(seats__status="accepted")),
            offered=Count("seats", filter=Q(seats__status="offered")),
            seats_left=F("capacity") - Count("seats", filter=Q(seats__status__in=LIVE)),
        )

    def to_start(self, on: date) -> Self:
        """Confirmed, and the first day has come."""
        return self.filter(status="confirmed", starts_on__lte=on)

    def to_close(self, on: date) -> Self:
        """Active, and the last day to submit is over."""
        return self.filter(status="active", ends_on__lt=on)


class SeatQuerySet(models.QuerySet[Any]):
    """Questions about seats."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for coordinators and admins."""
        return self if _caretaker(user) else self.own(user)

    def own(self, user: User) -> Self:
        """The person's own: of their interest, or of interest sent from a proven address of theirs."""
        return self.filter(_belonging_to(user, "interest__")) if user.is_authenticated else self.none()

    def live(self) -> Self:
        """Held: offered or accepted."""
        return self.filter(status__in=LIVE)

    def offered(self) -> Self:
        """Waiting for the person's answer."""
        return self.filter(status="offered")

    def accepted(self) -> Self:
        """Taken."""
        return self.filter(status="accepted")

    def with_names(self) -> Self:
        """Everything a row or page shows, in one query."""
        return self.select_related("interest__work_county", "cohort", "category__track", "application")

    def to_remind(self, on: date) -> Self:
        """Offers due for a reminder: never on the day of the offer, and none twice on a day.

        Nobody loses a seat unreminded: an offer past its day that was never reminded of is here too.
        """
        eve = Q(reminders=1, accept_by__lte=on + LAST_REMINDER, accept_by__gte=on)
        return (
            self.offered()
            .annotate(offered_on=TruncDate("offered_at", tzinfo=timezone.get_default_timezone()))
            .filter(Q(reminders=0, accept_by__lte=on + FIRST_REMINDER) | eve, offered_on__lt=on)
            .filter(Q(reminded_on__isnull=True) | Q(reminded_on__lt=on))
        )

    def to_expire(self, on: date) -> Self:
        """Offers past their day, of which the person was reminded on an earlier day."""
        return self.offered().filter(accept_by__lt=on, reminders__gt=0, reminded_on__lt=on)
