"""Reports: what there is to take away, what each column means, who took it last, and the files themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from endorsement_portal.gates import requires_role
from endorsement_portal.models import Role, User
from reports.definitions import DEFINITIONS
from reports.exports import export, last_downloads

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires_role(Role.ADMIN)
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report: the question it answers, a button, the latest downloads, and the meaning of each column."""
    downloads = last_downloads(DEFINITIONS.keys())
    reports = [
        {
            "definition": definition,
            "downloads": [
                {
                    "who": event.actor.get_display_name() if event.actor else _("Somebody who has left"),
                    "when": event.at,
                    "rows": event.details["rows"],
                }
                for event in downloads[code]
            ],
        }
        for code, definition in DEFINITIONS.items()
    ]
    return render(request, "reports/report_list.html", {"reports": reports})


# GET alone: a HEAD would make the whole file and note a download that nobody had.
@require_GET
@requires_role(Role.ADMIN)
def report_download(request: HttpRequest, code: str) -> FileResponse:
    """One report as a CSV file. The log keeps who took it, and how many rows."""
    definition = DEFINITIONS.get(code)
    if definition is None:
        raise Http404
    file, _rows = export(definition, by=cast("User", request.user))
    name = f"{code}-{timezone.now().astimezone(timezone.get_default_timezone()):%Y-%m-%d}.csv"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response
