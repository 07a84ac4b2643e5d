"""An application ready for review, and reviews at each stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviews.assignment import assign
from reviews.models import Review, Score
from reviews.transitions import advance
from tests import factories

if TYPE_CHECKING:
    from applicants.models import Application
    from endorsement_portal.models import User


def score_all(review: Review, mark: str = "met", **overall: str) -> Review:
    """Every area with a mark, and the words that filing needs."""
    Score.objects.bulk_create(
        [
            Score(
                review=review,
                area_code=area.code,
                mark=mark,
                comment_to_applicant="Words for the applicant.",
                private_note="Words for the coordinator.",
            )
            for area in review.application.category.areas()
        ]
    )
    words = {"recommendation": "endorse", "strengths": "Warm presence.", "growth": "More rest.", "private_note": "Shh."}
    for name, value in (words | overall).items():
        setattr(review, name, value)
    review.save()
    return review


def to_progress(review: Review) -> Review:
    """Accepted and started by its reviewer."""
    for verb in ("accept", "start"):
        advance(review, verb, by=review.reviewer)
    return review


def to_filed(review: Review, mark: str = "met", **overall: str) -> Review:
    """Scored and filed by its reviewer."""
    score_all(to_progress(review), mark, **overall)
    return advance(review, "file", by=review.reviewer)


@pytest.fixture
def ready(draft: Application, coordinator: User) -> Application:
    """Complete, submitted, checked: ready for review."""
    return factories.reviewable(draft, coordinator)


@pytest.fixture
def invited(ready: Application, reviewer: User, coordinator: User) -> Review:
    """A reviewer was asked."""
    return assign(ready, reviewer=reviewer, by=coordinator)


@pytest.fixture
def in_progress(invited: Review) -> Review:
    """The reviewer is scoring."""
    return to_progress(invited)


@pytest.fixture
def filed(invited: Review) -> Review:
    """Everything is scored and filed: the application waits for its decision."""
    return to_filed(invited)
