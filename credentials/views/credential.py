"""The holder's own page and certificate, and the caretakers' list and verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from credentials.forms import ListingForm, NoteForm, StaffFilterForm
from credentials.models import Credential
from credentials.transitions import CREDENTIAL
from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Event, Role, User
from endorsement_portal.uploads import serve

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

PER_PAGE = 50


@requires_role(Role.COORDINATOR, Role.ADMIN)
def credential_list(request: HttpRequest) -> HttpResponse:
    """Every credential, narrowed by name or number, category and status."""
    form = StaffFilterForm(request.GET)
    rows = Credential.objects.visible_to(_user(request)).with_names()
    if form.is_valid():
        asked = form.cleaned_data
        words = asked["q"].strip()
        rows = rows.filter(Q(name__icontains=words) | Q(number__icontains=words)) if words else rows
        rows = rows.filter(category__code=asked["category"]) if asked["category"] else rows
        rows = rows.in_state(asked["status"]) if asked["status"] else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "credentials/credential_list.html", {"form": form, "page_obj": page})


@login_required
def credential_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The credential for its holder: facts, certificate, the link to share, the choice about the registry."""
    user = _user(request)
    credential = _visible(user, pk)
    own = credential.belongs_to(user)
    context = {
        "credential": credential,
        "own": own,
        "form": ListingForm(instance=credential) if own else None,
        "verbs": available_verbs(credential, user),
        "events": _timeline(credential) if not own else [],
    }
    return render(request, "credentials/credential_detail.html", context)


@require_POST
@login_required
def credential_listing(request: HttpRequest, pk: int) -> HttpResponse:
    """In or out of the public registry, as the holder likes, at once."""
    user = _user(request)
    credential = get_object_or_404(Credential.objects.own(user), pk=pk)
    if not user.has_perm("credentials.choose_listing", credential):
        raise Http404
    form = ListingForm(request.POST, instance=credential)
    with transaction.atomic():
        if form.is_valid() and form.has_changed():
            form.instance.save(update_fields=["in_registry", "show_county"])
            details = {name: form.cleaned_data[name] for name in form.changed_data}
            Event.objects.record(credential, "choose_listing", by=user, details=details)
    if credential.in_registry:
        messages.success(request, _("Saved. You are listed in the public registry."))
    else:
        messages.success(request, _("Saved. You are not listed in the public registry."))
    return redirect("credentials:credential_detail", pk=pk)


@login_required
def certificate_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The certificate as a PDF, for its holder and for those who care for credentials, while there is one to show."""
    credential = _visible(_user(request), pk)
    if not credential.has_certificate:
        messages.warning(request, _("This certificate no longer counts, so it can’t be downloaded."))
        return redirect("credentials:credential_detail", pk=pk)
    if credential.pdf is None:
        messages.info(request, _("The certificate is being made. It is here in a moment."))
        return redirect("credentials:credential_detail", pk=pk)
    return serve(credential.pdf)


@login_required
def credential_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb, asked once more with what it means, then done."""
    user = _user(request)
    credential = _visible(user, pk)
    transition = CREDENTIAL.table.get(verb)
    if transition is None or transition.permission is None or not user.has_perm(transition.permission, credential):
        raise Http404
    form = NoteForm(request.POST or None, needed=transition.needs_note)
    if request.method == "POST" and (form.is_valid() or not transition.needs_note):
        try:
            advance(credential, verb, by=user, note=form.cleaned_data.get("note", ""))
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": transition.label})
        return redirect("credentials:credential_detail", pk=pk)
    context = {
        "credential": credential,
        "transition": transition,
        "form": form,
        "possible": credential.status in transition.sources,
    }
    return render(request, "credentials/credential_confirm.html", context)


def _timeline(credential: Credential) -> list[dict[str, object]]:
    """What happened, for staff, newest first."""
    labels = {verb: t.label for verb, t in CREDENTIAL.table.items()} | {
        "issue": _("Issued"),
        "make_certificate": _("Certificate made"),
        "choose_listing": _("Holder chose what the registry shows"),
    }
    return [
        {
            "when": event.at,
            "title": labels.get(event.verb, event.verb),
            "by": event.actor.get_display_name() if event.actor else _("The portal"),
            "note": event.note,
        }
        for event in Event.objects.about(credential).select_related("actor").order_by("-sequence")
    ]


def _visible(user: User, pk: int) -> Credential:
    credentials = Credential.objects.visible_to(user).select_related("category", "county", "pdf", "person")
    credential: Credential = get_object_or_404(credentials, pk=pk)
    return credential


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
