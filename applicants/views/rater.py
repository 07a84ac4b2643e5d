"""The rater's door: a secret link, no account. Opening the link changes nothing; saying who one is opens the form.

What is written stays in the browser that wrote it. Elsewhere the link alone shows nothing of it: a code does, which is
sent to the rater's own address or read out by staff on the phone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from applicants.forms import AnswerForm, CodeForm, DeclineForm
from applicants.forms.references import field_name
from applicants.holding import forget, held, is_applicant, knows, may_enter, remember
from applicants.models import Reference
from applicants.references import begin, try_code
from applicants.tokens import find_by_token, reference_token
from applicants.words import Writing, sheet_of_reference
from competencies.editions import requirements_for
from competencies.models import Category
from competencies.rating import questions_for, questions_of
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.limits import within_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from competencies.rating import Question

# In an hour: codes typed from one place, codes asked for from one place, and codes mailed for one reference.
MOST_TYPED, MOST_ASKED, MOST_MAILED = 30, 30, 5


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


def _opened(request: HttpRequest, token: str) -> Reference | HttpResponse:
    """The reference of a live link, or the page that says why not: the applicant never goes through this door."""
    reference = live(token)
    if reference is None:
        return _dead_link(request)
    if is_applicant(request, reference):
        return render(request, "applicants/reference_dead_link.html", {"own": reference}, status=403)
    return reference


@never_cache
def reference_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, and are you the person? A mail scanner that follows the link gets no further."""
    reference = _opened(request, token)
    if isinstance(reference, HttpResponse):
        return reference
    action = request.POST.get("action", "")
    if request.method == "POST" and action == "leave":
        left = render(request, "applicants/reference_answer.html", _door(request, reference, token) | {"left": True})
        forget(left, reference)
        return left
    if request.method == "POST" and may_enter(request, reference):
        return _enter(request, reference, token)
    if request.method == "POST" and action == "code":
        return _mail_code(request, reference, token)
    return render(request, "applicants/reference_answer.html", _door(request, reference, token))


def _door(request: HttpRequest, reference: Reference, token: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "token": token,
        "elsewhere": not may_enter(request, reference),
        "addresses": [masked(address) for address in reference.addresses],
    }


def masked(address: str) -> str:
    """An address that its owner knows again and nobody else learns: r…@example.org."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def _enter(request: HttpRequest, reference: Reference, token: str) -> HttpResponse:
    if reference.status == "sent":
        try:
            advance(reference, "open", link=reference.token_hash)
        except Refused:
            return _dead_link(request)
    entered = redirect("applicants:reference_form", token=token)
    remember(entered, reference)
    return entered


def _mail_code(request: HttpRequest, reference: Reference, token: str) -> HttpResponse:
    door = _door(request, reference, token)
    mailed = {str(reference.pk): MOST_MAILED}
    if not within_limits(request, "reference_code_mailed", most=MOST_ASKED, about=mailed):
        return render(request, "applicants/reference_answer.html", door | {"too_many": True}, status=429)
    try:
        advance(reference, "mail_code")
    except Refused:
        return _dead_link(request)
    context = {"form": CodeForm(initial={"number": reference.number}), "mailed": door["addresses"]}
    return render(request, "applicants/reference_code.html", context)


@never_cache
def reference_code(request: HttpRequest) -> HttpResponse:
    """Number and code instead of a link: read out by staff, or shown behind the link of a mail. Looking uses nothing."""
    asked = {name: request.GET.get(name, "")[:20] for name in ("number", "code")}
    form = CodeForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        if not within_limits(request, "reference_code_typed", most=MOST_TYPED):
            form.add_error(None, _("There were very many tries from here. Please wait an hour, or call us."))
            return render(request, "applicants/reference_code.html", {"form": form}, status=429)
        reference = try_code(form.cleaned_data["number"], form.cleaned_data["code"])
        if reference is not None:
            token = reference_token(reference.pk, reference.generation)
            opened = redirect("applicants:reference_form", token=token)
            remember(opened, reference)
            return opened
        form.add_error(None, _("Number and code don’t fit, or the code is past its half hour. A new one is soon made."))
    return render(request, "applicants/reference_code.html", {"form": form, "shown": all(asked.values())})


@never_cache
def reference_form(request: HttpRequest, token: str) -> HttpResponse:
    """The rating: save and come back, or send."""
    reference = _opened(request, token)
    if isinstance(reference, HttpResponse):
        return reference
    if not knows(request, reference) or (request.method == "POST" and not (reference.is_begun or begin(reference))):
        return redirect("applicants:reference_answer", token=token)
    form, became = answer_form(reference), ""
    writing = Writing(sheet_of_reference(reference), form)
    if request.method == "POST":
        form = answer_form(reference, writing.chosen(request.POST))
        if writing.settle(form):
            try:
                became = _keep(request, reference, form)
            except Refused:
                return redirect("applicants:reference_answer", token=token)
            writing.sheet.forget()
            if became == "sent":
                thanks = render(request, "applicants/reference_thanks.html", {"reference": reference})
                forget(thanks, reference)
                return thanks
            form = answer_form(reference)
            writing = Writing(sheet_of_reference(reference), form)
    page = render(request, "applicants/reference_form.html", _form_page(reference, writing, form, token, became))
    remember(page, reference)
    return page


def _form_page(reference: Reference, writing: Writing, form: AnswerForm, token: str, became: str) -> dict[str, Any]:
    at, discard_at, back = (
        reverse(f"applicants:{name}", args=[token])
        for name in ("rater_draft_save", "rater_draft_discard", "reference_answer")
    )
    unknown = form.unknown() if became == "warned" else []
    limit = _void_at(reference)
    return {
        "reference": reference,
        "form": form,
        "token": token,
        "saved": became == "saved",
        "void_at": limit,
        "unknown": unknown,
        "is_too_many": bool(limit and len(unknown) >= limit),
    } | writing.context(form, at=at, discard_at=discard_at, back=back)


def _void_at(reference: Reference) -> int | None:
    """With how many 'not enough information' a reference can't be counted, by the figure of its edition."""
    return requirements_for(reference.application.category).references_void_at


