"""Keeping what is typed, field by field, for those who sign in and for raters; and bringing earlier texts back.

A browser sends one field at a time and gets JSON, whatever happens: it must be able to say calmly where words are.
Nothing here touches what was saved or submitted, nor the session: who only types is signed out in time all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applicants.earlier import bring_back, earlier_texts, long_texts
from applicants.forms import FORMS, ProfileForm
from applicants.holding import knows, remember
from applicants.models import KINDS, Profile
from applicants.references import begin
from applicants.views.evidence import areas_of, blank_entry
from applicants.views.rater import answer_form, live
from applicants.words import (
    MOST_CHARACTERS,
    Seen,
    Sheet,
    Writing,
    clean,
    in_words,
    is_kept,
    sheet_of_entry,
    sheet_of_new,
    sheet_of_profile,
    sheet_of_reference,
)
from endorsement_portal.gates import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from django import forms
    from django.http import HttpRequest

    from applicants.models import Evidence
    from endorsement_portal.models import User

    Blank = Callable[[], forms.BaseForm]

ENTRY = re.compile(r"evidence:([a-z_]+):([0-9]{1,18})")
NEW_ENTRY = re.compile(r"evidence:([a-z_]+):new:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class Gone(Exception):  # noqa: N818 - an answer, not an error
    """The form was saved elsewhere and has become an entry."""

    def __init__(self, entry: Evidence) -> None:
        super().__init__()
        self.entry = entry


@require_http_methods(["GET", "POST"])
def draft_save(request: HttpRequest) -> JsonResponse:
    """Keep what one field says. A GET tells a browser who is signed in, how to go on, and what became of a new entry."""
    if not request.user.is_authenticated:
        return _no(401, _("You are signed out."))
    user = signed_in(request)
    if request.method == "GET":
        made = _made(user, request.GET.get("form", "")) is not None
        return JsonResponse({"writer": f"person-{user.pk}", "token": get_token(request), "made": made})
    if request.POST.get("writer") != f"person-{user.pk}":
        return _no(403, _("Somebody else is signed in now. Your words were not sent."))
    try:
        sheet, names, blank = _sheet(user, request.POST.get("form", ""))
    except Gone as gone:
        url = reverse("applicants:evidence_edit", args=[gone.entry.kind, gone.entry.pk])
        return _no(410, _("This was saved in another window."), url=url, form=sheet_of_entry(gone.entry).form)
    except Http404:
        return _no(404, _("This entry is not there any more. It may have been removed in another window."))
    return _keep(request, sheet, names, blank)


@require_http_methods(["GET", "POST"])
def rater_draft_save(request: HttpRequest, token: str) -> JsonResponse:
    """The same for a rater, until the reference is sent."""
    reference = live(token)
    if reference is None:
        return _no(404, _("This link does not work any more, so nothing more can be kept."))
    if not knows(request, reference):
        return _no(401, _("Please open your link anew and say who you are."))
    sheet = sheet_of_reference(reference)
    if request.method == "GET":
        return JsonResponse({"writer": sheet.writer, "token": get_token(request)})
    # From the first word on it is this browser's alone.
    if not (reference.is_begun or begin(reference)):
        return _no(401, _("Please open your link anew and say who you are."))
    form = answer_form(reference)
    kept = _keep(request, sheet, [name for name in form.fields if is_kept(form.fields[name])], lambda: form)
    remember(kept, reference)
    return kept


@require_POST
@login_required
def draft_discard(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed and not saved."""
    key = request.POST.get("form", "")
    try:
        sheet, _names, _blank = _sheet(signed_in(request), key)
    except Gone as gone:
        return redirect("applicants:evidence_edit", kind=gone.entry.kind, pk=gone.entry.pk)
    sheet.forget()
    messages.info(request, _("What you had typed is discarded. Here is what was saved before."))
    if found := ENTRY.fullmatch(key):
        return redirect("applicants:evidence_edit", kind=found[1], pk=found[2])
    if found := NEW_ENTRY.fullmatch(key):
        return redirect("applicants:evidence_create", kind=found[1])
    return redirect("applicants:profile_edit")


