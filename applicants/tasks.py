"""What happens later: reminders for references, nudges for idle drafts. Safe to run any number of times."""

from celery import shared_task

from applicants import library, paper, supervision, timers, words
from endorsement_portal.outbox import handler


@handler("applicants.snapshot_pdf")
def make_snapshot_pdf(*, snapshot_id: int) -> None:
    """Make the paper of a submission, once."""
    paper.make_paper(snapshot_id)


@shared_task
def remind_references() -> None:
    """Remind raters at 7, 14 and 21 days, and expire links that ran out."""
    timers.remind_references()


@shared_task
def nudge_idle_drafts() -> None:
    """Write kindly to people whose draft has been idle for 30, 60 and 90 days."""
    timers.nudge_idle_drafts()


@shared_task
def remind_providers() -> None:
    """Remind providers of hours to confirm at 7 and 14 days, and expire links that ran out."""
    supervision.remind_providers()


@shared_task
def warn_of_standings() -> None:
    """Write when a provider's standing ends in 90 and in 30 days."""
    timers.warn_of_ending_standings()


@shared_task
def sweep_words() -> None:
    """Drop drafts nobody came back to for 90 days, those whose entry is gone, and earlier texts after 30 days."""
    words.sweep()


@shared_task
def sweep_library() -> None:
    """Let evidence go that was taken out more than thirty days ago."""
    library.sweep()
