"""What is true of applicants."""

from applicants.models.application import (
    Application,
    ApplicationStatus,
    FeeState,
    Grant,
    GrantRole,
    Sees,
    Signature,
    Snapshot,
)
from applicants.models.comment import Audience, Comment
from applicants.models.evidence import (
    Course,
    DegreeLevel,
    Education,
    Evidence,
    Leadership,
    Training,
    TrainingFormat,
    Work,
    WorkFocus,
    WorkTest,
)
from applicants.models.profile import Profile, Sector
from applicants.models.provider import Provider, Qualification, Standing
from applicants.models.reference import Reference, ReferenceRole, ReferenceStatus
from applicants.models.supervision import ReflectiveSupervision, SupervisionGiven, SupervisionStatus
from applicants.models.words import Draft, EarlierText

# The kinds of evidence, in the order in which a person works through them.
KINDS: dict[str, type[Evidence]] = {
    cls.kind: cls for cls in (Work, Education, Course, Training, ReflectiveSupervision, SupervisionGiven, Leadership)
}

__all__ = [
    "KINDS",
    "Application",
    "ApplicationStatus",
    "Audience",
    "Comment",
    "Course",
    "DegreeLevel",
    "Draft",
    "EarlierText",
    "Education",
    "Evidence",
    "FeeState",
    "Grant",
    "GrantRole",
    "Leadership",
    "Profile",
    "Provider",
    "Qualification",
    "Reference",
    "ReferenceRole",
    "ReferenceStatus",
    "ReflectiveSupervision",
    "Sector",
    "Sees",
    "Signature",
    "Snapshot",
    "Standing",
    "SupervisionGiven",
    "SupervisionStatus",
    "Training",
    "TrainingFormat",
    "Work",
    "WorkFocus",
    "WorkTest",
]
