"""How the framework changes: editions are published and retired, figures and titles are confirmed and reopened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from competencies.models import (
    Area,
    CatalogItem,
    CatalogStatus,
    Category,
    Confirmation,
    Domain,
    Edition,
    EditionStatus,
    Figure,
)
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from competencies.models import Confirmable
    from endorsement_portal.models import User

CONFIRMABLE: dict[str, type[Category | Domain | Area]] = {"category": Category, "domain": Domain, "area": Area}


def confirm_figure(figure: Figure, *, by: User | None, seen: Any, value: Any, note: str = "") -> Figure:
    """The association says yes to a figure, or gives its own.

    `seen` is the value the person was looking at: where somebody else changed it meanwhile, `Refused` is raised.
    The event keeps the old and the new value as JSON.
    """
    return advance(figure, "confirm", by=by, note=note, old=json.dumps(seen), new=json.dumps(value))


def _edition_stands(subject: Any, by: User | None) -> str | StrPromise | None:
    if subject.edition.status == EditionStatus.RETIRED:
        return _("This edition is retired: it stays as it was when people were endorsed under it.")
    return None


def _write_value(figure: Figure, *, by: User | None, note: str, old: str = "", new: str = "") -> tuple[str, ...]:
    if not new:
        return ()
    if old and json.loads(old) != figure.value:
        raise Refused(_("Somebody changed this figure a moment ago. Please look at it again."))
    figure.value = json.loads(new)
    return ("value",)


def _clear_confirmation(subject: Confirmable, *, by: User | None, note: str) -> tuple[str, ...]:
    subject.confirmed_at = None
    subject.confirmed_by = None
    return ("confirmed_at", "confirmed_by")


def _confirming(model: type[models.Model], permission: str, *, writes_value: bool = False) -> Lifecycle:
    """The two verbs of everything that the association confirms."""
    return Lifecycle(
        model=model,
        initial=Confirmation.OPEN,
        table={
            "confirm": Transition(
                sources=(Confirmation.OPEN,),
                target=Confirmation.CONFIRMED,
                label=_("Confirm"),
                permission=permission,
                guard=_edition_stands,
                apply=_write_value if writes_value else None,
                stamp="confirmed_at",
                stamp_by="confirmed_by",
                logged=("old", "new") if writes_value else (),
            ),
            "reopen": Transition(
                sources=(Confirmation.CONFIRMED,),
                target=Confirmation.OPEN,
                label=_("Open again"),
                permission=permission,
                guard=_edition_stands,
                apply=_clear_confirmation,
                needs_note=True,
                tone="clay",
            ),
        },
    )


FIGURE = _confirming(Figure, "competencies.confirm_figure", writes_value=True)
TITLES = [_confirming(model, "competencies.confirm_title") for model in CONFIRMABLE.values()]

EDITION = Lifecycle(
    model=Edition,
    initial=EditionStatus.DRAFT,
    table={
        "publish": Transition(
            sources=(EditionStatus.DRAFT,),
            target=EditionStatus.PUBLISHED,
            label=_("Publish"),
            permission="competencies.publish_edition",
            stamp="published_at",
            stamp_by="published_by",
        ),
        "retire": Transition(
            sources=(EditionStatus.PUBLISHED,),
            target=EditionStatus.RETIRED,
            label=_("Retire"),
            permission="competencies.retire_edition",
            stamp="retired_at",
            stamp_by="retired_by",
            tone="clay",
        ),
    },
)

CATALOG = Lifecycle(
    model=CatalogItem,
    initial=CatalogStatus.PROPOSED,
    table={
        "list": Transition(
            sources=(CatalogStatus.PROPOSED, CatalogStatus.RETIRED),
            target=CatalogStatus.LISTED,
            label=_("Put it in the catalog"),
            permission="competencies.keep_catalog",
        ),
        "refuse": Transition(
            sources=(CatalogStatus.PROPOSED,),
            target=CatalogStatus.REFUSED,
            label=_("Don’t take it"),
            permission="competencies.keep_catalog",
            tone="clay",
        ),
        "retire": Transition(
            sources=(CatalogStatus.LISTED,),
            target=CatalogStatus.RETIRED,
            label=_("Take it off the catalog"),
            permission="competencies.keep_catalog",
            tone="clay",
        ),
    },
)
