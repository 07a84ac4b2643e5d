"""For everybody: what the endorsement is, what a category asks, and which one fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from competencies.editions import areas_for, figures_of, requirements_by_profile, requirements_for
from competencies.explanations import PORTRAITS, explain
from competencies.finder import Finding, Offer, find
from competencies.forms import FinderForm
from competencies.models import Category, Edition, Scope
from competencies.wording import ages

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def about(request: HttpRequest) -> HttpResponse:
    """What the endorsement is, and its categories by scope and track."""
    edition = Edition.objects.current()
    if edition is None:
        return render(request, "competencies/about.html", {"edition": None})
    asked = requirements_by_profile(edition)
    scopes: dict[str, list[dict[str, object]]] = {scope: [] for scope in Scope.values}
    rows: dict[str, dict[str, object]] = {}
    for category in edition.categories.select_related("track"):
        if category.profile not in rows:
            rows[category.profile] = {
                "portrait": PORTRAITS.get(category.profile),
                "asked": asked.get(category.profile),
                "categories": [],
                "accepts_new": category.accepts_new,
                "to_be_confirmed": category.is_open,
            }
            scopes[category.scope].append(rows[category.profile])
        rows[category.profile]["categories"].append(category)  # type: ignore[attr-defined]
    context = {
        "edition": edition,
        "tracks": [(track, ages(track)) for track in edition.tracks.all()],
        "scopes": [(Scope(scope).label, groups) for scope, groups in scopes.items() if groups],
        "addons": edition.addons.all(),
    }
    return render(request, "competencies/about.html", context)


def category_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What one category asks, in the edition that new applications are pinned to."""
    edition = Edition.objects.current()
    if edition is None:
        raise Http404
    categories = Category.objects.filter(edition=edition).select_related("track", "edition")
    category = get_object_or_404(categories, code__iexact=code)
    asked = requirements_for(category)
    rows = explain(asked)
    areas = areas_for(category)
    exam = figures_of(edition.pk, "exam") if asked.exam else {}
    context = {
        "edition": edition,
        "category": category,
        "portrait": PORTRAITS.get(category.profile),
        "ages": ages(category.track),
        "rows": rows,
        "exam": {path.replace(".", "_"): figure for (_section, path), figure in exam.items()},
        "areas": areas,
        "area_count": sum(len(found) for _domain, found in areas),
        "to_be_confirmed": any(line.to_be_confirmed for row in rows for line in row.lines),
        "sister": next((c for c in categories if c.profile == category.profile and c.pk != category.pk), None),
    }
    return render(request, "competencies/category_detail.html", context)


def category_finder(request: HttpRequest) -> HttpResponse:
    """A few questions by GET, and an honest answer. Without answers in the address it only asks."""
    edition = Edition.objects.current()
    form = FinderForm(request.GET) if request.GET.keys() & FinderForm.base_fields.keys() else FinderForm()
    finding: Finding | None = None
    if edition is not None and form.is_valid():
        offers = [
            Offer(code=category.code, title=category.title, track=category.track.code, profile=category.profile)
            for category in edition.categories.filter(accepts_new=True).select_related("track")
        ]
        finding = find(form.answers(), offers, requirements_by_profile(edition))
    context = {"edition": edition, "form": form, "finding": finding}
    return render(request, "competencies/category_finder.html", context)
