"""What waits for whom: the counts and lines of each role's home. Every count is a link to exactly those rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Application, ReflectiveSupervision
from cohorts.models import Interest, Seat
from competencies.models import CatalogItem, Edition
from credentials.models import Credential
from endorsement_portal.models import Message
from endorsement_portal.outbox import parked
from payments.models import Invoice, Scholarship
from reviews.models import Review

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from endorsement_portal.models import User


# Where an application waits for us, and since which of its moments.
BEGAN = {"submitted": "submitted_at", "ready": "checked_at", "reviewed": "reviewed_at"}


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
    """What a coordinator works through, in the order of the journey. Seven queries."""
    interest = _counts(
        Interest.objects.visible_to(user),
        new=Q(status="new"),
        ready=Q(status__in=["pool", "waitlisted"]),
        offered=Q(status="offered"),
    )
    states = _counts(
        Application.objects.visible_to(user),
        check=Q(status="submitted"),
        # Nobody chooses the reviewers of their own application, nor decides on it.
        assign=Q(status="ready") & ~Q(person=user),
        decide=Q(status="reviewed") & ~Q(person=user),
    )
    overdue = Review.objects.visible_to(user).overdue().count()
    hours = ReflectiveSupervision.objects.visible_to(user).present().exclude(person=user).to_judge().count()
    proposed = CatalogItem.objects.to_look_at().count()
    interests, assignments = "cohorts:interest_list", "reviews:assignment_list"
    return [
        Pile(interest["new"], _("New interest"), _list(interests, status="new"), urgent=2),
        Pile(interest["ready"], _("Ready for a seat"), _list(interests, status="ready")),
        Pile(interest["offered"], _("Seats waiting for an answer"), _list(interests, status="offered")),
        Pile(hours, _("Supervision to settle"), reverse("applicants:supervision_list"), urgent=1),
        Pile(proposed, _("Proposed trainings"), _list("competencies:catalog_list", status="proposed")),
        Pile(states["check"], _("To check"), _list("applicants:application_list", status="submitted"), urgent=4),
        Pile(states["assign"], _("To assign"), _list(assignments, status="ready"), urgent=5),
        Pile(overdue, _("Reviews overdue"), reverse("reviews:overdue_list"), urgent=3),
        Pile(states["decide"], _("To decide"), _list(assignments, status="reviewed"), urgent=6),
        _undelivered(),
    ]


def _undelivered() -> Pile:
    """Mail that was refused and promises that gave up. Two queries."""
    number = Message.objects.undelivered().count() + parked().count()
    return Pile(number, _("Undelivered"), reverse("undelivered_list"), urgent=1)


def finance_piles(user: User) -> list[Pile]:
    """What the treasurer works through. Two queries."""
    invoices = _counts(
        Invoice.objects.visible_to(user),
        issued=Q(status="issued"),
        promised=Q(status="promised"),
        part=Q(status="part_paid"),
        back=Q(pk__in=Invoice.objects.to_refund().values("pk")),
    )
    asked = Scholarship.objects.visible_to(user).waiting().count()
    return [
        Pile(invoices["issued"], _("To be paid"), _list("payments:invoice_list", status="issued")),
        Pile(invoices["promised"], _("Promised, not here yet"), _list("payments:invoice_list", status="promised")),
        Pile(invoices["part"], _("Partly paid"), _list("payments:invoice_list", status="part_paid"), urgent=1),
        Pile(invoices["back"], _("To give back"), _list("payments:invoice_list", status="to_refund"), urgent=3),
        Pile(asked, _("Scholarship requests"), _list("payments:scholarship_list", status="requested"), urgent=2),
    ]


def admin_piles(user: User) -> list[Pile]:
    """Where the program stands as a whole. Five queries."""
    under_way = Application.objects.visible_to(user).open().count()
    active = Credential.objects.visible_to(user).in_state("active").count()
    edition = Edition.objects.with_open_counts().order_by("-effective_from").first()
    if edition:
        unconfirmed = f"{reverse('competencies:edition_detail', args=[edition.pk])}?show=open"
    else:
        unconfirmed = reverse("competencies:edition_list")
    return [
        Pile(under_way, _("Applications under way"), _list("applicants:application_list", status="open")),
        Pile(active, _("Active credentials"), _list("credentials:credential_list", status="active")),
        Pile(edition.figures_open if edition else 0, _("Figures to confirm"), unconfirmed, urgent=1),
        _undelivered(),
    ]


def waiting_lines(user: User) -> list[dict[str, str]]:
    """Who everyone is waiting for, longest first: a few lines for the coordinator's home. Three queries."""
    lines: list[dict[str, str]] = []
    began = Case(*(When(status=status, then=F(stamp)) for status, stamp in BEGAN.items()))
    rows = (
        Application.objects.visible_to(user)
        .filter(status__in=BEGAN)
        .exclude(person=user)
        .select_related("person")
        .annotate(began=Coalesce(began, "submitted_at"))
        .order_by("began", "pk")[:4]
    )
    words = {
        "submitted": _("%(name)s waits for the completeness check"),
        "ready": _("%(name)s waits for a reviewer"),
        "reviewed": _("%(name)s waits for the decision"),
    }
    for row in rows:
        name = row.person.get_display_name()
        lines.append({"who": _("You:"), "what": words[row.status] % {"name": name}, "since": _since(row.began)})
    overdue = Review.objects.visible_to(user).overdue().with_names()
    for review in overdue.order_by("due_on", "pk")[:3]:
        what = _("has a review past its day (%(code)s)") % {"code": review.application.code}
        lines.append({"who": review.reviewer.get_display_name(), "what": what, "since": ""})
    seats = Seat.objects.visible_to(user).offered().with_names().order_by("accept_by")[:3]
    for seat in seats:
        what = _("has a seat to accept in %(cohort)s") % {"cohort": seat.cohort.name}
        lines.append({"who": str(seat.interest), "what": what, "since": ""})
    return lines


def _since(when: datetime) -> str:
    days = (timezone.now() - when).days
    return ngettext("for %(days)s day", "for %(days)s days", days) % {"days": days} if days else ""


def first_of(piles: Iterable[Pile]) -> Pile | None:
    """The most urgent pile that is not empty: the next step. What is nearest to its end goes first."""
    waiting = [pile for pile in piles if pile.urgent and pile.number]
    return max(waiting, key=lambda pile: pile.urgent, default=None)
