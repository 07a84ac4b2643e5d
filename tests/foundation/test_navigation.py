"""Where one is: every page of the office marks the item of the navigation that it belongs to."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from endorsement_portal.navigation import items_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "name", "args", "marked"),
    [
        ("finance", "home", [], ["Home"]),
        ("finance", "payments:invoice_detail", [1], ["Fees"]),
        ("finance", "payments:payment_confirm_refund", [1], ["Fees"]),
        ("finance", "payments:fund_list", [], ["Scholarships"]),
        ("finance", "payments:fund_create", [], ["Scholarships"]),
        ("finance", "payments:fund_edit", [1], ["Scholarships"]),
        ("finance", "payments:scholarship_detail", [1], ["Scholarships"]),
        ("coordinator", "cohorts:interest_detail", [1], ["Interest"]),
        ("coordinator", "cohorts:seat_confirm", [1, "withdraw"], ["Cohorts"]),
        ("coordinator", "reviews:assignment_create", [1], ["Reviews"]),
        ("coordinator", "reviews:overdue_list", [], ["Reviews"]),
        ("coordinator", "reviews:decision_create", [1], ["Reviews"]),
        ("coordinator", "reviews:reviewer_edit", [1], ["Reviews"]),
        ("coordinator", "reviews:needed_edit", ["FS"], ["Reviews"]),
        ("coordinator", "reviews:review_confirm", [1, "withdraw"], ["Reviews"]),
        ("coordinator", "credentials:credential_detail", [1], ["Credentials"]),
        ("coordinator", "credentials:credential_confirm", [1, "revoke"], ["Credentials"]),
        ("coordinator", "competencies:figure_confirm", [1], ["Framework"]),
        ("coordinator", "applicants:supervision_detail", [1], ["Supervision"]),
        ("coordinator", "applicants:provider_list", [], ["Supervision"]),
        ("admin", "applicants:provider_detail", [1], ["Supervision"]),
        ("coordinator", "applicants:provider_create", [], ["Supervision"]),
        ("coordinator", "applicants:provider_edit", [1], ["Supervision"]),
        ("coordinator", "applicants:provider_standing_create", [1], ["Supervision"]),
        ("coordinator", "applicants:provider_standing_edit", [1, 1], ["Supervision"]),
        ("reviewer", "reviews:review_detail", [1], ["My reviews"]),
        ("reviewer", "reviews:review_confirm", [1, "file"], ["My reviews"]),
        ("applicant", "credentials:credential_detail", [1], []),
    ],
)
def test_the_item_of_a_page(role, name, args, marked, request):
    path = reverse(name, args=args)
    asked = RequestFactory().get(path)
    asked.user, asked.resolver_match = request.getfixturevalue(role), resolve(path)
    assert [str(item["label"]) for item in items_for(asked) if item["current"]] == marked
