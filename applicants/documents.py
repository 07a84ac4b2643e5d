"""Which uploaded documents of evidence a person may open, and when one is let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from applicants.models import Snapshot
from endorsement_portal.models import Role, Upload

if TYPE_CHECKING:
    from endorsement_portal.models import User

EVIDENCE_PURPOSE = "evidence"


def documents_visible_to(user: User) -> QuerySet[Upload]:
    """One's own; all for caretakers; for a granted reviewer those named by the frozen snapshots they may read."""
    documents = Upload.objects.filter(purpose=EVIDENCE_PURPOSE)
    if not user.is_authenticated:
        return documents.none()
    if user.has_role(Role.COORDINATOR, Role.ADMIN):
        return documents
    frozen = {pk for ids in Snapshot.objects.visible_to(user).values_list("upload_ids", flat=True) for pk in ids}
    return documents.filter(Q(owner=user) | Q(pk__in=frozen))


def discard(document: Upload | None) -> None:
    """Delete a document that no submission names, so that its place in the quota is free. Call inside a transaction.

    The file goes once the transaction has held; a submission's copy stays for as long as the submission.
    """
    if document is None or Snapshot.objects.filter(upload_ids__contains=[document.pk]).exists():
        return
    name, storage = str(document.file.name), document.file.storage
    document.delete()
    transaction.on_commit(lambda: storage.delete(name))
