"""Frozen submissions: everything a reviewer reads, as data, with a hash over it.

`collect(application)` gathers the profile, all evidence, the references' progress (never their content) and the
signatures into one document; `freeze(application)` stores it as the application's next snapshot, with how the
requirements stood. `read(data)` arranges it for a page.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from applicants.library import area_titles
from applicants.models import KINDS, Application, Evidence, Profile, Snapshot, Standing, Work
from applicants.progress import measure_of
from applicants.readiness import readiness
from applicants.reading import as_read
from applicants.sections import carried_over

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model
    from django.utils.functional import _StrPromise as StrPromise

# What is the library's own business and no part of a submission.
HIDDEN = {
    *("id", "person", "version", "once", "created_at", "updated_at", "removed_at"),
    *("generation", "token_hash", "asked_at", "reminders", "answer_note"),
}


@dataclass(frozen=True)
class Submission:
    """What was submitted, arranged for reading: the profile, and the entries of every kind of evidence."""

    profile: dict[str, Any]
    evidence: list[tuple[str | StrPromise, list[dict[str, Any]]]]


def read(data: dict[str, Any]) -> Submission:
    """A submission's data for a page: days as days again, and `areas` by what they are called."""
    kept, areas = data.get("evidence", {}), data.get("areas", {})
    return Submission(
        profile=data.get("profile", {}),
        evidence=[
            (model._meta.verbose_name or kind, [_as_read(kind, entry, areas) for entry in kept.get(kind, [])])
            for kind, model in KINDS.items()
        ],
    )


def _as_read(kind: str, entry: dict[str, Any], areas: dict[str, str]) -> dict[str, Any]:
    titles = [areas[code] for code in entry.get("area_keys", ()) if code in areas]
    return as_read(kind, entry) | {"areas": titles}


def freeze(application: Application) -> Snapshot:
    """Store the application's next snapshot and return it. Call inside the transaction of the submission."""
    now = timezone.now()
    data = collect(application)
    data["application"] |= {
        "category_title": application.category.title,
        "endorsement": application.category.track.mark,
        "edition": application.edition.version,
    }
    data["areas"] = area_titles(
        {code for entries in data["evidence"].values() for row in entries for code in row["area_keys"]}
    )
    data["checks"] = _checks(application, Snapshot(data=_plain(data), frozen_at=now))
    data = _plain(data)
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    upload_ids = [entry["document_id"] for entries in data["evidence"].values() for entry in entries]
    return Snapshot.objects.create(
        application=application,
        number=application.snapshots.count() + 1,
        data=data,
        upload_ids=sorted(set(filter(None, upload_ids))),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        frozen_at=now,
    )


def collect(application: Application) -> dict[str, Any]:
    """What a submission would say now, as plain data: parts that are closed as they were submitted last."""
    evidence = {kind: [_entry(entry) for entry in _rows(model, application)] for kind, model in KINDS.items()}
    _add_standings(evidence["supervision"])
    profile = Profile.objects.select_related("county").filter(person=application.person_id).first()
    now: dict[str, Any] = {
        "application": {"code": application.code, "category": application.category.code},
        "profile": {**_fields(profile), "county_name": profile.county.name} if profile else {},
        "evidence": evidence,
        "signatures": [_fields(row) for row in application.signatures.order_by("kind")],
        "references": [
            {
                "id": row.pk,
                "role": row.role,
                "role_label": str(row.get_role_display()),
                "status": row.status,
                "status_label": str(row.state.label),
                "completed_at": row.completed_at,
            }
            for row in application.references.current()
        ],
    }
    before = application.snapshots.order_by("-number").first() if application.returned_sections else None
    return carried_over(_plain(now), before.data if before else {}, application.returned_sections)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON keeps it: days and hours as text."""
    plain: dict[str, Any] = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    return plain


def _checks(application: Application, frozen: Snapshot) -> list[dict[str, Any]]:
    """How each requirement stood, in words, for the paper. The fee is nobody's business there."""
    return [
        {"title": str(check.title), "measure": measure_of(check), "met": check.met, "sentence": check.sentence}
        for check in readiness(application, frozen=frozen).checks
        if check.section != "fee"
    ]


def _rows(model: type[Evidence], application: Application) -> Iterable[Evidence]:
    beside = ["document", "county"] if model is Work else ["document"]
    return model.objects.present().filter(person=application.person_id).select_related(*beside)


def _add_standings(entries: list[dict[str, Any]]) -> None:
    """What each provider was qualified as, by the record of this day: it decides whether the hours count."""
    held: dict[int, list[dict[str, Any]]] = {entry["provider_id"]: [] for entry in entries if entry["provider_id"]}
    for row in Standing.objects.filter(provider__in=held).order_by("-starts_on", "pk"):
        facts = {"qualification": row.qualification, "starts_on": row.starts_on, "ends_on": row.ends_on}
        held[row.provider_id].append(facts)
    for entry in entries:
        entry["standings"] = held.get(entry["provider_id"], [])


def _entry(entry: Evidence) -> dict[str, Any]:
    document = entry.document
    return {
        "id": entry.pk,
        "headline": entry.headline,
        "measure": entry.measure,
        **_fields(entry),
        "document_id": document.pk if document else None,
        "document_name": document.original_name if document else "",
        **({"county_name": entry.county.name if entry.county else ""} if isinstance(entry, Work) else {}),
    }


def _fields(row: Model) -> dict[str, Any]:
    """A row's own columns by name; choices carry their words beside the value."""
    kept: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in HIDDEN or field.name in {"document", "application", "address"}:
            continue
        kept[field.attname] = field.value_from_object(row)
        if field.choices:
            kept[f"{field.name}_label"] = str(getattr(row, f"get_{field.name}_display")())
    return kept
