"""Asking reviewers: the load, the second time, the wrong moment, and two coordinators at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applicants.models import Application
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Message
from reviews.assignment import assign, candidates, needs, reviews_needed
from reviews.models import Review, Reviewer, ReviewsNeeded
from tests import factories


def ready_one(person, coordinator, number: int, code: str = "IFS") -> Application:
    """Another application, made ready without its portfolio."""
    row = factories.application(person, code=code)
    Application.objects.filter(pk=row.pk).update(status="ready", submitted_at=timezone.now())
    row.refresh_from_db()
    row.snapshots.create(number=1, data={"profile": {}, "evidence": {}}, sha256="0" * 64)
    return row


def test_a_full_desk_is_refused(ready, reviewer, coordinator):
    Reviewer.objects.create(user=reviewer, max_open=0)
    with pytest.raises(Refused, match="0 at most"):
        assign(ready, reviewer=reviewer, by=coordinator)
    ready.refresh_from_db()
    assert (Review.objects.count(), ready.status) == (0, "ready")


def test_somebody_away_is_refused(ready, reviewer, coordinator):
    Reviewer.objects.create(user=reviewer, is_available=False)
    with pytest.raises(Refused, match="no new reviews"):
        assign(ready, reviewer=reviewer, by=coordinator)


def test_asked_twice_is_asked_once(invited, reviewer, coordinator):
    with pytest.raises(Refused, match="Already reviewing"):
        assign(invited.application, reviewer=reviewer, by=coordinator)
    assert (Review.objects.count(), Message.objects.filter(kind="E27").count()) == (1, 1)


def test_after_declining_one_can_be_asked_again(invited, reviewer, coordinator):
    advance(invited, "decline", by=reviewer, note="On leave")
    again = assign(invited.application, reviewer=reviewer, by=coordinator)
    assert (again.pk != invited.pk, again.status) == (True, "invited")


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "endorsed", "deferred", "withdrawn"])
def test_only_while_it_is_to_be_reviewed(ready, reviewer, coordinator, status):
    Application.objects.filter(pk=ready.pk).update(status=status)
    with pytest.raises(Refused, match="found complete"):
        assign(ready, reviewer=reviewer, by=coordinator)


def test_only_a_neutral_coordinator_asks_and_only_reviewers_are_asked(
    ready, reviewer, applicant, other_applicant, finance, admin, coordinator
):
    for person in (applicant, finance, admin, reviewer):
        with pytest.raises(Refused, match=r"permission|can’t review"):
            assign(ready, reviewer=reviewer, by=person)
    with pytest.raises(Refused, match="can’t review"):
        assign(ready, reviewer=other_applicant, by=coordinator)


def test_candidates_holders_first_then_the_least_busy(
    ready, reviewer, other_reviewer, coordinator, django_assert_num_queries
):
    Reviewer.objects.create(user=other_reviewer, categories=["IFS"])
    application = Application.objects.with_names().get(pk=ready.pk)
    with django_assert_num_queries(4):
        found = candidates(application)
    assert [one.user for one in found] == [other_reviewer, reviewer]


def test_how_many_reviews_are_needed(coordinator, edition, client_for):
    assert {need.profile: need.number for need in needs()} == {
        "FA": 1,
        "FS": 1,
        "FRS": 1,
        "MHS": 2,
        "MHM-C": 2,
        "MHM-P": 2,
        "MHM-RF": 2,
    }
    office = client_for(coordinator)
    page = office.get(reverse("reviews:reviewer_list"))
    assert page.content.count(b"to be confirmed") == 7
    office.post(reverse("reviews:needed_edit", args=["FS"]), {"number": 2})
    assert reviews_needed(factories.category("IFS")) == 2
    row = ReviewsNeeded.objects.get()
    assert (row.profile, row.confirmed_by) == ("FS", coordinator)
    assert office.get(reverse("reviews:needed_edit", args=["XX"])).status_code == 404


def test_the_reviewer_s_card(coordinator, reviewer, edition, client_for):
    sent = {
        "employer": "A clinic",
        "categories": ["IFS"],
        "languages": ["Spanish"],
        "max_open": 5,
        "is_available": "on",
    }
    client_for(coordinator).post(reverse("reviews:reviewer_edit", args=[reviewer.pk]), sent)
    card = Reviewer.objects.get(user=reviewer)
    assert (card.employer, card.categories, card.languages, card.max_open, card.is_available) == (
        "A clinic",
        ["IFS"],
        ["Spanish"],
        5,
        True,
    )


@pytest.mark.parametrize("due", ["", "2020-01-01", "2199-01-01", "soon"])
def test_a_due_date_that_makes_no_sense(ready, reviewer, coordinator, client_for, due):
    url = reverse("reviews:assignment_create", args=[ready.pk])
    page = client_for(coordinator).post(url, {"reviewer": reviewer.pk, "due_on": due})
    assert page.status_code == 200
    assert b'id="id_due_on' in page.content or b"error-summary" in page.content
    assert Review.objects.count() == 0


def test_due_in_six_weeks_unless_said_otherwise(invited):
    assert invited.due_on == timezone.localdate() + timedelta(days=42)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_for_the_last_place_on_a_desk(reviewer, applicant, other_applicant, coordinator, edition):
    Reviewer.objects.create(user=reviewer, max_open=1)
    rows = [ready_one(applicant, coordinator, 1), ready_one(other_applicant, coordinator, 2)]
    gate, refused = threading.Barrier(2), []

    def ask(row: Application) -> None:
        gate.wait()
        try:
            assign(row, reviewer=reviewer, by=coordinator)
        except Refused as no:
            refused.append(no.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Review.objects.count(), len(refused)) == (1, 1)
    assert sorted(Application.objects.values_list("status", flat=True)) == ["in_review", "ready"]


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_filing_at_once_finish_once(applicant, reviewer, other_reviewer, coordinator, edition):
    from tests.reviews.conftest import score_all, to_progress

    ReviewsNeeded.objects.create(profile="FS", number=2)
    row = ready_one(applicant, coordinator, 1)
    both = [assign(row, reviewer=person, by=coordinator) for person in (reviewer, other_reviewer)]
    for review in both:
        score_all(to_progress(review))
    gate = threading.Barrier(2)

    def file(review: Review) -> None:
        gate.wait()
        try:
            advance(review, "file", by=review.reviewer)
        finally:
            connection.close()

    threads = [threading.Thread(target=file, args=[review]) for review in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    assert row.status == "reviewed"
    assert Message.objects.filter(kind="E32").count() == 1
