"""One query brings all that the requirements look at, and a frozen submission says the same as the rows did."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applicants.eligibility import months_later
from applicants.facts import COLUMNS, headlines, portfolio_of, standings_of
from applicants.models import KINDS, Application, Provider, Reference, Standing
from applicants.portfolio import (
    Check,
    Degree,
    Held,
    Job,
    LeftOut,
    Period,
    Portfolio,
    ReferenceGiven,
    Shown,
    SupervisionHours,
    TrainingHours,
    plain,
)
from applicants.readiness import FROZEN, readiness, with_facts
from applicants.references import counts_until
from applicants.snapshots import freeze
from competencies.editions import requirements_for
from competencies.models import Category
from endorsement_portal.models import User
from tests import factories

pytestmark = pytest.mark.django_db
ALL_TESTS = frozenset({"child_in_age_range", "social_emotional_focus", "relationship_focus"})


@pytest.fixture
def full(draft):
    """A portfolio with odd hours, a job that goes on, and every kind of evidence at least once."""
    person = draft.person
    factories.complete_portfolio(draft)
    factories.work(
        person, start_date="2023-04-05", end_date=None, families_served=None, supervised_internship=True,
        internship_supervisor_endorsed=True, as_therapist=True, hours_per_week="12.5", paid=False,
        trained_volunteer=True, focus="intervention", meets_tests=["relationship_focus"], area_keys=[],
        supervisor_name="Sam Supervisor",
    )  # fmt: skip
    factories.education(person, document=_document(person))
    factories.education(person, degree_level="doctorate", conferred_on=None)
    factories.course(person)
    factories.training(person, clock_hours="8.25", dei_hours="0.25", rsc_provision_hours="3.50", area_keys=[])
    factories.supervision(
        person, total_hours="1999.75", hours_about_provision="0.50", provider=None, provider_standing="vetted",
        status="overridden", start_date="2020-02-29", end_date="2020-02-29", area_keys=[],
    )  # fmt: skip
    factories.supervision(person, status="asked", peer=True, area_keys=[])
    factories.supervision_given(person)
    factories.leadership(person, end_date=None)
    factories.reference(draft, 9, status="opened", rater_name="Rosa Waiting")
    return draft


def _document(person):
    from endorsement_portal.uploads import Checked, keep

    return keep(Checked(b"proof", "application/pdf", "proof.pdf"), owner=person, purpose="evidence")


def facts_of(application) -> dict:
    return with_facts(Application.objects.all()).get(pk=application.pk).facts


def read(application) -> Portfolio:
    known = with_facts(Application.objects.all()).get(pk=application.pk)
    return portfolio_of(known.facts, areas=known.asked["areas"], fee_state=known.fee_state)


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_whatever_there_is(draft, rows, django_assert_num_queries):
    for _time in range(rows):
        for kind in KINDS:
            getattr(factories, kind)(draft.person)
    fresh = Application.objects.get(pk=draft.pk)
    with django_assert_num_queries(1):
        alone = readiness(fresh)
    with django_assert_num_queries(1):
        [known] = with_facts(Application.objects.all())
        assert readiness(known) == alone


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_however_many_applications(rows, edition, django_assert_num_queries):
    for number in range(rows):
        factories.complete_portfolio(
            factories.application(User.objects.create_user(f"{number}@example.org", None, name="N"))
        )
    with django_assert_num_queries(1):
        ready = [readiness(known).is_ready for known in with_facts(Application.objects.order_by("pk"))]
    assert ready == [True] * rows


def test_the_rows_become_plain_facts(full):
    """Every field of every fact, from rows that differ in every field from what a fact has by default."""
    person, portfolio = full.person, read(full)
    jobs, degrees = person.work_evidence.order_by("pk"), person.education_evidence.order_by("pk")
    trainings, hours = person.training_evidence.order_by("pk"), person.reflectivesupervision_evidence.order_by("pk")
    mentor, leap_days = (Held("MHM-C", date(2015, 1, 1), None),), (date(2020, 2, 29), date(2020, 2, 29))
    assert portfolio == Portfolio(
        has_profile=True,
        member_until=person.profile.member_until,
        degrees=(
            Degree(degrees[0].ref, "bachelor", date(2018, 5, 15), has_proof=True),
            Degree(degrees[1].ref, "doctorate", None, has_proof=False),
        ),
        jobs=(
            Job(
                jobs[0].ref, "prevention", date(2020, 1, 1), date(2022, 12, 31), Decimal(38), families_served=24,
                tests=ALL_TESTS, supervised=False,
            ),
            Job(
                jobs[1].ref, "intervention", date(2023, 4, 5), None, Decimal("12.5"), paid=False, trained_volunteer=True,
                supervised_internship=True, internship_supervisor_endorsed=True, as_therapist=True, families_served=0,
                tests=frozenset({"relationship_focus"}),
            ),
        ),
        leading=(Period(person.leadership_evidence.get().ref, date(2020, 1, 1), None),),
        giving=(Period(person.supervisiongiven_evidence.get().ref, date(2020, 1, 1), date(2023, 12, 31)),),
        trainings=(
            TrainingHours(trainings[0].ref, Decimal(40), Decimal(3), Decimal(0)),
            TrainingHours(trainings[1].ref, Decimal("8.25"), Decimal("0.25"), Decimal("3.5")),
        ),
        supervision=(
            SupervisionHours(hours[0].ref, mentor, date(2023, 1, 1), date(2024, 1, 31), Decimal(30)),
            SupervisionHours(
                hours[1].ref, (Held("vetted", *leap_days),), *leap_days, Decimal("1999.75"), Decimal("0.5"),
                state="overridden",
            ),
            SupervisionHours(
                hours[2].ref, mentor, date(2023, 1, 1), date(2024, 1, 31), Decimal(30), peer=True, state="asked"
            ),
        ),
        references=tuple(_given(row, number) for number, row in enumerate(full.references.order_by("pk"))),
        signed=frozenset({"ethics", "agreement"}),
        fee_state="settled",
        areas=tuple(full.category.areas().values_list("code", flat=True)),
        shown=(
            Shown(jobs[0].ref, "work", ("direct_service_skills.observation_listening",)),
            Shown(person.course_evidence.get().ref, "course", ("theoretical_foundations.development",)),
            _shown(trainings[0], "training", "theoretical_foundations.attachment", "40"),
            Shown(trainings[1].ref, "training", (), Decimal("8.25")),
            _shown(hours[0], "rsc", "reflection.self_awareness", "30"),
            Shown(hours[1].ref, "rsc", (), Decimal("1999.75")),
            Shown(person.supervisiongiven_evidence.get().ref, "work", (), Decimal(90)),
            *[
                Shown(f"reference:{row.pk}", "rating", _rated(full))
                for row in full.references.filter(status="completed").order_by("pk")
            ],
        ),
    )  # fmt: skip


def _shown(entry, kind: str, area: str, in_all: str) -> Shown:
    """An entry that shows one area alone: its hours are that area's."""
    return Shown(entry.ref, kind, (area,), Decimal(in_all), ((area, Decimal(in_all)),))


