"""The evidence library: what a person has by kind, entries tagged, copied, taken out and put back, hours by area.

An entry that is taken out counts nowhere and stays for thirty days, so that it can be put back; then it is let go with
its certificate. An hour counts once: what an entry's areas share is never more than the hours that it has in all.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Sum, Value, Window
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from applicants.documents import discard
from applicants.models import KINDS, Application, Course, Draft, EarlierText, Evidence, Training, TrainingFormat
from applicants.portfolio import plain
from applicants.words import said_in, sheet_of_entry, sheet_of_new
from competencies.models import Area

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from competencies.models import CatalogItem
    from endorsement_portal.models import User

KEPT_DAYS = 30
SHOWN = 50
PER_PAGE = 100
# Two entries of one title within so many days may be one training entered twice.
ALIKE_DAYS = 7
# A semester hour is fifteen hours in class.
HOURS_A_CREDIT = 15
MOST_CREDITS = Decimal(60)

HINTS = {
    "work": _lazy("Your present job, earlier ones, internships and volunteer work."),
    "education": _lazy("Degrees, certificates and licenses. A photo of the diploma is enough."),
    "course": _lazy("College courses about the early years, from your transcript."),
    "training": _lazy("Workshops, series, conferences and webinars. The catalog fills in hours and areas for you."),
    "supervision": _lazy("Reflective supervision that you received. The provider confirms the hours by a link."),
    "supervision_given": _lazy("Reflective supervision that you gave to others."),
    "leadership": _lazy("Boards, teaching, talks, articles and advocacy."),
}


def worked_on(person: User) -> None:
    """Drafts of this person are not idle; a nudge starts counting anew."""
    Application.objects.own(person).editable().update(worked_on_at=timezone.now(), nudges=0)


# --- What is there -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """All entries of one kind, or the latest of them: `count` and `total` are of all."""

    kind: str
    title: str
    entries: list[Evidence]
    count: int
    total: str

    @property
    def has_hours(self) -> bool:
        """Whether its entries have hours to share among areas."""
        return bool(KINDS[self.kind].hours_name)

    @property
    def hint(self) -> str:
        """What belongs here, where there is nothing yet."""
        return str(HINTS[self.kind])

    @property
    def has_more(self) -> bool:
        """Whether there are entries that are not among those here."""
        return self.count > len(self.entries)


@dataclass(frozen=True)
class TakenOut:
    """An entry that can be put back until a day."""

    entry: Evidence
    until: datetime


def rows_of(person: User, kind: str) -> Any:
    """A person's entries of one kind; each training knows whether there is another one like it (`is_double`)."""
    rows = KINDS[kind].objects.own(person)
    if kind == Training.kind:
        near = Q(start_date__gte=OuterRef("start_date") - timedelta(days=ALIKE_DAYS)) & Q(
            start_date__lte=OuterRef("start_date") + timedelta(days=ALIKE_DAYS)
        )
        same = Training.objects.present().filter(person=OuterRef("person"), title__iexact=OuterRef("title"))
        rows = rows.annotate(is_double=Exists(same.filter(near).exclude(pk=OuterRef("pk"))))
    return rows


def shelves(person: User) -> list[Shelf]:
    """The whole library, kind by kind in the order in which a person works through them: one query a kind."""
    return [_shelf(person, kind) for kind in KINDS]


def _shelf(person: User, kind: str) -> Shelf:
    model = KINDS[kind]
    summed = "credits" if model is Course else model.hours_name
    rows = rows_of(person, kind).annotate(of_all=Window(Count("pk")))
    if summed:
        rows = rows.annotate(sum_of_all=Window(Sum(summed)))
    entries = list(rows[:SHOWN])
    first: Any = entries[0] if entries else None
    return Shelf(
        kind=kind,
        title=str(model._meta.verbose_name_plural),
        entries=entries,
        count=first.of_all if first else 0,
        total=in_all(model, first.sum_of_all) if first and summed else "",
    )


def in_all(model: type[Evidence], number: Decimal) -> str:
    """A sum over a kind's entries, in words."""
    if model is Course:
        return _("%(credits)s credits in all") % {"credits": plain(number)}
    return _("%(hours)s hours in all") % {"hours": plain(number)}


