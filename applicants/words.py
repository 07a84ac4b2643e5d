"""Words that are never lost: what is typed and not saved yet, and two windows that differ.

A `Sheet` is one form in one writer's hands. `Said` is what its controls say: the values by the control's name, as a
browser would send them, nothing being an empty list.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.models import KINDS, Draft, EarlierText, Evidence, Profile, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet
    from django.forms.boundfield import BoundField
    from django.http import QueryDict

    from endorsement_portal.models import User

Said = dict[str, list[str]]

MOST_CHARACTERS = 100_000
MOST_DRAFTS = 100
DRAFT_DAYS = 90
EARLIER_DAYS = 30

STALE = _(
    "This form was changed in another window since you opened it here. Nothing was overwritten: beside each part that "
    "differs you see both texts. Choose which to keep, then save again."
)

# One row is written, or none where it was changed since it was seen, is gone, or the writer has too many.
WRITE = """
    INSERT INTO applicants_draft AS kept (person_id, reference_id, form, words, version, tab, updated_at)
    SELECT %(person)s, %(reference)s, %(form)s, %(words)s::jsonb, 1, %(tab)s, %(now)s
     WHERE EXISTS (SELECT FROM applicants_draft
                    WHERE form = %(form)s AND (person_id = %(person)s OR reference_id = %(reference)s))
        OR %(version)s = 0 AND %(most)s > (SELECT count(*) FROM applicants_draft
                                            WHERE person_id = %(person)s OR reference_id = %(reference)s)
    ON CONFLICT ON CONSTRAINT {once} DO UPDATE
       SET words = kept.words || excluded.words, version = kept.version + 1, tab = excluded.tab,
           updated_at = excluded.updated_at
     WHERE kept.tab = excluded.tab OR (kept.version = %(version)s AND kept.tab = %(seen_tab)s)
    RETURNING version
"""
# The same words whatever was there; the writer has seen what the other window said.
KEEP = """
    INSERT INTO applicants_draft AS kept (person_id, reference_id, form, words, version, tab, updated_at)
    VALUES (%(person)s, %(reference)s, %(form)s, %(words)s::jsonb, 1, %(tab)s, %(now)s)
    ON CONFLICT ON CONSTRAINT {once} DO UPDATE
       SET words = excluded.words, version = kept.version + 1, tab = excluded.tab, updated_at = excluded.updated_at
"""


@dataclass(frozen=True)
class Seen:
    """What a page showed when it was made: the saved row, and the draft over it."""

    base: str
    version: int
    tab: str

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """From what a page sends back; None for anything else."""
        base, _dot, rest = text.partition(".")
        version, _dot, tab = rest.partition(".")
        is_version = version.isascii() and version.isdigit() and len(version) < 10
        if not (base and is_version and len(tab) <= 36 and "\x00" not in tab):
            return None
        return cls(base, int(version), tab)

    def __str__(self) -> str:
        return f"{self.base}.{self.version}.{self.tab}"


@dataclass(frozen=True)
class Sheet:
    """One form of one writer: a person, or a rater's reference. `base` names the state of the saved row behind it."""

    form: str
    base: str
    person_id: int | None = None
    reference_id: int | None = None

    @property
    def writer(self) -> str:
        """Whose words a browser keeps: another one's are never sent or shown."""
        return f"person-{self.person_id}" if self.person_id else f"reference-{self.reference_id}"

    def draft(self) -> Draft | None:
        """What was typed and not saved."""
        return self._drafts().first()

    def seen(self, draft: Draft | None) -> Seen:
        """The state that a page made now shows."""
        return Seen(self.base, draft.version, draft.tab) if draft else Seen(self.base, 0, "")

    def write(self, said: Said, *, seen: Seen, tab: str) -> Seen | None:
        """Keep what some controls say, in one row and one statement; the new state.

        None, and nothing is written, where another window saved or typed since `seen`. What this very window typed
        last may come again: an answer that got lost on the way makes nothing stale.
        """
        if seen.base != self.base:
            return None
        values = {"version": seen.version, "seen_tab": seen.tab, "most": MOST_DRAFTS}
        with connection.cursor() as cursor:
            cursor.execute(self._sql(WRITE), self._row(said, tab) | values)
            row = cursor.fetchone()
        return Seen(self.base, row[0], tab) if row else None

    def keep(self, said: Said) -> Draft | None:
        """These words and no others are what is typed and not saved. Without any, the draft goes.

        Where the writer has too many drafts then, the one that was left alone longest goes.
        """
        if not said:
            self.forget()
            return None
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(self._sql(KEEP), self._row(said, str(uuid.uuid4())))
            others = Draft.objects.filter(person=self.person_id, reference=self.reference_id).exclude(form=self.form)
            over = others.order_by("-updated_at", "-pk").values_list("pk", flat=True)[MOST_DRAFTS - 1 :]
            Draft.objects.filter(pk__in=list(over)).delete()
            return self.draft()

    def _sql(self, statement: str) -> str:
        return statement.format(once="draft_once_per_person" if self.person_id else "draft_once_per_reference")

    def _row(self, said: Said, tab: str) -> dict[str, Any]:
        return {
            "person": self.person_id,
            "reference": self.reference_id,
            "form": self.form,
            "words": json.dumps(said),
            "tab": tab,
            "now": timezone.now(),
        }

    def forget(self) -> None:
        """Saved or not wanted: the draft goes."""
        self._drafts().delete()

    def _drafts(self) -> QuerySet[Draft]:
        return Draft.objects.filter(form=self.form, person=self.person_id, reference=self.reference_id)


