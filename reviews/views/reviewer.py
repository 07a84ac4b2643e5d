"""The coordinator's cards of reviewers, and how many reviews each kind of category needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Category
from endorsement_portal.gates import requires_role
from endorsement_portal.models import Event, Role, User
from reviews.assignment import PRESUMED_NEEDED, needs
from reviews.forms import NeededForm, ReviewerForm
from reviews.models import OPEN, Reviewer, ReviewsNeeded

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires_role(Role.COORDINATOR, Role.ADMIN)
def reviewer_list(request: HttpRequest) -> HttpResponse:
    """Everybody who reviews, with what they hold and how busy they are."""
    people = (
        User.objects.with_role(Role.REVIEWER)
        .select_related("reviewer")
        .annotate(
            load=Count("reviews", filter=Q(reviews__status__in=OPEN)),
            filed=Count("reviews", filter=Q(reviews__status="filed")),
        )
        .order_by("name", "pk")
    )
    rows = [(person, getattr(person, "reviewer", None) or Reviewer(user=person)) for person in people]
    titles: dict[str, list[str]] = {}
    for profile, title in Category.objects.order_by("position").values_list("profile", "title"):
        if title not in titles.setdefault(profile, []):
            titles[profile].append(title)
    needed = [(need, ", ".join(titles.get(need.profile, []))) for need in needs()]
    return render(request, "reviews/reviewer_list.html", {"rows": rows, "needs": needed})


@requires_role(Role.COORDINATOR, Role.ADMIN)
def reviewer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One reviewer's card; `pk` is the person's."""
    person = get_object_or_404(User.objects.with_role(Role.REVIEWER).select_related("reviewer"), pk=pk)
    card = getattr(person, "reviewer", None) or Reviewer(user=person)
    form = ReviewerForm(request.POST or None, instance=card)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            Event.objects.record(card, "edit", by=_user(request), details={"changed": ", ".join(form.changed_data)})
        messages.success(request, _("The card of %(name)s is saved.") % {"name": person})
        return redirect("reviews:reviewer_list")
    return render(request, "reviews/reviewer_edit.html", {"form": form, "person": person})


@requires_role(Role.COORDINATOR, Role.ADMIN)
def needed_edit(request: HttpRequest, profile: str) -> HttpResponse:
    """Confirm or correct how many reviews a profile needs."""
    if profile not in PRESUMED_NEEDED:
        raise Http404
    row = ReviewsNeeded.objects.filter(profile=profile).first() or ReviewsNeeded(
        profile=profile, number=PRESUMED_NEEDED[profile]
    )
    form = NeededForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            row.confirmed_by, row.confirmed_at = _user(request), timezone.now()
            form.save()
            Event.objects.record(row, "confirm", by=_user(request), details={"profile": profile, "number": row.number})
        messages.success(
            request, _("Confirmed: %(profile)s needs %(number)s.") % {"profile": profile, "number": row.number}
        )
        return redirect("reviews:reviewer_list")
    return render(request, "reviews/needed_edit.html", {"form": form, "profile": profile})


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
