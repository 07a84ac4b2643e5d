"""A table that somebody uploads, read line by line: CSV in the encodings that spreadsheets write, and XLSX.

Nothing in a file is believed. XLSX is unpacked only up to a size, without a document type (so without entities), and
parsed as it streams: what stays in memory is the text of the cells, cut short where it is longer than any field.
Formulas are never worked out; the result that the spreadsheet wrote beside one is taken.
"""

from __future__ import annotations

import codecs
import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from django.utils.functional import _StrPromise as StrPromise

# Longer than any field, so that a text that was cut is still too long.
LONGEST_CELL = 1000
# Longer cells in a CSV file mean a quotation mark that nobody closed.
LONGEST_QUOTED = 5000
MOST_LINES = 20_000
MOST_COLUMNS = 60
# The last row that a workbook can have.
LAST_ROW = 1_048_576
MOST_UNPACKED = 25 * 1024 * 1024
MOST_ELEMENTS = 1_500_000
MOST_STRINGS = 100_000
CHUNK = 64 * 1024
# Beyond these a number is no hour and no day, and is left as it was written.
SANE = Decimal(10) ** 12

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
LETTERS = re.compile(r"[A-Z]{1,3}", re.ASCII)

EMPTY = _("This file is empty.")
NO_RESULT = _("This is a formula without its result. Save the file again in a spreadsheet, or type the value.")
IN_ERROR = _("This cell shows the error %s. Please mend it in the spreadsheet.")
UNCLOSED = _('A quotation mark (") is opened in this row and closed much later or never.')
CANT_OPEN = _("This file can’t be opened. Please save it again as an Excel workbook (.xlsx) or as CSV.")
TOO_MUCH = _(
    "This workbook is far larger inside than a list of trainings can be. Please copy the list into a new file."
)
TOO_LONG = _("This file has too many rows. Please divide it into files of up to 5,000 rows.")


class UnreadableError(Exception):
    """The file is no table that can be read; `message` says why in plain words."""

    def __init__(self, message: str | StrPromise) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass
class Line:
    """One row as the spreadsheet numbers it: its cells as text, and by their place what is wrong with some."""

    number: int
    cells: list[str]
    problems: dict[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not any(self.cells) and not self.problems


@dataclass(frozen=True)
class Table:
    """The lines of a file. `since_1904`: its days are counted from 1904, as old Macs did."""

    lines: list[Line]
    since_1904: bool = False


def read(content: bytes) -> Table:
    """The table in a file; UnreadableError where there is none."""
    if content.startswith(b"PK\x03\x04"):
        return _read_xlsx(content)
    if content.startswith(OLD_EXCEL):
        raise UnreadableError(
            _("This workbook is in the format of old Excel, or locked with a password. Please save it as .xlsx or CSV.")
        )
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8")):
        raise UnreadableError(_("This is not a table. Please choose an Excel workbook (.xlsx) or a CSV file."))
    text = _decode(content).replace("\ufeff", "")
    if not text.replace("\0", "").strip():
        raise UnreadableError(EMPTY)
    return Table(list(_read_csv(text)))


# --- CSV -----------------------------------------------------------------------------------------------------------


def _decode(content: bytes) -> str:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return _decoded(content, encoding)
    # Every second byte of western text in UTF-16 is zero.
    start = content[:400]
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) >= 4 and start[place::2].count(0) * 3 > len(start[place::2]) * 2:
            return _decoded(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "cp1252")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(
            _("The letters in this file can’t be read. Please save it as “CSV UTF-8” or as an Excel workbook (.xlsx).")
        ) from error


def _read_csv(text: str) -> Iterator[Line]:
    first = text.lstrip()[:20_000].splitlines()[0]
    # Excel's own line that names the delimiter is no row of the table.
    named = re.fullmatch(r"sep=([^\w\s\"]|\t)", first)
    delimiter = named[1] if named else max(",;\t", key=first.count)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if number > MOST_LINES:
                raise UnreadableError(TOO_LONG)
            if number > 1 or not named:
                yield _csv_line(number, cells)
    except csv.Error as error:
        raise UnreadableError(
            _('From row %s on this file can’t be read: a quotation mark (") is opened and never closed.') % (number + 1)
        ) from error


def _csv_line(number: int, cells: list[str]) -> Line:
    problems = {place: str(UNCLOSED) for place, cell in enumerate(cells) if len(cell) > LONGEST_QUOTED}
    # Files that spreadsheets may open, ours among them, have an apostrophe before what would run as a formula.
    texts = [re.sub(r"^'(?=[=+\-@])", "", cell[:LONGEST_CELL].strip()) for cell in cells[:MOST_COLUMNS]]
    problems |= {place: str(NO_RESULT) for place, cell in enumerate(texts) if cell.startswith("=")}
    return Line(number, texts, problems)


# --- XLSX ----------------------------------------------------------------------------------------------------------


