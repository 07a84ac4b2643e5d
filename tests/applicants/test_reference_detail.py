"""What an applicant sees of a reference: its path always, its words only where they kept that right."""

from __future__ import annotations

import pytest
from django.test import Client

from applicants.models import Reference
from applicants.transitions import advance
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = ("Secret remarks", "I recommend this person", "Almost always")


@pytest.fixture
def written(draft):
    """A completed reference of which the applicant gave up the right to read it."""
    return factories.completed_reference(draft)


def path(reference) -> str:
    return f"/applications/references/{reference.pk}/"


def _leaks(page: str) -> list[str]:
    return [words for words in WORDS if words in page]


def test_what_was_waived_reaches_the_applicant_on_no_page(written, draft, applicant, coordinator, client_for):
    client = client_for(applicant)
    factories.reference(draft, 2)
    pages = [
        path(written),
        "/",
        "/inbox/",
        f"/applications/{draft.pk}/",
        f"/applications/{draft.pk}/references/",
        f"/applications/{draft.pk}/submit/",
        "/applications/evidence/",
        f"/fees/{draft.pk}/",
    ]
    pages += [f"/inbox/{m.pk}/" for m in applicant.messages.all()]
    for page in pages:
        answer = client.get(page, follow=True)
        assert _leaks(answer.content.decode()) == [], page
    assert "You gave up the right to read this reference." in client.get(path(written)).content.decode()
    draft.references.filter(pk=written.pk).update(role="current_supervisor")
    Reference.objects.exclude(pk=written.pk).delete()
    type(draft).objects.filter(pk=draft.pk).update(fee_state="settled")
    factories.completed_reference(draft, 5, role="rsc_provider", rater_endorsement="IFS")
    factories.completed_reference(draft, 6)
    for make in (factories.profile, factories.work, factories.training, factories.supervision):
        make(applicant)
    factories.sign(draft)
    advance(draft, "submit", by=applicant)
    assert _leaks(client.get(f"/applications/{draft.pk}/submissions/1/").content.decode()) == []


def test_the_right_that_was_kept_is_honored_once_it_is_sent(draft, applicant, client_for):
    reference = factories.reference(draft, waived=False)
    advance(reference, "send")
    advance(reference, "open")
    facts = {
        "answers": {"reflection.self_awareness": "4"},
        "recommendation": "recommend",
        "remarks": "Secret remarks",
        "signed_name": "R",
    }
    advance(reference, "save", **facts)
    client = client_for(applicant)
    assert _leaks(client.get(path(reference)).content.decode()) == []
    advance(reference, "complete", **facts)
    page = client.get(path(reference)).content.decode()
    assert _leaks(page) == list(WORDS)
    assert "Self-awareness" in page


def test_a_coordinator_reads_it_once_it_is_sent(draft, written, coordinator, client_for):
    client = client_for(coordinator)
    assert _leaks(client.get(path(written)).content.decode()) == list(WORDS)
    Reference.objects.update(status="started")
    assert _leaks(client.get(path(written)).content.decode()) == []


def test_a_coordinator_never_reads_their_own_waived_one(coordinator, client_for, edition):
    own = factories.completed_reference(factories.application(coordinator))
    assert _leaks(client_for(coordinator).get(path(own)).content.decode()) == []


def test_the_link_stands_on_no_page_by_itself(asked, link, applicant, coordinator, client_for):
    """It is shown only where somebody asks for it, and that is in the log."""
    token = link(asked).split("/")[-2]
    for page in (
        path(asked),
        f"/applications/{asked.application_id}/references/",
        f"/applications/{asked.application_id}/",
        "/inbox/",
    ):
        assert token not in client_for(applicant).get(page).content.decode(), page
    assert token not in client_for(coordinator).get(path(asked)).content.decode()
    assert Client().get(link(asked)).status_code == 200


def test_it_shows_what_became_of_the_mail(asked, applicant, client_for, keep_promises):
    client = client_for(applicant)
    assert "On its way" in client.get(path(asked)).content.decode()
    keep_promises()
    page = client.get(path(asked)).content.decode()
    assert "Ana Applicant asks you for a reference" in page
    assert "Sent" in page


def test_nobody_else_finds_it(written, other_applicant, reviewer, finance, client_for):
    for person in (other_applicant, reviewer, finance):
        assert client_for(person).get(path(written)).status_code == 404
        assert client_for(person).get(f"/applications/{written.application_id}/references/").status_code == 404
    assert client_for(None).get(path(written))["Location"] == f"/accounts/login/?next={path(written)}"


def test_looking_changes_nothing(asked, applicant, client_for):
    before = Event.objects.about(asked).count()
    client_for(applicant).get(path(asked))
    assert (Event.objects.about(asked).count(), Reference.objects.get().status) == (before, "sent")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_is_in_it(
    draft, applicant, client_for, rows, django_assert_num_queries
):
    for number in range(rows):
        factories.completed_reference(draft, number)
    client = client_for(applicant)
    with django_assert_num_queries(7):
        page = client.get(f"/applications/{draft.pk}/references/").content.decode()
    assert [f"Rater {n}" in page for n in range(3)] == [n < rows for n in range(3)]
