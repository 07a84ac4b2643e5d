"""Interest, cohorts and seats at every stage."""

from __future__ import annotations

import pytest

from cohorts.models import Cohort, Interest, Seat
from endorsement_portal.models import User
from tests.cohorts import rows


@pytest.fixture
def interest(db) -> Interest:
    """New, from somebody without an account."""
    return rows.interest()


@pytest.fixture
def cohort(edition) -> Cohort:
    """Taking people in, with twelve seats."""
    return rows.cohort()


@pytest.fixture
def seat(applicant: User, cohort: Cohort) -> Seat:
    """Offered to the address that the applicant has proven to be theirs."""
    return rows.offered(rows.interest(email=applicant.email), cohort)


@pytest.fixture
def taken(seat: Seat, applicant: User) -> Seat:
    """Accepted by the applicant."""
    return rows.accepted(seat, applicant)
