"""The end of a chapter: mail counts as sent, though it went to nobody, and old mail as read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from endorsement_portal.models import Message, Outbox
from reports.demo.script import MAIL

READ_AFTER = timedelta(days=6)


def close_the_post(now: datetime) -> None:
    """Nothing is left for the mail server: messages are sent or refused, their promises done, older ones read."""
    Message.objects.filter(sent_at=None, failed_at=None).update(sent_at=F("created_at") + timedelta(seconds=40))
    Outbox.objects.filter(kind=MAIL, done_at=None).update(
        done_at=F("due_at") + timedelta(seconds=40), attempts=1, leased_until=None
    )
    older = Message.objects.filter(read_at=None, created_at__lt=now - READ_AFTER)
    older.update(read_at=F("created_at") + timedelta(hours=9))
