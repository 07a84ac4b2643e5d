"""What applicants enter: profile, work, education, training, reflective supervision, signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applicants.models import (
    Course,
    Education,
    Evidence,
    Leadership,
    Profile,
    ReflectiveSupervision,
    Signature,
    SupervisionGiven,
    Training,
    Work,
    WorkTest,
)
from endorsement_portal.models import Event
from reports.demo import names, words
from reports.demo.plan import profile_of
from reports.demo.providers import (
    GIVERS,
    WITH_ACCOUNT,
    ask_for_hours,
    confirm_hours,
    dispute_hours,
    disputes,
    giver_for,
    provider_of,
)
from reports.demo.stage import dice

if TYPE_CHECKING:
    from random import Random

    from endorsement_portal.models import User
    from endorsement_portal.uploads import Checked
    from reports.demo.plan import Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage

DOCUMENT_VERSION = "2025"
SMALL_ONES = 290
_FOCUS = {
    "FA": "promotion",
    "FS": "prevention",
    "MHS": "intervention",
    "MHM-C": "intervention",
    "MHM-P": "policy",
    "MHM-RF": "academic",
}
_DEGREES = {"FA": ("associate", "cda"), "FS": ("bachelor", "bachelor", "associate"), "MHS": ("master",)}
_FIELDS = ("Child development", "Social work", "Early childhood education", "Human development and family studies")
_SUPERVISION_HOURS = {"FS": 28, "MHS": 54, "MHM-C": 56}
# The parts of a portfolio in the order people do them. Unfinished ones stop somewhere.
PARTS = ("profile", "work", "education", "training", "supervision", "more", "sign")


@dataclass(frozen=True)
class Writer:
    """One applicant at work on a portfolio."""

    stage: Stage
    story: Story

    @property
    def person(self) -> User:
        """Whose it is."""
        return self.stage.account_of(self.story.person)

    @property
    def profile_code(self) -> str:
        """What the category asks."""
        return profile_of(self.story.category)

    def chance(self, part: str) -> Random:
        """What this person's part of the portfolio is like."""
        return dice(part, self.story.number)

    def areas(self, part: int, of: int = 4) -> list[str]:
        """A share of the category's areas, so that the shares together show them all but a few."""
        codes = [area.code for area in self.stage.areas(self.story.category)]
        return [code for place, code in enumerate(codes) if place % of == part and (place + self.story.number) % 11]

    def keep(self, model: type[Evidence], *, paper: Checked | None = None, **facts: Any) -> Evidence:
        """One entry, with its certificate."""
        document = self.stage.papers.give(paper, self.person) if paper else None
        entry: Evidence = model._default_manager.create(person=self.person, document=document, **facts)
        return entry

    # --- The parts ---------------------------------------------------------------------------------------------------

    def profile(self) -> None:
        """Name, place and work."""
        who = self.story.person
        Profile.objects.create(
            person=self.person,
            legal_name=who.name,
            certificate_name=who.name,
            phone=f"(919) 555-01{self.story.number:02d}",
            county=self.stage.counties[who.county],
            employer=who.employer,
            job_title=who.title,
            sector=who.sector,
            practice_languages=list(who.languages),
            member_until=date(timezone.localdate().year + 1, 12, 31),
            membership_number=f"M-{4100 + self.story.number}",
            show_county=self.story.number % 3 != 1,
        )

    def work(self) -> None:
        """The present job and an earlier one."""
        who, code, today = self.story.person, self.profile_code, timezone.localdate()
        families = self.chance("families").randrange(14, 60)
        job = {
            "county": self.stage.counties[who.county],
            "focus": _FOCUS[code],
            "duties": words.DUTIES[code],
            "families_served": families,
            "meets_tests": WorkTest.values if code in {"FS", "MHS", "MHM-C"} else [],
            "as_therapist": code in {"MHS", "MHM-C"},
            "supervisor_name": _rater_name(self.story, 0),
        }
        self._job(today - timedelta(days=365 * 4 + families), None, 38, who.employer, who.title, self.areas(0), **job)
        start = today - timedelta(days=365 * 8)
        former = next(name for name in names.AGENCIES[who.sector] if name != who.employer)
        self._job(start, start + timedelta(days=1100), 32, former, names.TITLES[who.sector][-1], [], **job)

    def _job(
        self, start: date, end: date | None, hours: int, employer: str, title: str, areas: list[str], **facts: Any
    ) -> None:
        self.keep(
            Work,
            employer=employer,
            job_title=title,
            start_date=start,
            end_date=end,
            hours_per_week=Decimal(hours),
            area_keys=areas,
            **facts,
        )

    def education(self) -> None:
        """The highest degree, and courses that stand out in it."""
        chance = self.chance("education")
        level = chance.choice(_DEGREES.get(self.profile_code, ("master", "doctorate")))
        school, year = chance.choice(names.SCHOOLS), timezone.localdate().year - chance.randrange(6, 22)
        degree = self.keep(
            Education,
            paper=self.stage.papers.diploma,
            institution=school,
            degree_level=level,
            field_of_study=chance.choice(_FIELDS),
            conferred_on=date(year, 5, 12),
            area_keys=self.areas(1),
        )
        for place in range(chance.choice((0, 1, 2))):
            code, title = words.COURSES[(place + self.story.number) % len(words.COURSES)]
            self.keep(
                Course,
                education=degree,
                institution=school,
                code=code,
                title=title,
                completed_on=date(year - 1 - place, 12, 10),
                credits=Decimal(3),
                area_keys=self.areas(place + 1, 9),
            )

    def training(self) -> None:
        """The first trainings."""
        self._training(0, 18)
        self._training(1, 9, paper=self.stage.papers.photo)

    def more(self) -> None:
        """The rest of the hours, with those on equity and, for mentors, on giving supervision."""
        self._training(2, 12, paper=None)
        self._training(3, 6, title=words.EQUITY, dei=4, paper=self.stage.papers.attendance)
        if self.profile_code == "MHM-C":
            self._training(4, 16, title=words.SUPERVISING, rsc=16)
        self._give_and_lead()
        if self.story.twist == "ready":
            self._many_small_ones()

    def _many_small_ones(self) -> None:
        """Somebody who kept every hour since the first day at work: one of the longest portfolios there are."""
        today, codes = timezone.localdate(), self.areas(0, 1)
        Training.objects.bulk_create(
            Training(
                person=self.person,
                title=f"{words.TRAININGS[number % len(words.TRAININGS)][0]}, part {number + 1}",
                sponsor=names.TRAINERS[number % len(names.TRAINERS)],
                format="webinar",
                start_date=today - timedelta(days=20 + 9 * number),
                clock_hours=Decimal("1.5"),
                area_keys=[codes[number % len(codes)]],
            )
            for number in range(SMALL_ONES)
        )

    def _give_and_lead(self) -> None:
        """Supervision given, and what they have led: mentors always, and some of the others."""
        who, today, number = self.story.person, timezone.localdate(), self.story.number
        if self.profile_code == "MHM-C" or number % 9 == 4:
            self.keep(
                SupervisionGiven,
                organization=who.employer,
                setting="group",
                people=9,
                start_date=today - timedelta(days=365 * 5),
                total_hours=Decimal(210),
                description=words.GIVING,
                area_keys=self.areas(3, 7),
            )
        if self.profile_code.startswith("MHM") or number % 6 == 1:
            # What a mentor shows has to last; something published is there once.
            lasting = words.LEADING if not self.profile_code.startswith("MHM") else words.LASTING
            kind, title, role = lasting[number % len(lasting)]
            self.keep(
                Leadership,
                type=kind,
                title=title,
                role=role,
                organization=names.TRAINERS[number % len(names.TRAINERS)],
                start_date=today - timedelta(days=365 * 4 + 30),
                description=words.LED,
                area_keys=self.areas(2, 7),
            )

    def _training(
        self, place: int, hours: int, *, title: str = "", dei: int = 0, rsc: int = 0, paper: Checked | None = None
    ) -> None:
        chance = self.chance(f"training {place}")
        told, kind = words.TRAININGS[(place + self.story.number) % len(words.TRAININGS)]
        start = timezone.localdate() - timedelta(days=chance.randrange(40, 600))
        self.keep(
            Training,
            paper=paper if place else self.stage.papers.attendance,
            title=title or told,
            sponsor=chance.choice(names.TRAINERS),
            format="workshop" if title else kind,
            start_date=start,
            end_date=start + timedelta(days=chance.choice((1, 2, 30))),
            clock_hours=Decimal(hours),
            dei_hours=Decimal(dei),
            rsc_provision_hours=Decimal(rsc),
            area_keys=self.areas(2 if place % 2 else 3),
        )

    def supervision(self) -> None:
        """Reflective supervision received, where the category asks for it."""
        hours = _SUPERVISION_HOURS.get(self.profile_code)
        if not hours:
            return
        end = timezone.localdate() - timedelta(days=12)
        start = end - timedelta(days=540)
        giver = giver_for(self.story, self.profile_code, start, end, today=self.stage.today)
        self._received(
            giver.name,
            start,
            end,
            hours,
            provider=provider_of(giver),
            paper=self.stage.papers.hours if self.story.number % 2 else None,
            hours_about_provision=Decimal(27 if self.profile_code == "MHM-C" else 0),
            area_keys=[area.code for area in self.stage.areas(self.story.category) if "reflect" in area.code],
        )
        if self.story.twist == "applicant":
            # What does not count, and what does not count yet.
            self._received("Colleagues at work", start, end, 12, peer=True)
            later = GIVERS[WITH_ACCOUNT]
            self._received(later.name, end - timedelta(days=60), end, 6, provider=provider_of(later))
            # Somebody whom the association does not know yet.
            unknown = {"provider_email": "wendeline.achterberg@example.com", "provider_standing": "ERS"}
            self._received("Wendeline Achterberg", start, start + timedelta(days=90), 4, **unknown)

    def _received(self, name: str, start: date, end: date, hours: int, **facts: Any) -> None:
        provider = facts.get("provider")
        known: dict[str, Any] = {
            "provider_name": name,
            "provider_email": provider.email if provider else "",
            "provider_standing": "other",
            "setting": "group" if self.story.number % 3 else "individual",
        }
        self.keep(
            ReflectiveSupervision,
            start_date=start,
            end_date=end,
            total_hours=Decimal(hours),
            **(known | facts),
        )

    def ask_hours(self) -> None:
        """Ask the providers to confirm the hours."""
        ask_for_hours(self.stage, self.story)

    def settle_hours(self) -> None:
        """What the provider answers."""
        (dispute_hours if disputes(self.story) else confirm_hours)(self.stage, self.story)

    def sign(self) -> None:
        """The Code of Ethics and the agreement."""
        application = self.stage.application(self.story)
        Signature.objects.bulk_create(
            Signature(
                application=application,
                kind=kind,
                document_version=DOCUMENT_VERSION,
                signed_name=self.story.person.name,
                not_sanctioned=True,
                registry_consent=self.story.twist == "holder" or self.story.number % 7 != 4,
                signed_at=timezone.now(),
            )
            for kind in Signature.Kind.values
        )
        Event.objects.record(application, "sign", by=self.person, details={"version": DOCUMENT_VERSION})


def _rater_name(story: Story, place: int) -> str:
    chance = dice("rater", story.number, place)
    return f"{chance.choice(names.RATER_FIRST)} {chance.choice(names.RATER_LAST)}"


def write_portfolio(script: Script, stage: Stage, story: Story, *, parts: tuple[str, ...], last: int) -> None:
    """The parts in their order, spread between the day the application opened and its last day of work."""
    writer = Writer(stage, story)
    span = max(story.opened - 2 - last, 0)
    for place, part in enumerate(parts):
        ago = story.opened - 2 - span * place // max(len(parts) - 1, 1)
        script.add(ago, 19 + place / 10, f"{part} {story.person.name}", partial(_do_part, writer, part))
        if part == "supervision" and writer.profile_code in _SUPERVISION_HOURS:
            script.add(ago, 21, f"ask about hours {story.person.name}", writer.ask_hours)
            script.add(ago - 2, 13, f"answer about hours {story.person.name}", writer.settle_hours)


def _do_part(writer: Writer, part: str) -> None:
    getattr(writer, part)()
    application = writer.stage.application(writer.story)
    type(application)._default_manager.filter(pk=application.pk).update(worked_on_at=timezone.now())
