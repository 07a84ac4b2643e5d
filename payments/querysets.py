"""What can be asked about money. `visible_to(user)` is the first lock of every door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from endorsement_portal.models import Role

if TYPE_CHECKING:
    from datetime import date

    from endorsement_portal.models import User

OWING = ["issued", "promised", "part_paid"]
# Applications that ended without a decision.
ENDED = ["withdrawn", "expired"]
# The order of finance's list: those that await money before the rest, the longest waiting first among them, the newest
# among the rest. An index of invoices holds the very same, so that a page of the list needs no sort.
OWING_FIRST = (
    Case(When(status__in=OWING, then=Value(0)), default=Value(1), output_field=IntegerField()).asc(),
    Case(When(status__in=OWING, then=F("issued_at"))).asc(nulls_last=True),
    F("issued_at").desc(),
    F("id").desc(),
)


def _treasurer(user: User) -> bool:
    """Finance and admins look after all the money."""
    return user.is_authenticated and user.has_role(Role.FINANCE, Role.ADMIN)


class FeeItemQuerySet(models.QuerySet):
    """Questions about the schedule."""

    def as_of(self, day: date) -> Self:
        """Prices in force on a day."""
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day), effective_from__lte=day)


class InvoiceQuerySet(models.QuerySet):
    """Questions about invoices."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for finance and admins."""
        if not user.is_authenticated:
            return self.none()
        return self if _treasurer(user) else self.filter(person=user)

    def owing(self) -> Self:
        """Money is still awaited."""
        return self.filter(status__in=OWING)

    def to_refund(self) -> Self:
        """Money to be given back: more came than was asked, or the application was withdrawn."""
        return self.filter(
            Q(received_cents__gt=F("total_cents")) | Q(received_cents__gt=0, application__status__in=ENDED)
        )

    def owing_first(self) -> Self:
        """Those that await money before the rest; the longest waiting first among them, the newest among the rest."""
        return self.order_by(*OWING_FIRST)

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("person", "application__category__track")


class PaymentQuerySet(models.QuerySet):
    """Questions about the ledger."""

    def visible_to(self, user: User) -> Self:
        """The lines of one's own invoice; all for finance and admins."""
        if not user.is_authenticated:
            return self.none()
        return self if _treasurer(user) else self.filter(invoice__person=user)

    def sum_cents(self) -> int:
        """What came less what went back."""
        total: int = self.aggregate(sum=Coalesce(Sum("amount_cents"), 0))["sum"]
        return total


class FundQuerySet(models.QuerySet):
    """Questions about funds."""

    def with_balance(self) -> Self:
        """Adds `awarded_sum` (bound), `spent_sum` (bound and the fee settled) and `left_cents`."""
        awarded = Q(scholarships__status="awarded")
        settled = awarded & Q(scholarships__application__invoice__status__in=["paid", "covered"])
        return self.annotate(
            awarded_sum=Coalesce(Sum("scholarships__awarded_cents", filter=awarded), 0),
            spent_sum=Coalesce(Sum("scholarships__awarded_cents", filter=settled), 0),
        ).annotate(left_cents=F("total_cents") - F("awarded_sum"))


class ScholarshipQuerySet(models.QuerySet):
    """Questions about scholarships."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for finance and admins."""
        if not user.is_authenticated:
            return self.none()
        return self if _treasurer(user) else self.filter(application__person=user)

    def waiting(self) -> Self:
        """To be decided."""
        return self.filter(status="requested")

    def waiting_first(self) -> Self:
        """Those to be decided before the rest; the longest waiting first among them, the newest among the rest."""
        rank = Case(When(status="requested", then=Value(0)), default=Value(1), output_field=IntegerField())
        waiting_since = Case(When(status="requested", then=F("requested_at")))
        return self.annotate(rank=rank).order_by("rank", waiting_since.asc(nulls_last=True), "-requested_at", "-pk")

    def awarded_cents(self) -> int:
        """What these bind of their funds."""
        total: int = self.filter(status="awarded").aggregate(sum=Coalesce(Sum("awarded_cents"), 0))["sum"]
        return total

    def with_names(self) -> Self:
        """Everything a list row shows, in one query."""
        return self.select_related("application__person", "application__category__track", "fund")
