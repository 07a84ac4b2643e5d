"""Words that must not be lost: what is being typed, and what a saved text said before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from applicants.models.reference import Reference
from applicants.querysets import WordsQuerySet


class Draft(models.Model):
    """What somebody has typed into one form and not saved yet, field by field, whether it is valid or not.

    `form` names the form and what it is about: "evidence:training:12", "profile". A rater without an account is known
    by the reference. Every write carries the version it was read with, so a stale tab is refused.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="drafts")
    reference = models.ForeignKey(Reference, null=True, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    words = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    # The window that typed last: what it sends again, after an answer that never came, is not stale.
    tab = models.CharField(max_length=36, blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = WordsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="draft_has_one_owner",
                condition=Q(person__isnull=False, reference__isnull=True)
                | Q(person__isnull=True, reference__isnull=False),
            ),
            models.UniqueConstraint(fields=["person", "form"], name="draft_once_per_person"),
            models.UniqueConstraint(fields=["reference", "form"], name="draft_once_per_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.form}, version {self.version}"


class EarlierText(models.Model):
    """What a long text said before it was changed, kept for thirty days so that it can be brought back."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="earlier_texts")
    form = models.CharField(max_length=80)
    field = models.CharField(max_length=40)
    text = models.TextField()
    replaced_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = WordsQuerySet.as_manager()

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        indexes = [models.Index(fields=["person", "form", "field"], name="earlier_text_of_a_field")]

    def __str__(self) -> str:
        return f"{self.form} {self.field} until {self.replaced_at:%Y-%m-%d}"
