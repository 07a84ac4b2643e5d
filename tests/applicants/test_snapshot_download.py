"""The PDF of a submission: for its owner, the caretakers and reviewers who were given it."""

import io

import pypdf
import pytest
from django.utils import timezone

from applicants.models import Grant, Snapshot
from applicants.paper import make_paper
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(draft):
    factories.submitted(draft)
    make_paper(Snapshot.objects.get().pk)
    return f"/applications/{draft.pk}/submissions/1/pdf/"


def test_the_owner_and_the_caretakers_have_it(path, applicant, coordinator, admin, client_for):
    for person in (applicant, coordinator, admin):
        answer = client_for(person).get(path)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert len(pypdf.PdfReader(io.BytesIO(answer.getvalue())).pages) >= 2
        assert path in client_for(person).get(path.replace("pdf/", "")).content.decode()


def test_a_reviewer_has_it_while_the_grant_stands(path, draft, reviewer, other_reviewer, client_for):
    assert client_for(reviewer).get(path).status_code == 404
    grant = Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert client_for(reviewer).get(path).status_code == 200
    assert client_for(other_reviewer).get(path).status_code == 404
    Grant.objects.filter(pk=grant.pk).update(withdrawn_at=timezone.now())
    assert client_for(reviewer).get(path).status_code == 404


@pytest.mark.parametrize("role", ["advisor", "cohort_lead"])
def test_whom_one_shares_with_has_neither_it_nor_the_submission(path, draft, other_applicant, client_for, role):
    Grant.objects.create(application=draft, user=other_applicant, role=role, sees="portfolio")
    client = client_for(other_applicant)
    for page in (path, path.replace("pdf/", ""), path.replace("pdf/", "changes/")):
        assert client.get(page).status_code == 404
    assert client.get(f"/applications/{draft.pk}/portfolio/").status_code == 200


def test_nobody_else_finds_it(path, draft, other_applicant, finance, client_for):
    for person in (other_applicant, finance):
        assert client_for(person).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client_for(draft.person).post(path).status_code == 405
    document = Snapshot.objects.get().document_id
    assert client_for(draft.person).get(f"/applications/documents/{document}/").status_code == 404


def test_before_it_is_made_the_page_says_so(draft, applicant, client_for):
    factories.submitted(draft)
    client = client_for(applicant)
    answer = client.get(f"/applications/{draft.pk}/submissions/1/pdf/", follow=True)
    page = answer.content.decode()
    assert "The PDF is being made just now." in page
    assert "submissions/1/pdf/" not in page