def _read_xlsx(content: bytes) -> Table:
    """The first sheet of a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED * 2:
                raise UnreadableError(TOO_MUCH)
            book = _Workbook(archive)
            strings = _Strings()
            if "xl/sharedStrings.xml" in archive.namelist():
                _parse(archive, "xl/sharedStrings.xml", strings.begin, strings.end, strings.text)
            sheet = _Sheet(strings.found)
            _parse(archive, book.sheet, sheet.begin, sheet.end, sheet.text)
            return Table(sheet.lines, since_1904=book.since_1904)
    except (
        *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, expat.ExpatError, struct.error, EOFError, OSError),
        *(LookupError, ValueError, ArithmeticError, RuntimeError),
    ) as error:
        raise UnreadableError(CANT_OPEN) from error


def _parse(
    archive: zipfile.ZipFile,
    name: str,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Stream one part of the workbook through a parser that knows no entities and stops where there is too much."""
    if archive.getinfo(name).file_size > MOST_UNPACKED:
        raise UnreadableError(TOO_MUCH)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    seen = 0

    def element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if seen > MOST_ELEMENTS:
            raise UnreadableError(TOO_MUCH)
        begin(_local(tag), attributes)

    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = element
    if end:
        parser.EndElementHandler = lambda tag: end(_local(tag))
    if text:
        parser.CharacterDataHandler = text
    part: IO[bytes]
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _refuse_doctype(*_declared: object) -> NoReturn:
    raise UnreadableError(CANT_OPEN)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


class _Workbook:
    """Which part is the first sheet, and from when days are counted."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.since_1904 = False
        self._first = ""
        self._targets: dict[str, str] = {}
        _parse(archive, "xl/workbook.xml", self._read_book)
        _parse(archive, "xl/_rels/workbook.xml.rels", self._read_targets)
        target = self._targets[self._first]
        self.sheet = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def _read_book(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet" and not self._first:
            self._first = next((value for name, value in attributes.items() if _local(name) == "id"), "")

    def _read_targets(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            self._targets[attributes["Id"]] = attributes["Target"]


class _Texts:
    """Gathers the text of `t` and `v`, but not of what is only said aloud (`rPh`), cut where it is too long."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._open = False
        self._aloud = False

    def _begin_text(self, tag: str) -> None:
        self._aloud = self._aloud or tag == "rPh"
        self._open = tag in {"t", "v"} and not self._aloud

    def _end_text(self, tag: str) -> None:
        self._open = False
        self._aloud = self._aloud and tag != "rPh"

    def text(self, said: str) -> None:
        """Some of the text."""
        if self._open and self._length < LONGEST_CELL:
            self._parts.append(said[:LONGEST_CELL])
            self._length += len(said)

    def _taken(self) -> str:
        said = "".join(self._parts)[:LONGEST_CELL].strip()
        self._parts, self._length = [], 0
        return said


class _Strings(_Texts):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def begin(self, tag: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        self._begin_text(tag)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._end_text(tag)
        if tag == "si":
            if len(self.found) >= MOST_STRINGS:
                raise UnreadableError(TOO_MUCH)
            self.found.append(self._taken())


class _Sheet(_Texts):
    """The lines of a sheet."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._strings = strings
        self._line = Line(0, [])
        self._place = -1
        self._kind = "n"
        self._is_formula = False

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._begin_text(tag)
        if tag == "row":
            # Numbers only ever rise, so that each row has one of its own.
            number = max(int(attributes.get("r") or 0), self._line.number + 1)
            if number > LAST_ROW:
                raise UnreadableError(CANT_OPEN)
            self._line = Line(number, [])
            self._place = -1
        elif tag == "c":
            letters = LETTERS.match(attributes.get("r", ""))
            self._place = _column(letters[0]) if letters else self._place + 1
            self._kind, self._is_formula = attributes.get("t", "n"), False
        elif tag == "f":
            self._is_formula = True

    def end(self, tag: str) -> None:
        """An element ends."""
        self._end_text(tag)
        if tag == "c":
            self._keep(self._taken())
        elif tag == "row" and not self._line.is_empty:
            if len(self.lines) >= MOST_LINES:
                raise UnreadableError(TOO_LONG)
            self.lines.append(self._line)

    def _keep(self, said: str) -> None:
        if self._place >= MOST_COLUMNS:
            return
        if self._kind == "s" and said:
            said = self._strings[int(said)]
        elif self._kind == "n":
            said = _tidy_number(said)
        if self._kind == "e":
            self._line.problems[self._place] = IN_ERROR % (said or "#")
        elif (self._is_formula and not said) or said.startswith("="):
            self._line.problems[self._place] = str(NO_RESULT)
        cells = self._line.cells
        cells.extend([""] * (self._place + 1 - len(cells)))
        cells[self._place] = said


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _tidy_number(said: str) -> str:
    """A number as people write it: 0.30000000000000004 is 0.3, and 4E1 is 40."""
    try:
        number = Decimal(said)
    except ArithmeticError:
        return said
    # The sign is taken without reckoning, which overflows where there are a million zeros.
    if not number.is_finite() or number.copy_abs() > SANE:
        return said
    return f"{round(number, 8).normalize():f}"
