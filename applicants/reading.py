"""A frozen entry as people read it: days as days, and what was ticked and chosen in plain words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants.counting import covered
from applicants.facts import standings_of
from applicants.models import Qualification, WorkTest

# What was ticked as true of the work.
TESTS = {
    WorkTest.AGE.value: gettext_lazy("with children of this age"),
    WorkTest.SOCIAL_EMOTIONAL.value: gettext_lazy("about social and emotional needs"),
    WorkTest.RELATIONSHIP.value: gettext_lazy("for the relationships around the child"),
}
DAYS = ("start_date", "end_date", "conferred_on", "completed_on")
# Words that an entry has beside a value of its own, in the order in which they are read.
LABELS = ("focus_label", "format_label", "type_label", "sponsor", "organization", "setting_label")


def as_read(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with its days as days, and `said`: the rest of it in a few words each."""
    days = {name: date.fromisoformat(entry[name]) for name in DAYS if entry.get(name)}
    return entry | days | {"said": [*_labels(kind, entry), *SAID.get(kind, _nothing)(entry | days)]}


def _labels(kind: str, entry: dict[str, Any]) -> list[str]:
    # Where supervision was given is its headline already.
    return [entry[name] for name in LABELS if entry.get(name) and (kind, name) != ("supervision_given", "organization")]


def _work(entry: dict[str, Any]) -> list[str]:
    said = [] if entry.get("paid", True) else [_("unpaid")]
    if entry.get("supervised_internship"):
        said.append(_("a supervised internship"))
    if entry.get("as_therapist"):
        said.append(_("as a licensed or license-eligible therapist"))
    if families := entry.get("families_served"):
        said.append(ngettext("%(count)s family", "%(count)s families", families) % {"count": families})
    return said + [str(TESTS[name]) for name in entry.get("meets_tests", ()) if name in TESTS]


def _course(entry: dict[str, Any]) -> list[str]:
    return [entry["institution"]] if entry.get("institution") else []


def _supervision(entry: dict[str, Any]) -> list[str]:
    """What the provider was by the record on these dates; what the applicant wrote where there was no record yet."""
    if entry.get("peer"):
        return [_("peer supervision")]
    if "standings" not in entry:
        return [entry["provider_standing_label"]] if entry.get("provider_standing_label") else []
    start, end = entry["start_date"], entry["end_date"]
    held = standings_of(entry, start, end, taken_at_their_word=entry.get("status") == "overridden")
    words = dict(Qualification.choices)
    known = dict.fromkeys(str(words[one.qualification]) for one in held if one.qualification in words)
    if not known or not covered([(one.start, one.end) for one in held], start, end):
        known = {_("the provider’s standing is not known"): None}
    return [*known, *([entry["status_label"]] if entry.get("status_label") else [])]


def _given(entry: dict[str, Any]) -> list[str]:
    people = entry.get("people")
    return [ngettext("%(count)s person", "%(count)s people", people) % {"count": people}] if people else []


def _nothing(_entry: dict[str, Any]) -> list[str]:
    return []


SAID = {"work": _work, "course": _course, "supervision": _supervision, "supervision_given": _given}
