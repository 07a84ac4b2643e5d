"""Adding valid evidence never takes a met requirement away, in whatever order it is entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.eligibility import check, years_of
from applicants.portfolio import Job, Portfolio, SupervisionHours, TrainingHours
from competencies.editions import requirements_for
from tests import factories

TODAY = date(2026, 6, 30)
CODES = ["IFA", "IFS", "IFRS", "IMHS", "IMHM-C", "IMHM-P", "IMHM-RF"]
FOCUS = ["promotion", "prevention", "intervention", "rsc_provision", "policy", "academic", "leadership"]
hours = st.integers(0, 240).map(lambda quarters: Decimal(quarters) / 4)
days = st.integers(0, 4000).map(lambda back: TODAY - timedelta(days=back))


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    start, end = sorted((draw(days), draw(days)))
    going_on = draw(st.booleans())
    return Job(
        draw(st.sampled_from(FOCUS)),
        start,
        None if going_on else end,
        *(draw(st.booleans()) for _ in range(3)),
        draw(st.integers(0, 30)),
    )


@st.composite
def trainings(draw: st.DrawFn) -> TrainingHours:
    dei, rsc, rest = draw(hours), draw(hours), draw(hours)
    return TrainingHours(dei + rsc + rest + Decimal("0.25"), dei, rsc)


@st.composite
def supervisions(draw: st.DrawFn) -> SupervisionHours:
    start, end = sorted((draw(days), draw(days)))
    about, rest = draw(hours), draw(hours)
    standing = draw(st.sampled_from(["MHM-C", "ERS", "ERS-emerging", "vetted", "other"]))
    return SupervisionHours(standing, start, end, about + rest + 1, about)


degrees = st.sampled_from(["high_school", "cda", "associate", "bachelor", "master", "license"])
portfolios = st.builds(
    Portfolio,
    degrees=st.frozensets(degrees, max_size=2),
    jobs=st.lists(jobs(), max_size=4).map(tuple),
    trainings=st.lists(trainings(), max_size=3).map(tuple),
    supervision=st.lists(supervisions(), max_size=3).map(tuple),
)


@pytest.fixture
def every_category(edition):
    return [requirements_for(factories.category(code)) for code in CODES]


@pytest.mark.django_db
def test_more_evidence_never_counts_for_less(every_category):
    @settings(max_examples=150, deadline=None, database=None)
    @given(
        before=portfolios,
        job=jobs(),
        training=trainings(),
        row=supervisions(),
        degree=degrees,
        which=st.integers(0, len(CODES) - 1),
    )
    def holds(before, job, training, row, degree, which):
        after = [
            replace(before, jobs=(*before.jobs, job)),
            replace(before, jobs=(job, *before.jobs)),
            replace(before, trainings=(*before.trainings, training)),
            replace(before, supervision=(*before.supervision, row)),
            replace(before, degrees=before.degrees | {degree}),
        ]
        met = {c.key for c in check(every_category[which], before, TODAY) if c.met}
        for portfolio in after:
            assert met <= {c.key for c in check(every_category[which], portfolio, TODAY) if c.met}

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