def answer_form(reference: Reference, data: Mapping[str, Any] | None = None) -> AnswerForm:
    """The rating as it was saved, or as posted."""
    questions = questions_for(reference.application.category)
    initial = _answered(reference, questions) | {
        "recommendation": reference.recommendation,
        "rater_endorsement": reference.rater_endorsement,
        "remarks": reference.remarks,
        "signed_name": reference.signed_name,
    }
    return AnswerForm(data, initial=initial, questions=questions, endorsements=endorsements(reference))


def _answered(reference: Reference, questions: list[Question]) -> dict[str, str]:
    """The answers that were saved, by field; of those to another edition, what it asked in the very same words."""
    before = None
    if reference.asked_edition != reference.application.edition_id:
        before = questions_of(reference.asked_edition)
    return {
        field_name(question.key): reference.answers[question.key]
        for question in questions
        if question.key in reference.answers and (before is None or before.get(question.key) == question)
    }


def _keep(request: HttpRequest, reference: Reference, form: AnswerForm) -> str:
    """Save for later, or send: what became of it, "saved", "warned" or "sent".

    Close to the limit of unknowns it is saved and said once more before it goes; who sends it again means it. With too
    many it is kept, but can't be counted.
    """
    written, limit = form.written() | {"held": reference.holding}, _void_at(reference)
    if request.POST.get("action") == "save":
        advance(reference, "save", **written)
        return "saved"
    known = request.POST.get("warned", "")
    warned_of = int(known) if known.isascii() and known.isdigit() and len(known) < 4 else 0
    if limit and form.unrated >= max(limit - 1, 1) and form.unrated > warned_of:
        advance(reference, "save", **written)
        return "warned"
    advance(reference, "void" if limit and form.unrated >= limit else "complete", **written)
    return "sent"


@never_cache
def reference_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no, kindly and without having to explain."""
    reference = _opened(request, token)
    if isinstance(reference, HttpResponse):
        return reference
    if not may_enter(request, reference):
        return redirect("applicants:reference_answer", token=token)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = {"because": form.cleaned_data["note"], "held": held(request, reference)}
            advance(reference, "decline", **said, link=reference.token_hash)
        except Refused:
            return _dead_link(request)
        declined = render(request, "applicants/reference_thanks.html", {"reference": reference, "declined": True})
        forget(declined, reference)
        return declined
    return render(request, "applicants/reference_decline.html", {"reference": reference, "form": form, "token": token})


def endorsements(reference: Reference) -> list[tuple[str, str]]:
    """The endorsements that there are, as the rater may hold one: code and title."""
    rows = Category.objects.filter(edition=reference.application.edition_id).order_by("position")
    return [(row.code, f"{row.title} ({row.code})") for row in rows]