class Writing:
    """One page of a sheet: what is saved, what is drafted over it, and how a Save from this page is taken.

    `blank` is the unbound form with what is saved; the draft is put into it.
    """

    def __init__(self, sheet: Sheet, blank: forms.BaseForm) -> None:
        self.sheet = sheet
        self.blank = blank
        self.draft = sheet.draft()
        self.saved = said_in(blank)
        self.kept = fill(blank, self.draft)
        # What one would see who opened the form now.
        self.theirs = said_in(blank) if self.kept else self.saved

    def chosen(self, posted: QueryDict) -> QueryDict:
        """What was posted, with the other window's words, which came with the page, wherever the writer chose those."""
        wanted = [name for name in self.saved if posted.get(f"keep.{name}") == "other"]
        if not wanted:
            return posted
        data = posted.copy()
        for name in wanted:
            data.setlist(name, posted.getlist(f"other.{name}"))
        return data

    def settle(self, form: forms.BaseForm) -> bool:
        """True where the bound form may be saved: it is valid, and no other window was quicker and says something else.

        Where one was, the form has an error, and each field that differs has both texts. Whatever keeps a form from
        being saved, what it says becomes the draft; never over another window's words.
        """
        valid, known = form.is_valid(), form.has_error("__all__", "stale")
        here = said_in(form)
        differing = [name for name in here if here[name] != self.theirs.get(name, here[name])]
        if known or (differing and self._moved(form.data)):
            if not known:
                form.add_error(None, ValidationError(STALE, code="stale"))
            for name in differing:
                field: Any = form[name]
                field.has_other, field.other_said = True, self.theirs[name]
                field.other = in_words(field, self.theirs[name])
            return False
        if not valid:
            self.keep(form)
        return valid

    def keep(self, form: forms.BaseForm) -> None:
        """What the bound form says and the saved row doesn't is the draft, as far as it can be kept."""
        unsaved = {
            name: values
            for name, values in said_in(form).items()
            if values != self.saved.get(name, []) and sum(map(len, values)) <= MOST_CHARACTERS
        }
        self.draft = self.sheet.keep(unsaved)

    def context(self, form: forms.BaseForm, *, at: str, discard_at: str, back: str = "") -> dict[str, Any]:
        """What the page needs: where words are sent to, the state they were read with, and what was kept.

        `back` is where somebody without an account opens the form anew.
        """
        return {
            "words": {
                "at": at,
                "discard_at": discard_at,
                "back": back,
                "form": self.sheet.form,
                "seen": self.sheet.seen(self.draft),
                "tab": uuid.uuid4(),
                "writer": self.sheet.writer,
                "is_rater": self.sheet.reference_id is not None,
                "kept_at": self.draft.updated_at if self.draft and self.kept and not form.is_bound else None,
            }
        }

    def _moved(self, posted: Mapping[str, Any]) -> bool:
        """Whether another window saved or typed something since this one was opened."""
        seen = Seen.read(posted.get("words_seen", ""))
        if seen and seen.base != self.sheet.base:
            return True
        if self.draft is None or self.draft.tab == posted.get("words_tab"):
            return False
        return seen is None or (seen.version, seen.tab) != (self.draft.version, self.draft.tab)


# --- Which form it is ----------------------------------------------------------------------------------------------


def sheet_of_entry(entry: Evidence) -> Sheet:
    """The form that changes an entry."""
    return Sheet(f"evidence:{entry.kind}:{entry.pk}", str(entry.version), person_id=entry.person_id)


def sheet_of_new(person: User, kind: str, once: str | uuid.UUID) -> Sheet:
    """The form that makes an entry."""
    return Sheet(f"evidence:{kind}:new:{once}", "0", person_id=person.pk)


def sheet_of_profile(profile: Profile) -> Sheet:
    """The form of a profile, saved before or not."""
    base = int(profile.updated_at.timestamp() * 1_000_000) if profile.pk else 0
    return Sheet("profile", str(base), person_id=profile.person_id)


