"""For coordinators and admins: which figures the association has still to confirm, and publishing an edition."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competencies.forms import FigureConfirmForm
from competencies.models import Area, Category, Confirmation, Domain, Edition, Figure
from competencies.transitions import CONFIRMABLE, confirm_figure
from competencies.wording import SECTIONS, figure_name, figure_words, value_words
from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Event, Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User

VIEWS = ("open", "all", "titles")


@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_list(request: HttpRequest) -> HttpResponse:
    """Every edition, and how much of each is still to be confirmed."""
    return render(request, "competencies/edition_list.html", {"editions": Edition.objects.with_open_counts()})


@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition's figures by section: those still open (as it opens), all of them, or titles and areas."""
    edition = get_object_or_404(Edition.objects.with_open_counts(), pk=pk)
    show = request.GET.get("show", "")
    show = show if show in VIEWS else "open" if edition.figures_open else "all"
    context: dict[str, Any] = {"edition": edition, "show": show, "verbs": available_verbs(edition, _person(request))}
    context["tabs"] = [
        _tab(_("To confirm"), "open", show, edition.figures_open),
        _tab(_("All figures"), "all", show, edition.figures_all),
        _tab(_("Titles and areas"), "titles", show, edition.titles_open),
    ]
    if show == "titles":
        context["titles"] = _titles(edition)
    else:
        context["sections"] = _sections(edition, only_open=show == "open")
    return render(request, "competencies/edition_detail.html", context)


@requires_role(Role.COORDINATOR, Role.ADMIN)
def figure_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a figure, with the association's own value where it differs."""
    figure = get_object_or_404(Figure.objects.select_related("edition", "confirmed_by"), pk=pk)
    form = FigureConfirmForm(request.POST or None, figure=figure)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            confirm_figure(figure, by=_person(request), seen=said["seen"], value=said["value"], note=said["note"])
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("competencies:figure_confirm", pk=pk)
        name = figure_name(figure.section, figure.path)
        words = figure_words(figure.section, figure.path, figure.value, is_open=False)
        messages.success(request, _("Confirmed: %(name)s, %(words)s.") % {"name": name, "words": words})
        return redirect(_back(figure))
    context = {"figure": _shown(figure), "edition": figure.edition, "form": form, "history": _history(figure)}
    return render(request, "competencies/figure_confirm.html", context)


@requires_role(Role.COORDINATOR, Role.ADMIN)
def figure_confirm_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a confirmed figure again, with the reason."""
    figure = get_object_or_404(Figure.objects.select_related("edition", "confirmed_by"), pk=pk)
    if request.method == "POST":
        try:
            advance(figure, "reopen", by=_person(request), note=request.POST.get("note", "")[:500])
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("competencies:figure_confirm_reopen", pk=pk)
        messages.success(request, _("The figure is open again."))
        return redirect("competencies:figure_confirm", pk=pk)
    context = {"figure": _shown(figure), "edition": figure.edition, "history": _history(figure)}
    return render(request, "competencies/figure_confirm_reopen.html", context)


@require_POST
@requires_role(Role.COORDINATOR, Role.ADMIN)
def title_confirm(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Confirm a category, a domain or an area as it stands."""
    if kind not in CONFIRMABLE:
        raise Http404
    subject: Any = get_object_or_404(CONFIRMABLE[kind]._default_manager.select_related("edition"), pk=pk)
    try:
        advance(subject, "confirm", by=_person(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Confirmed: %(title)s.") % {"title": subject.title})
    return redirect(reverse("competencies:edition_detail", args=[subject.edition_id]) + f"?show=titles#{kind}")


@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_confirm_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an edition: what is still open is said, and does not stand in the way."""
    return _edition_verb(request, pk, "publish", _("The edition is published."))


@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_confirm_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Retire an edition: nobody starts under it any more, and it stays as it is."""
    return _edition_verb(request, pk, "retire", _("The edition is retired."))


def _edition_verb(request: HttpRequest, pk: int, verb: str, done: str) -> HttpResponse:
    edition = get_object_or_404(Edition.objects.with_open_counts(), pk=pk)
    if request.method == "POST":
        try:
            advance(edition, verb, by=_person(request), note=request.POST.get("note", "")[:500])
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, done)
        return redirect(edition)
    return render(request, f"competencies/edition_confirm_{verb}.html", {"edition": edition})


def _person(request: HttpRequest) -> User:
    """Who is signed in: the gate has seen to it that somebody is."""
    return cast("User", request.user)


def _tab(label: str, name: str, shown: str, count: int) -> dict[str, Any]:
    return {"label": label, "url": f"?show={name}", "current": name == shown, "count": count}


def _sections(edition: Edition, *, only_open: bool) -> list[dict[str, Any]]:
    figures = Figure.objects.filter(edition=edition).select_related("confirmed_by")
    if only_open:
        figures = figures.still_open()
    for figure in figures:
        figure.edition = edition
    return [
        {
            "key": section,
            "title": SECTIONS.get(section, section),
            "figures": [_shown(figure, with_form=only_open) for figure in found],
        }
        for section, found in groupby(figures, key=lambda figure: figure.section)
    ]


def _shown(figure: Figure, *, with_form: bool = False) -> dict[str, Any]:
    """A figure for a template: its words beside the row itself."""
    return {
        "row": figure,
        "section": SECTIONS.get(figure.section, figure.section),
        "name": figure_name(figure.section, figure.path),
        "words": figure_words(figure.section, figure.path, figure.value, is_open=figure.is_open),
        "form": FigureConfirmForm(figure=figure) if with_form else None,
    }


def _titles(edition: Edition) -> dict[str, Any]:
    """Categories and domains, and the areas still open: three queries."""
    domains = Domain.objects.filter(edition=edition).annotate(
        open_areas=Count("areas", filter=Q(areas__status=Confirmation.OPEN))
    )
    return {
        "categories": Category.objects.filter(edition=edition).select_related("track"),
        "domains": [{"row": domain, "evidence": value_words(domain.evidence)} for domain in domains],
        "areas": Area.objects.filter(edition=edition).still_open().select_related("domain"),
    }


def _history(figure: Figure) -> list[dict[str, Any]]:
    """What happened to a figure, newest first, for the timeline."""
    words = {"confirm": _("Confirmed"), "reopen": _("Opened again")}
    events = list(Event.objects.about(figure).select_related("actor"))
    return [
        {
            "when": event.at,
            "title": words.get(event.verb, event.verb),
            "by": event.actor.get_display_name() if event.actor else "",
            "note": _change(figure, event) + event.note,
            "tone": "good" if event.verb == "confirm" else "attention",
        }
        for event in reversed(events)
    ]


def _change(figure: Figure, event: Event) -> str:
    """What a confirmation changed, in the figure's own words."""
    old, new = event.details.get("old"), event.details.get("new")
    if not old or not new or old == new:
        return ""
    try:
        words = [figure_words(figure.section, figure.path, json.loads(kept)) for kept in (old, new)]
    except ValueError:
        # The log shortens very long values.
        words = [old, new]
    return _("Changed from %(old)s to %(new)s. ") % {"old": words[0], "new": words[1]}


def _back(figure: Figure) -> str:
    return f"{reverse('competencies:edition_detail', args=[figure.edition_id])}?show=open#{figure.section}"
