"""Reading somebody's spreadsheet: dates, hours, headings and encodings as people really have them, and what is not one."""

from __future__ import annotations

import re
import uuid
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from applicants.importing import Preview, once_of, preview, read_day, read_hours, read_kind, sheet_of
from applicants.spreadsheet import UnreadableError, read
from tests.applicants.workbooks import HEADING, MAIN, cell, with_part, workbook

TODAY = date(2026, 6, 1)
CSV = "Title,Who gave it,First day,Clock hours\n"


def look(content: bytes | str, have: list[tuple[str, date]] | None = None) -> Preview:
    data = content.encode() if isinstance(content, str) else content
    return preview(sheet_of(read(data)), have or [], today=TODAY)


def why(content: bytes | str) -> str:
    with pytest.raises(UnreadableError) as caught:
        look(content)
    return str(caught.value.message)


# --- Days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-15", "2024/3/15", "2024.03.15", "2024-03-15T00:00:00", "2024-03-15 09:30", "20240315", "3/15/2024",
        "03/15/24", "3-15-2024", "3/15/2024 12:00 AM", "March 15, 2024", "Mar 15 2024", "15 March 2024", "15-Mar-24",
        "Mar. 15, 2024", "2024 March 15", "45366", "45366.75", " 3/15/2024 ",
    ],
)  # fmt: skip
def test_days_in_the_forms_that_people_write(text):
    assert read_day(text) == date(2024, 3, 15)


def test_days_of_old_macs_and_of_the_last_century():
    assert read_day("43904", since_1904=True) == date(2024, 3, 15)
    assert read_day("3/15/98") == date(1998, 3, 15)
    assert read_day("2/29/2024") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("15/3/2024", "the month comes first, such as 3/15/2024."),
        ("31-12-23", "the month comes first, such as 12/31/23."),
        ("2/30/2024", "“2/30/2024” is not a date."),
        ("2023-02-29", "“2023-02-29” is not a date."),
        ("15.03.2024", "“15.03.2024” is not a date."),
        ("spring 2024", "“spring 2024” is not a date."),
        ("March 2024", "“March 2024” is not a date."),
        ("٣/١٥/٢٠٢٤", "“٣/١٥/٢٠٢٤” is not a date."),
        ("NaN", "“NaN” is not a date."),
        ("1e308", "“1e308” is not a date."),
        ("99999999999", "“99999999999” is not a date."),
        ("-5", "“-5” is not a date."),
        ("mar mar mar", "“mar mar mar” is not a date."),
        ("may may 3", "“may may 3” is not a date."),
        ("0001-01-01", "1 can’t be the right year."),
        ("3/15/1924", "1924 can’t be the right year."),
        ("12345", "1933 can’t be the right year."),
    ],
)
def test_what_is_no_day_is_said_why(text, reason):
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        read_day(text)


# --- Hours and kinds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hours"), [("7.5", "7.5"), ("40", "40"), ("7.50", "7.5"), ("0.25", "0.25"), ("2000", "2000"), ("0", "0"), ("3.", "3")]
)  # fmt: skip
def test_hours(text, hours):
    assert read_hours(text) == Decimal(hours)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("7,5", "please write hours with a point and no comma"),
        ("1,000", "please write hours with a point and no comma"),
        ("NaN", "“NaN” is not a number of hours"),
        ("Infinity", "“Infinity” is not a number of hours"),
        ("1e308", "“1e308” is not a number of hours"),
        ("-3", "“-3” is not a number of hours"),
        ("2:30", "“2:30” is not a number of hours"),
        ("2 hours", "“2 hours” is not a number of hours"),
        ("٧", "“٧” is not a number of hours"),
        ("0.104166667", "“0.104166667” has more than two decimals."),
        ("2000.01", "more than 2,000 hours can’t be right."),
        ("9" * 400, "“" + "9" * 40 + "” is not a number of hours"),
    ],
)
def test_hours_that_can_not_be(text, reason):
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        read_hours(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "workshop"), ("Webinar", "webinar"), ("SELF-PACED", "self_paced"), ("series", "series"), ("College course", "course"), ("Conference", "conference")],
)  # fmt: skip
def test_kinds(text, kind):
    assert read_kind(text) == kind


def test_an_unknown_kind_is_told_the_known_ones():
    with pytest.raises(ValueError, match="“party” is none of: Series or intensive, Workshop, Conference"):
        read_kind("party")


# --- Rows and headings ---------------------------------------------------------------------------------------------