def _rated(application) -> tuple[str, ...]:
    codes = application.category.areas().values_list("code", flat=True)
    return tuple(code for code in codes if code.startswith(("reflection.", "working_with_others.", "thinking.")))


def test_what_a_reference_shows_never_tells_what_is_in_it(draft):
    """All areas that references speak about, whether the rater could say something about them or not."""
    row = factories.completed_reference(draft)
    codes = _rated(draft)
    assert len(codes) > 8
    for answers in ({}, {codes[0]: "n"}, {codes[0]: "4", codes[1]: "n"}):
        type(row).objects.update(answers=answers)
        assert read(draft).shown == (Shown(f"reference:{row.pk}", "rating", codes),)
    type(row).objects.update(status="started")
    assert read(draft).shown == ()


def _given(row, number: int) -> ReferenceGiven:
    done = timezone.localdate(row.completed_at) if row.completed_at else None
    return ReferenceGiven(f"reference:{row.pk}", row.role, row.status, done, endorsed=number == 0)


def test_what_entries_are_called(full):
    person, names = full.person, headlines(facts_of(full))
    entries = [entry for model in KINDS.values() for entry in model.objects.own(person)]
    raters = {f"reference:{row.pk}": row.rater_name for row in full.references.all()}
    assert names == {entry.ref: entry.headline for entry in entries} | raters
    assert names[person.education_evidence.get(degree_level="doctorate").ref] == "Doctorate, A state university"
    assert readiness(full).raters == ("Rosa Waiting",)


