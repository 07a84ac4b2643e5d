"""A private file: random stored name, known hash, served only through a view that checks who asks."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


def stored_name(upload: "Upload", filename: str) -> str:
    """A name that tells nothing: `2026/4f…`, without the person's own words or extension."""
    return f"{timezone.now():%Y}/{uuid.uuid4().hex}"


class Upload(models.Model):
    """One checked file. Which person may read it is answered by the row that refers to it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="uploads")
    purpose = models.CharField(max_length=40)
    file = models.FileField(upload_to=stored_name, max_length=120)
    original_name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.original_name
