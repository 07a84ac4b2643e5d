"""What the calendar brings: reminders after 7, 14 and 21 days, nudges after 30, 60 and 90, each once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applicants import tasks, timers
from applicants.models import Application, Reference
from applicants.transitions import advance
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


def _sent(**ago) -> None:
    when = timezone.now() - timedelta(**ago)
    Reference.objects.update(sent_at=when, expires_at=when + timedelta(days=60))


def _mails(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


@pytest.mark.parametrize(("days", "reminders"), [(6.99, 0), (7, 1), (13.99, 1), (14, 2), (20.99, 2), (21, 3), (40, 3)])
def test_raters_are_reminded_once_for_all_that_was_missed(asked, days, reminders):
    _sent(days=days)
    assert timers.remind_references() == (1 if reminders else 0)
    assert (Reference.objects.get().reminders, _mails("E45")) == (reminders, 1 if reminders else 0)
    assert timers.remind_references() == 0
    assert _mails("E45") == (1 if reminders else 0)


def test_three_reminders_over_three_weeks(asked):
    for day in range(59):
        _sent(days=day)
        timers.remind_references()
    assert (Reference.objects.get().reminders, _mails("E45")) == (3, 3)
    assert {m.email for m in Message.objects.filter(kind="E45")} == {"rater1@example.org"}


def test_reminders_go_to_both_addresses(asked):
    Reference.objects.update(second_email="second@example.org")
    _sent(days=7)
    assert timers.remind_references() == 1
    mails = Message.objects.filter(kind="E45").order_by("pk")
    assert [mail.email for mail in mails] == ["rater1@example.org", "second@example.org"]


@pytest.mark.parametrize(("refusing", "reminded"), [((1,), 1), ((1, 2), 0)])
def test_where_no_address_takes_our_mail_it_stays_in_sight(asked, refusing, reminded):
    Reference.objects.update(second_email="rater2@example.org")
    advance(Reference.objects.get(), "correct")
    emails = [f"rater{number}@example.org" for number in refusing]
    Message.objects.filter(email__in=emails).update(failed_at=timezone.now(), failure="550 No such mailbox")
    _sent(days=8)
    assert timers.remind_references() == reminded
    assert _mails("E45") == 2 * reminded


@pytest.mark.parametrize("status", ["opened", "started"])
def test_somebody_who_has_begun_is_reminded_too(asked, status):
    Reference.objects.update(status=status)
    _sent(days=8)
    assert timers.remind_references() == 1


@pytest.mark.parametrize("status", ["draft", "completed", "declined", "void", "expired", "replaced"])
def test_nobody_is_reminded_who_is_not_asked(asked, status):
    Reference.objects.update(status=status, completed_at=timezone.now())
    _sent(days=70)
    assert timers.remind_references() == 0
    assert (_mails("E45"), _mails("E43")) == (0, 0)


@pytest.mark.parametrize("status", ["withdrawn", "expired", "endorsed", "submitted", "in_review", "on_hold"])
def test_nobody_is_reminded_for_an_application_that_does_not_wait(asked, status):
    Application.objects.update(status=status, submitted_at=timezone.now())
    _sent(days=8)
    assert timers.remind_references() == 0
    _sent(days=61)
    assert timers.remind_references() == 1
    assert (Reference.objects.get().status, _mails("E43"), _mails("E45")) == ("expired", 0, 0)


@pytest.mark.parametrize(("days", "expired"), [(59.99, False), (60, True), (300, True)])
def test_a_link_ends_after_sixty_days(asked, applicant, days, expired):
    Reference.objects.update(reminders=3)
    _sent(days=days)
    assert timers.remind_references() == (1 if expired else 0)
    reference = Reference.objects.get()
    assert (reference.status, reference.token_hash == "") == ("expired" if expired else "sent", expired)
    assert [m.to for m in Message.objects.filter(kind="E43")] == ([applicant] if expired else [])
    assert timers.remind_references() == 0


def test_a_new_link_starts_the_weeks_anew(asked, applicant):
    _sent(days=22)
    timers.remind_references()
    advance(Reference.objects.get(), "resend", by=applicant)  # more than a day ago, so the applicant may
    assert (Reference.objects.get().reminders, timers.remind_references()) == (0, 0)
    _sent(days=7)
    assert timers.remind_references() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_remind_once(asked):
    _sent(days=8)
    ready, done = threading.Barrier(4), []

    def run():
        try:
            ready.wait()
            done.append(timers.remind_references())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(done), _mails("E45")) == ([0, 0, 0, 1], 1)
    assert Event.objects.filter(verb="remind").count() == 1


# --- Idle drafts -------------------------------------------------------------------------------------------------


def _idle(days: float) -> None:
    Application.objects.update(worked_on_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "nudges", "words"),
    [
        (29.9, 0, ""),
        (30, 1, "about 30 days"),
        (59.9, 1, "about 30 days"),
        (60, 2, "about 60 days"),
        (90, 3, "about 90 days"),
        (400, 3, "about 90 days"),
    ],
)
def test_idle_drafts_are_nudged_once_for_all_that_was_missed(draft, applicant, days, nudges, words):
    _idle(days)
    assert timers.nudge_idle_drafts() == (1 if nudges else 0)
    assert Application.objects.get().nudges == nudges
    mails = list(Message.objects.filter(kind="idle"))
    assert [(m.to, words in m.body) for m in mails] == ([(applicant, True)] if nudges else [])
    assert timers.nudge_idle_drafts() == 0


def test_three_nudges_and_no_more(draft):
    for day in range(0, 200, 5):
        _idle(day)
        tasks.nudge_idle_drafts()
    assert _mails("idle") == 3


def test_work_starts_the_count_anew_and_a_second_rest_is_noticed_too(draft, applicant, client_for, typed):
    _idle(31)
    timers.nudge_idle_drafts()
    client_for(applicant).post(reverse("applicants:evidence_create", args=["work"]), typed("work"))
    assert (Application.objects.get().nudges, timers.nudge_idle_drafts()) == (0, 0)
    _idle(30.5)
    assert timers.nudge_idle_drafts() == 1
    assert _mails("idle") == 2


@pytest.mark.parametrize("status", ["submitted", "on_hold", "withdrawn", "expired", "endorsed", "deferred"])
def test_nobody_is_nudged_who_has_nothing_to_do(draft, status):
    Application.objects.update(status=status, submitted_at=timezone.now())
    _idle(100)
    assert timers.nudge_idle_drafts() == 0


def test_a_returned_application_is_nudged_too(draft):
    Application.objects.update(status="returned", submitted_at=timezone.now())
    _idle(31)
    assert timers.nudge_idle_drafts() == 1


def test_the_tasks_do_what_the_timers_do(asked):
    _sent(days=8)
    _idle(31)
    for _twice in range(2):
        tasks.remind_references()
        tasks.nudge_idle_drafts()
    assert (_mails("E45"), _mails("idle")) == (1, 1)


def test_many_references_are_each_reminded(draft):
    for number in range(3):
        advance(factories.reference(draft, number), "send")
    _sent(days=8)
    assert timers.remind_references() == 3
