"""The fee: what an application costs by the schedule of a day. Reads only; the invoice pins what is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from payments.models import FeeCode, FeeItem, Invoice

if TYPE_CHECKING:
    from datetime import date

    from applicants.models import Application

MEMBERSHIP_DAYS = 365


@dataclass(frozen=True)
class Fee:
    """The lines of a fee in the order they are read; `member_by` is the invoice that pays this year's membership."""

    items: tuple[FeeItem, ...]
    is_complete: bool
    member_by: Invoice | None = None

    @property
    def total_cents(self) -> int:
        """The sum of the lines, in cents."""
        return sum(item.amount_cents for item in self.items)

    @property
    def is_sample(self) -> bool:
        """Whether any figure has still to be confirmed by the association."""
        return any(item.is_sample for item in self.items)


def fee_for(application: Application, *, on: date | None = None) -> Fee:
    """What the application costs on a day (default today), in two queries.

    Of several prices for one thing the closest profile wins (MHM-C, then MHM, then all), then the newest. Membership
    lasts a year: it is left out where another invoice of the person has it. `is_complete` is False while the schedule
    has no processing fee for the category; then nobody can be asked to pay.
    """
    day = on or timezone.localdate()
    chosen = _closest(list(FeeItem.objects.as_of(day)), application.category.profile)
    member_by = _membership_invoice(application, day)
    if member_by is not None:
        chosen.pop(FeeCode.MEMBERSHIP, None)
    items = tuple(chosen[code] for code in FeeCode.values if code in chosen)
    return Fee(items, is_complete=FeeCode.PROCESSING in chosen, member_by=member_by)


def _closest(items: list[FeeItem], profile: str) -> dict[str, FeeItem]:
    fitting = [item for item in items if _fits(item.profile, profile)]
    chosen: dict[str, FeeItem] = {}
    for item in sorted(fitting, key=lambda one: (len(one.profile), one.effective_from)):
        chosen[item.code] = item
    return chosen


def _fits(asked: str, profile: str) -> bool:
    """Whether a price for `asked` is meant for the profile: itself, its family, or everybody."""
    return asked in ("", profile) or profile.startswith(f"{asked}-")


def _membership_invoice(application: Application, day: date) -> Invoice | None:
    found: Invoice | None = (
        Invoice.objects.filter(
            person=application.person_id,
            status__in=["issued", "promised", "part_paid", "paid", "covered"],
            issued_at__date__gt=day - timedelta(days=MEMBERSHIP_DAYS),
            lines__fee_item__code=FeeCode.MEMBERSHIP,
        )
        .exclude(application=application.pk)
        .order_by("-issued_at")
        .first()
    )
    return found
