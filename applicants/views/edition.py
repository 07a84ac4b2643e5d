"""Another edition: what it would change for everybody under way, and, for its owner, for one application."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applicants.effects import Asked, asked_of, outlooks, with_submission
from applicants.models import Application, ApplicationStatus
from applicants.moving import move_up, newer_category
from competencies.models import Edition
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise as StrPromise

    from applicants.effects import Effect, Outlook
    from competencies.models import Category

SHOWN_NAMES = 8
PAGE_ROWS = 50
# A portfolio is large: so many are in memory at a time.
AT_A_TIME = 100
HOMELESS = "category"


@dataclass
class Row:
    """An application in a list: who, which, and what it would have and need."""

    pk: int
    code: str
    person: str
    category: str
    state: ApplicationStatus
    words: str


@dataclass
class Touched:
    """One requirement and the applications for which it would be answered otherwise."""

    key: str
    title: str | StrPromise
    gaining: list[Row] = field(default_factory=list)
    losing: list[Row] = field(default_factory=list)

    @property
    def lists(self) -> list[dict[str, Any]]:
        """Both lists as the page shows them, those with more to do first."""
        found = [("gain", _("Would have more to do"), "attention", self.gaining)]
        found.append(("lose", _("Would have less to do"), "good", self.losing))
        return [
            {"side": side, "title": title, "tone": tone, "rows": rows[:SHOWN_NAMES], "count": len(rows)}
            for side, title, tone, rows in found
            if rows
        ]


@require_safe
@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_effects(request: HttpRequest, pk: int) -> HttpResponse:
    """Which open applications would gain or lose a requirement if they moved to this edition; nothing changes here."""
    edition = get_object_or_404(Edition, pk=pk)
    rows = Application.objects.visible_to(signed_in(request)).open().exclude(edition=edition)
    rows = with_submission(rows.select_related("person", "category")).order_by("pk")
    found = outlooks(rows.iterator(chunk_size=AT_A_TIME), asked_of(edition))
    touched, counts = _by_requirement(found)
    context: dict[str, Any] = {"edition": edition, "counts": counts}
    one, side = touched.get(request.GET.get("of", "")), request.GET.get("side", "")
    if one is not None and side in {"gain", "lose"}:
        page = Paginator(one.gaining if side == "gain" else one.losing, PAGE_ROWS).get_page(request.GET.get("page"))
        return render(request, "applicants/edition_effect.html", context | {"one": one, "side": side, "page_obj": page})
    return render(request, "applicants/edition_effects.html", context | {"touched": touched.values()})


def _by_requirement(found: Iterable[Outlook]) -> tuple[dict[str, Touched], Counter[str]]:
    """The requirements that would change, those that touch most people first, and how many applications there are."""
    touched: dict[str, Touched] = {}
    counts: Counter[str] = Counter()
    for outlook in found:
        counts["all"] += 1
        if outlook.there is None:
            counts["homeless"] += 1
            _to(touched, HOMELESS, _("The category is not in this edition")).gaining.append(_row(outlook))
            continue
        for effect in outlook.worse:
            _to(touched, effect.key, effect.title).gaining.append(_row(outlook, effect))
        for effect in outlook.better:
            _to(touched, effect.key, effect.title).losing.append(_row(outlook, effect))
        counts["gaining"] += bool(outlook.worse)
        counts["losing"] += bool(outlook.better)
        counts["same"] += not outlook.worse and not outlook.better
    ordered = sorted(touched.values(), key=lambda one: (one.key != HOMELESS, -len(one.gaining), -len(one.losing)))
    return {one.key: one for one in ordered}, counts


def _to(touched: dict[str, Touched], key: str, title: str | StrPromise) -> Touched:
    return touched.setdefault(key, Touched(key, title))


def _row(outlook: Outlook, effect: Effect | None = None) -> Row:
    application = outlook.application
    return Row(
        application.pk,
        application.code,
        application.person.get_display_name(),
        application.category.code,
        application.state,
        words_of(effect) if effect else "",
    )


def words_of(effect: Effect) -> str:
    """What would change in one sentence."""
    before, after = effect.before, effect.after
    said = {
        "new": _("Not asked now."),
        "gone": _("No longer asked."),
        "met": _("Not met now, and met there."),
        "unmet": _("Met now, and not there."),
        "blocking": _("Missing in both; there it keeps the application from being submitted."),
        "open": _("Missing in both; there it no longer keeps the application from being submitted."),
    }
    sentence = said.get(effect.kind, "")
    if before and after and before.needs != after.needs:
        figures = {"before": before.needs or "0", "after": after.needs or "0", "have": after.has or "0"}
        asks = _("Asks %(after)s instead of %(before)s; there are %(have)s.") % figures
        return f"{asks} {sentence}".strip()
    if effect.kind == "new" and after and after.sentence:
        return f"{sentence} {after.sentence}"
    return sentence


@login_required
def application_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """For its owner: what the newer edition would change, and the way there. There is none back."""
    user = signed_in(request)
    rows = with_submission(Application.objects.own(user).with_dossier())
    application = get_object_or_404(rows, pk=pk)
    newer = newer_category(application)
    if request.method == "POST":
        return _move(request, application, newer)
    context: dict[str, Any] = {"application": application, "newer": newer}
    if newer is not None and application.status == ApplicationStatus.DRAFT:
        outlook = next(iter(outlooks([application], _asked_by(newer))), None)
        if outlook is None:
            raise Http404
        context |= {
            "worse": _said(outlook.worse),
            "better": _said(outlook.better),
            "same": _said(outlook.same),
            "may_move": True,
        }
    return render(request, "applicants/application_edition.html", context)


def _asked_by(category: Category) -> dict[str, Asked]:
    return {category.code: asked_of(category.edition)[category.code]}


def _said(effects: list[Effect]) -> list[dict[str, Any]]:
    return [{"effect": effect, "words": words_of(effect)} for effect in effects]


def _move(request: HttpRequest, application: Application, newer: Category | None) -> HttpResponse:
    """Only to the edition that was on the page."""
    if newer is None or request.POST.get("category") != str(newer.pk):
        messages.error(request, _("The editions have changed a moment ago. Please look at it again."))
        return redirect("applicants:application_edition", pk=application.pk)
    try:
        move_up(application, newer, by=signed_in(request))
    except Refused as no:
        messages.error(request, no.message)
        return redirect("applicants:application_edition", pk=application.pk)
    messages.success(
        request, _("Your application is now under edition %(version)s.") % {"version": newer.edition.version}
    )
    return redirect("applicants:application_detail", pk=application.pk)
