"""Rows of interest, cohorts and seats: dull and deterministic."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from cohorts.deadlines import today
from cohorts.models import Cohort, CohortStatus, Interest, InterestStatus, Seat
from cohorts.transitions import advance
from endorsement_portal.models import County, User
from tests.factories import category


def interest(number: int = 1, **fields: object) -> Interest:
    """A form of interest from Durham."""
    durham = County.objects.get(name="Durham")
    facts = {
        "first_name": "Ines",
        "last_name": f"Interested {number}",
        "email": f"ines{number}@example.org",
        "home_county": durham,
        "employer": "Little Steps Center",
        "job_title": "Home visitor",
        "sector": "home_visiting",
        "work_county": durham,
        "focus": "prevention",
        "ages_served": ["infants"],
        "paid_years": Decimal(4),
        "highest_education": "bachelor",
        "practice_languages": ["English", "Spanish"],
        "consent_contact": True,
        "consent_privacy": True,
    }
    return Interest.objects.create(**(facts | fields))


def pooled(number: int = 1, **fields: object) -> Interest:
    """A form of interest that waits for a seat."""
    return interest(number, **({"status": InterestStatus.POOL} | fields))


def cohort(number: int = 1, **fields: object) -> Cohort:
    """A cohort that takes people in and starts in a month."""
    facts = {
        "name": f"Cohort {number}",
        "starts_on": today() + timedelta(days=30),
        "ends_on": today() + timedelta(days=210),
        "status": CohortStatus.RECRUITING,
    }
    return Cohort.objects.create(**(facts | fields))


def offered(one: Interest, to: Cohort, **details: object) -> Seat:
    """The seat that somebody was offered."""
    advance(one, "offer", cohort=to, category=category(), **details)
    return Seat.objects.get(interest=one, status="offered")


def accepted(seat: Seat, person: User) -> Seat:
    """The seat, accepted by its person."""
    return advance(seat, "accept", by=person)


def form_data(**fields: object) -> dict[str, object]:
    """What a browser sends with the public form."""
    facts = {
        "token": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        "first_name": "Zoë",
        "last_name": "Example",
        "email": "Zoe@Example.org",
        "phone": "",
        "home_county": "37063",
        "language_pref": "en",
        "employer": "Little Steps Center",
        "job_title": "Home visitor",
        "sector": "home_visiting",
        "work_county": "37063",
        "other_work_counties": ["37135", "37037"],
        "focus": "prevention",
        "ages_served": ["prenatal", "infants"],
        "paid_years": "4.5",
        "highest_education": "bachelor",
        "practice_languages": ["English", "Spanish"],
        "other_languages": "Tagalog",
        "category": "",
        "cohort_preference": "any",
        "funding_need": "fees",
        "heard_from": "colleague",
        "access_needs": "Captions, please.",
        "consent_contact": "on",
        "consent_privacy": "on",
    }
    return facts | fields
