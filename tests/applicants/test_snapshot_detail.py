"""A submission as it was frozen, for those who may read it."""

import re

import pytest
from django.utils import timezone

from applicants.models import Grant, Snapshot
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(draft):
    factories.submitted(draft)
    return f"/applications/{draft.pk}/submissions/1/"


def test_the_owner_and_the_caretakers_read_it(path, applicant, coordinator, admin, client_for):
    for person in (applicant, coordinator, admin):
        page = client_for(person).get(path).content.decode()
        assert "Weekly visits with families" in page
        assert Snapshot.objects.get().sha256 in page
        assert "Secret remarks" not in page


def test_a_reviewer_reads_it_while_the_grant_stands(path, draft, reviewer, other_reviewer, client_for):
    assert client_for(reviewer).get(path).status_code == 404
    grant = Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert client_for(reviewer).get(path).status_code == 200
    assert client_for(other_reviewer).get(path).status_code == 404
    Grant.objects.filter(pk=grant.pk).update(withdrawn_at=timezone.now())
    assert client_for(reviewer).get(path).status_code == 404


def test_nobody_else_finds_it(path, draft, other_applicant, finance, client_for):
    for person in (other_applicant, finance):
        assert client_for(person).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    for number in (0, 2, 10**9):
        assert client_for(draft.person).get(f"/applications/{draft.pk}/submissions/{number}/").status_code == 404


def test_words_that_were_typed_are_words(draft, applicant, client_for):
    factories.work(applicant, duties="<script>alert(1)</script>", employer="{{ settings }}")
    factories.submitted(draft)
    page = client_for(applicant).get(f"/applications/{draft.pk}/submissions/1/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_days_are_said_in_words_and_hours_without_idle_zeros(draft, applicant, client_for):
    factories.education(applicant, conferred_on=None, degree_level="master")
    factories.work(applicant, start_date="2023-04-05", end_date=None, job_title="Coach")
    factories.submitted(draft)
    page = client_for(applicant).get(f"/applications/{draft.pk}/submissions/1/").content.decode()
    words = ("Jan. 1, 2020 – Dec. 31, 2022", "Since April 5, 2023", "March 1, 2023", "Not finished", "40 hours")
    assert [text in page for text in words] == [True] * 5
    assert re.findall(r"\d{4}-\d{2}-\d{2}|\d\.0+\b|None", page.split("<main")[1].split("</main>")[0]) == []
