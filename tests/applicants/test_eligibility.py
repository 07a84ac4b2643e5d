"""Does it meet the requirements? Each figure of the shipped framework at, just under and just over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from applicants.eligibility import check, years_of
from applicants.portfolio import Job, Portfolio, SupervisionHours, TrainingHours
from competencies.editions import Requirements, requirements_for
from tests import factories

TODAY = date(2026, 6, 30)
FOCUS = {
    "FA": "promotion",
    "FS": "prevention",
    "MHS": "intervention",
    "MHM-C": "intervention",
    "MHM-P": "policy",
    "MHM-RF": "academic",
}
CODES = {"FA": "IFA", "FS": "IFS", "MHS": "IMHS", "MHM-C": "IMHM-C", "MHM-P": "IMHM-P", "MHM-RF": "IMHM-RF"}
PROFILES = list(CODES)


@pytest.fixture
def asked(edition):
    """What a profile asks in the shipped framework."""
    return lambda profile: requirements_for(factories.category(CODES[profile]))


def job(years: float = 2, *, days: int = 0, focus: str = "prevention", **fields) -> Job:
    """A paid job that ended with last year and took this many whole calendar years, and days."""
    start = date(2026 - int(years), 1, 1) - timedelta(days=days)
    facts = {"paid": True, "trained_volunteer": False, "supervised_internship": False, "families_served": 0}
    return Job(focus=focus, start=start, end=date(2025, 12, 31), **(facts | fields))


def supervision(hours="24", standing="MHM-C", end=date(2024, 1, 1), about="0") -> SupervisionHours:
    return SupervisionHours(standing, end - timedelta(days=300), end, Decimal(hours), Decimal(about))


def answer(requirements: Requirements, key: str, portfolio: Portfolio):
    return {c.key: c for c in check(requirements, portfolio, TODAY)}.get(key)


def met(requirements: Requirements, key: str, **facts) -> bool:
    return answer(requirements, key, Portfolio(**facts)).met


# --- The figures themselves --------------------------------------------------------------------------------------


def test_the_shipped_figures_are_these(asked):
    names = (
        "work_years",
        "work_min_families",
        "training_total",
        "training_dei",
        "training_rsc_provision",
        "rsc_hours",
        "rsc_about_provision",
        "leadership_years",
        "references_count",
        "exam",
    )
    assert {profile: tuple(getattr(asked(profile), name) for name in names) for profile in PROFILES} == {
        "FA": (2, None, 33, 3, 0, 0, 0, 0, 3, False),
        "FS": (2, 10, 33, 3, 0, 24, 0, 0, 3, False),
        "MHS": (2, None, 33, 3, 0, 50, 0, 0, 3, False),
        "MHM-C": (2, None, 48, 3, 15, 50, 25, 3, 3, True),
        "MHM-P": (3, None, 33, 3, 0, 0, 0, 3, 3, True),
        "MHM-RF": (3, None, 33, 3, 0, 0, 0, 3, 3, True),
    }


def test_each_profile_is_asked_these_things_in_this_order(asked):
    common = ["areas", "references", "ethics", "agreement", "fee"]
    training = ["training_total", "training_general", "training_dei"]
    keys = {profile: [c.key for c in check(asked(profile), Portfolio(), TODAY)] for profile in PROFILES}
    assert keys == {
        "FA": ["profile", "gate", *training, *common],
        "FS": ["profile", "work", "families", *training, "rsc_hours", *common],
        "MHS": ["profile", "education", "work", *training, "rsc_hours", *common],
        "MHM-C": [
            "profile",
            "education",
            "work",
            "rsc_given",
            "leadership",
            *training,
            "training_rsc_provision",
            "rsc_hours",
            "rsc_about_provision",
            *common,
        ],
        "MHM-P": ["profile", "education", "work", "leadership", *training, *common],
        "MHM-RF": ["profile", "education", "work", "leadership", *training, *common],
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_entered_meets_nothing_and_says_why(asked, profile):
    for row in check(asked(profile), Portfolio(areas=("a.b",)), TODAY):
        assert row.met is False, row.key
        assert row.sentence.endswith("."), row.key
        assert "%" not in row.sentence


# --- Years -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["FS", "MHS", "MHM-C", "MHM-P", "MHM-RF"])
def test_years_of_work_at_the_figure(asked, profile):
    requirements, focus = asked(profile), FOCUS[profile]
    need = requirements.work_years
    assert met(requirements, "work", jobs=(job(need, focus=focus),))
    assert met(requirements, "work", jobs=(job(need, days=1, focus=focus),))
    short = replace(job(need, focus=focus), start=date(2026 - need, 1, 2))
    if (date(2025, 12, 31) - short.start).days + 1 < need * 365:
        assert not met(requirements, "work", jobs=(short,))
    less = answer(requirements, "work", Portfolio(jobs=(job(need - 1, focus=focus),)))
    assert (less.met, less.sentence) == (
        False,
        f"You have shown {Decimal(need - 1)} of {need} years of work that counts.",
    )


def test_two_calendar_years_count_as_two_and_a_day_less_does_not():
    assert years_of([job(2)], TODAY) == 2
    assert years_of([Job("x", date(2021, 1, 1), date(2022, 12, 31), True, False, False, 0)], TODAY) == 2
    assert years_of([Job("x", date(2021, 1, 2), date(2022, 12, 31), True, False, False, 0)], TODAY) == Decimal("1.99")
    assert years_of([Job("x", date(2023, 1, 1), date(2025, 12, 31), True, False, False, 0)], TODAY) == 3


def test_days_that_jobs_share_count_once():
    one = Job("x", date(2020, 1, 1), date(2021, 12, 31), True, False, False, 0)
    two = Job("x", date(2021, 1, 1), date(2022, 12, 31), True, False, False, 0)
    inside = Job("x", date(2020, 6, 1), date(2020, 7, 1), True, False, False, 0)
    gap = Job("x", date(2024, 1, 1), date(2024, 12, 31), True, False, False, 0)
    assert years_of([one, one], TODAY) == years_of([one], TODAY)
    assert years_of([two, inside, one], TODAY) == 3
    assert years_of([one, gap], TODAY) == 3


def test_a_job_that_goes_on_counts_until_today_and_one_to_come_does_not():
    going_on = Job("x", TODAY - timedelta(days=729), None, True, False, False, 0)
    assert years_of([going_on], TODAY) == 2
    assert years_of([replace(going_on, end=TODAY + timedelta(days=900))], TODAY) == 2
    assert years_of([replace(going_on, start=TODAY + timedelta(days=1))], TODAY) == 0
    assert years_of([replace(going_on, start=TODAY)], TODAY) == Decimal("0.00")
    assert years_of([], TODAY) == 0


@pytest.mark.parametrize("profile", ["FS", "MHS", "MHM-P", "MHM-RF"])
def test_other_kinds_of_work_and_unpaid_work_do_not_count(asked, profile):
    requirements, need = asked(profile), asked(profile).work_years
    assert not met(requirements, "work", jobs=(job(9, focus="leadership"),))
    unpaid = met(requirements, "work", jobs=(job(need, focus=FOCUS[profile], paid=False),))
    assert unpaid is (not requirements.work_paid)


def test_trained_volunteers_count_for_the_family_associate_alone(asked):
    volunteer = job(2, focus="promotion", paid=False, trained_volunteer=True)
    assert met(asked("FA"), "gate", jobs=(volunteer,))
    assert not met(asked("FA"), "gate", jobs=(replace(volunteer, trained_volunteer=False),))
    assert not met(asked("FS"), "work", jobs=(replace(volunteer, focus="prevention"),))


def test_an_internship_counts_up_to_one_year(asked):
    internship = job(2, focus="intervention", paid=False, supervised_internship=True)
    row = answer(asked("MHS"), "work", Portfolio(jobs=(internship,)))
    assert (row.met, row.have) == (False, 1)
    one_year = Job("intervention", date(2022, 1, 1), date(2022, 12, 31), True, False, False, 0)
    assert met(asked("MHS"), "work", jobs=(internship, one_year))
    during = Job("intervention", date(2024, 1, 1), date(2024, 12, 31), True, False, False, 0)
    assert answer(asked("MHS"), "work", Portfolio(jobs=(internship, during))).have == 2


def test_the_family_associate_has_two_doors(asked):
    requirements = asked("FA")
    assert met(requirements, "gate", jobs=(job(2, focus="promotion"),))
    for degree in ("cda", "associate", "bachelor", "master", "doctorate"):
        assert met(requirements, "gate", degrees=frozenset({degree})), degree
    for degree in ("high_school", "certificate", "license"):
        assert not met(requirements, "gate", degrees=frozenset({degree})), degree


def test_education_where_it_is_asked(asked):
    for degree, counts in (
        ("bachelor", False),
        ("master", True),
        ("specialist", True),
        ("doctorate", True),
        ("medical", True),
    ):
        for profile in ("MHS", "MHM-C", "MHM-P", "MHM-RF"):
            assert met(asked(profile), "education", degrees=frozenset({degree})) is counts, (degree, profile)
    assert met(asked("MHS"), "education", degrees=frozenset({"license"}))
    assert not met(asked("MHM-C"), "education", degrees=frozenset({"license"}))


@pytest.mark.parametrize("profile", ["MHM-C", "MHM-P", "MHM-RF"])
def test_years_of_leadership(asked, profile):
    assert met(asked(profile), "leadership", jobs=(job(3, focus="leadership", paid=False),))
    assert not met(asked(profile), "leadership", jobs=(job(2, days=360, focus="leadership"),))


def test_years_of_giving_reflective_supervision(asked):
    assert met(asked("MHM-C"), "rsc_given", jobs=(job(3, focus="rsc_provision"),))
    assert not met(asked("MHM-C"), "rsc_given", jobs=(job(2, days=360, focus="rsc_provision"),))


@pytest.mark.parametrize(
    ("families", "enough"), [((9,), False), ((10,), True), ((11,), True), ((4, 6), True), ((4, 5), False)]
)
def test_ten_families(asked, families, enough):
    assert met(asked("FS"), "families", jobs=tuple(job(1, families_served=n) for n in families)) is enough


def test_families_of_work_that_does_not_count_do_not_count(asked):
    assert not met(asked("FS"), "families", jobs=(job(1, focus="policy", families_served=50),))


# --- Hours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("key", "bucket"),
    [
        ("training_total", ""),
        ("training_general", ""),
        ("training_dei", "dei"),
        ("training_rsc_provision", "rsc_provision"),
    ],
)
@pytest.mark.parametrize(("more", "enough"), [("-0.25", False), ("0", True), ("0.25", True)])
def test_training_hours_at_the_figure(asked, profile, key, bucket, more, enough):
    requirements = asked(profile)
    need = getattr(requirements, key)
    row = answer(requirements, key, Portfolio())
    if not need:
        assert row is None
        return
    hours = need + Decimal(more)
    parts = {"dei": Decimal(0), "rsc_provision": Decimal(0)} | ({bucket: hours} if bucket else {})
    assert met(requirements, key, trainings=(TrainingHours(clock=hours, **parts),)) is enough


def test_an_hour_is_in_one_bucket(asked):
    trainings = (TrainingHours(Decimal(33), Decimal(3), Decimal(0)),)
    assert met(asked("FS"), "training_general", trainings=trainings)
    assert not met(
        asked("FS"), "training_general", trainings=(TrainingHours(Decimal(33), Decimal("3.25"), Decimal(0)),)
    )
    assert (
        answer(
            asked("MHM-C"),
            "training_general",
            Portfolio(trainings=(TrainingHours(Decimal(48), Decimal(3), Decimal(15)),)),
        ).have
        == 30
    )


@pytest.mark.parametrize("profile", ["FS", "MHS", "MHM-C"])
@pytest.mark.parametrize(("more", "enough"), [("-0.25", False), ("0", True), ("0.25", True)])
def test_supervision_hours_at_the_figure(asked, profile, more, enough):
    requirements = asked(profile)
    hours = requirements.rsc_hours + Decimal(more)
    assert met(requirements, "rsc_hours", supervision=(supervision(hours),)) is enough
    halves = (supervision(hours / 2), supervision(hours / 2))
    assert met(requirements, "rsc_hours", supervision=halves) is enough
    if requirements.rsc_about_provision:
        about = requirements.rsc_about_provision + Decimal(more)
        assert met(requirements, "rsc_about_provision", supervision=(supervision("60", about=about),)) is enough


@pytest.mark.parametrize(
    ("standing", "counts"),
    [
        ("MHM-C", {"FS", "MHS", "MHM-C"}),
        ("ERS", {"FS", "MHS"}),
        ("ERS-emerging", {"FS", "MHS"}),
        ("vetted", {"FS", "MHS", "MHM-C"}),
        ("other", set()),
    ],
)
def test_whose_supervision_counts(asked, standing, counts):
    hours = (supervision("60", standing),)
    assert {p for p in ("FS", "MHS", "MHM-C") if met(asked(p), "rsc_hours", supervision=hours)} == counts


@pytest.mark.parametrize(
    ("end", "counts"), [(date(2027, 12, 30), True), (date(2027, 12, 31), True), (date(2028, 1, 1), False)]
)
def test_vetted_providers_count_until_their_sunset(asked, end, counts):
    assert asked("FS").rsc_vetted_until in {"2027-12-31", date(2027, 12, 31)}
    assert met(asked("FS"), "rsc_hours", supervision=(supervision("24", "vetted", end),)) is counts
    assert met(asked("FS"), "rsc_hours", supervision=(supervision("24", "ERS", end),))


# --- The rest ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("complete", "waiting", "words"),
    [
        (0, 0, "0 of 3 references are complete. Please invite the people who know your work."),
        (1, 1, "1 of 3 references are complete. Please invite the people who know your work."),
        (1, 2, "1 of 3 references are complete; the others are on their way."),
        (3, 0, ""),
        (4, 0, ""),
    ],
)
def test_references(asked, complete, waiting, words):
    row = answer(asked("FS"), "references", Portfolio(references_complete=complete, references_waiting=waiting))
    assert (row.met, row.sentence) == (complete >= 3, words)


def test_signatures_fee_and_profile(asked):
    requirements = asked("FS")
    assert met(requirements, "profile", has_profile=True)
    assert [met(requirements, key, signed=frozenset({"ethics"})) for key in ("ethics", "agreement")] == [True, False]
    assert {s: met(requirements, "fee", fee_state=s) for s in ("open", "promised", "settled")} == {
        "open": False,
        "promised": True,
        "settled": True,
    }


def test_areas_warn_and_never_block(asked):
    row = answer(asked("FS"), "areas", Portfolio(areas=("a.a", "a.b", "a.c"), areas_shown=frozenset({"a.a", "x.y"})))
    assert (row.met, row.blocking, row.have, row.need) == (False, False, 1, 3)
    assert row.sentence.startswith("2 areas have no evidence yet.")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_figure_that_is_not_confirmed_informs_and_never_blocks(asked, profile):
    requirements = asked(profile)
    names = {
        "training_total",
        "training_general",
        "training_dei",
        "rsc_hours",
        "work_years",
        "work_min_families",
        "references_count",
        "leadership_years",
    }
    for name in names:
        open_ = replace(requirements, statuses=requirements.statuses | {name: "inferred"})
        closed = replace(requirements, statuses=requirements.statuses | {name: "confirmed"})
        key = {
            "work_years": "gate" if requirements.education_or_work else "work",
            "work_min_families": "families",
            "references_count": "references",
            "leadership_years": "leadership",
        }.get(name, name)
        row = answer(open_, key, Portfolio())
        if row is None:
            continue
        assert (row.met, row.blocking, row.to_confirm) == (False, False, True), name
        others = {"gate": {"work_years", "education_of"}}.get(key, {name})
        if not (closed.unconfirmed & others):
            assert answer(closed, key, Portfolio()).blocking, name


def test_the_shipped_draft_asks_to_confirm_what_is_inferred(asked):
    rows = {c.key: (c.blocking, c.to_confirm) for c in check(asked("FS"), Portfolio(), TODAY)}
    assert rows["training_dei"] == rows["training_total"] == (False, True)
    assert rows["rsc_hours"] == rows["work"] == rows["training_general"] == (True, False)
