"""What raters are asked: the rating items of an edition, or the titles of its areas where it has none.

Answers are kept by the key of the question. An item's key is one word and an area's code has a dot, so whichever an
answer was given to, it is found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q
from django.db.models.functions import JSONObject

from competencies.models import Area, RatingItem

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from competencies.models import Category

# Domains that a reference speaks about where the edition has no items: for their areas it is the main evidence.
RATED = frozenset({"reflection", "working_with_others", "thinking"})
# The word that marks a text as nobody's licensed wording.
SAMPLE = "SAMPLE"


@dataclass(frozen=True)
class Question:
    """One question of the form, the area it speaks for and the title of that area's domain."""

    key: str
    text: str
    area: str
    domain: str

    @property
    def is_sample(self) -> bool:
        """Whether these are not the words of the licensed form: a marked item, or the mere title of an area."""
        return self.key == self.area or SAMPLE in self.text


def questions_for(category: Category) -> list[Question]:
    """The questions of a category, by domain: one query, two where its edition has no items for it."""
    asked = Q(categories=[]) | Q(categories__contains=[category.code])
    items = RatingItem.objects.filter(asked, edition=category.edition_id, area__profiles__contains=[category.profile])
    items = items.select_related("area__domain").order_by("area__domain__position", "position")
    return [_of_item(row) for row in items] or [_of_area(area) for area in category.areas() if area.domain.key in RATED]


def questions_of(edition_id: int) -> dict[str, Question]:
    """Every question that answers under an edition may be to, by its key, in the order of the form: two queries."""
    items = RatingItem.objects.filter(edition=edition_id).select_related("area__domain")
    items = items.order_by("area__domain__position", "position")
    areas = Area.objects.filter(edition=edition_id).select_related("domain")
    found = [_of_item(row) for row in items] + [_of_area(row) for row in areas]
    return {question.key: question for question in found}


def items_under(edition: Combinable) -> ArraySubquery:
    """For another table's query: each item of that edition, in the order of the form, as {key, area}.

    What was answered and is no item is an area's code itself.
    """
    items = RatingItem.objects.filter(edition=edition).order_by("area__domain__position", "position")
    return ArraySubquery(items.values(item=JSONObject(key="key", area="area__code")))


def _of_item(row: RatingItem) -> Question:
    return Question(row.key, row.text, row.area.code, row.area.domain.title)


def _of_area(row: Area) -> Question:
    return Question(row.code, row.title, row.code, row.domain.title)
