"""From submission to decision: checked, assigned, scored, decided, and what became of the credential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applicants.models import Snapshot, Training, TrainingFormat, Work
from applicants.transitions import advance
from credentials.models import Credential
from endorsement_portal.models import Outbox
from endorsement_portal.outbox import perform
from reports.demo import words
from reports.demo.stage import dice
from reviews.agreement import side_by_side
from reviews.assignment import assign
from reviews.decisions import decide
from reviews.dossier import dossier_of
from reviews.letters import first_draft
from reviews.models import Mark, Review
from reviews.scoring import save_draft, sheet_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.demo.plan import Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage
    from reviews.scoring import Sheet

CHECKED_AFTER, ASSIGNED_AFTER, ANSWERED_AFTER = 6, 10, 12
RECOMMENDED = {"endorsed": "endorse", "exam_approved": "approve_exam", "deferred": "defer", "not_endorsed": "defer"}


@dataclass(frozen=True)
class Desk:
    """One story as it passes over the coordinator's and the reviewers' desks."""

    stage: Stage
    story: Story

    # --- The coordinator ---------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """The applicant sends it in."""
        application = self.stage.application(self.story)
        advance(application, "submit", by=application.person)

    def move(self, verb: str, note: str = "", *, by: str = "coordinator") -> None:
        """One verb of the application by the coordinator, its owner, or nobody but the calendar."""
        application = self.stage.application(self.story)
        actor = {"coordinator": self.stage.coordinator, "owner": application.person}.get(by)
        advance(application, verb, by=actor, note=note)

    def send_back(self, note: str, sections: str) -> None:
        """Returned, and only these parts open again."""
        advance(self.stage.application(self.story), "return", by=self.stage.coordinator, note=note, sections=sections)

    def mend(self) -> None:
        """What the coordinator asked for: the work in more words, and a training that was forgotten."""
        person = self.stage.application(self.story).person
        entry = Work.objects.filter(person=person).order_by("pk").first()
        if entry:
            Work.objects.filter(pk=entry.pk).update(
                duties=f"{entry.duties} {words.MORE_DUTIES}", version=entry.version + 1, updated_at=timezone.now()
            )
        day = timezone.localdate() - timedelta(days=200)
        Training.objects.create(
            person=person,
            title=words.FORGOTTEN[0],
            sponsor=words.FORGOTTEN[1],
            format=TrainingFormat.WORKSHOP,
            start_date=day,
            clock_hours=Decimal(6),
            area_keys=["theoretical_foundations.attachment"],
        )

    def assign(self, email: str) -> None:
        """Ask somebody to review it."""
        application = self.stage.application(self.story)
        assign(application, reviewer=self.stage.user(email), by=self.stage.coordinator)

    def take_back(self, email: str) -> None:
        """The coordinator takes a review off somebody's list."""
        advance(self.review(email), "withdraw", by=self.stage.coordinator, note="You are on leave; all the best.")

    def decide(self, outcome: str) -> None:
        """The letter from the reviewers' words, and out it goes."""
        application = self.stage.application(self.story)
        reviews = list(Review.objects.filter(application=application).filed().prefetch_related("scores"))
        seen = side_by_side(self.stage.areas(self.story.category), reviews)
        deferred = outcome == "defer"
        decide(
            application,
            outcome,
            by=self.stage.coordinator,
            letter=first_draft(outcome, application, reviews, seen),
            unmet_areas=[one.area.code for one in seen if one.falls_short][:5] if deferred else [],
            plan=words.PLANS if deferred else "",
            re_review_by=timezone.localdate() + timedelta(days=180) if deferred else None,
        )
        if self.story.twist == "expired":
            self.end_with_the_cycle_before()

    def end_with_the_cycle_before(self) -> None:
        """Given in an earlier cycle, whose end is no longer among the framework's figures: it ran out last year."""
        promised = Outbox.objects.get(kind="credentials.issue", done_at=None)
        perform(promised.pk)
        end = date(self.stage.today.year - 1, 12, 31)
        Credential.objects.filter(application=self.stage.application(self.story)).update(expires_on=end)

    # --- The reviewers -----------------------------------------------------------------------------------------------

    def review(self, email: str) -> Review:
        """The newest review of this application by somebody."""
        found: Review = (
            Review.objects.filter(application=self.stage.application(self.story), reviewer=self.stage.user(email))
            .select_related("reviewer", "application__category")
            .latest("pk")
        )
        return found

    def answer(self, email: str, verb: str, note: str = "") -> None:
        """Accept, start, decline, or declare a conflict of interest."""
        advance(self.review(email), verb, by=self.stage.user(email), note=note)

    def score(self, email: str, *, share: float = 1.0, recommendation: str = "") -> None:
        """Mark a share of the areas, with a few words."""
        review, chance = self.review(email), dice("score", self.story.number, email)
        snapshot = Snapshot.objects.get(pk=review.snapshot_id)
        areas = self.stage.areas(self.story.category)
        sheet = sheet_for(areas, dossier_of(snapshot, review.application), [])
        self._mark(sheet, share, recommendation, chance.random())
        overall: dict[str, Any] = {
            "recommendation": recommendation,
            "strengths": chance.choice(words.STRENGTHS) if recommendation else "",
            "growth": chance.choice(words.GROWTH) if recommendation else "",
            "private_note": chance.choice(words.PRIVATE),
            "minutes_spent": chance.randrange(50, 160) if recommendation else None,
        }
        save_draft(review, sheet, overall, version=review.version, by=self.stage.user(email))

    def _mark(self, sheet: Sheet, share: float, recommendation: str, spread: float) -> None:
        """Most areas are met; reviewers see a few differently, and a deferred application falls short in some."""
        short = 4 if recommendation == "defer" else 1
        for place, row in enumerate(sheet.rows[: int(len(sheet.rows) * share)]):
            turn = (place + int(spread * 40)) % 20
            row.mark = (Mark.MET if row.evidence or turn % 2 else Mark.BY_REFERENCE).value
            if turn < short:
                row.mark = (Mark.NOT_MET if turn == 0 and recommendation == "defer" else Mark.PARTLY).value
                row.comment = words.COMMENTS[place % 2]
            if turn == 19:
                row.private = "Compare with the work entry."


