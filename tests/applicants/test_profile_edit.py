"""The profile: entered once, corrected any time, kept as typed when something is wrong."""

import pytest
from django.utils import timezone

from applicants.models import Application, Profile
from endorsement_portal.models import County

pytestmark = pytest.mark.django_db
PATH = "/applications/profile/"


@pytest.fixture
def good():
    return {
        "legal_name": "Ana María Applicant",
        "certificate_name": "Ana M. Applicant 🎓",
        "county": County.objects.get(name="Durham").pk,
        "employer": "Little Steps",
        "job_title": "Home visitor",
        "sector": "home_visiting",
        "practice_languages": ["English", "Spanish"],
        "show_county": "on",
    }


def test_it_is_made_once_and_then_changed(applicant, client_for, good, draft):
    old = timezone.now() - timezone.timedelta(days=40)
    Application.objects.update(worked_on_at=old, nudges=1)
    client = client_for(applicant)
    page = client.get(PATH).content.decode()
    assert 'value="Ana Applicant"' in page
    for name in ("Little Steps", "Another Agency"):
        answer = client.post(PATH, good | {"employer": name})
        assert (answer.status_code, answer["Location"]) == (302, "/")
    profile = Profile.objects.get()
    assert (profile.person, profile.legal_name, profile.employer) == (
        applicant,
        "Ana María Applicant",
        "Another Agency",
    )
    assert (profile.county.name, profile.practice_languages, profile.show_county) == (
        "Durham",
        ["English", "Spanish"],
        True,
    )
    draft.refresh_from_db()
    assert (draft.nudges, draft.worked_on_at > old) == (0, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"legal_name": ""},
        {"county": "99999"},
        {"sector": "space"},
        {"practice_languages": ["Klingon"]},
        {"employer": "x" * 151},
        {"phone": "1" * 31},
        {"certificate_name": "a\x00b"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(applicant, client_for, good, wrong):
    answer = client_for(applicant).post(PATH, good | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, list(wrong))
    page = answer.content.decode()
    assert 'value="Home visitor"' in page
    assert 'class="error-summary"' in page
    assert Profile.objects.count() == 0


def test_nobody_else_is_written_about(applicant, other_applicant, client_for, good):
    client_for(applicant).post(PATH, good | {"person": other_applicant.pk, "id": 1})
    assert Profile.objects.get().person == applicant


def test_a_stranger_is_sent_to_sign_in(client, good):
    assert client.get(PATH)["Location"] == f"/accounts/login/?next={PATH}"
    assert client.post(PATH, good)["Location"] == f"/accounts/login/?next={PATH}"
    assert Profile.objects.count() == 0
