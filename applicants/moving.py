"""Opting up: an application in draft may move to a newer edition that is in force, and never back.

Publishing an edition changes no application; its owner decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from competencies.models import Category, EditionStatus
from endorsement_portal.lifecycle import Refused, advance

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise as StrPromise

    from applicants.querysets import ApplicationQuerySet
    from competencies.models import Edition
    from endorsement_portal.models import User

PARTLY_OPEN = _("This application was returned for a few parts, so it stays under its edition.")
NONE_NEWER = _("There is no newer edition in force that this category is in.")


def _in_force() -> QuerySet[Category]:
    """Categories that a new application could be for, the newest edition's first."""
    today = timezone.localdate()
    return Category.objects.filter(
        Q(edition__effective_to__isnull=True) | Q(edition__effective_to__gte=today),
        accepts_new=True,
        edition__status=EditionStatus.PUBLISHED,
        edition__effective_from__lte=today,
    ).order_by("-edition__effective_from", "-edition")


def _newer_than(starts: Any, edition: Any) -> Q:
    """Later in force; of two from the same day, the one loaded later."""
    return Q(edition__effective_from__gt=starts) | Q(edition__effective_from=starts, edition__gt=edition)


def with_newer(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """The same applications with the version that each could move to (`newer_version`), in the same query."""
    newer = _in_force().filter(
        _newer_than(OuterRef("edition__effective_from"), OuterRef("edition")), code=OuterRef("category__code")
    )
    return applications.annotate(newer_version=Subquery(newer.values("edition__version")[:1]))


def newer_category(application: Application) -> Category | None:
    """The same category in the newest edition in force, where that is newer than the application's: one query."""
    known = Application.objects.filter(pk=application.pk).values("edition__effective_from")
    return (
        _in_force()
        .filter(_newer_than(Subquery(known), application.edition_id))
        .filter(code__in=Category.objects.filter(pk=application.category_id).values("code"))
        .select_related("edition", "track")
        .first()
    )


def move_up(application: Application, category: Category, *, by: User | None) -> Application:
    """Move to this category of a newer edition: the event keeps both versions. Refused where it can't be."""
    versions = {"version_before": application.edition.version, "version_after": category.edition.version}
    try:
        return advance(application, "change_edition", by=by, category=category, seen=application.edition, **versions)
    except IntegrityError as error:
        raise Refused(_TWICE) from error


_TWICE = _("You have another open application for this category in the newer edition. Continue with that one.")


def may_move(application: Application, by: User | None) -> str | StrPromise | None:
    """The guard of the verb."""
    if application.is_partly_open:
        return PARTLY_OPEN
    return None if newer_category(application) else NONE_NEWER


def write_edition(application: Application, *, category: Category, seen: Edition, **_details: Any) -> tuple[str, ...]:
    """What the verb writes: the edition and the same category in it, where both are still what the person saw."""
    newest = newer_category(application)
    if newest is None or newest.pk != category.pk or application.edition_id != seen.pk:
        raise Refused(_("The editions have changed a moment ago. Please look at it again."))
    twice = Application.objects.open().filter(person=application.person_id, category=category)
    if twice.exclude(pk=application.pk).exists():
        raise Refused(_TWICE)
    application.edition, application.category = category.edition, category
    application.worked_on_at = timezone.now()
    return ("edition", "category", "worked_on_at")