def _decided_after(story: Story) -> int:
    """Days from submission to the decision."""
    return 48 + story.number % 9


def write_review(script: Script, stage: Stage, story: Story) -> None:
    """Everything after the work on the portfolio, as far as the story's ending."""
    desk, name, day = Desk(stage, story), story.person.name, story.submitted
    add = _adder(script, name)
    add(day, 20, "submit", desk.submit)
    if story.ending == "submitted":
        if story.twist == "applicant2":
            add(day - 1, 9, "return", partial(desk.send_back, words.RETURNED_ONCE, "work training"))
            add(day - 2, 19, "mend", desk.mend)
            add(day - 2, 20, "submit again", desk.submit)
        return
    if story.ending == "returned":
        note, sections = words.RETURNED[story.number % 2]
        if story.twist == "voided":
            note, sections = f"{note} {words.VOIDED}", f"{sections} references"
        add(day - 5, 9, "return", partial(desk.send_back, note, sections))
        return
    if story.ending == "withdrawn":
        add(day - 4, 9, "withdraw", partial(desk.move, "withdraw", by="owner"))
        return
    add(day - CHECKED_AFTER, 9, "accept", partial(desk.move, "accept"))
    if story.ending in ("ready", "submitted"):
        return
    reviewers = _reviewers(story)
    unfinished = _UNFINISHED.get(story.twist)
    if unfinished:
        unfinished(add, desk, reviewers)
        return
    for place, email in enumerate(reviewers):
        _write_filed(add, desk, email, place)
    if story.ending in RECOMMENDED:
        _write_decision(add, desk)


def _adder(script: Script, name: str) -> Any:
    def add(ago: int, hour: float, what: str, act: Any) -> None:
        script.add(ago, hour, f"{what} {name}", act)

    return add


_CAREFUL = ("anselm.whitaker@example.org", "nieves.altamirano@example.org")
_USUAL = ("reviewer2@example.org", *_CAREFUL)
_ONE, _TWO = "reviewer@example.org", "reviewer2@example.org"


def _reviewers(story: Story) -> Sequence[str]:
    """Who reviews it: two for mental health categories. The demonstration's reviewer has filed three."""
    if story.twist in ("holder", "first", "invited", "in_progress", "overdue") or story.number == 20:
        return (_ONE,)
    if story.category.startswith(("IM", "ECM")):
        return _CAREFUL
    return (_USUAL[story.number % 3],)


