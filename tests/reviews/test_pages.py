"""Query counts, gates and methods of every page of reviews."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from endorsement_portal.lifecycle import advance
from reviews.assignment import assign
from reviews.models import Review, Reviewer
from tests.conftest import make_person
from tests.reviews.conftest import score_all, to_filed, to_progress
from tests.reviews.test_assignment import ready_one
from tests.reviews.test_review_journey import OVERALL, marks_for


def queries(act) -> int:
    with CaptureQueriesContext(connection) as caught:
        answer = act()
    assert answer.status_code in (200, 302)
    return len(caught)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_six_whatever_its_length(rows, reviewer, coordinator, edition, client_for):
    Reviewer.objects.create(user=reviewer, max_open=9)
    for number in range(rows):
        application = ready_one(make_person(f"p{number}@example.org"), coordinator, number)
        assign(application, reviewer=reviewer, by=coordinator)
    desk = client_for(reviewer)
    assert queries(lambda: desk.get(reverse("reviews:review_list"))) == 6


def test_a_review_opens_with_ten_and_is_saved_with_twelve(in_progress, reviewer, client_for):
    desk = client_for(reviewer)
    url = reverse("reviews:review_edit", args=[in_progress.pk])
    assert queries(lambda: desk.get(url)) == 10
    sent = OVERALL | marks_for(in_progress)
    assert queries(lambda: desk.post(url, sent)) == 12
    assert queries(lambda: desk.post(url, sent | {"version": "1"})) == 12
    assert queries(lambda: desk.get(url)) == 10
    assert queries(lambda: desk.get(reverse("reviews:review_detail", args=[in_progress.pk]))) == 7


@pytest.mark.parametrize("rows", [1, 3])
def test_the_office_s_lists(rows, reviewer, coordinator, edition, client_for):
    Reviewer.objects.create(user=reviewer, max_open=9)
    for number in range(rows):
        application = ready_one(make_person(f"p{number}@example.org"), coordinator, number)
        assign(application, reviewer=reviewer, by=coordinator)
        make_person(f"r{number}@example.org", "reviewer")
    office = client_for(coordinator)
    assert queries(lambda: office.get(reverse("reviews:assignment_list"))) == 8
    assert queries(lambda: office.get(reverse("reviews:reviewer_list"))) == 7
    Review.objects.update(due_on="2026-01-01")
    assert queries(lambda: office.get(reverse("reviews:overdue_list"))) == 6
    assert queries(lambda: office.get(reverse("reviews:assignment_create", args=[application.pk]))) == 12


@pytest.mark.parametrize("extra", [0, 2])
def test_deciding_asks_the_same_for_one_review_and_three(extra, ready, reviewer, coordinator, client_for):
    people = [reviewer, *(make_person(f"r{number}@example.org", "reviewer") for number in range(extra))]
    for review in [assign(ready, reviewer=person, by=coordinator) for person in people]:
        to_filed(review)
    office = client_for(coordinator)
    url = reverse("reviews:decision_create", args=[ready.pk])
    assert queries(lambda: office.get(url)) == 14
    assert queries(lambda: office.get(url, {"outcome": "defer"})) == 14


PAGES = {
    "review_list": ([], {"reviewer"}),
    "review_detail": (["review"], {"reviewer"}),
    "review_edit": (["review"], {"reviewer"}),
    "assignment_list": ([], {"coordinator", "admin"}),
    "assignment_create": (["application"], {"coordinator", "admin"}),
    "decision_create": (["application"], {"coordinator", "admin"}),
    "reviewer_list": ([], {"coordinator", "admin"}),
}


@pytest.mark.parametrize("name", PAGES)
def test_who_gets_in(name, in_progress, reviewer, coordinator, applicant, finance, admin, client_for):
    needs, let_in = PAGES[name]
    given = {"review": in_progress.pk, "application": in_progress.application_id}
    url = reverse(f"reviews:{name}", args=[given[one] for one in needs])
    people = {
        "reviewer": reviewer,
        "coordinator": coordinator,
        "applicant": applicant,
        "finance": finance,
        "admin": admin,
    }
    got = {role for role, person in people.items() if client_for(person).get(url).status_code == 200}
    assert got == let_in
    stranger = client_for(None).get(url)
    assert stranger.status_code == 302
    assert stranger.url.startswith(reverse("account_login"))


def test_another_reviewer_s_review_does_not_exist(in_progress, other_reviewer, client_for):
    desk = client_for(other_reviewer)
    for name in ("review_detail", "review_edit"):
        url = reverse(f"reviews:{name}", args=[in_progress.pk])
        assert desk.get(url).status_code == 404
        assert desk.post(url, OVERALL).status_code == 404
    for verb in ("file", "decline", "withdraw", "find_conflict", "nonsense"):
        assert desk.post(reverse("reviews:review_confirm", args=[in_progress.pk, verb])).status_code == 404


def test_reading_changes_nothing(invited, reviewer, coordinator, client_for):
    desk = client_for(reviewer)
    for verb in ("accept", "decline", "declare_conflict"):
        assert desk.get(reverse("reviews:review_confirm", args=[invited.pk, verb])).status_code == 200
    page = client_for(coordinator).get(reverse("reviews:review_confirm", args=[invited.pk, "withdraw"]))
    assert page.status_code == 200
    invited.refresh_from_db()
    assert invited.status == "invited"


def test_a_verb_that_is_too_late_changes_nothing_and_says_so(invited, reviewer, client_for):
    desk = client_for(reviewer)
    url = reverse("reviews:review_confirm", args=[invited.pk, "accept"])
    desk.post(url)
    again = desk.post(url, follow=True)
    assert b"somebody may have been quicker" in again.content
    assert b"can\xe2\x80\x99t be done now" in desk.get(url).content


def test_scores_of_a_filed_review_stay_as_they_are(filed, reviewer, client_for):
    before = list(filed.scores.values_list("area_code", "mark"))
    url = reverse("reviews:review_edit", args=[filed.pk])
    assert client_for(reviewer).post(url, OVERALL | marks_for(filed, "not_met")).status_code == 302
    assert list(filed.scores.values_list("area_code", "mark")) == before


def test_an_ex_reviewer_reads_nothing_more(filed, reviewer, client_for):
    desk = client_for(reviewer)
    detail = reverse("reviews:review_detail", args=[filed.pk])
    assert b"Secret remarks" in desk.get(detail).content
    type(filed.application).objects.filter(pk=filed.application_id).update(status="endorsed")
    assert b"Secret remarks" not in desk.get(detail).content
    reviewer.roles = ["applicant"]
    reviewer.save()
    assert desk.get(detail).status_code == 403


def test_a_second_round_is_a_new_review(filed, reviewer, coordinator):
    """Deferred, continued and submitted again: the same reviewer may be asked, and the old review stays with round 1."""
    from reviews.decisions import decide

    application = filed.application
    application.refresh_from_db()
    decide(application, "defer", by=coordinator, letter="Not yet", plan="More", re_review_by=filed.due_on)
    for verb, by in (("reopen", application.person), ("submit", application.person), ("accept", coordinator)):
        application.refresh_from_db()
        advance(application, verb, by=by)
    second = to_progress(assign(application, reviewer=reviewer, by=coordinator))
    assert (second.snapshot.number, Review.objects.filed().count()) == (2, 1)


def test_late_ones_come_first_and_fifty_stand_on_a_page(in_progress, reviewer, coordinator, client_for):
    fresh = assign(ready_one(make_person("p1@example.org"), coordinator, 1), reviewer=reviewer, by=coordinator)
    Review.objects.filter(pk=in_progress.pk).update(due_on=fresh.due_on - timedelta(days=60))
    facts = {"application": fresh.application, "snapshot": fresh.snapshot, "reviewer": reviewer}
    Review.objects.bulk_create(Review(**facts, status="declined") for _number in range(60))
    desk, url = client_for(reviewer), reverse("reviews:review_list")
    first, second = desk.get(url).context, desk.get(url, {"page": 2}).context
    assert [(str(title), len(rows)) for title, rows in first["groups"]] == [
        ("Overdue", 1),
        ("Waiting for your answer", 1),
        ("Not reviewed by you", 48),
    ]
    assert [(str(title), len(rows)) for title, rows in second["groups"]] == [("Not reviewed by you", 12)]


def test_before_filing_nothing_is_called_filed(in_progress, reviewer, client_for):
    score_all(in_progress)
    desk = client_for(reviewer)
    page = desk.get(reverse("reviews:review_confirm", args=[in_progress.pk, "file"])).content.decode()
    assert ("What you are about to file" in page, "What you filed" in page, "<dt>Filed</dt>" in page) == (
        True,
        False,
        False,
    )
    advance(in_progress, "file", by=reviewer)
    page = desk.get(reverse("reviews:review_detail", args=[in_progress.pk])).content.decode()
    assert ("What you are about to file" in page, "What you filed" in page, "<dt>Filed</dt>" in page) == (
        False,
        True,
        True,
    )


def test_a_time_of_day_brings_its_own_full_stop(in_progress, reviewer, client_for):
    Review.objects.filter(pk=in_progress.pk).update(saved_at=timezone.now())
    page = client_for(reviewer).get(reverse("reviews:review_edit", args=[in_progress.pk])).content.decode()
    assert ("Last saved: " in page, "m.." in page) == (True, False)


def test_late_reviews_are_listed_for_the_office(invited, other_reviewer, reviewer, coordinator, client_for):
    Review.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    assign(invited.application, reviewer=other_reviewer, by=coordinator)
    url = reverse("reviews:overdue_list")
    context = client_for(coordinator).get(url).context
    assert [review.pk for review in context["page_obj"]] == [invited.pk]
    assert client_for(reviewer).get(url).status_code == 403
    assert client_for(None).get(url).status_code == 302
