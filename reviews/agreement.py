"""Agreement: filed reviews side by side, with what reviewers see differently first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviews.models import Mark, Recommendation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from competencies.models import Area
    from reviews.models import Review, Score

# How far a mark is from "met"; an area covered by references is met in another way.
LEVELS = {Mark.MET: 2, Mark.BY_REFERENCE: 2, Mark.PARTLY: 1, Mark.NOT_MET: 0}


@dataclass(frozen=True)
class AreaSeen:
    """One area as each reviewer scored it, in the order of the reviews."""

    area: Area
    cells: list[tuple[Review, Score | None]]
    spread: int
    lowest: int

    @property
    def scores(self) -> list[Score | None]:
        """The scores without their reviews."""
        return [score for _review, score in self.cells]

    @property
    def differs(self) -> bool:
        """Whether the reviewers see it differently."""
        return self.spread > 0

    @property
    def falls_short(self) -> bool:
        """Whether anybody found it less than met."""
        return self.lowest < LEVELS[Mark.MET]


def side_by_side(areas: Iterable[Area], reviews: Sequence[Review]) -> list[AreaSeen]:
    """Areas with the widest disagreement first, then those that fall short, then the rest in the framework's order.

    The reviews come with their scores prefetched, so this asks the database nothing.
    """
    scores = [{score.area_code: score for score in review.scores.all()} for review in reviews]
    seen = []
    for area in areas:
        cells = [(review, one.get(area.code)) for review, one in zip(reviews, scores, strict=True)]
        levels = [LEVELS[Mark(score.mark)] for _review, score in cells if score and score.mark]
        lowest = min(levels, default=LEVELS[Mark.MET])
        seen.append(AreaSeen(area, cells, max(levels, default=lowest) - lowest, lowest))
    return sorted(seen, key=lambda one: (-one.spread, one.lowest))


def agree(reviews: Sequence[Review], seen: Iterable[AreaSeen]) -> bool:
    """Whether all recommend the same, nobody asks to discuss, and no area is met for one and not met for another."""
    recommendations = {review.recommendation for review in reviews}
    return (
        len(recommendations) <= 1
        and Recommendation.DISCUSS not in recommendations
        and all(one.spread < LEVELS[Mark.MET] for one in seen)
    )
