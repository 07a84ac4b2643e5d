"""Mail as rows: the outbox of the mail server and the person's inbox in one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from endorsement_portal.models.user import User


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about mail."""

    def visible_to(self, user: User) -> MessageQuerySet:
        """A person's own messages: nobody reads another person's inbox."""
        return self.filter(to=user) if user.is_authenticated else self.none()

    def unread(self) -> MessageQuerySet:
        """Not opened yet inside the portal."""
        return self.filter(read_at__isnull=True)

    def undelivered(self) -> MessageQuerySet:
        """Refused by the receiving mail server."""
        return self.filter(failed_at__isnull=False)


def new_message_id() -> str:
    """A Message-ID that stays the same however often the mail is sent."""
    return f"<{uuid.uuid4().hex}@{settings.CONTACT_EMAIL.rpartition('@')[2]}>"


class Message(models.Model):
    """One mail. Live links are made at sending and never stored: `link_kind` and `link_ref` say which to make."""

    kind = models.CharField(max_length=60)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    email = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link_label = models.CharField(max_length=80, blank=True)
    link_path = models.CharField(max_length=300, blank=True)
    link_kind = models.CharField(max_length=40, blank=True)
    link_ref = models.CharField(max_length=40, blank=True)
    about_type = models.CharField(max_length=80, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    message_id = models.CharField(max_length=200, default=new_message_id, editable=False, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["to", "-created_at"], name="message_inbox"),
            models.Index(fields=["about_type", "about_id"], name="message_about"),
            models.Index(fields=["to"], name="message_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(
                fields=["-created_at", "-id"], name="message_undelivered", condition=models.Q(failed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.email}"

    @property
    def delivery(self) -> str:
        """What became of the mail, in words."""
        if self.failed_at:
            return str(_("Not delivered"))
        if self.failure:
            return str(_("Not needed any more"))
        return str(_("Sent")) if self.sent_at else str(_("On its way"))
