"""What happens later: reminders for references, nudges for idle drafts. Safe to run any number of times."""

from celery import shared_task

from applicants import timers


@shared_task
def remind_references() -> None:
    """Remind raters at 7, 14 and 21 days, and expire links that ran out."""
    timers.remind_references()


@shared_task
def nudge_idle_drafts() -> None:
    """Write kindly to people whose draft has been idle for 30, 60 and 90 days."""
    timers.nudge_idle_drafts()
