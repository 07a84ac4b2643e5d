"""What happened to an interest, a seat or a cohort, in words, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort, Interest, Seat
from endorsement_portal.lifecycle import LIFECYCLES
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from django.db.models import Model

SAID = {
    (Interest, "register"): gettext_lazy("Form received"),
    (Interest, "offer"): gettext_lazy("Seat offered"),
    (Interest, "pool"): gettext_lazy("Put in the pool"),
    (Interest, "ask"): gettext_lazy("Asked for more information"),
    (Interest, "answer"): gettext_lazy("Answer received"),
    (Interest, "waitlist"): gettext_lazy("Put on the waiting list"),
    (Interest, "not_ready"): gettext_lazy("Not ready yet, growth plan sent"),
    (Interest, "close"): gettext_lazy("Closed"),
    (Interest, "reopen"): gettext_lazy("Opened again"),
    (Interest, "place"): gettext_lazy("Placed in a cohort"),
    (Interest, "release"): gettext_lazy("Back in the pool"),
    (Interest, "leave"): gettext_lazy("Left"),
    (Seat, "accept"): gettext_lazy("Seat accepted"),
    (Seat, "decline"): gettext_lazy("Seat declined"),
    (Seat, "withdraw"): gettext_lazy("Offer withdrawn"),
    (Seat, "remind"): gettext_lazy("Reminder of the offer sent"),
    (Seat, "expire"): gettext_lazy("Offer ended without an answer"),
    (Seat, "free"): gettext_lazy("Application ended, seat given back"),
    (Seat, "drop"): gettext_lazy("Cohort cancelled, seat given up"),
    (Cohort, "create"): gettext_lazy("Cohort made"),
    (Cohort, "edit"): gettext_lazy("Cohort changed"),
    (Cohort, "recruit"): gettext_lazy("Taking people in"),
    (Cohort, "select"): gettext_lazy("Being put together"),
    (Cohort, "confirm"): gettext_lazy("Confirmed"),
    (Cohort, "start"): gettext_lazy("Started"),
    (Cohort, "close_submission"): gettext_lazy("Submission closed"),
    (Cohort, "complete"): gettext_lazy("Completed"),
    (Cohort, "archive"): gettext_lazy("Put in the archive"),
    (Cohort, "cancel"): gettext_lazy("Cancelled"),
}
GOOD = frozenset({"place", "accept", "confirm", "start", "complete"})
ATTENTION = frozenset({"ask", "expire", "withdraw", "drop", "cancel", "free"})
# An offer is an event of the interest and of the new seat; it is told once.
_UNSAID = {(Seat, "offer")}


def timeline(*subjects: Model) -> list[dict[str, Any]]:
    """The events of the subjects as the timeline component shows them: one query."""
    kinds = {subject._meta.label_lower: type(subject) for subject in subjects}
    about = Q()
    for subject in subjects:
        about |= Q(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    events = Event.objects.filter(about).select_related("actor").order_by("-at", "-pk") if subjects else []
    return [
        _line(kinds[event.subject_type], event)
        for event in events
        if (kinds[event.subject_type], event.verb) not in _UNSAID
    ]


def _line(model: type[Model], event: Event) -> dict[str, Any]:
    said = SAID.get((model, event.verb)) or LIFECYCLES[model].table[event.verb].label
    tone = "good" if event.verb in GOOD else "attention" if event.verb in ATTENTION else ""
    return {
        "when": event.at,
        "title": said,
        "by": event.actor.get_display_name() if event.actor else _("The portal"),
        "note": event.note,
        "tone": tone,
    }
