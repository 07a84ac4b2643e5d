"""A seat as the person sees it: the offer, yes or no, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants.models import Sees
from applicants.sharing import share_with_lead
from cohorts.models import Seat
from cohorts.views.verbs import confirm
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import Refused, available_verbs

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


@require_POST
@login_required
def lead_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Share the application of one's own seat with the lead of the cohort."""
    user = signed_in(request)
    seats = Seat.objects.own(user).accepted().select_related("cohort__lead", "application")
    seat = get_object_or_404(seats, pk=pk, application__person=user)
    sees, lead, application = request.POST.get("sees", ""), seat.cohort.lead, seat.application
    if sees not in Sees.values or lead is None or application is None:
        raise Http404
    try:
        share_with_lead(application, lead, sees=sees, by=user)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("Shared with %(name)s.") % {"name": lead.get_display_name()})
    return redirect("applicants:sharing_edit", pk=seat.application_id)


def _next_page(seat: Any) -> str:
    """The application that has just opened, or the seat again."""
    if seat.is_accepted:
        return reverse("applicants:application_detail", args=[seat.application_id])
    return reverse("cohorts:seat_detail", args=[seat.pk])
