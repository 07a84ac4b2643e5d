"""How reviews change: the table of verbs. A conflict of interest is a guard inside the verbs, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application, ApplicationStatus, Grant, GrantRole
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance
from reviews import emails
from reviews.assignment import reviews_needed
from reviews.conflicts import in_words, keep, reasons_against
from reviews.models import OPEN, Conflict, ConflictReason, Review, ReviewStatus, Score

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

S = ReviewStatus

__all__ = ["advance", "close_access", "unscored_areas"]


def close_access(application: Application, *, user: User | None = None) -> None:
    """Withdraw the grant of one reviewer, or of all reviewers, of an application."""
    grants = Grant.objects.filter(application=application, role=GrantRole.REVIEWER, withdrawn_at__isnull=True)
    if user is not None:
        grants = grants.filter(user=user)
    grants.update(withdrawn_at=timezone.now())


def _open_access(review: Review, **_details: Any) -> tuple[str, ...]:
    """Who accepts may read the submission; an invitation alone opens nothing."""
    Grant.objects.get_or_create(
        application=review.application, user=review.reviewer, role=GrantRole.REVIEWER, withdrawn_at=None
    )
    return ()


def unscored_areas(review: Review) -> list[str]:
    """Titles of the category's areas that have no mark yet, in the framework's order: two queries."""
    scored = set(Score.objects.filter(review=review).exclude(mark="").values_list("area_code", flat=True))
    return [area.title for area in review.application.category.areas() if area.code not in scored]


# --- Guards ------------------------------------------------------------------------------------------------------


def _no_conflict(review: Review, by: User | None) -> str | StrPromise | None:
    reasons = reasons_against(review.application, [review.reviewer_id]).get(review.reviewer_id)
    if reasons:
        return _("This review can’t go on, because of a conflict of interest: %(reasons)s.") % {
            "reasons": in_words(reasons)
        }
    return None


def _under_review(review: Review, by: User | None) -> str | StrPromise | None:
    if review.application.status not in (ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED):
        return _("The application is no longer in review.")
    return None


def _can_go_on(review: Review, by: User | None) -> str | StrPromise | None:
    return _under_review(review, by) or _no_conflict(review, by)


def _is_whole(review: Review, by: User | None) -> str | StrPromise | None:
    refusal = _can_go_on(review, by)
    if refusal:
        return refusal
    missing = unscored_areas(review)
    if missing:
        return _("%(count)s areas have no mark yet. The first is “%(first)s”.") % {
            "count": len(missing),
            "first": missing[0],
        }
    if not review.recommendation:
        return _("Please choose your recommendation.")
    if not review.strengths.strip():
        return _("Please name at least one strength.")
    return None


# --- Effects -----------------------------------------------------------------------------------------------------


def _settle(review: Review) -> None:
    """Finish the application's review once enough are filed and none is still out.

    Called while `review` is locked and leaves its reviewer's hands. The application's row is locked before counting:
    two reviewers filing at the same moment would each see the other's as still open, and nobody would finish.
    """
    application = Application.objects.select_for_update(of=("self",)).get(pk=review.application_id)
    others = Review.objects.filter(snapshot=review.snapshot_id).exclude(pk=review.pk)
    filed = others.filed().count() + (review.status == S.FILED)
    if application.status != ApplicationStatus.IN_REVIEW or others.open().exists():
        return
    if filed >= reviews_needed(application.category):
        advance(application, "finish_review", by=None)
        emails.reviews_complete(application, count=filed)


def _leave(review: Review) -> None:
    close_access(review.application, user=review.reviewer)
    _settle(review)


def _decline(review: Review, *, note: str, **_details: Any) -> tuple[str, ...]:
    _leave(review)
    emails.review_handed_back(review, note)
    return ()


def _declare(review: Review, *, note: str, **_details: Any) -> tuple[str, ...]:
    Conflict.objects.update_or_create(
        user=review.reviewer,
        application=review.application,
        reason=ConflictReason.DECLARED,
        defaults={"source": Conflict.Source.DECLARED, "note": note},
    )
    _leave(review)
    emails.review_handed_back(review, note)
    return ()


def _find_conflict(review: Review, **_details: Any) -> tuple[str, ...]:
    """Something changed since the review was assigned: the reviewer was named as a rater, or has a new employer."""
    reasons = reasons_against(review.application, [review.reviewer_id]).get(review.reviewer_id)
    if not reasons:
        raise Refused(_("There is no conflict of interest."))
    keep(review.application, review.reviewer, reasons, by=None)
    _leave(review)
    emails.review_handed_back(review, in_words(reasons))
    return ()


def _file(review: Review, **_details: Any) -> tuple[str, ...]:
    _settle(review)
    return ()


def _reopen(review: Review, **_details: Any) -> tuple[str, ...]:
    """Back into the reviewer's hands; what waited for a decision waits for this review again."""
    application = Application.objects.select_for_update(of=("self",)).get(pk=review.application_id)
    if application.status == ApplicationStatus.REVIEWED:
        advance(application, "review_again", by=None)
    elif application.status != ApplicationStatus.IN_REVIEW:
        raise Refused(_("The application has been decided, so its reviews stay as they are."))
    return ()


def _withdraw(review: Review, **_details: Any) -> tuple[str, ...]:
    _leave(review)
    emails.review_withdrawn(review)
    return ()


REVIEW = Lifecycle(
    model=Review,
    initial=S.INVITED,
    table={
        "accept": Transition(
            (S.INVITED,),
            S.ACCEPTED,
            _("Accept the review"),
            "reviews.answer_review",
            guard=_can_go_on,
            apply=_open_access,
            stamp="answered_at",
        ),
        "start": Transition(
            (S.ACCEPTED,),
            S.IN_PROGRESS,
            _("Start scoring"),
            "reviews.score_review",
            guard=_can_go_on,
            stamp="started_at",
        ),
        "file": Transition(
            (S.IN_PROGRESS,),
            S.FILED,
            _("File my review"),
            "reviews.score_review",
            guard=_is_whole,
            apply=_file,
            stamp="filed_at",
        ),
        "reopen": Transition(
            (S.FILED,),
            S.IN_PROGRESS,
            _("Change my review"),
            "reviews.score_review",
            guard=_can_go_on,
            apply=_reopen,
            tone="secondary",
        ),
        "decline": Transition(
            (S.INVITED, S.ACCEPTED, S.IN_PROGRESS),
            S.DECLINED,
            _("Decline"),
            "reviews.answer_review",
            apply=_decline,
            stamp="ended_at",
            needs_note=True,
            tone="secondary",
        ),
        "declare_conflict": Transition(
            (S.INVITED, S.ACCEPTED, S.IN_PROGRESS),
            S.CONFLICT,
            _("I have a conflict of interest"),
            "reviews.answer_review",
            apply=_declare,
            stamp="ended_at",
            tone="secondary",
        ),
        "find_conflict": Transition(
            OPEN, S.CONFLICT, _("Conflict of interest found"), apply=_find_conflict, stamp="ended_at"
        ),
        "withdraw": Transition(
            OPEN,
            S.WITHDRAWN,
            _("Take the review back"),
            "reviews.withdraw_review",
            apply=_withdraw,
            stamp="ended_at",
            needs_note=True,
            tone="danger",
        ),
    },
)
