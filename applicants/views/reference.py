"""References as the applicant and the coordinator see them: whom to ask, what became of it, never what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from applicants.forms import RECOMMENDATIONS, SCALE, NoteForm, ReferenceForm
from applicants.models import Application, Reference
from applicants.tokens import reference_path
from applicants.transitions import REFERENCE, advance
from competencies.editions import requirements_for
from competencies.models import Area
from endorsement_portal.gates import signed_in
from endorsement_portal.lifecycle import Refused, available_verbs
from endorsement_portal.models import Message, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User


@login_required
def reference_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The references of one application and where each stands."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.visible_to(user).with_names(), pk=pk)
    references = list(Reference.objects.visible_to(user).filter(application=application).current())
    if not references and not application.belongs_to(user) and not user.has_role(Role.COORDINATOR, Role.ADMIN):
        raise Http404
    context = {
        "application": application,
        "references": references,
        "requirements": requirements_for(application.category),
        "own": application.belongs_to(user),
    }
    return render(request, "applicants/reference_list.html", context)


@login_required
def reference_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Name somebody and send the request in one go."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.own(user).select_related("person", "category"), pk=pk)
    if not application.is_editable:
        raise Http404
    form = ReferenceForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid() and _keep_and_send(form, "send", by=user):
        messages.success(request, _("We are writing to %(name)s now.") % {"name": form.instance.rater_name})
        return redirect("applicants:reference_list", pk=pk)
    return render(request, "applicants/reference_edit.html", {"application": application, "form": form})


@login_required
def reference_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name or address; a new link goes to the new address and the old link stops working."""
    user = signed_in(request)
    reference = get_object_or_404(_dossier(user), pk=pk)
    application = reference.application
    may = user.has_perm("applicants.help_reference", reference)
    if not may or not reference.is_correctable or not application.is_editable:
        raise Http404
    own = application.belongs_to(user)
    form = ReferenceForm(request.POST or None, instance=reference, application=application, own=own)
    verb = "send" if reference.status == "draft" else "resend"
    if request.method == "POST" and form.is_valid() and _keep_and_send(form, verb, by=user):
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
    """One reference: its path, its mails, its link to copy, and its content for those who may read it."""
    user = signed_in(request)
    reference = get_object_or_404(_dossier(user), pk=pk)
    application = reference.application
    own = application.belongs_to(user)
    # What is only saved for later is the rater's own; nobody reads it before it is sent.
    sent = reference.status in {"completed", "void"}
    may_read = sent and (not reference.waived and reference.is_complete if own else _caretaker(user))
    link = f"{settings.BASE_URL}{reference_path(reference)}" if reference.token_hash else ""
    context = {
        "reference": reference,
        "application": application,
        "own": own,
        "verbs": [v for v in available_verbs(reference, user) if v.verb != "send"],
        "mails": Message.objects.filter(about_type="applicants.reference", about_id=str(pk), to=None),
        # Never for the applicant: whoever holds the link reads what the rater has saved so far.
        "link": "" if own else link,
        "answers": _answers(reference) if may_read else [],
        "recommendation": dict(RECOMMENDATIONS).get(reference.recommendation, "") if may_read else "",
        "remarks": reference.remarks if may_read else "",
        "declined_because": reference.declined_because if not own and user.has_role(Role.COORDINATOR) else "",
    }
    return render(request, "applicants/reference_detail.html", context)


def _caretaker(user: User) -> bool:
    return user.has_role(Role.COORDINATOR, Role.ADMIN)


def _answers(reference: Reference) -> list[tuple[str, str]]:
    """Each question's title with the answer in words."""
    scale = {value: str(words) for value, words in SCALE}
    titles = dict(
        Area.objects.filter(edition=reference.application.edition_id, code__in=reference.answers).values_list(
            "code", "title"
        )
    )
    return [(titles.get(code, code), scale.get(value, value)) for code, value in reference.answers.items()]


@login_required
def reference_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Resend, replace or vet, asked once more."""
    user = signed_in(request)
    reference = get_object_or_404(_dossier(user), pk=pk)
    transition = REFERENCE.table.get(verb)
    if transition is None or transition.permission is None or not user.has_perm(transition.permission, reference):
        raise Http404
    form = NoteForm(request.POST or None, needed=transition.needs_note)
    if request.method == "POST" and form.is_valid():
        try:
            advance(reference, verb, by=user, note=form.cleaned_data["note"])
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": transition.label})
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
