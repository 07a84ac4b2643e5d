"""What changed between two submissions: added, taken out, changed field by field. From their data alone, no query.

`changes(before, after)` reads two snapshots' data and names every difference in what was submitted, section by section.
What follows from the rest (how the requirements stand, what areas are called) is not compared; a field that the older
submission did not record yet is no change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.models import KINDS, Profile, Signature, WorkTest
from applicants.portfolio import plain
from applicants.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.utils.functional import _StrPromise as StrPromise

    Data = Mapping[str, Any]

# What only the person themselves reads again: others are told that it changed.
PRIVATE = frozenset(
    {
        *("phone", "former_names", "membership_number", "show_county", "certificate_name"),
        *("supervisor_name", "provider_email", "signed_name", "not_sanctioned", "registry_consent"),
    }
)
# Made from other fields; named only where nothing else says the difference.
DERIVED = frozenset({"headline", "measure", "document_name", "county_name"})
# Of which the order says nothing.
UNORDERED = frozenset({"area_keys", "meets_tests", "practice_languages"})
LABELS: dict[str, StrPromise] = {
    "document_id": gettext_lazy("certificate"),
    "document_name": gettext_lazy("certificate"),
    "county_name": gettext_lazy("county"),
    "headline": gettext_lazy("title"),
    "measure": gettext_lazy("amount"),
    "area_hours": gettext_lazy("hours by area"),
    "provider_id": gettext_lazy("provider in the directory"),
    "catalog_item_id": gettext_lazy("training of the catalog"),
    "standings": gettext_lazy("the provider’s qualification, by the record"),
    "status": gettext_lazy("status"),
    "role": gettext_lazy("how they know the work"),
    "completed_at": gettext_lazy("complete since"),
    "category": gettext_lazy("category"),
    "edition": gettext_lazy("edition of the framework"),
    "signed_at": gettext_lazy("signed"),
    "document_version": gettext_lazy("edition of the document"),
    "not_sanctioned": gettext_lazy("no licensing board has sanctioned me"),
    "registry_consent": gettext_lazy("in the public registry"),
}
LONG = 120
MOST_STEPS = 4_000_000


@dataclass(frozen=True)
class Piece:
    """Some words of a text: kept (""), "added" or "removed"."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after in words. `withheld`: that it changed is all this reader is told."""

    name: str
    label: str
    before: str = ""
    after: str = ""
    withheld: bool = False

    @property
    def is_long(self) -> bool:
        """Whether both are read best as one text with what went and what came."""
        return bool(self.before and self.after) and max(len(self.before), len(self.after)) > LONG

    @property
    def pieces(self) -> list[Piece]:
        """The text word by word."""
        return word_by_word(self.before, self.after)


@dataclass(frozen=True)
class EntryChange:
    """One entry that was "added", "removed" or "changed"."""

    kind: str
    title: str
    measure: str = ""
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class SectionChange:
    """All changes of one section."""

    name: str
    title: str
    entries: tuple[EntryChange, ...] = field(default_factory=tuple)


def changes(before: Data, after: Data, *, whole: bool = True) -> list[SectionChange]:
    """Every difference between two submissions, in the order of the sections; [] where there is none.

    With `whole=False`, what is private to the person is named and its words are withheld.
    """
    sides = (_Side(before), _Side(after))
    found = [_section("application", _("Application"), _application, sides, whole)]
    for name, words in SECTIONS.items():
        rows = _ROWS.get(name) or _of_kind(name)
        found.append(_section(name, capfirst(str(words)), rows, sides, whole))
    return [section for section in found if section.entries]


def counted(sections: Iterable[SectionChange]) -> dict[str, int]:
    """How many entries were added, removed and changed in all."""
    kinds = [entry.kind for section in sections for entry in section.entries]
    return {kind: kinds.count(kind) for kind in ("added", "removed", "changed")}


