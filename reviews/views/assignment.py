"""The coordinator's pages before the decision: which applications need reviewers, and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.models import Application, ApplicationStatus
from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Role, User
from reviews.assignment import ASSIGNABLE, assign, candidates, needs, reviews_needed
from reviews.conflicts import in_words, reasons_against
from reviews.forms import AssignForm
from reviews.models import Review

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 25
# The tab of reviews that are late, among those of applications.
OVERDUE = "overdue"


@requires_role(Role.COORDINATOR, Role.ADMIN)
def assignment_list(request: HttpRequest) -> HttpResponse:
    """Applications that need reviewers, are with them, or wait for a decision; each with its reviews."""
    user = _user(request)
    status = request.GET.get("status", "")
    shown = [status] if status in ASSIGNABLE else list(ASSIGNABLE)
    reviews = Review.objects.visible_to(user).live().select_related("reviewer")
    rows = (
        Application.objects.visible_to(user)
        .exclude(person=user)
        .filter(status__in=shown)
        .with_names()
        .prefetch_related(Prefetch("reviews", queryset=reviews, to_attr="seen_reviews"))
        .order_by("submitted_at", "pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    needed = {need.profile: need.number for need in needs()}
    waiting = [
        (application, needed.get(application.category.profile, 2), _page_for(application))
        for application in page.object_list
    ]
    context = {"page_obj": page, "waiting": waiting, "tabs": _tabs(status)}
    return render(request, "reviews/assignment_list.html", context)


def _page_for(application: Application) -> str:
    """Where the next thing is done: its decision once all reviews are in, else its reviewers."""
    name = "decision_create" if application.status == ApplicationStatus.REVIEWED else "assignment_create"
    return reverse(f"reviews:{name}", args=[application.pk])


def _tabs(here: str) -> list[dict[str, object]]:
    """The applications by where they stand, and the reviews that are late."""
    url = reverse("reviews:assignment_list")
    known = [*ASSIGNABLE, OVERDUE]
    return [
        {"label": _("All"), "url": url, "current": here not in known},
        *(
            {"label": ApplicationStatus(one).label, "url": f"{url}?status={one}", "current": one == here}
            for one in ASSIGNABLE
        ),
        {"label": _("Overdue reviews"), "url": reverse("reviews:overdue_list"), "current": here == OVERDUE},
    ]


@requires_role(Role.COORDINATOR, Role.ADMIN)
def overdue_list(request: HttpRequest) -> HttpResponse:
    """Every review that should have been filed by now, the latest first, each with where to mend it."""
    reviews = Review.objects.visible_to(_user(request)).overdue().with_names().order_by("due_on", "pk")
    context = {
        "page_obj": Paginator(reviews, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": _tabs(OVERDUE),
        "today": timezone.localdate(),
    }
    return render(request, "reviews/overdue_list.html", context)


@requires_role(Role.COORDINATOR, Role.ADMIN)
def assignment_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One application's reviews, and everybody who could be asked: who is free, and why not."""
    user = _user(request)
    applications = Application.objects.visible_to(user).exclude(person=user).with_names()
    application = get_object_or_404(applications, pk=pk)
    form = AssignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviewer = User.objects.with_role(Role.REVIEWER).filter(pk=form.cleaned_data["reviewer"]).first()
        if reviewer is None:
            messages.error(request, _("Please choose one of the reviewers below."))
        else:
            _ask(request, application, reviewer, form)
        return redirect("reviews:assignment_create", pk=pk)
    reviews = list(
        Review.objects.visible_to(user).filter(application=application).select_related("reviewer", "snapshot")
    )
    found = reasons_against(application, [one.reviewer_id for one in reviews if one.is_open])
    context = {
        "application": application,
        "form": form,
        "reviews": [(one, in_words(found.get(one.reviewer_id, [])) if one.is_open else "") for one in reviews],
        "needed": reviews_needed(application.category),
        "candidates": candidates(application) if application.status in ASSIGNABLE else [],
        "may_assign": application.status in ASSIGNABLE and user.has_perm("applicants.assign_application", application),
        "may_decide": application.status in ("reviewed", "exam_approved")
        and user.has_perm("applicants.decide_application", application),
    }
    return render(request, "reviews/assignment_create.html", context)


def _ask(request: HttpRequest, application: Application, reviewer: User, form: AssignForm) -> None:
    try:
        assign(application, reviewer=reviewer, by=_user(request), due_on=form.cleaned_data["due_on"])
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("%(name)s has been asked.") % {"name": reviewer})


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
