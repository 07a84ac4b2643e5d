"""Is the process alive, and is everything it needs there?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from endorsement_portal.tasks import HEARTBEAT

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

CONSUMED_WITHIN = timedelta(seconds=90)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, queue (a worker consumed something lately) and storage, each true or false; 503 unless all are."""
    checks: dict[str, Callable[[], bool]] = {"database": _database, "queue": _queue, "storage": _storage}
    answers = {}
    for name, ask in checks.items():
        try:
            answers[name] = ask()
        except Exception:  # noqa: BLE001 - whatever is wrong with a part, the answer is that it is not ready
            answers[name] = False
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _queue() -> bool:
    consumed = cache.get(HEARTBEAT)
    return bool(consumed and timezone.now() - datetime.fromisoformat(consumed) < CONSUMED_WITHIN)


def _storage() -> bool:
    name = default_storage.save("ready/probe", ContentFile(b"ready"))
    try:
        return default_storage.exists(name)
    finally:
        default_storage.delete(name)
