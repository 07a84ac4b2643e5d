"""The training catalog: known trainings with the areas they show, and links by which a provider proposes one.

A link is made for a provider's name, is signed, and runs out; nothing is stored for it. What comes in through it waits
for staff.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from competencies.models import Area, CatalogItem, Edition
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from endorsement_portal.models import User

SALT = "competencies.catalog_propose"
LINK_DAYS = 60
# How many proposals may wait for staff that came from one provider, so that a link that got about does little harm.
MOST_WAITING = 50


@dataclass(frozen=True)
class Invitation:
    """Who may propose, and until when."""

    provider: str
    until: date


def link_for(provider: str) -> str:
    """The path by which this provider proposes trainings for the next sixty days."""
    until = timezone.localdate() + timedelta(days=LINK_DAYS)
    token = signing.dumps([provider, until.isoformat()], salt=SALT, compress=True)
    return reverse("competencies:catalog_propose", args=[token])


def invitation(token: str) -> Invitation | None:
    """What a link says; None where it is not one of ours or has run out."""
    try:
        provider, until = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Invitation(provider, date.fromisoformat(until))
    return found if found.until >= timezone.localdate() else None


def all_areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every area of the edition in force by its domain, as choices."""
    edition = Edition.objects.current()
    rows = Area.objects.filter(edition=edition).select_related("domain").order_by("domain__position", "position")
    return [
        (str(domain), [(area.code, area.title) for area in inside])
        for domain, inside in groupby(rows, key=lambda area: area.domain)
    ]


def area_titles(items: list[CatalogItem]) -> dict[str, str]:
    """What the areas of these trainings are called, by their codes; in the newest edition that knows them."""
    codes = {code for item in items for code in item.area_keys}
    rows = Area.objects.filter(code__in=codes).order_by("edition__effective_from", "edition_id")
    return dict(rows.values_list("code", "title"))


def is_full(provider: str) -> bool:
    """Whether so much of this provider waits already that staff should look at it first."""
    return CatalogItem.objects.to_look_at().filter(proposer=provider).count() >= MOST_WAITING


def propose(facts: Mapping[str, Any], *, provider: str, once: uuid.UUID) -> CatalogItem:
    """Keep a proposal for staff to look at. The same form twice is kept once."""
    try:
        with transaction.atomic():
            item = CatalogItem.objects.create(proposer=provider, once=once, **facts)
            Event.objects.record(item, "propose", after=item.status)
    except IntegrityError:
        before = CatalogItem.objects.filter(once=once).first()
        if before is None:
            raise
        return before
    return item


def enter(facts: Mapping[str, Any], *, by: User, once: uuid.UUID) -> CatalogItem:
    """What staff enter is in the catalog at once. The same form twice makes one."""
    try:
        with transaction.atomic():
            item = CatalogItem.objects.create(once=once, **facts)
            advance(item, "list", by=by)
    except IntegrityError:
        before = CatalogItem.objects.filter(once=once).first()
        if before is None:
            raise
        return before
    return item