@require_POST
def rater_draft_discard(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a rater. Who can't, learns from the form's own page why."""
    reference = live(token)
    if reference and knows(request, reference):
        sheet_of_reference(reference).forget()
    return redirect("applicants:reference_form", token=token)


@login_required
def earlier_text_list(request: HttpRequest, kind: str, pk: int, field: str) -> HttpResponse:
    """What a long text of an entry said in the last thirty days, each to be brought back into the form."""
    user = signed_in(request)
    if kind not in KINDS or field not in long_texts(kind):
        raise Http404
    entry = get_object_or_404(KINDS[kind].objects.own(user), pk=pk)
    texts = earlier_texts(entry).filter(field=field)
    if request.method == "POST":
        wanted = request.POST.get("text", "")
        bring_back(
            entry,
            get_object_or_404(texts, pk=wanted if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18 else 0),
        )
        messages.info(request, _("It is back in the form. Nothing changes until you save."))
        return redirect("applicants:evidence_edit", kind=kind, pk=pk)
    context = {
        "entry": entry,
        "kind": kind,
        "label": FORMS[kind].base_fields[field].label,
        "now": getattr(entry, field),
        "texts": texts,
    }
    return render(request, "applicants/earlier_text_list.html", context)


def _sheet(user: User, key: str) -> tuple[Sheet, Collection[str], Blank]:
    """The form that the key names, what of it is kept, and how to make it as saved. Http404 where there is none."""
    if key == "profile":
        profile = Profile.objects.filter(person=user).first() or Profile(person=user)
        return sheet_of_profile(profile), _names(ProfileForm), lambda: ProfileForm(instance=profile)
    if (found := NEW_ENTRY.fullmatch(key)) and found[1] in KINDS:
        if entry := _made(user, key):
            raise Gone(entry)
        empty = KINDS[found[1]](person=user)
        sheet = sheet_of_new(user, empty.kind, found[2])
        return sheet, _names(FORMS[empty.kind]), lambda: blank_entry(empty, areas_of(user))
    if (found := ENTRY.fullmatch(key)) and found[1] in KINDS:
        old = get_object_or_404(KINDS[found[1]].objects.own(user), pk=found[2])
        return sheet_of_entry(old), _names(FORMS[old.kind]), lambda: blank_entry(old, areas_of(user))
    raise Http404


def _made(user: User, key: str) -> Evidence | None:
    """The entry that the form of a new one has made by now."""
    found = NEW_ENTRY.fullmatch(key)
    if not found or found[1] not in KINDS:
        return None
    entry: Evidence | None = KINDS[found[1]].objects.own(user).filter(once=found[2]).first()
    return entry


def _names(form_class: type[forms.ModelForm]) -> list[str]:
    return [name for name, field in form_class.base_fields.items() if is_kept(field)]


def _keep(request: HttpRequest, sheet: Sheet, names: Collection[str], blank: Blank) -> JsonResponse:
    """One field's words into the draft: one row. Where another window was quicker, both texts come back."""
    name, said = request.POST.get("field", ""), clean(request.POST.getlist("said"))
    if name not in names:
        return _no(400, _("This form has no such field."))
    if sum(map(len, said)) > MOST_CHARACTERS:
        return _no(413, _("This text is too long to be kept. Up to 100,000 characters fit."))
    seen, tab = Seen.read(request.POST.get("words_seen", "")), request.POST.get("words_tab", "")[:36]
    if "\x00" in tab:
        return _no(400, _("This window has no name that can be kept. Please open the page anew."))
    kept = sheet.write({name: said}, seen=seen, tab=tab) if seen else None
    if kept:
        time = date_format(timezone.localtime(), "TIME_FORMAT")
        return JsonResponse({"seen": str(kept), "saved": _("Saved at %(time)s") % {"time": time}})
    now = Writing(sheet, blank())
    if seen == sheet.seen(now.draft) and now.draft is None:
        return _no(400, _("You have begun very many forms. Please save or discard some of them."))
    return _no(
        409,
        _("This form was changed in another window."),
        seen=str(sheet.seen(now.draft)),
        base=sheet.base,
        words=now.theirs,
        labels={field: in_words(now.blank[field], values) for field, values in now.theirs.items()},
    )


def _no(status: int, message: str, **more: object) -> JsonResponse:
    return JsonResponse({"message": message, **more}, status=status)