def test_columns_in_any_order_and_under_other_names():
    found = look("Notes;HOURS;Date;Mood;Provider;Training title\nGood;6;3/1/2024;☀;A center;Play\n")
    assert [row.values for row in found.good] == [
        {
            "title": "Play", "sponsor": "A center", "format": "workshop", "start_date": date(2024, 3, 1), "end_date": None,
            "clock_hours": Decimal(6), "dei_hours": Decimal(0), "rsc_provision_hours": Decimal(0), "description": "Good",
        }
    ]  # fmt: skip
    assert sheet_of(read(b"Title,Sponsor,Date,Hours,Mood\na,b,c,d,e\n")).unused == ["Mood"]


def test_every_row_is_named_as_the_spreadsheet_numbers_it():
    found = look(
        "My trainings\n\n" + CSV + 'Good,A,3/1/2024,2\n\n,A,3/1/2024,2\nLate,A,3/1/2999,2\nBad,,15/3/2024,"1,5"\n'
    )
    assert [row.number for row in found.good] == [4]
    assert [(row.number, row.problems) for row in found.refused] == [
        (6, ["Title: this is missing."]),
        (7, ["First day: this date is in the future."]),
        (8, [
            "Who gave it: this is missing.", "First day: the month comes first, such as 3/15/2024.",
            "Clock hours: please write hours with a point and no comma, such as 7.5.",
        ]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("T,A,3/2/2024,3/1/2024,4,0,0", "The last day is before the first day."),
        ("T,A,3/2/2024,,0,0,0", "There have to be more than 0 clock hours."),
        ("T,A,3/2/2024,,4,3,1.5", "The two parts add up to 4.5 hours, which is more than the clock hours."),
        ("T\x00,A,3/2/2024,,4,0,0", "Title: there is a character in it that can’t be kept."),
        ("=HYPERLINK(1),A,3/2/2024,,4,0,0", "Title: This is a formula without its result. Save the file again in a spreadsheet, or type the value."),
        (f"{'T' * 201},A,3/2/2024,,4,0,0", "Title: this is longer than 200 characters."),
        (f"T,{'🎓' * 151},3/2/2024,,4,0,0", "Who gave it: this is longer than 150 characters."),
        ("T,A,3/2/2024,,4,NaN,0", "DEI hours: “NaN” is not a number of hours such as 7.5."),
    ],
)  # fmt: skip
def test_a_row_that_can_not_be(row, problem):
    heading = "Title,Who gave it,First day,Last day,Clock hours,DEI hours,RSC hours\n"
    found = look(heading + row + "\nGood,A,3/2/2024,,4,0,0\n")
    assert [one.problems for one in found.refused] == [[problem]]
    assert [one.values["title"] for one in found.good] == ["Good"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "This file is empty."),
        (" \r\n\t\n", "This file is empty."),
        (b"\0" * 50, "This file is empty."),
        (b"\xef\xbb\xbf", "This file is empty."),
        (b"\xef\xbb\xbf\xef\xbb\xbf\r\n", "This file is empty."),
        (b"\xff\xfe", "This file is empty."),
        (b"\xfe\xff", "This file is empty."),
        (b"\xff\xfe\x20\x00", "This file is empty."),
        (b"\xc2\xa0", "This file is empty."),
        (b"\xa0", "This file is empty."),
        (b"\x0b\x0c", "This file is empty."),
        (b"\x1c", "This file is empty."),
        ("\u2028", "This file is empty."),
        ("\ufeff\0 \x85", "This file is empty."),
        ('sep="\na,b', "There is no column called: Title, Who gave it, First day, Clock hours."),
        ("a,b\n1,2\n", "There is no column called: Title, Who gave it, First day, Clock hours."),
        ("Title,Date,Provider\nx,y,z\n", "There is no column called: Clock hours."),
        (CSV, "There is no row below the heading."),
        ("Title\n", "There is no column called: Who gave it, First day, Clock hours."),
        (b"%PDF-1.7 ...", "This is not a table."),
        (b"\x89PNG\r\n\x1a\n", "This is not a table."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This workbook is in the format of old Excel, or locked with a password."),
        (b"PK\x03\x04rest", "This file can’t be opened."),
        (b"\x81\x8d\x8f\x90", "The letters in this file can’t be read."),
        (b"\xff\xfeT\x00\x00\xd8", "The letters in this file can’t be read."),
        (CSV + 'x,"' + "y" * 140_000, 'From row 2 on this file can’t be read: a quotation mark (") is opened and never closed.'),
        (CSV + "T,A,3/1/2024,1\n" * 5001, "This file has 5001 rows. Please divide it into files of up to 5,000 rows."),
        ("\n" * 30_000 + CSV, "This file has too many rows."),
    ],
)  # fmt: skip
def test_files_that_are_no_list(content, reason):
    assert why(content).startswith(reason)