def test_a_frozen_submission_says_what_the_rows_said(full):
    before = readiness(full)
    frozen = freeze(full)
    assert readiness(full, frozen=frozen) == before
    for model in KINDS.values():
        model.objects.all().delete()
    Standing.objects.all().delete()
    assert readiness(full, frozen=frozen) == before
    assert readiness(full) != before


def test_a_frozen_submission_has_every_column_that_is_looked_at(full):
    """Without one of them, the submission would be judged by something else than the rows were."""
    kept, rows = freeze(full).data, facts_of(full)
    for kind, columns in COLUMNS.items():
        for now, then in zip(
            sorted(rows["evidence"][kind], key=lambda row: row["id"]),
            sorted(kept["evidence"][kind], key=lambda row: row["id"]),
            strict=True,
        ):
            assert [name for name in (*columns, "id", "area_keys") if name not in then] == []
            if kind == "supervision":
                assert now["standings"] == then["standings"]
    assert set(FROZEN) <= set(kept)


# What a submission had before the portfolio grew: no hours a week judged, no tests, no confirmation, no standings.
OLD_ENTRIES = {
    "work": [
        {
            "id": 1, "headline": "Home visitor, Little Steps", "focus": "prevention", "start_date": "2020-01-01",
            "end_date": None, "paid": True, "trained_volunteer": False, "supervised_internship": False,
            "families_served": None, "area_keys": ["reflection.curiosity"],
        }
    ],
    "education": [{"id": 2, "headline": "BA", "degree_level": "bachelor", "conferred_on": "2018-05-15"}],
    "training": [
        {"id": 3, "headline": "T", "clock_hours": "40.00", "dei_hours": "3.00", "rsc_provision_hours": "0.00"}
    ],
    "supervision": [
        {
            "id": 4, "headline": "With P", "provider_standing": "MHM-C", "start_date": "2023-01-01",
            "end_date": "2024-01-31", "total_hours": "30.00", "hours_about_provision": "0.00",
        }
    ],
}  # fmt: skip


def test_a_submission_from_before_the_new_fields_is_still_judged(draft):
    factories.complete_portfolio(draft)
    frozen = freeze(draft)
    frozen.data |= {"evidence": OLD_ENTRIES, "profile": {"legal_name": "Ana"}}
    ready = readiness(draft, frozen=frozen)
    assert ready.portfolio.jobs == (Job("work:1", "prevention", date(2020, 1, 1), None, Decimal(40), supervised=False),)
    assert ready.portfolio.supervision == (
        SupervisionHours("supervision:4", (Held("MHM-C", *DAYS),), *DAYS, Decimal(30)),
    )
    assert ready.portfolio.degrees == (Degree("education:2", "bachelor", date(2018, 5, 15), has_proof=False),)
    assert (ready.portfolio.leading, ready.portfolio.giving, ready.portfolio.member_until) == ((), (), None)
    checks = {check.key: check for check in ready.checks}
    assert (checks["training_total"].met, checks["rsc_hours"].met, checks["profile"].met) == (True, True, True)
    assert checks["work"].left_out == (
        LeftOut("work:1", "It does not say that the work was with children of this age."),
    )
    assert (ready.names["work:1"], ready.names["supervision:4"]) == ("Home visitor, Little Steps", "With P")


