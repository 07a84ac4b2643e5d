"""Walks a framework document and gathers every problem with its place, instead of stopping at the first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

STATUSES = {"c": "confirmed", "i": "inferred", "u": "unknown"}
# No longer than the columns that keep it.
LONGEST = {
    "key": 40,
    "version": 40,
    "licensee": 60,
    "code": 12,
    "mark": 12,
    "profile": 12,
    "inferred": 20,
    "title": 80,
    "former_title": 120,
    "note": 2000,
    "source": 40,
    "section": 20,
    "path": 80,
    "text": 300,
}
NAME = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True)
class Said:
    """How sure something is: confirmed, inferred or unknown; the short names of the pages; a remark."""

    basis: str
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Entry:
    """A track, category or add-on: its code, its other fields as written, and how sure it is."""

    code: str
    fields: dict[str, Any]
    said: Said


@dataclass
class Reader:
    """Walks the document and gathers problems instead of stopping at the first."""

    problems: list[str] = field(default_factory=list)

    def wrong(self, place: str, what: str) -> None:
        self.problems.append(f"{place}: {what}")

    def mapping(self, node: Any, place: str) -> dict[str, Any]:
        if isinstance(node, dict):
            return node
        self.wrong(place, "should be a set of named fields")
        return {}

    def rows(self, node: Any, place: str) -> list[dict[str, Any]]:
        if not isinstance(node, list):
            self.wrong(place, "should be a list")
            return []
        return [self.mapping(row, f"{place}[{n}]") for n, row in enumerate(node, 1)]

    def text(self, node: dict[str, Any], name: str, place: str, default: str | None = None) -> str:
        value = node.get(name, default)
        if isinstance(value, str) and (value.strip() or default is not None):
            return self.short(value, name, place)
        self.wrong(place, f"“{name}” is missing or is not text")
        return ""

    def short(self, value: str, name: str, place: str) -> str:
        most = LONGEST.get(name, 120)
        if len(value) > most:
            self.wrong(place, f"“{name}” is longer than {most} characters")
        return value

    def name(self, node: dict[str, Any], name: str, place: str) -> str:
        """A short name that goes into addresses."""
        value = self.text(node, name, place)
        if value and not NAME.fullmatch(value):
            self.wrong(place, f"“{name}” should have letters, digits, - and _ alone")
        return value

    def flag(self, node: dict[str, Any], name: str, place: str) -> None:
        if not isinstance(node.get(name, False), bool):
            self.wrong(place, f"“{name}” should be true or false")

    def known(self, name: Any, names: set[str], kind: str, place: str) -> None:
        if not isinstance(name, str) or name not in names:
            self.wrong(place, f"there is no {kind} “{str(name)[:80]}”")

    def day(self, node: dict[str, Any], name: str, place: str) -> date | None:
        value = node.get(name)
        if value is None or isinstance(value, date):
            return value
        self.wrong(place, f"“{name}” should be a date such as 2025-01-01")
        return None

    def words(self, node: dict[str, Any], name: str, place: str) -> tuple[str, ...]:
        value = node.get(name, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong(place, f"“{name}” should be a list of words")
        return ()

    def said(self, node: dict[str, Any], place: str) -> Said:
        status = node.get("st")
        if not isinstance(status, str) or status not in STATUSES:
            self.wrong(place, f"“st” should be c, i or u, not {str(status)[:40]!r}")
        sources = self.words(node, "src", place)
        for source in sources:
            self.short(source, "source", place)
        return Said(
            basis=STATUSES.get(str(status), "unknown"),
            sources=sources,
            note=self.text(node, "note", place, default=""),
        )

    def entries(self, node: Any, place: str) -> tuple[Entry, ...]:
        found = []
        for n, row in enumerate(self.rows(node, place), 1):
            here = f"{place}[{n}]"
            code = self.name(row, "code", here)
            self.text(row, "title", here)
            found.append(Entry(code=code, fields=row, said=self.said(row, here)))
        self.once([entry.code for entry in found], place)
        return tuple(found)

    def once(self, names: list[str], place: str) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.wrong(place, f"“{name}” is there more than once")
