"""What is true of interest, cohorts and seats."""

from cohorts.models.cohort import OFFERING, Cohort, CohortKind, CohortStatus, Seat, SeatStatus
from cohorts.models.interest import (
    AgesServed,
    CohortPreference,
    FundingNeed,
    HeardFrom,
    Interest,
    InterestStatus,
    PracticeLanguage,
)

__all__ = [
    "OFFERING",
    "AgesServed",
    "Cohort",
    "CohortKind",
    "CohortPreference",
    "CohortStatus",
    "FundingNeed",
    "HeardFrom",
    "Interest",
    "InterestStatus",
    "PracticeLanguage",
    "Seat",
    "SeatStatus",
]