def test_a_quotation_mark_that_is_closed_much_later_is_named_by_its_row():
    found = look(CSV + "Good,A,3/1/2024,1\n" + 'Bad,"A\n' + "T,A,3/1/2024,1\n" * 500 + '"\n')
    assert [(row.number, row.problems[0]) for row in found.refused] == [
        (3, 'Who gave it: A quotation mark (") is opened in this row and closed much later or never.')
    ]
    assert [row.number for row in found.good] == [2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_the_encodings_that_spreadsheets_write(encoding):
    found = look((CSV + "Zoë Müller,Peña,3/1/2024,1\n").encode(encoding))
    assert [(row.values["title"], row.values["sponsor"]) for row in found.good] == [("Zoë Müller", "Peña")]


@pytest.mark.parametrize("title", ["Zoë 🎓👩‍👧", "مركز الطفولة", "\u202eevil", "O’Neil & Søn <b>", "漢字", "{{ 7*7 }}"])
def test_titles_of_any_language_stay_as_they_are(title):
    assert [row.values["title"] for row in look(CSV + f"{title},A,3/1/2024,1\n").good] == [title]
    assert [row.values["title"] for row in look(workbook([HEADING, [title, "A", 45366, 1]])).good] == [title]


def test_the_files_we_write_come_back():
    found = look("\ufeffsep=;\nTitle;Who gave it;First day;Clock hours;Row;Why\n'+1 day;A;3/1/2024;1;7;Bad\n")
    assert [row.values["title"] for row in found.good] == ["+1 day"]


# --- Doubles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "doubled"), [("3/8/2024", True), ("2/23/2024", True), ("3/9/2024", False), ("2/22/2024", False)]
)
def test_a_title_within_a_week_is_a_double(day, doubled):
    found = look(CSV + f"  play   AND Repair,A,{day},1\n", [("Play and repair", date(2024, 3, 1))])
    assert (len(found.doubles), len(found.good)) == ((1, 0) if doubled else (0, 1))


def test_a_double_within_the_file_is_the_later_one_and_a_refused_row_makes_none():
    found = look(CSV + "T,A,3/1/2024,zero\nT,A,3/1/2024,1\nT,A,3/4/2024,1\nU,A,3/4/2024,1.5\n")
    assert ([r.number for r in found.good], [r.number for r in found.doubles]) == ([3, 5], [4])
    assert found.hours == "2.5"


def test_a_row_of_an_upload_has_one_number_for_ever():
    upload = uuid.UUID(int=7)
    assert once_of(upload, 3) == once_of(uuid.UUID(int=7), 3)
    assert len({once_of(upload, 3), once_of(upload, 4), once_of(uuid.UUID(int=8), 3)}) == 3


# --- Workbooks -----------------------------------------------------------------------------------------------------


def test_a_workbook_with_numbers_days_and_floating_noise():
    book = workbook(
        [[*HEADING, "DEI hours"], ["Play", "A", 45366, 7.5, 0.1 + 0.2], ["Late", "A", "3/20/2024", "4E0", None]]
    )
    found = look(book)
    assert [(row.values["start_date"], row.values["clock_hours"], row.values["dei_hours"]) for row in found.good] == [
        (date(2024, 3, 15), Decimal("7.5"), Decimal("0.3"))
    ]
    assert [row.number for row in found.refused] == [3]


def test_a_workbook_that_counts_from_1904():
    found = look(workbook([HEADING, ["Play", "A", 43904, 1]], since_1904=True))
    assert found.good[0].values["start_date"] == date(2024, 3, 15)


def test_shared_rich_and_spoken_texts_and_an_absolute_target():
    strings = f'<sst xmlns="{MAIN}"><si><t>Play</t></si><si><r><t>A </t></r><r><t>center</t></r><rPh sb="0" eb="1"><t>aloud</t></rPh></si></sst>'
    row = ['<c r="A2" t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', 45366, 1]
    found = look(workbook([HEADING, row], strings=strings, target="/xl/worksheets/sheet1.xml"))
    assert [(r.values["title"], r.values["sponsor"]) for r in found.good] == [("Play", "A center")]


