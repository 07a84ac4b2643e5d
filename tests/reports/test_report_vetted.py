"""Who depends on a vetted provider: with whom, how many hours, until when; and nobody who doesn't."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from applicants.models import Application, Standing
from reports.definitions import DEFINITIONS
from tests import factories
from tests.conftest import make_person
from tests.credentials.conftest import credential_for
from tests.reports.test_report_definitions import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera(edition):
    """A vetted provider, until the day of the rule."""
    provider = factories.provider("Vera Vetted", qualification="vetted")
    provider.standings.update(ends_on=date(2027, 12, 31))
    return provider


def hours(person, provider, **fields):
    facts = {"provider": provider, "provider_name": provider.name if provider else "Nora New"}
    return factories.supervision(person, **(facts | fields))


def rows(admin) -> list[dict[str, str]]:
    return read(DEFINITIONS["vetted"], admin)[1]


def test_an_open_application_with_every_figure(vera, draft, applicant, admin):
    hours(applicant, vera, total_hours=Decimal("12.5"), start_date=date(2022, 3, 1), end_date=date(2022, 12, 31))
    hours(applicant, vera, total_hours=Decimal(8))
    hours(applicant, factories.provider())
    left = (date(2027, 12, 31) - timezone.localdate()).days
    assert rows(admin) == [
        {
            "Person": "Ana Applicant", "Email": "applicant@example.org", "For": "Application", "Number": draft.code,
            "Category": "IFS", "Provider": "Vera Vetted", "Entries": "2", "Hours": "20.50", "First day": "2022-03-01",
            "Last day": "2024-01-31", "Vetted until": "2027-12-31", "Hours count until": "2027-12-31",
            "Days left": str(left),
        }
    ]  # fmt: skip


def test_a_credential_that_holds(vera, coordinator, admin):
    holders = [make_person(f"holder{number}@example.org", name=f"Holder {number}") for number in range(3)]
    credential_for(holders[0], coordinator)
    yesterday = timezone.localdate() - timedelta(days=1)
    credential_for(holders[1], coordinator, issued_on=yesterday - timedelta(days=9), expires_on=yesterday)
    credential_for(holders[2], coordinator, status="revoked")
    Application.objects.update(status="endorsed")
    for holder in holders:
        hours(holder, vera)
    assert [(row["For"], row["Email"]) for row in rows(admin)] == [("Credential", "holder0@example.org")]


@pytest.mark.parametrize("status", ["withdrawn", "expired", "not_endorsed", "endorsed"])
def test_closed_applications_depend_on_nobody(vera, draft, applicant, admin, status):
    hours(applicant, vera)
    Application.objects.update(status=status, submitted_at=timezone.now())
    assert rows(admin) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "asked"},
        {"status": "disputed"},
        {"peer": True},
        {"removed_at": "2026-01-01T12:00Z"},
        {"start_date": date(2014, 12, 31)},
        {"status": "overridden", "provider_standing": "ERS"},
        {"start_date": date(2027, 6, 1), "end_date": date(2028, 1, 1)},
    ],
    ids=str,
)
def test_what_counts_nothing_is_not_there(vera, draft, applicant, admin, fields):
    Standing.objects.update(ends_on=None)
    hours(applicant, vera, **fields)
    assert rows(admin) == []


def test_who_was_qualified_better_by_then_is_not_there(vera, draft, applicant, admin):
    Standing.objects.create(provider=vera, qualification="ERS", starts_on=date(2023, 1, 1))
    hours(applicant, vera)
    hours(applicant, vera, start_date=date(2022, 1, 1), end_date=date(2022, 6, 30))
    assert [(row["Entries"], row["Last day"]) for row in rows(admin)] == [("1", "2022-06-30")]


def test_a_coordinator_s_word_that_somebody_was_vetted(draft, applicant, admin, edition):
    hours(applicant, None, status="overridden", provider_standing="vetted")
    [row] = rows(admin)
    assert (row["Provider"], row["Vetted until"], row["Hours count until"]) == ("Nora New", "", "2027-12-31")


def test_a_vetting_that_ends_before_the_rule(vera, draft, applicant, admin):
    Standing.objects.update(ends_on=date(2025, 6, 30))
    hours(applicant, vera)
    [row] = rows(admin)
    assert (row["Vetted until"], row["Hours count until"], int(row["Days left"]) < 0) == (
        "2025-06-30",
        "2025-06-30",
        True,
    )


def test_categories_that_ask_no_supervision_are_left_out(vera, applicant, admin, edition):
    factories.application(applicant, edition=edition, code="IFA")
    hours(applicant, vera)
    assert rows(admin) == []


def test_two_providers_are_two_rows_the_first_to_end_first(vera, draft, applicant, admin):
    other = factories.provider("Otto Other", qualification="vetted")
    other.standings.update(ends_on=date(2026, 6, 30))
    hours(applicant, vera), hours(applicant, other)
    assert [row["Provider"] for row in rows(admin)] == ["Otto Other", "Vera Vetted"]