def taken_out(person: User) -> list[TakenOut]:
    """What can be put back, the latest first. The number of queries grows with the kinds, not with the entries."""
    refs = [
        model.objects.filter(person=person, removed_at__isnull=False)
        .order_by()
        .annotate(of=Value(kind, output_field=CharField()))
        .values_list("of", "pk", "removed_at")
        for kind, model in KINDS.items()
    ]
    found = list(refs[0].union(*refs[1:], all=True).order_by("-removed_at", "of", "-pk")[:SHOWN])
    entries: dict[tuple[str, int], Evidence] = {}
    for kind in {kind for kind, _pk, _at in found}:
        rows = KINDS[kind].objects.in_bulk([pk for of, pk, _at in found if of == kind])
        entries |= {(kind, pk): entry for pk, entry in rows.items()}
    return [TakenOut(entries[kind, pk], at + timedelta(days=KEPT_DAYS)) for kind, pk, at in found if at]


def area_titles(codes: Collection[str]) -> dict[str, str]:
    """What areas are called, by their codes; in the newest edition that knows them."""
    rows = Area.objects.filter(code__in=codes).order_by("edition__effective_from", "edition_id")
    return dict(rows.values_list("code", "title"))


# --- A word of advice ----------------------------------------------------------------------------------------------


def has_double(training: Training) -> bool:
    """Whether the person has another training of this title within seven days."""
    same = Training.objects.own(training.person).filter(title__iexact=training.title.strip()).exclude(pk=training.pk)
    return any(is_near(training.start_date, day) for day in same.values_list("start_date", flat=True))


def is_near(day: date, other: date) -> bool:
    """Whether two days are within the same seven."""
    return abs((day - other).days) <= ALIKE_DAYS


def advice(entry: Evidence) -> list[str]:
    """What is worth another look. It never stands in the way."""
    if not isinstance(entry, Training) or not entry.pk:
        return []
    said = []
    if has_double(entry):
        said.append(
            _(
                "You have another training called “%(title)s” within seven days of this one. If it is the same, take "
                "one of them out: an hour counts once."
            )
            % {"title": entry.title}
        )
    if entry.has_long_days:
        said.append(
            _(
                "“%(title)s” has more than 8 hours a day. Please check its hours and its last day: breaks and meals "
                "don’t count."
            )
            % {"title": entry.title}
        )
    return said


# --- Copy and tag --------------------------------------------------------------------------------------------------


def begin_copy(entry: Evidence, form: forms.BaseForm) -> str:
    """Begin a new entry that says what this one says, but for its days and its certificate; the new form's number.

    `form` is the entry's own, unbound. Nothing counts twice by a slip: a copy is an entry once it is saved.
    """
    once = str(uuid.uuid4())
    words = {
        name: values
        for name, values in said_in(form).items()
        if values and not isinstance(form.fields[name], forms.DateField) and name != "ask_now"
    }
    sheet_of_new(entry.person, entry.kind, once).keep(words)
    return once


def by_kind(refs: Iterable[str]) -> dict[str, list[int]]:
    """Names of entries such as "training:12", sorted by kind; anything else is left out."""
    found: dict[str, list[int]] = {}
    for ref in refs:
        kind, _colon, pk = ref.partition(":")
        if kind in KINDS and pk.isascii() and pk.isdigit() and len(pk) < 18:
            found.setdefault(kind, []).append(int(pk))
    return found


def entries_of(person: User, refs: Iterable[str]) -> list[Evidence]:
    """The person's entries of these names, those that are there."""
    return [
        entry for kind, pks in by_kind(refs).items() for entry in KINDS[kind].objects.own(person).filter(pk__in=pks)
    ]


def tag(person: User, refs: Iterable[str], codes: Collection[str]) -> int:
    """Add areas to what entries show; how many entries show more than before. What they showed stays."""
    changed, now = 0, timezone.now()
    with transaction.atomic():
        worked_on(person)
        for kind, pks in by_kind(refs).items():
            rows: Any = KINDS[kind].objects.own(person)
            touched = []
            for entry in rows.select_for_update().filter(pk__in=pks).order_by("pk"):
                new = [code for code in codes if code not in entry.area_keys]
                if new:
                    entry.area_keys = [*entry.area_keys, *new]
                    # A form that was opened before is refused instead of taking the areas away again.
                    entry.version, entry.updated_at = entry.version + 1, now
                    touched.append(entry)
            KINDS[kind].objects.bulk_update(touched, ["area_keys", "version", "updated_at"], batch_size=200)
            changed += len(touched)
    return changed


