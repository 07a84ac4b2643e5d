"""Applications: the applicant's own page, the staff's dossier, signing, submitting, and the simple verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from applicants.forms import ApplicationFilterForm, NoteForm, ReturnForm, SignForm
from applicants.history import timeline
from applicants.journey import next_step, steps, tasks
from applicants.models import KINDS, Application, ApplicationStatus, Signature, Snapshot
from applicants.moving import with_newer
from applicants.readiness import readiness, with_facts
from applicants.sections import titles
from applicants.snapshots import read
from applicants.transitions import APPLICATION, advance
from competencies.models import Category
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import Refused, available_verbs
from endorsement_portal.models import County, Event, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User

# Verbs with a page of their own elsewhere; everything else is one confirmation.
OWN_PAGES = frozenset(
    {"submit", "change_edition", "start_review", "review_again", "endorse", "approve_exam", "defer", "not_endorse"}
)
FEE_VERBS = frozenset({"promise_fee", "settle_fee", "reopen_fee"})
DOCUMENT_VERSION = "2025"


@requires_role(Role.COORDINATOR, Role.ADMIN)
def application_list(request: HttpRequest) -> HttpResponse:
    """Every application, narrowed by status, category, county and words."""
    form = ApplicationFilterForm(
        request.GET,
        statuses=[("open", _("All under way")), *ApplicationStatus.choices],
        categories=[
            (code, code) for code in Category.objects.order_by("code").values_list("code", flat=True).distinct()
        ],
        counties=list(County.objects.values_list("fips", "name")),
    )
    rows = Application.objects.visible_to(signed_in(request)).with_names()
    if form.is_valid():
        asked = form.cleaned_data
        if asked["status"]:
            rows = rows.open() if asked["status"] == "open" else rows.filter(status=asked["status"])
        rows = rows.filter(category__code=asked["category"]) if asked["category"] else rows
        rows = rows.filter(county=asked["county"]) if asked["county"] else rows
        rows = _search(rows, asked["q"].strip()) if asked["q"].strip() else rows
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "applicants/application_list.html", {"form": form, "page_obj": page})


def _search(rows, q: str):  # type: ignore[no-untyped-def]
    """By number ("A-00042" or 42), name or address."""
    number = q.upper().removeprefix("A-").lstrip("0")
    if number.isdecimal() and number.isascii() and len(number) < 10:
        return rows.filter(pk=int(number))
    return rows.filter(Q(person__name__icontains=q) | Q(person__email__icontains=q))


@login_required
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner's page with the next step, or the caretakers' dossier. Reviewers have a page of their own."""
    user = signed_in(request)
    rows = with_newer(with_facts(Application.objects.visible_to(user).with_dossier()))
    application = get_object_or_404(rows, pk=pk)
    if not application.belongs_to(user) and not user.has_role(Role.COORDINATOR, Role.ADMIN):
        raise Http404
    context = {
        "application": application,
        "verbs": available_verbs(application, user, without=OWN_PAGES | FEE_VERBS),
        "snapshots": list(application.snapshots.without_data()),
        **open_parts(application),
    }
    if application.belongs_to(user):
        return render(request, "applicants/application_detail.html", context | _own_page(application))
    return render(request, "applicants/application_dossier.html", context | _dossier(application, context["snapshots"]))


def open_parts(application: Application) -> dict[str, Any]:
    """What a page says of an application that was returned for some parts only."""
    if not application.is_partly_open:
        return {}
    return {"open_titles": titles(application.returned_sections)}


def _own_page(application: Application) -> dict[str, Any]:
    ready = readiness(application) if application.is_editable else None
    # Given by the floor above, which this one knows by its reverse name alone.
    credential = getattr(application, "credential", None) if application.is_endorsed else None
    return {
        "ready": ready,
        "next": next_step(application, ready, credential=credential.pk if credential else None),
        "steps": steps(application),
        "tasks": tasks(application, ready) if ready else [],
    }


def _dossier(application: Application, snapshots: list[Snapshot]) -> dict[str, Any]:
    """What staff judge by: evidence as it is now while the applicant works on it, else what was submitted last."""
    found: dict[str, Any] = {
        "ready": None,
        "references": application.references.current(),
        "timeline": timeline(application),
    }
    if application.is_with_applicant:
        last = snapshots[-1].data if application.is_partly_open else {}
        evidence = [
            (model._meta.verbose_name, application.takes(kind), _entries(kind, application, last))
            for kind, model in KINDS.items()
        ]
        return found | {"ready": readiness(application), "evidence": evidence}
    if snapshots:
        frozen = snapshots[-1]
        ready = readiness(application, frozen=frozen)
        return found | {"ready": ready, "frozen": frozen, "submission": read(frozen.data)}
    return found


