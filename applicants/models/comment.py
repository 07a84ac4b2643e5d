"""Comments on an application, in threads by audience: a thread is chosen first, so nothing reaches the wrong people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applicants.models.application import Application
from applicants.querysets import CommentQuerySet


class Audience(models.TextChoices):
    """Who reads a thread, said in full on its button."""

    APPLICANT = "applicant", _("The applicant and the staff")
    STAFF = "staff", _("Staff only")
    ADVISOR = "advisor", _("The applicant and whom they share with")


class Comment(models.Model):
    """One comment. It is never moved to another audience and never changed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="comments")
    audience = models.CharField(max_length=20, choices=Audience.choices, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    body = models.TextField(_("comment"), max_length=5000)
    written_at = models.DateTimeField(auto_now_add=True)
    # The form that made the comment: sent twice, it makes one.
    once = models.UUIDField(null=True, unique=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["application", "audience", "written_at"], name="comment_thread")]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}, {self.written_at:%Y-%m-%d}"
