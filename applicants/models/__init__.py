"""What is true of applicants."""

from applicants.models.application import (
    Application,
    ApplicationStatus,
    FeeState,
    Grant,
    GrantRole,
    Signature,
    Snapshot,
)
from applicants.models.evidence import (
    KINDS,
    DegreeLevel,
    Education,
    Evidence,
    ReflectiveSupervision,
    Training,
    TrainingFormat,
    Work,
    WorkFocus,
)
from applicants.models.profile import Profile, Sector
from applicants.models.reference import Reference, ReferenceRole, ReferenceStatus

__all__ = [
    "KINDS",
    "Application",
    "ApplicationStatus",
    "DegreeLevel",
    "Education",
    "Evidence",
    "FeeState",
    "Grant",
    "GrantRole",
    "Profile",
    "Reference",
    "ReferenceRole",
    "ReferenceStatus",
    "ReflectiveSupervision",
    "Sector",
    "Signature",
    "Snapshot",
    "Training",
    "TrainingFormat",
    "Work",
    "WorkFocus",
]
