"""Load a framework as a draft edition: the shipped document, or one that a coordinator brings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from competencies.document_reader import Said
from competencies.documents import Framework, parse
from competencies.models import AddOn, Area, Basis, Category, Confirmation, Domain, Edition, Figure, RatingItem, Track

BUILT_IN = Path(__file__).resolve().parent / "data" / "framework.yaml"


@dataclass(frozen=True)
class Loaded:
    """What loading did: the edition, whether it is new, and whether the file differs from what was loaded before."""

    edition: Edition
    created: bool
    differs: bool


def load(text: str) -> Loaded:
    """Load a document as a draft edition. The same key and version is never loaded twice and nothing is overwritten.

    Raises FrameworkError, with every problem, where the document is not sound.
    """
    framework = parse(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        edition, created = Edition.objects.get_or_create(
            key=framework.key,
            version=framework.version,
            defaults={
                "title": framework.title,
                "licensee": framework.licensee,
                "effective_from": framework.effective_from,
                "effective_to": framework.effective_to,
                "notes": list(framework.notes),
                "source_sha256": digest,
            },
        )
        if created:
            _fill(edition, framework)
    return Loaded(edition=edition, created=created, differs=edition.source_sha256 != digest)


def _fill(edition: Edition, framework: Framework) -> None:
    tracks = {
        track.code: track
        for track in Track.objects.bulk_create(
            Track(
                edition=edition,
                code=entry.code,
                title=entry.fields["title"],
                mark=entry.fields.get("mark", entry.code),
                age_from_months=entry.fields.get("age_months", [None, None])[0],
                age_to_months=entry.fields.get("age_months", [None, None])[1],
                includes_prenatal=entry.fields.get("includes_prenatal", False),
                composed_of=entry.fields.get("composed_of", []),
                basis=entry.said.basis,
                sources=list(entry.said.sources),
                note=entry.said.note,
                position=n,
            )
            for n, entry in enumerate(framework.tracks)
        )
    }
    Category.objects.bulk_create(
        Category(
            edition=edition,
            code=entry.code,
            title=entry.fields["title"],
            track=tracks[entry.fields["track"]],
            scope=entry.fields["scope"],
            profile=entry.fields["profile"],
            accepts_new=entry.fields.get("accepts_new", True),
            position=n,
            **_standing(entry.said),
        )
        for n, entry in enumerate(framework.categories)
    )
    AddOn.objects.bulk_create(
        AddOn(
            edition=edition,
            code=entry.code,
            title=entry.fields["title"],
            basis=entry.said.basis,
            sources=list(entry.said.sources),
        )
        for entry in framework.addons
    )
    Figure.objects.bulk_create(
        Figure(edition=edition, section=f.section, path=f.path, value=f.value, position=n, **_standing(f.said))
        for n, f in enumerate(framework.figures)
    )
    _fill_domains(edition, framework)


def _fill_domains(edition: Edition, framework: Framework) -> None:
    domains = Domain.objects.bulk_create(
        Domain(
            edition=edition,
            key=d.key,
            title=d.title,
            key_domain=d.key_domain,
            evidence=list(d.evidence),
            inferred=list(d.inferred),
            position=n,
            **_standing(d.said, also_open=bool(d.inferred)),
        )
        for n, d in enumerate(framework.domains)
    )
    areas = Area.objects.bulk_create(
        Area(
            edition=edition,
            domain=domain,
            key=area.key,
            code=f"{domain.key}.{area.key}",
            title=area.title,
            former_title=area.former_title,
            profiles=list(area.profiles),
            position=n,
            **_standing(area.said),
        )
        for domain, read in zip(domains, framework.domains, strict=True)
        for n, area in enumerate(read.areas)
    )
    by_code = {area.code: area for area in areas}
    RatingItem.objects.bulk_create(
        RatingItem(
            edition=edition,
            area=by_code[item.area],
            key=item.key,
            text=item.text,
            categories=list(item.categories),
            position=n,
        )
        for n, item in enumerate(framework.rating_items)
    )


def _standing(said: Said, *, also_open: bool = False) -> dict[str, Any]:
    """The columns of a Confirmable: what was read on a public page needs nobody to confirm it."""
    is_open = also_open or said.basis != Basis.CONFIRMED
    return {
        "basis": said.basis,
        "sources": list(said.sources),
        "note": said.note,
        "status": Confirmation.OPEN if is_open else Confirmation.CONFIRMED,
    }
