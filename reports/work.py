"""What waits for whom: the counts and lines of each role's home. Every count is a link to exactly those rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Application
from cohorts.models import Interest, Seat
from competencies.models import Edition
from credentials.models import Credential
from endorsement_portal.models import Message, Outbox
from payments.models import Invoice, Scholarship
from reviews.models import Review

if TYPE_CHECKING:
    from collections.abc import Iterable

    from endorsement_portal.models import User


@dataclass(frozen=True)
class Pile:
    """One kind of work: how much of it there is, and the page that lists it."""

    number: int
    label: str
    url: str
    hint: str = ""
    urgent: int = 0  # what to begin with: the highest goes first

    @property
    def tone(self) -> str:
        """Clay only where something really waits."""
        return "attention" if self.urgent and self.number else ""


def _list(name: str, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{reverse(name)}?{asked}" if asked else reverse(name)


def _counts(rows: Any, **conditions: Q) -> dict[str, int]:
    """Several counts of one table in one query."""
    found: dict[str, int] = rows.order_by().aggregate(**{name: Count("pk", filter=q) for name, q in conditions.items()})
    return found


def coordinator_piles(user: User) -> list[Pile]:
    """What a coordinator works through, in the order of the journey. Six queries."""
    today = timezone.localdate()
    interest = _counts(
        Interest.objects.visible_to(user), new=Q(status="new"), pool=Q(status__in=["pool", "waitlisted"])
    )
    states = _counts(
        Application.objects.visible_to(user),
        check=Q(status="submitted"),
        assign=Q(status="ready"),
        decide=Q(status="reviewed"),
    )
    overdue = _counts(Review.objects.visible_to(user).open(), overdue=Q(due_on__lt=today))["overdue"]
    offered = Seat.objects.visible_to(user).offered().count()
    trouble = (
        Message.objects.undelivered().count() + Outbox.objects.filter(parked_at__isnull=False, done_at=None).count()
    )
    applications = "applicants:application_list"
    return [
        Pile(interest["new"], _("New interest"), _list("cohorts:interest_list", status="new"), urgent=2),
        Pile(interest["pool"], _("Ready for a seat"), _list("cohorts:interest_list", status="pool")),
        Pile(offered, _("Seats waiting for an answer"), _list("cohorts:interest_list", status="offered")),
        Pile(states["check"], _("To check"), _list(applications, status="submitted"), urgent=4),
        Pile(states["assign"], _("To assign"), _list(applications, status="ready"), urgent=5),
        Pile(overdue, _("Reviews overdue"), _list(applications, status="in_review"), urgent=3),
        Pile(states["decide"], _("To decide"), _list(applications, status="reviewed"), urgent=6),
        Pile(trouble, _("Undelivered"), reverse("undelivered_list"), urgent=1),
    ]


def finance_piles(user: User) -> list[Pile]:
    """What the treasurer works through. Two queries."""
    invoices = _counts(
        Invoice.objects.visible_to(user),
        issued=Q(status="issued"),
        promised=Q(status="promised"),
        part=Q(status="part_paid"),
    )
    asked = Scholarship.objects.visible_to(user).waiting().count()
    return [
        Pile(invoices["issued"], _("To be paid"), _list("payments:invoice_list", status="issued")),
        Pile(invoices["promised"], _("Promised, not here yet"), _list("payments:invoice_list", status="promised")),
        Pile(invoices["part"], _("Partly paid"), _list("payments:invoice_list", status="part_paid"), urgent=1),
        Pile(asked, _("Scholarship requests"), _list("payments:scholarship_list", status="requested"), urgent=1),
    ]


def admin_piles(user: User) -> list[Pile]:
    """Where the program stands as a whole. Four queries."""
    states = _counts(
        Application.objects.visible_to(user), open=~Q(status__in=["withdrawn", "expired", "endorsed", "not_endorsed"])
    )
    active = Credential.objects.visible_to(user).filter(status="active").count()
    trouble = (
        Message.objects.undelivered().count() + Outbox.objects.filter(parked_at__isnull=False, done_at=None).count()
    )
    edition = Edition.objects.with_open_counts().order_by("-effective_from").first()
    unconfirmed = edition.figures_open if edition else 0
    return [
        Pile(states["open"], _("Applications under way"), reverse("applicants:application_list")),
        Pile(active, _("Active credentials"), reverse("credentials:credential_list")),
        Pile(unconfirmed, _("Figures to confirm"), reverse("competencies:edition_list"), urgent=1),
        Pile(trouble, _("Undelivered"), reverse("undelivered_list"), urgent=1),
    ]


def waiting_lines(user: User) -> list[dict[str, str]]:
    """Who everyone is waiting for, longest first: a few lines for the coordinator's home. Three queries."""
    lines: list[dict[str, str]] = []
    rows = (
        Application.objects.visible_to(user)
        .filter(status__in=["submitted", "ready", "reviewed"])
        .exclude(person=user)
        .select_related("person", "category")
        .order_by("submitted_at")[:4]
    )
    words = {
        "submitted": _("%(name)s waits for the completeness check"),
        "ready": _("%(name)s waits for a reviewer"),
        "reviewed": _("%(name)s waits for the decision"),
    }
    for row in rows:
        name = row.person.get_display_name()
        lines.append({"who": _("You:"), "what": words[row.status] % {"name": name}, "since": _since(row.submitted_at)})
    overdue = Review.objects.visible_to(user).open().with_names().filter(due_on__lt=timezone.localdate())
    for review in overdue.order_by("due_on")[:3]:
        what = _("has a review past its day (%(code)s)") % {"code": review.application.code}
        lines.append({"who": review.reviewer.get_display_name(), "what": what, "since": ""})
    seats = Seat.objects.visible_to(user).offered().with_names().order_by("accept_by")[:3]
    for seat in seats:
        what = _("has a seat to accept in %(cohort)s") % {"cohort": seat.cohort.name}
        lines.append({"who": str(seat.interest), "what": what, "since": ""})
    return lines


def _since(when: Any) -> str:
    days = (timezone.now() - when).days if when else 0
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days} if days else ""


def first_of(piles: Iterable[Pile]) -> Pile | None:
    """The most urgent pile that is not empty: the next step. What is nearest to its end goes first."""
    waiting = [pile for pile in piles if pile.urgent and pile.number]
    return max(waiting, key=lambda pile: pile.urgent, default=None)
