"""A framework as a YAML document: read it, and say in plain words what is wrong with it. No database here.

The shape is the one of `data/framework.yaml`. Everything is checked before anything is loaded, and every problem is
named with the place where it is, so that whoever prepares a new edition can mend the file in one go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from competencies import plain_yaml
from competencies.figure_kinds import kind_asked

STATUSES = {"c": "confirmed", "i": "inferred", "u": "unknown"}
SCOPES = ("promotion", "prevention", "intervention", "macro")
EVIDENCE_KINDS = ("course", "training", "work", "rsc", "rating", "exam")
# What the portal computes with: an edition without one of these cannot be applied under.
NEEDED_OF_PROFILE = (
    "gate.logic",
    "gate.of",
    "education.logic",
    "training.total",
    "training.general",
    "training.dei",
    "training.rsc_provision",
    "rsc.hours",
    "rsc.about_provision",
    "references.roles",
    "leadership_years",
    "exam",
)
NEEDED_OF_COMMON = ("references.count",)
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
}
NAME = re.compile(r"[\w-]+", re.ASCII)


class FrameworkError(ValueError):
    """The document cannot be loaded. `problems` lists each one as "place: what is wrong"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Said:
    """How sure something is: confirmed, inferred or unknown; the short names of the pages; a remark."""

    basis: str
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class FigureRead:
    """One figure: section and path name it; value is a scalar, a list of scalars or None."""

    section: str
    path: str
    value: Any
    said: Said


@dataclass(frozen=True)
class Entry:
    """A track, category or add-on: its code, its other fields as written, and how sure it is."""

    code: str
    fields: dict[str, Any]
    said: Said


@dataclass(frozen=True)
class AreaRead:
    """An area of a domain, with the profiles it belongs to, groups resolved."""

    key: str
    title: str
    former_title: str
    profiles: tuple[str, ...]
    said: Said


@dataclass(frozen=True)
class DomainRead:
    """A domain, how it can be shown, and which parts beyond its title are inferred."""

    key: str
    title: str
    key_domain: bool
    evidence: tuple[str, ...]
    inferred: tuple[str, ...]
    said: Said
    areas: tuple[AreaRead, ...]


@dataclass(frozen=True)
class Framework:
    """A whole document, checked."""

    key: str
    version: str
    title: str
    licensee: str
    effective_from: date
    effective_to: date | None
    notes: tuple[str, ...]
    tracks: tuple[Entry, ...]
    categories: tuple[Entry, ...]
    addons: tuple[Entry, ...]
    figures: tuple[FigureRead, ...]
    domains: tuple[DomainRead, ...]


@dataclass
class _Reader:
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


def parse(text: str) -> Framework:
    """Read a framework document; raises FrameworkError with every problem found."""
    try:
        loaded = plain_yaml.read(text)
    except plain_yaml.NotPlainError as error:
        raise FrameworkError(error.problems) from error
    if not isinstance(loaded, dict):
        raise FrameworkError(["file: should be a set of named fields"])
    reader = _Reader()
    framework = _framework(reader, loaded)
    _check(reader, framework)
    if reader.problems:
        raise FrameworkError(reader.problems)
    return framework


def _framework(reader: _Reader, node: dict[str, Any]) -> Framework:
    starts = reader.day(node, "effective_from", "file")
    if starts is None:
        reader.wrong("file", "“effective_from” is missing")
    groups = {
        name: reader.words({name: members}, name, "profile_groups")
        for name, members in reader.mapping(node.get("profile_groups", {}), "profile_groups").items()
    }
    return Framework(
        key=reader.name(node, "key", "file"),
        version=reader.text(node, "version", "file"),
        title=reader.text(node, "title", "file"),
        licensee=reader.text(node, "licensee", "file"),
        effective_from=starts or date.min,
        effective_to=reader.day(node, "effective_to", "file"),
        notes=reader.words(node, "notes", "file"),
        tracks=reader.entries(node.get("tracks"), "tracks"),
        categories=reader.entries(node.get("categories"), "categories"),
        addons=reader.entries(node.get("addons", []), "addons"),
        figures=_figures(reader, node.get("figures")),
        domains=_domains(reader, node.get("domains"), groups),
    )


