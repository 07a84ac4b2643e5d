"""Does it meet the requirements? For all fourteen categories and the add-on: exactly enough, and one thing too little."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from applicants.eligibility import check, coverage, is_valid, places_of
from applicants.eligible_work import work_years
from applicants.portfolio import Degree, LeftOut, Period, Portfolio, ReferenceGiven, Shown, TrainingHours
from competencies.editions import Requirements, requirements_for, requirements_for_addon
from competencies.models import Category, Edition
from tests import factories
from tests.applicants.portfolios import (
    TODAY,
    complete,
    job,
    less_training,
    period,
    span,
    supervision,
    without_reference,
)

CODES = [
    *("IFA", "ECFA", "IFS", "ECFS", "IFRS", "ECFRS", "IMHS", "ECMHS"),
    *("IMHM-C", "IMHM-P", "IMHM-RF", "ECMHM-C", "ECMHM-P", "ECMHM-RF"),
    "ERS",
]
QUARTER = Decimal("0.25")


@pytest.fixture
def asked(edition):
    """What a category or the add-on asks in the shipped framework."""
    return lambda code: (
        requirements_for_addon(edition, code) if code == "ERS" else requirements_for(factories.category(code))
    )


def answers(requirements: Requirements, portfolio: Portfolio, today: date = TODAY):
    return {c.key: c for c in check(requirements, portfolio, today)}


def unmet(requirements: Requirements, portfolio: Portfolio, today: date = TODAY) -> set[str]:
    return {key for key, c in answers(requirements, portfolio, today).items() if not c.met}


def test_all_fourteen_categories_are_here(edition):
    assert set(Category.objects.filter(edition=edition).values_list("code", flat=True)) == set(CODES) - {"ERS"}


# --- The figures themselves --------------------------------------------------------------------------------------

FIGURES = (
    *("work_years", "work_min_families", "work_years_providing_rsc", "leadership_years"),
    *("training_total", "training_general", "training_dei", "training_rsc_provision"),
    *("rsc_hours", "rsc_about_provision", "references_count", "references_min_endorsed", "exam"),
)
EXPECTED = {
    "FA": (2, None, 0, 0, 33, 30, 3, 0, 0, 0, 3, 1, False),
    "FS": (2, 10, 0, 0, 33, 30, 3, 0, 24, 0, 3, 1, False),
    "FRS": (2, 10, 0, 1, 48, 30, 3, 15, 24, None, 3, 1, False),
    "MHS": (2, None, 0, 0, 33, 30, 3, 0, 50, 0, 3, 1, False),
    "MHM-C": (2, None, 3, 3, 48, 30, 3, 15, 50, 25, 3, 1, True),
    "MHM-P": (3, None, 0, 3, 33, 30, 3, 0, 0, 0, 3, 1, True),
    "MHM-RF": (3, None, 0, 3, 33, 30, 3, 0, 0, 0, 3, 1, True),
    "ERS": (None, None, 1, 0, None, None, None, 15, None, 12, 2, 0, False),
}


@pytest.mark.parametrize("code", CODES)
def test_the_shipped_figures_are_these(asked, code):
    requirements = asked(code)
    assert tuple(getattr(requirements, name) for name in FIGURES) == EXPECTED[requirements.profile]


ORDER = {
    "FA": "gate training_total training_general training_dei",
    "FS": "work families training_total training_general training_dei rsc_hours",
    "FRS": "work families second_part leadership training_total training_general training_dei training_rsc_provision rsc_hours",
    "MHS": "education work license training_total training_general training_dei rsc_hours",
    "MHM-C": "education work rsc_given leadership training_total training_general training_dei training_rsc_provision "
    "rsc_hours rsc_about_provision",
    "MHM-P": "education work leadership training_total training_general training_dei",
    "MHM-RF": "education work leadership training_total training_general training_dei",
    "ERS": "rsc_given training_rsc_provision rsc_about_provision",
}


@pytest.mark.parametrize("code", CODES)
def test_each_is_asked_these_things_in_this_order(asked, code):
    requirements = asked(code)
    endorsed = [] if code == "ERS" else ["endorsed_rater"]
    expected = [
        *("profile", "membership"),
        *ORDER[requirements.profile].split(),
        *("areas", "references", "reference_roles", *endorsed, "ethics", "agreement", "fee"),
    ]
    assert [c.key for c in check(requirements, Portfolio(areas=("a.a",)), TODAY)] == expected


@pytest.mark.parametrize("code", CODES)
def test_nothing_entered_meets_nothing_and_says_why_and_what_next(asked, code):
    for row in check(asked(code), Portfolio(areas=("a.b",)), TODAY):
        assert row.met is False, row.key
        assert row.sentence.endswith("."), row.key
        assert row.next.endswith("."), row.key
        assert "%" not in row.sentence + row.next
        assert row.entries == ()


# --- Exactly enough, and one thing too little --------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_exactly_what_is_asked_is_enough(asked, code):
    requirements = asked(code)
    rows = check(requirements, complete(requirements), TODAY)
    assert [row.key for row in rows if not row.met] == []
    assert [row.key for row in rows if row.sentence or row.next] == []


# What is taken away: (the requirement it spoils, how, what else it spoils).
SPOILED = {
    "profile": lambda r, p: replace(p, has_profile=False),
    "membership": lambda r, p: replace(p, member_until=TODAY - timedelta(days=1)),
    "gate": lambda r, p: replace(p, jobs=(job(r, r.work_years, days=-4),)),
    "education": lambda r, p: replace(p, degrees=(Degree("education:1", "bachelor", date(2010, 5, 15)),)),
    "work": lambda r, p: replace(p, jobs=(job(r, r.work_years, days=-4),)),
    "license": lambda r, p: replace(p, jobs=(job(r, r.work_years, as_therapist=False),)),
    "families": lambda r, p: replace(p, jobs=(job(r, r.work_years, families_served=r.work_min_families - 1),)),
    "rsc_given": lambda r, p: replace(p, giving=(period("supervision_given:1", r.work_years_providing_rsc, days=-4),)),
    "second_part": lambda r, p: replace(p, giving=()),
    "leadership": lambda r, p: replace(p, leading=(period("leadership:1", r.leadership_years, days=-4),)),
    "training_total": lambda r, p: less_training(p, clock=QUARTER),
    "training_general": lambda r, p: less_training(p, clock=QUARTER),
    "training_dei": lambda r, p: less_training(p, dei=QUARTER),
    "training_rsc_provision": lambda r, p: less_training(p, rsc_provision=QUARTER),
    "rsc_hours": lambda r, p: replace(
        p, supervision=(supervision(r.rsc_hours - QUARTER, about=r.rsc_about_provision or 0),)
    ),
    "rsc_about_provision": lambda r, p: replace(
        p,
        supervision=(supervision(r.rsc_hours or r.rsc_about_provision, about=r.rsc_about_provision - QUARTER),),
    ),
    "areas": lambda r, p: replace(p, shown=()),
    "references": lambda r, p: without_reference(p, 1),
    "reference_roles": lambda r, p: replace(
        p, references=(p.references[0], *(replace(row, role="nobody") for row in p.references[1:]))
    ),
    "endorsed_rater": lambda r, p: replace(
        p, references=tuple(replace(row, endorsed=False, role="current_supervisor") for row in p.references)
    ),
    "ethics": lambda r, p: replace(p, signed=frozenset({"agreement"})),
    "agreement": lambda r, p: replace(p, signed=frozenset({"ethics"})),
    "fee": lambda r, p: replace(p, fee_state="open"),
}
ALSO = {
    "education": {"work", "rsc_given"},  # what counts only after the degree has nothing to count from
    "training_total": {"training_general"},
    "training_general": {"training_total"},
    "references": {"reference_roles"},
    "endorsed_rater": {"reference_roles"},
    "license": set(),
}


@pytest.mark.parametrize("key", list(SPOILED))
@pytest.mark.parametrize("code", CODES)
def test_one_thing_too_little_spoils_that_and_no_more(asked, code, key):
    requirements = asked(code)
    enough = complete(requirements)
    if key not in answers(requirements, enough):
        assert key in {
            *("gate", "education", "work", "license", "families", "rsc_given", "second_part", "leadership"),
            "endorsed_rater",
            *("training_total", "training_general", "training_dei", "training_rsc_provision"),
            *("rsc_hours", "rsc_about_provision"),
        }
        return
    short = unmet(requirements, SPOILED[key](requirements, enough))
    assert key in short
    assert short - {key} <= ALSO.get(key, set())


OVER = {
    "work": lambda r, p: replace(p, jobs=(job(r, r.work_years, days=1),)),
    "families": lambda r, p: replace(p, jobs=(job(r, r.work_years, families_served=r.work_min_families + 1),)),
    "training_total": lambda r, p: less_training(p, clock=-QUARTER),
    "rsc_hours": lambda r, p: replace(
        p, supervision=(supervision(r.rsc_hours + QUARTER, about=r.rsc_about_provision or 0),)
    ),
    "leadership": lambda r, p: replace(p, leading=(period("leadership:1", r.leadership_years, days=1),)),
}


@pytest.mark.parametrize("key", list(OVER))
@pytest.mark.parametrize("code", CODES)
def test_a_little_over_is_enough_too(asked, code, key):
    requirements = asked(code)
    if key in answers(requirements, Portfolio()):
        assert unmet(requirements, OVER[key](requirements, complete(requirements))) == set()


# --- Work --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["IFS", "IMHS", "IMHM-P", "IMHM-RF"])
def test_other_kinds_of_work_do_not_count_and_it_says_so(asked, code):
    requirements = asked(code)
    row = answers(requirements, replace(complete(requirements), jobs=(job(requirements, 9, focus="leadership"),)))
    assert row["work"].have == 0
    assert row["work"].left_out == (LeftOut("work:1", "This kind of work does not count for this category."),)


@pytest.mark.parametrize("code", ["IFA", "IFS", "IMHS"])
def test_unpaid_work_counts_where_the_category_says_so(asked, code):
    requirements = asked(code)
    unpaid = job(requirements, 2, paid=False)
    assert work_years(requirements, Portfolio(jobs=(unpaid,)), TODAY)[0] == 0
    trained = replace(unpaid, trained_volunteer=True)
    counted = work_years(requirements, Portfolio(jobs=(trained,)), TODAY)[0]
    assert counted == (2 if code == "IFA" else 0)


@pytest.mark.parametrize("test", ["child_in_age_range", "social_emotional_focus", "relationship_focus"])
def test_a_specialist_s_work_passes_each_test(asked, test):
    requirements = asked("IFS")
    whole = job(requirements, 2)
    row = answers(requirements, Portfolio(jobs=(replace(whole, tests=whole.tests - {test}),)))["work"]
    assert (row.met, row.have, len(row.left_out)) == (False, 0, 1)
    assert (row.at, row.next) == ("work:1", "Open the job and tick what is true of the work: it may count then.")


def test_a_job_that_would_not_count_anyway_is_not_pointed_at(asked):
    requirements = asked("IFS")
    for facts in ({"paid": False}, {"focus": "policy"}):
        row = answers(requirements, Portfolio(jobs=(job(requirements, 2, tests=frozenset(), **facts),)))["work"]
        assert (row.at, row.next) == ("", "Add earlier jobs that count, or correct the dates of those you have.")
    whole = answers(requirements, Portfolio(jobs=(job(requirements, 2),)))["work"]
    assert (whole.met, whole.at, whole.next) == (True, "", "")


def test_an_internship_counts_up_to_one_year_with_an_endorsed_supervisor(asked):
    requirements = asked("IMHS")
    internship = job(requirements, 2, paid=False, supervised_internship=True, internship_supervisor_endorsed=True)
    assert work_years(requirements, Portfolio(jobs=(internship,)), TODAY)[0] == 1
    alone = replace(internship, internship_supervisor_endorsed=False)
    row = answers(requirements, Portfolio(jobs=(alone,)))["work"]
    assert (row.have, [left.entry for left in row.left_out]) == (0, ["work:1"])
    before = job(requirements, 1, entry="work:2", start=date(2022, 1, 1), end=date(2022, 12, 31))
    assert work_years(requirements, Portfolio(jobs=(internship, before)), TODAY)[0] == 2


def test_supervised_work_names_who_supervised_it(asked):
    for code, counts in (("IMHS", 0), ("IMHM-C", 0)):
        requirements = asked(code)
        alone = job(requirements, 2, supervised=False)
        row = answers(requirements, replace(complete(requirements), jobs=(alone,)))["work"]
        assert (row.met, row.have, row.blocking, row.at) == (False, counts, True, "work:1")
        assert row.left_out == (LeftOut("work:1", "It does not say who supervised this work."),)
        assert row.next == "Open the job and say who supervised your work: it may count then."
        assert answers(requirements, complete(requirements))["work"].met
    requirements = asked("IFS")
    assert work_years(requirements, Portfolio(jobs=(job(requirements, 2, supervised=False),)), TODAY)[0] == 2


def test_what_is_asked_of_work_but_not_confirmed_never_blocks(asked):
    requirements = asked("IMHS")
    unsure = replace(requirements, statuses=requirements.statuses | {"work_supervised": "inferred"})
    row = answers(unsure, Portfolio(jobs=(job(requirements, 2, supervised=False),)))["work"]
    assert (row.met, row.blocking, row.to_confirm) == (False, False, True)
    row = answers(unsure, Portfolio(jobs=(job(requirements, 1, supervised=False),)))["work"]
    assert (row.met, row.blocking) == (False, True)


@pytest.mark.parametrize(
    ("paid", "trained", "counts"), [(True, False, 2), (True, True, 2), (False, True, 2), (False, False, 0)]
)
def test_where_internships_are_nothing_apart_they_count_as_the_work_they_are(asked, paid, trained, counts):
    requirements = asked("IFA")
    internship = job(requirements, 2, paid=paid, trained_volunteer=trained, supervised_internship=True)
    row = answers(requirements, Portfolio(jobs=(internship,)))["gate"]
    assert (row.have, [left.why for left in row.left_out]) == (
        counts,
        [] if counts else ["An unpaid internship does not count for this category."],
    )
    paid_one = job(asked("IFS"), 2, paid=paid, supervised_internship=True)
    assert work_years(asked("IFS"), Portfolio(jobs=(paid_one,)), TODAY)[0] == (2 if paid else 0)


def test_work_taken_over_from_another_profile_has_its_own_days(asked):
    """A clinical mentor's work is a specialist's, who may have done it before the degree."""
    requirements, specialist = asked("IMHM-C"), asked("IMHS")
    internship = job(
        requirements, 1, entry="work:1", start=date(2014, 1, 1), end=date(2014, 12, 31),
        paid=False, supervised_internship=True, internship_supervisor_endorsed=True,
    )  # fmt: skip
    later = job(requirements, 1, entry="work:2", start=date(2015, 6, 1), end=date(2016, 5, 30))
    degree = Degree("education:1", "master", date(2015, 5, 15))
    portfolio = replace(complete(requirements), degrees=(degree,), jobs=(internship, later))
    assert work_years(requirements, portfolio, TODAY) == work_years(specialist, portfolio, TODAY) == (2, 2)
    assert unmet(requirements, portfolio) == set()


@pytest.mark.parametrize("waived", [True, False])
def test_the_second_part_of_the_work_is_giving_supervision(asked, waived):
    requirements = replace(asked("IFRS"), work_second_part_waived=waived)
    enough = complete(requirements)
    assert answers(requirements, enough)["second_part"].met
    row = answers(requirements, replace(enough, giving=()))["second_part"]
    assert (row.met, row.blocking) == (False, not waived)
    assert ("“emerging”" in row.sentence) is waived
    giving = job(requirements, 1, entry="work:2", focus="rsc_provision")
    assert answers(requirements, replace(enough, giving=(), jobs=(*enough.jobs, giving)))["second_part"].met
    later = Period("supervision_given:1", TODAY + timedelta(days=1), None)
    assert not answers(requirements, replace(enough, giving=(later,)))["second_part"].met


def test_part_time_adds_up_and_two_jobs_at_once_are_one_at_most(asked):
    requirements = asked("IFS")
    assert requirements.work_full_time_hours == 35
    half = job(requirements, 2, hours_per_week=Decimal("17.5"))
    full = job(requirements, 2)
    assert work_years(requirements, Portfolio(jobs=(half,)), TODAY) == (1, 2)
    assert work_years(requirements, Portfolio(jobs=(half, half)), TODAY) == (2, 2)
    assert work_years(requirements, Portfolio(jobs=(full, half, full)), TODAY) == (2, 2)


def test_part_time_informs_but_does_not_block_while_full_time_is_not_confirmed(asked):
    requirements = asked("IFS")
    half = job(requirements, 2, hours_per_week=Decimal("17.5"), families_served=10)
    row = answers(requirements, Portfolio(jobs=(half,)))["work"]
    assert (row.met, row.blocking, row.to_confirm) == (False, False, True)
    sure = replace(requirements, statuses=requirements.statuses | {"work_full_time_hours": "confirmed"})
    row = answers(sure, Portfolio(jobs=(half,)))["work"]
    assert (row.met, row.blocking, row.to_confirm) == (False, True, False)
    short = answers(requirements, Portfolio(jobs=(job(requirements, 2, days=-10),)))["work"]
    assert (short.met, short.blocking) == (False, True)


def test_the_family_associate_has_two_doors(asked):
    requirements = asked("IFA")
    without = replace(complete(requirements), jobs=())
    assert "gate" in unmet(requirements, without)
    for level in ("cda", "associate", "bachelor", "master", "specialist", "doctorate", "medical"):
        degree = Degree("education:1", level, date(2015, 6, 1))
        assert "gate" not in unmet(requirements, replace(without, degrees=(degree,))), level
        unfinished = replace(degree, conferred_on=None)
        assert "gate" in unmet(requirements, replace(without, degrees=(unfinished,))), level
    for level in ("high_school", "certificate", "license"):
        assert "gate" in unmet(requirements, replace(without, degrees=(Degree("education:1", level, TODAY),))), level


@pytest.mark.parametrize("code", ["IMHS", "IMHM-C", "IMHM-P", "IMHM-RF"])
@pytest.mark.parametrize(
    ("level", "counts"),
    [("bachelor", False), ("master", True), ("specialist", True), ("doctorate", True), ("medical", True)],
)
def test_education_where_it_is_asked(asked, code, level, counts):
    requirements = asked(code)
    degree = Degree("education:1", level, date(2010, 5, 15))
    assert ("education" not in unmet(requirements, replace(complete(requirements), degrees=(degree,)))) is counts


def test_a_license_opens_the_specialist_s_door_alone(asked):
    license_ = Degree("education:1", "license", date(2010, 5, 15))
    for code, counts in (("IMHS", True), ("IMHM-C", False)):
        requirements = asked(code)
        row = answers(requirements, replace(complete(requirements), degrees=(license_,)))["education"]
        assert row.met is counts


@pytest.mark.parametrize("code", ["IMHM-P", "IMHM-RF"])
def test_what_was_done_before_the_degree_does_not_count(asked, code):
    requirements = asked(code)
    start, _end = span(3)
    late = (Degree("education:1", "master", start + timedelta(days=10)),)
    assert unmet(requirements, replace(complete(requirements), degrees=late)) == {"work"}


def test_supervision_given_before_the_degree_does_not_count(asked):
    requirements = asked("IMHM-C")
    start, _end = span(3)
    late = (Degree("education:1", "master", start + timedelta(days=10)),)
    assert unmet(requirements, replace(complete(requirements), degrees=late)) == {"rsc_given"}


def test_leadership_and_supervision_given_may_be_jobs_too(asked):
    requirements = asked("IMHM-C")
    enough = complete(requirements)
    jobs = (
        *enough.jobs,
        job(requirements, 3, entry="work:2", focus="leadership", paid=False),
        job(requirements, 3, entry="work:3", focus="rsc_provision"),
    )
    assert unmet(requirements, replace(enough, jobs=jobs, leading=(), giving=())) == set()


def test_proof_of_the_degree_is_asked_for_and_never_blocks(asked):
    requirements = asked("IMHS")
    degree = Degree("education:1", "master", date(2010, 5, 15), has_proof=False)
    row = answers(requirements, replace(complete(requirements), degrees=(degree,)))["documents"]
    assert (row.met, row.blocking, row.to_confirm) == (False, False, True)
    assert "documents" not in answers(asked("IFS"), Portfolio(degrees=(degree,)))


# --- Hours -------------------------------------------------------------------------------------------------------


def test_an_hour_is_in_one_bucket(asked):
    rows = answers(
        asked("IMHM-C"), Portfolio(trainings=(TrainingHours("training:1", Decimal(48), Decimal(3), Decimal(15)),))
    )
    assert [rows[f"training_{name}"].have for name in ("total", "general", "dei", "rsc_provision")] == [48, 30, 3, 15]
    assert rows["training_dei"].entries == ("training:1",)


@pytest.mark.parametrize(
    ("hours", "dei", "provision", "general", "to_confirm"),
    [
        (33, 3, 0, 30, False),
        (33, 6, 0, 30, True),
        (33, 33, 0, 30, True),
        (33, 2, 0, 31, False),
        (33, 3, 10, 30, True),
        (40, 6, 0, 37, False),
        (30, 6, 0, 27, False),
        (30, 3, 0, 27, False),
    ],
)
def test_what_is_beyond_a_bucket_of_its_own_is_general(asked, hours, dei, provision, general, to_confirm):
    """Saying in more detail what a training was about never costs anybody an hour."""
    row = TrainingHours("training:1", *map(Decimal, (hours, dei, provision)))
    rows = answers(asked("IFS"), Portfolio(trainings=(row,)))
    found = rows["training_general"]
    assert (found.have, found.met, found.to_confirm) == (general, general >= 30, to_confirm)
    assert rows["training_general"].have + rows["training_dei"].have == rows["training_total"].have == hours
    over = max(dei - 3, 0) + provision
    said = f"This includes {over} hours that are beyond what is asked on equity or on providing reflective supervision."
    assert (said in found.sentence) is (over > 0 and (to_confirm or general < 30))
    assert dict(found.amounts) == {"training:1": general}


def test_whether_it_is_general_is_a_figure(asked):
    requirements = asked("IFS")
    assert requirements.statuses["training_surplus_is_general"] == "inferred"
    portfolio = Portfolio(trainings=(TrainingHours("training:1", Decimal(33), Decimal(6)),))
    without = answers(replace(requirements, training_surplus_is_general=False), portfolio)
    assert [without[f"training_{name}"].have for name in ("general", "dei")] == [27, 6]
    sure = replace(requirements, statuses=requirements.statuses | {"training_surplus_is_general": "confirmed"})
    assert not answers(sure, portfolio)["training_general"].to_confirm


def test_the_hours_beyond_are_those_of_the_later_entries(asked):
    rows = (
        TrainingHours("training:1", Decimal(2), Decimal(2)),
        TrainingHours("training:2", Decimal(5), Decimal(4)),
        TrainingHours("training:3", Decimal(2), Decimal(2)),
    )
    found = answers(asked("IFS"), Portfolio(trainings=rows))
    assert dict(found["training_dei"].amounts) == {"training:1": 2, "training:2": 1}
    assert dict(found["training_general"].amounts) == {"training:2": 4, "training:3": 2}
    assert found["training_general"].entries == ("training:2", "training:3")


@pytest.mark.parametrize(
    ("standing", "counts"),
    [
        ("MHM-C", {"IFS", "IMHS", "IMHM-C"}),
        ("ERS", {"IFS", "IMHS"}),
        ("ERS-emerging", {"IFS", "IMHS"}),
        ("vetted", {"IFS", "IMHS", "IMHM-C"}),
        ("", set()),
    ],
)
def test_whose_supervision_counts(asked, standing, counts):
    found = set()
    for code in ("IFS", "IMHS", "IMHM-C"):
        hours = (supervision(60, about=30, standing=standing),)
        if answers(asked(code), Portfolio(supervision=hours))["rsc_hours"].met:
            found.add(code)
    assert found == counts


@pytest.mark.parametrize(
    ("end", "counts"), [(date(2027, 12, 30), True), (date(2027, 12, 31), True), (date(2028, 1, 1), False)]
)
def test_vetted_providers_count_until_their_sunset(asked, end, counts):
    for standing in ("vetted", "ERS"):
        hours = (supervision(24, standing=standing, end=end),)
        row = answers(asked("IFS"), Portfolio(supervision=hours), date(2028, 6, 1))["rsc_hours"]
        assert row.met is (counts or standing == "ERS")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"peer": True}, "Peer supervision does not count, even with an endorsed peer."),
        ({"state": "waiting"}, "The provider has not confirmed these hours yet."),
        ({"state": "asked"}, "The provider has not confirmed these hours yet."),
        ({"state": "disputed"}, "The provider does not confirm these hours. The coordinator can look at it with you."),
    ],
)
def test_hours_that_do_not_count_are_shown_apart_with_the_reason(asked, facts, words):
    rows = (supervision(20), supervision(4, entry="supervision:2", **facts))
    row = answers(asked("IFS"), Portfolio(supervision=rows))["rsc_hours"]
    assert (row.met, row.have, row.entries) == (False, 20, ("supervision:1",))
    assert row.left_out == (LeftOut("supervision:2", words),)


@pytest.mark.parametrize(
    ("states", "hours", "at", "waits", "step"),
    [
        (("confirmed", "waiting"), 4, "supervision:1", False, "Ask the provider to confirm your hours."),
        (("confirmed", "asked"), 4, "", True, "Wait for the provider to confirm them."),
        (("confirmed", "asked", "waiting"), 2, "supervision:2", False, "Ask the provider to confirm your hours."),
        (("confirmed", "asked"), 3, "", False, "Add 4 hours more with a provider who counts."),
        (("confirmed", "disputed"), 4, "", False, "Add 4 hours more with a provider who counts."),
    ],
)
def test_what_to_do_about_hours_that_are_not_confirmed(asked, states, hours, at, waits, step):
    """Twenty hours count; the others have such a state, so many hours each."""
    rows = tuple(
        supervision(20 if n == 0 else hours, entry=f"supervision:{n}", state=state) for n, state in enumerate(states)
    )
    row = answers(asked("IFS"), Portfolio(supervision=rows))["rsc_hours"]
    assert (row.have, row.at, row.waits, row.next) == (20, at, waits, step)


def test_hours_about_something_else_are_not_listed_as_left_out(asked):
    rows = (supervision(20, state="asked"), supervision(10, about=5, entry="supervision:2", state="asked"))
    found = answers(asked("IMHM-C"), Portfolio(supervision=rows))
    assert [left.entry for left in found["rsc_hours"].left_out] == ["supervision:1", "supervision:2"]
    assert [left.entry for left in found["rsc_about_provision"].left_out] == ["supervision:2"]


def test_hours_accepted_by_the_coordinator_count(asked):
    assert answers(asked("IFS"), Portfolio(supervision=(supervision(24, state="overridden"),)))["rsc_hours"].met


def test_a_list_of_providers_that_is_not_confirmed_never_blocks_enough_hours(asked):
    requirements = asked("IMHM-C")
    row = answers(requirements, Portfolio(supervision=(supervision(50, about=25, standing="ERS"),)))["rsc_hours"]
    assert (row.met, row.blocking, row.to_confirm) == (False, False, True)
    row = answers(requirements, Portfolio(supervision=(supervision(49, standing="ERS"),)))["rsc_hours"]
    assert (row.met, row.blocking) == (False, True)


# --- References --------------------------------------------------------------------------------------------------


def given(role: str, *, entry: str = "reference:1", status: str = "completed", **facts) -> ReferenceGiven:
    return ReferenceGiven(entry, role, status, **({"completed_on": date(2026, 5, 1)} | facts))


@pytest.mark.parametrize(
    ("done", "today", "counts"),
    [
        (date(2025, 7, 1), date(2026, 6, 30), True),
        (date(2025, 6, 30), date(2026, 6, 30), True),
        (date(2025, 6, 29), date(2026, 6, 30), False),
        (date(2024, 2, 29), date(2025, 2, 28), True),
        (date(2024, 2, 29), date(2025, 3, 1), False),
    ],
)
def test_a_reference_is_valid_for_twelve_months(asked, done, today, counts):
    assert asked("IFS").references_valid_months == 12
    assert is_valid(given("colleague", completed_on=done), asked("IFS"), today) is counts


PLACES = {
    "IFA": ["current_supervisor", "endorsed_or_vetted", "any_listed"],
    "IFS": ["current_supervisor", "rsc_provider", "any_listed"],
    "IFRS": ["current_supervisor", "rsc_provider", "rsc_supervisee"],
    "IMHS": ["current_supervisor", "rsc_provider", "any_listed"],
    "IMHM-C": ["supervisor_or_colleague", "rsc_provider", "rsc_supervisee"],
    "IMHM-P": ["any", "any", "any"],
    "IMHM-RF": ["any", "any", "any"],
    "ERS": ["rsc_provider", "rsc_supervisee"],
}


@pytest.mark.parametrize("code", list(PLACES))
def test_the_places_that_references_fill(asked, code):
    assert [name for name, _roles in places_of(asked(code))] == PLACES[code]


@pytest.mark.parametrize(
    ("roles", "enough"),
    [
        (("current_supervisor", "rsc_provider", "colleague"), True),
        (("colleague", "rsc_provider", "current_supervisor"), True),
        (("current_supervisor", "rsc_provider", "rsc_provider"), True),
        (("current_supervisor", "current_supervisor", "rsc_provider"), True),
        (("current_supervisor", "colleague", "teacher"), False),
        (("rsc_provider", "colleague", "teacher"), False),
        (("current_supervisor", "rsc_provider", "other"), False),
    ],
)
def test_a_family_specialist_s_raters_in_any_order(asked, roles, enough):
    rows = tuple(given(role, entry=f"reference:{n}") for n, role in enumerate(roles))
    assert answers(asked("IFS"), Portfolio(references=rows))["reference_roles"].met is enough


def test_it_names_who_is_missing_and_who_is_on_the_way(asked):
    rows = (given("colleague"), given("current_supervisor", entry="reference:2", status="sent"))
    row = answers(asked("IFS"), Portfolio(references=rows))["reference_roles"]
    assert row.sentence == "Still missing: a reference from your provider of reflective supervision."
    rows = (*rows, given("rsc_provider", entry="reference:3", status="opened"))
    row = answers(asked("IFS"), Portfolio(references=rows))["reference_roles"]
    assert (row.sentence, row.next) == (
        "The reference from your current supervisor is on its way.",
        "Wait for your raters, or remind them.",
    )
    assert row.waits


@pytest.mark.parametrize(
    ("complete_", "out", "waits"),
    [(0, 3, True), (2, 1, True), (2, 0, False), (1, 1, False), (3, 0, False), (3, 2, False)],
)
def test_references_on_their_way_are_waited_for(asked, complete_, out, waits):
    roles = ["current_supervisor", "rsc_provider", "colleague"] * 2
    rows = [given(role, entry=f"reference:{n}") for n, role in enumerate(roles[:complete_])]
    rows += [given(role, entry=f"reference:9{n}", status="opened") for n, role in enumerate(roles[complete_:][:out])]
    found = answers(asked("IFS"), Portfolio(references=tuple(rows)))
    assert found["references"].waits is waits
    assert found["reference_roles"].waits is waits
    assert found["endorsed_rater"].waits is bool(out)


@pytest.mark.parametrize(
    ("complete_", "waiting", "words"),
    [
        (0, 0, "0 of 3 references are complete."),
        (1, 1, "1 of 3 references are complete."),
        (1, 2, "1 of 3 references are complete; the others are on their way."),
        (3, 0, ""),
        (4, 0, ""),
    ],
)
def test_how_many_references(asked, complete_, waiting, words):
    rows = [given("colleague", entry=f"reference:{n}") for n in range(complete_)]
    rows += [given("colleague", entry=f"reference:9{n}", status="sent") for n in range(waiting)]
    row = answers(asked("IFS"), Portfolio(references=tuple(rows)))["references"]
    assert (row.met, row.sentence) == (complete_ >= 3, words)


@pytest.mark.parametrize(
    ("role", "endorsed", "counts"),
    [
        ("endorsed_or_vetted", False, False),
        ("endorsed_or_vetted", True, True),
        ("colleague", True, True),
        ("colleague", False, False),
    ],
)
def test_a_rater_is_endorsed_by_their_word_or_vetted_never_by_the_applicant_s(asked, role, endorsed, counts):
    rows = (given(role, endorsed=endorsed),)
    found = answers(asked("IFA"), Portfolio(references=rows))
    # Somebody who knows the work they are in any case: they fill the open place.
    assert (found["endorsed_rater"].met, found["reference_roles"].have) == (counts, 1)


def test_an_endorsement_that_nobody_confirmed_leaves_its_place_open(asked):
    rows = (given("current_supervisor"), given("endorsed_or_vetted", entry="reference:2"))
    rows = (*rows, given("colleague", entry="reference:3"))
    found = answers(asked("IFA"), Portfolio(references=rows))
    assert (found["references"].met, found["reference_roles"].met) == (True, False)
    wanted = "Still missing: a reference from someone who is endorsed, or vetted by the association."
    assert found["reference_roles"].sentence == wanted
    confirmed = (rows[0], replace(rows[1], endorsed=True), rows[2])
    assert answers(asked("IFA"), Portfolio(references=confirmed))["reference_roles"].met


def test_while_it_is_out_a_named_endorsement_is_waited_for(asked):
    rows = (given("current_supervisor"), given("colleague", entry="reference:2"))
    rows = (*rows, given("endorsed_or_vetted", entry="reference:3", status="opened"))
    found = answers(asked("IFA"), Portfolio(references=rows))
    assert (found["reference_roles"].waits, found["endorsed_rater"].waits) == (True, True)
    assert found["endorsed_rater"].sentence == "The rater whom you named as endorsed has still to confirm it."
    vetted = answers(asked("IFA"), Portfolio(references=(*rows[:2], replace(rows[2], endorsed=True))))
    assert vetted["endorsed_rater"].sentence.startswith("At least one of the people who answer has to be endorsed")


# --- The rest ----------------------------------------------------------------------------------------------------


def test_a_fee_that_is_promised_lets_the_work_go_on(asked):
    states = {s: answers(asked("IFS"), Portfolio(fee_state=s))["fee"].met for s in ("open", "promised", "settled")}
    assert states == {"open": False, "promised": True, "settled": True}


def test_areas_warn_and_never_block(asked):
    shown = (Shown("training:1", "training", ("a.a", "x.y")),)
    row = answers(asked("IFS"), Portfolio(areas=("a.a", "a.b", "a.c"), shown=shown))["areas"]
    assert (row.met, row.blocking, row.have, row.need) == (False, False, 1, 3)
    assert row.sentence.startswith("2 areas have no evidence yet.")


def test_coverage_lists_each_entry_once_under_its_kind():
    shown = (
        Shown("training:1", "training", ("a.a", "a.a", "x.y")),
        Shown("training:2", "training", ("a.a",)),
        Shown("supervision:1", "rsc", ("a.b", "a.a")),
    )
    assert coverage(Portfolio(areas=("a.b", "a.a", "a.c"), shown=shown)) == {
        "a.b": {"rsc": ("supervision:1",)},
        "a.a": {"training": ("training:1", "training:2"), "rsc": ("supervision:1",)},
        "a.c": {},
    }


# The figures behind each answer; a figure that is open never blocks, and one that is confirmed does.
BEHIND = {
    "membership": ("membership",),
    "education": ("education_of",),
    "families": ("work_min_families",),
    "rsc_given": ("work_years_providing_rsc",),
    "leadership": ("leadership_years",),
    "training_total": ("training_total",),
    "training_general": ("training_general",),
    "training_dei": ("training_dei",),
    "training_rsc_provision": ("training_rsc_provision",),
    "references": ("references_count",),
    "reference_roles": ("reference_roles",),
    "endorsed_rater": ("references_min_endorsed",),
    "license": ("license_or_eligible",),
}


@pytest.mark.parametrize("code", CODES)
def test_a_figure_that_is_not_confirmed_informs_and_never_blocks(asked, code):
    requirements = asked(code)
    for key, names in BEHIND.items():
        if key not in answers(requirements, Portfolio()):
            continue
        for status, blocks in (("inferred", False), ("unknown", False), ("confirmed", True)):
            said = replace(requirements, statuses=requirements.statuses | dict.fromkeys(names, status))
            row = answers(said, Portfolio())[key]
            assert (row.met, row.blocking, row.to_confirm) == (False, blocks, not blocks), (key, status)


def test_an_edition_that_asks_nothing_of_a_kind_does_not_check_it(asked, edition):
    assert isinstance(edition, Edition)
    nothing = replace(asked("IFS"), membership=False, code_of_ethics=False, endorsement_agreement=False)
    keys = answers(nothing, Portfolio())
    assert {"membership", "ethics", "agreement"} & set(keys) == set()
