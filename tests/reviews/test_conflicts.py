"""Conflicts of interest: each kind is found at assignment, at opening, at every verb, and by the timer."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applicants.models import Grant, Reference
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Message, Role
from reviews.assignment import assign, candidates
from reviews.conflicts import reasons_against
from reviews.decisions import decide
from reviews.models import Conflict, Review, Reviewer
from reviews.timers import end_conflicts
from tests import factories


def own_file(application, reviewer):
    application.person.roles = [Role.APPLICANT, Role.REVIEWER]
    application.person.save()
    return application.person


def rater(application, reviewer):
    Reference.objects.filter(application=application, role="colleague").update(
        rater_email=" REVIEWER@example.org ".strip()
    )
    return reviewer


def rater_elsewhere(application, reviewer):
    Reference.objects.filter(application=application, role="colleague").update(second_email="REVIEWER@example.org")
    return reviewer


def employer(application, reviewer):
    Reviewer.objects.update_or_create(user=reviewer, defaults={"employer": "  little STEPS   center"})
    return reviewer


def present_job(application, reviewer):
    factories.work(application.person, employer="Second Shift Clinic", end_date=None)
    Reviewer.objects.update_or_create(user=reviewer, defaults={"employer": "second shift clinic"})
    return reviewer


def own_profile(application, reviewer):
    factories.profile(reviewer, employer="LITTLE STEPS CENTER")
    return reviewer


def rsc_provider(application, reviewer):
    factories.supervision(application.person, provider_email="Reviewer@Example.org")
    return reviewer


def helper(application, reviewer):
    Grant.objects.create(application=application, user=reviewer, role="cohort_lead")
    return reviewer


def declared(application, reviewer):
    Conflict.objects.create(application=application, user=reviewer, reason="declared", source="declared")
    return reviewer


KINDS = [
    (own_file, "own_file"),
    (rater, "rater"),
    (rater_elsewhere, "rater"),
    (employer, "employer"),
    (present_job, "employer"),
    (own_profile, "employer"),
    (rsc_provider, "rsc_provider"),
    (helper, "helper"),
    (declared, "declared"),
]


@pytest.mark.parametrize(("arrange", "reason"), KINDS, ids=[kind.__name__ for kind, _reason in KINDS])
def test_refused_at_assignment_and_written_down(ready, reviewer, other_reviewer, coordinator, arrange, reason):
    person = arrange(ready, reviewer)
    with pytest.raises(Refused):
        assign(ready, reviewer=person, by=coordinator)
    assert Review.objects.count() == 0
    assert list(Conflict.objects.values_list("user_id", "reason")) == [(person.pk, reason)]
    found = {one.user.pk: one.is_free for one in candidates(ready)}
    assert found[person.pk] is False
    assert found[other_reviewer.pk] is True
    ready.refresh_from_db()
    assert ready.status == "ready"


@pytest.mark.parametrize(("arrange", "reason"), KINDS[1:], ids=[kind.__name__ for kind, _reason in KINDS[1:]])
def test_found_when_it_comes_up_later(in_progress, reviewer, coordinator, client_for, arrange, reason):
    arrange(in_progress.application, reviewer)
    desk = client_for(reviewer)
    page = desk.get(reverse("reviews:review_detail", args=[in_progress.pk]))
    assert b"You can\xe2\x80\x99t review this application" in page.content
    assert b"Secret remarks" not in page.content
    assert desk.get(reverse("reviews:review_edit", args=[in_progress.pk])).status_code == 302
    saved = desk.post(
        reverse("reviews:review_edit", args=[in_progress.pk]), {"strengths": "Typed before", "version": "0"}
    )
    assert b"Typed before" in saved.content
    in_progress.refresh_from_db()
    assert in_progress.strengths == ""
    with pytest.raises(Refused, match="conflict of interest"):
        advance(in_progress, "file", by=reviewer)
    assert end_conflicts() == 1
    in_progress.refresh_from_db()
    assert in_progress.status == "conflict"
    assert Grant.objects.get(user=reviewer, role="reviewer").withdrawn_at is not None
    assert Message.objects.filter(kind="review-handed-back", to=coordinator).count() == 1
    assert end_conflicts() == 0


def test_nobody_without_one_is_found(ready, reviewer, other_reviewer, django_assert_num_queries):
    Reviewer.objects.create(user=reviewer, employer="Elsewhere")
    with django_assert_num_queries(1):
        assert reasons_against(ready, [reviewer.pk, other_reviewer.pk]) == {}
    with django_assert_num_queries(1):
        assert reasons_against(ready, [reviewer.pk]) == {}


def test_an_empty_employer_is_nobodys_colleague(ready, reviewer):
    ready.person.profile.employer = ""
    ready.person.profile.save()
    Reviewer.objects.create(user=reviewer, employer="")
    assert reasons_against(ready, [reviewer.pk]) == {}


def test_who_reviewed_does_not_decide(filed, reviewer, coordinator):
    reviewer.roles = [Role.REVIEWER, Role.COORDINATOR]
    reviewer.save()
    with pytest.raises(Refused, match="You reviewed this"):
        decide(filed.application, "endorse", by=reviewer, letter="Dear Ana")


def test_who_spoke_for_the_applicant_does_not_decide(filed, coordinator):
    Reference.objects.filter(role="colleague").update(rater_email="COORDINATOR@example.org")
    with pytest.raises(Refused, match="Somebody else has to decide"):
        decide(filed.application, "endorse", by=coordinator, letter="Dear Ana")
    filed.application.refresh_from_db()
    assert filed.application.status == "reviewed"


def test_a_coordinator_sees_nothing_of_their_own_file(filed, client_for):
    application = filed.application
    application.person.roles = [Role.APPLICANT, Role.COORDINATOR]
    application.person.save()
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(application.person, generate_totp_secret())
    office = client_for(application.person)
    for name in ("assignment_create", "decision_create"):
        assert office.get(reverse(f"reviews:{name}", args=[application.pk])).status_code == 404
    assert office.get(reverse("reviews:review_confirm", args=[filed.pk, "withdraw"])).status_code == 404
    assert b"Rhea" not in office.get(reverse("reviews:assignment_list")).content
    assert Review.objects.visible_to(application.person).count() == 0
