"""The evidence library: entered once, belonging to the person; and the profile."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applicants import library
from applicants.documents import documents_visible_to
from applicants.earlier import keep_earlier, show_earlier
from applicants.forms import FORMS, EvidenceForm, ProfileForm
from applicants.models import KINDS, Application, Evidence, Profile
from applicants.progress import uses_of
from applicants.readiness import readiness, with_facts
from applicants.sections import closed_in
from applicants.words import (
    Sheet,
    Writing,
    resume,
    sheet_of_entry,
    sheet_of_new,
    sheet_of_profile,
)
from competencies.editions import areas_for
from competencies.models import Category, Edition
from endorsement_portal.gates import signed_in
from endorsement_portal.uploads import serve

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from applicants.words import Begun
    from competencies.models import Area, Domain
    from endorsement_portal.models import User

    Areas = list[tuple[Domain, list[Area]]]


@login_required
def profile_edit(request: HttpRequest) -> HttpResponse:
    """A person's profile; another window that was quicker is told of."""
    user = signed_in(request)
    profile = Profile.objects.filter(person=user).first() or Profile(person=user)
    if not profile.pk:
        profile.legal_name = profile.certificate_name = user.name
    form = ProfileForm(instance=profile)
    writing = Writing(sheet_of_profile(profile), form)
    if request.method == "POST":
        form = ProfileForm(writing.chosen(request.POST), instance=profile)
        if writing.settle(form):
            with transaction.atomic():
                form.save()
                writing.sheet.forget()
                library.worked_on(user)
            messages.success(request, _("Your profile is saved."))
            return redirect("home")
    context = {"form": form, "closed_in": closed_in(user, "profile"), **_words(writing, form)}
    return render(request, "applicants/profile_edit.html", context)


@login_required
def evidence_list(request: HttpRequest) -> HttpResponse:
    """The library: the latest of every kind, or all of one kind page by page; below it what was taken out."""
    user = signed_in(request)
    kind = request.GET.get("kind", "")
    if kind in KINDS:
        page = Paginator(library.rows_of(user, kind), library.PER_PAGE).get_page(request.GET.get("page"))
        title = str(KINDS[kind]._meta.verbose_name_plural)
        shelf = library.Shelf(kind, title, list(page), page.paginator.count, total="")
        context: dict[str, Any] = {"shelves": [shelf], "page_obj": page, "kind": kind}
        return render(request, "applicants/evidence_list.html", context | {"closed_in": closed_in(user, kind)})
    shelves = library.shelves(user)
    context = {
        "shelves": shelves,
        "taken_out": library.taken_out(user),
        "is_empty": not any(shelf.count for shelf in shelves),
        "closed_in": closed_in(user),
    }
    return render(request, "applicants/evidence_list.html", context)


@login_required
def evidence_create(request: HttpRequest, kind: str) -> HttpResponse:
    """A new entry, or one that was begun and not saved. A double submit of the same form makes one entry."""
    model, form_class = _kind(kind)
    user = signed_in(request)
    areas = areas_of(user)
    others: list[Begun] = []
    form = form_class(instance=model(person=user), areas=areas)
    if request.method == "POST":
        writing = Writing(sheet_of_new(user, kind, _once(request.POST.get("once", ""))), form)
        form = form_class(writing.chosen(request.POST), request.FILES, instance=model(person=user), areas=areas)
        if writing.settle(form):
            before = _stored_before(form, user)
            if before and _differs(form, before):
                Writing(sheet_of_entry(before), blank_entry(before, areas)).keep(form)
                messages.info(request, _("This form was saved before. Here is what it made: you can change it now."))
                return redirect("applicants:evidence_edit", kind=kind, pk=before.pk)
            if before or _store(form, user, writing.sheet):
                messages.success(request, _("Saved. Add another, or go back to your application."))
                _advise(request, form)
                return redirect("applicants:evidence_list")
            writing.keep(form)
    else:
        form.initial["once"], others = resume(user, kind, request.GET)
        writing = Writing(sheet_of_new(user, kind, form.initial["once"]), form)
    return _form_page(request, form, kind, None, writing, begun=others)


