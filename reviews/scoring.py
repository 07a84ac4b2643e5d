"""Scoring: one row for each competency area of the category, read from a form as it was typed and saved as a draft.

A sheet of sixty rows is drawn and read by hand rather than as sixty forms: opening it stays quick.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.editions import figures_of
from endorsement_portal.lifecycle import Refused
from reviews.conflicts import in_words, reasons_against
from reviews.models import Mark, Review, ReviewStatus, Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from competencies.models import Area, Category
    from endorsement_portal.models import User
    from reviews.dossier import Dossier

LONGEST_NOTE = 3000
REVIEW_FIELDS = ("recommendation", "strengths", "growth", "private_note", "minutes_spent")


@dataclass
class Row:
    """One area: what shows it, and what the reviewer says."""

    area: Area
    dossier: Dossier
    mark: str = ""
    comment: str = ""
    private: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The stem of its fields' names."""
        return f"area-{self.area.pk}"

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The entries of the submission that are tied to it."""
        return self.dossier.by_area.get(self.area.code, [])

    @property
    def ratings(self) -> list[str]:
        """What the references say about it."""
        return self.dossier.ratings_of(self.area.code)

    @property
    def is_evidenced(self) -> bool:
        """Whether anything in the submission shows it."""
        return bool(self.evidence or self.ratings)

    @property
    def has_words(self) -> bool:
        """Whether something is written, so that it is shown opened."""
        return bool(self.comment or self.private or self.errors)


@dataclass
class Sheet:
    """All rows of one review, in the framework's order."""

    rows: list[Row]

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows by domain."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.area.domain.title, []).append(row)
        return list(found.items())

    @property
    def marked(self) -> int:
        """How many areas have a mark."""
        return sum(1 for row in self.rows if row.mark)

    @property
    def is_valid(self) -> bool:
        """Whether every row can be kept."""
        return not any(row.errors for row in self.rows)

    def read(self, data: Mapping[str, str]) -> None:
        """Take what was typed; what can't be kept stays as typed and says why."""
        for row in self.rows:
            row.mark = data.get(f"{row.name}-mark", "")
            row.comment = data.get(f"{row.name}-comment", "").replace("\x00", "").strip()
            row.private = data.get(f"{row.name}-private", "").replace("\x00", "").strip()
            if row.mark and row.mark not in Mark.values:
                row.mark = ""
                row.errors.append(_("Please choose one of the marks."))
            if max(len(row.comment), len(row.private)) > LONGEST_NOTE:
                row.errors.append(_("This is longer than 3,000 characters. Please shorten it."))

    def mark_evidenced(self) -> int:
        """Mark as met what has no mark yet and is shown by something; how many."""
        rows = [row for row in self.rows if not row.mark and row.is_evidenced]
        for row in rows:
            row.mark = Mark.MET.value
        return len(rows)


def sheet_for(areas: Iterable[Area], dossier: Dossier, scores: Iterable[Score]) -> Sheet:
    """The sheet as it was last saved."""
    kept = {score.area_code: score for score in scores}
    rows = []
    for area in areas:
        row = Row(area, dossier)
        score = kept.get(area.code)
        if score:
            row.mark, row.comment, row.private = score.mark, score.comment_to_applicant, score.private_note
        rows.append(row)
    return Sheet(rows)


def ends_with_exam(category: Category) -> bool:
    """Whether an exam comes before the endorsement, as the edition's figures say: one query."""
    figure = figures_of(category.edition_id, category.profile, paths=("exam",)).get((category.profile, "exam"))
    return bool(figure and figure.value)


def save_draft(review: Review, sheet: Sheet, overall: Mapping[str, Any], *, version: int, by: User) -> None:
    """Keep the sheet and the overall words as a draft, in a fixed number of queries.

    Refused, with nothing kept, where the review is no longer in progress, a conflict of interest came up, or another
    tab saved after `version` was read: nobody's words are silently replaced.
    """
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).select_related("application").get(pk=review.pk)
        if locked.status != ReviewStatus.IN_PROGRESS or not by.has_perm("reviews.score_review", locked):
            raise Refused(_("This review can’t be changed now. Nothing was saved."))
        reasons = reasons_against(locked.application, [by.pk]).get(by.pk)
        if reasons:
            raise Refused(_("A conflict of interest came up: %(why)s. Nothing was saved.") % {"why": in_words(reasons)})
        if locked.version != version:
            raise Refused(
                _(
                    "This review was saved in another window meanwhile. What you typed is still here, and not saved "
                    "yet: save again to let it replace the other version."
                )
            )
        Score.objects.bulk_create(
            [
                Score(
                    review=locked,
                    area_code=row.area.code,
                    mark=row.mark,
                    comment_to_applicant=row.comment,
                    private_note=row.private,
                )
                for row in sheet.rows
            ],
            update_conflicts=True,
            unique_fields=["review", "area_code"],
            update_fields=["mark", "comment_to_applicant", "private_note"],
        )
        for name in REVIEW_FIELDS:
            setattr(locked, name, overall[name])
        locked.version = version + 1
        locked.saved_at = timezone.now()
        locked.save(update_fields=[*REVIEW_FIELDS, "version", "saved_at"])
