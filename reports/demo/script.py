"""The demonstration as a script: acts with their moments, played in the order of time, a chapter a transaction.

A chapter that was played is noted in the log of the demonstration's admin, in the same transaction; a run that was
killed goes on where it stopped, for the day on which it began.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from endorsement_portal.celery import app
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Outbox
from endorsement_portal.outbox import perform
from reports.demo import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from endorsement_portal.models import User

ACTS_A_CHAPTER = 160
PLAYED = "play_demo"
MAIL = "mail.send"
# What takes long and nothing in the story waits for.
LATER = ("applicants.snapshot_pdf",)


class ScriptError(Exception):
    """The script could not be played: the doors of the portal have changed, and the script with them has not."""


@dataclass(frozen=True)
class Act:
    """Something that happened at a moment."""

    moment: datetime
    name: str
    do: Callable[[], object]


@dataclass
class Script:
    """The acts, by the day on which the demonstration is told."""

    today: date
    acts: list[Act] = field(default_factory=list)

    def day(self, ago: int) -> date:
        """The date so many days before today; below zero it is to come."""
        return self.today - timedelta(days=ago)

    def moment(self, ago: int, hour: float = 10.0) -> datetime:
        """An hour of North Carolina's clock, so many days before today."""
        begin = datetime.combine(self.day(ago), time(0), tzinfo=timezone.get_default_timezone())
        return begin + timedelta(hours=hour)

    def add(self, ago: int, hour: float, name: str, do: Callable[[], object]) -> None:
        """Write an act into the script. Acts of one moment are played in the order they were written."""
        self.acts.append(Act(self.moment(ago, hour), name, do))

    @property
    def fingerprint(self) -> str:
        """Tells this script from any other."""
        told = "\n".join(f"{act.moment.isoformat()} {act.name}" for act in self.acts)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def chapters(self) -> Iterator[list[Act]]:
        """The acts in the order of time, so many together."""
        acts = sorted(self.acts, key=lambda act: act.moment)
        for start in range(0, len(acts), ACTS_A_CHAPTER):
            yield acts[start : start + ACTS_A_CHAPTER]


def is_played(narrator: User) -> bool:
    """Whether the last chapter is in the database."""
    last = _last_chapter(narrator)
    return bool(last) and last["chapter"] == last["of"]


def _last_chapter(narrator: User) -> dict[str, Any]:
    events = Event.objects.about(narrator).filter(verb=PLAYED).order_by("-sequence")
    return events.values_list("details", flat=True).first() or {}


def play(script: Script, *, narrator: User, finish: Callable[[], object]) -> int:
    """Play the chapters that have not been played; how many were. `finish` closes each, in its transaction."""
    if is_played(narrator):
        return 0
    # Promises are kept here and now, by the handlers that a worker would find.
    app.loader.import_default_modules()
    chapters, last, count = list(script.chapters()), _last_chapter(narrator), 0
    if last and last["script"] != script.fingerprint:
        raise ScriptError("it was begun by another version of the portal. Begin again with an empty database.")
    for number, acts in enumerate(chapters, start=1):
        if number <= last.get("chapter", 0):
            continue
        with transaction.atomic():
            for act in acts:
                _play(act)
            finish()
            details = {"chapter": number, "of": len(chapters), "script": script.fingerprint}
            Event.objects.record(narrator, PLAYED, details=details)
        count += 1
    return count


def _play(act: Act) -> None:
    """One act at its moment, and a minute later what it promised: all but the mail, which goes to nobody."""
    try:
        with clock.at(act.moment):
            act.do()
        with clock.at(act.moment + timedelta(minutes=1)):
            keep_promises()
    except Refused as no:
        raise ScriptError(f"{act.moment:%Y-%m-%d %H:%M} {act.name}: {no.message}") from no


def keep_promises() -> None:
    """Carry out what is promised, in order, and what that promises in turn: all but what a worker may do later."""
    promised = Outbox.objects.filter(done_at=None).exclude(kind__in=[MAIL, *LATER]).order_by("pk")
    while ids := list(promised.values_list("pk", flat=True)):
        for pk in ids:
            if not perform(pk):
                row = Outbox.objects.get(pk=pk)
                raise ScriptError(f"{row} was not kept: {row.last_error}")
