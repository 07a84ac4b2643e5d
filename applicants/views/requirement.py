"""What counts: every requirement with the entries behind it, which evidence shows which competency area, and "what if"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants.eligibility import PLACE_WORDS, coverage
from applicants.journey import next_step, page_of
from applicants.models import Application
from applicants.progress import Linked, entry_url, grouped, rows_of, summed_up
from applicants.readiness import Readiness, readiness, readiness_of_library, with_facts
from applicants.threads import advises
from competencies.editions import areas_for, requirements_for, requirements_for_addon
from competencies.models import AddOn, Category, Edition
from endorsement_portal.gates import signed_in
from endorsement_portal.models import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise as StrPromise

    from applicants.portfolio import Check
    from competencies.editions import Requirements
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
# What takes an application, so that nobody has it before.
OF_AN_APPLICATION = frozenset({"references", "sign", "fee"})


@login_required
def application_requirements(request: HttpRequest, pk: int) -> HttpResponse:
    """Each requirement: how far it is met, from which entries, why not, and the one next thing to do."""
    application, ready, own = _looked_up(request, pk)
    editable = own and application.is_editable

    def work_page(check: Check) -> str:
        return page_of(check, application)

    rows = rows_of(ready.checks, ready.portfolio, ready.names, opens=own, page_of=work_page if editable else None)
    context = {
        "application": application,
        "own": own,
        "next": next_step(application, ready) if editable else None,
        "summary": summed_up(rows),
        "groups": grouped(rows),
        "unconfirmed": any(row.check.to_confirm for row in rows),
    }
    return render(request, "applicants/application_requirements.html", context)


@login_required
def application_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Domains and areas against kinds of evidence, as a grid or, with `as=list`, as a list."""
    application, ready, own = _looked_up(request, pk)
    found = coverage(ready.portfolio)
    kinds = {kind: words for kind, words in KINDS_SHOWN.items() if kind != "exam" or ready.requirements.exam}
    domains = [
        _domain(domain, areas, found, ready, kinds, own=own) for domain, areas in areas_for(application.category)
    ]
    gaps_only = request.GET.get("only") == "gaps"
    context = {
        "application": application,
        "own": own,
        "domains": _with_gaps(domains) if gaps_only else domains,
        "kinds": list(kinds.values()),
        "columns": len(kinds) + 1,
        "as_list": request.GET.get("as") == "list" or gaps_only,
        "gaps_only": gaps_only,
        "gaps": sum(len(block["areas"]) - block["shown"] for block in domains),
        "shown": sum(block["shown"] for block in domains),
        "areas": len(found),
    }
    return render(request, "applicants/application_coverage.html", context)


def _looked_up(request: HttpRequest, pk: int) -> tuple[Application, Readiness, bool]:
    """The application for its owner, their advisors and caretakers, with its checks: as submitted once it is."""
    user = signed_in(request)
    rows = with_facts(Application.objects.visible_to(user).with_dossier())
    application = get_object_or_404(rows, pk=pk)
    own = application.belongs_to(user)
    if not own and not user.has_role(Role.COORDINATOR, Role.ADMIN) and not advises(user, application):
        raise Http404
    frozen = None if application.is_with_applicant else application.snapshots.order_by("-number").first()
    return application, readiness(application, frozen=frozen), own


# --- Coverage ----------------------------------------------------------------------------------------------------


def _domain(
    domain: Domain,
    areas: list[Area],
    found: dict[str, dict[str, tuple[str, ...]]],
    ready: Readiness,
    kinds: dict[str, StrPromise],
    *,
    own: bool,
) -> dict[str, Any]:
    """A domain with its areas. Which kinds it asks for is data of the edition."""
    rows = [_area(area, found.get(area.code, {}), domain, ready, kinds, own=own) for area in areas]
    return {"domain": domain, "areas": rows, "shown": sum(1 for row in rows if row["found"])}


def _area(
    area: Area,
    refs: dict[str, tuple[str, ...]],
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
        "cells": [{"kind": words, "count": len(refs.get(k, ())), "asked": k in asked} for k, words in kinds.items()],
        "named": [
            {"kind": words, "entries": [_entry(ref, ready, own=own) for ref in refs[kind]]}
            for kind, words in kinds.items()
            if kind in refs
        ],
        "could": [words for kind, words in kinds.items() if kind in asked and kind not in refs and kind != "exam"],
    }


def _entry(ref: str, ready: Readiness, *, own: bool) -> Linked:
    return Linked(ready.names.get(ref, _("An entry that is no longer there")), entry_url(ref) if own else "")


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
    if category is not None:
        requirements = requirements_for(category)
        areas = [area.code for _domain, inside in areas_for(category) for area in inside]
    elif addon is not None:
        requirements, areas = requirements_for_addon(edition, code), []
    else:
        raise Http404
    ready = readiness_of_library(user, requirements, areas=areas)
    checks = [check for check in ready.checks if check.section not in OF_AN_APPLICATION]
    rows = rows_of(checks, ready.portfolio, ready.names, opens=True, page_of=page_of)
    context = {
        "chosen": category or addon,
        "is_addon": addon is not None,
        "edition": edition,
        "summary": summed_up(rows),
        "groups": grouped(rows),
        "later": _later(requirements),
        "categories": categories,
        "addons": addons,
        "unconfirmed": any(row.check.to_confirm for row in rows),
    }
    return render(request, "applicants/category_check.html", context)


def _later(requirements: Requirements) -> list[str]:
    """What comes with an application, in words."""
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
    return later
