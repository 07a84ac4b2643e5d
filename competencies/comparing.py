"""Two editions, line by line: what is added, what is removed, what changed from what to what. No query here.

Everything is compared in the words that pages show, so that a difference is what people read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from competencies.wording import SECTIONS, code_words, figure_name, figure_words, value_words

if TYPE_CHECKING:
    from datetime import date

    from competencies.models import AddOn, Area, Category, Confirmable, Domain, Edition, Figure, RatingItem, Track


# The same change of so many things is said once.
MANY = 4


@dataclass(frozen=True)
class Contents:
    """All rows of one edition. Tracks of categories, domains of areas and areas of items are there already."""

    edition: Edition
    tracks: Sequence[Track] = ()
    categories: Sequence[Category] = ()
    addons: Sequence[AddOn] = ()
    figures: Sequence[Figure] = ()
    domains: Sequence[Domain] = ()
    areas: Sequence[Area] = ()
    rating_items: Sequence[RatingItem] = ()


@dataclass(frozen=True)
class Item:
    """One thing of an edition as pages show it: its name, all of it in one line, and its parts by what they are.

    A part of several words is a list: of those, only what comes and goes is shown.
    """

    name: str
    line: str
    parts: Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Line:
    """One difference. `kind` is added, removed or changed; `before` or `after` is empty where there is none.

    `part` says what of it changed, where it has parts. The very same change of many things is one line with all their
    `names`.
    """

    kind: str
    name: str
    before: str
    after: str
    part: str = ""
    names: tuple[str, ...] = ()


@dataclass
class Group:
    """The differences of one part of the editions, and how many things are the same in both."""

    key: str
    title: str
    lines: list[Line] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True)
class Comparison:
    """The groups with a difference, in the order of the newer edition, and sums over all of them."""

    groups: list[Group]
    added: int
    removed: int
    changed: int
    unchanged: int

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not self.groups


def compare(first: Contents, second: Contents) -> Comparison:
    """From the first edition to the second. Things are the same by their code or name, wherever they stand."""
    groups = [
        _group("edition", _("The edition itself"), _edition(first.edition), _edition(second.edition)),
        _group("tracks", _("Tracks"), _tracks(first), _tracks(second)),
        _group("categories", _("Categories"), _categories(first), _categories(second)),
        _group("addons", _("Add-ons"), _addons(first), _addons(second)),
        *_figures(first, second),
        _group("domains", _("Domains"), _domains(first), _domains(second)),
        _group("areas", _("Competency areas"), _areas(first), _areas(second)),
        _group("rating-items", _("Questions to raters"), _rating_items(first), _rating_items(second)),
    ]
    kinds = [line.kind for group in groups for line in group.lines for _name in line.names or (line.name,)]
    return Comparison(
        groups=[group for group in groups if group.lines],
        added=kinds.count("added"),
        removed=kinds.count("removed"),
        changed=kinds.count("changed"),
        unchanged=sum(group.unchanged for group in groups),
    )


def _group(key: str, title: str, first: Mapping[str, Item], second: Mapping[str, Item]) -> Group:
    group = Group(key, title)
    for name in dict.fromkeys([*second, *first]):
        before, after = first.get(name), second.get(name)
        lines = _lines(before, after)
        group.lines += lines
        group.unchanged += not lines
    group.lines = _bundled(group.lines)
    return group


def _bundled(lines: list[Line]) -> list[Line]:
    """The same change of many things as one line, where its first one stands."""
    alike: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        if line.kind == "changed" and line.part:
            alike.setdefault((line.part, line.before, line.after), []).append(line)
    bundles = {id(found[0]): found for found in alike.values() if len(found) >= MANY}
    inside = {id(line) for found in bundles.values() for line in found}
    return [
        replace(line, names=tuple(one.name for one in bundles[id(line)])) if id(line) in bundles else line
        for line in lines
        if id(line) in bundles or id(line) not in inside
    ]


def _lines(before: Item | None, after: Item | None) -> list[Line]:
    if before is None or after is None:
        there = before or after
        if there is None:
            return []
        kind = "added" if before is None else "removed"
        return [Line(kind, there.name, before.line if before else "", after.line if after else "")]
    return [
        Line("changed", after.name, *_from_to(said, after.parts[part]), part)
        for part, said in before.parts.items()
        if said != after.parts[part]
    ]


def _from_to(before: str | list[str], after: str | list[str]) -> tuple[str, str]:
    """Both in words; of two lists what they don't share."""
    if isinstance(before, str) or isinstance(after, str):
        return str(before), str(after)
    gone = [word for word in before if word not in after]
    come = [word for word in after if word not in before]
    if not gone and not come:
        return "; ".join(before), "; ".join(after)
    return _with(gone, come), _with(come, gone)


