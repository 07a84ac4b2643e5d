"""A form that is far too large: known by its announced length, before anything of it is read or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

# A browser reads our answer once its file has gone; what is much larger is cut off.
PATIENCE = 16 * 1024 * 1024
CHUNK = 64 * 1024


def sent_bytes(request: HttpRequest) -> int:
    """How many bytes the browser says that it sends."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def read_away(request: HttpRequest) -> None:
    """Let the browser finish sending, up to a size, so that it reads the answer; nothing is kept."""
    left = PATIENCE if sent_bytes(request) <= PATIENCE else 0
    while left > 0 and (chunk := request.read(min(CHUNK, left))):
        left -= len(chunk)
