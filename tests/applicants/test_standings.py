"""What a provider was qualified as on the days of the hours: several standings, one after the other or at once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.counting import covered
from applicants.eligibility import check
from applicants.facts import portfolio_of
from applicants.models import ReflectiveSupervision, Standing
from applicants.portfolio import Held
from applicants.readiness import readiness
from competencies.editions import requirements_for
from tests import factories

pytestmark = pytest.mark.django_db

START, END = date(2023, 1, 1), date(2023, 12, 31)
UNKNOWN = "We do not know yet what this provider was qualified as on those dates. The coordinator checks it."
OTHER = "The provider’s standing at that time does not count for this category."
SUNSET = "Hours with a vetted provider count until 2027-12-31."


def hours_with(applicant, *held: tuple[str, str, str | None], start: date = START, end: date = END):
    """A year of confirmed hours with a provider who held these qualifications: (which, from, until)."""
    provider = factories.provider()
    provider.standings.all().delete()
    for qualification, starts_on, ends_on in held:
        Standing.objects.create(provider=provider, qualification=qualification, starts_on=starts_on, ends_on=ends_on)
    return factories.supervision(
        applicant, provider=provider, start_date=start, end_date=end, total_hours=50, hours_about_provision=25
    )


def received(application):
    return {row.key: row for row in readiness(application).checks}["rsc_hours"]


MENTOR = ("MHM-C", "2015-01-01", None)
EMERGING = ("ERS-emerging", "2022-01-01", "2023-06-30")


@pytest.mark.parametrize(
    ("code", "held", "why", "is_unsettled"),
    [
        # Several at once: the one that counts is enough, whichever was noted last.
        ("IMHM-C", [MENTOR, ("ERS", "2022-01-01", None)], "", False),
        ("IMHM-C", [("ERS", "2015-01-01", None), ("MHM-C", "2022-01-01", None)], "", False),
        ("IMHM-C", [("ERS", "2015-01-01", None)], OTHER, False),
        # One after the other: every day is under one of them.
        ("IFS", [EMERGING, ("ERS", "2023-07-01", None)], "", False),
        ("IFS", [EMERGING, ("ERS", "2023-07-02", None)], UNKNOWN, True),
        ("IFS", [EMERGING, ("ERS", "2023-05-01", "2023-12-30")], UNKNOWN, True),
        ("IFS", [EMERGING, ("ERS", "2023-05-01", "2023-12-31")], "", False),
        ("IFS", [EMERGING], UNKNOWN, True),
        ("IFS", [("ERS", "2023-01-02", None)], UNKNOWN, True),
        ("IFS", [("ERS", "2023-01-01", "2023-01-01"), ("MHM-C", "2023-01-02", "2023-12-31")], "", False),
        ("IFS", [], UNKNOWN, True),
        # Every day has a standing, but not one that counts for the category.
        ("IMHM-C", [("MHM-C", "2020-01-01", "2023-06-30"), ("ERS", "2023-07-01", None)], OTHER, False),
    ],
)
def test_every_day_is_under_a_standing_that_counts(applicant, code, held, why, is_unsettled):
    entry = hours_with(applicant, *held)
    row = received(factories.application(applicant, code=code))
    assert (row.have, [one.why for one in row.left_out]) == (0 if why else 50, [why] if why else [])
    assert ReflectiveSupervision.objects.filter(pk=entry.pk).unsettled().exists() is is_unsettled


def test_vetted_until_the_sunset_and_endorsed_from_then_on(applicant):
    span = {"start": date(2027, 7, 1), "end": date(2028, 6, 30)}
    entry = hours_with(applicant, ("vetted", "2026-01-01", None), **span)
    application = factories.application(applicant, code="IFS")
    assert [one.why for one in received(application).left_out] == [SUNSET]
    Standing.objects.create(provider=entry.provider, qualification="ERS", starts_on="2028-01-01")
    assert received(application).have == 50


def test_a_submission_from_before_there_was_a_record_is_taken_at_its_word():
    row = {"id": 1, "provider_standing": "MHM-C", "start_date": "2023-01-01", "end_date": "2023-12-31"}
    row |= {"total_hours": "50", "hours_about_provision": "25"}
    (hours,) = portfolio_of({"evidence": {"supervision": [row]}}, areas=(), fee_state="open").supervision
    assert hours.standings == (Held("MHM-C", START, END),)
    row |= {"standings": None}
    (hours,) = portfolio_of({"evidence": {"supervision": [row]}}, areas=(), fee_state="open").supervision
    assert hours.standings == ()


# --- As a law ----------------------------------------------------------------------------------------------------

days = st.integers(-500, 900).map(lambda n: START + timedelta(days=n))
standings = st.tuples(st.sampled_from(["MHM-C", "ERS", "ERS-emerging", "vetted"]), days, days | st.none()).map(
    lambda s: {
        "qualification": s[0],
        "starts_on": (min(s[1], s[2]) if s[2] else s[1]).isoformat(),
        "ends_on": max(s[1], s[2]).isoformat() if s[2] else None,
    }
)


def test_one_more_standing_never_takes_hours_away(edition):
    asked = [requirements_for(factories.category(code)) for code in ("IFS", "IFRS", "IMHS", "IMHM-C")]
    row = {"id": 1, "provider_standing": "other", "status": "confirmed", "start_date": "2023-01-01"}
    row |= {"end_date": "2023-12-31", "total_hours": "60", "hours_about_provision": "30"}

    def met(which: int, held: list) -> set[str]:
        facts = {"evidence": {"supervision": [row | {"standings": held}]}}
        rows = check(asked[which], portfolio_of(facts, areas=(), fee_state="open"), END)
        return {one.key for one in rows if one.met}

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.lists(standings, max_size=4), standings, st.integers(0, 3))
    def holds(held, more, which):
        had = met(which, held)
        assert had <= met(which, [more, *held])
        assert had <= met(which, [*held, more])

    holds()


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(standings, max_size=5))
def test_covered_is_that_each_day_is(held):
    spans = [
        (date.fromisoformat(one["starts_on"]), date.fromisoformat(one["ends_on"]) if one["ends_on"] else None)
        for one in held
    ]
    each = [START + timedelta(days=n) for n in range((END - START).days + 1)]
    expected = all(any(a <= day and (b is None or day <= b) for a, b in spans) for day in each)
    assert all((b - a).days == 1 for a, b in pairwise(each))
    assert covered(spans, START, END) is expected
