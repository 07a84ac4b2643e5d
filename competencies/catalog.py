"""The training catalog: known trainings with the areas they show, and links by which a provider proposes one.

A link is made for a provider's name, runs out, and can be renewed or withdrawn; its secret is made anew whenever it is
shown. What comes in through it waits for staff.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from competencies.models import Area, CatalogInvitation, CatalogItem, Edition
from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from endorsement_portal.models import User

SALT = "competencies.catalog_invitation"
LINK_DAYS = 60
# How many proposals may wait for staff that came from one provider, so that a link that got about does little harm.
MOST_WAITING = 50


def invite(provider: str, *, by: User) -> CatalogInvitation:
    """A link by which this provider proposes trainings for the next sixty days."""
    with transaction.atomic():
        made = CatalogInvitation.objects.create(provider=provider, ends_on=_end(), made_by=by)
        Event.objects.record(made, "create", by=by, details={"until": made.ends_on.isoformat()})
    return made


def renew(pk: int, *, by: User) -> CatalogInvitation | None:
    """A new link for sixty days more; the old one is dead. None where there is no such invitation."""
    with transaction.atomic():
        found = CatalogInvitation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            return None
        found.generation, found.ends_on, found.withdrawn_at = found.generation + 1, _end(), None
        found.save(update_fields=["generation", "ends_on", "withdrawn_at"])
        Event.objects.record(found, "renew", by=by, details={"until": found.ends_on.isoformat()})
    return found


def withdraw(pk: int, *, by: User) -> CatalogInvitation | None:
    """The link is dead at once; doing it twice does nothing more. What came through it stays."""
    with transaction.atomic():
        found = CatalogInvitation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is not None and found.withdrawn_at is None:
            found.withdrawn_at = timezone.now()
            found.save(update_fields=["withdrawn_at"])
            Event.objects.record(found, "withdraw", by=by)
    return found


def _end() -> date:
    return timezone.localdate() + timedelta(days=LINK_DAYS)


def link_of(invited: CatalogInvitation) -> str:
    """The path by which this provider proposes trainings."""
    token = signing.dumps([invited.pk, invited.generation], salt=SALT, compress=True)
    return reverse("competencies:catalog_propose", args=[token])


def invitation(token: str) -> CatalogInvitation | None:
    """Whose link it is; None where it is not one of ours, or was renewed, withdrawn, or has run out."""
    try:
        pk, generation = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = CatalogInvitation.objects.filter(pk=pk, generation=generation).first()
    return found if found and found.is_live else None


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
