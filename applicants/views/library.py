"""What can be done with the library besides entering: tag many, copy, put back, hours by area, the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants.forms.library import CatalogAddForm, CatalogSearchForm, HoursForm, TagForm
from applicants.library import (
    add_from_catalog,
    area_titles,
    begin_copy,
    entries_of,
    has_from_catalog,
    hours_of,
    let_go,
    put_back,
    shared_hours,
    tag,
    worked_on,
)
from applicants.models import KINDS, Course, Training
from applicants.portfolio import plain
from applicants.views.evidence import areas_of, blank_entry
from competencies.models import CatalogItem
from endorsement_portal.gates import signed_in

if TYPE_CHECKING:
    import uuid
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from applicants.models import Evidence
    from endorsement_portal.models import User

MOST_TAGGED = 500
CATALOG_PER_PAGE = 20


@require_POST
@login_required
def evidence_tag(request: HttpRequest) -> HttpResponse:
    """Add areas to the entries that were ticked in the library: choose the areas, then save."""
    user = signed_in(request)
    refs = request.POST.getlist("entry")[:MOST_TAGGED]
    entries = entries_of(user, refs)
    if not entries:
        messages.info(request, _("Please tick the entries first, then choose their areas."))
        return redirect("applicants:evidence_list")
    chosen = "choose" not in request.POST
    form = TagForm(request.POST if chosen else None, areas=areas_of(user))
    if chosen and form.is_valid():
        changed = tag(user, refs, form.cleaned_data["area_keys"])
        said = ngettext("%(count)s entry shows more areas now.", "%(count)s entries show more areas now.", changed)
        messages.success(request, said % {"count": changed} if changed else _("They all showed these areas already."))
        return redirect("applicants:evidence_list")
    return render(request, "applicants/evidence_tag.html", {"form": form, "entries": entries})


@require_POST
@login_required
def evidence_copy(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Begin a new entry like this one. It is kept once it is saved."""
    user = signed_in(request)
    entry = _entry(user, kind, pk)
    once = begin_copy(entry, blank_entry(entry, areas_of(user)))
    messages.info(request, _("This is a copy. Give it its own days, change what is different, and save it."))
    return redirect(reverse("applicants:evidence_create", args=[kind]) + f"?draft={once}")


@require_POST
@login_required
def evidence_put_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """An entry that was taken out counts again."""
    if kind not in KINDS:
        raise Http404
    if put_back(signed_in(request), kind, pk):
        messages.success(request, _("The entry is back, just as it was."))
    else:
        messages.info(request, _("This entry is not among those taken out."))
    return redirect("applicants:evidence_list")


@login_required
def evidence_confirm_let_go(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Delete for good what was taken out, without waiting for the thirty days."""
    if kind not in KINDS:
        raise Http404
    rows = KINDS[kind].objects.filter(person=signed_in(request), removed_at__isnull=False)
    entry = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        let_go(kind, entry.pk)
        messages.success(request, _("The entry is deleted for good."))
        return redirect("applicants:evidence_list")
    return render(request, "applicants/evidence_confirm_let_go.html", {"entry": entry, "kind": kind})


@login_required
def evidence_hours(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Share an entry's hours among its areas. It is optional, and an hour counts once."""
    user = signed_in(request)
    entry = _entry(user, kind, pk)
    if not entry.hours_name:
        raise Http404
    titles = area_titles(entry.area_keys)
    if request.method == "POST":
        with transaction.atomic():
            worked_on(user)
            entry = get_object_or_404(KINDS[kind].objects.own(user).select_for_update(), pk=pk)
            form = HoursForm(request.POST, entry=entry, titles=titles)
            if form.is_valid():
                entry.area_hours = form.area_hours
                entry.version += 1
                entry.save(update_fields=["area_hours", "version", "updated_at"])
                messages.success(request, _("The hours by area are saved."))
                return redirect("applicants:evidence_list")
        if form.has_error("__all__", "stale"):
            form.data = request.POST.copy()
            form.data["seen_version"] = str(entry.version)
    else:
        form = HoursForm(entry=entry, titles=titles)
    context = {
        "form": form,
        "entry": entry,
        "kind": kind,
        "in_all": plain(hours_of(entry)),
        "shared": plain(shared_hours(entry)),
    }
    return render(request, "applicants/evidence_hours.html", context)


# --- The catalog ---------------------------------------------------------------------------------------------------


@login_required
def catalog_list(request: HttpRequest) -> HttpResponse:
    """Known trainings, each to be added with the day on which one took it."""
    user = signed_in(request)
    search = CatalogSearchForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    page = Paginator(CatalogItem.objects.listed().matching(words), CATALOG_PER_PAGE).get_page(request.GET.get("page"))
    items = list(page.object_list)
    taken = (model.objects.own(user).filter(catalog_item__in=items) for model in (Training, Course))
    trainings, courses = (rows.order_by().values_list("catalog_item_id", flat=True) for rows in taken)
    had = set(trainings.union(courses))
    titles = area_titles({code for item in items for code in item.area_keys})
    context = {
        "filter_form": search,
        "page_obj": page,
        "narrowed": bool(words),
        "cards": [
            {
                "item": item,
                "had": item.pk in had,
                "areas": [titles[code] for code in item.area_keys if code in titles],
                "form": CatalogAddForm(auto_id=f"id_{item.pk}_%s"),
            }
            for item in items
        ],
    }
    return render(request, "applicants/catalog_list.html", context)


@login_required
def catalog_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a training of the catalog to one's evidence: only the day is asked. A second time is asked about first."""
    user = signed_in(request)
    item = get_object_or_404(CatalogItem.objects.listed(), pk=pk)
    form = CatalogAddForm(request.POST or None)
    double = False
    if request.method == "POST" and form.is_valid():
        day, once = form.cleaned_data["day"], form.cleaned_data["once"]
        before = _made_by(user, item, once)
        double = not before and "anyway" not in request.POST and has_from_catalog(user, item, day)
        if not double:
            entry = before or _add(user, item, day, once)
            return _added(request, entry)
    titles = area_titles(item.area_keys)
    context: dict[str, Any] = {
        "form": form,
        "item": item,
        "double": double,
        "areas": [titles[code] for code in item.area_keys if code in titles],
    }
    return render(request, "applicants/catalog_add.html", context)


def _added(request: HttpRequest, entry: Evidence) -> HttpResponse:
    messages.success(request, _("“%(title)s” is in your evidence.") % {"title": entry.headline})
    if isinstance(entry, Course):
        messages.info(request, _("We took fifteen hours for one credit. Please compare with your transcript."))
        return redirect("applicants:evidence_edit", kind=entry.kind, pk=entry.pk)
    return redirect("applicants:evidence_list")


def _add(user: User, item: CatalogItem, day: date, once: uuid.UUID) -> Evidence:
    try:
        with transaction.atomic():
            return add_from_catalog(item, person=user, day=day, once=once)
    except IntegrityError:
        # Two taps at once: the other one was quicker by a moment.
        before = _made_by(user, item, once)
        if before is None:
            raise
        return before


def _made_by(user: User, item: CatalogItem, once: uuid.UUID) -> Evidence | None:
    """The entry that this very form made already."""
    model = Course if item.kind == "course" else Training
    found: Evidence | None = model.objects.own(user).filter(once=once).first()
    return found


def _entry(user: User, kind: str, pk: int) -> Evidence:
    if kind not in KINDS:
        raise Http404
    found: Evidence = get_object_or_404(KINDS[kind].objects.own(user), pk=pk)
    return found
