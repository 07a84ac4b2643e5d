"""What is said and written on the way: comments by audience, an advisor, a draft left open, a text from before."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from applicants import sharing
from applicants.earlier import keep_earlier
from applicants.library import take_out
from applicants.models import Audience, Sees, Training, Work
from applicants.threads import write
from applicants.words import sheet_of_entry, sheet_of_new
from reports.demo.plan import ADVISOR
from reports.demo.stage import dice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from endorsement_portal.models import User
    from reports.demo.plan import Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage

STAFF, OWNER = "staff", "owner"
# Audience, who says it, days before today, and what.
ON_THE_WAY = [
    (Audience.APPLICANT, OWNER, 13, "Is a photo of my diploma enough, or do you need the transcript?"),
    (Audience.APPLICANT, STAFF, 12, "A clear photo is enough. Please attach it to the entry of your degree."),
    (Audience.ADVISOR, OWNER, 11, "Could you look at what I wrote about my work? I am not sure that it says enough."),
    (
        Audience.ADVISOR,
        ADVISOR,
        10,
        "It says what you do. Say more about what you see between the parent and the baby, and it will be strong.",
    ),
]
BEFORE_CHECKING = [
    (Audience.STAFF, STAFF, 2, "The employer pays for this one; the order came by mail."),
    (Audience.APPLICANT, STAFF, 1, "Thank you, everything is here. We look at it this week."),
]
BEFORE = "I visit families of babies at home."
UNSAVED = "A day about how babies tell us what they need. We watched short films and"


def write_talk(script: Script, stage: Stage, stories: list[Story]) -> None:
    """The two applicants of the demonstration; everybody else says little."""
    told = {story.twist: story for story in stories}
    applicant, other = told["applicant"], told["applicant2"]
    script.add(14, 9, "an advisor is asked", partial(_share, stage, applicant))
    for story, lines in ((applicant, ON_THE_WAY), (other, BEFORE_CHECKING)):
        for audience, who, ago, body in lines:
            script.add(ago, 16.5, f"comment of {who}", partial(_say, stage, story, audience, who, body))
    script.add(7, 20, "a text is written anew", partial(_write_anew, stage, applicant))
    script.add(6, 20, "hours are shared among areas", partial(_share_hours, stage, applicant))
    script.add(3, 20.5, "an entry is taken out", partial(_take_out, stage, applicant))
    script.add(2, 21, "a form is left open", partial(_leave_open, stage, applicant))


def _share(stage: Stage, story: Story) -> None:
    application, advisor = stage.application(story), stage.user(ADVISOR)
    grant = sharing.ask(application, email=advisor.email, sees=Sees.PORTFOLIO, by=application.person)
    sharing.answer(grant, yes=True, by=advisor)


def _say(stage: Stage, story: Story, audience: Audience, who: str, body: str) -> None:
    application = stage.application(story)
    by = {STAFF: stage.coordinator, OWNER: application.person}.get(who) or stage.user(who)
    write(application, audience=audience, body=body, once=uuid.uuid5(uuid.NAMESPACE_OID, body), by=by)


def _write_anew(stage: Stage, story: Story) -> None:
    """The description of the work said less before."""
    entry = Work.objects.own(stage.account_of(story.person)).order_by("pk")[0]
    keep_earlier(entry, {"duties": BEFORE})
    entry.version += 1
    entry.save(update_fields=["version", "updated_at"])


def _trainings(stage: Stage, story: Story) -> Iterator[Training]:
    yield from Training.objects.own(stage.account_of(story.person)).order_by("pk")


def _share_hours(stage: Stage, story: Story) -> None:
    """Of two trainings, how many hours went to which area: in one of them all, in the other some."""
    for training, left in zip(_trainings(stage, story), (0, 3), strict=False):
        codes = training.area_keys[:4]
        parts = int(training.clock_hours - left) * 4
        first = parts - parts // 5 * (len(codes) - 1)
        hours = [first, *[parts // 5] * (len(codes) - 1)]
        training.area_hours = {code: f"{quarters / 4:g}" for code, quarters in zip(codes, hours, strict=True)}
        training.version += 1
        training.save(update_fields=["area_hours", "version", "updated_at"])


def _take_out(stage: Stage, story: Story) -> None:
    """One training was entered twice; the second one is taken out."""
    person: User = stage.account_of(story.person)
    first = next(_trainings(stage, story))
    double = Training.objects.create(
        person=person,
        title=first.title,
        sponsor=first.sponsor,
        format=first.format,
        start_date=first.start_date,
        end_date=first.end_date,
        clock_hours=first.clock_hours,
        area_keys=first.area_keys,
    )
    take_out(double)


def _leave_open(stage: Stage, story: Story) -> None:
    """A new entry begun, and a change to one that is there: neither is saved."""
    person: User = stage.account_of(story.person)
    once = str(uuid.UUID(int=dice("draft").getrandbits(128), version=4))
    sheet_of_new(person, "training", once).keep({"title": ["SAMPLE: Listening to babies"], "clock_hours": ["6"]})
    entry = next(_trainings(stage, story))
    sheet_of_entry(entry).keep({"description": [UNSAVED]})
