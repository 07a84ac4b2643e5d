"""What a report is made of: columns with what they mean, and the query behind them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db import models
    from django.utils.functional import _StrPromise as StrPromise


class Kind(Enum):
    """What a column holds, and so how it is written."""

    TEXT = auto()
    LIST = auto()  # an array of texts, written with "; " between them
    NUMBER = auto()
    DOLLARS = auto()  # cents in SQL, dollars in the file
    DAY = auto()
    MOMENT = auto()
    YES_NO = auto()


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it means, and the SQL that gives it. With choices, their staff labels are written."""

    title: str
    meaning: StrPromise
    sql: str
    kind: Kind = Kind.TEXT
    choices: type[models.TextChoices] | None = None


@dataclass(frozen=True)
class Definition:
    """One report. `source` is what follows the columns: FROM, joins, and the order of the rows."""

    code: str
    title: StrPromise
    answers: StrPromise
    columns: tuple[Column, ...]
    one_row: StrPromise
    # Text, or a function where labels are part of it: they are put into words when the report is made.
    source: str | Callable[[], str]


def literal(text: str) -> str:
    """A text as SQL writes it, in a query whose parameters are filled in by the driver."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"
