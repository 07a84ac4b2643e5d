"""Submissions as they were frozen: to read, to compare with the one before, to keep on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applicants.changes import changes, counted
from applicants.models import Snapshot
from applicants.snapshots import read
from endorsement_portal.gates import signed_in
from endorsement_portal.uploads import serve

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from endorsement_portal.models import User


@require_safe
@login_required
def snapshot_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was submitted, as it was frozen."""
    snapshot = _visible(signed_in(request), pk, number)
    context = {"snapshot": snapshot, "submission": read(snapshot.data), "application": snapshot.application}
    return render(request, "applicants/snapshot_detail.html", context)


@require_safe
@login_required
def snapshot_changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What is otherwise than in the submission before."""
    user = signed_in(request)
    snapshot = _visible(user, pk, number)
    if number < 2:
        raise Http404
    before = _visible(user, pk, number - 1)
    own = snapshot.application.belongs_to(user)
    found = changes(before.data, snapshot.data, whole=own)
    context = {
        "snapshot": snapshot,
        "before": before,
        "application": snapshot.application,
        "sections": found,
        "counts": counted(found),
    }
    return render(request, "applicants/snapshot_changes.html", context)


@require_safe
@login_required
def snapshot_download(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The paper of a submission; it is made within moments of submitting."""
    snapshot = _visible(signed_in(request), pk, number)
    if snapshot.document is None:
        messages.info(request, _("The PDF is being made just now. Please try again in a minute."))
        return redirect("applicants:snapshot_detail", pk=pk, number=number)
    return serve(snapshot.document)


def _visible(user: User, pk: int, number: int) -> Snapshot:
    rows = Snapshot.objects.visible_to(user).select_related("application__category", "application__person", "document")
    return get_object_or_404(rows, application=pk, number=number)