def word_by_word(before: str, after: str) -> list[Piece]:
    """Two texts as one: what stayed, what was removed, what was added. Enormous ones as a whole."""
    old, new = re.findall(r"\s*\S+|\s+$", before), re.findall(r"\s*\S+|\s+$", after)
    if len(old) * len(new) > MOST_STEPS:
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("", "".join(old[a:b])))
            continue
        pieces += [Piece("removed", "".join(old[a:b]))] if b > a else []
        pieces += [Piece("added", "".join(new[c:d]))] if d > c else []
    return pieces


# --- Rows of a section, by what they are recognized by ---------------------------------------------------------------

Rows = dict[str, "Data"]


class _Side:
    """One of the two submissions."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.evidence: Mapping[str, list[Data]] = data.get("evidence", {})
        self.areas: Mapping[str, str] = data.get("areas", {})
        self.degrees = {row.get("id"): row.get("headline", "") for row in self.evidence.get("education", [])}


def _application(side: _Side) -> Rows | None:
    row = side.data.get("application")
    return None if row is None else {"": {name: row[name] for name in ("category", "edition") if name in row}}


def _profile(side: _Side) -> Rows | None:
    row = side.data.get("profile")
    return None if row is None else {"": row} if row else {}


def _signatures(side: _Side) -> Rows | None:
    rows = side.data.get("signatures")
    return (
        None if rows is None else {row["kind"]: {"headline": row.get("kind_label", row["kind"]), **row} for row in rows}
    )


def _references(side: _Side) -> Rows | None:
    rows = side.data.get("references")
    if rows is None:
        return None
    return _numbered([{"headline": row.get("role_label", row["role"]), **row} for row in rows], "role")


def _of_kind(kind: str) -> Callable[[_Side], Rows | None]:
    def rows(side: _Side) -> Rows | None:
        entries = side.evidence.get(kind)
        return None if entries is None else _numbered(entries, "headline")

    return rows


def _numbered(rows: Iterable[Data], otherwise: str) -> Rows:
    """Rows by their id; those of older submissions, which have none, by what they are called and their place."""
    found: Rows = {}
    for row in rows:
        key, again = f"{row.get('id', row.get(otherwise, ''))}", 0
        while f"{key}#{again}" in found:
            again += 1
        found[f"{key}#{again}"] = row
    return found


_ROWS: dict[str, Callable[[_Side], Rows | None]] = {
    "profile": _profile,
    "references": _references,
    "sign": _signatures,
}


# --- The differences -------------------------------------------------------------------------------------------------


def _section(
    name: str, title: str, rows_of: Callable[[_Side], Rows | None], sides: tuple[_Side, _Side], whole: bool
) -> SectionChange:
    old, new = rows_of(sides[0]), rows_of(sides[1])
    if old is None or new is None:
        return SectionChange(name, title)
    if any("id" not in row for row in (*old.values(), *new.values())) and name in {"references", *KINDS}:
        old, new = _without_ids(old), _without_ids(new)
    entries = []
    for key, row in new.items():
        if key not in old:
            entries.append(EntryChange("added", _title(row, title), row.get("measure", "")))
        elif fields := tuple(_fields(name, old[key], row, sides, whole)):
            entries.append(EntryChange("changed", _title(row, title), row.get("measure", ""), fields))
    entries += [
        EntryChange("removed", _title(row, title), row.get("measure", "")) for key, row in old.items() if key not in new
    ]
    return SectionChange(name, title, tuple(entries))


def _without_ids(rows: Rows) -> Rows:
    return _numbered(({name: row[name] for name in row if name != "id"} for row in rows.values()), "headline")


def _title(row: Data, otherwise: str) -> str:
    return str(row.get("headline") or otherwise)


def _fields(section: str, old: Data, new: Data, sides: tuple[_Side, _Side], whole: bool) -> Iterable[FieldChange]:
    """The fields that differ: what others follow from is named first, and alone where it says it all."""
    differing = [
        name
        for name in new
        if name != "id" and name in old and _meaning(section, name, old[name]) != _meaning(section, name, new[name])
    ]
    told = [name for name in differing if name not in DERIVED and not name.endswith("_label")] or differing
    for name in told:
        label = capfirst(str(_label(section, name)))
        if not whole and name in PRIVATE:
            yield FieldChange(name, label, withheld=True)
        else:
            yield FieldChange(name, label, _said(section, name, old, sides[0]), _said(section, name, new, sides[1]))


@cache
def _columns(section: str) -> dict[str, models.Field[Any, Any]]:
    """The columns of a section's rows by their names in the data."""
    model = {"profile": Profile, "sign": Signature}.get(section) or KINDS.get(section)
    return {column.attname: column for column in model._meta.concrete_fields} if model else {}


