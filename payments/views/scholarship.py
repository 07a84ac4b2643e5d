"""Scholarships decided: who asks, from which fund, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Event, Role
from payments.forms import AwardForm, ReasonForm, ScholarshipFilterForm
from payments.models import Invoice, Scholarship
from payments.schedule import fee_for
from payments.transitions import SCHOLARSHIP

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User

HAPPENED = {
    "request": gettext_lazy("Asked for"),
    "award": gettext_lazy("Awarded"),
    "decline": gettext_lazy("Declined"),
    "release": gettext_lazy("Released: the money is back in its fund"),
    "close": gettext_lazy("Closed, no longer needed"),
}


@requires_role(Role.FINANCE, Role.ADMIN)
def scholarship_list(request: HttpRequest) -> HttpResponse:
    """Every request, those to be decided first, the longest waiting first among them."""
    form = ScholarshipFilterForm(request.GET)
    rows = Scholarship.objects.visible_to(_user(request))
    waiting = rows.waiting().count()
    if form.is_valid() and form.cleaned_data["status"]:
        rows = rows.filter(status=form.cleaned_data["status"])
    page = Paginator(rows.waiting_first().with_names(), 50).get_page(request.GET.get("page"))
    return render(request, "payments/scholarship_list.html", {"form": form, "page_obj": page, "waiting": waiting})


@requires_role(Role.FINANCE, Role.ADMIN)
def scholarship_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked and why, what is owing, and the decision."""
    scholarship = _scholarship(request, pk)
    return _page(request, scholarship)


@require_POST
@requires_role(Role.FINANCE, Role.ADMIN)
def scholarship_award(request: HttpRequest, pk: int) -> HttpResponse:
    """Award from a fund. What the fund has left is asked again under its lock."""
    scholarship = _decidable(request, pk)
    form = AwardForm(request.POST, scholarship=scholarship, owing_cents=_owing_cents(scholarship))
    if not form.is_valid():
        return _page(request, scholarship, award_form=form)
    try:
        advance(
            scholarship,
            "award",
            by=_user(request),
            fund=form.cleaned_data["fund"],
            amount_cents=form.cleaned_data["amount"],
        )
    except Refused as no:
        fresh = _decidable(request, pk)
        if any(v.verb == "award" for v in available_verbs(fresh, _user(request))):
            form.add_error(None, no.message)
            return _page(request, fresh, award_form=form)
        messages.error(request, no.message)
        return redirect("payments:scholarship_detail", pk=pk)
    messages.success(request, _("Awarded. The applicant has been told."))
    return redirect("payments:scholarship_detail", pk=pk)


@require_POST
@requires_role(Role.FINANCE, Role.ADMIN)
def scholarship_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline with a reason that the applicant reads."""
    return _with_reason(request, pk, "decline", _("Declined. The applicant has been told."))


@require_POST
@requires_role(Role.FINANCE, Role.ADMIN)
def scholarship_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an award back: the money returns to its fund, and the fee is owing again."""
    return _with_reason(request, pk, "release", _("Released. The applicant has been told."))


def _with_reason(request: HttpRequest, pk: int, verb: str, done: str) -> HttpResponse:
    scholarship = _decidable(request, pk)
    form = ReasonForm(request.POST, auto_id="id_reason_%s")
    if not form.is_valid():
        return _page(request, scholarship, reason_form=form)
    try:
        advance(scholarship, verb, by=_user(request), note=form.cleaned_data["note"])
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, done)
    return redirect("payments:scholarship_detail", pk=pk)


def _page(request: HttpRequest, scholarship: Scholarship, **forms: Any) -> HttpResponse:
    """The page of one request, with a form that has something to mend in place of a fresh one."""
    user = _user(request)
    owing = _owing_cents(scholarship)
    verbs = {v.verb for v in available_verbs(scholarship, user)}
    context = {
        "scholarship": scholarship,
        "owing_cents": owing,
        "is_own": scholarship.belongs_to(user),
        "may_award": "award" in verbs,
        "may_release": "release" in verbs,
        "award_form": forms.get("award_form") or AwardForm(scholarship=scholarship, owing_cents=owing),
        "reason_form": forms.get("reason_form") or ReasonForm(auto_id="id_reason_%s"),
        "form": next(iter(forms.values()), None),
        "timeline": _timeline(scholarship),
        "release_label": SCHOLARSHIP.table["release"].label,
    }
    return render(request, "payments/scholarship_detail.html", context)


def _owing_cents(scholarship: Scholarship) -> int:
    """What is owing on the application: on its invoice, or by today's schedule where there is none."""
    invoice: Invoice | None = Invoice.objects.filter(application=scholarship.application_id).first()
    if invoice is None:
        return fee_for(scholarship.application).total_cents
    return invoice.balance_cents if invoice.is_payable else 0


def _timeline(scholarship: Scholarship) -> list[dict[str, object]]:
    events = Event.objects.about(scholarship).select_related("actor").order_by("-sequence")
    return [
        {
            "when": event.at,
            "title": HAPPENED.get(event.verb, event.verb),
            "by": event.actor.get_display_name() if event.actor else _("The portal"),
            "note": event.note,
        }
        for event in events
    ]


def _scholarship(request: HttpRequest, pk: int) -> Scholarship:
    found: Scholarship = get_object_or_404(Scholarship.objects.visible_to(_user(request)).with_names(), pk=pk)
    return found


def _decidable(request: HttpRequest, pk: int) -> Scholarship:
    """A request that this person may decide: not their own."""
    scholarship = _scholarship(request, pk)
    if not _user(request).has_perm("payments.decide_scholarship", scholarship):
        raise Http404
    return scholarship


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
