"""The evidence library: entered once, belonging to the person; and the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applicants.documents import discard, documents_visible_to
from applicants.forms import FORMS, EvidenceForm, ProfileForm
from applicants.models import KINDS, Application, Evidence, Profile
from competencies.editions import areas_for
from competencies.models import Category, Edition
from endorsement_portal.gates import signed_in
from endorsement_portal.uploads import serve

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from competencies.models import Area, Domain
    from endorsement_portal.models import User


@login_required
def profile_edit(request: HttpRequest) -> HttpResponse:
    """A person's profile."""
    user = signed_in(request)
    profile = Profile.objects.filter(person=user).first() or Profile(person=user)
    if not profile.pk:
        profile.legal_name = profile.certificate_name = user.name
    form = ProfileForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        _worked_on(user)
        messages.success(request, _("Your profile is saved."))
        return redirect("home")
    return render(request, "applicants/profile_edit.html", {"form": form})


@login_required
def evidence_list(request: HttpRequest) -> HttpResponse:
    """Everything the person has entered, by kind."""
    user = signed_in(request)
    groups = [
        {
            "kind": kind,
            "title": model._meta.verbose_name,
            "entries": list(model.objects.own(user).select_related("document")),
        }
        for kind, model in KINDS.items()
    ]
    return render(request, "applicants/evidence_list.html", {"groups": groups})


@login_required
def evidence_create(request: HttpRequest, kind: str) -> HttpResponse:
    """A new entry. A double submit of the same form makes one entry."""
    model, form_class = _kind(kind)
    user = signed_in(request)
    form = form_class(request.POST or None, request.FILES or None, instance=model(person=user), areas=_areas(user))
    if request.method == "POST" and form.is_valid():
        before = _stored_before(form, user)
        if before and _differs(form, before):
            messages.info(request, _("This form was saved before. Here is what it made: you can change it now."))
            return redirect("applicants:evidence_edit", kind=kind, pk=before.pk)
        if before or _store(form, user):
            messages.success(request, _("Saved. Add another, or go back to your application."))
            return redirect("applicants:evidence_list")
    return _form_page(request, form, kind, None)


@login_required
def evidence_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change an entry; a stale tab is refused with everything typed still there."""
    model, form_class = _kind(kind)
    user = signed_in(request)
    entry = get_object_or_404(model.objects.own(user).select_related("document"), pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            entry = get_object_or_404(model.objects.own(user).select_for_update(), pk=pk)
            form = form_class(request.POST, request.FILES, instance=entry, areas=_areas(user))
            if form.is_valid() and _store(form, user):
                messages.success(request, _("Your changes are saved."))
                return redirect("applicants:evidence_list")
        if form.has_error("__all__", "stale"):
            # The next save from this window is a choice made knowingly.
            form.data = request.POST.copy()
            form.data["seen_version"] = str(model.objects.values_list("version", flat=True).get(pk=pk))
    else:
        form = form_class(instance=entry, areas=_areas(user), initial={"area_keys": entry.area_keys})
    return _form_page(request, form, kind, entry)


@login_required
def evidence_confirm_remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Remove an entry. What was submitted before keeps its own copy."""
    model, _form = _kind(kind)
    user = signed_in(request)
    entry = get_object_or_404(model.objects.own(user).select_related("document"), pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            # First, since it waits for a submission that is being frozen just now.
            _worked_on(user)
            entry.delete()
            discard(entry.document)
        messages.success(request, _("The entry is removed."))
        return redirect("applicants:evidence_list")
    return render(request, "applicants/evidence_confirm_remove.html", {"entry": entry, "kind": kind})


@require_safe
@login_required
def document_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A certificate, for people who may open it."""
    return serve(get_object_or_404(documents_visible_to(signed_in(request)), pk=pk))


def _form_page(request: HttpRequest, form: EvidenceForm, kind: str, entry: Evidence | None) -> HttpResponse:
    context = {"form": form, "kind": kind, "entry": entry, "title": KINDS[kind]._meta.verbose_name}
    return render(request, "applicants/evidence_edit.html", context)


def _store(form: EvidenceForm, user: User) -> bool:
    try:
        with transaction.atomic():
            _worked_on(user)
            form.store(person=user)
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


def _worked_on(user: User) -> None:
    """Drafts of this person are not idle; a nudge starts counting anew."""
    Application.objects.own(user).editable().update(worked_on_at=timezone.now(), nudges=0)


def _kind(kind: str) -> tuple[type[Evidence], type[EvidenceForm]]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind], FORMS[kind]


def _areas(user: User) -> list[tuple[Domain, list[Area]]]:
    """The areas of the person's open application, or of the Family Specialist where there is none yet."""
    application = Application.objects.own(user).open().select_related("category").first()
    category = application.category if application else _usual_category()
    return areas_for(category) if category else []


def _usual_category() -> Category | None:
    edition = Edition.objects.current()
    return Category.objects.filter(edition=edition, code="IFS").first() if edition else None
