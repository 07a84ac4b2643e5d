"""The requirements as a law: more evidence never counts for less, in whatever order, and nothing counts twice."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.counting import can_fill, full_time_years_of, unfilled, years_of
from applicants.eligibility import check, coverage
from applicants.portfolio import (
    Degree,
    Held,
    Job,
    Period,
    Portfolio,
    ReferenceGiven,
    Shown,
    SupervisionHours,
    TrainingHours,
)
from competencies.editions import requirements_for, requirements_for_addon
from tests import factories

TODAY = date(2026, 6, 30)
CODES = ["IFA", "IFS", "IFRS", "IMHS", "IMHM-C", "IMHM-P", "IMHM-RF"]
FOCUS = ["promotion", "prevention", "intervention", "rsc_provision", "policy", "academic", "leadership"]
TESTS = ["child_in_age_range", "social_emotional_focus", "relationship_focus"]
ROLES = ["current_supervisor", "rsc_provider", "rsc_supervisee", "endorsed_or_vetted", "colleague", "teacher", "other"]
AREAS = ["a.a", "a.b", "b.a", "b.b"]

entries = st.integers(1, 10**6).map("{:07d}".format)
hours = st.integers(0, 240).map(lambda quarters: Decimal(quarters) / 4)
days = st.integers(0, 5000).map(lambda back: TODAY - timedelta(days=back))
spans = st.tuples(days, days, st.booleans()).map(lambda s: (min(s[0], s[1]), None if s[2] else max(s[0], s[1])))


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    start, end = draw(spans)
    flags = [draw(st.booleans()) for _ in range(5)]
    return Job(
        "work:" + draw(entries),
        draw(st.sampled_from(FOCUS)),
        start,
        end,
        Decimal(draw(st.integers(1, 80))),
        *flags,
        draw(st.integers(0, 30)),
        draw(st.frozensets(st.sampled_from(TESTS)) | st.just(frozenset(TESTS))),
        draw(st.booleans()),
    )


@st.composite
def trainings(draw: st.DrawFn) -> TrainingHours:
    dei, rsc, rest = draw(hours), draw(hours), draw(hours)
    return TrainingHours("training:" + draw(entries), dei + rsc + rest + Decimal("0.25"), dei, rsc)


def helds(start: date, end: date) -> st.SearchStrategy[Held]:
    """A standing on all of these days, or around some of them."""
    standing = st.sampled_from(["MHM-C", "ERS", "ERS-emerging", "vetted"])
    return standing.map(lambda name: Held(name, start, end)) | st.builds(
        lambda name, s: Held(name, *s), standing, spans
    )


@st.composite
def supervisions(draw: st.DrawFn) -> SupervisionHours:
    start, end = sorted((draw(days), draw(days)))
    about, rest = draw(hours), draw(hours)
    return SupervisionHours(
        "supervision:" + draw(entries),
        draw(st.lists(helds(start, end), max_size=3).map(tuple)),
        start,
        end,
        about + rest + 1,
        about,
        draw(st.booleans()),
        draw(st.sampled_from(["confirmed", "overridden", "waiting", "asked", "disputed"])),
    )


periods = st.builds(lambda n, s: Period(f"leadership:{n}", *s), entries, spans)
degrees = st.builds(
    Degree,
    entries.map("education:{}".format),
    st.sampled_from(["high_school", "cda", "associate", "bachelor", "master", "license"]),
    days | st.none(),
    st.booleans(),
)
references = st.builds(
    ReferenceGiven,
    entries.map("reference:{}".format),
    st.sampled_from(ROLES),
    st.sampled_from(["sent", "completed", "completed", "declined", "void"]),
    days,
    st.booleans(),
)
shown = st.builds(
    Shown,
    entries.map("training:{}".format),
    st.sampled_from(["course", "training", "work", "rsc"]),
    st.lists(st.sampled_from(AREAS), max_size=3).map(tuple),
)
ROWS = {
    "degrees": degrees,
    "jobs": jobs(),
    "leading": periods,
    "giving": periods,
    "trainings": trainings(),
    "supervision": supervisions(),
    "references": references,
    "shown": shown,
}


def several(row: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(row, max_size=4, unique_by=lambda r: r.entry).map(tuple)


portfolios = st.builds(Portfolio, areas=st.just(tuple(AREAS)), **{name: several(row) for name, row in ROWS.items()})


@pytest.fixture
def every_one(edition):
    """What each profile and the add-on ask."""
    return [*(requirements_for(factories.category(code)) for code in CODES), requirements_for_addon(edition, "ERS")]


def met(requirements, portfolio) -> set[str]:
    # Proof of a degree is asked for once there is a degree; it never blocks.
    return {c.key for c in check(requirements, portfolio, TODAY) if c.met} - {"documents"}


def test_every_kind_of_row_is_tried():
    kinds = {f.name for f in fields(Portfolio)} - {"has_profile", "member_until", "signed", "fee_state", "areas"}
    assert kinds == set(ROWS)


@pytest.mark.django_db
def test_more_evidence_never_counts_for_less(every_one):
    @settings(max_examples=150, deadline=None, database=None)
    @given(before=portfolios, more=st.fixed_dictionaries(ROWS), which=st.integers(0, len(CODES)))
    def holds(before, more, which):
        had = met(every_one[which], before)
        for name, row in more.items():
            rows, row = getattr(before, name), replace(row, entry=row.entry + "x")
            for after in ((*rows, row), (row, *rows)):
                assert had <= met(every_one[which], replace(before, **{name: after})), name

    holds()


@pytest.mark.django_db
def test_the_order_of_entry_changes_nothing(every_one):
    @settings(max_examples=60, deadline=None, database=None)
    @given(before=portfolios, which=st.integers(0, len(CODES)))
    def holds(before, which):
        turned = replace(before, **{name: getattr(before, name)[::-1] for name in ROWS})
        one, other = (check(every_one[which], p, TODAY) for p in (before, turned))
        assert [(c.key, c.met, c.have, c.need) for c in one] == [(c.key, c.met, c.have, c.need) for c in other]

    holds()


@pytest.mark.django_db
def test_no_hour_counts_twice(every_one):
    @settings(max_examples=80, deadline=None, database=None)
    @given(before=portfolios, which=st.integers(0, len(CODES)))
    def holds(before, which):
        rows = {c.key: c for c in check(every_one[which], before, TODAY)}
        clock = sum((t.clock for t in before.trainings), Decimal(0))
        buckets = [rows[f"training_{n}"].have for n in ("general", "dei", "rsc_provision") if f"training_{n}" in rows]
        assert sum(buckets, Decimal(0)) <= clock
        if "rsc_hours" in rows:
            assert rows["rsc_hours"].have <= sum((s.total for s in before.supervision), Decimal(0))
        for row in rows.values():
            assert len(set(row.entries)) == len(row.entries)

    holds()


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(jobs(), max_size=6), st.randoms(use_true_random=False))
def test_years_are_the_days_that_any_job_covers(some, chance):
    covered = {
        job.start + timedelta(days=n)
        for job in some
        for n in range((min(job.end or TODAY, TODAY) - job.start).days + 1)
    }
    expected = (Decimal(len(covered)) / 365).quantize(Decimal("0.01"), "ROUND_DOWN")
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert years_of(some, TODAY) == years_of(shuffled, TODAY) == expected


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(jobs(), max_size=5))
def test_full_time_years_are_the_hours_of_each_day_and_one_day_at_most(some):
    full_time = Decimal(35)
    worked: dict[date, Decimal] = {}
    for job in some:
        for n in range((min(job.end or TODAY, TODAY) - job.start).days + 1):
            day = job.start + timedelta(days=n)
            worked[day] = worked.get(day, Decimal(0)) + job.hours_per_week
    expected = sum((min(load / full_time, Decimal(1)) for load in worked.values()), Decimal(0)) / 365
    counted = full_time_years_of(some, TODAY, full_time=full_time)
    assert abs(counted - expected) <= Decimal("0.011")
    assert counted <= years_of(some, TODAY) + Decimal("0.01")


sets = st.lists(st.frozensets(st.sampled_from("abcd"), max_size=3), max_size=4)


@settings(max_examples=200, deadline=None, database=None)
@given(sets, sets)
def test_places_are_filled_as_well_as_can_be(slots, offers):
    def pairs(order):
        return sum(1 for slot, offer in zip(slots, order, strict=False) if offer is not None and slot & offer)

    padded = [*offers, *([None] * len(slots))]
    best = max((pairs(order) for order in permutations(padded, len(slots))), default=0)
    assert can_fill(slots, offers) == best
    assert len(unfilled(slots, offers)) == len(slots) - best


@settings(max_examples=50, deadline=None, database=None)
@given(portfolios)
def test_coverage_names_only_what_was_ticked(before):
    for area, kinds in coverage(before).items():
        for kind, names in kinds.items():
            assert list(names) == [s.entry for s in before.shown if s.kind == kind and area in s.areas]
