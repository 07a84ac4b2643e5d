"""One page to picture, and how the rows that its address needs are found in the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Arguments = list[Any] | None
Ask = Callable[[], Arguments]


@dataclass(frozen=True)
class Scene:
    """One page as one person: the URL's name, what its address takes, and what follows the question mark.

    `take` tells apart several pictures of one page; a main page is also pictured without JavaScript.
    """

    name: str
    ask: Ask | None = None
    query: str = ""
    take: str = ""
    main: bool = False

    @property
    def title(self) -> str:
        """The picture's name: `applicants-application_detail-returned`."""
        return "-".join(part for part in (self.name.replace(":", "-"), self.take) if part)


def _pk(rows: Any, **conditions: Any) -> Arguments:
    """The first fitting row's key."""
    found = rows.filter(**conditions).order_by("pk").first()
    return [found.pk] if found else None


def ask_for(model: Any, *more: Any, **conditions: Any) -> Ask:
    """The key of a model's first fitting row, and what follows it in the address."""

    def ask() -> Arguments:
        found = _pk(model._default_manager, **conditions)
        return [*found, *more] if found else None

    return ask


def ask_kind(kind: str, model: Any, email: str, *more: Any) -> Ask:
    """A person's first entry of a kind of evidence."""

    def ask() -> Arguments:
        found = _pk(model._default_manager, person__email=email)
        return [kind, *found, *more] if found else None

    return ask
