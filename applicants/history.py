"""What happened to an application, in words, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.models import Qualification
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from applicants.models import Application, Provider, ReflectiveSupervision

# Every verb that is ever recorded about an application: those of its table, and those without a status to change.
SAID = {
    "open": gettext_lazy("Opened"),
    "share": gettext_lazy("Shared with an advisor"),
    "unshare": gettext_lazy("No longer shared with an advisor"),
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
    "change_edition": gettext_lazy("Moved to a newer edition"),
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


# --- Hours of reflective supervision, and who gives it ---------------------------------------------------------------

RECORDED = {
    "ask": gettext_lazy("The provider was asked"),
    "confirm": gettext_lazy("Confirmed by the provider"),
    "dispute": gettext_lazy("Disputed by the provider"),
    "remind": gettext_lazy("The provider was reminded"),
    "expire": gettext_lazy("The link ended without an answer"),
    "override": gettext_lazy("Accepted by a coordinator"),
    "match": gettext_lazy("Provider named from the directory"),
    "reset": gettext_lazy("Back to “not confirmed”"),
    "create": gettext_lazy("Put into the record"),
    "edit": gettext_lazy("Entry changed"),
    "add_standing": gettext_lazy("Qualification recorded"),
    "change_standing": gettext_lazy("Qualification corrected"),
    "remove_standing": gettext_lazy("Qualification taken out"),
}


def record_of(subject: Provider | ReflectiveSupervision) -> list[dict[str, Any]]:
    """What happened to a provider's record or to somebody's hours, newest first, for staff: one query."""
    events = Event.objects.about(subject).select_related("actor").order_by("-sequence")
    return [
        {
            "when": event.at,
            "title": RECORDED[event.verb],
            "by": event.actor.get_display_name() if event.actor else _("The portal"),
            "note": "\n".join(filter(None, [_standings_in(event.details), event.note])),
            "tone": {"confirm": "good", "override": "good", "dispute": "attention"}.get(event.verb, ""),
        }
        for event in events
    ]


def _standings_in(details: dict[str, Any]) -> str:
    """What the record said before a correction and what it says now."""
    said = [
        (words, details[name]) for name, words in (("before", _("Before:")), ("now", _("Now:"))) if details.get(name)
    ]
    if len(said) == 1 and "now" in details:
        said = [("", details["now"])]
    return "\n".join(
        f"{words} {Qualification(one['qualification']).label}, {one['from']} – {one['until'] or '…'} ({one['source']})".strip()
        for words, one in said
    )
