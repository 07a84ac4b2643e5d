"""What the calendar brings to providers: reminders after 7 and 14 days, one letter a link, and its end after 60."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from applicants import tasks
from applicants.models import ReflectiveSupervision
from applicants.supervision import ask, asked_together, remind_providers
from applicants.tokens import supervision_token
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(applicant):
    """Two entries with one provider, asked about in one letter."""
    rows = [factories.supervision(applicant, status="unasked") for _ in range(2)]
    ask(asked_together(rows[0]), by=applicant)
    return list(ReflectiveSupervision.objects.order_by("pk"))


def asked(**ago) -> None:
    ReflectiveSupervision.objects.update(asked_at=timezone.now() - timedelta(**ago))


def mails(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


@pytest.mark.parametrize(("days", "reminders"), [(6.99, 0), (7, 1), (13.99, 1), (14, 2), (59.99, 2)])
def test_one_letter_stands_for_all_that_was_missed(two, days, reminders):
    asked(days=days)
    assert remind_providers() == (1 if reminders else 0)
    assert [entry.reminders for entry in ReflectiveSupervision.objects.all()] == [reminders, reminders]
    assert mails("hours-reminder") == (1 if reminders else 0)
    assert remind_providers() == 0


def test_two_reminders_over_two_months(two):
    for day in range(60):
        asked(days=day)
        tasks.remind_providers()
    assert (mails("hours-reminder"), Event.objects.filter(verb="remind").count()) == (2, 4)


def test_a_reminder_has_the_link_of_the_letter_before(two, keep_promises):
    keep_promises()
    asked(days=8)
    remind_providers()
    keep_promises()
    token = supervision_token(two[0].pk, 1)
    assert [mail.body.count(token) for mail in django_mail.outbox] == [1, 1]
    assert {mail.to[0] for mail in django_mail.outbox} == {"priya@example.org"}


def test_a_reminder_about_the_rest_has_the_same_link(two, keep_promises):
    from applicants.supervision import answer

    keep_promises()
    answer([(two[0], True, "")])
    asked(days=8)
    assert remind_providers() == 1
    keep_promises()
    token = supervision_token(two[0].pk, 1)
    assert [token in mail.body for mail in django_mail.outbox if mail.to == ["priya@example.org"]] == [True, True]
    assert ReflectiveSupervision.objects.get(pk=two[0].pk).reminders == 0


def test_after_sixty_days_the_link_ends_and_the_owner_is_told(two, applicant):
    asked(days=60)
    assert remind_providers() == 1
    rows = ReflectiveSupervision.objects.values_list("status", "token_hash")
    assert list(rows) == [("unasked", ""), ("unasked", "")]
    [mail] = Message.objects.filter(to=applicant)
    assert (mail.kind, mail.subject) == ("hours-unanswered", "Priya Provider has not answered about your hours")
    assert remind_providers() == 0


def test_a_link_whose_first_entry_is_gone_for_good_ends(two):
    two[0].delete()
    assert remind_providers() == 1
    assert [entry.status for entry in ReflectiveSupervision.objects.all()] == ["unasked"]
    assert mails("hours-unanswered") == 1


@pytest.mark.parametrize("status", ["unasked", "confirmed", "disputed", "overridden"])
def test_nobody_is_reminded_who_is_not_asked(two, status):
    ReflectiveSupervision.objects.update(status=status)
    asked(days=70)
    assert remind_providers() == 0


def test_nobody_is_reminded_of_what_was_taken_out(two):
    ReflectiveSupervision.objects.update(removed_at=timezone.now())
    asked(days=8)
    assert remind_providers() == 0


def test_each_provider_gets_a_letter_of_their_own(two, applicant):
    other = factories.supervision(applicant, status="unasked", provider=factories.provider("Paul Other"))
    ask([other], by=applicant)
    asked(days=8)
    assert remind_providers() == 2
    reminded = Message.objects.filter(kind="hours-reminder").values_list("email", flat=True)
    assert sorted(reminded) == ["paul@example.org", "priya@example.org"]
