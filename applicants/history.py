"""What happened to an application, in words, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from endorsement_portal.models import Event

if TYPE_CHECKING:
    from applicants.models import Application

# Every verb that is ever recorded about an application: those of its table, and those without a status to change.
SAID = {
    "open": gettext_lazy("Opened"),
    "sign": gettext_lazy("Signed the code and the agreement"),
    "submit": gettext_lazy("Submitted"),
    "return": gettext_lazy("Returned for changes"),
    "accept": gettext_lazy("Checked: everything is there"),
    "start_review": gettext_lazy("Review started"),
    "finish_review": gettext_lazy("All reviews are in"),
    "review_again": gettext_lazy("Another review asked for"),
    "endorse": gettext_lazy("Endorsed"),
    "approve_exam": gettext_lazy("Approved to sit the exam"),
    "defer": gettext_lazy("Deferred, with a plan"),
    "not_endorse": gettext_lazy("Not endorsed"),
    "reopen": gettext_lazy("Work continued after the decision to defer"),
    "hold": gettext_lazy("Put on hold"),
    "resume": gettext_lazy("Resumed"),
    "withdraw": gettext_lazy("Withdrawn"),
    "expire": gettext_lazy("Expired"),
    "promise_fee": gettext_lazy("Payment of the fee promised"),
    "settle_fee": gettext_lazy("Fee settled"),
    "reopen_fee": gettext_lazy("Fee opened again"),
}
GOOD = frozenset({"accept", "endorse", "approve_exam"})
ATTENTION = frozenset({"return", "defer", "hold", "reopen_fee"})


def timeline(application: Application) -> list[dict[str, Any]]:
    """The events of the application as the timeline component shows them, for staff: one query."""
    events = Event.objects.about(application).select_related("actor").order_by("-sequence")
    return [
        {
            "when": event.at,
            "title": SAID[event.verb],
            "by": event.actor.get_display_name() if event.actor else _("The portal"),
            "note": event.note,
            "tone": "good" if event.verb in GOOD else "attention" if event.verb in ATTENTION else "",
        }
        for event in events
    ]
