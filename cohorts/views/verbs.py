"""One page for each verb: it says what will happen, takes a note where one is asked, and does it by POST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cohorts.forms import DeclineForm, NoteForm
from cohorts.transitions import advance
from cohorts.wording import WORDS, Words
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import Refused, Transition, available_verbs, lifecycle_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse


def confirm(
    request: HttpRequest,
    subject: Any,
    verb: str,
    *,
    template: str,
    back: str,
    after: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Show the verb's page, or do it and go to `after(subject)` (`back` unless given).

    404 for a verb that this person may never use on the subject; a calm message where it can't be done now.
    """
    transition, words = _page_of(subject, verb, signed_in(request))
    refusal = _refusal(subject, verb, transition, signed_in(request))
    if refusal:
        messages.warning(request, refusal)
        return redirect(back)
    form = _form(request, type(subject), verb, transition, words)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            changed = advance(subject, verb, by=signed_in(request), **(form.cleaned_data if form else {}))
        except Refused as refused:
            messages.warning(request, refused.message)
            return redirect(back)
        messages.success(request, words.done)
        return redirect(after(changed) if after else back)
    tone = {"danger": "clay"}.get(transition.tone, "")
    context = {"subject": subject, "verb": verb, "label": transition.label, "words": words, "form": form, "tone": tone}
    return render(request, template, context | {"back": back})


def _page_of(subject: Model, verb: str, user: Any) -> tuple[Transition, Words]:
    transition = lifecycle_of(subject).table.get(verb)
    words = WORDS[type(subject)].get(verb)
    if transition is None or words is None or transition.permission is None:
        raise Http404
    if not user.has_perm(transition.permission, subject):
        raise Http404
    return transition, words


def _refusal(subject: Any, verb: str, transition: Transition, user: Any) -> str:
    """Why the verb can't be done now, in words; empty where it can."""
    if any(offered.verb == verb for offered in available_verbs(subject, user)):
        return ""
    reason = transition.guard(subject, user) if subject.status in transition.sources and transition.guard else None
    return str(
        reason or _("This can’t be done now: somebody may have been quicker. This page shows where things stand.")
    )


def _form(
    request: HttpRequest, model: type[Model], verb: str, transition: Transition, words: Words
) -> forms.Form | None:
    data = request.POST if request.method == "POST" else None
    if verb == "decline":
        return DeclineForm(data)
    return NoteForm(data, words=words, required=transition.needs_note) if words.note else None