def test_what_was_taken_out_does_not_count(draft):
    factories.complete_portfolio(draft)
    assert readiness(draft).is_ready
    for model in KINDS.values():
        model.objects.update(removed_at="2026-01-01T12:00Z")
    portfolio = read(draft)
    assert (portfolio.jobs, portfolio.trainings, portfolio.supervision) == ((), (), ())
    assert {shown.kind for shown in portfolio.shown} == {"rating"}
    assert freeze(draft).data["evidence"] == {kind: [] for kind in KINDS}


def test_nobody_elses_entries_come_along(draft, other_applicant):
    for kind in KINDS:
        getattr(factories, kind)(other_applicant)
    factories.completed_reference(factories.application(other_applicant))
    facts = facts_of(draft)
    assert facts["evidence"] == {kind: [] for kind in KINDS}
    assert (facts["references"], facts["signatures"], facts["profile"]) == ([], [], None)


DAYS = (date(2023, 1, 1), date(2024, 1, 31))
HELD = [
    {"qualification": "ERS", "starts_on": "2023-06-01", "ends_on": None},
    {"qualification": "vetted", "starts_on": "2020-01-01", "ends_on": "2024-01-31"},
]


VETTED, ERS = Held("vetted", date(2020, 1, 1), date(2024, 1, 31)), Held("ERS", date(2023, 6, 1), None)


@pytest.mark.parametrize(
    ("row", "word", "standings"),
    [
        ({"standings": HELD}, False, (ERS, VETTED)),
        ({"standings": HELD[:1]}, False, (ERS,)),
        ({"standings": [HELD[0] | {"starts_on": "2024-02-01"}, HELD[1]]}, False, (VETTED,)),
        ({"standings": [HELD[0] | {"starts_on": "2024-01-31"}]}, False, (Held("ERS", date(2024, 1, 31), None),)),
        ({"standings": [HELD[1] | {"ends_on": "2022-12-31"}]}, False, ()),
        ({"standings": [HELD[1] | {"ends_on": "2023-01-01"}]}, False, (replace(VETTED, end=date(2023, 1, 1)),)),
        ({"standings": []}, False, ()),
        ({"standings": None}, False, ()),
        ({"standings": []}, True, (Held("MHM-C", *DAYS),)),
        ({}, False, (Held("MHM-C", *DAYS),)),
        ({"provider_standing": ""}, False, ()),
    ],
)
def test_every_standing_on_any_of_the_days(row, word, standings):
    assert standings_of({"provider_standing": "MHM-C"} | row, *DAYS, taken_at_their_word=word) == standings


def test_a_providers_standings_come_from_the_record(draft):
    entry = factories.supervision(draft.person, provider_standing="ERS")
    mentor = Held("MHM-C", date(2015, 1, 1), None)
    assert read(draft).supervision[0].standings == (mentor,)
    Standing.objects.create(provider=entry.provider, qualification="ERS", starts_on="2022-01-01")
    assert read(draft).supervision[0].standings == (Held("ERS", date(2022, 1, 1), None), mentor)
    Provider.objects.get().standings.update(ends_on="2022-12-31")
    assert read(draft).supervision[0].standings == ()


@pytest.mark.parametrize(
    ("kind", "end", "until"),
    [
        ("publication", None, date(2020, 3, 1)),
        ("presentation", None, date(2020, 3, 1)),
        ("publication", date(2021, 2, 28), date(2021, 2, 28)),
        ("leadership", None, None),
        ("teaching", None, None),
        ("advocacy", None, None),
    ],
)
def test_what_is_published_does_not_go_on(draft, kind, end, until):
    entry = factories.leadership(draft.person, type=kind, start_date=date(2020, 3, 1), end_date=end)
    assert read(draft).leading == (Period(f"leadership:{entry.pk}", date(2020, 3, 1), until),)


def test_one_article_is_no_three_years_of_leadership(applicant):
    application = factories.application(applicant, code="IMHM-P")
    factories.leadership(applicant, type="publication", start_date=date(2020, 1, 1), end_date=None)
    row = {one.key: one for one in readiness(application).checks}["leadership"]
    assert (row.met, row.have) == (False, 0)


