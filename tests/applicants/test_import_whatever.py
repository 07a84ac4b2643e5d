"""Whatever somebody uploads as a spreadsheet: rows, or a reason in plain words; nothing else comes out."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.importing import preview, read_day, read_hours, sheet_of
from applicants.spreadsheet import UnreadableError, read
from tests.applicants.workbooks import HEADING, SOUND, with_part, workbook

CSV = b'Title,Who gave it,First day,Clock hours\n"Play, and repair",A,3/1/2024,1.5\nTalk,B,2024-03-15,"7"\n'
ODD = st.sampled_from(
    [b"", b"\0", b'"', b",", b";", b"\t", b"\r", b"\n", b"=", b"'=", b"sep=", b"\xef\xbb\xbf", b"\xff\xfe", b"\xa0", b"\xd8\0",
     b"\xe2\x80\xa8", b"\x1c", b"1E1000000", b"-1E999999999", b"NaN", b"9" * 30, b"mar mar mar", b"31/12/24", b"<", b">", b"&", b"&#0;",
     b'r="', b't="s"', b't="e"', b"<f>", b"</c>", b"<row>", b"<!DOCTYPE x>", b"PK\x03\x04", b"PK\x05\x06"]
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), ODD | st.binary(max_size=6)), max_size=6)
PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
WORDS = [
    "mar",
    "may",
    "3",
    "15",
    "2024",
    "24",
    "0",
    "-1",
    "/",
    "-",
    ".",
    ",",
    "T",
    "9:30",
    "PM",
    "99999",
    "٣",
    "²",
    "x",
]
many = settings(max_examples=300, deadline=None, database=None)


def changed(content: bytes, how: list[tuple[float, int, bytes]]) -> bytes:
    """The content with some bytes taken out at some places and others put in."""
    for where, dropped, put in how:
        at = int(where * len(content))
        content = content[:at] + put + content[at + dropped :]
    return content


def read_calmly(content: bytes) -> None:
    with suppress(UnreadableError):
        found = preview(sheet_of(read(content)), [], today=date(2026, 6, 1))
        assert all(row.problems for row in found.refused)


@many
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes(content):
    read_calmly(content)


@many
@given(CHANGES)
def test_a_csv_file_with_bytes_out_of_place(how):
    read_calmly(changed(CSV, how))


@many
@given(CHANGES)
def test_a_workbook_with_bytes_out_of_place(how):
    read_calmly(changed(SOUND, how))


@many
@given(CHANGES, st.sampled_from(PARTS))
def test_a_sound_workbook_with_a_broken_part(how, name):
    read_calmly(with_part(name, changed(zipfile.ZipFile(BytesIO(SOUND)).read(name), how)))


@many
@given(st.text(max_size=60), st.sampled_from(["n", "s", "str", "e", "b", "inlineStr", "x"]))
def test_any_text_in_any_kind_of_cell(said, kind):
    one = f'<c r="D2" t="{kind}"><v>{escape(said)}</v></c>'
    read_calmly(workbook([HEADING, ["Play", "A", 45366, one]], strings="<sst><si><t>1</t></si></sst>"))


@many
@given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.text(max_size=30), st.booleans())
def test_any_text_as_a_day_or_as_hours(text, since_1904):
    with suppress(ValueError):
        assert read_day(text, since_1904=since_1904).year >= 1950
    with suppress(ValueError):
        assert 0 <= read_hours(text) <= 2000
