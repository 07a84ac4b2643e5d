"""Trainings from a spreadsheet: which column is which, what each row says, and why a row can't be taken.

Reading is pure. Writing takes all good rows in one transaction, and the same file twice writes them once: each row has
a number of its own, made from the number of the upload.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.care import identifying
from applicants.library import ALIKE_DAYS, worked_on
from applicants.models import Training, TrainingFormat
from applicants.portfolio import plain
from applicants.spreadsheet import UnreadableError
from endorsement_portal.models import User

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from applicants.care import Hint
    from applicants.spreadsheet import Line, Table

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5000
# So many rows are named as worth a look, and so many letters are looked through for them: more than a list of trainings.
MOST_LOOKS = 50
LOOKED_THROUGH = 500_000
# The heading stands within the first rows: above it may be a title.
HEADING_WITHIN = 10
NEEDED = ("title", "sponsor", "start_date", "clock_hours")
LENGTHS = {"title": 200, "sponsor": 150, "description": 500}
EARLIEST = date(1950, 1, 1)
MOST_HOURS = Decimal(2000)

# What a column is called in the template, and what else people call it. Letters and digits alone are compared.
COLUMNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "title": (gettext_lazy("Title"), ("title", "training", "trainingtitle", "name", "nameoftraining", "topic")),
    "sponsor": (
        gettext_lazy("Who gave it"),
        ("whogaveit", "sponsor", "provider", "givenby", "organization", "organisation", "presenter", "trainer"),
    ),
    "format": (gettext_lazy("Kind"), ("kind", "format", "type")),
    "start_date": (
        gettext_lazy("First day"),
        ("firstday", "start", "startdate", "date", "datestarted", "from", "trainingdate", "begindate"),
    ),
    "end_date": (gettext_lazy("Last day"), ("lastday", "end", "enddate", "to", "until", "dateended")),
    "clock_hours": (
        gettext_lazy("Clock hours"),
        ("clockhours", "clockhoursinall", "hours", "totalhours", "numberofhours", "contacthours"),
    ),
    "dei_hours": (gettext_lazy("DEI hours"), ("deihours", "dei", "diversityhours", "equityhours")),
    "rsc_provision_hours": (
        gettext_lazy("RSC provision hours"),
        ("rscprovisionhours", "rsc", "rschours", "rscprovision", "supervisionhours"),
    ),
    "description": (
        gettext_lazy("What it was about"),
        ("whatitwasabout", "description", "about", "notes", "content", "summary"),
    ),
}
PARTS = ("dei_hours", "rsc_provision_hours")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Sheet:
    """The rows of a file under their fields, as they were written; `problems` are of cells that can't be read."""

    rows: list[tuple[int, dict[str, str], dict[str, str]]]
    since_1904: bool
    unused: list[str]


@dataclass
class Row:
    """One row: what it says, what it would become (`values`), or why it can't be taken."""

    number: int
    said: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    is_double: bool = False

    @property
    def hours(self) -> str:
        """Its clock hours, as people write them."""
        return plain(self.values.get("clock_hours"))


@dataclass(frozen=True)
class Preview:
    """What confirming would do."""

    good: list[Row]
    doubles: list[Row]
    refused: list[Row]

    @property
    def hours(self) -> str:
        """The hours of the good rows, in all."""
        return plain(sum((row.values["clock_hours"] for row in self.good), Decimal(0)))


# --- Which column is which -----------------------------------------------------------------------------------------


def sheet_of(table: Table) -> Sheet:
    """The rows below the heading; UnreadableError where there is no heading, no row, or too many."""
    filled = [line for line in table.lines if not line.is_empty]
    heading, columns = _heading(filled)
    below = filled[filled.index(heading) + 1 :]
    if not below:
        raise UnreadableError(_("There is no row below the heading."))
    if len(below) > MOST_ROWS:
        raise UnreadableError(
            _("This file has %(count)s rows. Please divide it into files of up to 5,000 rows.") % {"count": len(below)}
        )
    unused = [cell[:60] for place, cell in enumerate(heading.cells) if cell and place not in columns]
    return Sheet([_under(line, columns) for line in below], table.since_1904, unused)


def _heading(lines: list[Line]) -> tuple[Line, dict[int, str]]:
    """The row that names the columns, and the field of each place that is known."""
    best: tuple[Line | None, dict[int, str]] = (None, {})
    for line in lines[:HEADING_WITHIN]:
        columns = _columns(line.cells)
        if len(columns) > len(best[1]):
            best = (line, columns)
    heading, columns = best
    missing = [str(COLUMNS[name][0]) for name in NEEDED if name not in columns.values()]
    if heading is None or missing:
        raise UnreadableError(
            _("There is no column called: %(names)s. The first row has to name the columns, as in the template.")
            % {"names": ", ".join(missing)}
        )
    return heading, columns