def _with(there: list[str], missing: list[str]) -> str:
    said = [_("with %(words)s") % {"words": "; ".join(there)}] if there else []
    said += [_("without %(words)s") % {"words": "; ".join(missing)}] if missing else []
    return ", ".join(said)


# --- In words ----------------------------------------------------------------------------------------------------


def _item(name: str, line: str, **parts: str | list[str]) -> Item:
    names = {
        "title": _("title"),
        "former": _("former title"),
        "track": _("track"),
        "scope": _("scope"),
        "profile": _("asks what is asked of"),
        "accepts": _("new applicants"),
        "evidence": _("evidence"),
        "profiles": _("asked of"),
        "domain": _("domain"),
        "key": _("key domain"),
        "ages": _("ages in months"),
        "made": _("made of"),
        "mark": _("mark"),
        "prenatal": _("includes pregnancy"),
        "standing": _("standing"),
        "text": _("words"),
        "area": _("speaks for"),
        "categories": _("asked in"),
    }
    return Item(name, line, {names[part]: said for part, said in parts.items()})


def _plain(name: str, words: str | list[str]) -> Item:
    return Item(name, words if isinstance(words, str) else "; ".join(words), {"": words})


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else _("no end")


def _standing(row: Confirmable) -> str:
    return _("to be confirmed") if row.is_open else _("confirmed")


def _edition(edition: Edition) -> dict[str, Item]:
    return {
        "title": _plain(_("Title"), edition.title),
        "licensee": _plain(_("Licensee"), edition.licensee),
        "from": _plain(_("In force from"), _day(edition.effective_from)),
        "to": _plain(_("In force until"), _day(edition.effective_to)),
        "notes": _plain(_("Notes"), list(edition.notes)),
    }


def _tracks(contents: Contents) -> dict[str, Item]:
    return {
        row.code: _item(
            row.mark,
            row.title,
            title=row.title,
            mark=row.mark,
            ages=f"{row.age_from_months} – {row.age_to_months}" if row.age_to_months is not None else "",
            prenatal=value_words(row.includes_prenatal),
            made=list(row.composed_of),
        )
        for row in contents.tracks
    }


def _categories(contents: Contents) -> dict[str, Item]:
    return {
        row.code: _item(
            row.code,
            row.title,
            title=row.title,
            track=row.track.mark,
            scope=str(row.get_scope_display()),
            profile=code_words(row.profile),
            accepts=_("yes") if row.accepts_new else _("no longer"),
            standing=_standing(row),
        )
        for row in contents.categories
    }


def _addons(contents: Contents) -> dict[str, Item]:
    return {row.code: _item(row.code, row.title, title=row.title) for row in contents.addons}


def _figures(first: Contents, second: Contents) -> Iterable[Group]:
    before, after = _by_section(first.figures), _by_section(second.figures)
    for section in dict.fromkeys([*after, *before]):
        title = str(SECTIONS.get(section, section))
        yield _group(f"figures-{section}", title, before.get(section, {}), after.get(section, {}))


def _by_section(figures: Iterable[Figure]) -> dict[str, dict[str, Item]]:
    found: dict[str, dict[str, Item]] = {}
    for row in figures:
        words = figure_words(row.section, row.path, row.value, is_open=row.is_open)
        if row.is_open:
            # An open figure informs and never keeps anybody from submitting: confirming it is a change.
            words = _("%(value)s (to be confirmed)") % {"value": words}
        found.setdefault(row.section, {})[row.path] = _plain(figure_name(row.section, row.path), words)
    return found


def _domains(contents: Contents) -> dict[str, Item]:
    return {
        row.key: _item(
            row.title,
            value_words(row.evidence),
            title=row.title,
            key=value_words(row.key_domain),
            evidence=[code_words(kind) for kind in row.evidence],
            standing=_standing(row),
        )
        for row in contents.domains
    }


def _areas(contents: Contents) -> dict[str, Item]:
    return {
        row.code: _item(
            f"{row.domain.title} – {row.title}",
            value_words(row.profiles),
            title=row.title,
            former=row.former_title,
            profiles=[code_words(profile) for profile in row.profiles],
            standing=_standing(row),
        )
        for row in contents.areas
    }


def _rating_items(contents: Contents) -> dict[str, Item]:
    return {
        row.key: _item(
            f"{row.area.title} ({row.key})",
            row.text,
            text=row.text,
            area=row.area.title,
            categories=", ".join(row.categories) or _("every category that has the area"),
        )
        for row in contents.rating_items
    }
