"""Interest: the public form, and what the coordinator does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.forms import InterestFilterForm, InterestForm, OfferForm
from cohorts.models import Interest, InterestStatus
from cohorts.sheets import person_sheet, wishes_sheet, work_sheet
from cohorts.timelines import timeline
from cohorts.transitions import advance, register_interest
from cohorts.views.verbs import confirm
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import Refused, available_verbs
from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PER_PAGE = 50
# Asked for like a status: whom a seat may be offered to, in the pool or on the waiting list.
READY = "ready"
CARE = (Role.COORDINATOR, Role.ADMIN)


def interest_create(request: HttpRequest) -> HttpResponse:
    """The public form. Sent twice, it is kept once; with something to mend, all that was typed stays."""
    person = request.user if isinstance(request.user, User) else None
    if request.method == "POST":
        form = InterestForm(request.POST, person=person)
        if _kept_already(form) or form.is_valid():
            if form.is_valid():
                others = form.cleaned_data["other_work_counties"]
                register_interest(form.instance, other_work_counties=others, by=person)
            return redirect("cohorts:interest_received")
    else:
        form = InterestForm(person=person, category=request.GET.get("category", "")[:12])
    return render(request, "cohorts/interest_create.html", {"form": form})


def _kept_already(form: InterestForm) -> bool:
    """Whether this very form came before: a second click, or the page sent again."""
    form.full_clean()
    return Interest.objects.filter(token=form.cleaned_data["token"]).exists()


def interest_received(request: HttpRequest) -> HttpResponse:
    """Thank you, and what happens next."""
    steps = [
        {"label": _("You have told us about you"), "state": "done"},
        {"label": _("The coordinator reads it"), "state": "current", "hint": _("You hear from us within two weeks.")},
        {"label": _("A seat in a cohort"), "state": "todo", "hint": _("When one fits, we offer it to you by mail.")},
        {"label": _("Your application"), "state": "todo", "hint": _("It opens when you accept the seat.")},
    ]
    return render(request, "cohorts/interest_received.html", {"steps": steps})


@requires_role(*CARE)
def interest_list(request: HttpRequest) -> HttpResponse:
    """Everybody's interest, narrowed by words, place, category, field of work and status."""
    filter_form = InterestFilterForm(request.GET)
    fitting = filter_form.narrow(Interest.objects.visible_to(signed_in(request)))
    status = request.GET.get("status", "")
    if status == READY:
        rows = fitting.ready_for_a_seat()
    else:
        rows = fitting.filter(status=status) if status in InterestStatus.values else fitting
    context = {
        "filter_form": filter_form,
        "tabs": _status_tabs(request, fitting.counts_by_status(), status),
        "page_obj": Paginator(rows.with_names(), PER_PAGE).get_page(request.GET.get("page")),
        "narrowed": any(filter_form.cleaned_data.values()),
    }
    return render(request, "cohorts/interest_list.html", context)


def _status_tabs(request: HttpRequest, counts: dict[str, int], status: str) -> list[dict[str, Any]]:
    """A link with its count for each status, keeping the other filters."""

    def address(value: str) -> str:
        asked = QueryDict(mutable=True)
        asked.update({name: str(said) for name, said in request.GET.items() if name not in {"status", "page"} and said})
        if value:
            asked["status"] = value
        return f"{request.path}?{asked.urlencode()}" if asked else request.path

    everything = {"label": _("All"), "url": address(""), "count": sum(counts.values()), "current": not status}
    waiting = counts.get(InterestStatus.POOL, 0) + counts.get(InterestStatus.WAITLISTED, 0)
    ready = {"label": _("Ready"), "url": address(READY), "count": waiting, "current": status == READY}
    return [everything, ready] + [
        {
            "label": one.label,
            "url": address(one.value),
            "count": counts.get(one.value, 0),
            "current": status == one.value,
        }
        for one in InterestStatus
    ]


@requires_role(*CARE)
def interest_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One form with everything in it, its history, and what can be done now."""
    rows = Interest.objects.visible_to(signed_in(request)).with_names()
    interest = get_object_or_404(rows.prefetch_related("other_work_counties"), pk=pk)
    seats = list(interest.seats.with_names())
    context = {
        "interest": interest,
        "seats": seats,
        "verbs": available_verbs(interest, signed_in(request)),
        "about_person": person_sheet(
            interest, with_access_needs=signed_in(request).has_perm("cohorts.view_access_needs", interest)
        ),
        "may_triage": signed_in(request).has_perm("cohorts.triage_interest", interest),
        "about_work": work_sheet(interest),
        "about_wishes": wishes_sheet(interest),
        "events": timeline(interest, *seats),
        "namesakes": Interest.objects.visible_to(signed_in(request)).filter(email=interest.email).exclude(pk=pk)[:5],
    }
    return render(request, "cohorts/interest_detail.html", context)


@requires_role(*CARE)
def interest_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb of an interest."""
    interest = get_object_or_404(Interest.objects.visible_to(signed_in(request)), pk=pk)
    back = reverse("cohorts:interest_detail", args=[pk])
    return confirm(request, interest, verb, template="cohorts/interest_confirm.html", back=back)


@requires_role(Role.COORDINATOR)
def interest_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Place somebody: hold a seat in a cohort for them and ask whether they would like it."""
    interest = get_object_or_404(Interest.objects.visible_to(signed_in(request)).with_names(), pk=pk)
    if not any(one.verb == "offer" for one in available_verbs(interest, signed_in(request))):
        messages.warning(request, _("A seat can’t be offered now. This page shows where things stand."))
        return redirect("cohorts:interest_detail", pk)
    form = OfferForm(request.POST if request.method == "POST" else None, interest=interest)
    if request.method == "POST" and form.is_valid():
        try:
            advance(interest, "offer", by=signed_in(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error("cohort", refused.message)
        else:
            messages.success(request, _("The seat is held, and the offer is on its way by mail."))
            return redirect("cohorts:interest_detail", pk)
    return render(request, "cohorts/interest_offer.html", {"interest": interest, "form": form})
