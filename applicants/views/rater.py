"""The rater's door: a secret link, no account. Opening the link changes nothing; saying who one is opens the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from applicants.facts import RATED
from applicants.forms import AnswerForm, DeclineForm
from applicants.models import Reference
from applicants.tokens import find_by_token
from applicants.transitions import UNRATED_VOID_AT, advance
from applicants.words import Writing, sheet_of_reference
from competencies.editions import areas_for
from competencies.models import Category
from endorsement_portal.lifecycle import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from competencies.models import Area, Domain


def _dead_link(request: HttpRequest) -> HttpResponse:
    """The same answer for a wrong, used, expired or replaced link, and where the application is closed."""
    return render(request, "applicants/reference_dead_link.html", status=404)


def live(token: str) -> Reference | None:
    """The reference that this link opens, while it may be answered."""
    reference = find_by_token(token)
    if reference is None or (reference.expires_at and reference.expires_at < timezone.now()):
        return None
    if reference.application.is_closed:
        return None
    return reference


def knows(request: HttpRequest, reference: Reference) -> bool:
    """Whether this browser has said that it is the rater, for this generation of the link."""
    return bool(request.session.get(f"rater:{reference.pk}") == reference.generation)


@never_cache
def reference_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, and are you the person? A mail scanner that follows the link gets no further."""
    reference = live(token)
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
    reference = live(token)
    if reference is None:
        return _dead_link(request)
    if not knows(request, reference):
        return redirect("applicants:reference_answer", token=token)
    writing = Writing(sheet_of_reference(reference), answer_form(reference))
    form, saved = writing.blank, False
    if request.method == "POST":
        form = answer_form(reference, writing.chosen(request.POST))
        if writing.settle(form):
            try:
                done = _keep(reference, form, complete=request.POST.get("action") == "complete")
            except Refused:
                return _dead_link(request)
            writing.sheet.forget()
            if done:
                return render(request, "applicants/reference_thanks.html", {"reference": reference})
            saved = True
            writing = Writing(sheet_of_reference(reference), answer_form(reference))
            form = writing.blank
    at, discard_at, back = (
        reverse(f"applicants:{name}", args=[token])
        for name in ("rater_draft_save", "rater_draft_discard", "reference_answer")
    )
    context = {"reference": reference, "form": form, "token": token, "saved": saved, "void_at": UNRATED_VOID_AT}
    context |= writing.context(form, at=at, discard_at=discard_at, back=back)
    return render(request, "applicants/reference_form.html", context)


def answer_form(reference: Reference, data: Mapping[str, Any] | None = None) -> AnswerForm:
    """The rating as it was saved, or as posted."""
    initial = {code.replace(".", "__"): value for code, value in reference.answers.items()} | {
        "recommendation": reference.recommendation,
        "rater_endorsement": reference.rater_endorsement,
        "remarks": reference.remarks,
        "signed_name": reference.signed_name,
    }
    return AnswerForm(data, initial=initial, areas=rated_areas(reference), endorsements=_endorsements(reference))


def _keep(reference: Reference, form: AnswerForm, *, complete: bool) -> bool:
    """Save for later, or send; True once it is sent. With too many unknowns it is kept, but can't be counted."""
    written = {
        "answers": form.answers,
        "recommendation": form.cleaned_data["recommendation"],
        "rater_endorsement": form.cleaned_data["rater_endorsement"],
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
    reference = live(token)
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


def _endorsements(reference: Reference) -> list[tuple[str, str]]:
    """The endorsements that there are, as the rater may hold one: code and title."""
    rows = Category.objects.filter(edition=reference.application.edition_id).order_by("position")
    return [(row.code, f"{row.title} ({row.code})") for row in rows]


def rated_areas(reference: Reference) -> list[tuple[Domain, list[Area]]]:
    """The areas that a reference is the main evidence for, by domain: titles only, a sample until licensed items are loaded."""
    return [(domain, inside) for domain, inside in areas_for(reference.application.category) if domain.key in RATED]
