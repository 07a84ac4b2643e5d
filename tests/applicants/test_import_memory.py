"""Whatever is in a spreadsheet, the server's memory stays flat: measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.applicants.workbooks import HEADING, MAIN, cell, workbook

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_GROWTH = 40 * 1024 * 1024
MEASURE = """
import json, resource, sys
from datetime import date
import django
django.setup()
from applicants.importing import preview, sheet_of
from applicants.spreadsheet import UnreadableError, read

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

content = open(sys.argv[1], "rb").read()
before = peak()
try:
    found = preview(sheet_of(read(content)), [], today=date(2026, 6, 1))
    told = [len(found.good), len(found.refused)]
except UnreadableError as error:
    told = str(error.message)
print(json.dumps([peak() - before, told]))
"""


def heading() -> str:
    return f'<row r="1">{"".join(cell(f"{chr(65 + n)}1", word) for n, word in enumerate(HEADING))}</row>'


def sheet(inside: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{heading()}{inside}</sheetData></worksheet>'


def many_columns() -> bytes:
    """One row of more than a million cells."""
    return workbook(body=sheet("<row>" + "<c><v>1</v></c>" * 600_000 + "</row>"))


def one_text_everywhere() -> bytes:
    """A long text that every cell of five thousand rows shares."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"long " * 1000}</t></si></sst>'
    return workbook(body=sheet(("<row>" + '<c t="s"><v>0</v></c>' * 9 + "</row>") * 5000), strings=strings)


def one_cell_of_twenty_megabytes() -> bytes:
    return workbook(body=sheet(f'<row><c t="str"><v>{"x" * 20_000_000}</v></c></row>'))


def half_wrong() -> bytes:
    rows = "".join(f"No. {n} 🎓,A,{'3/1/2024' if n % 2 else 'never'},1,{'about ' * 60}\n" for n in range(5000))
    return f"Title,Who gave it,First day,Clock hours,Description\n{rows}".encode()


def many_strings() -> bytes:
    return workbook([HEADING], strings="<sst>" + "<si><t>x</t></si>" * 1_000_000 + "</sst>")


def zeros() -> bytes:
    return workbook(body=b"<worksheet>" + b" " * 1_000_000_000)


MUCH = "This workbook is far larger inside than a list of trainings can be. Please copy the list into a new file."


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (many_columns, [0, 1]),
        (one_text_everywhere, [0, 5000]),
        (one_cell_of_twenty_megabytes, [0, 1]),
        (half_wrong, [2500, 2500]),
        (many_strings, MUCH),
        (zeros, MUCH),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_memory_stays_flat(make, told, tmp_path):
    content = make()
    assert len(content) < 2 * 1024 * 1024 + 500_000
    file = tmp_path / "upload"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    grown, said = json.loads(done.stdout)
    assert said == told
    assert grown < MOST_GROWTH
