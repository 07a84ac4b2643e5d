"""What changed, as a law: nothing between a submission and itself, and between any other two every difference is named."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.changes import DERIVED, changes, word_by_word
from applicants.models import KINDS

words = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
days = st.dates().map(str) | st.none()
numbers = st.integers(1, 4000).map(lambda quarters: str(Decimal(quarters) / 4))
FIELDS = {
    "employer": words,
    "title": words,
    "description": words,
    "start_date": days,
    "clock_hours": numbers,
    "hours_per_week": numbers,
    "paid": st.booleans(),
    "document_id": st.none() | st.integers(1, 9),
    "document_name": words,
    "education_id": st.none() | st.integers(1, 9),
    "area_keys": st.lists(st.sampled_from(["a.a", "a.b", "b.a"]), unique=True),
    "area_hours": st.dictionaries(st.sampled_from(["a.a", "a.b"]), numbers),
    "focus": words,
    "focus_label": words,
}
entries = st.fixed_dictionaries({**FIELDS, "headline": words, "measure": words})
rows = st.dictionaries(st.integers(1, 6), entries, max_size=4).map(
    lambda found: [{"id": pk, **row} for pk, row in found.items()]
)
submissions = st.fixed_dictionaries(
    {
        "profile": st.fixed_dictionaries({"legal_name": words, "phone": words, "member_until": days}),
        "evidence": st.fixed_dictionaries(dict.fromkeys(KINDS, rows)),
        "signatures": st.lists(
            st.fixed_dictionaries({"kind": st.sampled_from(["ethics", "agreement"]), "signed_name": words}),
            unique_by=lambda row: row["kind"],
        ),
        "references": st.dictionaries(st.integers(1, 5), words).map(
            lambda found: [{"id": pk, "role": "colleague", "status": status} for pk, status in found.items()]
        ),
    }
)


def same(name: str, one: object, other: object) -> bool:
    """Whether two values say the same: nothing is nothing, numbers are numbers, the order of areas is none."""
    if name == "area_keys":
        return set(one) == set(other)
    if name in {"clock_hours", "hours_per_week"}:
        return Decimal(one) == Decimal(other)
    if name == "area_hours":
        return {k: Decimal(v) for k, v in one.items()} == {k: Decimal(v) for k, v in other.items()}
    return (one or None) == (other or None) if not isinstance(one, bool) else one == other


@given(submissions)
@settings(max_examples=60)
def test_nothing_changed_is_nothing_said(data):
    assert changes(data, deepcopy(data)) == []


@given(submissions, submissions)
@settings(max_examples=150)
def test_every_difference_is_named_and_nothing_else(before, after):
    found = {section.name: section for section in changes(before, after)}
    for kind in KINDS:
        old, new = ({row["id"]: row for row in side["evidence"][kind]} for side in (before, after))
        said = found[kind].entries if kind in found else ()
        assert sum(one.kind == "added" for one in said) == len(set(new) - set(old))
        assert sum(one.kind == "removed" for one in said) == len(set(old) - set(new))
        differing = [
            {name for name in new[pk] if name != "id" and not same(name, old[pk][name], new[pk][name])}
            for pk in new
            if pk in old
        ]
        changed = [{field.name for field in one.fields} for one in said if one.kind == "changed"]
        assert len(changed) == sum(bool(names) for names in differing)
        for names, told in zip([names for names in differing if names], changed, strict=True):
            own = {name for name in names if name not in DERIVED and not name.endswith("_label")}
            assert told == (own or names)
    assert ("profile" in found) == any(
        not same(name, before["profile"][name], after["profile"][name]) for name in after["profile"]
    )


@given(submissions, submissions)
@settings(max_examples=60)
def test_the_way_back_names_the_same(before, after):
    there, back = changes(before, after), changes(after, before)
    assert {section.name for section in there} == {section.name for section in back}
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    for one, other in zip(there, back, strict=True):
        assert sorted(e.kind for e in one.entries) == sorted(turned[e.kind] for e in other.entries)


@given(submissions, submissions)
@settings(max_examples=40)
def test_what_is_withheld_is_never_said(before, after):
    for section in changes(before, after, whole=False):
        for entry in section.entries:
            for field in entry.fields:
                if field.name in {"phone", "signed_name"}:
                    assert (field.withheld, field.before, field.after) == (True, "", "")


@given(words, words)
def test_both_texts_are_in_the_one(before, after):
    pieces = word_by_word(before, after)
    assert "".join(one.text for one in pieces if one.kind != "added") == before
    assert "".join(one.text for one in pieces if one.kind != "removed") == after
