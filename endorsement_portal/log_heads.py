"""The nightly head: one hash over all events, kept where the database can't reach it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from endorsement_portal.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = "log-heads"
# Longer than any transaction lives.
SETTLED_AFTER = timedelta(minutes=10)


def heads_at(last_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """For each id the count of events up to it, and SHA-256 over their hashes in the order of ids (64 hex digits).

    One pass over the log, however many nights there were.
    """
    wanted = sorted(set(last_ids), reverse=True)
    found: dict[int, tuple[int, str]] = {}
    digest, count = hashlib.sha256(), 0
    rows = Event.objects.filter(pk__lte=max(wanted, default=0)).order_by("pk").values_list("pk", "hash")
    for pk, value in rows.iterator(chunk_size=5000):
        while wanted and wanted[-1] < pk:
            found[wanted.pop()] = count, digest.hexdigest()
        digest.update(value.encode())
        count += 1
    return found | dict.fromkeys(wanted, (count, digest.hexdigest()))


def keep_head() -> str:
    """Write a head file for the events so far and return its name; one file a night, never overwritten.

    The last minutes are left to the next head: a transaction still open may hold a lower id, and would look like
    an event slipped in later.
    """
    settled = Event.objects.filter(at__lt=timezone.now() - SETTLED_AFTER)
    last_id = settled.order_by("-pk").values_list("pk", flat=True).first() or 0
    count, head = heads_at([last_id])[last_id]
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
    kept = list(stored_heads())
    now = heads_at(int(str(facts["last_id"])) for _name, facts in kept)
    for name, facts in kept:
        if now[int(str(facts["last_id"]))] != (facts["count"], facts["head"]):
            problems.append(f"{name}: the log no longer matches the head kept that night")
    return problems
