"""Deciding: the reviews side by side, a letter to edit, a preview, and then it is sent. And the letter afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.models import Application
from competencies.models import Area
from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import Refused, available_verbs
from endorsement_portal.models import Role, User
from reviews.agreement import AreaSeen, agree, side_by_side
from reviews.conflicts import in_words, reasons_against
from reviews.decisions import decide, why_not_decide
from reviews.dossier import references_of
from reviews.emails import subject_of
from reviews.forms import RE_REVIEW_DAYS, DecisionForm
from reviews.letters import as_sent, first_draft
from reviews.models import Decision, Outcome, Review

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires_role(Role.COORDINATOR, Role.ADMIN)
def decision_create(request: HttpRequest, pk: int) -> HttpResponse:
    """All filed reviews side by side, disagreement first; choose an outcome, edit the letter, preview, confirm."""
    user = _user(request)
    applications = Application.objects.visible_to(user).exclude(person=user).with_names()
    application = get_object_or_404(applications, pk=pk)
    reviews = _filed(application, user)
    areas = list(application.category.areas())
    seen = side_by_side(areas, reviews)
    outcomes = [v for v in available_verbs(application, user) if v.verb in Outcome.values]
    outcome = request.POST.get("outcome") or request.GET.get("outcome", "")
    context: dict[str, Any] = {
        "application": application,
        "reviews": reviews,
        "seen": seen,
        "agree": agree(reviews, seen),
        "references": references_of(application),
        "outcomes": outcomes,
        "outcome": outcome,
        "refusal": why_not_decide(application, user) if outcomes else "",
        "flags": _flags(application, reviews),
    }
    if outcome not in [v.verb for v in outcomes] or context["refusal"]:
        if request.method == "POST":
            messages.error(
                request, context["refusal"] or _("This can’t be decided now. The page shows where it stands.")
            )
        return render(request, "reviews/decision_create.html", context)
    context["outcome_label"] = Outcome(outcome).label
    form = DecisionForm(
        request.POST or None,
        outcome=outcome,
        areas=areas,
        initial=None if request.POST else _initial(outcome, application, reviews, seen),
    )
    step = request.POST.get("step", "")
    if request.method == "POST" and form.is_valid():
        if step == "confirm" and _decided(request, application, outcome, form):
            return redirect("reviews:assignment_list")
        if step == "preview":
            context |= {"form": form, "subject": subject_of(outcome), "letter": _whole(form, areas)}
            return render(request, "reviews/decision_confirm.html", context)
    return render(request, "reviews/decision_create.html", context | {"form": form})


def _filed(application: Application, user: User) -> list[Review]:
    """The filed reviews of the latest submission that has any."""
    reviews = list(
        Review.objects.visible_to(user)
        .filter(application=application)
        .filed()
        .select_related("reviewer", "snapshot")
        .prefetch_related("scores")
        .order_by("filed_at", "pk")
    )
    latest = max((one.snapshot.number for one in reviews), default=0)
    return [one for one in reviews if one.snapshot.number == latest]


def _flags(application: Application, reviews: list[Review]) -> list[str]:
    """Conflicts of interest that have come up after a review was filed."""
    found = reasons_against(application, [one.reviewer_id for one in reviews])
    return [f"{one.reviewer}: {in_words(found[one.reviewer_id])}" for one in reviews if one.reviewer_id in found]


def _initial(outcome: str, application: Application, reviews: list[Review], seen: list[AreaSeen]) -> dict[str, Any]:
    return {
        "letter": first_draft(outcome, application, reviews, seen),
        "unmet_areas": [one.area.code for one in seen if one.falls_short],
        "re_review_by": timezone.localdate() + timedelta(days=RE_REVIEW_DAYS),
    }


def _whole(form: DecisionForm, areas: list[Area]) -> str:
    """The letter as the applicant will read it."""
    asked = form.cleaned_data
    return as_sent(
        asked["letter"],
        unmet=[area.title for area in areas if area.code in asked.get("unmet_areas", [])],
        plan=asked.get("plan", ""),
        re_review_by=asked.get("re_review_by"),
    )


def _decided(request: HttpRequest, application: Application, outcome: str, form: DecisionForm) -> bool:
    """Decide and say so; False where it can't be, with everything typed still in the form."""
    asked = form.cleaned_data
    try:
        decide(
            application,
            outcome,
            by=_user(request),
            letter=asked["letter"],
            unmet_areas=asked.get("unmet_areas", []),
            plan=asked.get("plan", ""),
            re_review_by=asked.get("re_review_by"),
        )
    except Refused as no:
        messages.error(request, no.message)
        return False
    messages.success(
        request,
        _("%(code)s: %(outcome)s. The applicant has been written to.")
        % {"code": application.code, "outcome": Outcome(outcome).label},
    )
    return True


@login_required
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it was sent, with the plan: for the applicant and for those who care for applications."""
    decisions = Decision.objects.visible_to(_user(request)).select_related(
        "application__person", "application__category__track"
    )
    decision = get_object_or_404(decisions, pk=pk)
    unmet = Area.objects.filter(edition=decision.application.edition_id, code__in=decision.unmet_areas)
    context = {"decision": decision, "application": decision.application, "unmet": unmet.select_related("domain")}
    return render(request, "reviews/decision_detail.html", context)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
