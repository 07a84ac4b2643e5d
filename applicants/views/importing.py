"""Trainings from a spreadsheet: choose a file, see what would happen with each row, confirm once.

What was read stays on the server between the two pages, one upload a person, for two hours; nothing that comes back
from the browser is believed but which doubles to take. The rows are read anew when they are confirmed.
"""

from __future__ import annotations

import csv
import io
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from applicants.forms.library import ImportForm
from applicants.importing import COLUMNS, MOST_BYTES, Sheet, bring_in, preview, worth_a_look
from applicants.models import Training
from endorsement_portal.gates import signed_in
from endorsement_portal.oversize import read_away, sent_bytes

if TYPE_CHECKING:
    from django.http import HttpRequest

    from applicants.importing import Preview
    from endorsement_portal.models import User

KEPT_SECONDS = 2 * 60 * 60
# The form around the file is small.
MOST_SENT = MOST_BYTES + 64 * 1024
SHOWN_GOOD = 50
SHOWN_DOUBLES = 200
SHOWN_REFUSED = 500
# What a spreadsheet would take for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@csrf_exempt  # the check reads the form with its file, so it comes after the size: see _upload
@login_required
def evidence_import(request: HttpRequest) -> HttpResponse:
    """Choose a spreadsheet. One that is far too large is refused before it is read."""
    if request.method == "POST" and sent_bytes(request) > MOST_SENT:
        read_away(request)
        form = ImportForm({}, MultiValueDict())
        form.errors["file"] = form.error_class(
            [_("This file is larger than 2 MB. Please divide it, or save it as CSV.")]
        )
        return render(request, "applicants/evidence_import.html", {"form": form}, status=413)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        upload = keep_upload(signed_in(request), form.cleaned_data["file"])
        return redirect("applicants:import_confirm", upload=upload)
    return render(request, "applicants/evidence_import.html", {"form": form})


def keep_upload(user: User, sheet: Sheet) -> uuid.UUID:
    """Keep what was read until it is confirmed; the number of the upload. The one before it is gone."""
    upload = uuid.uuid4()
    # Plain values: what one release keeps, the next can read.
    kept = {"upload": upload, "sheet": (sheet.rows, sheet.since_1904, sheet.unused), "done": None}
    cache.set(_key(user), kept, KEPT_SECONDS)
    return upload


@login_required
def import_confirm(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """What would happen with each row; confirmed, the good ones become trainings, all or none."""
    user = signed_in(request)
    kept = _kept(user, upload)
    if kept is None:
        messages.info(request, _("This upload is no longer here. Please choose your file again."))
        return redirect("applicants:evidence_import")
    sheet = Sheet(*kept["sheet"])
    if request.method == "POST":
        if kept["done"] is None:
            today = timezone.localdate()
            made, before = bring_in(sheet, person=user, upload=upload, also=_ticked(request), today=today)
            kept["done"] = made + before
            cache.set(_key(user), kept, KEPT_SECONDS)
        messages.success(request, _told(kept["done"]))
        return redirect("applicants:evidence_list")
    if kept["done"] is not None:
        messages.info(request, _told(kept["done"]))
        return redirect("applicants:evidence_list")
    return render(request, "applicants/import_confirm.html", _page(sheet, _preview(sheet, user), upload))


@require_safe
@login_required
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty table with the names of the columns."""
    return _csv("trainings.csv", [[str(title) for title, _words in COLUMNS.values()]])


@require_safe
@login_required
def import_refused(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """The rows that can't be taken, each with its reason, to be mended and uploaded again."""
    user = signed_in(request)
    kept = _kept(user, upload)
    if kept is None:
        messages.info(request, _("This upload is no longer here. Please choose your file again."))
        return redirect("applicants:evidence_import")
    heading = [str(title) for title, _words in COLUMNS.values()]
    rows = [[*heading, _("Row"), _("Why it was not taken")]]
    rows += [
        [*(row.said.get(name, "") for name in COLUMNS), str(row.number), " ".join(row.problems)]
        for row in _preview(Sheet(*kept["sheet"]), user).refused
    ]
    return _csv("rows-to-mend.csv", rows)


def _page(sheet: Sheet, found: Preview, upload: uuid.UUID) -> dict[str, Any]:
    shown = found.refused[:SHOWN_REFUSED]
    return {
        "upload": upload,
        "found": found,
        "good": found.good[:SHOWN_GOOD],
        "more_good": len(found.good) - SHOWN_GOOD,
        "doubles": found.doubles[:SHOWN_DOUBLES],
        "more_doubles": len(found.doubles) - SHOWN_DOUBLES,
        "refused": shown,
        # Beyond so many, rows of one reason stand together: each row is still named.
        "more_refused": _by_reason(found.refused[SHOWN_REFUSED:]),
        "unused": sheet.unused,
        "look": worth_a_look(sorted([*found.good, *found.doubles], key=lambda row: row.number)),
    }


def _by_reason(rows: list[Any]) -> list[tuple[str, str]]:
    """Reasons, and the numbers of the rows of each as spans: "7–9, 12"."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(" ".join(row.problems), []).append(row.number)
    return [(reason, _spans(found)) for reason, found in numbers.items()]


def _spans(numbers: list[int]) -> str:
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


def _preview(sheet: Sheet, user: User) -> Preview:
    have = Training.objects.own(user).values_list("title", "start_date")
    return preview(sheet, have, today=timezone.localdate())


def _ticked(request: HttpRequest) -> set[int] | None:
    """Which doubles to take all the same; None for all of them."""
    if "all_doubles" in request.POST:
        return None
    return {int(text) for text in request.POST.getlist("double") if text.isascii() and text.isdigit() and len(text) < 9}


def _told(count: int) -> str:
    if not count:
        return _("There was nothing to bring in.")
    said = ngettext("%(count)s training is in your evidence.", "%(count)s trainings are in your evidence.", count)
    return said % {"count": count} + " " + _("Tick them to add their areas, several at once.")


def _key(user: User) -> str:
    return f"import:{user.pk}"


def _kept(user: User, upload: uuid.UUID) -> dict[str, Any] | None:
    kept: dict[str, Any] | None = cache.get(_key(user))
    return kept if kept and kept["upload"] == upload else None


def _csv(name: str, rows: list[list[str]]) -> HttpResponse:
    """A CSV file that every spreadsheet opens, and in which nothing runs."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerows([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row] for row in rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
