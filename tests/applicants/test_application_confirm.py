"""The simple verbs: one confirmation each, for the right person, from the right status."""

import pytest

from applicants.models import Application
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


def path(application, verb: str) -> str:
    return f"/applications/{application.pk}/{verb}/"


@pytest.fixture
def sent(draft):
    return factories.submitted(draft)


def test_returning_needs_a_note_and_tells_the_applicant(sent, coordinator, applicant, client_for):
    client = client_for(coordinator)
    assert client.get(path(sent, "return")).status_code == 200
    answer = client.post(path(sent, "return"), {"note": "  "})
    assert list(answer.context["form"].errors) == ["note"]
    assert Application.objects.get().status == "submitted"
    client.post(path(sent, "return"), {"note": "Please add <b>the dates</b>."})
    sent.refresh_from_db()
    assert (sent.status, sent.returned_note) == ("returned", "Please add <b>the dates</b>.")
    [mail] = Message.objects.filter(kind="E26")
    assert (mail.to, "Please add <b>the dates</b>." in mail.body) == (applicant, True)
    page = client_for(applicant).get(f"/applications/{sent.pk}/").content.decode()
    assert "Please add &lt;b&gt;the dates&lt;/b&gt;." in page
    [event] = Event.objects.about(sent).filter(verb="return")
    assert (event.actor_id, event.note) == (coordinator.pk, "Please add <b>the dates</b>.")


def test_accepting_stamps_who_and_when(sent, coordinator, client_for):
    client = client_for(coordinator)
    answer = client.post(path(sent, "accept"), {"note": ""}, follow=True)
    assert "Done: Everything is there." in answer.content.decode()
    sent.refresh_from_db()
    assert (sent.status, sent.checked_by, sent.checked_at is not None) == ("ready", coordinator, True)
    again = client.post(path(sent, "accept"), {"note": ""}, follow=True)
    assert "somebody may have been quicker" in again.content.decode()
    assert Event.objects.about(sent).filter(verb="accept").count() == 1


def test_on_hold_and_back(draft, coordinator, applicant, client_for):
    client_for(coordinator).post(path(draft, "hold"), {"note": "A long leave"})
    draft.refresh_from_db()
    assert draft.status == "on_hold"
    client_for(applicant).post(path(draft, "resume"), {"note": ""})
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
def test_withdrawing(draft, who, request, client_for):
    client = client_for(request.getfixturevalue(who))
    assert client.get(path(draft, "withdraw")).status_code == 200
    assert Application.objects.get().status == "draft"
    client.post(path(draft, "withdraw"), {"note": "Moved away"})
    assert Application.objects.get().status == "withdrawn"
    assert (
        "somebody may have been quicker"
        in client.post(path(draft, "withdraw"), {"note": ""}, follow=True).content.decode()
    )
    assert Event.objects.about(draft).filter(verb="withdraw").count() == 1


def test_a_deferred_application_goes_on_with_clear_stamps(draft, applicant, coordinator, client_for):
    Application.objects.update(
        status="deferred",
        submitted_at="2026-01-01T12:00Z",
        decided_at="2026-02-01T12:00Z",
        decided_by=coordinator,
        reviewed_at="2026-01-20T12:00Z",
    )
    client_for(applicant).post(path(draft, "reopen"), {"note": ""})
    draft.refresh_from_db()
    assert (draft.status, draft.decided_at, draft.decided_by, draft.reviewed_at) == ("draft", None, None, None)


@pytest.mark.parametrize(
    "verb",
    [
        "submit",
        "start_review",
        "review_again",
        "endorse",
        "approve_exam",
        "defer",
        "not_endorse",
        "settle_fee",
        "promise_fee",
        "reopen_fee",
        "finish_review",
        "expire",
        "fly",
    ],
)
def test_verbs_with_a_page_of_their_own_or_of_the_system_are_not_here(sent, coordinator, client_for, verb):
    if verb == "submit":
        assert client_for(coordinator).get(path(sent, verb)).status_code == 404
        return
    client = client_for(coordinator)
    assert client.get(path(sent, verb)).status_code == 404
    assert client.post(path(sent, verb), {"note": "x"}).status_code == 404
    assert Application.objects.get().status == "submitted"


@pytest.mark.parametrize("verb", ["return", "accept", "hold", "withdraw", "resume"])
def test_nobody_else_may(sent, other_applicant, finance, reviewer, client_for, verb):
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).post(path(sent, verb), {"note": "x"}).status_code == 404
    assert client_for(None).post(path(sent, verb))["Location"] == f"/accounts/login/?next={path(sent, verb)}"
    assert Application.objects.get().status == "submitted"


@pytest.mark.parametrize("verb", ["return", "accept", "hold"])
def test_the_applicant_may_not_do_the_coordinators_part(sent, applicant, client_for, verb):
    assert client_for(applicant).post(path(sent, verb), {"note": "x"}).status_code == 404


@pytest.mark.parametrize("verb", ["return", "accept", "hold"])
def test_nobody_checks_their_own(coordinator, client_for, edition, verb):
    own = factories.submitted(factories.application(coordinator))
    assert client_for(coordinator).post(path(own, verb), {"note": "x"}).status_code == 404
    own.refresh_from_db()
    assert own.status == "submitted"


def test_looking_changes_nothing(sent, coordinator, client_for):
    for verb in ("return", "accept", "withdraw"):
        assert client_for(coordinator).get(path(sent, verb), {"note": "x"}).status_code == 200
    assert Application.objects.get().status == "submitted"
