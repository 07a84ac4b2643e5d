"""Blindness: reviewers don't see each other, and the applicant sees none of it, in any byte of any page."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.urls import reverse

from endorsement_portal.models import Message, Role
from reviews.assignment import assign
from reviews.models import Decision, Review, ReviewsNeeded, Score
from tests.reviews.conftest import score_all, to_filed, to_progress

FORBIDDEN = [
    "Rhea Reviewer",
    "Ruth Reviewer",
    "reviewer@example.org",
    "reviewer2@example.org",
    "Canary private",
    "Canary note",
    "by_reference",
    "Covered by references",
    "Secret remarks",
    "recommend this person",
]


@pytest.fixture
def two(ready, reviewer, other_reviewer, coordinator):
    ReviewsNeeded.objects.create(profile="FS", number=2)
    return [assign(ready, reviewer=person, by=coordinator) for person in (reviewer, other_reviewer)]


def words(review: Review) -> None:
    review.scores.update(private_note="Canary note", comment_to_applicant=f"Comment of {review.reviewer.email}")


def test_two_reviewers_don_t_see_each_other(two, reviewer, other_reviewer, client_for):
    first, second = two
    to_filed(first, "by_reference", strengths="Canary strength", private_note="Canary private")
    words(first)
    to_progress(second)
    desk = client_for(other_reviewer)
    for name in ("review_list", "review_detail", "review_edit"):
        url = reverse(f"reviews:{name}", args=[] if name == "review_list" else [second.pk])
        page = desk.get(url).content.decode()
        assert "Canary" not in page
        assert "Rhea" not in page
        assert "reviewer@example.org" not in page
    for name in ("review_detail", "review_edit"):
        assert desk.get(reverse(f"reviews:{name}", args=[first.pk])).status_code == 404
    assert desk.get(reverse("reviews:review_confirm", args=[first.pk, "reopen"])).status_code == 404
    assert list(Review.objects.visible_to(other_reviewer)) == [second]
    assert Score.objects.visible_to(other_reviewer).exclude(review=second).count() == 0


def test_a_coordinator_who_reviews_stays_blind_until_done(two, other_reviewer, client_for):
    first, second = two
    to_filed(first, private_note="Canary private")
    other_reviewer.roles = [Role.REVIEWER, Role.COORDINATOR]
    other_reviewer.save()
    office = client_for(other_reviewer)
    page = office.get(reverse("reviews:decision_create", args=[first.application_id])).content.decode()
    assert "Canary" not in page
    assert "Rhea" not in page
    assert list(Review.objects.visible_to(other_reviewer)) == [second]
    to_filed(second)
    assert Review.objects.visible_to(other_reviewer).count() == 2


def test_the_dossier_part_shows_nothing_to_applicants(two, applicant, coordinator):
    part = Template("{% include 'reviews/_summary.html' %}")
    shown = part.render(Context({"application": two[0].application, "user": coordinator}))
    assert "Rhea Reviewer" in shown
    hidden = part.render(Context({"application": two[0].application, "user": applicant}))
    assert hidden.strip() == ""


def crawl(client, start: list[str]) -> dict[str, str]:
    """Every page that this person reaches by links, with its text."""
    seen: dict[str, str] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 200:
            continue
        answer = client.get(path, follow=True)
        assert answer.status_code in (200, 403, 404, 405), path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[path] = body.decode(errors="replace") + str(answer.headers)
        found = re.findall(r'(?:href|action)="(/[^"#]*)', seen[path])
        waiting += [f for f in found if not f.startswith(("/static", "/accounts", "/design"))]
    return seen


def test_the_applicant_s_pages_hold_nothing_of_the_reviews(two, applicant, coordinator, client_for, keep_promises):
    application = two[0].application
    client = client_for(applicant)
    start = ["/", reverse("applicants:application_detail", args=[application.pk]), reverse("inbox")]

    def look() -> None:
        pages = crawl(client, start)
        assert len(pages) > 8
        for path, text in pages.items():
            leaked = [word for word in FORBIDDEN if word in text]
            assert leaked == [], path

    look()
    for review in two:
        to_filed(review, "by_reference", private_note="Canary private")
        review.scores.update(private_note="Canary note")
    look()
    sent = {"outcome": "endorse", "step": "confirm"}
    office = client_for(coordinator)
    url = reverse("reviews:decision_create", args=[application.pk])
    drafted = office.get(url, {"outcome": "endorse"}).context["form"].initial["letter"]
    office.post(url, sent | {"letter": drafted})
    keep_promises()
    assert Decision.objects.count() == 1
    start.append(reverse("reviews:decision_detail", args=[Decision.objects.get().pk]))
    look()
    for message in Message.objects.filter(to=applicant):
        assert [word for word in FORBIDDEN if word in message.body + message.subject] == []


def test_the_applicant_reaches_no_review_page(two, applicant, other_applicant, client_for):
    review = two[0]
    score_all(review)
    for person in (applicant, other_applicant):
        client = client_for(person)
        assert client.get(reverse("reviews:review_list")).status_code == 403
        for name in ("review_detail", "review_edit"):
            assert client.get(reverse(f"reviews:{name}", args=[review.pk])).status_code == 403
        assert client.post(reverse("reviews:review_confirm", args=[review.pk, "accept"])).status_code == 404
        for name in ("assignment_create", "decision_create"):
            assert client.post(reverse(f"reviews:{name}", args=[review.application_id])).status_code == 403
    review.refresh_from_db()
    assert review.status == "invited"
