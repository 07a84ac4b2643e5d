"""Hours of reflective supervision: the provider's door, the owner's page, and the coordinator's list of what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from applicants.forms import NoteForm
from applicants.forms.providers import AcceptForm, HoursAnswerForm, HoursFilterForm, MatchForm
from applicants.history import record_of
from applicants.models import Provider, ReflectiveSupervision
from applicants.supervision import SUPERVISION, accept, answer, ask, asked_together, match, not_askable
from applicants.tokens import find_hours
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Message, Role

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from applicants.querysets import SupervisionQuerySet
    from endorsement_portal.lifecycle import Transition
    from endorsement_portal.models import User

PER_PAGE = 50
# The piles of the coordinator's list, by their word in the address.
PILES: dict[str, Any] = {
    "judge": gettext_lazy("Waiting for you"),
    "disputed": gettext_lazy("Disputed"),
    "unsettled": gettext_lazy("Standing unknown"),
    "asked": gettext_lazy("With the provider"),
    "unasked": gettext_lazy("Not asked yet"),
    "settled": gettext_lazy("Confirmed or accepted"),
}
SAY = {
    "reset": gettext_lazy(
        "The hours then count no longer until somebody confirms or accepts them. A link is dead at once."
    ),
    "override": gettext_lazy("The hours then count by your word alone, until the person changes them."),
    "match": gettext_lazy(
        "The hours are then judged by what the record says of this provider. What somebody answered from another "
        "address counts no longer."
    ),
}


# --- The provider's door -------------------------------------------------------------------------------------------


@never_cache
def supervision_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Exactly what was claimed, and is it right? Opening the link changes nothing, so a mail scanner gets no further."""
    entries = find_hours(token)
    if not entries:
        return _dead_link(request)
    data = request.POST if request.method == "POST" else None
    answers = [HoursAnswerForm(data, entry=entry, is_alone=len(entries) == 1) for entry in entries]
    nothing_said = False
    refused = [form for form in answers if data is not None and not form.is_valid()]
    if data is not None and not refused:
        said = [form.said for form in answers if form.is_answered]
        try:
            if said:
                answer(said)
        except Refused:
            return _dead_link(request)
        if said:
            left = len(answers) - len(said)
            return render(request, "applicants/supervision_thanks.html", {"left": left, "token": token})
        nothing_said = True
    context = {"answers": answers, "person": entries[0].person, "first": entries[0], "nothing_said": nothing_said}
    return render(request, "applicants/supervision_answer.html", context)


def _dead_link(request: HttpRequest) -> HttpResponse:
    """The same answer for a wrong, used, expired or replaced link."""
    return render(request, "applicants/supervision_dead_link.html", status=404)


# --- One entry -----------------------------------------------------------------------------------------------------


def _looked_up(request: HttpRequest, pk: int) -> tuple[User, ReflectiveSupervision]:
    user = signed_in(request)
    rows = ReflectiveSupervision.objects.visible_to(user).present().select_related("person", "provider__person")
    return user, get_object_or_404(rows, pk=pk)


@login_required
def supervision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one entry's hours: who was asked, what they said, and what can be done."""
    user, entry = _looked_up(request, pk)
    own = entry.person_id == user.pk
    context = {
        "entry": entry,
        "own": own,
        "verbs": available_verbs(entry, user, without=_not_offered(entry, own=own)),
        "refusal": not_askable(entry) if entry.status in {"unasked", "disputed"} else None,
        "is_unsettled": ReflectiveSupervision.objects.filter(pk=pk).unsettled().exists(),
        "mails": _letters_to_provider(entry),
        "events": [] if own else record_of(entry),
        "same_address": _same_address(entry) if not own else None,
    }
    return render(request, "applicants/supervision_detail.html", context)


def _letters_to_provider(entry: ReflectiveSupervision) -> QuerySet[Message]:
    """Everything this provider was written about this person's hours: a letter about several is about the first."""
    siblings = ReflectiveSupervision.objects.filter(person=entry.person_id).values_list("pk", flat=True)
    rows = Message.objects.filter(
        about_type=entry._meta.label_lower, about_id__in=[str(pk) for pk in siblings], to=None
    )
    return rows.filter(email__iexact=entry.asked_email)


def _not_offered(entry: ReflectiveSupervision, *, own: bool) -> set[str]:
    """The owner takes back a question; a yes or no they can only make void by changing the entry."""
    hidden = {"reset"} if own and entry.status != "asked" else set()
    return hidden if entry.provider_id is None else hidden | {"match"}


