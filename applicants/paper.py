"""The paper of a submission: what was frozen, as a PDF to keep and to print. From the snapshot alone.

Nothing is in it that not all of its readers may read: of references only who was asked in which part and how far it
is, nothing about money, no telephone numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from applicants.models import Snapshot
from applicants.snapshots import read
from endorsement_portal.typeset import plain_text, typeset
from endorsement_portal.uploads import Checked, keep

if TYPE_CHECKING:
    from endorsement_portal.models import Upload

PAPER_PURPOSE = "submission"
STYLE = Path(__file__).resolve().parent.parent / "static" / "paper" / "submission.css"


def make_paper(snapshot_id: int) -> Upload:
    """Render and store the PDF of a snapshot, once: it is found again whoever asks, and however often."""
    with transaction.atomic():
        # The document is asked for under the lock: joined to it, it would be the one from before we waited.
        rows = Snapshot.objects.select_for_update(of=("self",)).select_related("application__person")
        snapshot = rows.get(pk=snapshot_id)
        made = snapshot.document
        if made is None:
            # Nobody's upload: it takes no room of what the person may keep here.
            checked = Checked(render(snapshot), "application/pdf", name_of(snapshot))
            made = snapshot.document = keep(checked, owner=None, purpose=PAPER_PURPOSE)
            snapshot.save(update_fields=["document"])
    return made


def name_of(snapshot: Snapshot) -> str:
    """What the file is called when it is saved."""
    return f"{snapshot.application.code}-submission-{snapshot.number}.pdf"


def render(snapshot: Snapshot) -> bytes:
    """The PDF: US letter, tagged and archival. The same snapshot makes the same bytes on the same machine."""
    data = _printable(snapshot.data)
    about = data.get("application", {})
    with translation.override("en"):
        html = render_to_string(
            "applicants/submission_paper.html",
            {
                "association": settings.ASSOCIATION_NAME,
                "code": snapshot.application.code,
                "number": snapshot.number,
                "frozen_at": localtime(snapshot.frozen_at),
                "fingerprint": snapshot.sha256,
                "about": about,
                "category": about.get("category_title") or about.get("category", ""),
                "checks": data.get("checks", []),
                "references": data.get("references", []),
                "signatures": data.get("signatures", []),
                "submission": read(data),
                "demonstration": snapshot.application.person.is_demo,
            },
        )
        foot = _("%(code)s · submission %(number)s") % {"code": snapshot.application.code, "number": snapshot.number}
    return typeset(
        html,
        style=STYLE,
        identifier=f"{snapshot.application.code}/{snapshot.number}/{snapshot.sha256}",
        sizes=f'@page {{ @bottom-left {{ content: "{foot}" }} }}',
    )


def _printable(value: Any) -> Any:
    """The same data with every text as it can stand on paper."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value
