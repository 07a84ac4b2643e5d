"""Files of reports, made by PostgreSQL itself: COPY … TO STDOUT with every cell made safe in SQL.

The rows go from the server into a temporary file (in memory up to a megabyte, then on disk) and only then to the
person, instead of through a pipe while the query runs: a query that fails half way gives an error page and never half
a file, no transaction stays open for somebody's slow line, and the event that says who took how many rows is written
before the first byte leaves. Memory stays flat whatever the number of rows.

Cells: UTF-8 with a byte-order mark, without which Excel takes accents for something else; dates as ISO 8601, moments
with North Carolina's offset; money in dollars; a text that a spreadsheet would run as a formula gets an apostrophe in
front of it.
"""

from __future__ import annotations

import codecs
import tempfile
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import translation

from endorsement_portal.models import Event
from reports.columns import Column, Definition, Kind, literal
from reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db import models

    from endorsement_portal.models import User

IN_MEMORY = 1024 * 1024
VERB = "download"
# What Excel, LibreOffice, Numbers and Google Sheets may take for the beginning of a formula. The full-width signs
# count in some locales.
FORMULA_STARTS = "'=', '+', '-', '@', E'\\t', E'\\r', E'\\n', '＝', '＋', '－', '＠'"
MOMENT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM'


def export(definition: Definition, *, by: User) -> tuple[IO[bytes], int]:
    """The report as a CSV file, open at its beginning, and its number of rows; the log says who took it.

    PermissionDenied for anybody who may not. The caller closes the file.
    """
    if not by.has_perm("reports.download_report"):
        raise PermissionDenied
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    try:
        file.write(codecs.BOM_UTF8)
        with transaction.atomic():
            rows = _copy(definition, file, viewer=by.pk)
            report, _made = Report.objects.get_or_create(code=definition.code)
            Event.objects.record(report, VERB, by=by, details={"rows": rows})
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file, rows


def _copy(definition: Definition, file: IO[bytes], *, viewer: int) -> int:
    """Write the rows, with their heading, into the file; how many."""
    verify = settings.BASE_URL + reverse("credentials:verify", args=["SERIAL"])
    with connection.cursor() as cursor:
        query = cursor.mogrify(select(definition), {"viewer": viewer, "verify": verify}).decode()
        # Days and offsets are North Carolina's, for this statement alone.
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [settings.TIME_ZONE])
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')", file)
        rows: int = cursor.rowcount
        cursor.execute("SELECT set_config('TimeZone', %s, true)", [connection.timezone_name])
    return rows


def select(definition: Definition) -> str:
    """The whole query of a report, with %(viewer)s and %(verify)s still open. Labels are English: see definitions."""
    with translation.override("en"):
        source = definition.source if isinstance(definition.source, str) else definition.source()
        cells = ", ".join(f'{cell(column)} AS "{column.title}"' for column in definition.columns)
    return f"SELECT {cells} {source}"


def cell(column: Column) -> str:
    """The SQL of one cell as it is written into the file."""
    value = column.sql
    match column.kind:
        case Kind.TEXT:
            return in_words(value, column.choices)
        case Kind.LIST:
            each = in_words("one", column.choices)
            return (
                f"(SELECT string_agg({each}, '; ' ORDER BY place) FROM unnest({value}) WITH ORDINALITY l (one, place))"  # noqa: S608
            )
        case Kind.NUMBER:
            return value
        case Kind.DOLLARS:
            return f"({value} / 100.0)::numeric(14, 2)"
        case Kind.DAY:
            return f"to_char({value}, 'YYYY-MM-DD')"
        case Kind.MOMENT:
            return f"to_char({value}, '{MOMENT_FORMAT}')"
        case Kind.YES_NO:
            return f"CASE WHEN {value} THEN 'yes' WHEN NOT ({value}) THEN 'no' END"


def guarded(value: str) -> str:
    """A text that no spreadsheet runs: an apostrophe goes before what would begin a formula."""
    return f"CASE WHEN left({value}, 1) IN ({FORMULA_STARTS}) THEN '''' || ({value}) ELSE {value} END"


def in_words(value: str, choices: type[models.TextChoices] | None) -> str:
    """The label of a value of these choices; a text without a label as it is, guarded."""
    if choices is None:
        return guarded(value)
    cases = " ".join(f"WHEN {literal(key)} THEN {literal(str(label))}" for key, label in choices.choices)
    return f"CASE {value} {cases} ELSE {guarded(value)} END"


def last_downloads(codes: Collection[str], *, each: int = 3) -> dict[str, list[Event]]:
    """The latest downloads of each report, newest first, as events with their actor: one query."""
    place = Window(RowNumber(), partition_by="subject_id", order_by=F("sequence").desc())
    events = Event.objects.filter(subject_type=Report._meta.label_lower, subject_id__in=codes, verb=VERB)
    found: dict[str, list[Event]] = {code: [] for code in codes}
    for event in events.annotate(place=place).filter(place__lte=each).select_related("actor").order_by("place"):
        found[event.subject_id].append(event)
    return found