def _entries(kind: str, application: Application, last: dict[str, Any]) -> list[dict[str, Any]]:
    """One kind as the next submission would have it: as it is now, or, where it is closed, as it was submitted."""
    if not application.takes(kind):
        submitted: list[dict[str, Any]] = last.get("evidence", {}).get(kind, [])
        return submitted
    rows = KINDS[kind].objects.present().filter(person=application.person_id).select_related("document")
    return [
        {
            "headline": row.headline,
            "measure": row.measure,
            "document_id": row.document_id,
            "document_name": row.document.original_name if row.document else "",
        }
        for row in rows
    ]


@login_required
def application_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the code of ethics and the agreement with one's typed name."""
    user = signed_in(request)
    applications = Application.objects.own(user).with_names().prefetch_related("signatures")
    application = get_object_or_404(applications, pk=pk)
    profile = getattr(user, "profile", None)
    if profile is None:
        messages.info(request, _("Please fill in your profile first: you sign with the name in it."))
        return redirect("applicants:profile_edit")
    if not application.is_open("sign") or not _may_sign(application):
        return render(request, "applicants/application_sign.html", {"application": application, "signed": True})
    form = SignForm(request.POST or None, legal_name=profile.legal_name)
    if request.method == "POST" and form.is_valid():
        _sign(application, form, by=user, address=get_adapter().get_client_ip(request))
        messages.success(request, _("Thank you. Both documents are signed."))
        return redirect("applicants:application_detail", pk=pk)
    return render(request, "applicants/application_sign.html", {"application": application, "form": form})


def _may_sign(application: Application) -> bool:
    """Nothing is signed yet, or the coordinator asked for it anew and that was not done since the last submission."""
    signed = [row.signed_at for row in application.signatures.all()]
    if not signed or "sign" not in application.returned_sections:
        return not signed
    last = application.snapshots.without_data().order_by("-number").first()
    return last is not None and max(signed) < last.frozen_at


def _sign(application: Application, form: SignForm, *, by: User, address: str | None) -> None:
    asked = form.cleaned_data
    with transaction.atomic():
        # Two clicks at once, or a submission just now: the other one was quicker by a moment.
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if not locked.is_open("sign") or not _may_sign(locked):
            return
        locked.signatures.all().delete()
        rows = [
            Signature(
                application=application,
                kind=kind,
                document_version=DOCUMENT_VERSION,
                signed_name=asked["signed_name"],
                not_sanctioned=asked["not_sanctioned"],
                registry_consent=asked["registry_consent"],
                address=address,
            )
            for kind in Signature.Kind.values
        ]
        Signature.objects.bulk_create(rows)
        Event.objects.record(application, "sign", by=by, details={"version": DOCUMENT_VERSION})


@login_required
def application_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it through, then submit. A second click finds it submitted and changes nothing."""
    user = signed_in(request)
    application = get_object_or_404(with_facts(Application.objects.own(user).with_names()), pk=pk)
    if request.method == "POST":
        try:
            advance(application, "submit", by=user)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Your application is submitted. Thank you for all the work you put into it."))
        return redirect("applicants:application_detail", pk=pk)
    if not application.is_editable:
        return redirect("applicants:application_detail", pk=pk)
    context = {"application": application, "ready": readiness(application), **open_parts(application)}
    return render(request, "applicants/application_submit.html", context)


@login_required
def application_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb, asked once more with what it means, then done."""
    user = signed_in(request)
    application = get_object_or_404(Application.objects.visible_to(user).with_names(), pk=pk)
    if verb not in APPLICATION.table or verb in OWN_PAGES | FEE_VERBS:
        raise Http404
    transition = APPLICATION.table[verb]
    if transition.permission is None or not user.has_perm(transition.permission, application):
        raise Http404
    form = _verb_form(request, application, verb)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        try:
            advance(application, verb, by=user, note=asked.pop("note"), **asked)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": transition.label})
        return redirect("applicants:application_detail", pk=pk)
    context = {"application": application, "verb": verb, "transition": transition, "form": form}
    return render(request, "applicants/application_confirm.html", context)


def _verb_form(request: HttpRequest, application: Application, verb: str) -> NoteForm:
    """What a verb asks for: a note, and, where parts are opened again, which."""
    posted, needed = request.POST or None, APPLICATION.table[verb].needs_note
    if verb not in {"return", "open_more"}:
        return NoteForm(posted, needed=needed)
    named = application.returned_sections if verb == "open_more" else []
    return ReturnForm(posted, needed=needed, label=_("What the applicant needs to change"), without=named)