def _label(section: str, name: str) -> str | StrPromise:
    column = _columns(section).get(name.removesuffix("_label"))
    if name in LABELS:
        return LABELS[name]
    return column.verbose_name if column is not None else name.replace("_", " ")


def _meaning(section: str, name: str, value: Any) -> Any:
    """The value as far as a difference in it means anything: "40.00" hours are "40"; nothing is nothing."""
    if value in (None, "", [], {}):
        return None
    if name in UNORDERED and isinstance(value, list):
        return frozenset(map(str, value))
    if isinstance(_columns(section).get(name), models.DecimalField):
        return _number(value)
    if name == "area_hours" and isinstance(value, dict):
        return {area: _number(hours) for area, hours in value.items()}
    return value


def _number(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


# --- In words --------------------------------------------------------------------------------------------------------


def _said(section: str, name: str, row: Data, side: _Side) -> str:
    """One value as people read it; what several rows share a name for tells them apart by its own words."""
    value = row[name]
    if value in (None, "", [], {}):
        return ""
    if name in _SAID:
        return _SAID[name](value, row, side)
    if f"{name}_label" in row:
        return str(row[f"{name}_label"])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    column = _columns(section).get(name)
    if isinstance(column, models.DecimalField):
        number = _number(value)
        return plain(number) if isinstance(number, Decimal) else str(value)
    if isinstance(value, str):
        return _day_or_text(value, column, name)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _day_or_text(value: str, column: models.Field[Any, Any] | None, name: str) -> str:
    try:
        if isinstance(column, models.DateTimeField) or name.endswith("_at"):
            return date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
        if isinstance(column, models.DateField):
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
    except ValueError:
        pass
    return value


def _areas(value: Any, _row: Data, side: _Side) -> str:
    return "\n".join(sorted(side.areas.get(code, code) for code in value))


def _area_hours(value: Any, _row: Data, side: _Side) -> str:
    lines = (
        _("%(area)s: %(hours)s") % {"area": side.areas.get(code, code), "hours": hours} for code, hours in value.items()
    )
    return "\n".join(sorted(lines))


def _tests(value: Any, _row: Data, _side: _Side) -> str:
    known = dict(WorkTest.choices)
    return "\n".join(str(known.get(one, one)) for one in sorted(value))


def _standings(value: Any, _row: Data, _side: _Side) -> str:
    return "\n".join(
        " ".join(filter(None, [one["qualification"], one["starts_on"], "–", one.get("ends_on") or ""])) for one in value
    )


def _file(value: Any, row: Data, _side: _Side) -> str:
    return row.get("document_name") or _("A file")


_SAID: dict[str, Callable[[Any, Data, _Side], str]] = {
    "area_keys": _areas,
    "area_hours": _area_hours,
    "meets_tests": _tests,
    "standings": _standings,
    "document_id": _file,
    "county_id": lambda value, row, _side: str(row.get("county_name") or value),
    "education_id": lambda value, _row, side: str(side.degrees.get(value) or _("Another degree")),
    "provider_id": lambda _value, row, _side: str(row.get("provider_name") or _("Named")),
    "catalog_item_id": lambda _value, row, _side: str(row.get("title") or _("Named")),
}