@pytest.mark.parametrize(("name", "is_supervised"), [("Sam", True), ("", False), ("  ", False)])
def test_a_job_is_supervised_by_somebody_with_a_name(draft, name, is_supervised):
    factories.work(draft.person, supervisor_name=name)
    assert read(draft).jobs[0].supervised is is_supervised


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # Ten in the evening here is the next day in Greenwich.
        (datetime(2026, 1, 2, 3, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 2, 5, 0, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 2, 3, 59, 59, 999999, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_the_day_of_a_reference_is_that_of_the_portal(draft, moment, day):
    reference = factories.completed_reference(draft)
    Reference.objects.filter(pk=reference.pk).update(completed_at=moment)
    assert read(draft).references[0].completed_on == day
    reference.refresh_from_db()
    assert counts_until(reference, 12) == months_later(day, 12)


@pytest.mark.parametrize(
    "said", ["2026-01-02T03:00:00Z", "2026-01-02T03:00:00.123Z", "2026-01-01", "2026-01-01T22:00:00-05:00"]
)
def test_a_frozen_day_of_a_reference_too(said):
    row = {"role": "colleague", "status": "completed", "completed_at": said}
    (reference,) = portfolio_of({"references": [row]}, areas=(), fee_state="open").references
    assert reference.completed_on == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("unasked", "waiting"),
        ("asked", "asked"),
        ("confirmed", "confirmed"),
        ("disputed", "disputed"),
        ("overridden", "overridden"),
    ],
)
def test_what_the_provider_says(draft, status, state):
    factories.supervision(draft.person, status=status)
    assert read(draft).supervision[0].state == state


def test_a_rater_is_endorsed_by_their_own_word_or_vetted(draft, coordinator):
    for number, fields in enumerate(
        ({"rater_endorsement": ""}, {"rater_endorsement": "IFS"}, {"rater_endorsement": "", "vetted_by": coordinator})
    ):
        vetted = {"vetted_at": "2026-01-01T12:00Z"} if "vetted_by" in fields else {}
        factories.completed_reference(draft, number, **fields, **vetted)
    assert [row.endorsed for row in read(draft).references] == [False, True, True]


def test_what_a_rater_only_saved_says_nothing_of_an_endorsement_yet(draft, coordinator):
    row = factories.completed_reference(draft, 1)
    assert [row.endorsed for row in read(draft).references] == [True]
    draft.references.filter(pk=row.pk).update(status="started", completed_at=None)
    assert [row.endorsed for row in read(draft).references] == [False]
    draft.references.filter(pk=row.pk).update(vetted_at="2026-01-01T12:00Z", vetted_by=coordinator)
    assert [row.endorsed for row in read(draft).references] == [True]


def test_an_empty_portfolio(draft):
    assert {check.key: check.met for check in readiness(draft).checks}["profile"] is False
    assert portfolio_of({}, areas=(), fee_state="open") == Portfolio()
    assert headlines({}) == {}


def test_every_category_asks_the_same_both_ways(applicant, edition):
    for category in Category.objects.all():
        person = User.objects.create_user(f"{category.code}@example.org".lower(), None)
        factories.application(person, code=category.code)
    rows = list(with_facts(Application.objects.select_related("category")))
    assert len(rows) == 14
    for row in rows:
        assert readiness(row).requirements == requirements_for(row.category)


def test_no_request_ever_reaches_the_query(draft):
    """The SQL is put together once, from the models' names; what differs goes in as parameters."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        facts_of(draft)
    other = factories.application(User.objects.create_user("x@example.org", None), code="IFA")
    with CaptureQueriesContext(connection) as again:
        facts_of(other)
    assert seen[0]["sql"].replace(f"= {draft.pk}", "= N") == again[0]["sql"].replace(f"= {other.pk}", "= N")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (None, ""),
        (0, "0"),
        (Decimal("45.00"), "45"),
        (Decimal("100.50"), "100.5"),
        (100, "100"),
        (Decimal("0.00"), "0"),
    ],
)
def test_numbers_as_people_write_them(number, written):
    assert plain(number) == written
    row = Check("x", "X", True, "", "x", have=number, need=number)
    assert (row.has, row.needs) == (written, written)