# --- Take out and put back -----------------------------------------------------------------------------------------


def take_out(entry: Evidence) -> None:
    """From now on the entry counts nowhere; it can be put back for thirty days. Call inside a transaction."""
    entry.removed_at = timezone.now()
    entry.version += 1
    # The form that made it may make it anew.
    entry.once = None
    entry.save(update_fields=["removed_at", "version", "once", "updated_at"])


def put_back(person: User, kind: str, pk: int) -> bool:
    """The entry counts again, just as it was. False where it is not among those taken out."""
    with transaction.atomic():
        worked_on(person)
        rows = KINDS[kind].objects.filter(person=person, pk=pk, removed_at__isnull=False)
        return bool(rows.update(removed_at=None, version=F("version") + 1, updated_at=timezone.now()))


def let_go(kind: str, pk: int, *, before: datetime | None = None) -> bool:
    """Delete an entry that was taken out (before a moment), and its certificate unless a submission names it."""
    with transaction.atomic():
        rows = KINDS[kind].objects.select_for_update(of=("self",)).select_related("document")
        entry = rows.filter(pk=pk, removed_at__lte=before or timezone.now()).first()
        if entry is None:
            return False
        document, form = entry.document, sheet_of_entry(entry).form
        for words in (Draft, EarlierText):
            words._default_manager.filter(person=entry.person_id, form=form).delete()
        entry.delete()
        discard(document)
    return True


def sweep() -> int:
    """Let go what was taken out more than thirty days ago; how many entries. Safe to run at any time."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    old = [
        (kind, pk)
        for kind, model in KINDS.items()
        for pk in model.objects.filter(removed_at__lte=before).order_by("pk").values_list("pk", flat=True)
    ]
    return sum(let_go(kind, pk, before=before) for kind, pk in old)


# --- Hours by area -------------------------------------------------------------------------------------------------


def hours_of(entry: Evidence) -> Decimal:
    """The hours that the entry has in all."""
    return Decimal(getattr(entry, entry.hours_name)) if entry.hours_name else Decimal(0)


def shared_hours(entry: Evidence) -> Decimal:
    """How many of them were given to areas."""
    return sum((Decimal(hours) for hours in entry.area_hours.values()), Decimal(0))


def hours_that_hold(entry: Evidence) -> dict[str, str]:
    """The hours by area as far as they still hold after a change.

    Those of areas that the entry no longer shows go; where the rest is more than the entry now has in all, nobody knows
    which of them to believe, so all go and the person is asked to share the hours anew.
    """
    kept = {code: hours for code, hours in entry.area_hours.items() if code in entry.area_keys}
    shared = sum((Decimal(hours) for hours in kept.values()), Decimal(0))
    return kept if shared <= hours_of(entry) else {}


# --- From the catalog ----------------------------------------------------------------------------------------------


def has_from_catalog(person: User, item: CatalogItem, day: date) -> bool:
    """Whether the person has this very training, or one of the same title, within seven days of the day."""
    if item.kind == TrainingFormat.COURSE:
        courses = Course.objects.own(person).filter(Q(catalog_item=item) | Q(title__iexact=item.title))
        return any(is_near(day, other) for other in courses.values_list("completed_on", flat=True))
    same = Training.objects.own(person).filter(Q(catalog_item=item) | Q(title__iexact=item.title))
    return any(is_near(day, other) for other in same.values_list("start_date", flat=True))


def add_from_catalog(item: CatalogItem, *, person: User, day: date, once: uuid.UUID) -> Evidence:
    """The evidence that a training of the catalog is: a training, or a course where it is one.

    IntegrityError where this very form made it before. Call inside a transaction.
    """
    worked_on(person)
    same: dict[str, Any] = {"person": person, "title": item.title, "area_keys": item.area_keys}
    same |= {"catalog_item": item, "once": once}
    if item.kind == TrainingFormat.COURSE:
        credits_ = min((item.clock_hours / HOURS_A_CREDIT).quantize(Decimal("0.1")), MOST_CREDITS)
        return Course.objects.create(institution=item.sponsor, completed_on=day, credits=credits_, **same)
    return Training.objects.create(
        sponsor=item.sponsor,
        format=item.kind,
        start_date=day,
        clock_hours=item.clock_hours,
        dei_hours=item.dei_hours,
        rsc_provision_hours=item.rsc_provision_hours,
        **same,
    )
