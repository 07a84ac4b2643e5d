"""Cohorts: the list, making one, its members, and its own course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.models import Grant, GrantRole
from applicants.sharing import stop
from cohorts.balance import balance
from cohorts.forms import CohortForm
from cohorts.models import Cohort, Interest
from cohorts.timelines import timeline
from cohorts.views.verbs import confirm
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import available_verbs
from endorsement_portal.models import Event, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User

PER_PAGE = 50
CARE = (Role.COORDINATOR, Role.ADMIN)


@requires_role(*CARE)
def cohort_list(request: HttpRequest) -> HttpResponse:
    """Cohorts under way, or the past ones, with the seats they have left."""
    everything = Cohort.objects.visible_to(signed_in(request))
    past = request.GET.get("when") == "past"
    present_rows = everything.exclude(pk__in=everything.past().values("pk"))
    rows = everything.past() if past else present_rows
    context = {
        "past": past,
        "tabs": [
            {"label": _("Present"), "url": request.path, "count": present_rows.count(), "current": not past},
            {
                "label": _("Past"),
                "url": f"{request.path}?when=past",
                "count": everything.past().count(),
                "current": past,
            },
        ],
        "page_obj": Paginator(
            rows.with_seats_taken().select_related("lead").order_by("-starts_on", "name"), PER_PAGE
        ).get_page(request.GET.get("page")),
        "may_manage": signed_in(request).has_perm("cohorts.manage_cohort"),
    }
    return render(request, "cohorts/cohort_list.html", context)


@requires_role(Role.COORDINATOR)
def cohort_create(request: HttpRequest) -> HttpResponse:
    """A new cohort, in planning."""
    form = CohortForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            cohort = form.save()
            Event.objects.record(cohort, "create", by=signed_in(request), after=cohort.status)
        messages.success(request, _("The cohort is made. Start taking people in when you are ready."))
        return redirect("cohorts:cohort_detail", cohort.pk)
    return render(request, "cohorts/cohort_create.html", {"form": form})


@requires_role(Role.COORDINATOR)
def cohort_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a cohort. The row is held, so that no seat is offered while the number of seats changes."""
    get_object_or_404(Cohort.objects.visible_to(signed_in(request)), pk=pk)
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=pk)
        led_by = cohort.lead_id
        form = CohortForm(request.POST if request.method == "POST" else None, instance=cohort)
        if request.method == "POST" and form.is_valid():
            form.save()
            if cohort.lead_id != led_by:
                _end_shares(cohort, led_by, by=signed_in(request))
            Event.objects.record(
                cohort, "edit", by=signed_in(request), details={"changed": ", ".join(sorted(form.changed_data))}
            )
            messages.success(request, _("The cohort is saved."))
            return redirect("cohorts:cohort_detail", pk)
    return render(request, "cohorts/cohort_edit.html", {"form": form, "cohort": Cohort.objects.get(pk=pk)})


def _end_shares(cohort: Cohort, lead_id: int | None, *, by: User) -> None:
    """What members shared with somebody who no longer leads: it was for the lead, so they are asked anew."""
    shares = Grant.objects.standing().filter(user=lead_id, role=GrantRole.COHORT_LEAD, application__seat__cohort=cohort)
    for share in shares.select_related("application"):
        stop(share.application, share.pk, by=by)


@requires_role(*CARE)
def cohort_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One cohort: members and how far they are, seats left, how it is made up, and what can be done now."""
    person = signed_in(request)
    rows = Cohort.objects.visible_to(person).with_seats_taken().select_related("lead")
    cohort = get_object_or_404(rows, pk=pk)
    seats = list(cohort.seats.live().with_names().order_by("status", "interest__first_name", "pk"))
    context = {
        "cohort": cohort,
        "seats": seats,
        "groups": balance(seats),
        "waiting": Interest.objects.visible_to(person).ready_for_a_seat().counts_by_status(),
        "verbs": available_verbs(cohort, person),
        "may_manage": person.has_perm("cohorts.manage_cohort", cohort),
        "events": timeline(cohort),
    }
    return render(request, "cohorts/cohort_detail.html", context)


@requires_role(*CARE)
def cohort_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb of a cohort."""
    cohort = get_object_or_404(Cohort.objects.visible_to(signed_in(request)), pk=pk)
    back = reverse("cohorts:cohort_detail", args=[pk])
    return confirm(request, cohort, verb, template="cohorts/cohort_confirm.html", back=back)
