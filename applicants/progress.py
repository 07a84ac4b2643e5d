"""A requirement as a page shows it: in words, how far, from which entries and how much of each, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants.answers import hours, years
from applicants.portfolio import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.utils.functional import _StrPromise as StrPromise

    from applicants.portfolio import Check

# How a requirement stands: met, on its way with others, asked, or worth a look.
STATES: dict[str, tuple[StrPromise, str]] = {
    "met": (gettext_lazy("Met"), "done"),
    "waits": (gettext_lazy("On its way"), "waiting"),
    "asked": (gettext_lazy("Not yet"), "attention"),
    "look": (gettext_lazy("Worth a look"), "info"),
}
GROUPS: dict[str, StrPromise] = {
    "asked": gettext_lazy("Still to do"),
    "waits": gettext_lazy("On its way"),
    "look": gettext_lazy("Worth a look"),
    "met": gettext_lazy("Met"),
}


@dataclass(frozen=True)
class Linked:
    """An entry by name, with its page where the reader may open it, how much of it counts, and why it does not."""

    name: str
    url: str = ""
    amount: str = ""
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One requirement for a page. `state` is one of STATES; `filled` is how full its bar is, in hundredths."""

    check: Check
    state: str
    measure: str = ""
    filled: int | None = None
    action: str = ""
    counted: list[Linked] = field(default_factory=list)
    left_out: list[Linked] = field(default_factory=list)

    @property
    def status(self) -> StrPromise:
        """How it stands, in words."""
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        """The color of these words."""
        return STATES[self.state][1]


@dataclass(frozen=True)
class Group:
    """Requirements that stand alike."""

    state: str
    title: StrPromise
    rows: list[Row]


@dataclass(frozen=True)
class Summary:
    """All of it at a glance: how many are met, one mark for each, and in words what the others are."""

    met: int
    total: int
    marks: list[str]
    parts: list[str]


def summed_up(rows: list[Row]) -> Summary:
    """The marks stand in the order of the work: met first, then what is on its way, worth a look, and to do."""
    counts = {state: sum(1 for row in rows if row.state == state) for state in STATES}
    parts = [
        words % {"count": counts[state]}
        for state, words in (
            ("asked", ngettext("%(count)s is yours to do", "%(count)s are yours to do", counts["asked"])),
            ("waits", ngettext("%(count)s is on its way", "%(count)s are on their way", counts["waits"])),
            ("look", ngettext("%(count)s is worth a look", "%(count)s are worth a look", counts["look"])),
        )
        if counts[state]
    ]
    marks = [state for state in ("met", "waits", "look", "asked") for _mark in range(counts[state])]
    return Summary(counts["met"], len(rows), marks, parts)


def state_of(check: Check) -> str:
    """Met, on its way, asked, or worth a look."""
    if check.met:
        return "met"
    if not check.blocking:
        return "look"
    return "waits" if check.waits else "asked"


def rows_of(
    checks: Iterable[Check],
    names: Mapping[str, str],
    *,
    opens: bool,
    page_of: Callable[[Check], str] | None = None,
) -> list[Row]:
    """Every check as a row. `opens` links the entries; `page_of` says where a requirement is worked on."""
    rows = []
    for check in checks:
        amounts = dict(check.amounts)
        left = [_linked(one.entry, names, amounts, opens=opens, why=one.why) for one in check.left_out]
        rows.append(
            Row(
                check,
                state_of(check),
                measure=measure_of(check),
                filled=_filled(check),
                action=page_of(check) if page_of and not check.met else "",
                counted=[_linked(entry, names, amounts, opens=opens) for entry in check.entries],
                left_out=left,
            )
        )
    return rows


def grouped(rows: list[Row]) -> list[Group]:
    """The rows by how they stand: what is to do first, what is met last. Empty groups are left out."""
    found = [Group(state, title, [row for row in rows if row.state == state]) for state, title in GROUPS.items()]
    return [group for group in found if group.rows]


def _filled(check: Check) -> int | None:
    if check.need is None or check.have is None or not check.need:
        return None
    return min(int(Decimal(check.have) / Decimal(check.need) * 100), 100)


@dataclass(frozen=True)
class Uses:
    """What one entry counts toward, each with how much of it, and where it does not, with the reason."""

    counts: list[Linked]
    not_here: list[Linked]


def uses_of(ref: str, checks: Iterable[Check]) -> Uses:
    """Of all requirements those that look at this entry."""
    counts, not_here = [], []
    for check in checks:
        amount = dict(check.amounts).get(ref)
        words = hours(amount) if amount else ""
        if ref in check.entries:
            counts.append(Linked(str(check.title), f"#{check.key}", words))
        not_here += [
            Linked(str(check.title), f"#{check.key}", words, one.why) for one in check.left_out if one.entry == ref
        ]
    return Uses(counts, not_here)


def measure_of(check: Check) -> str:
    """ "12 of 33 hours" on the way there, "45 hours; 33 are asked" beyond it; nothing where nothing is measured."""
    if check.need is None or check.have is None:
        return ""
    if check.met and check.have > check.need:
        asked = ngettext("%(have)s; %(need)s is asked", "%(have)s; %(need)s are asked", 1 if check.need == 1 else 2)
        return asked % {"have": _amount(check.have, check.unit), "need": check.needs}
    return _("%(have)s of %(need)s") % {"have": check.has, "need": _amount(check.need, check.unit)}


def _amount(number: Decimal | int, unit: str) -> str:
    """A number with what it counts: "45 hours"."""
    if unit == "hours":
        return hours(number)
    if unit == "years":
        return years(number)
    words = {
        "families": ngettext("%(number)s family", "%(number)s families", 1 if number == 1 else 2),
        "references": ngettext("%(number)s reference", "%(number)s references", 1 if number == 1 else 2),
        "areas": ngettext("%(number)s area", "%(number)s areas", 1 if number == 1 else 2),
    }
    return words.get(unit, "%(number)s") % {"number": plain(number)}


def _linked(
    ref: str, names: Mapping[str, str], amounts: Mapping[str, Decimal], *, opens: bool, why: str = ""
) -> Linked:
    """An entry by its name; the owner can open it, others read it in the dossier."""
    name = names.get(ref, _("An entry that is no longer there"))
    return Linked(name, entry_url(ref) if opens else "", hours(amounts[ref]) if amounts.get(ref) else "", why)


def entry_url(ref: str) -> str:
    """The page of an entry or a reference, by its name among the facts; nothing where it has none."""
    kind, _colon, pk = ref.partition(":")
    if not pk.isdecimal():
        return ""
    if kind == "reference":
        return reverse("applicants:reference_detail", args=[pk])
    return reverse("applicants:evidence_edit", args=[kind, pk])
