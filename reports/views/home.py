"""Home: for a visitor the landing page, for everybody else their next step and who everyone is waiting for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from applicants.journey import next_step, steps
from applicants.models import Application, Grant
from applicants.readiness import readiness, with_facts
from applicants.sections import titles
from cohorts.models import Interest, Seat
from endorsement_portal.models import Role, User
from reports.work import admin_piles, coordinator_piles, finance_piles, first_of, waiting_lines
from reviews.models import Review

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from credentials.models import Credential


def home(request: HttpRequest) -> HttpResponse:
    """The first page of everybody. People with several hats see one part a hat."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "reports/landing.html")
    parts = [part for role, part in PARTS.items() if user.has_role(role)]
    # Whoever is here may be somebody's advisor, whatever hats they wear.
    context: dict[str, Any] = {"shares": Grant.objects.held_by(user) | Grant.objects.asked_of(user)}
    for part in parts:
        context |= part(user)
    # Staff see the applicant's part only when they are applicants in earnest.
    if user.has_role(Role.APPLICANT) and (len(user.roles) == 1 or context.get("applications") or context.get("seats")):
        context["as_applicant"] = True
    return render(request, "reports/home.html", context)


def _applicant(user: User) -> dict[str, Any]:
    """One query for all applications with their evidence and credentials, two for seats."""
    applications = list(with_facts(Application.objects.own(user)).select_related("category", "credential"))
    rows: list[dict[str, Any]] = []
    given: list[Credential] = []
    for application in applications:
        ready = readiness(application) if application.is_editable else None
        credential = getattr(application, "credential", None)
        given += [credential] if credential else []
        step = next_step(application, ready, credential=credential.pk if credential else None)
        parts = titles(application.returned_sections) if application.is_partly_open else []
        row = {"application": application, "ready": ready, "next": step, "steps": steps(application)}
        rows.append(row | {"open_titles": parts})
    return {
        "applications": sorted(rows, key=lambda row: row["application"].is_closed),
        "seats": list(Seat.objects.own(user).offered().with_names()),
        # Asked only by who has neither an application nor a seat.
        "interests": Interest.objects.own(user).exclude(status__in=["placed", "closed"]),
        "credentials": sorted(given, key=lambda credential: (credential.issued_on, credential.pk), reverse=True),
    }


def _reviewer(user: User) -> dict[str, Any]:
    reviews = list(Review.objects.own(user).open().with_names().in_working_order()[:20])
    return {"as_reviewer": True, "reviews": reviews, "next_review": reviews[0] if reviews else None}


def _coordinator(user: User) -> dict[str, Any]:
    piles = coordinator_piles(user)
    return {
        "as_coordinator": True,
        "coordinator_piles": piles,
        "coordinator_first": first_of(piles),
        "waiting": waiting_lines(user),
    }


def _finance(user: User) -> dict[str, Any]:
    piles = finance_piles(user)
    return {"as_finance": True, "finance_piles": piles, "finance_first": first_of(piles)}


def _admin(user: User) -> dict[str, Any]:
    piles = admin_piles(user)
    return {"as_admin": True, "admin_piles": piles, "admin_first": first_of(piles)}


PARTS = {
    Role.APPLICANT: _applicant,
    Role.REVIEWER: _reviewer,
    Role.COORDINATOR: _coordinator,
    Role.FINANCE: _finance,
    Role.ADMIN: _admin,
}
