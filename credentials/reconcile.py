"""Finding what a crash may have left: files without a row, credentials without their certificate, and the reverse.

Everything here only looks. A worker killed between storing a file and committing its row leaves the file behind; the
promise stays open and makes the certificate again, so the stray file belongs to nobody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.utils import timezone

from applicants.models import Application, ApplicationStatus, FeeState
from credentials.models import Credential
from endorsement_portal.models import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

SETTLED_AFTER = timedelta(hours=1)


def find_orphans(*, older_than: timedelta = SETTLED_AFTER) -> list[str]:
    """Names of stored files that no upload refers to, sorted. Younger ones may still be in an open transaction."""
    before = timezone.now() - older_than
    stored = {name for name in _stored("") if default_storage.get_modified_time(name) <= before}
    known: set[str] = set()
    for upload in Upload.objects.values_list("file", flat=True).iterator(chunk_size=5000):
        known.add(upload)
    return sorted(stored - known)


def find_lost_files() -> list[str]:
    """Names of certificates whose files are gone."""
    names = Upload.objects.filter(credential__isnull=False).values_list("file", flat=True)
    return sorted(name for name in names.iterator(chunk_size=500) if not default_storage.exists(name))


def without_credential() -> QuerySet[Application]:
    """Applications endorsed and paid for that have no credential yet."""
    waiting: QuerySet[Application] = Application.objects.filter(
        status=ApplicationStatus.ENDORSED, fee_state=FeeState.SETTLED, credential__isnull=True
    )
    return waiting


def without_certificate() -> QuerySet[Credential]:
    """Credentials whose certificate has not been made yet."""
    waiting: QuerySet[Credential] = Credential.objects.filter(pdf__isnull=True)
    return waiting


def _stored(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in files)
    for name in folders:
        yield from _stored(f"{prefix}{name}")
