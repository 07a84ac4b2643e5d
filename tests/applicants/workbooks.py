"""Small Excel workbooks, written by hand as spreadsheets write them."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADING = ["Title", "Who gave it", "First day", "Clock hours"]


def cell(place: str, value: object) -> str:
    """One cell; text stands in the cell itself, and what begins with < is a cell written out."""
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    if isinstance(value, str) and value.startswith("<c"):
        return value
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>' if value is not None else ""


def sheet(rows: list[list[object]]) -> str:
    """A sheet of rows."""
    lines = (
        f'<row r="{n}">{"".join(cell(f"{chr(65 + at)}{n}", value) for at, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, start=1)
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook(
    rows: list[list[object]] | None = None,
    *,
    body: str | bytes = "",
    strings: str | bytes = "",
    since_1904: bool = False,
    target: str = "worksheets/sheet1.xml",
    **more: bytes,
) -> bytes:
    """A workbook with one sheet; `body` and `strings` are parts written out, `more` are further parts by name."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        first = '<workbookPr date1904="1"/>' if since_1904 else ""
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{first}<sheets><sheet name="S" sheetId="1" r:id="rId7"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId7" Target="{target}"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", body or sheet(rows or []))
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


# One with texts that cells share.
SOUND = workbook(
    [[*HEADING, "DEI hours"], ['<c t="s"><v>0</v></c>', "A", 45366, 7.5, 1], ["Talk", "B", "3/20/2024", 1, None]],
    strings="<sst><si><t>Play</t></si></sst>",
)


def with_part(name: str, content: bytes) -> bytes:
    """That workbook with one of its parts exchanged."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(SOUND)) as sound, zipfile.ZipFile(out, "w") as archive:
        for part in sound.namelist():
            archive.writestr(part, content if part == name else sound.read(part))
    return out.getvalue()
