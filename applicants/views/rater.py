"""The rater's door: a secret link, no account. Opening the link changes nothing; saying who one is opens the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from applicants.forms import AnswerForm, DeclineForm
from applicants.models import Reference
from applicants.tokens import find_by_token
from applicants.transitions import UNRATED_VOID_AT, advance
from competencies.editions import areas_for
from endorsement_portal.lifecycle import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from competencies.models import Area, Domain

RATED = frozenset({"reflection", "working_with_others", "thinking"})


def _dead_link(request: HttpRequest) -> HttpResponse:
    """The same answer for a wrong, used, expired or replaced link, and where the application is closed."""
    return render(request, "applicants/reference_dead_link.html", status=404)


def _live(token: str) -> Reference | None:
    reference = find_by_token(token)
    if reference is None or (reference.expires_at and reference.expires_at < timezone.now()):
        return None
    if reference.application.is_closed:
        return None
    return reference


def _knows(request: HttpRequest, reference: Reference) -> bool:
    """Whether this browser has said that it is the rater, for this generation of the link."""
    return bool(request.session.get(f"rater:{reference.pk}") == reference.generation)


@never_cache
def reference_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, and are you the person? A mail scanner that follows the link gets no further."""
    reference = _live(token)
    if reference is None:
        return _dead_link(request)
    if request.method == "POST":
        request.session[f"rater:{reference.pk}"] = reference.generation
        if reference.status == "sent":
            try:
                advance(reference, "open")
            except Refused:
                return _dead_link(request)
        return redirect("applicants:reference_form", token=token)
    return render(request, "applicants/reference_answer.html", {"reference": reference, "token": token})


@never_cache
def reference_form(request: HttpRequest, token: str) -> HttpResponse:
    """The rating: save and come back, or send."""
    reference = _live(token)
    if reference is None:
        return _dead_link(request)
    if not _knows(request, reference):
        return redirect("applicants:reference_answer", token=token)
    initial = {code.replace(".", "__"): value for code, value in reference.answers.items()} | {
        "recommendation": reference.recommendation,
        "remarks": reference.remarks,
        "signed_name": reference.signed_name,
    }
    form = AnswerForm(request.POST or None, areas=rated_areas(reference), initial=initial)
    saved = False
    if request.method == "POST" and form.is_valid():
        try:
            if _keep(reference, form, complete=request.POST.get("action") == "complete"):
                return render(request, "applicants/reference_thanks.html", {"reference": reference})
        except Refused:
            return _dead_link(request)
        saved = True
        form = AnswerForm(areas=rated_areas(reference), initial=form.cleaned_data)
    context = {"reference": reference, "form": form, "token": token, "saved": saved, "void_at": UNRATED_VOID_AT}
    return render(request, "applicants/reference_form.html", context)


def _keep(reference: Reference, form: AnswerForm, *, complete: bool) -> bool:
    """Save for later, or send; True once it is sent. With too many unknowns it is kept, but can't be counted."""
    written = {
        "answers": form.answers,
        "recommendation": form.cleaned_data["recommendation"],
        "remarks": form.cleaned_data["remarks"],
        "signed_name": form.cleaned_data["signed_name"],
    }
    if not complete:
        advance(reference, "save", **written)
        return False
    if form.unrated >= UNRATED_VOID_AT:
        advance(reference, "void", **written)
    else:
        advance(reference, "complete", **written)
    return True


@never_cache
def reference_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no, kindly and without having to explain."""
    reference = _live(token)
    if reference is None:
        return _dead_link(request)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            advance(reference, "decline", because=form.cleaned_data["note"])
        except Refused:
            return _dead_link(request)
        return render(request, "applicants/reference_thanks.html", {"reference": reference, "declined": True})
    return render(request, "applicants/reference_decline.html", {"reference": reference, "form": form, "token": token})


def rated_areas(reference: Reference) -> list[tuple[Domain, list[Area]]]:
    """The areas that a reference is the main evidence for, by domain: titles only, a sample until licensed items are loaded."""
    return [(domain, inside) for domain, inside in areas_for(reference.application.category) if domain.key in RATED]
