"""What counts: every requirement with the entries behind it, which evidence shows which competency area, and "what if"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants.answers import hours
from applicants.counting import AreaHours, area_hours
from applicants.eligibility import PLACE_WORDS, coverage
from applicants.journey import is_open, next_step, page_of
from applicants.models import Application
from applicants.portfolio import plain
from applicants.progress import Linked, entry_url, grouped, rows_of, summed_up
from applicants.readiness import Readiness, readiness, readiness_of_library, with_facts
from applicants.sharing import share_with
from competencies.editions import addons_for, areas_for, requirements_for, requirements_for_addon, terms_of_addon
from competencies.models import AddOn, Category, Edition
from endorsement_portal.gates import signed_in
from endorsement_portal.models import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise as StrPromise

    from applicants.models import Grant
    from applicants.portfolio import Check
    from competencies.editions import Requirements, Terms
    from competencies.models import Area, Domain

# The columns of the grid, strongest first, as reviewers weigh them.
KINDS_SHOWN: dict[str, StrPromise] = {
    "course": gettext_lazy("Course"),
    "training": gettext_lazy("Training"),
    "rsc": gettext_lazy("Reflective supervision"),
    "rating": gettext_lazy("Reference"),
    "work": gettext_lazy("Work"),
    "exam": gettext_lazy("Exam"),
}
# What an area that nothing shows yet is called, and how well the others are shown. Reviewers judge; this only says
# where there is little.
STRENGTHS: dict[str, tuple[StrPromise, str]] = {
    "shown": (gettext_lazy("Shown"), "good"),
    "start": (gettext_lazy("A start"), "waiting"),
    "rated": (gettext_lazy("Comes with references"), "neutral"),
    "none": (gettext_lazy("Nothing yet"), "attention"),
}
# Beyond so many entries, the library itself is the better list.
MOST_NAMED = 12
# What takes an application, so that nobody has it before.
OF_AN_APPLICATION = frozenset({"references", "sign", "fee"})


@login_required
def application_requirements(request: HttpRequest, pk: int) -> HttpResponse:
    """Each requirement: how far it is met, from which entries, why not, and the one next thing to do."""
    application, ready, own, share = _looked_up(request, pk)
    editable = own and application.is_editable

    def work_page(check: Check) -> str:
        return page_of(check, application) if is_open(application, check) else ""

    rows = rows_of(ready.checks, ready.names, opens=own, page_of=work_page if editable else None)
    context = {
        "application": application,
        "own": own,
        "next": next_step(application, ready) if editable else None,
        "addons": addons_for(application.category) if own else [],
        "summary": summed_up(rows),
        "groups": grouped(rows),
        "unconfirmed": any(row.check.to_confirm for row in rows),
        "share": share,
    }
    return render(request, "applicants/application_requirements.html", context)


@login_required
def application_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Domains and areas against kinds of evidence, as a grid or, with `as=list`, as a list."""
    application, ready, own, share = _looked_up(request, pk)
    found = coverage(ready.portfolio)
    shared = area_hours(ready.portfolio.areas, ready.portfolio.shown)
    kinds = {kind: words for kind, words in KINDS_SHOWN.items() if kind != "exam" or ready.requirements.exam}
    domains = [
        _domain(domain, areas, found, shared, ready, kinds, own=own)
        for domain, areas in areas_for(application.category)
    ]
    gaps_only = request.GET.get("only") == "gaps"
    context = {
        "application": application,
        "own": own,
        "share": share,
        "domains": _with_gaps(domains) if gaps_only else domains,
        "kinds": list(kinds.values()),
        "columns": len(kinds) + 1,
        "as_list": request.GET.get("as") == "list" or gaps_only,
        "gaps_only": gaps_only,
        "gaps": sum(len(block["areas"]) - block["shown"] for block in domains),
        "shown": sum(block["shown"] for block in domains),
        "areas": len(found),
        "hours": _hours(shared, ready, opens=own and application.is_editable),
    }
    return render(request, "applicants/application_coverage.html", context)


def _looked_up(request: HttpRequest, pk: int) -> tuple[Application, Readiness, bool, Grant | None]:
    """The application for its owner, caretakers and whom it is shared with, with its checks: as submitted once it is."""
    user = signed_in(request)
    rows = with_facts(Application.objects.visible_to(user).with_dossier())
    application = get_object_or_404(rows, pk=pk)
    own, share = application.belongs_to(user), None
    if not own and not user.has_role(Role.COORDINATOR, Role.ADMIN):
        share = share_with(user, application)
        if share is None:
            raise Http404
    frozen = None if application.is_with_applicant else application.snapshots.order_by("-number").first()
    ready = readiness(application, frozen=frozen)
    return application, _as_shared(ready) if share else ready, own, share


def _as_shared(ready: Readiness) -> Readiness:
    """The same without money and without who gives a reference."""
    names = {ref: _("A reference") if ref.startswith("reference:") else name for ref, name in ready.names.items()}
    return replace(ready, checks=[check for check in ready.checks if check.section != "fee"], names=names, raters=())


# --- Coverage ----------------------------------------------------------------------------------------------------


def _domain(
    domain: Domain,
    areas: list[Area],
    found: dict[str, dict[str, tuple[str, ...]]],
    shared: AreaHours,
    ready: Readiness,
    kinds: dict[str, StrPromise],
    *,
    own: bool,
) -> dict[str, Any]:
    """A domain with its areas. Which kinds it asks for is data of the edition."""
    rows = [
        _area(area, found.get(area.code, {}), shared.by_area[area.code], domain, ready, kinds, own=own)
        for area in areas
    ]
    in_all = sum((sum(shared.by_area[area.code].values()) for area in areas), Decimal(0))
    return {
        "domain": domain,
        "areas": rows,
        "shown": sum(1 for row in rows if row["found"]),
        "hours": plain(in_all) if in_all else "",
    }


