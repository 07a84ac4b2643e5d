"""Editions come and go: bring one in from a file, and lay two side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from competencies.comparing import Contents, compare
from competencies.documents import FrameworkError
from competencies.forms import LARGEST_DOCUMENT, TOO_LARGE, EditionCompareForm, EditionImportForm
from competencies.loading import load
from competencies.models import AddOn, Area, Category, Domain, Edition, Figure, RatingItem, Track
from endorsement_portal.gates import requires_role, signed_in
from endorsement_portal.models import Event, Role
from endorsement_portal.oversize import read_away, sent_bytes

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from competencies.loading import Loaded
    from endorsement_portal.models import User

# The form around the file is small.
MOST_SENT = LARGEST_DOCUMENT + 64 * 1024
SHOWN_PROBLEMS = 200


@csrf_exempt  # the check reads the form with its file, so it comes after the size: see _upload
@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_import(request: HttpRequest) -> HttpResponse:
    """Bring in an edition as a draft. A file that is far too large is refused before it is read."""
    if request.method == "POST" and sent_bytes(request) > MOST_SENT:
        read_away(request)
        form = EditionImportForm({})
        form.errors["file"] = form.error_class([str(TOO_LARGE)])
        return render(request, "competencies/edition_import.html", {"form": form}, status=413)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    form = EditionImportForm(request.POST, request.FILES) if request.method == "POST" else EditionImportForm()
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            loaded = _load(form.cleaned_data["file"], by=signed_in(request))
        except FrameworkError as error:
            shown = [_placed(problem) for problem in error.problems[:SHOWN_PROBLEMS]]
            context |= {"problems": shown, "more": len(error.problems) - len(shown), "count": len(error.problems)}
        else:
            if loaded.created:
                messages.success(request, _("The edition is here, as a draft. Applications under way keep theirs."))
                return redirect(loaded.edition)
            context["there"] = loaded
    return render(request, "competencies/edition_import.html", context)


def _load(text: str, *, by: User) -> Loaded:
    with transaction.atomic():
        loaded = load(text)
        if loaded.created:
            Event.objects.record(loaded.edition, "import", by=by, after=loaded.edition.status)
    return loaded


def _placed(problem: str) -> dict[str, str]:
    place, _colon, what = problem.partition(": ")
    return {"place": place, "what": what}


@require_safe
@requires_role(Role.COORDINATOR, Role.ADMIN)
def edition_compare(request: HttpRequest) -> HttpResponse:
    """Two editions line by line; as it opens, the one in force and the newest."""
    editions = list(Edition.objects.all())
    context: dict[str, Any] = {"editions": editions}
    if len(editions) > 1:
        form = EditionCompareForm(request.GET if request.GET else _suggested(editions), editions=editions)
        context["form"] = form
        if form.is_valid():
            first, second = form.cleaned_data["first"], form.cleaned_data["second"]
            found = _contents([first, second])
            context |= {
                "first": first,
                "second": second,
                "comparison": compare(found[first.pk], found[second.pk]),
            }
    return render(request, "competencies/edition_compare.html", context)


def _suggested(editions: list[Edition]) -> dict[str, int]:
    """The newest one against the newest published before it, else against the one before."""
    newest, *others = editions
    published = [edition for edition in others if edition.status == "published"]
    return {"first": (published or others)[0].pk, "second": newest.pk}


def _contents(editions: list[Edition]) -> dict[int, Contents]:
    """Everything in these editions: seven queries."""
    tracks, categories = Track.objects.all(), Category.objects.select_related("track")
    figures, areas = Figure.objects.all(), Area.objects.select_related("domain")
    rows: dict[str, list[Any]] = {
        "tracks": list(tracks.filter(edition__in=editions)),
        "categories": list(categories.filter(edition__in=editions)),
        "addons": list(AddOn.objects.filter(edition__in=editions)),
        "figures": list(figures.filter(edition__in=editions)),
        "domains": list(Domain.objects.filter(edition__in=editions)),
        "areas": list(areas.filter(edition__in=editions)),
        "rating_items": list(RatingItem.objects.select_related("area").filter(edition__in=editions)),
    }
    return {
        edition.pk: Contents(
            edition,
            **{name: [row for row in found if row.edition_id == edition.pk] for name, found in rows.items()},
        )
        for edition in editions
    }
