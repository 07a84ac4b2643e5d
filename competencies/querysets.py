"""What can be asked of the framework."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import date

    from competencies.models import Edition


class EditionQuerySet(models.QuerySet["Edition"]):
    """Questions about editions."""

    def current(self, *, on: date | None = None) -> Edition | None:
        """The edition that a new application is pinned to, or None where no framework is loaded.

        The newest published one in force on the day (today), else the newest published. Before anything is published
        it is the draft that came first: bringing in another changes nothing for anybody until it is published.
        """
        day = on or timezone.localdate()
        in_force = Q(effective_from__lte=day) & (Q(effective_to__isnull=True) | Q(effective_to__gte=day))
        rank = models.Case(
            models.When(Q(status="published") & in_force, then=0),
            models.When(status="published", then=1),
            default=2,
        )
        came = models.Case(models.When(status="draft", then="pk"))
        usable = self.exclude(status="retired").annotate(rank=rank, came=came)
        return usable.order_by("rank", "came", "-effective_from", "-pk").first()

    def with_open_counts(self) -> Self:
        """Adds `figures_open`, `titles_open` and `figures_all`: how much is still to be confirmed."""

        def counted(name: str, condition: Q | None = None) -> Any:
            rows = self.model._meta.get_field(name).related_model._default_manager.filter(edition=OuterRef("pk"))  # type: ignore[union-attr]
            rows = rows.filter(condition) if condition else rows
            total = rows.order_by().values("edition").annotate(n=Count("pk")).values("n")
            return Coalesce(Subquery(total, output_field=models.IntegerField()), 0)

        still_open = Q(status="open")
        return self.annotate(
            figures_all=counted("figures"),
            figures_open=counted("figures", still_open),
            titles_open=counted("categories", still_open)
            + counted("domains", still_open)
            + counted("areas", still_open),
        )


class FigureQuerySet(models.QuerySet[Any]):
    """Questions about figures and titles, which can each be confirmed."""

    def still_open(self) -> Self:
        """What the association has still to confirm."""
        return self.filter(status="open")


class CatalogQuerySet(models.QuerySet[Any]):
    """Questions about the training catalog."""

    def listed(self) -> Self:
        """What can be added to one's evidence."""
        return self.filter(status="listed")

    def to_look_at(self) -> Self:
        """What somebody proposed and staff have not looked at."""
        return self.filter(status="proposed")

    def matching(self, words: str) -> Self:
        """Whose title or sponsor holds each of these words."""
        rows = self
        for word in words.split()[:8]:
            rows = rows.filter(Q(title__icontains=word) | Q(sponsor__icontains=word))
        return rows
