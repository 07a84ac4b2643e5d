"""YAML as plain data: texts, numbers, dates, lists and named fields. What YAML can do beyond that is refused.

`read(text)` looks at the text as it streams, before anything is built: anchors and aliases (a few lines that unfold to
gigabytes), tags, deep nesting and more entries than a framework can have end it there. What is left is built and every
value that no column could hold is named with its place.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import yaml

# The framework has five levels and about 2,500 entries.
DEEPEST = 12
MOST_ENTRIES = 20_000
LONGEST_TEXT = 2000
LARGEST_NUMBER = 1_000_000_000
# The parser written in C where there is one: the same answers, ten times as fast.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotPlainError(ValueError):
    """The text is no plain data. `problems` lists each one as "place: what is wrong"."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def read(text: str) -> Any:
    """The data in a document; NotPlainError names what is wrong with it."""
    try:
        _look_through(text)
        loaded = yaml.load(text, Loader=Loader)  # noqa: S506  one of the two safe loaders
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # What is never closed ends after the last line.
        place = f"line {min(mark.line, text.rstrip().count(chr(10))) + 1}" if mark else "file"
        raise NotPlainError(f"{place}: this is not valid YAML") from error
    except (ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, NotPlainError):
            raise
        # A date such as 2025-02-30, or a number of thousands of digits.
        raise NotPlainError(f"file: a date or number can’t be read ({str(error)[:80]})") from error
    problems = [f"{place or 'file'}: {what}" for place, what in _not_plain(loaded, "")]
    if problems:
        raise NotPlainError(*problems)
    return loaded


def _look_through(text: str) -> None:
    """Stop at the first thing that is more than plain data, without building any of it."""
    # For each open list or set of fields: the names read so far, or None in a list; and whether a name comes next.
    open_nodes: list[list[Any]] = []
    count = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        line = event.start_mark.line + 1 if event.start_mark else 0
        count += 1
        _refuse_tricks(event, line)
        if count > MOST_ENTRIES:
            raise NotPlainError(f"line {line}: the file has more entries than a framework can have")
        _note_name(open_nodes, event, line)
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append([set() if isinstance(event, yaml.MappingStartEvent) else None, True])
            if len(open_nodes) > DEEPEST:
                raise NotPlainError(f"line {line}: lists and fields are nested too deeply")


def _refuse_tricks(event: yaml.NodeEvent, line: int) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise NotPlainError(f"line {line}: anchors (&) and aliases (*) can’t be used here; write it out")
    if getattr(event, "tag", None):
        raise NotPlainError(f"line {line}: tags (!) can’t be used here")


def _note_name(open_nodes: list[list[Any]], event: yaml.NodeEvent, line: int) -> None:
    """YAML would silently keep the last of two fields with one name."""
    if not open_nodes or open_nodes[-1][0] is None:
        return
    names, name_next = open_nodes[-1]
    open_nodes[-1][1] = not name_next
    if not name_next:
        return
    if not isinstance(event, yaml.ScalarEvent) or event.value == "<<":
        raise NotPlainError(f"line {line}: a field’s name should be one word")
    if event.value in names:
        raise NotPlainError(f"line {line}: “{event.value[:80]}” is there more than once")
    names.add(event.value)


def _not_plain(node: Any, place: str) -> list[tuple[str, str]]:
    """Every value that can't be kept, as (place, what is wrong)."""
    if isinstance(node, dict):
        found = []
        for name, value in node.items():
            here = f"{place}.{name}" if place else str(name)
            if not isinstance(name, str):
                found.append((here[:120], "a field’s name should be text; put it in quotation marks"))
            found += _not_plain(value, here[:120])
        return found
    if isinstance(node, list):
        return [row for n, value in enumerate(node, 1) for row in _not_plain(value, f"{place}[{n}]")]
    what = _wrong_with(node)
    return [(place, what)] if what else []


def _wrong_with(value: Any) -> str:
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return f"longer than {LONGEST_TEXT} characters"
        if any((ord(sign) < 32 and sign not in "\n\t") or "\ud800" <= sign <= "\udfff" for sign in value):
            return "has signs that are no text"
    elif isinstance(value, datetime):
        return "should be a day without a time"
    elif isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > LARGEST_NUMBER:
            return "is no number that can be used"
    elif value is not None and not isinstance(value, date):
        return "is no text, number or day"
    return ""
