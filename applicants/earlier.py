"""What a long text of an entry said before it was changed: kept for thirty days, to be brought back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from applicants.models import KINDS, EarlierText, Evidence
from applicants.words import EARLIER_DAYS, clean, sheet_of_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django import forms
    from django.db.models import QuerySet


def long_texts(kind: str) -> list[str]:
    """The fields of a kind of evidence whose earlier texts are kept."""
    fields = KINDS[kind]._meta.concrete_fields
    return [field.name for field in fields if isinstance(field, models.TextField) and field.editable]


def keep_earlier(entry: Evidence, before: Mapping[str, Any]) -> None:
    """Keep what the entry's long texts said before this save, where they say something else now."""
    changed = [name for name in long_texts(entry.kind) if before.get(name) and before[name] != getattr(entry, name)]
    form = sheet_of_entry(entry).form
    EarlierText.objects.bulk_create(
        EarlierText(person_id=entry.person_id, form=form, field=name, text=before[name]) for name in changed
    )


def earlier_texts(entry: Evidence) -> QuerySet[EarlierText]:
    """What the entry's long texts said in the last thirty days."""
    since = timezone.now() - timedelta(days=EARLIER_DAYS)
    form = sheet_of_entry(entry).form
    return EarlierText.objects.filter(person=entry.person_id, form=form, replaced_at__gte=since)


def show_earlier(form: forms.BaseForm, entry: Evidence) -> None:
    """Lead from each long text of the entry's form to its earlier ones, where there are any."""
    for name in set(earlier_texts(entry).values_list("field", flat=True)):
        field: Any = form[name]
        field.earlier = reverse("applicants:earlier_text_list", args=[entry.kind, entry.pk, name])


def bring_back(entry: Evidence, earlier: EarlierText) -> None:
    """Put an earlier text into the entry's draft. Words typed there and not saved become an earlier text themselves."""
    sheet = sheet_of_entry(entry)
    draft = sheet.draft()
    typed = draft.words if draft else {}
    unsaved = "".join(typed.get(earlier.field, []))
    if unsaved not in ("", earlier.text, getattr(entry, earlier.field)):
        EarlierText.objects.create(person_id=entry.person_id, form=sheet.form, field=earlier.field, text=unsaved)
    sheet.keep(typed | {earlier.field: clean([earlier.text])})