def _figures(reader: _Reader, node: Any) -> tuple[FigureRead, ...]:
    found = []
    for section, paths in reader.mapping(node, "figures").items():
        for path, row in reader.mapping(paths, f"figures.{section}").items():
            place = f"figures.{section}.{path}"
            figure = reader.mapping(row, place)
            said = reader.said(figure, place)
            value = figure.get("v")
            if "v" not in figure:
                reader.wrong(place, "“v” is missing; write null where the figure is not known")
            elif value is None and said.basis == "confirmed":
                reader.wrong(place, "a figure without a value can’t be confirmed")
            elif isinstance(value, dict) or (
                isinstance(value, list) and any(isinstance(v, dict | list) for v in value)
            ):
                reader.wrong(place, "should be one value or a list")
            elif value is not None and (asked := kind_asked(str(path), value)):
                reader.wrong(place, f"should be {asked}")
            reader.short(str(section), "section", place)
            reader.short(str(path), "path", place)
            found.append(FigureRead(section=str(section), path=str(path), value=_plain(value), said=said))
    return tuple(found)


def _is_age(months: Any) -> bool:
    return isinstance(months, int) and not isinstance(months, bool) and 0 <= months <= 1200


def _plain(value: Any) -> Any:
    """Dates as text, so that a figure is the same in the file, in JSON and in the log."""
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _domains(reader: _Reader, node: Any, groups: dict[str, tuple[str, ...]]) -> tuple[DomainRead, ...]:
    found = []
    for n, row in enumerate(reader.rows(node, "domains"), 1):
        key = reader.name(row, "key", f"domains[{n}]")
        place = f"domains.{key or n}"
        reader.flag(row, "key_domain", place)
        evidence = reader.words(row, "evidence", place)
        for kind in evidence:
            if kind not in EVIDENCE_KINDS:
                reader.wrong(place, f"“{kind}” is not a kind of evidence")
        found.append(
            DomainRead(
                key=key,
                title=reader.text(row, "title", place),
                key_domain=row.get("key_domain") is True,
                evidence=evidence,
                inferred=tuple(reader.short(part, "inferred", place) for part in reader.words(row, "inferred", place)),
                said=reader.said(row, place),
                areas=_areas(reader, row.get("areas"), place, groups),
            )
        )
    reader.once([domain.key for domain in found], "domains")
    return tuple(found)


def _areas(reader: _Reader, node: Any, place: str, groups: dict[str, tuple[str, ...]]) -> tuple[AreaRead, ...]:
    found = []
    for row in reader.rows(node, f"{place}.areas"):
        key = reader.name(row, "key", f"{place}.areas")
        here = f"{place}.{key}"
        named = reader.words(row, "profiles", here)
        found.append(
            AreaRead(
                key=key,
                title=reader.text(row, "title", here),
                former_title=reader.text(row, "former_title", here, default=""),
                profiles=tuple(profile for name in named for profile in groups.get(name, (name,))),
                said=reader.said(row, here),
            )
        )
    reader.once([area.key for area in found], place)
    return tuple(found)


def _check(reader: _Reader, framework: Framework) -> None:
    """What must fit together across the document."""
    if framework.effective_to and framework.effective_to < framework.effective_from:
        reader.wrong("file", "“effective_to” lies before “effective_from”")
    profiles = _check_categories(reader, framework)
    paths = {(figure.section, figure.path) for figure in framework.figures}
    needed = [(profile, path) for profile in sorted(profiles) for path in NEEDED_OF_PROFILE]
    for section, path in needed + [("common", path) for path in NEEDED_OF_COMMON]:
        if (section, path) not in paths:
            reader.wrong(f"figures.{section}", f"“{path}” is missing")
    known = profiles | {addon.code for addon in framework.addons}
    for domain in framework.domains:
        for area in domain.areas:
            for name in sorted(set(area.profiles)):
                reader.known(name, known, "profile", f"domains.{domain.key}.{area.key}")


def _check_categories(reader: _Reader, framework: Framework) -> set[str]:
    """Each category stands on a track and a scope; returns the profiles they name."""
    tracks = {track.code for track in framework.tracks}
    for track in framework.tracks:
        place = f"tracks.{track.code}"
        months = track.fields.get("age_months", [0, 0])
        if not (isinstance(months, list) and len(months) == 2 and all(_is_age(month) for month in months)):
            reader.wrong(place, "“age_months” should be two numbers")
        reader.text(track.fields, "mark", place, default=track.code)
        reader.flag(track.fields, "includes_prenatal", place)
        for part in reader.words(track.fields, "composed_of", place):
            reader.known(part, tracks, "track", place)
    for category in framework.categories:
        place = f"categories.{category.code}"
        reader.known(category.fields.get("track"), tracks, "track", place)
        reader.flag(category.fields, "accepts_new", place)
        if category.fields.get("scope") not in SCOPES:
            reader.wrong(place, f"“{category.fields.get('scope')}” is not a scope of practice")
    return {reader.text(c.fields, "profile", f"categories.{c.code}") for c in framework.categories}
