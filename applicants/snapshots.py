"""Frozen submissions: everything a reviewer reads, as data, with a hash over it.

`freeze(application)` collects the profile, all evidence, the references' progress (never their content) and the
signatures into one JSON document and stores it as the application's next snapshot. `read(snapshot)` arranges it for
a page.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

from applicants.models import KINDS, Application, Evidence, Profile, Snapshot, Standing
from applicants.reading import as_read

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


def read(snapshot: Snapshot) -> Submission:
    """A snapshot's data for a page, days as days again."""
    kept = snapshot.data.get("evidence", {})
    return Submission(
        profile=snapshot.data.get("profile", {}),
        evidence=[
            (model._meta.verbose_name or kind, [as_read(kind, entry) for entry in kept.get(kind, [])])
            for kind, model in KINDS.items()
        ],
    )


def freeze(application: Application) -> Snapshot:
    """Store the application's next snapshot and return it. Call inside the transaction of the submission."""
    evidence = {kind: [_entry(entry) for entry in _rows(model, application)] for kind, model in KINDS.items()}
    _add_standings(evidence["supervision"])
    profile = Profile.objects.select_related("county").get(person=application.person_id)
    data: dict[str, Any] = {
        "application": {"code": application.code, "category": application.category.code},
        "profile": {**_fields(profile), "county_name": profile.county.name},
        "evidence": evidence,
        "signatures": [_fields(row) for row in application.signatures.order_by("kind")],
        "references": [
            {"role": row.role, "status": row.status, "completed_at": row.completed_at}
            for row in application.references.current()
        ],
    }
    text = json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    upload_ids = [entry["document_id"] for entries in evidence.values() for entry in entries if entry["document_id"]]
    return Snapshot.objects.create(
        application=application,
        number=application.snapshots.count() + 1,
        data=json.loads(text),
        upload_ids=sorted(set(upload_ids)),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _rows(model: type[Evidence], application: Application) -> Iterable[Evidence]:
    return model.objects.present().filter(person=application.person_id).select_related("document")


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