def _columns(cells: list[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        word = re.sub(r"[\W_]+", "", cell.casefold())
        name = next((name for name, (own, words) in COLUMNS.items() if word in words or word == _word(own)), "")
        if name and name not in found.values():
            found[place] = name
    return found


def _word(title: Any) -> str:
    return re.sub(r"[\W_]+", "", str(title).casefold())


def _under(line: Line, columns: dict[int, str]) -> tuple[int, dict[str, str], dict[str, str]]:
    said = {name: line.cells[place] for place, name in columns.items() if place < len(line.cells)}
    problems = {columns[place]: why for place, why in line.problems.items() if place in columns}
    return line.number, said, problems


# --- What a row says -----------------------------------------------------------------------------------------------


def read_row(
    number: int, said: dict[str, str], problems: dict[str, str], *, today: date, since_1904: bool = False
) -> Row:
    """What one row says, every problem named."""
    row = Row(number, said)
    for name, reason in problems.items():
        row.problems.append(f"{COLUMNS[name][0]}: {reason}")
    for name in COLUMNS:
        if name in problems:
            continue
        try:
            row.values[name] = _value(name, said.get(name, "").strip(), since_1904)
        except ValueError as error:
            row.problems.append(f"{COLUMNS[name][0]}: {error}")
    _check_days(row, today)
    _check_hours(row)
    return row


def _value(name: str, text: str, since_1904: bool) -> Any:
    """One cell as its field takes it; ValueError says in plain words why not."""
    if "\x00" in text:
        raise ValueError(_("there is a character in it that can’t be kept."))
    if not text and name in NEEDED:
        raise ValueError(_("this is missing."))
    if name in LENGTHS:
        text = " ".join(text.split())
        if len(text) > LENGTHS[name]:
            raise ValueError(_("this is longer than %(most)s characters.") % {"most": LENGTHS[name]})
        return text
    if name == "format":
        return read_kind(text)
    if name in {"start_date", "end_date"}:
        return read_day(text, since_1904=since_1904) if text else None
    return read_hours(text) if text else Decimal(0)


def read_kind(text: str) -> str:
    """The kind of a training by its name; without one it is a workshop."""
    word = _word(text)
    if not word:
        return TrainingFormat.WORKSHOP.value
    for kind in TrainingFormat:
        label = _word(kind.label)
        if word in {_word(kind.value), label} or (len(word) > 3 and label.startswith(word)):
            return kind.value
    kinds = ", ".join(str(kind.label) for kind in TrainingFormat)
    raise ValueError(_("“%(text)s” is none of: %(kinds)s.") % {"text": text[:40], "kinds": kinds})


def read_hours(text: str) -> Decimal:
    """Hours such as 7.5; ValueError for anything else that a cell may hold."""
    if "," in text:
        raise ValueError(_("please write hours with a point and no comma, such as 7.5."))
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{0,12})?", text, re.ASCII):
        raise ValueError(_("“%(text)s” is not a number of hours such as 7.5.") % {"text": text[:40]})
    hours = Decimal(text)
    if hours != round(hours, 2):
        raise ValueError(_("“%(text)s” has more than two decimals. Please write hours such as 7.5.") % {"text": text})
    if hours > MOST_HOURS:
        raise ValueError(_("more than 2,000 hours can’t be right."))
    return hours


def read_day(text: str, *, since_1904: bool = False) -> date:
    """A day in the forms that people and spreadsheets write; ValueError says what is wrong with it."""
    try:
        found = _day(text.strip(), since_1904)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        if swapped := re.fullmatch(r"(1[3-9]|2\d|3[01])[/-](0?[1-9]|1[0-2])[/-](\d{4}|\d{2})", text, re.ASCII):
            right = f"{swapped[2]}/{swapped[1]}/{swapped[3]}"
            raise ValueError(_("the month comes first, such as %(day)s.") % {"day": right})
        raise ValueError(
            _("“%(text)s” is not a date. Please write it like 3/15/2024 or 2024-03-15.") % {"text": text[:40]}
        )
    if found < EARLIEST:
        raise ValueError(_("%(year)s can’t be the right year.") % {"year": found.year})
    return found


def _day(text: str, since_1904: bool) -> date | None:
    time = r"(?:[T ]+\d{1,2}:\d{2}.{0,20})?"
    if found := re.fullmatch(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){time}", text, re.ASCII):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})", text, re.ASCII):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(rf"(\d{{1,2}})[-/](\d{{1,2}})[-/](\d{{4}}|\d{{2}}){time}", text, re.ASCII):
        return date(_year(found[3]), int(found[1]), int(found[2]))
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII):
        # A spreadsheet's own day: days since the last but one of 1899, or since the first of 1904.
        return (date(1904, 1, 1) if since_1904 else date(1899, 12, 30)) + timedelta(days=int(text[:5]))
    words = [word for word in re.split(r"[\s,.\-/]+", text.casefold()) if word]
    month = next((word for word in words if word.isalpha()), "")
    rest = [word for word in words if word != month]
    if len(words) == 3 and len(rest) == 2 and month[:3] in MONTHS and all(word.isdecimal() for word in rest):
        day, year = sorted(rest, key=len) if len(rest[0]) == 4 else rest
        return date(_year(year), MONTHS.index(month[:3]) + 1, int(day))
    return None


