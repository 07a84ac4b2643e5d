"""What happens later: reminders of reviews that are due, and a look for conflicts that came up meanwhile."""

from celery import shared_task

from reviews import timers


@shared_task
def remind_reviews() -> int:
    """Remind reviewers of what is due, and take back what has become a conflict of interest; how many were reminded."""
    timers.end_conflicts()
    return timers.remind()
