"""One door for every life cycle: a table of verbs, and `advance()`, the only writer of a status.

A lifecycle is data. The table drives the buttons (`available_verbs`), the published diagram (`manage.py lifecycles`)
and one test over every (status, verb) pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from endorsement_portal.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from django.dispatch import Signal
    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

M = TypeVar("M", bound=models.Model)

LIFECYCLES: dict[type[models.Model], Lifecycle] = {}


class Refused(Exception):  # noqa: N818 - a calm no is an answer, not an error
    """The change is not possible; `message` says why in plain words, and nothing was changed."""

    def __init__(self, message: str | StrPromise) -> None:
        super().__init__(str(message))
        self.message = str(message)


@dataclass(frozen=True)
class Transition:
    """One verb.

    sources: statuses it may start from. target: the status it leads to; None keeps the status.
    permission: the django-rules name asked of a person; None means that only the system may do it.
    guard(subject, by): a refusal in plain words, or None.
    apply(subject, by=…, note=…, **details): what else changes, inside the same transaction; it saves what it touches
    on other rows, and returns the names of the fields of the subject that it set.
    stamp, stamp_by: fields of the subject that take the time and the person.
    announce: the app's one signal; receivers run inside the transaction and only write promises.
    logged: names of details that the log may keep; what people wrote never goes there by default.
    """

    sources: tuple[str, ...]
    target: str | None
    label: str | StrPromise
    permission: str | None = None
    guard: Callable[[Any, User | None], str | StrPromise | None] | None = None
    apply: Callable[..., tuple[str, ...] | None] | None = None
    stamp: str = ""
    stamp_by: str = ""
    announce: Signal | None = None
    needs_note: bool = False
    tone: str = "primary"
    logged: tuple[str, ...] = ()


@dataclass(frozen=True)
class AvailableVerb:
    """A verb that a person may use now, for a button."""

    verb: str
    label: str | StrPromise
    tone: str
    needs_note: bool


@dataclass(frozen=True)
class Lifecycle:
    """The table of verbs of one model. Making one registers it."""

    model: type[models.Model]
    table: Mapping[str, Transition]
    initial: str
    field: str = "status"

    def __post_init__(self) -> None:
        LIFECYCLES[self.model] = self


def lifecycle_of(subject: models.Model) -> Lifecycle:
    """The lifecycle of the subject's model; KeyError where it has none."""
    return LIFECYCLES[type(subject)]


def advance(subject: M, verb: str, *, by: User | None = None, note: str = "", **details: Any) -> M:
    """Do `verb` to `subject` in one transaction, or raise `Refused` and change nothing.

    Locks the row, asks whether the verb is allowed from here and whether `by` may do it, writes status, stamps and one
    event, and announces. `by=None` is the system itself (a timer, a bank's confirmed event). The caller's object is
    brought up to date. KeyError for an unknown verb: that is a programmer's mistake.
    """
    lifecycle = lifecycle_of(subject)
    transition = lifecycle.table[verb]
    with transaction.atomic():
        locked = _locked(subject)
        before: str = getattr(locked, lifecycle.field)
        _ask(locked, transition, before, by, note)
        touched = _write(locked, lifecycle, transition, by)
        if transition.apply:
            touched += transition.apply(locked, by=by, note=note, **details) or ()
        locked.save(update_fields=sorted(set(touched))) if touched else None
        event = Event.objects.record(
            locked,
            verb,
            by=by,
            before=before,
            after=getattr(locked, lifecycle.field),
            note=note,
            details=_loggable(details, transition.logged),
        )
        if transition.announce:
            transition.announce.send(sender=type(locked), subject=locked, verb=verb, by=by, event=event)
    for name in [f.attname for f in locked._meta.concrete_fields]:
        setattr(subject, name, getattr(locked, name))
    return locked


def _locked(subject: M) -> M:
    manager = type(subject)._base_manager
    found: M = manager.select_for_update(of=("self",)).get(pk=subject.pk)
    return found


def _ask(locked: models.Model, transition: Transition, before: str, by: User | None, note: str) -> None:
    if before not in transition.sources:
        raise Refused(_("This can’t be done now: somebody may have been quicker. The page shows where things stand."))
    if by is not None and (transition.permission is None or not by.has_perm(transition.permission, locked)):
        raise Refused(_("You don’t have permission to do this."))
    if by is not None and transition.needs_note and not note.strip():
        raise Refused(_("Please give a reason, so that others can follow the decision."))
    if "\x00" in note:
        raise Refused(_("There is a character in the note that can’t be kept. Please type it anew."))
    refusal = transition.guard(locked, by) if transition.guard else None
    if refusal:
        raise Refused(refusal)


def _write(locked: models.Model, lifecycle: Lifecycle, transition: Transition, by: User | None) -> tuple[str, ...]:
    touched: list[str] = []
    if transition.target is not None:
        setattr(locked, lifecycle.field, transition.target)
        touched.append(lifecycle.field)
    if transition.stamp:
        setattr(locked, transition.stamp, timezone.now())
        touched.append(transition.stamp)
    if transition.stamp_by:
        setattr(locked, transition.stamp_by, by)
        touched.append(transition.stamp_by)
    return tuple(touched)


def _loggable(details: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The named details as the log keeps them: rows by their id, everything else as a short value."""
    kept: dict[str, Any] = {}
    for name in names:
        value = details.get(name)
        if isinstance(value, models.Model):
            kept[name] = str(value.pk)
        elif isinstance(value, int | float | bool) or value is None:
            kept[name] = value
        else:
            kept[name] = str(value)[:200]
    return kept


def available_verbs(subject: models.Model, user: User, *, without: Collection[str] = ()) -> list[AvailableVerb]:
    """The verbs this person may use on the subject now, in the table's order. Guards are asked too.

    `without` leaves out verbs that the page shows elsewhere, before their guards are asked.
    """
    lifecycle = lifecycle_of(subject)
    status = getattr(subject, lifecycle.field)
    return [
        AvailableVerb(verb=verb, label=t.label, tone=t.tone, needs_note=t.needs_note)
        for verb, t in lifecycle.table.items()
        if verb not in without
        and status in t.sources
        and t.permission is not None
        and user.has_perm(t.permission, subject)
        and not (t.guard and t.guard(subject, user))
    ]
