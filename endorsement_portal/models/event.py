"""The log: every act leaves one row that nobody can quietly alter. Audit trail and timeline in one."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from endorsement_portal.models.user import User


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about what happened."""

    def about(self, subject: models.Model) -> EventQuerySet:
        """The chain of one subject, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("sequence")


class EventManager(models.Manager["Event"]):
    """The only way to write an event."""

    def get_queryset(self) -> EventQuerySet:
        return EventQuerySet(self.model, using=self._db)

    def about(self, subject: models.Model) -> EventQuerySet:
        """The chain of one subject, oldest first."""
        return self.get_queryset().about(subject)

    def record(
        self,
        subject: models.Model,
        verb: str,
        *,
        by: User | None = None,
        before: str = "",
        after: str = "",
        note: str = "",
        details: dict[str, Any] | None = None,
    ) -> Event:
        """Append one event to the subject's chain. Call inside the transaction of the change itself.

        The chain is serialised by an advisory lock that the transaction holds, so two people at once
        never get the same place in it.
        """
        subject_type, subject_id = subject._meta.label_lower, str(subject.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{subject_type}:{subject_id}"])
        last = (
            self.filter(subject_type=subject_type, subject_id=subject_id)
            .order_by("-sequence")
            .values_list("sequence", "hash")
            .first()
        )
        event = Event(
            subject_type=subject_type,
            subject_id=subject_id,
            sequence=last[0] + 1 if last else 1,
            verb=verb,
            before=before,
            after=after,
            actor_id=by.pk if by else None,
            note=note,
            details=json.loads(json.dumps(details or {}, default=str, sort_keys=True)),
            at=timezone.now(),
            previous_hash=last[1] if last else "",
        )
        event.hash = event.compute_hash()
        event.save(force_insert=True)
        return event


class Event(models.Model):
    """Who did what to which subject, when, and from which state to which. Insert only, hash-chained per subject."""

    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    verb = models.CharField(max_length=60)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    # No database constraint: erasing a person must never need an update of the log.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    note = models.TextField(blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EventManager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "sequence"], name="event_one_place_in_chain")
        ]
        indexes = [models.Index(fields=["at"], name="event_at")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the event log is never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} #{self.sequence} {self.verb}"

    def compute_hash(self) -> str:
        """SHA-256 over the event's facts and the hash before it, as 64 hex digits."""
        at: datetime = self.at
        facts = [
            self.subject_type,
            self.subject_id,
            self.sequence,
            self.verb,
            self.before,
            self.after,
            self.actor_id,
            self.note,
            self.details,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.previous_hash,
        ]
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
