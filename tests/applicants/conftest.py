"""The handlers of promises as every worker has them, and what the pages of the spine are asked with."""

from __future__ import annotations

import uuid
from datetime import date
from importlib import import_module
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applicants.forms.references import field_name
from applicants.tokens import reference_path
from applicants.transitions import advance
from competencies.rating import questions_for
from credentials.models import Credential
from tests import factories


@pytest.fixture(scope="session", autouse=True)
def handlers_of_promises():
    """Celery finds the apps' tasks when a worker starts; here nobody starts one."""
    for app in ("endorsement_portal", "applicants", "cohorts", "payments", "reviews", "credentials"):
        import_module(f"{app}.tasks")


def credential_of(application) -> Credential:
    """What an endorsed application was given."""
    return Credential.objects.create(
        application=application,
        person=application.person,
        category=application.category,
        category_title=application.category.title,
        track_title=application.category.track.title,
        track_mark=application.category.track.mark,
        number=f"NC-{application.pk}",
        name=application.person.name,
        issued_on=date(2026, 1, 1),
        expires_on=date(2099, 1, 1),
    )


@pytest.fixture
def certificate():
    """A small PDF to upload, fresh at each call."""

    def make(name: str = "certificate.pdf") -> SimpleUploadedFile:
        document, out = pikepdf.new(), BytesIO()
        document.add_blank_page()
        document.save(out)
        return SimpleUploadedFile(name, out.getvalue(), "application/pdf")

    return make


@pytest.fixture
def typed():
    """What a person types into each evidence form; changed by keywords."""
    good = {
        "work": {
            "employer": "Little Steps",
            "job_title": "Home visitor",
            "start_date": "2020-01-01",
            "end_date": "2022-12-31",
            "hours_per_week": "38",
            "focus": "prevention",
            "paid": "on",
            "meets_tests": ["child_in_age_range", "social_emotional_focus", "relationship_focus"],
            "families_served": "24",
            "duties": "Weekly visits.",
        },
        "education": {
            "institution": "A university",
            "degree_level": "bachelor",
            "field_of_study": "Child development",
            "conferred_on": "2018-05-15",
        },
        "course": {
            "title": "Infants and families",
            "code": "HDF 301",
            "institution": "A university",
            "completed_on": "2017-12-10",
            "credits": "3",
        },
        "training": {
            "title": "Foundations",
            "sponsor": "A center",
            "format": "series",
            "start_date": "2023-03-01",
            "clock_hours": "40",
            "dei_hours": "3",
            "rsc_provision_hours": "0",
        },
        "supervision": {
            "provider_name": "Priya Provider",
            "provider_standing": "MHM-C",
            "setting": "group",
            "start_date": "2023-01-01",
            "end_date": "2024-01-31",
            "total_hours": "30",
            "hours_about_provision": "0",
        },
        "supervision_given": {
            "organization": "A center",
            "setting": "group",
            "people": "6",
            "start_date": "2020-01-01",
            "end_date": "2023-12-31",
            "total_hours": "90",
        },
        "leadership": {
            "type": "leadership",
            "title": "County board for the early years",
            "role": "Chair",
            "organization": "A county partnership",
            "start_date": "2020-01-01",
            "end_date": "2023-12-31",
        },
    }

    def fill(kind: str, **changes: object) -> dict[str, object]:
        data = good[kind] | {"once": str(uuid.uuid4())} | changes
        return {name: value for name, value in data.items() if value is not None}

    return fill


@pytest.fixture
def asked(draft, applicant):
    """A reference whose request was sent by the applicant."""
    reference = factories.reference(draft)
    advance(reference, "send", by=applicant)
    return reference


@pytest.fixture
def answers(draft):
    """What a rater ticks and writes; changed by keywords, and with so many 'not enough information'."""

    def fill(*, unknown: int = 0, action: str = "complete", **changes: object) -> dict[str, object]:
        names = [field_name(question.key) for question in questions_for(draft.category)]
        assert len(names) > 8
        ticks = {name: "n" if n < unknown else "3" for n, name in enumerate(names)}
        said = {"recommendation": "recommend", "remarks": "Secret remarks of the rater", "signed_name": "Rater 1"}
        data = ticks | said | {"action": action} | changes
        return {name: value for name, value in data.items() if value is not None}

    return fill


@pytest.fixture
def link():
    """The path of a reference's present link."""
    return reference_path
