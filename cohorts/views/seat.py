"""A seat as the person sees it: the offer, yes or no, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from cohorts.models import Seat
from cohorts.views.verbs import confirm
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import available_verbs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def seat_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The offer: which cohort, when, for which category, and until when to answer."""
    seat = get_object_or_404(Seat.objects.visible_to(signed_in(request)).with_names(), pk=pk)
    own = signed_in(request).has_perm("cohorts.answer_seat", seat)
    context = {"seat": seat, "own": own, "verbs": available_verbs(seat, signed_in(request))}
    return render(request, "cohorts/seat_detail.html", context)


@login_required
def seat_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb of a seat."""
    seat = get_object_or_404(Seat.objects.visible_to(signed_in(request)).with_names(), pk=pk)
    back = reverse("cohorts:seat_detail", args=[pk])
    return confirm(request, seat, verb, template="cohorts/seat_confirm.html", back=back, after=_next_page)


def _next_page(seat: Any) -> str:
    """The application that has just opened, or the seat again."""
    if seat.is_accepted:
        return reverse("applicants:application_detail", args=[seat.application_id])
    return reverse("cohorts:seat_detail", args=[seat.pk])
