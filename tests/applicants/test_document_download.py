"""A certificate, for people who may open it, and how it goes out."""

import pytest
from django.utils import timezone

from applicants.models import Grant
from endorsement_portal import uploads
from endorsement_portal.models import Upload
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(applicant, certificate, draft):
    upload = uploads.receive(uploads.check(certificate()), owner=applicant, purpose="evidence")
    factories.education(applicant, document=upload)
    factories.submitted(draft)
    return upload


@pytest.fixture
def path(document):
    return f"/applications/documents/{document.pk}/"


def test_it_goes_out_as_a_download_and_is_never_shown_or_kept(path, applicant, client_for):
    answer = client_for(applicant).get(path)
    assert answer.status_code == 200
    wanted = (
        "Content-Type",
        "Content-Disposition",
        "X-Content-Type-Options",
        "Cache-Control",
        "Content-Security-Policy",
        "Cross-Origin-Resource-Policy",
    )
    assert {name: answer[name] for name in wanted} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="certificate.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_caretakers_open_it(path, coordinator, admin, client_for):
    for person in (coordinator, admin):
        answer = client_for(person).get(path)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_others_find_nothing(path, other_applicant, reviewer, finance, client_for):
    for person in (other_applicant, reviewer, finance):
        assert client_for(person).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client_for(other_applicant).get("/applications/documents/999999/").status_code == 404


def test_a_reviewer_opens_what_was_submitted_for_as_long_as_the_grant_stands(
    path, draft, reviewer, other_reviewer, client_for
):
    grant = Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    answer = client_for(reviewer).get(path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert client_for(other_reviewer).get(path).status_code == 404
    grant.withdrawn_at = timezone.now()
    grant.save()
    assert client_for(reviewer).get(path).status_code == 404


def test_a_reviewer_does_not_open_what_was_added_later(draft, applicant, reviewer, certificate, client_for, path):
    later = uploads.receive(uploads.check(certificate()), owner=applicant, purpose="evidence")
    factories.work(applicant, document=later)
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert client_for(reviewer).get(f"/applications/documents/{later.pk}/").status_code == 404


def test_files_of_another_purpose_are_not_here(applicant, coordinator, client_for, path):
    Upload.objects.update(purpose="certificate")
    for person in (applicant, coordinator):
        assert client_for(person).get(path).status_code == 404


def test_nothing_is_posted_here(path, applicant, client_for):
    assert client_for(applicant).post(path).status_code == 405
