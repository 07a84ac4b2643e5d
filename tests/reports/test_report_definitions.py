"""Definitions: every report's query runs, and its words are fit to print."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.utils import translation

from reports.definitions import DEFINITIONS, PARTS
from reports.exports import export, select

REPORTS = list(DEFINITIONS.values())


def read(definition, admin) -> tuple[list[str], list[dict[str, str]]]:
    """Heading and rows as a spreadsheet reads them."""
    file, rows = export(definition, by=admin)
    with file:
        reader = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline=""))
        found = list(reader)
    assert len(found) == rows
    return list(reader.fieldnames or []), found


@pytest.mark.parametrize("definition", REPORTS, ids=lambda d: d.code)
def test_every_report_is_made_with_the_heading_of_its_definition(definition, admin):
    heading, _rows = read(definition, admin)
    assert heading == [column.title for column in definition.columns]


@pytest.mark.parametrize("definition", REPORTS, ids=lambda d: d.code)
def test_headings_fit_into_postgresql_and_are_not_repeated(definition):
    titles = [column.title for column in definition.columns]
    assert len(set(titles)) == len(titles)
    assert all(len(title.encode()) <= 63 and '"' not in title and "%" not in title for title in titles)


@pytest.mark.parametrize("definition", REPORTS, ids=lambda d: d.code)
def test_every_column_says_what_it_means_in_a_sentence(definition):
    assert str(definition.title)
    assert str(definition.answers).endswith("?")
    assert str(definition.one_row).endswith(".")
    for column in definition.columns:
        assert str(column.meaning).endswith("."), column.title


@pytest.mark.parametrize("definition", REPORTS, ids=lambda d: d.code)
def test_no_label_of_a_choice_begins_like_a_formula(definition):
    choices = {column.choices for column in definition.columns if column.choices} | {part[-1] for part in PARTS}
    assert [label for one in choices for label in one.labels if str(label)[0] in "=+-@\t\r\n"] == []


@pytest.mark.parametrize("definition", REPORTS, ids=lambda d: d.code)
def test_the_file_is_english_whatever_the_reader_speaks(definition):
    english = select(definition)
    with translation.override("es"):
        assert select(definition) == english


def test_the_pipeline_lists_every_status_of_every_part_once(admin, db):
    _heading, rows = read(DEFINITIONS["pipeline"], admin)
    expected = [(part, str(label)) for part, *_rest, choices in PARTS for label in choices.labels]
    assert [(row["Part"], row["Status"]) for row in rows] == expected
    assert {row["How many"] for row in rows} == {"0"}
    assert {row["Oldest"] for row in rows} == {""}


def test_the_headcount_lists_all_counties_with_zeros(admin, db):
    _heading, rows = read(DEFINITIONS["headcount"], admin)
    assert len(rows) == 100
    assert rows[0]["County"] == "Alamance"
    assert {row["Active credentials"] for row in rows} == {"0"}
    assert {row["Rural"] for row in rows} == {"yes", "no"}


def test_access_needs_are_in_no_report(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    for definition in REPORTS:
        query = select(definition)
        for secret in ("access_needs", "remarks", "private_note", "answers", "statement", "token_hash", "password"):
            assert secret not in query, (definition.code, secret)
