"""What a reviewer reads: the frozen submission and the references that came in, arranged for reading.

Profile and evidence come from the snapshot alone. The references' answers are evidence for people who judge; they are
read from their rows and never shown to the applicant here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from applicants.answers import hours
from applicants.forms import RECOMMENDATIONS, SCALE
from applicants.models import KINDS, Reference
from applicants.reading import as_read
from competencies.rating import items_under

if TYPE_CHECKING:
    from applicants.models import Application, Snapshot

NOT_ENOUGH_INFORMATION = "n"


@dataclass(frozen=True)
class Section:
    """All entries of one kind of evidence, and what they add up to."""

    title: str
    entries: list[dict[str, Any]]
    total: str


@dataclass(frozen=True)
class Answered:
    """A completed reference, in words."""

    role: str
    rater: str
    known_since: Any
    recommendation: str
    remarks: str
    ratings: dict[str, list[str]]
    on_paper: bool = False


@dataclass
class Dossier:
    """One submission as a reviewer reads it. The references are asked for when they are first read."""

    application: Application
    profile: dict[str, Any]
    sections: list[Section]
    by_area: dict[str, list[dict[str, Any]]]

    @cached_property
    def references(self) -> list[Answered]:
        """The completed references: one query, once."""
        return references_of(self.application)

    def ratings_of(self, area_code: str) -> list[str]:
        """What the references say about one area, in words; silence is left out."""
        return [said for one in self.references for said in one.ratings.get(area_code, ())]


def dossier_of(snapshot: Snapshot, application: Application) -> Dossier:
    """Arrange a snapshot's data; asks the database nothing yet."""
    evidence: dict[str, list[dict[str, Any]]] = snapshot.data.get("evidence", {})
    by_area: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sections = []
    for kind, model in KINDS.items():
        entries = [as_read(kind, entry) for entry in evidence.get(kind, [])]
        for entry in entries:
            for code in entry.get("area_keys", []):
                here = hours(Decimal(given)) if (given := entry.get("area_hours", {}).get(code)) else ""
                by_area[code].append({**entry, "kind": str(model._meta.verbose_name), "here": here})
        sections.append(Section(str(model._meta.verbose_name_plural), entries, _total(kind, entries)))
    return Dossier(
        application=application,
        profile=snapshot.data.get("profile", {}),
        sections=sections,
        by_area=dict(by_area),
    )


def references_of(application: Application) -> list[Answered]:
    """The completed references with their content, for people who judge: one query."""
    recommendations = {value: str(words) for value, words in RECOMMENDATIONS}
    asked = Coalesce(OuterRef("edition"), OuterRef("application__edition"))
    rows = Reference.objects.filter(application=application).annotate(items=items_under(asked))
    return [
        Answered(
            role=row.get_role_display(),
            rater=row.rater_name,
            known_since=row.known_since,
            recommendation=recommendations.get(row.recommendation, row.recommendation),
            remarks=row.remarks,
            ratings=_by_area(row.answers, {item["key"]: item["area"] for item in row.items}),
            on_paper=row.keyed_by_id is not None,
        )
        for row in rows.completed().order_by("pk")
    ]


def _by_area(answers: dict[str, str], area_of: dict[str, str]) -> dict[str, list[str]]:
    """What the rater could say, in words, by the code of the area that each question speaks for."""
    scale = {value: str(words) for value, words in SCALE}
    found: dict[str, list[str]] = defaultdict(list)
    # In the order of the edition's items: the database keeps none.
    for key in dict.fromkeys([*(key for key in area_of if key in answers), *answers]):
        if answers[key] != NOT_ENOUGH_INFORMATION:
            found[area_of.get(key, key)].append(scale.get(str(answers[key]), str(answers[key])))
    return dict(found)


def _total(kind: str, entries: list[dict[str, Any]]) -> str:
    """Hours in all, where the kind has hours."""
    name = KINDS[kind].hours_name
    if not name or not entries:
        return ""
    in_all = sum((Decimal(str(entry.get(name) or 0)) for entry in entries), Decimal(0))
    return _("%(hours)s hours in all") % {"hours": f"{in_all.normalize():f}"}
