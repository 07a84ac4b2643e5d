"""How a cohort is made up: totals over its members, by what the work asks for and never by who people are.

Only what selection may look at is counted: category, region, rural or urban, field of work, language of practice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applicants.models import Sector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cohorts.models import Seat


@dataclass(frozen=True)
class Share:
    """One value and how many members have it."""

    label: str
    count: int


@dataclass(frozen=True)
class Group:
    """One way to look at the cohort, most frequent value first. A member may count for several languages."""

    title: str
    shares: tuple[Share, ...]


def balance(seats: Iterable[Seat]) -> list[Group]:
    """Totals over live seats that were read with their names; no query, and an empty list for an empty cohort."""
    members = list(seats)
    if not members:
        return []
    sectors = dict(Sector.choices)
    return [
        _group(_("Category"), (str(seat.category) for seat in members)),
        _group(_("Region"), (_region(seat) for seat in members)),
        _group(_("Rural or urban county"), (_rurality(seat) for seat in members)),
        _group(_("Field of work"), (str(sectors[seat.interest.sector]) for seat in members)),
        _group(_("Languages of practice"), (name for seat in members for name in seat.interest.practice_languages)),
    ]


def _group(title: str, values: Iterable[str]) -> Group:
    counted = sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))
    return Group(title=title, shares=tuple(Share(label=label, count=count) for label, count in counted))


def _region(seat: Seat) -> str:
    county = seat.interest.work_county
    return str(county.prosperity_zone) if county else _("Outside North Carolina")


def _rurality(seat: Seat) -> str:
    county = seat.interest.work_county
    if county is None:
        return _("Outside North Carolina")
    return _("Rural") if county.is_rural else _("Urban")
