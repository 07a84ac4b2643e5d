"""The nightly head: one hash over all events, kept where the database can't reach it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from endorsement_portal.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "log-heads"


def head_up_to(last_id: int) -> tuple[int, str]:
    """The count of events up to an id, and SHA-256 over their hashes in the order of ids (64 hex digits)."""
    digest, count = hashlib.sha256(), 0
    rows = Event.objects.filter(pk__lte=last_id).order_by("pk").values_list("hash", flat=True)
    for value in rows.iterator(chunk_size=5000):
        digest.update(value.encode())
        count += 1
    return count, digest.hexdigest()


def keep_head() -> str:
    """Write a head file for all events so far and return its name; one file a night, never overwritten."""
    last_id = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    count, head = head_up_to(last_id)
    facts = {"at": timezone.now().isoformat(), "last_id": last_id, "count": count, "head": head}
    return default_storage.save(f"{FOLDER}/{timezone.now():%Y-%m-%d}.json", ContentFile(json.dumps(facts).encode()))


def stored_heads() -> Iterator[tuple[str, dict[str, object]]]:
    """Every stored head by name, oldest first."""
    try:
        names = sorted(default_storage.listdir(FOLDER)[1])
    except FileNotFoundError:
        return
    for name in names:
        with default_storage.open(f"{FOLDER}/{name}") as file:
            yield name, json.load(file)


def check_log() -> list[str]:
    """Everything wrong with the log, in words: broken chains, changed events, heads that no longer match."""
    problems: list[str] = []
    last: dict[tuple[str, str], tuple[int, str]] = {}
    for event in Event.objects.order_by("subject_type", "subject_id", "sequence").iterator(chunk_size=2000):
        key = (event.subject_type, event.subject_id)
        sequence, previous = last.get(key, (0, ""))
        if event.sequence != sequence + 1 or event.previous_hash != previous:
            problems.append(f"{event}: the chain is broken here")
        if event.hash != event.compute_hash():
            problems.append(f"{event}: the event was changed")
        last[key] = (event.sequence, event.hash)
    for name, facts in stored_heads():
        count, head = head_up_to(int(str(facts["last_id"])))
        if (count, head) != (facts["count"], facts["head"]):
            problems.append(f"{name}: the log no longer matches the head kept that night")
    return problems
