"""Another edition for tests: the shipped document, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from django.utils import timezone

from competencies.loading import BUILT_IN, load
from competencies.models import Edition

if TYPE_CHECKING:
    from collections.abc import Callable

    from endorsement_portal.models import User


def document(
    change: Callable[[dict[str, Any]], object] | None = None, *, version: str = "2026.1", **fields: Any
) -> str:
    """The shipped framework under another version, after `change` was at it."""
    found = yaml.safe_load(BUILT_IN.read_text(encoding="utf-8")) | {"version": version} | fields
    if change:
        change(found)
    return yaml.safe_dump(found, allow_unicode=True, sort_keys=False)


def newer(
    change: Callable[[dict[str, Any]], object] | None = None, *, by: User | None = None, **fields: Any
) -> Edition:
    """Such an edition, loaded; published where somebody is named."""
    edition = load(document(change, **fields)).edition
    if by:
        Edition.objects.filter(pk=edition.pk).update(status="published", published_at=timezone.now(), published_by=by)
        edition.refresh_from_db()
    return edition
