"""How often a public form may be sent: counted in the cache by the place it comes from, and by what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.core.cache import cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

HOUR = 3600


def within_limits(request: HttpRequest, what: str, *, most: int, about: Mapping[str, int] | None = None) -> bool:
    """Count this sending of `what`, and whether it is among the first ones of the hour.

    `most` from one place; `about` names things with a limit of their own, wherever it comes from.
    """
    counted = {f"limit:{what}:from:{get_adapter().get_client_ip(request)}": most}
    counted |= {f"limit:{what}:about:{thing}": limit for thing, limit in (about or {}).items()}
    found = []
    for key, limit in counted.items():
        cache.add(key, 0, HOUR)
        found.append(cache.incr(key) <= limit)
    return all(found)