@login_required
def evidence_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change an entry; a stale tab is refused with both texts there to choose from."""
    model, form_class = _kind(kind)
    user = signed_in(request)
    areas = areas_of(user)
    entry = get_object_or_404(model.objects.own(user).select_related("document"), pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            entry = get_object_or_404(model.objects.own(user).select_for_update(), pk=pk)
            writing = Writing(sheet_of_entry(entry), blank_entry(entry, areas))
            form = form_class(writing.chosen(request.POST), request.FILES, instance=entry, areas=areas)
            if writing.settle(form):
                if _store(form, user, writing.sheet):
                    messages.success(request, _("Your changes are saved."))
                    _advise(request, form)
                    return redirect("applicants:evidence_list")
                writing.keep(form)
        if form.has_error("__all__", "stale"):
            # The next save from this window is a choice made knowingly.
            data: Any = form.data
            data = data.copy()
            data["seen_version"] = str(model.objects.values_list("version", flat=True).get(pk=pk))
            form.data = data
    else:
        form = blank_entry(entry, areas)
        writing = Writing(sheet_of_entry(entry), form)
    return _form_page(request, form, kind, entry, writing)


@login_required
def evidence_confirm_remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take an entry out of the library; it can be put back. What was submitted before keeps its own copy."""
    model, _form = _kind(kind)
    user = signed_in(request)
    entry = get_object_or_404(model.objects.own(user), pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            # First, since it waits for a submission that is being frozen just now.
            library.worked_on(user)
            library.take_out(get_object_or_404(model.objects.own(user).select_for_update(), pk=pk))
        messages.success(request, _("The entry is taken out. You can put it back for 30 days."))
        return redirect("applicants:evidence_list")
    context = {"entry": entry, "kind": kind, "days": library.KEPT_DAYS}
    return render(request, "applicants/evidence_confirm_remove.html", context)


@require_safe
@login_required
def document_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A certificate, for people who may open it."""
    return serve(get_object_or_404(documents_visible_to(signed_in(request)), pk=pk))


def _form_page(
    request: HttpRequest,
    form: EvidenceForm,
    kind: str,
    entry: Evidence | None,
    writing: Writing,
    begun: list[Begun] | None = None,
) -> HttpResponse:
    context = {"form": form, "kind": kind, "entry": entry, "title": KINDS[kind]._meta.verbose_name, "begun": begun}
    context["closed_in"] = closed_in(signed_in(request), kind)
    if entry:
        context["advice"] = library.advice(entry) if not form.is_bound else []
        context |= _uses(entry)
        show_earlier(form, entry)
    return render(request, "applicants/evidence_edit.html", context | _words(writing, form))


def _uses(entry: Evidence) -> dict[str, Any]:
    """What the entry as it is saved counts toward in the application that its owner works on: one query."""
    application = with_facts(Application.objects.own(entry.person).editable()).select_related("category").first()
    if application is None or not application.takes(entry.kind):
        return {}
    ready = readiness(application)
    return {"application": application, "uses": uses_of(entry.ref, ready.checks)}


def _words(writing: Writing, form: forms.BaseForm) -> dict[str, Any]:
    return writing.context(form, at=reverse("applicants:draft_save"), discard_at=reverse("applicants:draft_discard"))


def blank_entry(entry: Evidence, areas: Areas) -> EvidenceForm:
    """The form with the entry as it is saved."""
    return FORMS[entry.kind](instance=entry, areas=areas, initial={"area_keys": entry.area_keys})


def _once(text: str) -> uuid.UUID:
    """The number of the form; any number where it was sent without one, which the form itself refuses."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _store(form: EvidenceForm, user: User, sheet: Sheet) -> bool:
    try:
        with transaction.atomic():
            library.worked_on(user)
            entry = form.store(person=user)
            keep_earlier(entry, form.initial)
            sheet.forget()
    except ValidationError as error:
        form.add_error("certificate", error)
        return False
    except IntegrityError:
        # Two clicks at once: the other one was quicker by a moment.
        if not _stored_before(form, user):
            raise
    return True


def _stored_before(form: EvidenceForm, user: User) -> Evidence | None:
    """The entry that this very form made already."""
    found: Evidence | None = form._meta.model.objects.own(user).filter(once=form.cleaned_data["once"]).first()
    return found


def _differs(form: EvidenceForm, entry: Evidence) -> bool:
    """Whether the form says something else than the entry it made: somebody went back and typed on."""
    return any(getattr(form.instance, name) != getattr(entry, name) for name in form._meta.fields or ())


def _advise(request: HttpRequest, form: EvidenceForm) -> None:
    """What is worth another look at an entry that was just saved."""
    for words in library.advice(form.instance):
        messages.warning(request, words)
    if form.hours_dropped:
        messages.info(request, _("The hours by area did not fit any more and are taken out. You can share them anew."))


def _kind(kind: str) -> tuple[type[Evidence], type[EvidenceForm]]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind], FORMS[kind]


def areas_of(user: User) -> Areas:
    """The areas of the person's open application, or of the Family Specialist where there is none yet."""
    application = Application.objects.own(user).open().select_related("category").first()
    category = application.category if application else _usual_category()
    return areas_for(category) if category else []


def _usual_category() -> Category | None:
    edition = Edition.objects.current()
    return Category.objects.filter(edition=edition, code="IFS").first() if edition else None