def _year(text: str) -> int:
    """Two digits are a year of this century up to 68, as computers have long agreed."""
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < 69 else 1900)


def _check_days(row: Row, today: date) -> None:
    start, end = row.values.get("start_date"), row.values.get("end_date")
    for name, day in (("start_date", start), ("end_date", end)):
        if day and day > today:
            row.problems.append(f"{COLUMNS[name][0]}: {_('this date is in the future.')}")
    if start and end and end < start:
        row.problems.append(_("The last day is before the first day."))


def _check_hours(row: Row) -> None:
    clock = row.values.get("clock_hours")
    if clock is None:
        return
    parts = sum((row.values.get(name) or Decimal(0) for name in PARTS), Decimal(0))
    if clock <= 0:
        row.problems.append(_("There have to be more than 0 clock hours."))
    elif parts > clock:
        row.problems.append(
            _("The two parts add up to %(parts)s hours, which is more than the clock hours.") % {"parts": plain(parts)}
        )


# --- What confirming would do, and doing it ------------------------------------------------------------------------


def preview(sheet: Sheet, have: Iterable[tuple[str, date]], *, today: date) -> Preview:
    """Sort the rows. A double has the title of an entry that the person has (`have`) or of an earlier row, within a week."""
    known: dict[str, set[int]] = {}
    for title, day in have:
        known.setdefault(_same(title), set()).add(day.toordinal())
    found = Preview([], [], [])
    for number, said, problems in sheet.rows:
        row = read_row(number, said, problems, today=today, since_1904=sheet.since_1904)
        if row.problems:
            found.refused.append(row)
            continue
        days, day = known.setdefault(_same(row.values["title"]), set()), row.values["start_date"].toordinal()
        row.is_double = any(near in days for near in range(day - ALIKE_DAYS, day + ALIKE_DAYS + 1))
        (found.doubles if row.is_double else found.good).append(row)
        days.add(day)
    return found


def worth_a_look(rows: Iterable[Row]) -> list[tuple[Row, list[Hint]]]:
    """Rows whose text could give a child or family away, with the places: the form asks about the same words."""
    found: list[tuple[Row, list[Hint]]] = []
    letters = 0
    for row in rows:
        text = row.values["description"]
        letters += len(text)
        if len(found) == MOST_LOOKS or letters > LOOKED_THROUGH:
            break
        if hints := identifying(text):
            found.append((row, hints))
    return found


def _same(title: str) -> str:
    return " ".join(title.casefold().split())


def bring_in(
    sheet: Sheet, *, person: User, upload: uuid.UUID, also: Collection[int] | None, today: date
) -> tuple[int, int]:
    """Make the good rows trainings, and of the doubles those of the numbers in `also` (None: all of them).

    All or nothing. Returns how many were made now, and how many this upload had made before.
    """
    with transaction.atomic():
        # One at a time for each person: the second of two clicks finds what the first one made.
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        made = set(Training.objects.filter(person=person, once__isnull=False).values_list("once", flat=True))
        others = Training.objects.own(person).exclude(once__in=[once_of(upload, row[0]) for row in sheet.rows])
        found = preview(sheet, others.values_list("title", "start_date"), today=today)
        chosen = found.good + [row for row in found.doubles if also is None or row.number in also]
        new = [row for row in chosen if once_of(upload, row.number) not in made]
        if new:
            worked_on(person)
            Training.objects.bulk_create(
                [Training(person=person, once=once_of(upload, row.number), **row.values) for row in new],
                batch_size=500,
            )
    return len(new), len(chosen) - len(new)


def once_of(upload: uuid.UUID, number: int) -> uuid.UUID:
    """The number that one row of one upload always has."""
    return uuid.uuid5(upload, str(number))
