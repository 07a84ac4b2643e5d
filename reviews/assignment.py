"""Assigning reviewers: who could, who could not and why, and the one way to ask somebody.

The candidates of an application are judged together, in a fixed number of queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from applicants.models import Application, ApplicationStatus, Snapshot
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Event, Role, User
from reviews import emails
from reviews.conflicts import in_words, keep, reasons_against
from reviews.models import LIVE, OPEN, Review, Reviewer, ReviewsNeeded, ReviewStatus, default_due

if TYPE_CHECKING:
    from datetime import date

    from competencies.models import Category

S = ApplicationStatus
ASSIGNABLE = (S.READY, S.IN_REVIEW, S.REVIEWED)
# What is built on until the association has confirmed its own numbers.
PRESUMED_NEEDED = {"FA": 1, "FS": 1, "FRS": 1, "MHS": 2, "MHM-C": 2, "MHM-P": 2, "MHM-RF": 2}


@dataclass(frozen=True)
class Need:
    """How many reviews a profile needs, and whether the association has said so."""

    profile: str
    number: int
    is_confirmed: bool


@dataclass(frozen=True)
class Candidate:
    """Somebody who reviews, as seen from one application."""

    user: User
    load: int
    max_open: int
    categories: list[str]
    languages: list[str]
    holds_category: bool
    refusal: str

    @property
    def is_free(self) -> bool:
        """Whether nothing stands against asking them."""
        return not self.refusal


def reviews_needed(category: Category) -> int:
    """How many filed reviews a decision on this category rests on: one query."""
    confirmed = ReviewsNeeded.objects.filter(profile=category.profile).values_list("number", flat=True).first()
    return confirmed or PRESUMED_NEEDED.get(category.profile, 2)


def needs() -> list[Need]:
    """Every profile's number of reviews: one query."""
    confirmed = dict(ReviewsNeeded.objects.values_list("profile", "number"))
    return [
        Need(profile, confirmed.get(profile, presumed), profile in confirmed)
        for profile, presumed in PRESUMED_NEEDED.items()
    ]


def candidates(application: Application) -> list[Candidate]:
    """All reviewers for this application: those free to ask first, then holders of the category, then the least busy."""
    people = list(
        User.objects.with_role(Role.REVIEWER)
        .select_related("reviewer")
        .annotate(load=Count("reviews", filter=Q(reviews__status__in=OPEN)))
        .order_by("name", "pk")
    )
    conflicts = reasons_against(application, [person.pk for person in people])
    busy_here = set(
        Review.objects.filter(application=application)
        .filter(Q(status__in=OPEN) | Q(status=ReviewStatus.FILED, snapshot=_latest(application)))
        .values_list("reviewer_id", flat=True)
    )
    found = []
    for person in people:
        card: Reviewer = getattr(person, "reviewer", None) or Reviewer(user=person)
        refusal = _refusal(
            card, person.load, conflicts=in_words(conflicts.get(person.pk, [])), here=person.pk in busy_here
        )
        found.append(
            Candidate(
                user=person,
                load=person.load,
                max_open=card.max_open,
                categories=card.categories,
                languages=card.languages,
                holds_category=application.category.code in card.categories,
                refusal=refusal,
            )
        )
    return sorted(found, key=lambda c: (not c.is_free, not c.holds_category, c.load))


def assign(application: Application, *, reviewer: User, by: User, due_on: date | None = None) -> Review:
    """Ask `reviewer` to review the application's present submission; they may read it from now on.

    Refused for a conflict of interest (which is written down), a full desk, a second time, or an application that is
    not there yet. The first assignment starts the application's review.
    """
    reasons = reasons_against(application, [reviewer.pk]).get(reviewer.pk)
    if reasons:
        with transaction.atomic():
            keep(application, reviewer, reasons, by=by)
        raise Refused(_("%(name)s can’t review this: %(why)s.") % {"name": reviewer, "why": in_words(reasons)})
    try:
        with transaction.atomic():
            return _assign(application, reviewer=reviewer, by=by, due_on=due_on or default_due())
    except IntegrityError as error:
        raise Refused(_("%(name)s has been asked already.") % {"name": reviewer}) from error


def _assign(application: Application, *, reviewer: User, by: User, due_on: date) -> Review:
    locked = Application.objects.select_for_update(of=("self",)).select_related("category").get(pk=application.pk)
    if not by.has_perm("applicants.assign_application", locked):
        raise Refused(_("You don’t have permission to do this."))
    if locked.status not in ASSIGNABLE:
        raise Refused(_("Reviewers are assigned once the application was found complete, and before it is decided."))
    snapshot = _latest(locked)
    if snapshot is None or not reviewer.has_role(Role.REVIEWER) or not reviewer.is_active:
        raise Refused(_("This person can’t review it."))
    Reviewer.objects.get_or_create(user=reviewer)
    # The card is the lock: two assignments at once can't both take the last free place on one desk.
    card = Reviewer.objects.select_for_update().get(user=reviewer)
    load = Review.objects.filter(reviewer=reviewer).open().count()
    here = Review.objects.filter(snapshot=snapshot, reviewer=reviewer, status__in=LIVE).exists()
    refusal = _refusal(card, load, conflicts="", here=here)
    if refusal:
        raise Refused(f"{reviewer}: {refusal}")
    if locked.status == S.READY:
        advance(locked, "start_review", by=by)
    elif locked.status == S.REVIEWED:
        advance(locked, "review_again", by=by)
    review = Review.objects.create(
        application=locked, snapshot=snapshot, reviewer=reviewer, due_on=due_on, invited_by=by
    )
    Event.objects.record(review, "invite", by=by, after=review.status)
    emails.review_invited(review)
    return review


def _latest(application: Application) -> Snapshot | None:
    return Snapshot.objects.filter(application=application).order_by("-number").first()


def _refusal(card: Reviewer, load: int, *, conflicts: str, here: bool) -> str:
    if conflicts:
        return conflicts
    if here:
        return _("Already reviewing this submission")
    if not card.is_available:
        return _("Takes no new reviews at the moment")
    if load >= card.max_open:
        return _("Has %(load)s open reviews, and takes %(max)s at most") % {"load": load, "max": card.max_open}
    return ""
