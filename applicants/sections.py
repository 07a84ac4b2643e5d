"""The parts of an application, as a coordinator names them when only some are opened again.

Evidence and profile belong to the person and stay theirs to work on at all times. So a part that is closed means: the
next submission takes it over from the one before, unchanged, whatever the library says by then. Signatures and
references belong to the application; while they are closed, nobody can change them at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.models import KINDS, Application

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

# By their word in rows and forms, in the order in which a person works through them.
SECTIONS: dict[str, str | StrPromise] = {
    "profile": gettext_lazy("profile"),
    **{kind: model._meta.verbose_name_plural or kind for kind, model in KINDS.items()},
    "references": gettext_lazy("references"),
    "sign": gettext_lazy("signed documents"),
}


def in_order(names: Iterable[str]) -> list[str]:
    """Known sections in their order, each once; all of them are the same as none named: []."""
    wanted = set(names)
    found = [name for name in SECTIONS if name in wanted]
    return [] if len(found) == len(SECTIONS) else found


def titles(names: Collection[str]) -> list[str]:
    """What these sections are called, in their order."""
    return [capfirst(str(words)) for name, words in SECTIONS.items() if name in names]


def said(names: Collection[str]) -> str:
    """Sections in one line; of none named, that it is everything."""
    return ", ".join(titles(names)) if names else _("Everything")


@dataclass(frozen=True)
class Partly:
    """An application that takes only some parts of the library anew, and which."""

    application: Application
    open_titles: list[str]


def closed_in(person: User, part: str = "") -> list[Partly]:
    """The person's applications whose next submission leaves this part as it was, or any part: one query."""
    return [
        Partly(application, titles(application.returned_sections))
        for application in Application.objects.own(person).partly_open()
        if not part or not application.takes(part)
    ]


def carried_over(now: Mapping[str, Any], before: Mapping[str, Any], named: Collection[str]) -> dict[str, Any]:
    """What a submission would say now, where only the named sections are open: the others as they were `before`.

    Both are in the shape of a submission. References go on by themselves, so they are always as they are now.
    """
    data = dict(now)
    if not named:
        return data
    evidence, old = dict(now.get("evidence", {})), before.get("evidence", {})
    data["evidence"] = evidence | {kind: old.get(kind, []) for kind in KINDS if kind not in named}
    for section, part in (("profile", "profile"), ("sign", "signatures")):
        if section not in named and part in before:
            data[part] = before[part]
    return data
