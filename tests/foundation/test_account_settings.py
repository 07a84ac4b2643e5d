"""A person's own name, time zone and language."""

from datetime import UTC, datetime

import pytest

from endorsement_portal.models import Message, User

pytestmark = pytest.mark.django_db
GOOD = {"name": "Zoë O’Neil", "timezone": "America/Denver", "language": "en"}


def test_it_saves_and_says_so(applicant, client_for):
    client = client_for(applicant)
    answer = client.post("/settings/", GOOD, follow=True)
    assert "Your settings are saved." in answer.content.decode()
    applicant.refresh_from_db()
    assert (applicant.name, applicant.timezone, applicant.language) == ("Zoë O’Neil", "America/Denver", "en")


def test_nothing_else_can_be_changed_here(applicant, client_for):
    more = {"roles": "admin", "is_superuser": "1", "is_active": "", "email": "x@example.org", "is_demo": "1"}
    client_for(applicant).post("/settings/", GOOD | more)
    applicant.refresh_from_db()
    assert (applicant.roles, applicant.email, applicant.is_superuser) == (["applicant"], "applicant@example.org", False)
    assert (applicant.is_active, applicant.is_demo) == (True, False)


@pytest.mark.parametrize(
    "wrong", [{"timezone": "Mars/Olympus"}, {"language": "xx"}, {"name": "x" * 200}, {"name": "a\x00b"}], ids=str
)
def test_what_can_not_be_is_refused_beside_its_field(applicant, client_for, wrong):
    answer = client_for(applicant).post("/settings/", GOOD | wrong)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == list(wrong)
    assert User.objects.get(pk=applicant.pk).name == "Ana Applicant"


def test_dates_are_shown_in_the_persons_own_zone(applicant, client_for):
    message = Message.objects.create(
        kind="t",
        to=applicant,
        email="x@example.org",
        subject="s",
        body="b",
        created_at=datetime(2026, 7, 1, 3, 30, tzinfo=UTC),
    )
    shown = {}
    for zone in ("America/New_York", "America/Los_Angeles", "No/Where"):
        User.objects.update(timezone=zone)
        shown[zone] = client_for(applicant).get(f"/inbox/{message.pk}/").content.decode()
    assert "June 30, 2026, 11:30 p.m." in shown["America/New_York"]
    assert "June 30, 2026, 8:30 p.m." in shown["America/Los_Angeles"]
    assert "June 30, 2026, 11:30 p.m." in shown["No/Where"]


def test_the_chosen_language_is_spoken(applicant, client_for):
    client = client_for(applicant)
    client.post("/settings/", GOOD | {"language": "es"})
    answer = client.post("/settings/", GOOD | {"timezone": ""}, headers={"accept-language": "en"})
    assert answer["Content-Language"] == "es"
    assert '<html lang="es">' in answer.content.decode()
    assert client_for(None).get("/privacy/", headers={"accept-language": "en"})["Content-Language"] == "en"


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/settings/")["Location"] == "/accounts/login/?next=/settings/"
    assert client.post("/settings/", GOOD)["Location"] == "/accounts/login/?next=/settings/"