def test_formulas_are_never_worked_out():
    result = '<c r="D2"><f>1+2</f><v>3</v></c>'
    without = '<c r="D3"><f>1+2</f></c>'
    broken = '<c r="D4" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    word = cell("A5", "=1+2")
    found = look(
        workbook([HEADING, ["A", "A", 45366, result], ["B", "A", 45366, without], ["C", "A", 45366, broken], [word, "A", 45366, 1]])
    )  # fmt: skip
    assert [(row.number, row.values["clock_hours"]) for row in found.good] == [(2, Decimal(3))]
    formula = "This is a formula without its result. Save the file again in a spreadsheet, or type the value."
    assert [(row.number, row.problems) for row in found.refused] == [
        (3, [f"Clock hours: {formula}"]),
        (4, ["Clock hours: This cell shows the error #DIV/0!. Please mend it in the spreadsheet."]),
        (5, [f"Title: {formula}"]),
    ]


def test_rows_that_claim_one_number_get_numbers_of_their_own():
    rows = "".join(
        f'<row r="2">{cell("A2", f"T{n}")}{cell("B2", "A")}{cell("C2", 45366)}{cell("D2", 1)}</row>' for n in range(3)
    )
    heading = "".join(cell(f"{chr(65 + n)}1", word) for n, word in enumerate(HEADING))
    found = look(workbook(body=f'<worksheet xmlns="{MAIN}"><row r="1">{heading}</row>{rows}</worksheet>'))
    assert [row.number for row in found.good] == [2, 3, 4]


NESTED = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{NESTED}]><worksheet><row><c><v>&l11;</v></c></row></worksheet>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet><row><c><v>&x;</v></c></row></worksheet>'
OPEN = "This file can’t be opened."
MUCH = "This workbook is far larger inside than a list of trainings can be."


@pytest.mark.parametrize(
    ("book", "reason"),
    [
        (workbook(body=LAUGHS), OPEN),
        (workbook(body=LAUGHS.encode("utf-16")), OPEN),
        (workbook(body=OUTSIDE), OPEN),
        (workbook([HEADING], strings=LAUGHS), OPEN),
        (workbook(body="<worksheet><row>"), OPEN),
        (workbook(body='<worksheet><row r="x"><c/></row></worksheet>'), OPEN),
        (workbook([HEADING, ['<c r="A2" t="s"><v>7</v></c>']]), OPEN),
        (workbook([HEADING], target="worksheets/none.xml"), OPEN),
        (workbook([HEADING], target="../../etc/passwd"), OPEN),
        (workbook(body=b"<w>" + b" " * 30_000_000), MUCH),
        (workbook([HEADING], **{"xl/media/big.bin": b"\0" * 60_000_000}), MUCH),
        (workbook(body="<w>" + "<c/>" * 2_000_000 + "</w>"), MUCH),
        (workbook([HEADING], strings="<s>" + "<si/>" * 200_000 + "</s>"), MUCH),
        (workbook(body="<w>" + '<row><c t="str"><v>x</v></c></row>' * 25_000 + "</w>"), "This file has too many rows."),
    ],
    ids=range(14),
)
def test_workbooks_made_to_do_harm(book, reason):
    assert why(book).startswith(reason)


@pytest.mark.parametrize(
    "said",
    ["1E1000000", "-1E9999999", "1E-999999999", "NaN", "sNaN", "-Infinity", "1E99999999999999999999999", "9" * 900],
)
def test_a_number_beyond_all_numbers_is_no_number_of_hours(said):
    found = look(workbook([HEADING, ["Play", "A", 45366, f"<c><v>{said}</v></c>"]]))
    assert ([row.number for row in found.refused], len(found.refused[0].problems)) == ([2], 1)


@pytest.mark.parametrize(
    "book",
    [
        workbook(body='<worksheet><row r="1048577"><c><v>1</v></c></row></worksheet>'),
        workbook(body=f'<worksheet><row r="{"9" * 4000}"><c><v>1</v></c></row></worksheet>'),
        workbook(body='<?xml version="1.0" encoding="no-such"?><worksheet/>'),
        workbook(body='<?xml version="1.0" encoding="rot13"?><worksheet/>'),
        with_part("xl/workbook.xml", b'<workbook><sheets><sheet name="S"/></sheets></workbook>'),
        with_part("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship/></Relationships>"),
    ],
    ids=range(6),
)
def test_workbooks_that_no_spreadsheet_writes(book):
    assert why(book).startswith(OPEN)


def test_a_zip_without_a_workbook_and_one_with_a_password():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert why(out.getvalue()).startswith(OPEN)
    locked = bytearray(workbook([HEADING]))
    # The flag of an encrypted entry, in its own header and in the directory.
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(mark)
        while at >= 0:
            locked[at + place] |= 1
            at = locked.find(mark, at + 1)
    assert why(bytes(locked)).startswith(OPEN)