def _same_address(entry: ReflectiveSupervision) -> Provider | None:
    """Somebody in the record with the address that the applicant gave for somebody who is not."""
    if entry.provider_id or not entry.provider_email:
        return None
    return Provider.objects.filter(email__iexact=entry.provider_email).first()


@login_required
def supervision_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Ask, accept, name the provider or take back, asked once more."""
    user, entry = _looked_up(request, pk)
    transition = SUPERVISION.table.get(verb)
    if transition is None or transition.permission is None or not user.has_perm(transition.permission, entry):
        raise Http404
    if verb in _not_offered(entry, own=entry.person_id == user.pk):
        raise Http404
    form = _form_for(verb, entry, request)
    if request.method == "POST" and form.is_valid():
        try:
            _do(entry, verb, form, by=user)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _done(verb, entry, transition))
        return redirect("applicants:supervision_detail", pk=pk)
    context = {
        "entry": entry,
        "verb": verb,
        "transition": transition,
        "form": form,
        "say": SAY.get(verb, ""),
        "together": asked_together(entry) if verb == "ask" else [],
    }
    return render(request, "applicants/supervision_confirm.html", context)


def _form_for(verb: str, entry: ReflectiveSupervision, request: HttpRequest) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if verb == "override":
        return AcceptForm(data, initial={"standing": _standing_of(entry) or entry.provider_standing})
    if verb == "match":
        return MatchForm(data, initial={"provider": _same_address(entry)})
    return NoteForm(data, needed=False)


def _standing_of(entry: ReflectiveSupervision) -> str:
    """What the provider was qualified as on these dates, by the record."""
    standings = entry.provider.standings.all() if entry.provider else []
    return next((held.qualification for held in standings if held.covers(entry.start_date, entry.end_date)), "")


def _do(entry: ReflectiveSupervision, verb: str, form: forms.Form, *, by: User) -> None:
    said = form.cleaned_data
    if verb == "ask":
        ask(asked_together(entry), by=by)
    elif verb == "override":
        accept(entry, by=by, note=said["note"], standing=said["standing"])
    elif verb == "match":
        match(entry, said["provider"], by=by)
    else:
        advance(entry, verb, by=by)


def _done(verb: str, entry: ReflectiveSupervision, transition: Transition) -> str:
    if verb == "ask":
        return _("We are writing to %(name)s now.") % {"name": entry.provider_name}
    return _("Done: %(what)s.") % {"what": transition.label}


# --- Everybody's ---------------------------------------------------------------------------------------------------


@requires_role(Role.COORDINATOR, Role.ADMIN)
def supervision_list(request: HttpRequest) -> HttpResponse:
    """Everybody's hours by what they wait for; first what only a coordinator can settle."""
    user, form = signed_in(request), HoursFilterForm(request.GET)
    # Nobody settles their own hours, so they are in nobody's own pile.
    fitting = form.narrow(ReflectiveSupervision.objects.visible_to(user).present().exclude(person=user))
    pile = request.GET.get("pile", "")
    pile = pile if pile in PILES else "judge"
    rows = _pile(fitting, pile).select_related("person", "provider").order_by("start_date", "pk")
    unsettled = ReflectiveSupervision.objects.unsettled()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "pile": pile,
        "page_obj": page,
        "unsettled": set(unsettled.filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)),
        "tabs": _tabs(request, pile),
        "is_narrowed": any(form.cleaned_data.values()),
    }
    return render(request, "applicants/supervision_list.html", context)


def _pile(rows: SupervisionQuerySet, pile: str) -> SupervisionQuerySet:
    if pile == "judge":
        return rows.to_judge()
    if pile == "unsettled":
        return rows.unsettled()
    statuses = ["confirmed", "overridden"] if pile == "settled" else [pile]
    return rows.filter(status__in=statuses)


def _tabs(request: HttpRequest, pile: str) -> list[dict[str, Any]]:
    """A link for each pile, keeping the words that were looked for."""
    found = []
    for value, label in PILES.items():
        asked = QueryDict(mutable=True)
        asked.update({"pile": value} | ({"q": request.GET["q"]} if request.GET.get("q") else {}))
        url = f"{reverse('applicants:supervision_list')}?{asked.urlencode()}"
        found.append({"label": label, "url": url, "current": value == pile})
    return found
