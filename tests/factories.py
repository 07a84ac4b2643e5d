"""Rows for tests: dull and deterministic."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from applicants.models import (
    Application,
    Course,
    Education,
    FeeState,
    Leadership,
    Profile,
    Provider,
    Reference,
    ReflectiveSupervision,
    Signature,
    Standing,
    SupervisionGiven,
    Training,
    Work,
)
from applicants.transitions import advance
from competencies import loading
from competencies.models import Category, Edition
from endorsement_portal.models import County, User

FRAMEWORK = Path(loading.__file__).parent / "data" / "framework.yaml"


def load_framework() -> Edition:
    """The shipped framework, loaded once."""
    return Edition.objects.first() or loading.load(FRAMEWORK.read_text(encoding="utf-8")).edition


def category(code: str = "IFS") -> Category:
    """A category of the shipped framework."""
    return Category.objects.select_related("track", "edition").get(edition=load_framework(), code=code)


def application(person: User, *, edition: Edition | None = None, code: str = "IFS", **fields: object) -> Application:
    """An application in draft."""
    chosen = category(code)
    return Application.objects.create(person=person, category=chosen, edition=edition or chosen.edition, **fields)


def profile(person: User, **fields: object) -> Profile:
    """A profile with everything that is asked."""
    name = person.name or "Ana Applicant"
    facts = {
        "legal_name": name,
        "certificate_name": name,
        "county": County.objects.get(name="Durham"),
        "employer": "Little Steps Center",
        "job_title": "Home visitor",
        "sector": "home_visiting",
        "practice_languages": ["English"],
        "member_until": timezone.localdate() + timedelta(days=365),
    }
    return Profile.objects.create(person=person, **(facts | fields))


def work(person: User, **fields: object) -> Work:
    """Three years of paid prevention work with families."""
    facts = {
        "employer": "Little Steps Center",
        "job_title": "Home visitor",
        "start_date": date(2020, 1, 1),
        "end_date": date(2022, 12, 31),
        "hours_per_week": Decimal(38),
        "focus": "prevention",
        "families_served": 24,
        "meets_tests": ["child_in_age_range", "social_emotional_focus", "relationship_focus"],
        "duties": "Weekly visits with families of infants and toddlers.",
        "area_keys": ["direct_service_skills.observation_listening"],
    }
    return Work.objects.create(person=person, **(facts | fields))


def training(person: User, **fields: object) -> Training:
    """Forty hours of training, three of them on diversity, equity and inclusion."""
    facts = {
        "title": "Foundations of relationships",
        "sponsor": "A training center",
        "format": "series",
        "start_date": date(2023, 3, 1),
        "clock_hours": Decimal(40),
        "dei_hours": Decimal(3),
        "area_keys": ["theoretical_foundations.attachment"],
    }
    return Training.objects.create(person=person, **(facts | fields))


def education(person: User, **fields: object) -> Education:
    """A bachelor's degree."""
    facts = {
        "institution": "A state university",
        "degree_level": "bachelor",
        "field_of_study": "Human development",
        "conferred_on": date(2018, 5, 15),
    }
    return Education.objects.create(person=person, **(facts | fields))


def course(person: User, **fields: object) -> Course:
    """One college course of three credits."""
    facts = {
        "institution": "A state university",
        "code": "HDF 301",
        "title": "Infants and families",
        "completed_on": date(2017, 12, 10),
        "credits": Decimal(3),
        "area_keys": ["theoretical_foundations.development"],
    }
    return Course.objects.create(person=person, **(facts | fields))


def supervision_given(person: User, **fields: object) -> SupervisionGiven:
    """Four years of reflective supervision given to a group."""
    facts = {
        "organization": "High Meadow Center",
        "setting": "group",
        "people": 6,
        "start_date": date(2020, 1, 1),
        "end_date": date(2023, 12, 31),
        "total_hours": Decimal(90),
    }
    return SupervisionGiven.objects.create(person=person, **(facts | fields))


def leadership(person: User, **fields: object) -> Leadership:
    """Four years of leading a board."""
    facts = {
        "type": "leadership",
        "title": "County board for the early years",
        "role": "Chair",
        "organization": "A county partnership",
        "start_date": date(2020, 1, 1),
        "end_date": date(2023, 12, 31),
    }
    return Leadership.objects.create(person=person, **(facts | fields))


def provider(name: str = "Priya Provider", *, qualification: str = "MHM-C", **fields: object) -> Provider:
    """A clinical mentor since 2015, in the directory for staff only."""
    address = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    row, created = Provider.objects.get_or_create(name=name, defaults={"email": address} | fields)
    if created:
        Standing.objects.create(provider=row, qualification=qualification, starts_on=date(2015, 1, 1))
    return row


def supervision(person: User, **fields: object) -> ReflectiveSupervision:
    """Thirty hours with a clinical mentor, who confirmed them."""
    facts = {
        "provider": provider(),
        "status": "confirmed",
        "provider_name": "Priya Provider",
        "provider_email": "priya@example.org",
        "provider_standing": "MHM-C",
        "setting": "group",
        "start_date": date(2023, 1, 1),
        "end_date": date(2024, 1, 31),
        "total_hours": Decimal(30),
        "area_keys": ["reflection.self_awareness"],
    }
    return ReflectiveSupervision.objects.create(person=person, **(facts | fields))


def reference(application: Application, number: int = 1, **fields: object) -> Reference:
    """A reference that has not been sent."""
    facts = {
        "role": "colleague",
        "rater_name": f"Rater {number}",
        "rater_email": f"rater{number}@example.org",
        "known_since": timezone.localdate() - timedelta(days=900),
        "waived": True,
    }
    return Reference.objects.create(application=application, **(facts | fields))


def completed_reference(application: Application, number: int = 1, **fields: object) -> Reference:
    """A reference that went the whole way through its door; the first rater holds an endorsement."""
    row = reference(application, number, **({"rater_endorsement": "IFS" if number == 1 else ""} | fields))
    for verb in ("send", "open"):
        advance(row, verb)
    advance(
        row,
        "complete",
        answers={"reflection.self_awareness": "4"},
        recommendation="recommend",
        remarks=f"Secret remarks {number}",
        signed_name=row.rater_name,
    )
    return row


def sign(application: Application) -> None:
    """Ethics and agreement signed."""
    for kind in ("ethics", "agreement"):
        Signature.objects.create(
            application=application,
            kind=kind,
            document_version="2025",
            signed_name=application.person.name,
            not_sanctioned=True,
            registry_consent=True,
        )


def complete_portfolio(application: Application) -> Application:
    """Everything that the Family Specialist category asks."""
    person = application.person
    profile(person)
    work(person)
    training(person)
    supervision(person)
    for number, role in enumerate(["current_supervisor", "rsc_provider", "colleague"], start=1):
        completed_reference(application, number, role=role)
    sign(application)
    advance(application, "settle_fee")
    assert application.fee_state == FeeState.SETTLED
    return application


def submitted(application: Application) -> Application:
    """Complete and submitted by its owner."""
    complete_portfolio(application)
    return advance(application, "submit", by=application.person)


def reviewable(application: Application, coordinator: User) -> Application:
    """Submitted and checked."""
    submitted(application)
    return advance(application, "accept", by=coordinator)
