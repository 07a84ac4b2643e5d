"""Years and hours, counted once: pure sums over the facts of a portfolio. Years are full hundredths of 365 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from applicants.portfolio import Job, Period, Shown

# A whole calendar year counts as one, with a leap day or without.
DAYS_A_YEAR = Decimal(365)
HUNDREDTH = Decimal("0.01")


def years_of(periods: Iterable[Job | Period], today: date, *, since: date | None = None) -> Decimal:
    """Years covered by at least one of the periods up to today; days that two of them share count once.

    `since` leaves out what lies before that day.
    """
    days, reached = 0, date.min
    for start, end in sorted(_spans(periods, today, since)):
        first = max(start, reached)
        if end >= first:
            days += (end - first).days + 1
            reached = end + timedelta(days=1)
    return _years(Decimal(days))


def full_time_years_of(jobs: Sequence[Job], today: date, *, full_time: Decimal, since: date | None = None) -> Decimal:
    """Years of full-time work up to today: part time counts in proportion, overlapping jobs never as more than one.

    `full_time` is the hours a week that are one full-time equivalent.
    """
    changes: dict[date, Decimal] = {}
    for job in jobs:
        for start, end in _spans([job], today, since):
            after = end + timedelta(days=1)
            changes[start] = changes.get(start, Decimal(0)) + job.hours_per_week
            changes[after] = changes.get(after, Decimal(0)) - job.hours_per_week
    days, load, reached = Decimal(0), Decimal(0), date.min
    for day in sorted(changes):
        if load > 0:
            days += (day - reached).days * min(load / full_time, Decimal(1))
        load += changes[day]
        reached = day
    return _years(days)


def _spans(periods: Iterable[Job | Period], today: date, since: date | None) -> list[tuple[date, date]]:
    spans = []
    for period in periods:
        start = max(period.start, since) if since else period.start
        end = min(period.end or today, today)
        if start <= end:
            spans.append((start, end))
    return spans


def covered(spans: Iterable[tuple[date, date | None]], start: date, end: date) -> bool:
    """Whether each day from start to end lies in at least one of the spans. An open end never ends."""
    reached = start
    for first, last in sorted(spans, key=lambda span: span[0]):
        if first > reached:
            return False
        if last is None or last >= end:
            return True
        reached = max(reached, last + timedelta(days=1))
    return False


def _years(days: Decimal) -> Decimal:
    return (days / DAYS_A_YEAR).quantize(HUNDREDTH, ROUND_DOWN)


@dataclass(frozen=True)
class AreaHours:
    """Hours by area and entry, each hour once: `here` and `elsewhere` and `open` together are `in_all`.

    `elsewhere` went to areas of other categories, `open` to none; `by_area` is {area: {entry: hours}}.
    """

    by_area: dict[str, dict[str, Decimal]]
    here: Decimal
    elsewhere: Decimal
    open: dict[str, Decimal]

    @property
    def in_all(self) -> Decimal:
        """Every hour that counts."""
        return self.here + self.elsewhere + sum(self.open.values(), Decimal(0))


def area_hours(areas: Iterable[str], shown: Iterable[Shown]) -> AreaHours:
    """The hours of these entries among these areas."""
    by_area: dict[str, dict[str, Decimal]] = {area: {} for area in areas}
    here, elsewhere, left = Decimal(0), Decimal(0), {}
    for one in shown:
        for area, amount in one.by_area:
            if area in by_area:
                by_area[area][one.entry] = amount
                here += amount
            else:
                elsewhere += amount
        if one.open_hours > 0:
            left[one.entry] = one.open_hours
    return AreaHours(by_area, here, elsewhere, left)


def can_fill(slots: Sequence[frozenset[str]], offers: Sequence[frozenset[str]]) -> int:
    """How many slots can be filled when each offer fills one slot that shares a word with it, at the best."""
    filled_by: dict[int, int] = {}

    def place(offer: int, tried: set[int]) -> bool:
        for slot, wanted in enumerate(slots):
            if slot in tried or not wanted & offers[offer]:
                continue
            tried.add(slot)
            if slot not in filled_by or place(filled_by[slot], tried):
                filled_by[slot] = offer
                return True
        return False

    return sum(1 for offer in range(len(offers)) if place(offer, set()))


def unfilled(slots: Sequence[frozenset[str]], offers: Sequence[frozenset[str]]) -> list[int]:
    """Which slots stay open, as places in the list: the first of those without which all the others can be filled."""
    best, open_ = can_fill(slots, offers), []
    kept = list(range(len(slots)))
    while len(kept) > best:
        for place in reversed(kept):
            rest = [slots[n] for n in kept if n != place]
            if can_fill(rest, offers) == best:
                open_.append(place)
                kept.remove(place)
                break
    return sorted(open_)
