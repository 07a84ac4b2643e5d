"""Sharing an application: whom its owner lets in, and what those people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applicants import sharing
from applicants.forms.threads import AdvisorForm
from applicants.models import Application, Grant, GrantRole
from applicants.readiness import readiness, with_facts
from applicants.snapshots import collect, read
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def sharing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the owner shares with, and asking somebody new."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.own(user).with_names(), pk=pk)
    form = AdvisorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sharing.ask(application, email=form.cleaned_data["email"], sees=form.cleaned_data["sees"], by=user)
        except Refused as no:
            form.add_error("email", no.message)
        else:
            messages.success(request, _("We have written to them. Once they say yes, they see what you chose."))
            return redirect("applicants:sharing_edit", pk=pk)
    shares = sharing.shares_of(application)
    context = {
        "application": application,
        "form": form,
        "shares": shares,
        "has_lead": any(share.role == GrantRole.COHORT_LEAD for share in shares),
    }
    return render(request, "applicants/sharing_edit.html", context)


@require_POST
@login_required
def sharing_remove(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Stop sharing with one person; doing it twice does nothing more."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.own(user), pk=pk)
    sharing.stop(application, grant, by=user)
    messages.success(request, _("You no longer share with them."))
    return redirect("applicants:sharing_edit", pk=pk)


@require_safe
@login_required
def shared_list(request: HttpRequest) -> HttpResponse:
    """What others share with this person, how far each is, and who asks them to advise."""
    user = signed_in(request)
    shares = {share.application_id: share for share in Grant.objects.held_by(user).order_by("-sees", "pk")}
    rows = with_facts(Application.objects.filter(pk__in=shares)).with_names().order_by("-opened_at")
    context = {
        "asked": Grant.objects.asked_of(user).select_related("application__person", "application__category"),
        "rows": [_row(application, shares[application.pk]) for application in rows],
    }
    return render(request, "applicants/shared_list.html", context)


def _row(application: Application, share: Grant) -> dict[str, object]:
    """One shared application. How far it is while the applicant works on it; after that it is with others."""
    checks = readiness(application).checks if application.is_with_applicant else []
    told = [check for check in checks if check.section != "fee"]
    met = sum(1 for check in told if check.met)
    return {"application": application, "share": share, "met": met, "total": len(told)}


@require_POST
@login_required
def shared_answer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Say yes or no to somebody who asks for advice."""
    user = signed_in(request)
    if verb not in {"accept", "decline"}:
        raise Http404
    grant = get_object_or_404(Grant.objects.concerning(user), pk=pk)
    try:
        sharing.answer(grant, yes=verb == "accept", by=user)
    except Refused as no:
        messages.error(request, no.message)
    else:
        thanks = _("Thank you. Here is what they share.") if verb == "accept" else _("Thank you for telling us.")
        messages.success(request, thanks)
    return redirect("applicants:shared_list")


@require_safe
@login_required
def application_portfolio(request: HttpRequest, pk: int) -> HttpResponse:
    """What was entered, to be read: by whom the owner lets read it, and by the owner to see what those see."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.visible_to(user).with_dossier(), pk=pk)
    own = application.belongs_to(user)
    share = None if own else sharing.share_with(user, application)
    if not own and not (share and share.shows_portfolio):
        raise Http404
    frozen = None if application.is_with_applicant else application.snapshots.order_by("-number").first()
    context = {
        "application": application,
        "own": own,
        "frozen": frozen,
        "submission": read(frozen.data if frozen else collect(application)),
    }
    return render(request, "applicants/application_portfolio.html", context)
