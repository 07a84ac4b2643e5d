"""What happened to an application, in words, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants.models import Qualification
from applicants.sections import said
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from applicants.models import Application, Provider, Reference, ReflectiveSupervision

# Every verb that is ever recorded about an application: those of its table, and those without a status to change.
SAID = {
    "open": gettext_lazy("Opened"),
    "share": gettext_lazy("Shared with somebody"),
    "unshare": gettext_lazy("No longer shared with somebody"),
    "advise": gettext_lazy("An advisor said yes"),
    "decline_advice": gettext_lazy("Somebody who was asked to advise said no"),
    "sign": gettext_lazy("Signed the code and the agreement"),
    "submit": gettext_lazy("Submitted"),
    "return": gettext_lazy("Returned for changes"),
    "open_more": gettext_lazy("More parts opened"),
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
            "note": "\n".join(filter(None, [_opened(event), event.note])),
            "tone": "good" if event.verb in GOOD else "attention" if event.verb in ATTENTION else "",
        }
        for event in events
    ]


# --- References ----------------------------------------------------------------------------------------------------

PATH = {
    "send": gettext_lazy("Request sent"),
    "resend": gettext_lazy("Sent again with a new link"),
    "correct": gettext_lazy("Corrected, and sent with a new link"),
    "show_link": gettext_lazy("Link shown, to pass it on"),
    "give_code": gettext_lazy("Code made, to read out by phone"),
    "mail_code": gettext_lazy("Code mailed to the rater"),
    "use_code": gettext_lazy("Opened with a code"),
    "open": gettext_lazy("Opened"),
    "save": gettext_lazy("Saved for later"),
    "complete": gettext_lazy("Sent by the rater"),
    "void": gettext_lazy("Sent by the rater; can’t be counted"),
    "decline": gettext_lazy("Declined"),
    "key_in": gettext_lazy("Keyed in from paper"),
    "key_in_void": gettext_lazy("Keyed in from paper; can’t be counted"),
    "remind": gettext_lazy("Reminder sent"),
    "expire": gettext_lazy("The link ended without an answer"),
    "vet": gettext_lazy("Vetted by phone"),
    "replace": gettext_lazy("Replaced"),
}


def path_of(reference: Reference) -> list[dict[str, Any]]:
    """What happened to a reference, newest first, for staff: one query. Whoever acted without an account is not named."""
    events = Event.objects.about(reference).select_related("actor").order_by("-sequence")
    return [
        {
            "when": event.at,
            "title": PATH[event.verb],
            "by": event.actor.get_display_name() if event.actor else "",
            "note": event.note,
            "tone": {"complete": "good", "key_in": "good", "decline": "attention"}.get(event.verb, ""),
        }
        for event in events
    ]


def _opened(event: Event) -> str:
    """Which parts a return opened; nothing of any other act."""
    if event.verb not in {"return", "open_more"}:
        return ""
    return _("Open: %(parts)s") % {"parts": said((event.details.get("sections") or "").split())}


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
