"""Promises kept: what a change owes (mail, certificate, receipt) is a row committed with it, carried out later, once.

`promise()` writes the row inside the change's transaction. The relay offers due rows to Celery with a lease and
exponential back-off. `perform()` counts the attempt, then runs the effect and marks the row done in ONE transaction
under a row lock, so a killed worker leaves the row open and a second worker can't do it twice.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from endorsement_portal.models import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = logging.getLogger(__name__)

HANDLERS: dict[str, Callable[..., None]] = {}
MAX_ATTEMPTS = 9
IN_FLIGHT = 200
FIRST_LEASE = timedelta(seconds=20)


def handler(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the effect of a kind of promise: a function of ids that runs inside the transaction of 'done'."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        HANDLERS[kind] = function
        return function

    return register


def promise(kind: str, key: str, *, due_at: datetime | None = None, **ids: int | str) -> None:
    """Promise an effect inside the present transaction. A key promised before is not promised again."""
    row = Outbox(kind=kind, key=key, payload=ids, due_at=due_at or timezone.now())
    Outbox.objects.bulk_create([row], ignore_conflicts=True)


def due_ids(*, limit: int = 50) -> list[int]:
    """Lease the next due promises and return their ids, oldest first.

    The lease grows with each attempt (20 s, 40 s, 80 s …), so work that is only slow is not offered again at once,
    and work lost with its worker comes back. At most IN_FLIGHT are out at a time.
    """
    now = timezone.now()
    out = Outbox.objects.filter(done_at=None, parked_at=None, leased_until__gt=now).count()
    room = min(limit, IN_FLIGHT - out)
    if room <= 0:
        return []
    with transaction.atomic():
        rows = list(
            Outbox.objects.select_for_update(skip_locked=True)
            .filter(Q(leased_until=None) | Q(leased_until__lte=now), done_at=None, parked_at=None, due_at__lte=now)
            .order_by("due_at", "pk")[:room]
        )
        for row in rows:
            row.leased_until = now + FIRST_LEASE * 2 ** min(row.attempts, 6)
        Outbox.objects.bulk_update(rows, ["leased_until"])
    return [row.pk for row in rows]


def perform(outbox_id: int) -> bool:
    """Carry out one promise; True if this call did it. Safe to call any number of times, from anywhere."""
    if not _begin(outbox_id):
        return False
    try:
        with transaction.atomic():
            row = _open_row(outbox_id)
            if row is None:
                return False
            HANDLERS[row.kind](**row.payload)
            row.done_at, row.last_error = timezone.now(), ""
            row.save(update_fields=["done_at", "last_error"])
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the promise stays open and says why
        _put_off(outbox_id, error)
        return False
    return True


def _open_row(outbox_id: int) -> Outbox | None:
    """The row under lock, or None where it is kept, parked, gone or in somebody else's hands."""
    rows = Outbox.objects.select_for_update(skip_locked=True)
    return rows.filter(pk=outbox_id, done_at=None, parked_at=None).first()


def _begin(outbox_id: int) -> bool:
    """Count the attempt before it starts: work that takes its worker down each time is parked in the end too."""
    with transaction.atomic():
        row = _open_row(outbox_id)
        if row is None:
            return False
        if row.attempts >= MAX_ATTEMPTS:
            row.parked_at = timezone.now()
            row.last_error = row.last_error or "The worker ended in the middle each time."
        else:
            row.attempts += 1
        row.save(update_fields=["attempts", "parked_at", "last_error"])
    return row.parked_at is None


def _put_off(outbox_id: int, error: Exception) -> None:
    """Note the failure and wait longer each time; after MAX_ATTEMPTS the promise is parked for a person to see."""
    with transaction.atomic():
        row = Outbox.objects.select_for_update().get(pk=outbox_id)
        row.last_error = f"{type(error).__name__}: {error}"[:1000]
        row.due_at = timezone.now() + timedelta(seconds=5 * 2 ** min(row.attempts, 9))
        row.leased_until = None
        if row.attempts >= MAX_ATTEMPTS:
            row.parked_at = timezone.now()
        row.save()
    log.warning("promise %s not kept yet: %s", outbox_id, type(error).__name__, exc_info=error)


def parked() -> Any:
    """Promises that need a person."""
    return Outbox.objects.filter(parked_at__isnull=False, done_at=None).order_by("parked_at")
