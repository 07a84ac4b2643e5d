"""Fill an empty portal with a demonstration: made-up people, true history."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from applicants.models import Application
from cohorts.models import Cohort, Interest
from credentials.models import Credential
from endorsement_portal.models import Event, User
from reports.demo import tale
from reports.demo.accounts import ADMIN, open_team
from reports.demo.ending import close_the_post
from reports.demo.money import write_prices_before
from reports.demo.script import Script, ScriptError, is_played, play
from reports.demo.stage import Stage

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

# Any number will do, as long as nothing else takes the same advisory lock.
LOCK = 2_057_100
HISTORY_DAYS = 1700


class Command(BaseCommand):
    """`manage.py demo`: plays the demonstration into the database, or says that it is there. Sends no mail."""

    help = "Fill the portal with a demonstration. Refuses a database in which there are real people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day on which it is told."""
        parser.add_argument("--today", type=date.fromisoformat, help="the day it is told on, like 2027-03-01")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look who is there, then play what has not been played."""
        with _alone(), _quiet():
            if is_complete():
                self.stdout.write(f"The demonstration is here already; nothing changed. {_what_is_there()}.")
                return
            refuse_real_people()
            call_command("load_framework", stdout=self.stdout)
            began, told_on = time.monotonic(), options["today"] or timezone.localdate()
            stage = self._set(told_on)
            script = tale.write(stage.today, stage)
            try:
                play(script, narrator=stage.admin, finish=lambda: close_the_post(script.moment(0, 24)))
            except ScriptError as error:
                raise CommandError(f"The demonstration stopped: {error}") from error
        self.stdout.write(f"{_what_is_there()}, in {time.monotonic() - began:.0f} s.")

    def _set(self, today: date) -> Stage:
        """The team on the stage. A demonstration that was begun is told on for the day on which it began."""
        admin = User.objects.filter(email=ADMIN).first()
        if admin is None:
            stage = Stage(today)
            script = Script(today)
            with transaction.atomic():
                write_prices_before(today - timedelta(days=HISTORY_DAYS))
                open_team(script, stage.accounts, tale.first_accounts(stage))
                Event.objects.record(stage.admin, "begin_demo", details={"today": today.isoformat()})
            return stage
        begun = Event.objects.about(admin).filter(verb="begin_demo").values_list("details", flat=True).first()
        if begun is None:
            raise CommandError(f"{ADMIN} is here, but no demonstration was begun. Nothing was changed.")
        return Stage(date.fromisoformat(begun["today"]))


def refuse_real_people() -> None:
    """CommandError where anybody or anything is in the database that no demonstration brought."""
    real = User.objects.filter(is_demo=False).count()
    if real:
        raise CommandError(
            f"There are {real} people in this database who are not made up. The demonstration is for an empty "
            "database only; nothing was changed."
        )
    if not User.objects.exists() and (Interest.objects.exists() or Cohort.objects.exists()):
        raise CommandError("Somebody’s interest or a cohort is in this database already. Nothing was changed.")


def is_complete() -> bool:
    """Whether a whole demonstration is in the database."""
    admin = User.objects.filter(email=ADMIN, is_demo=True).first()
    return admin is not None and is_played(admin)


def _what_is_there() -> str:
    counts = {
        "people": User.objects,
        "interests": Interest.objects,
        "cohorts": Cohort.objects,
        "applications": Application.objects,
        "credentials": Credential.objects,
    }
    told = ", ".join(f"{manager.count()} {name}" for name, manager in counts.items())
    return f"The demonstration: {told}"


@contextmanager
def _alone() -> Iterator[None]:
    """One demonstration at a time: a second one is told so at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CommandError("A demonstration is being played into this database right now.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _quiet() -> Iterator[None]:
    """Reports of every small step stay out of the terminal."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
