"""References: asked for, opened, begun, answered, declined, run out, replaced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applicants.models import Reference
from applicants.transitions import advance
from competencies.rating import questions_for
from endorsement_portal.models import Message
from reports.demo import names, words
from reports.demo.stage import dice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.demo.plan import Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage

# The parts of three raters, by what the categories ask.
_ROLES = {
    "FA": ("current_supervisor", "endorsed_or_vetted", "recipient"),
    "FS": ("current_supervisor", "rsc_provider", "colleague"),
}
_USUAL_ROLES = ("current_supervisor", "rsc_provider", "rsc_supervisee")
# What the second of the three says of an endorsement of their own: one rater has to hold one.
_ENDORSED = {"endorsed_or_vetted": "IFS", "rsc_provider": "IMHM-C"}
# What happens after a request went out: verb and days after it. "save" leaves it begun.
PATHS: dict[str, tuple[tuple[str, int], ...]] = {
    "unsent": (),
    "sent": (),
    "opened": (("open", 2),),
    "started": (("open", 1), ("save", 2)),
    "completed": (("open", 3), ("complete", 4)),
    "slow": (("open", 6), ("save", 7), ("complete", 12)),
    "declined": (("open", 1), ("decline", 1)),
    "void": (("open", 2), ("void", 3)),
    "replaced": (("replace", 9),),
    "bounced": (("bounce", 0),),
}
_REFUSED = "550 5.1.1 No such mailbox here"


@dataclass(frozen=True)
class Rater:
    """One person asked to answer for an applicant, and what became of it."""

    stage: Stage
    story: Story
    place: int
    role: str
    path: str

    @property
    def name(self) -> str:
        """Who is asked."""
        chance = dice("rater", self.story.number, self.place)
        return f"{chance.choice(names.RATER_FIRST)} {chance.choice(names.RATER_LAST)}"

    @property
    def email(self) -> str:
        """Where."""
        return names.address(*self.name.split(" ", 1), at="example.com").replace("@", f"{self.story.number}@")

    def ask(self) -> None:
        """Name somebody and send the request in one go, as the form does."""
        application = self.stage.application(self.story)
        since = timezone.localdate().replace(day=1)
        row = Reference.objects.create(
            application=application,
            role=self.role,
            rater_name=self.name,
            rater_email=self.email,
            known_since=since.replace(year=since.year - 2 - self.place),
            waived=(self.story.number + self.place) % 3 != 0,
        )
        if self.path != "unsent":
            advance(row, "send", by=application.person)

    def move(self, verb: str) -> None:
        """The next thing that happens to it."""
        row = self._row()
        if verb == "bounce":
            _bounce(row)
        elif verb == "decline":
            advance(row, verb, because="We have only met twice, so somebody else can say more.")
        elif verb == "replace":
            advance(row, verb, by=row.application.person)
        elif verb == "open":
            advance(row, verb)
        else:
            advance(row, verb, **self._answers(verb))

    def _row(self) -> Reference:
        found: Reference = Reference.objects.select_related("application__person", "application__category").get(
            application=self.stage.application(self.story), rater_email=self.email
        )
        return found

    def _answers(self, verb: str) -> dict[str, Any]:
        chance = dice("answers", self.story.number, self.place)
        keys = [question.key for question in questions_for(self.stage.application(self.story).category)]
        unknown = set(keys[-7:]) if verb == "void" else set()
        answers = {key: "n" if key in unknown else chance.choice("33444") for key in keys}
        if verb == "save":
            return {"answers": dict(list(answers.items())[: len(keys) // 2])}
        return {
            "answers": answers,
            "recommendation": "recommend",
            "rater_endorsement": _ENDORSED.get(self.role, ""),
            "remarks": chance.choice(words.REMARKS),
            "signed_name": self.name,
        }


def _bounce(row: Reference) -> None:
    """The employer's mail server refused the request: the field's first complaint."""
    message = (
        Message.objects.filter(about_type="applicants.reference", about_id=str(row.pk), to=None).order_by("pk").last()
    )
    if message is not None:
        Message.objects.filter(pk=message.pk).update(failed_at=timezone.now(), failure=_REFUSED)


def write_references(
    script: Script, stage: Stage, story: Story, *, asked: int, paths: Sequence[str], first: int = 0
) -> None:
    """Requests sent so many days before today, and what became of each. `first` counts those asked before."""
    roles = _ROLES.get(story.category.removeprefix("EC").removeprefix("I"), _USUAL_ROLES)
    for place, path in enumerate(paths, start=first):
        rater = Rater(stage, story, place, roles[place % 3], path)
        script.add(asked, 12 + place / 10, f"ask {rater.name}", rater.ask)
        for verb, after in PATHS[path]:
            script.add(asked - after, 15 + place / 10, f"{verb} {rater.name}", partial(rater.move, verb))
