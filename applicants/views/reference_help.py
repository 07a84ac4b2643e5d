"""Where a request does not get through: the link to pass on, a code to read out by phone, a paper form to key in."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from applicants.forms import RECOMMENDATIONS, SCALE, PaperForm
from applicants.models import Reference
from applicants.tokens import CODE_MINUTES, present_code, reference_path
from applicants.views.rater import endorsements
from competencies.editions import requirements_for
from competencies.rating import questions_for
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Role
from endorsement_portal.uploads import receive, serve

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from endorsement_portal.models import Upload, User

SCAN_PURPOSE = "reference"


def _reference(user: User, pk: int, verb: str) -> Reference:
    """The reference, where this person may do this to it now. Http404 for everything else."""
    rows = Reference.objects.visible_to(user).select_related("application__person", "application__category__track")
    reference = get_object_or_404(rows, pk=pk)
    if verb not in {available.verb for available in available_verbs(reference, user)}:
        raise Http404
    return reference


@never_cache
@login_required
def reference_confirm_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the personal link to pass it on; that it was shown is in the log, for those who judge the answers."""
    user = signed_in(request)
    reference = _reference(user, pk, "show_link")
    context: dict[str, Any] = {
        "reference": reference,
        "application": reference.application,
        "own": reference.application.belongs_to(user),
    }
    if request.method == "POST":
        try:
            advance(reference, "show_link", by=user)
        except Refused as no:
            messages.error(request, no.message)
            return redirect("applicants:reference_detail", pk=pk)
        context["link"] = f"{settings.BASE_URL}{reference_path(reference)}"
    return render(request, "applicants/reference_confirm_link.html", context)


@never_cache
@login_required
def reference_confirm_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a code to read out by phone. It is shown this once."""
    user = signed_in(request)
    reference = _reference(user, pk, "give_code")
    context: dict[str, Any] = {
        "reference": reference,
        "minutes": CODE_MINUTES,
        "page": f"{settings.BASE_URL}{reverse('applicants:reference_code')}",
    }
    if request.method == "POST":
        try:
            advance(reference, "give_code", by=user)
        except Refused as no:
            messages.error(request, no.message)
            return redirect("applicants:reference_detail", pk=pk)
        context["code"] = present_code(reference)
    return render(request, "applicants/reference_confirm_code.html", context)


@login_required
def reference_paper_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Key in what came on paper: the same questions and the same rule as for everybody who answers by link."""
    user = signed_in(request)
    reference = _reference(user, pk, "key_in")
    form = PaperForm(
        request.POST or None,
        request.FILES or None,
        questions=questions_for(reference.application.category),
        endorsements=endorsements(reference),
    )
    limit = requirements_for(reference.application.category).references_void_at
    if request.method == "POST" and form.is_valid() and _key_in(reference, form, limit, by=user):
        messages.success(request, _("The paper form of %(name)s is in.") % {"name": reference.rater_name})
        return redirect("applicants:reference_detail", pk=pk)
    context = {"reference": reference, "application": reference.application, "form": form, "void_at": limit}
    return render(request, "applicants/reference_paper_create.html", context)


def _key_in(reference: Reference, form: PaperForm, limit: int | None, *, by: User) -> bool:
    """Keep paper and scan, both or neither; a no stands on the form."""
    void = limit and form.unrated >= limit
    try:
        with transaction.atomic():
            advance(
                reference,
                "key_in_void" if void else "key_in",
                by=by,
                note=form.cleaned_data["note"],
                paper_dated=form.cleaned_data["paper_dated"],
                scan=_scan(form, by),
                **form.written(),
            )
    except Refused as no:
        form.add_error(None, no.message)
        return False
    except ValidationError as no:
        form.add_error("scan", no)
        return False
    return True


def _scan(form: PaperForm, by: User) -> Upload | None:
    checked = form.cleaned_data["scan"]
    return receive(checked, owner=by, purpose=SCAN_PURPOSE) if checked else None


@login_required
def reference_paper_blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The empty form to print and mail: the same questions, and the number by which it is found again."""
    user = signed_in(request)
    reference = _reference(user, pk, "key_in")
    questions = questions_for(reference.application.category)
    context = {
        "reference": reference,
        "application": reference.application,
        "groups": [(domain, list(rows)) for domain, rows in groupby(questions, key=lambda question: question.domain)],
        "is_sample": any(question.is_sample for question in questions),
        "scale": SCALE,
        "recommendations": RECOMMENDATIONS,
        "void_at": requirements_for(reference.application.category).references_void_at,
        "association": settings.ASSOCIATION_NAME,
    }
    return render(request, "applicants/reference_paper_blank.html", context)


@login_required
def reference_scan_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scanned paper, for those who may read what it says."""
    user = signed_in(request)
    rows = Reference.objects.visible_to(user).exclude(application__person=user).select_related("scan")
    reference = get_object_or_404(rows, pk=pk, scan__isnull=False)
    if reference.scan is None or not user.has_role(Role.COORDINATOR, Role.ADMIN):
        raise Http404
    return serve(reference.scan)