def _area(
    area: Area,
    refs: dict[str, tuple[str, ...]],
    shared: dict[str, Decimal],
    domain: Domain,
    ready: Readiness,
    kinds: dict[str, StrPromise],
    *,
    own: bool,
) -> dict[str, Any]:
    """One area: what shows it by kind, and what else could."""
    asked = frozenset(domain.evidence)
    strength = _strength(sum(map(len, refs.values())), asked)
    state, tone = STRENGTHS[strength]
    return {
        "area": area,
        "found": bool(refs),
        "strength": strength,
        "state": state,
        "tone": tone,
        "hours": plain(sum(shared.values(), Decimal(0))) if shared else "",
        "hours_said": hours(sum(shared.values(), Decimal(0))) if shared else "",
        "cells": [{"kind": words, "count": len(refs.get(k, ())), "asked": k in asked} for k, words in kinds.items()],
        "named": [
            {"kind": words, "entries": [_entry(ref, ready, shared, own=own) for ref in refs[kind]]}
            for kind, words in kinds.items()
            if kind in refs
        ],
        "could": [words for kind, words in kinds.items() if kind in asked and kind not in refs and kind != "exam"],
    }


def _entry(ref: str, ready: Readiness, shared: dict[str, Decimal], *, own: bool) -> Linked:
    name = ready.names.get(ref, _("An entry that is no longer there"))
    return Linked(name, entry_url(ref) if own else "", hours(shared[ref]) if ref in shared else "")


def _hours(shared: AreaHours, ready: Readiness, *, opens: bool) -> dict[str, Any] | None:
    """The hours behind the areas, an hour once, and the entries whose hours could still be shared."""
    if not shared.in_all:
        return None
    left = sorted(shared.open.items(), key=lambda item: -item[1])
    entries = [
        Linked(ready.names.get(ref, ref), reverse("applicants:evidence_hours", args=ref.split(":")), hours(amount))
        for ref, amount in left[:MOST_NAMED]
    ]
    return {
        "in_all": hours(shared.in_all),
        "here": plain(shared.here),
        "elsewhere": hours(shared.elsewhere) if shared.elsewhere else "",
        "open": hours(sum(shared.open.values(), Decimal(0))) if left else "",
        "entries": entries if opens else [],
    }


def _strength(entries: int, asked: frozenset[str]) -> str:
    if entries:
        return "shown" if entries > 1 else "start"
    return "rated" if "rating" in asked else "none"


def _with_gaps(domains: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Only the areas that nothing shows yet, and the domains that have any."""
    found = [block | {"areas": [row for row in block["areas"] if not row["found"]]} for block in domains]
    return [block for block in found if block["areas"]]


# --- What if -----------------------------------------------------------------------------------------------------


@login_required
def category_check(request: HttpRequest, code: str) -> HttpResponse:
    """How far one is toward any category or add-on, from the library alone: no application is needed or changed."""
    user = signed_in(request)
    edition = Edition.objects.current()
    if edition is None:
        raise Http404
    categories = list(Category.objects.filter(edition=edition).select_related("track").order_by("position"))
    addons = list(AddOn.objects.filter(edition=edition).order_by("code"))
    category = next((one for one in categories if one.code == code), None)
    addon = next((one for one in addons if one.code == code), None)
    terms = terms_of_addon(edition, code) if addon else None
    if category is not None:
        requirements = requirements_for(category)
        areas = [area.code for _domain, inside in areas_for(category) for area in inside]
    elif addon is not None:
        requirements, areas = requirements_for_addon(edition, code), []
    else:
        raise Http404
    ready = readiness_of_library(user, requirements, areas=areas)
    checks = [check for check in ready.checks if check.section not in OF_AN_APPLICATION]
    rows = rows_of(checks, ready.names, opens=True, page_of=page_of)
    context = {
        "chosen": category or addon,
        "is_addon": addon is not None,
        "bases": [one for one in categories if terms and one.profile in terms.profiles],
        "edition": edition,
        "summary": summed_up(rows),
        "groups": grouped(rows),
        "later": _later(requirements, terms),
        "categories": categories,
        "addons": addons,
        "unconfirmed": any(row.check.to_confirm for row in rows),
    }
    return render(request, "applicants/category_check.html", context)


def _later(requirements: Requirements, terms: Terms | None) -> list[str]:
    """What comes with an application, in words; how an add-on is taken."""
    count = requirements.references_count
    people = [str(PLACE_WORDS.get(role, PLACE_WORDS["any"])) for role in requirements.reference_roles]
    words = ngettext("%(count)s reference: %(people)s", "%(count)s references: %(people)s", count)
    later = [words % {"count": count, "people": "; ".join(people)}] if count else []
    if requirements.references_min_endorsed:
        later.append(_("One of these people is endorsed, or vetted by the association."))
    if requirements.code_of_ethics or requirements.endorsement_agreement:
        later.append(_("The Code of Ethics and the Endorsement Agreement, read and signed."))
    later.append(_("The fee, or a scholarship."))
    if requirements.exam:
        later.append(_("An exam after the review, given by the Alliance."))
    if terms and terms.emerging:
        begin = _("You may begin as “emerging”, before everything is met.")
        if terms.emerging_months:
            begin = _("You may begin as “emerging”, before everything is met, and have %(months)s months to finish.")
        later.append(begin % {"months": terms.emerging_months})
    return later
