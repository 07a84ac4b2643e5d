"""Those who give reflective supervision: who they are, what they were qualified as, and the hours that they confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from applicants.models import Provider, Qualification, ReflectiveSupervision, Standing
from applicants.supervision import answer, ask
from endorsement_portal.models import Event, Role
from reports.demo.names import address
from reports.demo.stage import dice

if TYPE_CHECKING:
    from reports.demo.plan import Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage

Q = Qualification
ENTERED = 1630
# The last day on which hours with somebody who is only vetted count.
VETTED_UNTIL = date(2027, 12, 31)


@dataclass(frozen=True)
class Giver:
    """One provider. `held` are qualifications with their first and last day before today; the last may be none."""

    name: str
    county: str
    languages: tuple[str, ...]
    seats: int
    held: tuple[tuple[Qualification, int, int | None], ...]
    listed: bool = True
    takes_others: bool = True
    online: bool = True
    account: str = ""

    @property
    def email(self) -> str:
        """Where they get their mail, and sign in where they have an account."""
        return self.account or address(*self.name.split(" ", 1), at="example.com")

    def covers(self, start: date, end: date, *, of: tuple[str, ...], today: date) -> bool:
        """Whether hours on all of these days count where these qualifications do."""
        return any(
            held in of
            and today - timedelta(days=first) <= start
            and (last is None or end <= today - timedelta(days=last))
            and (held != Q.VETTED or end <= VETTED_UNTIL)
            for held, first, last in self.held
        )


GIVERS = [
    Giver("Leonora Bascombe", "Durham", ("English",), 2, ((Q.MENTOR_CLINICAL, 4200, None),)),
    Giver("Ignatius Pruett", "Buncombe", ("English",), 0, ((Q.MENTOR_CLINICAL, 3100, None),), online=False),
    Giver("Maribel Escondrillas", "Mecklenburg", ("English", "Spanish"), 4, ((Q.MENTOR_CLINICAL, 2900, None),)),
    Giver("Sunita Raghunathan", "Wake", ("English",), 3, ((Q.ERS, 760, None), (Q.VETTED, 1900, 761))),
    Giver("Hannelore Vick", "Pitt", ("English",), 5, ((Q.VETTED, 880, None),), account="provider@example.org"),
    Giver("Tobias Featherstone", "New Hanover", ("English", "ASL"), 1, ((Q.ERS_EMERGING, 210, None),)),
    Giver("Dorothea Kimbrough", "Robeson", ("English",), 0, ((Q.VETTED, 1500, 420),), listed=False, takes_others=False),
]
# The one with an account: whom the applicant waits for, and who saw somebody's hours otherwise.
WITH_ACCOUNT = 4
# Whose hours count where: a clinical mentor's own supervisor is one too, or vetted.
_COUNTS = {
    "FS": (Q.MENTOR_CLINICAL, Q.ERS, Q.VETTED),
    "MHS": (Q.MENTOR_CLINICAL, Q.ERS, Q.VETTED),
    "MHM-C": (Q.MENTOR_CLINICAL, Q.VETTED),
}


def write_providers(script: Script, stage: Stage) -> None:
    """The roster, entered by the coordinator; a qualification on the day it was given."""
    for place, giver in enumerate(GIVERS):
        script.add(ENTERED, 9 + place / 10, f"provider {giver.name}", partial(_enter, stage, giver))
        for held, first, last in reversed(giver.held):
            ago = min(first, ENTERED)
            script.add(
                ago, 11 + place / 10, f"{held} {giver.name}", partial(_qualify, script, stage, giver, held, first, last)
            )


def _enter(stage: Stage, giver: Giver) -> None:
    person = stage.accounts.open(giver.account, giver.name, Role.APPLICANT) if giver.account else None
    provider = Provider.objects.create(
        person=person,
        name=giver.name,
        email=giver.email,
        county=stage.counties[giver.county],
        languages=list(giver.languages),
        open_seats=giver.seats,
        takes_others=giver.takes_others,
        online=giver.online,
        listed=giver.listed,
        contact=giver.email,
    )
    Event.objects.record(provider, "create", by=stage.coordinator, details={"listed": provider.listed})


def _qualify(script: Script, stage: Stage, giver: Giver, held: Qualification, first: int, last: int | None) -> None:
    provider, ends_on = provider_of(giver), None
    if last is not None:
        ends_on = script.day(last)
    elif held == Q.VETTED:
        ends_on = max(VETTED_UNTIL, script.day(first))
    elif held == Q.ERS_EMERGING:
        # Two years to finish.
        ends_on = script.day(first - 730)
    source = "An interview with the association" if held == Q.VETTED else "The association’s list of endorsements"
    row = Standing.objects.create(
        provider=provider,
        qualification=held,
        starts_on=script.day(first),
        ends_on=ends_on,
        source=source,
        noted_by=stage.coordinator,
    )
    now = {
        "qualification": row.qualification,
        "from": row.starts_on.isoformat(),
        "until": ends_on.isoformat() if ends_on else "",
        "source": source,
    }
    Event.objects.record(provider, "add_standing", by=stage.coordinator, details={"now": now})


def provider_of(giver: Giver) -> Provider:
    """The provider's row."""
    found: Provider = Provider.objects.get(email=giver.email)
    return found


def disputes(story: Story) -> bool:
    """Whether the provider of this story sees the hours otherwise."""
    return story.twist == "" and story.fee == "declined"


def giver_for(story: Story, profile: str, start: date, end: date, *, today: date) -> Giver:
    """Who gave this person supervision on these days, so that the hours count for the category."""
    if disputes(story):
        return GIVERS[WITH_ACCOUNT]
    fitting = [one for one in GIVERS if one.covers(start, end, of=_COUNTS[profile], today=today)]
    return dice("provider", story.number).choice(fitting)


# --- The hours -----------------------------------------------------------------------------------------------------


def _entries(stage: Stage, story: Story, *statuses: str) -> list[ReflectiveSupervision]:
    rows = ReflectiveSupervision.objects.present().filter(
        person=stage.account_of(story.person), status__in=statuses, peer=False
    )
    return list(rows.select_related("person", "provider").order_by("pk"))


def ask_for_hours(stage: Stage, story: Story) -> None:
    """The applicant asks each provider to confirm their hours."""
    for entry in _entries(stage, story, "unasked"):
        ask([entry], by=stage.account_of(story.person))


def confirm_hours(stage: Stage, story: Story) -> None:
    """The first provider answers by the link: everything is right."""
    answer([(entry, True, "") for entry in _entries(stage, story, "asked")[:1]])


def dispute_hours(stage: Stage, story: Story) -> None:
    """The first provider answers that something is different."""
    said = "I have 22 hours in my own notes for this time. Could we look at it together?"
    answer([(entry, False, said) for entry in _entries(stage, story, "asked")[:1]])
