"""Signing the code of ethics and the agreement with one's typed name."""

import pytest

from applicants.models import Application, Signature
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db
GOOD = {
    "ethics": "on",
    "agreement": "on",
    "not_sanctioned": "on",
    "registry_consent": "on",
    "signed_name": "Ana Applicant",
}


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/sign/"


@pytest.fixture
def profile(applicant):
    return factories.profile(applicant)


def test_both_are_signed_at_once_with_version_time_and_address(path, draft, applicant, profile, client_for):
    answer = client_for(applicant).post(path, GOOD, REMOTE_ADDR="203.0.113.9")
    assert answer["Location"] == f"/applications/{draft.pk}/"
    rows = list(draft.signatures.order_by("kind"))
    assert [row.kind for row in rows] == ["agreement", "ethics"]
    for row in rows:
        assert (row.signed_name, row.document_version, row.address) == ("Ana Applicant", "2025", "203.0.113.9")
        assert (row.not_sanctioned, row.registry_consent) == (True, True)
    [event] = Event.objects.about(draft).filter(verb="sign")
    assert (event.actor_id, event.details) == (applicant.pk, {"version": "2025"})


def test_a_second_time_changes_nothing(path, draft, applicant, profile, client_for):
    client = client_for(applicant)
    client.post(path, GOOD)
    first = list(draft.signatures.values())
    answer = client.post(path, GOOD | {"registry_consent": ""})
    assert (answer.status_code, list(draft.signatures.values())) == (200, first)
    assert "Signed by Ana Applicant" in answer.content.decode()
    assert Event.objects.about(draft).filter(verb="sign").count() == 1


def test_a_sanction_or_no_consent_is_kept_and_stops_nobody(path, draft, applicant, profile, client_for):
    client_for(applicant).post(
        path, GOOD | {"not_sanctioned": "", "registry_consent": "", "signed_name": "  ana   APPLICANT "}
    )
    assert set(draft.signatures.values_list("not_sanctioned", "registry_consent")) == {(False, False)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ethics": ""}, "ethics"),
        ({"agreement": ""}, "agreement"),
        ({"signed_name": ""}, "signed_name"),
        ({"signed_name": "Somebody Else"}, "signed_name"),
    ],
)
def test_what_is_missing_is_said_beside_it(path, draft, applicant, profile, client_for, wrong, field):
    answer = client_for(applicant).post(path, GOOD | wrong)
    assert list(answer.context["form"].errors) == [field]
    assert draft.signatures.count() == 0


def test_without_a_profile_it_leads_there(path, applicant, client_for):
    client = client_for(applicant)
    assert client.get(path)["Location"] == "/applications/profile/"
    assert client.post(path, GOOD)["Location"] == "/applications/profile/"
    assert Signature.objects.count() == 0


def test_looking_signs_nothing(path, applicant, profile, client_for):
    assert client_for(applicant).get(path, GOOD).status_code == 200
    assert Signature.objects.count() == 0


def test_not_while_it_can_not_be_changed(path, draft, applicant, profile, client_for):
    Application.objects.update(status="submitted", submitted_at="2026-01-01T12:00Z")
    answer = client_for(applicant).post(path, GOOD)
    assert "so there is nothing to sign" in answer.content.decode()
    assert Signature.objects.count() == 0


def test_nobody_signs_for_another(path, other_applicant, coordinator, admin, client_for):
    for person in (other_applicant, coordinator, admin):
        factories.profile(person)
        assert client_for(person).post(path, GOOD).status_code == 404
    assert client_for(None).post(path, GOOD)["Location"] == f"/accounts/login/?next={path}"
    assert Signature.objects.count() == 0
