"""What a crash may have left is found; what is in order is not."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from credentials.issuing import make_certificate
from credentials.models import Credential
from credentials.reconcile import find_lost_files, find_orphans, without_certificate, without_credential

NOW = timedelta(0)


def test_a_file_without_a_row_and_a_row_without_a_file(credential, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    assert find_orphans(older_than=NOW) == []
    assert list(without_certificate()) == [credential]
    make_certificate(credential.pk)
    assert (find_orphans(older_than=NOW), find_lost_files(), list(without_certificate())) == ([], [], [])
    stray = default_storage.save("2026/stray", ContentFile(b"left behind"))
    assert find_orphans(older_than=NOW) == [stray]
    # It may still belong to a transaction that is open.
    assert find_orphans() == []
    default_storage.delete(stray)
    kept = Credential.objects.get().pdf.file.name
    default_storage.delete(kept)
    assert find_lost_files() == [kept]


def test_an_endorsed_application_without_its_credential(endorsed, keep_promises):
    assert list(without_credential()) == [endorsed]
    keep_promises()
    assert list(without_credential()) == []
