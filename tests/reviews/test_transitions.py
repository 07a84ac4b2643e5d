"""Every verb from every status: what it leads to, who may, and what else it does."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from applicants.models import Grant
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Event, Message
from reviews.assignment import assign
from reviews.models import Conflict, Review, ReviewsNeeded, ReviewStatus
from reviews.transitions import REVIEW
from tests.reviews.conftest import score_all, to_filed

EXPECTED = {
    ("invited", "accept"): "accepted",
    ("invited", "decline"): "declined",
    ("invited", "declare_conflict"): "conflict",
    ("invited", "withdraw"): "withdrawn",
    ("accepted", "start"): "in_progress",
    ("accepted", "decline"): "declined",
    ("accepted", "declare_conflict"): "conflict",
    ("accepted", "withdraw"): "withdrawn",
    ("in_progress", "file"): "filed",
    ("in_progress", "decline"): "declined",
    ("in_progress", "declare_conflict"): "conflict",
    ("in_progress", "withdraw"): "withdrawn",
    ("filed", "reopen"): "in_progress",
}


def test_every_status_and_verb(invited, reviewer, coordinator):
    score_all(invited)
    found = {}
    for status in ReviewStatus.values:
        for verb in REVIEW.table:
            by = coordinator if verb == "withdraw" else reviewer
            with transaction.atomic():
                Review.objects.filter(pk=invited.pk).update(status=status, filed_at=timezone.now())
                before = Event.objects.about(invited).count()
                try:
                    found[status, verb] = advance(invited, verb, by=by, note="A reason").status
                except Refused:
                    assert Review.objects.get(pk=invited.pk).status == status
                    assert Event.objects.about(invited).count() == before
                transaction.set_rollback(True)
    assert found == EXPECTED


def test_who_may(invited, reviewer, other_reviewer, coordinator, applicant, finance, admin):
    def verbs(person) -> list[str]:
        return [one.verb for one in available_verbs(invited, person)]

    assert verbs(reviewer) == ["accept", "decline", "declare_conflict"]
    assert verbs(coordinator) == ["withdraw"]
    assert [verbs(p) for p in (other_reviewer, applicant, finance, admin)] == [[], [], [], []]
    for person in (other_reviewer, applicant, finance, admin, coordinator):
        with pytest.raises(Refused):
            advance(invited, "accept", by=person)
    reviewer.roles = ["applicant"]
    reviewer.save()
    with pytest.raises(Refused):
        advance(invited, "accept", by=reviewer)


def test_filing_needs_every_area_a_recommendation_and_a_strength(in_progress, reviewer):
    with pytest.raises(Refused, match="areas have no mark yet"):
        advance(in_progress, "file", by=reviewer)
    score_all(in_progress, recommendation="", strengths="")
    with pytest.raises(Refused, match="recommendation"):
        advance(in_progress, "file", by=reviewer)
    in_progress.recommendation, in_progress.strengths = "endorse", "  "
    in_progress.save()
    with pytest.raises(Refused, match="strength"):
        advance(in_progress, "file", by=reviewer)
    in_progress.scores.first().delete()
    in_progress.strengths = "Warm"
    in_progress.save()
    with pytest.raises(Refused, match="1 areas have no mark yet"):
        advance(in_progress, "file", by=reviewer)


@pytest.mark.parametrize(
    ("verb", "status"), [("decline", "declined"), ("declare_conflict", "conflict"), ("withdraw", "withdrawn")]
)
def test_leaving_closes_the_dossier_and_tells_the_office(invited, reviewer, coordinator, verb, status):
    advance(invited, verb, by=coordinator if verb == "withdraw" else reviewer, note="A reason of my own")
    assert not Grant.objects.filter(user=reviewer, withdrawn_at=None).exists()
    assert (invited.status, invited.application.status) == (status, "in_review")
    told = Message.objects.filter(kind__in=["review-handed-back", "review-withdrawn"]).values_list("kind", "to__email")
    expected = ("review-withdrawn", reviewer.email) if verb == "withdraw" else ("review-handed-back", coordinator.email)
    assert list(told) == [expected]
    assert Conflict.objects.count() == (verb == "declare_conflict")


def test_the_last_needed_review_finishes(ready, reviewer, other_reviewer, coordinator):
    ReviewsNeeded.objects.create(profile="FS", number=2)
    first = assign(ready, reviewer=reviewer, by=coordinator)
    second = assign(ready, reviewer=other_reviewer, by=coordinator)
    to_filed(first)
    ready.refresh_from_db()
    assert ready.status == "in_review"
    to_filed(second)
    ready.refresh_from_db()
    assert ready.status == "reviewed"
    assert Message.objects.filter(kind="E32").count() == 1


def test_taking_back_a_review_too_many_finishes(ready, reviewer, other_reviewer, coordinator):
    first = assign(ready, reviewer=reviewer, by=coordinator)
    second = assign(ready, reviewer=other_reviewer, by=coordinator)
    to_filed(first)
    ready.refresh_from_db()
    assert ready.status == "in_review"
    advance(second, "withdraw", by=coordinator, note="One is enough")
    ready.refresh_from_db()
    assert ready.status == "reviewed"


def test_another_review_after_the_first(filed, other_reviewer, coordinator):
    assign(filed.application, reviewer=other_reviewer, by=coordinator)
    filed.application.refresh_from_db()
    assert filed.application.status == "in_review"
