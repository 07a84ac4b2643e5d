"""The whole script: the team, the cohorts, everybody's interest, and each story from its first page to its last."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from applicants import timers as applicant_timers
from applicants.supervision import remind_providers
from cohorts.tasks import expire_and_remind_seats
from competencies.models import Figure
from competencies.transitions import confirm_figure
from credentials.tasks import expire_credentials
from reports.demo import plan, words
from reports.demo.catalog import write_catalog
from reports.demo.editions import write_editions
from reports.demo.gathering import write_cohorts, write_others, write_seats
from reports.demo.judging import Desk, write_review, write_standing
from reports.demo.money import write_fee, write_funds
from reports.demo.portfolio import PARTS, write_portfolio
from reports.demo.providers import write_providers
from reports.demo.script import Script
from reports.demo.talk import write_talk
from reports.demo.vouching import write_references
from reviews import timers as review_timers

if TYPE_CHECKING:
    from reports.demo.plan import Story
    from reports.demo.stage import Stage

# For so many days the timers have run every morning; before that nothing was left waiting.
TIMER_DAYS = 30
ALL_DONE = ("completed", "slow", "completed")
CONFIRMED = [("FA", "training.total"), ("FS", "training.total"), ("FS", "training.dei")]


def write(today: date, stage: Stage) -> Script:
    """The script for a day. The same day gives the same script."""
    script = Script(today)
    counties = sorted(stage.counties.values(), key=lambda county: county.fips)
    stories = plan.stories(counties)
    write_cohorts(script, stage)
    write_funds(script, stage)
    write_editions(script, stage)
    write_catalog(script, stage)
    write_providers(script, stage)
    write_seats(script, stage, stories)
    for story in stories:
        _write_story(script, stage, story)
    write_talk(script, stage, stories)
    write_others(script, stage, plan.others(counties))
    _write_calendar(script, stage)
    return script


def first_accounts(stage: Stage) -> list[tuple[str, str, int]]:
    """Applicants whose accounts come before all others: (address, name, days since they joined)."""
    counties = sorted(stage.counties.values(), key=lambda county: county.fips)
    return [(s.person.email, s.person.name, s.opened + 40) for s in plan.stories(counties)[:3]]


def _write_calendar(script: Script, stage: Stage) -> None:
    """What the calendar brought, and what the coordinator confirmed of the framework."""
    for ago in range(TIMER_DAYS, 0, -1):
        script.add(ago, 6.0, "reference reminders", applicant_timers.remind_references)
        script.add(ago, 6.05, "hours to confirm", remind_providers)
        script.add(ago, 6.07, "standings that end", applicant_timers.warn_of_ending_standings)
        script.add(ago, 6.1, "idle drafts", applicant_timers.nudge_idle_drafts)
        script.add(ago, 6.2, "seat offers", expire_and_remind_seats)
        script.add(ago, 6.3, "reviews due", review_timers.remind)
    new_year = (script.today - date(script.today.year, 1, 1)).days
    script.add(new_year, 6.4, "credentials run out", expire_credentials)
    for section, path in CONFIRMED:
        script.add(200, 14, f"confirm {section} {path}", partial(_confirm, stage, section, path))


def _confirm(stage: Stage, section: str, path: str) -> None:
    figure = Figure.objects.filter(edition=stage.edition, section=section, path=path, status="open").first()
    if figure is not None:
        note = "Said by the association’s board."
        confirm_figure(figure, by=stage.coordinator, seen=figure.value, value=figure.value, note=note)


# --- Stories -----------------------------------------------------------------------------------------------------


def _write_story(script: Script, stage: Stage, story: Story) -> None:
    if story.submitted:
        _write_submitted(script, stage, story)
    else:
        _write_unsubmitted(script, stage, story)


def _write_submitted(script: Script, stage: Stage, story: Story) -> None:
    """A whole portfolio, and everything after it."""
    day = story.submitted
    write_portfolio(script, stage, story, parts=PARTS, last=day + 3)
    write_references(script, stage, story, asked=min(day + 40, story.opened - 4), paths=ALL_DONE)
    write_fee(script, stage, story, opened=day + 25)
    write_review(script, stage, story)
    write_standing(script, stage, story)
    if story.twist == "voided":
        # After it came back, a fourth person was asked, who could not say enough.
        write_references(script, stage, story, asked=day - 8, paths=("void",), first=3)


# Twist, or ending and cohort: parts done, days since the last work, references and when they were asked.
_HALF_DONE: dict[str, tuple[tuple[str, ...], int, tuple[str, ...], int]] = {
    "applicant": (PARTS, 9, ("completed", "slow", "opened"), 24),
    "ready": (PARTS, 6, ALL_DONE, 30),
    "new": (PARTS[:2], 9, ("sent", "unsent"), 12),
    "empty": ((), 6, (), 0),
    "part": (PARTS[:5], 12, ("bounced", "started", "unsent"), 16),
    "declined": (PARTS[:6], 20, ("declined", "replaced", "completed"), 34),
    "open": (PARTS[:4], 70, ("sent", "completed"), 75),
    "void": (PARTS[:3], 60, ("completed",), 80),
}


def _write_unsubmitted(script: Script, stage: Stage, story: Story) -> None:
    """A portfolio that stops somewhere, and why."""
    parts, last, paths, asked = _HALF_DONE[story.twist or story.fee]
    write_portfolio(script, stage, story, parts=parts, last=min(last, story.opened - 3))
    write_references(script, stage, story, asked=asked, paths=paths)
    write_fee(script, stage, story, opened=min(story.opened - 4, 18))
    desk, name = Desk(stage, story), story.person.name
    if story.ending == "on_hold":
        script.add(8, 11, f"hold {name}", partial(desk.move, "hold", words.ON_HOLD))
    elif story.ending == "withdrawn":
        script.add(10, 11, f"withdraw {name}", partial(desk.move, "withdraw", by="owner"))
    elif story.ending == "expired":
        script.add(4, 5, f"expire {name}", partial(desk.move, "expire", by="calendar"))
