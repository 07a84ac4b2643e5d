"""A provider's standing that ends: told of 90 and 30 days before, once each, to the provider and to who depends on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from applicants import tasks
from applicants.library import take_out
from applicants.models import Application, Standing
from applicants.timers import warn_of_ending_standings
from endorsement_portal.models import Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(draft, applicant):
    """A provider of the applicant, whose application is under way."""
    factories.supervision(applicant)
    return factories.provider()


def ends_in(days: int) -> Standing:
    Standing.objects.update(ends_on=timezone.localdate() + timedelta(days=days))
    return Standing.objects.get()


def letters() -> list[tuple[str, str]]:
    return [(mail.email, mail.kind) for mail in Message.objects.order_by("pk")]


BOTH = [("priya@example.org", "E55"), ("applicant@example.org", "E55")]


@pytest.mark.parametrize(("days", "told"), [(91, 0), (90, 2), (31, 2), (30, 2), (1, 2), (0, 2), (-1, 0)])
def test_both_are_told_once(priya, days, told):
    ends_in(days)
    assert [warn_of_ending_standings() for _run in range(3)] == [told, 0, 0]
    assert letters() == BOTH[:told]


def test_ninety_and_then_thirty_days(priya, monkeypatch):
    end = ends_in(90).ends_on
    for left in (90, 60, 31, 30, 12, 0):
        monkeypatch.setattr(timezone, "localdate", lambda *_args, left=left: end - timedelta(days=left))
        tasks.warn_of_standings()
    assert letters() == BOTH * 2
    bodies = list(Message.objects.order_by("pk").values_list("body", flat=True))
    assert ["in 90 days" in body for body in bodies] == [True, True, False, False]
    assert ["in 30 days" in body for body in bodies] == [False, False, True, True]


def test_after_a_long_sleep_one_letter_stands_for_both(priya, monkeypatch):
    end = ends_in(90).ends_on
    for left in (10, 3):
        monkeypatch.setattr(timezone, "localdate", lambda *_args, left=left: end - timedelta(days=left))
        warn_of_ending_standings()
    assert letters() == BOTH


def test_another_day_is_another_end(priya):
    ends_in(20)
    warn_of_ending_standings()
    ends_in(25)
    assert warn_of_ending_standings() == 2


@pytest.mark.parametrize(
    ("starts", "ends", "told"), [(1, None, 0), (0, 500, 0), (-400, 500, 0), (2, None, 2), (-400, -10, 2)]
)
def test_nobody_is_told_where_another_standing_goes_on(priya, starts, ends, told):
    """Days after the end of the first."""
    end = ends_in(30).ends_on
    Standing.objects.create(
        provider=priya,
        qualification="ERS",
        starts_on=end + timedelta(days=starts),
        ends_on=None if ends is None else end + timedelta(days=ends),
    )
    assert warn_of_ending_standings() == told


def test_only_who_has_an_application_under_way_and_hours_that_are_there(priya, applicant, other_applicant):
    ends_in(30)
    theirs = factories.application(other_applicant)
    entry = factories.supervision(other_applicant)
    peer = factories.supervision(other_applicant, peer=True)
    take_out(entry)
    assert warn_of_ending_standings() == 2
    peer.delete()
    Application.objects.exclude(pk=theirs.pk).update(status="withdrawn")
    ends_in(29)
    assert warn_of_ending_standings() == 1
    assert letters()[-1] == ("priya@example.org", "E55")


def test_a_provider_with_an_account_finds_it_in_the_inbox(priya, other_applicant, client_for):
    priya.person = other_applicant
    priya.save()
    ends_in(30)
    warn_of_ending_standings()
    mail = Message.objects.get(to=other_applicant)
    assert (mail.email, mail.link_path) == (other_applicant.email, f"/applications/providers/{priya.pk}/")
    assert client_for(other_applicant).get(mail.link_path).status_code == 200
    assert "Mental Health Mentor – Clinical" in mail.body


def test_a_provider_who_is_an_applicant_too_hears_as_a_provider_only(priya, applicant):
    priya.person = applicant
    priya.save()
    ends_in(30)
    assert warn_of_ending_standings() == 1


def test_it_is_in_the_calendar():
    tasks_of_day = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "applicants.tasks.warn_of_standings" in tasks_of_day