def sheet_of_reference(reference: Reference) -> Sheet:
    """A rater's form. What they saved has no version of its own, so it is its own."""
    saved = [reference.answers, reference.recommendation, reference.remarks, reference.signed_name]
    saved.append(reference.rater_endorsement)
    base = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(saved, sort_keys=True)).hex
    return Sheet("reference", base, reference_id=reference.pk)


@dataclass(frozen=True)
class Begun:
    """A new entry that was begun and never saved: its form's number, its first words, and when."""

    once: str
    start: str
    at: datetime


def resume(person: User, kind: str, query: Mapping[str, str]) -> tuple[str, list[Begun]]:
    """The number of the form for a new entry, and what else was begun of this kind, the latest first.

    It is the form that `draft` names, or on a bare address the one begun last. Any other question asks for a fresh one.
    """
    start = f"evidence:{kind}:new:"
    drafts = Draft.objects.visible_to(person).filter(form__startswith=start).order_by("-updated_at")
    found = {draft.form.removeprefix(start): draft for draft in drafts}
    made = KINDS[kind].objects.filter(once__in=found).values_list("once", flat=True) if found else []
    for once in map(str, made):  # saved while its last words were still on their way
        found.pop(once).delete()
    if query:
        chosen = query.get("draft", "") if query.get("draft") in found else str(uuid.uuid4())
    else:
        chosen = next(iter(found), str(uuid.uuid4()))
    return chosen, [
        Begun(once, next((values[0] for values in draft.words.values() if values), ""), draft.updated_at)
        for once, draft in found.items()
        if once != chosen
    ]


# --- What a form says ----------------------------------------------------------------------------------------------


def is_kept(field: forms.Field) -> bool:
    """Whether what a control says is kept: everything but files and what people don't see."""
    return not isinstance(field, forms.FileField) and not field.widget.is_hidden


def said_in(form: forms.BaseForm) -> Said:
    """What every control of a form says now: as saved or drafted, or as posted."""
    return {name: _said(form[name]) for name, field in form.fields.items() if is_kept(field)}


def _said(field: BoundField) -> list[str]:
    widget, value = field.field.widget, field.value()
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    if not getattr(widget, "allow_multiple_selected", False):
        value = widget.format_value(value)
    values = value if isinstance(value, list | tuple) else [value]
    return clean(str(one) for one in values if one is not None)


def clean(values: Iterable[str]) -> list[str]:
    """Values as they are kept: one kind of line break, nothing that PostgreSQL can't hold, nothing empty."""
    tidy = (one.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "") for one in values)
    return [one for one in tidy if one]


def fill(form: forms.BaseForm, draft: Draft | None) -> list[str]:
    """Put what was typed and not saved into an unbound form; the names of the fields where that differs."""
    if draft is None:
        return []
    saved = said_in(form)
    changed = [name for name, values in draft.words.items() if name in saved and values != saved[name]]
    for name in changed:
        widget, values = form.fields[name].widget, draft.words[name]
        if isinstance(widget, forms.CheckboxInput):
            form.initial[name] = bool(values)
        elif getattr(widget, "allow_multiple_selected", False):
            form.initial[name] = values
        else:
            form.initial[name] = values[-1] if values else ""
        field: Any = form[name]
        vars(field).pop("initial", None)
        field.kept = True
    return changed


def in_words(field: BoundField, values: list[str]) -> str:
    """What a control said, as people read it: a choice by its label."""
    if isinstance(field.field.widget, forms.CheckboxInput):
        return str(_("Ticked") if values else _("Not ticked"))
    labels = dict(_labels(getattr(field.field, "choices", ())))
    return "\n".join(labels.get(value, value) for value in values)


def _labels(choices: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _labels(label)
        else:
            yield str(value), str(label)


# --- The sweep -------------------------------------------------------------------------------------------------------


def sweep() -> int:
    """Drop drafts that nobody came back to, whose entry is gone or whose reference is answered, and old earlier texts."""
    now = timezone.now()
    old = Draft.objects.filter(updated_at__lt=now - timedelta(days=DRAFT_DAYS))
    answered = Draft.objects.filter(reference__isnull=False).exclude(reference__in=Reference.objects.unanswered())
    past = EarlierText.objects.filter(replaced_at__lt=now - timedelta(days=EARLIER_DAYS))
    done = sum(rows.delete()[0] for rows in (old, answered, past))
    for kind, model in KINDS.items():
        kept = Draft.objects.filter(form__regex=rf"^evidence:{kind}:\d+$").values_list("pk", "form")
        entries = {pk: int(form.rpartition(":")[2]) for pk, form in kept}
        there = set(model.objects.present().filter(pk__in=entries.values()).values_list("pk", flat=True))
        gone = [pk for pk, entry in entries.items() if entry not in there]
        done += Draft.objects.filter(pk__in=gone).delete()[0]
    return done
