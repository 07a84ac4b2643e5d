"""The clock of the demonstration: its history happens on the days that it tells of.

Everything in the portal asks Django what time it is. Inside `at(moment)` the answer is that moment, so what passes
through the real doors carries its own date everywhere: in the rows, the log, the letters and the certificates.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Kind(type):
    """Real datetimes count as instances of the clock's own class."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, datetime)


class _Clock(datetime, metaclass=_Kind):
    """A datetime whose present is set."""

    moment: datetime

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        """The moment that was set."""
        return cls.moment.astimezone(tz)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let Django's clock stand at an aware moment. For one process with one thread, which is what a command is."""
    before = timezone.datetime  # type: ignore[attr-defined]
    _Clock.moment = moment
    timezone.datetime = _Clock  # type: ignore[attr-defined]
    try:
        yield
    finally:
        timezone.datetime = before  # type: ignore[attr-defined]
