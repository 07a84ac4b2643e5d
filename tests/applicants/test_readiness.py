"""One query brings all that the requirements look at, and a frozen submission says the same as the rows did."""

from datetime import date
from decimal import Decimal

import pytest

from applicants.models import Application
from applicants.portfolio import Check, Job, SupervisionHours, TrainingHours, plain, portfolio_of
from applicants.readiness import readiness, with_facts
from applicants.snapshots import freeze
from competencies.editions import requirements_for
from competencies.models import Category
from endorsement_portal.models import User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(draft):
    """A portfolio with odd hours, a job that goes on, and every kind of evidence twice."""
    person = draft.person
    factories.complete_portfolio(draft)
    factories.work(person, start_date="2023-04-05", end_date=None, families_served=None, supervised_internship=True)
    factories.education(person)
    factories.education(person, degree_level="doctorate", conferred_on=None)
    factories.training(person, clock_hours="0.25", dei_hours="0.25", rsc_provision_hours=0, area_keys=[])
    factories.supervision(person, total_hours="1999.75", hours_about_provision="0.50", provider_standing="vetted")
    factories.reference(draft, 9, status="opened", rater_name="Rosa Waiting")
    return draft


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_whatever_there_is(draft, rows, django_assert_num_queries):
    for _time in range(rows):
        for make in (factories.work, factories.training, factories.education, factories.supervision):
            make(draft.person)
    fresh = Application.objects.get(pk=draft.pk)
    with django_assert_num_queries(1):
        alone = readiness(fresh)
    with django_assert_num_queries(1):
        [known] = with_facts(Application.objects.all())
        assert readiness(known) == alone


def test_the_rows_become_plain_facts(full):
    known = with_facts(Application.objects.all()).get()
    portfolio = portfolio_of(known.facts, areas=known.asked["areas"], fee_state="open")
    assert portfolio.has_profile
    assert portfolio.degrees == {"bachelor"}
    assert set(portfolio.jobs) == {
        Job("prevention", date(2020, 1, 1), date(2022, 12, 31), True, False, False, 24),
        Job("prevention", date(2023, 4, 5), None, True, False, True, 0),
    }
    assert set(portfolio.trainings) == {
        TrainingHours(Decimal(40), Decimal(3), Decimal(0)),
        TrainingHours(Decimal("0.25"), Decimal("0.25"), Decimal(0)),
    }
    assert set(portfolio.supervision) == {
        SupervisionHours("MHM-C", date(2023, 1, 1), date(2024, 1, 31), Decimal(30), Decimal(0)),
        SupervisionHours("vetted", date(2023, 1, 1), date(2024, 1, 31), Decimal("1999.75"), Decimal("0.5")),
    }
    assert (portfolio.references_complete, portfolio.references_waiting) == (3, 1)
    assert sorted(portfolio.reference_roles) == ["colleague", "current_supervisor", "rsc_provider"]
    assert portfolio.signed == {"ethics", "agreement"}
    assert portfolio.areas == tuple(full.category.areas().values_list("code", flat=True))
    assert portfolio.areas_shown == {
        "direct_service_skills.observation_listening",
        "theoretical_foundations.attachment",
        "reflection.self_awareness",
    }
    assert readiness(known).raters == ("Rosa Waiting",)


def test_a_frozen_submission_says_what_the_rows_said(full):
    before = readiness(full)
    frozen = freeze(full)
    assert readiness(full, frozen=frozen) == before
    for rows in ("work_evidence", "education_evidence", "training_evidence", "reflectivesupervision_evidence"):
        getattr(full.person, rows).all().delete()
    assert readiness(full, frozen=frozen) == before
    assert readiness(full) != before


def test_an_empty_portfolio(draft):
    assert {check.key: check.met for check in readiness(draft).checks}["profile"] is False
    assert portfolio_of({}, areas=(), fee_state="open").jobs == ()


def test_every_category_asks_the_same_both_ways(applicant, edition):
    for category in Category.objects.all():
        person = User.objects.create_user(f"{category.code}@example.org".lower(), None)
        factories.application(person, code=category.code)
    rows = list(with_facts(Application.objects.select_related("category")))
    assert len(rows) == 14
    for row in rows:
        assert readiness(row).requirements == requirements_for(row.category)


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
