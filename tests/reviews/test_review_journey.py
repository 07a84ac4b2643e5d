"""From ready to decided, through the pages, by the people whose pages they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applicants.models import Grant
from endorsement_portal.models import Event, Message
from reviews.models import Decision, Review, Score


def marks_for(review: Review, mark: str = "met") -> dict[str, str]:
    return {f"area-{area.pk}-mark": mark for area in review.application.category.areas()}


OVERALL = {
    "recommendation": "endorse",
    "strengths": "Warm presence.",
    "growth": "",
    "private_note": "Between us.",
    "minutes_spent": "90",
    "version": "0",
}


def test_the_whole_way(ready, reviewer, coordinator, client_for):
    office, desk = client_for(coordinator), client_for(reviewer)
    due = timezone.localdate() + timedelta(days=30)

    page = office.get(reverse("reviews:assignment_create", args=[ready.pk]))
    assert page.status_code == 200
    assert b"Rhea Reviewer" in page.content
    office.post(reverse("reviews:assignment_create", args=[ready.pk]), {"reviewer": reviewer.pk, "due_on": due})
    review = Review.objects.get()
    ready.refresh_from_db()
    assert (review.status, review.due_on, ready.status) == ("invited", due, "in_review")
    assert not Grant.objects.filter(application=ready, user=reviewer).exists(), "an invitation opens nothing"
    assert Message.objects.filter(kind="E27", to=reviewer).count() == 1
    assert Message.objects.filter(kind="E28", to=ready.person).count() == 1

    invitation = desk.get(reverse("reviews:review_detail", args=[review.pk]))
    assert b"Secret remarks 1" not in invitation.content
    for verb in ("accept", "start"):
        desk.post(reverse("reviews:review_confirm", args=[review.pk, verb]))
    assert Grant.objects.get(application=ready, user=reviewer).withdrawn_at is None
    assert b"Secret remarks 1" in desk.get(reverse("reviews:review_detail", args=[review.pk])).content

    scores = reverse("reviews:review_edit", args=[review.pk])
    sheet = desk.get(scores)
    assert sheet.status_code == 200
    assert b"Foundations of relationships" in sheet.content
    answer = desk.post(scores, marks_for(review) | OVERALL | {"action": "file"})
    assert answer.url == reverse("reviews:review_confirm", args=[review.pk, "file"])
    desk.post(answer.url)
    review.refresh_from_db()
    ready.refresh_from_db()
    assert (review.status, ready.status) == ("filed", "reviewed")
    assert Message.objects.filter(kind="E32", to=coordinator).count() == 1

    decide = reverse("reviews:decision_create", args=[ready.pk])
    assert b"Between us." in office.get(decide).content
    drafted = office.get(decide, {"outcome": "endorse"})
    assert b"Warm presence." in drafted.content
    preview = office.post(decide, {"outcome": "endorse", "letter": "Dear Ana,\nwell done.", "step": "preview"})
    assert b"Dear Ana,<br>well done." in preview.content
    assert Decision.objects.count() == 0
    office.post(decide, {"outcome": "endorse", "letter": "Dear Ana,\nwell done.", "step": "confirm"})
    ready.refresh_from_db()
    decision = Decision.objects.get()
    assert (ready.status, ready.decided_by, decision.outcome, decision.round) == ("endorsed", coordinator, "endorse", 1)
    assert Grant.objects.filter(application=ready, user=reviewer, withdrawn_at=None).count() == 0
    assert [e.verb for e in Event.objects.about(review)] == ["invite", "accept", "start", "file"]


def test_mark_all_evidenced_areas_as_met(in_progress, reviewer, client_for):
    desk = client_for(reviewer)
    url = reverse("reviews:review_edit", args=[in_progress.pk])
    first = in_progress.application.category.areas()[0]
    desk.post(url, OVERALL | {f"area-{first.pk}-mark": "not_met", "action": "mark_evidenced"})
    marks = dict(Score.objects.exclude(mark="").values_list("area_code", "mark"))
    assert marks == {
        first.code: "not_met",
        "theoretical_foundations.attachment": "met",
        "direct_service_skills.observation_listening": "met",
        "reflection.self_awareness": "met",
    }


def test_nothing_typed_is_lost_when_something_is_wrong(in_progress, reviewer, client_for):
    area = in_progress.application.category.areas()[0]
    long = "x" * 3001
    typed = {f"area-{area.pk}-mark": "partly", f"area-{area.pk}-comment": long, "minutes_spent": "many"}
    page = client_for(reviewer).post(
        reverse("reviews:review_edit", args=[in_progress.pk]), OVERALL | {"strengths": "Kept words"} | typed
    )
    assert page.status_code == 200
    assert long.encode() in page.content
    assert b"Kept words" in page.content
    assert b"longer than 3,000" in page.content
    assert Score.objects.count() == 0


def test_a_stale_window_does_not_replace_what_another_saved(in_progress, reviewer, client_for):
    desk = client_for(reviewer)
    url = reverse("reviews:review_edit", args=[in_progress.pk])
    desk.post(url, OVERALL | {"strengths": "The newer words"})
    page = desk.post(url, OVERALL | {"strengths": "Typed in the old window"})
    assert b"saved in another window" in page.content
    assert b"Typed in the old window" in page.content
    in_progress.refresh_from_db()
    assert (in_progress.strengths, in_progress.version) == ("The newer words", 1)
    desk.post(url, OVERALL | {"strengths": "Typed in the old window", "version": "1"})
    in_progress.refresh_from_db()
    assert (in_progress.strengths, in_progress.version) == ("Typed in the old window", 2)


def test_reopened_until_the_decision_and_not_after(filed, reviewer, coordinator, client_for):
    desk = client_for(reviewer)
    reopen = reverse("reviews:review_confirm", args=[filed.pk, "reopen"])
    desk.post(reopen)
    filed.refresh_from_db()
    assert (filed.status, filed.application.status) == ("in_progress", "in_review")
    desk.post(reverse("reviews:review_confirm", args=[filed.pk, "file"]))
    office = client_for(coordinator)
    sent = {"outcome": "endorse", "letter": "Dear Ana", "step": "confirm"}
    office.post(reverse("reviews:decision_create", args=[filed.application_id]), sent)
    desk.post(reopen)
    filed.refresh_from_db()
    assert filed.status == "filed"


@pytest.mark.parametrize(
    ("outcome", "kind", "status"), [("defer", "E35", "deferred"), ("not_endorse", "E36", "not_endorsed")]
)
def test_other_outcomes_tell_the_applicant(filed, coordinator, client_for, outcome, kind, status):
    application = filed.application
    day = timezone.localdate() + timedelta(days=90)
    sent = {
        "outcome": outcome,
        "letter": "Dear Ana, not yet.",
        "plan": "Ten hours on safety.",
        "re_review_by": day,
        "unmet_areas": ["direct_service_skills.safety"],
        "step": "confirm",
    }
    client_for(coordinator).post(reverse("reviews:decision_create", args=[application.pk]), sent)
    application.refresh_from_db()
    decision = Decision.objects.get()
    assert (application.status, decision.outcome, decision.unmet_areas) == (
        status,
        outcome,
        ["direct_service_skills.safety"],
    )
    message = Message.objects.get(kind=kind)
    assert message.to == application.person
    assert message.body.startswith("Dear Ana, not yet.")
    assert ("Ten hours on safety." in message.body) == (outcome == "defer")
    letter = client_for(application.person).get(reverse("reviews:decision_detail", args=[decision.pk]))
    assert letter.status_code == 200
    assert b"Safety" in letter.content


def test_deferring_needs_a_plan_and_a_day_to_come(filed, coordinator, client_for):
    sent = {"outcome": "defer", "letter": "Dear Ana", "plan": "", "re_review_by": "2020-01-01", "step": "confirm"}
    page = client_for(coordinator).post(reverse("reviews:decision_create", args=[filed.application_id]), sent)
    assert page.status_code == 200
    assert b"day to come" in page.content
    assert Decision.objects.count() == 0


def test_deciding_twice_decides_once(filed, coordinator, client_for):
    office = client_for(coordinator)
    sent = {"outcome": "endorse", "letter": "Dear Ana", "step": "confirm"}
    url = reverse("reviews:decision_create", args=[filed.application_id])
    office.post(url, sent)
    office.post(url, sent | {"outcome": "not_endorse"})
    assert [d.outcome for d in Decision.objects.all()] == ["endorse"]


def test_endorsed_with_the_fee_open_hears_it_at_once(filed, coordinator, client_for):
    application = filed.application
    type(application).objects.filter(pk=application.pk).update(fee_state="promised")
    sent = {"outcome": "endorse", "letter": "Dear Ana, well done.", "step": "confirm"}
    client_for(coordinator).post(reverse("reviews:decision_create", args=[application.pk]), sent)
    message = Message.objects.get(kind="E33")
    assert "as soon as your fee is settled" in message.body
