"""References as the applicant and the coordinator see them: whom to ask, what became of it, never what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.forms import RECOMMENDATIONS, SCALE, NoteForm, ReferenceForm
from applicants.history import path_of
from applicants.models import Application, Reference, ReferenceRole
from applicants.raters import Place, open_places, track
from applicants.references import ON_PAGES_OF_THEIR_OWN, REFERENCE
from competencies.editions import requirements_for
from competencies.rating import questions_of
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Message, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from competencies.editions import Requirements
    from endorsement_portal.models import User


@login_required
def reference_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The references of one application and where each stands."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.visible_to(user).with_names(), pk=pk)
    references = list(Reference.objects.visible_to(user).filter(application=application).current())
    own = application.belongs_to(user)
    if not references and not own and not user.has_role(Role.COORDINATOR, Role.ADMIN):
        raise Http404
    requirements = requirements_for(application.category)
    context = {
        "application": application,
        "rows": track(references, requirements),
        "requirements": requirements,
        "places": open_places(requirements, references),
        "own": own,
        "may_change": own and application.is_open("references"),
    }
    return render(request, "applicants/reference_list.html", context)


@login_required
def reference_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Name somebody and send the request in one go."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.own(user).select_related("person", "category"), pk=pk)
    if not application.is_open("references"):
        raise Http404
    requirements = requirements_for(application.category)
    places = open_places(requirements, application.references.current())
    initial = {"role": _role_to_ask(request.GET.get("role", ""), places)}
    form = ReferenceForm(request.POST or None, application=application, places=places, initial=initial)
    if request.method == "POST" and form.is_valid() and _keep_and_send(form, "send", by=user):
        messages.success(request, _("We are writing to %(name)s now.") % {"name": form.instance.rater_name})
        return redirect("applicants:reference_list", pk=pk)
    context = {"application": application, "form": form, "places": places, "requirements": requirements}
    return render(request, "applicants/reference_edit.html", context)


def _role_to_ask(wanted: str, places: list[Place]) -> str:
    """The role that somebody leaves who is replaced; else the only one that would fill the first open place."""
    if wanted in ReferenceRole.values:
        return wanted
    roles = places[0].roles if places else frozenset()
    return next(iter(roles)) if len(roles) == 1 else ""


@login_required
def reference_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct name or address, or add a second one; a new link goes there and the old one stops working."""
    user = signed_in(request)
    reference = get_object_or_404(_dossier(user), pk=pk)
    application = reference.application
    may = user.has_perm("applicants.help_reference", reference)
    if not may or not reference.is_correctable or not application.is_open("references"):
        raise Http404
    own = application.belongs_to(user)
    places = open_places(requirements_for(application.category), application.references.current().exclude(pk=pk))
    form = ReferenceForm(request.POST or None, instance=reference, application=application, own=own, places=places)
    verb = "send" if reference.status == "draft" else "correct"
    if request.method == "POST" and form.is_valid():
        if not form.has_changed() and verb == "correct":
            messages.info(request, _("Nothing was changed, so nothing was sent."))
            return redirect("applicants:reference_list", pk=application.pk)
        if _keep_and_send(form, verb, by=user):
            messages.success(
                request, _("Corrected. A new link is on its way to %(name)s.") % {"name": reference.rater_name}
            )
            return redirect("applicants:reference_list", pk=application.pk)
    context = {"application": application, "form": form, "reference": reference}
    return render(request, "applicants/reference_edit.html", context)


def _keep_and_send(form: ReferenceForm, verb: str, *, by: User) -> bool:
    """Save the request and send it, both or neither; a no stands on the form."""
    try:
        with transaction.atomic():
            # One at a time for an application, so that no address slips in twice.
            Application.objects.select_for_update().get(pk=form.application.pk)
            if form.addresses_are_taken():
                return False
            advance(form.save(), verb, by=by)
    except Refused as no:
        form.add_error(None, no.message)
        return False
    except IntegrityError:
        # Two clicks at once: the other one was quicker by a moment.
        form.add_error("rater_email", _("You have already named somebody with this address."))
        return False
    return True


@login_required
def reference_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One reference: its path, its mails, what helps, and its content for those who may read it."""
    user = signed_in(request)
    reference = get_object_or_404(_dossier(user), pk=pk)
    application = reference.application
    own = application.belongs_to(user)
    requirements = requirements_for(application.category)
    verbs = {verb.verb: verb for verb in available_verbs(reference, user)}
    context = {
        "reference": reference,
        "application": application,
        "own": own,
        "row": track([reference], requirements)[0],
        "verbs": [verb for name, verb in verbs.items() if name not in ON_PAGES_OF_THEIR_OWN],
        "may": dict.fromkeys(verbs, True),
        "mails": Message.objects.filter(about_type="applicants.reference", about_id=str(pk), to=None),
        "events": path_of(reference) if _caretaker(user) and not own else [],
        "declined_because": reference.declined_because if not own and user.has_role(Role.COORDINATOR) else "",
    } | _content(reference, user, requirements, own=own)
    return render(request, "applicants/reference_detail.html", context)


def _content(reference: Reference, user: User, requirements: Requirements, *, own: bool) -> dict[str, Any]:
    """What the reference says, for those who may read it. What is only saved for later is the rater's own."""
    may_read = reference.is_sent and (not reference.waived and reference.is_complete if own else _caretaker(user))
    if not may_read:
        return {"answers": []}
    return {
        "answers": _answers(reference),
        "recommendation": dict(RECOMMENDATIONS).get(reference.recommendation, ""),
        "remarks": reference.remarks,
        "unknown": sum(1 for value in reference.answers.values() if value == "n"),
        "void_at": requirements.references_void_at,
        "scan": None if own else reference.scan,
    }


def _caretaker(user: User) -> bool:
    return user.has_role(Role.COORDINATOR, Role.ADMIN)


def _answers(reference: Reference) -> list[tuple[str, str]]:
    """Each question with the answer in words."""
    scale = {value: str(words) for value, words in SCALE}
    questions = questions_of(reference.asked_edition)
    # In the order of the form: the database keeps none.
    keys = dict.fromkeys([*(key for key in questions if key in reference.answers), *reference.answers])
    said = {key: scale.get(reference.answers[key], reference.answers[key]) for key in keys}
    return [(questions[key].text if key in questions else key, words) for key, words in said.items()]


@login_required
def reference_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Resend, replace or vet, asked once more."""
    user = signed_in(request)
    reference = get_object_or_404(_dossier(user), pk=pk)
    transition = REFERENCE.table.get(verb) if verb not in ON_PAGES_OF_THEIR_OWN else None
    if transition is None or transition.permission is None or not user.has_perm(transition.permission, reference):
        raise Http404
    form = NoteForm(request.POST or None, needed=transition.needs_note)
    if request.method == "POST" and form.is_valid():
        try:
            advance(reference, verb, by=user, note=form.cleaned_data["note"])
        except Refused as no:
            messages.error(request, no.message)
            return redirect("applicants:reference_detail", pk=pk)
        messages.success(request, _("Done: %(what)s.") % {"what": transition.label})
        if verb == "replace":
            ask = reverse("applicants:reference_create", args=[reference.application_id])
            return redirect(f"{ask}?role={reference.role}")
        return redirect("applicants:reference_list", pk=reference.application_id)
    context = {
        "reference": reference,
        "application": reference.application,
        "verb": verb,
        "transition": transition,
        "form": form if transition.needs_note else None,
    }
    return render(request, "applicants/reference_confirm.html", context)


def _dossier(user: User):  # type: ignore[no-untyped-def]
    return Reference.objects.visible_to(user).select_related("application__person", "application__category__track")
