"""What another edition would change for an application: which requirements it would gain or lose. No query but one.

An edition's requirements are asked for once (`asked_of`); then the engine looks at each application's own facts twice,
with the figures it is pinned to and with the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from applicants.eligibility import check
from applicants.facts import portfolio_of
from applicants.models import Snapshot
from applicants.readiness import FROZEN, as_it_would_be, with_facts
from competencies.editions import requirements_by_profile, requirements_in
from competencies.models import Area, Category, RatingItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.utils.functional import _StrPromise as StrPromise

    from applicants.models import Application
    from applicants.portfolio import Check
    from applicants.querysets import ApplicationQuerySet
    from competencies.editions import Requirements
    from competencies.models import Edition


@dataclass(frozen=True)
class Asked:
    """What one category of an edition asks: its requirements, the codes of its areas, and which raters are asked about."""

    category: Category
    requirements: Requirements
    areas: tuple[str, ...]
    rated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """One requirement that another edition would answer otherwise. `before` or `after` is None where it is not asked.

    kind: unmet (met now, not there), met (not met now, met there), new and gone (asked in one of them alone), blocking
    and open (unmet in both, and keeps from submitting in one of them alone), more and less (the figure differs).
    """

    key: str
    title: str | StrPromise
    kind: str
    before: Check | None
    after: Check | None

    @property
    def is_worse(self) -> bool:
        """Whether there would be more to do."""
        if self.kind == "new":
            return self.after is not None and not self.after.met
        return self.kind in {"unmet", "blocking"} or (self.kind == "more" and not _met(self.after))

    @property
    def is_better(self) -> bool:
        """Whether there would be less to do."""
        if self.kind == "gone":
            return not _met(self.before)
        return self.kind in {"met", "open"} or (self.kind == "less" and not _met(self.before))


def _met(check: Check | None) -> bool:
    return check is not None and check.met


@dataclass(frozen=True)
class Outlook:
    """An application and what would change for it; `there` is None where the edition has no such category."""

    application: Application
    there: Asked | None
    effects: tuple[Effect, ...] = ()

    @property
    def worse(self) -> list[Effect]:
        """Requirements it would gain."""
        return [effect for effect in self.effects if effect.is_worse]

    @property
    def better(self) -> list[Effect]:
        """Requirements it would lose."""
        return [effect for effect in self.effects if effect.is_better]

    @property
    def same(self) -> list[Effect]:
        """What is asked otherwise, and met as it is."""
        return [effect for effect in self.effects if not effect.is_better and not effect.is_worse]


def asked_of(edition: Edition) -> dict[str, Asked]:
    """What every category of an edition asks, by its code: four queries."""
    by_profile = requirements_by_profile(edition)
    areas = list(
        Area.objects.filter(edition=edition).order_by("domain__position", "position").values_list("code", "profiles")
    )
    items = list(RatingItem.objects.filter(edition=edition).values_list("area__code", "categories"))
    return {
        category.code: Asked(
            category,
            by_profile[category.profile],
            tuple(code for code, profiles in areas if category.profile in profiles),
            tuple(code for code, categories in items if not categories or category.code in categories),
        )
        for category in Category.objects.filter(edition=edition)
    }


def with_submission(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """The same applications with their facts and what they submitted last, in the same query."""
    last = Snapshot.objects.filter(application=OuterRef("pk")).order_by("-number")
    return with_facts(applications).annotate(
        submission=Subquery(last.values("data")[:1]), submission_at=Subquery(last.values("frozen_at")[:1])
    )


def outlooks(applications: Iterable[Application], asked: Mapping[str, Asked]) -> Iterable[Outlook]:
    """What would change for each application (`with_submission`): no query."""
    mine: dict[int, tuple[Requirements, list[str], list[str]]] = {}
    for application in applications:
        if application.category_id not in mine:
            known = application.asked
            mine[application.category_id] = (requirements_in(known), known["areas"], known["rated"])
        here, areas, rated = mine[application.category_id]
        there = asked.get(application.category.code)
        if there is None:
            yield Outlook(application, None)
            continue
        facts, today = _facts(application)
        # Which areas an entry shows is asked of each edition by itself: references show what is rated there.
        before = check(here, portfolio_of(facts, areas=areas, fee_state=application.fee_state, rated=rated), today)
        portfolio = portfolio_of(facts, areas=there.areas, fee_state=application.fee_state, rated=there.rated)
        yield Outlook(application, there, effects(before, check(there.requirements, portfolio, today)))


def _facts(application: Application) -> tuple[dict[str, Any], date]:
    """The facts as they are judged by: as submitted, once they are."""
    if application.submission is None or application.is_with_applicant:
        return as_it_would_be(application, application.facts), timezone.localdate()
    frozen = {part: application.submission[part] for part in FROZEN if part in application.submission}
    return application.facts | frozen, timezone.localdate(application.submission_at)


def effects(here: Iterable[Check], there: Iterable[Check]) -> tuple[Effect, ...]:
    """What differs between the answers of two editions, in the order in which a person works through the requirements."""
    before, after = {row.key: row for row in here}, {row.key: row for row in there}
    found = (_effect(key, before.get(key), after.get(key)) for key in dict.fromkeys([*after, *before]))
    return tuple(effect for effect in found if effect is not None)


def _effect(key: str, before: Check | None, after: Check | None) -> Effect | None:
    if before is None or after is None:
        there = before or after
        return Effect(key, there.title if there else key, "new" if before is None else "gone", before, after)
    kind = _kind(before, after)
    return Effect(key, after.title, kind, before, after) if kind else None


def _kind(before: Check, after: Check) -> str:
    if before.met != after.met:
        return "met" if after.met else "unmet"
    asked, will = before.need or 0, after.need or 0
    if asked != will:
        return "more" if will > asked else "less"
    if not after.met and before.blocking != after.blocking:
        return "blocking" if after.blocking else "open"
    return ""
