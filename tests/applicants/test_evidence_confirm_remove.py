"""Taking evidence out: asked once more, nothing is lost for thirty days, what was submitted keeps its own copy."""

import pytest
from django.core.files.storage import default_storage

from applicants.models import KINDS, Work
from endorsement_portal import uploads
from endorsement_portal.models import Upload
from tests import factories

pytestmark = pytest.mark.django_db


def path(entry) -> str:
    return f"/applications/evidence/{entry.kind}/{entry.pk}/remove/"


@pytest.fixture
def document(applicant, certificate):
    return uploads.receive(uploads.check(certificate()), owner=applicant, purpose="evidence")


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_asks_and_then_takes_out(kind, applicant, client_for, draft):
    entry = getattr(factories, kind)(applicant)
    client = client_for(applicant)
    page = client.get(path(entry))
    assert (page.status_code, KINDS[kind].objects.present().count()) == (200, 1)
    assert "You can put it back for 30 days; then it is deleted" in page.content.decode()
    assert client.post(path(entry))["Location"] == "/applications/evidence/"
    assert (KINDS[kind].objects.present().count(), KINDS[kind].objects.count()) == (0, 1)
    assert client.post(path(entry)).status_code == 404
    entry.refresh_from_db()
    assert (entry.version, entry.removed_at is None) == (2, False)


def test_its_file_stays_with_it(applicant, client_for, document, django_capture_on_commit_callbacks):
    entry = factories.work(applicant, document=document)
    with django_capture_on_commit_callbacks(execute=True):
        client_for(applicant).post(path(entry))
    assert Upload.objects.get() == document
    assert default_storage.exists(document.file.name)


def test_what_was_submitted_keeps_its_copy(
    applicant, coordinator, client_for, document, draft, django_capture_on_commit_callbacks
):
    entry = factories.training(applicant, document=document, title="Submitted training")
    factories.submitted(draft)
    with django_capture_on_commit_callbacks(execute=True):
        client_for(applicant).post(path(entry))
    assert Upload.objects.get() == document
    page = client_for(coordinator).get(f"/applications/{draft.pk}/submissions/1/").content.decode()
    assert "Submitted training" in page
    answer = client_for(coordinator).get(f"/applications/documents/{document.pk}/")
    assert (answer.status_code, b"".join(answer.streaming_content)[:5]) == (200, b"%PDF-")


def test_nobody_else_takes_it_out(applicant, other_applicant, coordinator, client_for):
    entry = factories.work(applicant)
    for person in (other_applicant, coordinator):
        assert client_for(person).post(path(entry)).status_code == 404
    assert client_for(None).post(path(entry))["Location"] == f"/accounts/login/?next={path(entry)}"
    assert Work.objects.present().count() == 1
