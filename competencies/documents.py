"""A framework as a YAML document: read it, and say in plain words what is wrong with it. No database here.

The shape is the one of `data/framework.yaml`. Everything is checked before anything is loaded, and every problem is
named with the place where it is, so that whoever prepares a new edition can mend the file in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from competencies import plain_yaml
from competencies.document_reader import Entry, Reader, Said
from competencies.figure_kinds import kind_asked

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
# A form of more questions is none that anybody answers.
MOST_RATING_ITEMS = 120


class FrameworkError(ValueError):
    """The document cannot be loaded. `problems` lists each one as "place: what is wrong"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class FigureRead:
    """One figure: section and path name it; value is a scalar, a list of scalars or None."""

    section: str
    path: str
    value: Any
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
class ItemRead:
    """A question of the rating form: the area that it speaks for, and its categories; with none, all that have the area."""

    key: str
    text: str
    area: str
    categories: tuple[str, ...]


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
    rating_items: tuple[ItemRead, ...]


def parse(text: str) -> Framework:
    """Read a framework document; raises FrameworkError with every problem found."""
    try:
        loaded = plain_yaml.read(text)
    except plain_yaml.NotPlainError as error:
        raise FrameworkError(error.problems) from error
    if not isinstance(loaded, dict):
        raise FrameworkError(["file: should be a set of named fields"])
    reader = Reader()
    framework = _framework(reader, loaded)
    _check(reader, framework)
    if reader.problems:
        raise FrameworkError(reader.problems)
    return framework


def _framework(reader: Reader, node: dict[str, Any]) -> Framework:
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
        rating_items=_rating_items(reader, node.get("rating_items", [])),
    )


def _figures(reader: Reader, node: Any) -> tuple[FigureRead, ...]:
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


def _domains(reader: Reader, node: Any, groups: dict[str, tuple[str, ...]]) -> tuple[DomainRead, ...]:
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


def _areas(reader: Reader, node: Any, place: str, groups: dict[str, tuple[str, ...]]) -> tuple[AreaRead, ...]:
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


def _rating_items(reader: Reader, node: Any) -> tuple[ItemRead, ...]:
    rows = reader.rows(node, "rating_items")
    if len(rows) > MOST_RATING_ITEMS:
        reader.wrong("rating_items", f"there are {len(rows)}, and a form has room for {MOST_RATING_ITEMS}")
        return ()
    found = []
    for n, row in enumerate(rows, 1):
        key = reader.name(row, "key", f"rating_items[{n}]")
        place = f"rating_items.{key or n}"
        text, area = reader.text(row, "text", place), reader.text(row, "area", place)
        found.append(ItemRead(key, text, area, reader.words(row, "categories", place)))
    reader.once([item.key for item in found], "rating_items")
    return tuple(found)


def _check(reader: Reader, framework: Framework) -> None:
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
    _check_rating_items(reader, framework)


def _check_rating_items(reader: Reader, framework: Framework) -> None:
    """Each question speaks for an area of this document, to raters of its categories."""
    areas = {f"{domain.key}.{area.key}" for domain in framework.domains for area in domain.areas}
    codes = {category.code for category in framework.categories}
    for item in framework.rating_items:
        place = f"rating_items.{item.key}"
        if item.area:
            reader.known(item.area, areas, "area", place)
        for code in item.categories:
            reader.known(code, codes, "category", place)


def _check_categories(reader: Reader, framework: Framework) -> set[str]:
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