def _recommended(story: Story, place: int) -> str:
    if story.twist == "disagree":
        return ("endorse", "defer")[place]
    if story.category.startswith(("IMHM", "ECMHM")):
        return "approve_exam"
    return RECOMMENDED.get(story.ending, "endorse")


def _write_filed(add: Any, desk: Desk, email: str, place: int) -> None:
    """Asked, accepted, scored and filed."""
    story = desk.story
    day, hour = story.submitted - ASSIGNED_AFTER, 11 + place
    filed = 38 + story.number % 5 + place * 2
    add(day, hour, "assign", partial(desk.assign, email))
    add(day - 2, hour, "accept review", partial(desk.answer, email, "accept"))
    add(day - 9, hour, "start review", partial(desk.answer, email, "start"))
    recommendation = _recommended(story, place)
    add(story.submitted - filed, hour + 6, "score", partial(desk.score, email, recommendation=recommendation))
    add(story.submitted - filed, hour + 7, "file", partial(desk.answer, email, "file"))


def _write_decision(add: Any, desk: Desk) -> None:
    story = desk.story
    day = story.submitted - _decided_after(story)
    if story.category.startswith(("IMHM", "ECMHM")):
        add(day, 10, "approve exam", partial(desk.decide, "approve_exam"))
        if story.ending == "endorsed":
            add(day - 60, 10, "endorse", partial(desk.decide, "endorse"))
        return
    verb = {"endorsed": "endorse", "deferred": "defer", "not_endorsed": "not_endorse"}[story.ending]
    add(day, 10, verb, partial(desk.decide, verb))


# --- Reviews that are under way ------------------------------------------------------------------------------------


def _asked(add: Any, desk: Desk, email: str, *, ago: int, steps: Sequence[str] = ()) -> None:
    """Asked so many days ago, and then as far as the steps go."""
    add(ago, 11, "assign", partial(desk.assign, email))
    for place, step in enumerate(steps):
        day = ago - 2 - 3 * place
        if step == "score":
            add(day, 18, step, partial(desk.score, email, share=0.55))
        else:
            add(day, 17, step, partial(desk.answer, email, step))


def _second(add: Any, desk: Desk, _reviewers: Sequence[str]) -> None:
    """One of two is in, the other is being written."""
    _write_filed(add, desk, _CAREFUL[1], 0)
    _asked(add, desk, _TWO, ago=34, steps=("accept", "start", "score"))


def _bounced(add: Any, desk: Desk, _reviewers: Sequence[str]) -> None:
    """One declined, one found a conflict of interest: nobody has it."""
    _asked(add, desk, _CAREFUL[0], ago=30)
    note = "My desk is full until next month."
    add(27, 12, "decline review", partial(desk.answer, _CAREFUL[0], "decline", note))
    _asked(add, desk, _CAREFUL[1], ago=26)
    add(24, 12, "conflict", partial(desk.answer, _CAREFUL[1], "declare_conflict", "We trained together for two years."))


def _taken_back(add: Any, desk: Desk, _reviewers: Sequence[str]) -> None:
    """Taken off one list and put on another."""
    _asked(add, desk, _CAREFUL[0], ago=28)
    add(20, 12, "take back", partial(desk.take_back, _CAREFUL[0]))
    _asked(add, desk, _TWO, ago=19)


_UNFINISHED = {
    "invited": lambda add, desk, who: _asked(add, desk, who[0], ago=3),
    "accepted": lambda add, desk, who: _asked(add, desk, who[0], ago=12, steps=("accept",)),
    "in_progress": lambda add, desk, who: _asked(add, desk, who[0], ago=27, steps=("accept", "start", "score")),
    "overdue": lambda add, desk, who: _asked(add, desk, who[0], ago=46, steps=("accept", "start", "score")),
    "second": _second,
    "bounced": _bounced,
    "taken_back": _taken_back,
}


# --- What became of credentials --------------------------------------------------------------------------------------


def write_standing(script: Script, stage: Stage, story: Story) -> None:
    """Revoked or made inactive some time after it was given."""
    verbs = {
        "revoked": ("revoke", 200, "The licensing board withdrew the license; told by phone and letter."),
        "inactive": ("make_inactive", 150, "Has left the field for some years, by their own wish."),
    }
    if story.twist in verbs:
        verb, ago, note = verbs[story.twist]

        def act() -> None:
            credential = Credential.objects.get(application=stage.application(story))
            advance(credential, verb, by=stage.coordinator, note=note)

        script.add(ago, 15, f"{verb} {story.person.name}", act)
