"""How interest, cohorts and seats change: the tables of verbs. `advance()` is the only writer of a status.

Locks are always taken in this order, so that no two people wait for each other: an offer locks the interest, then the
cohort; an answer locks the seat, then the interest; a cancelled cohort locks itself, its seats, their interests. An
interest that can be offered a seat has no live seat, so the first and the last never meet.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from applicants.models import Application
from applicants.transitions import open_application
from cohorts import emails
from cohorts.deadlines import GRACE, reminders_due, today, usual_accept_by
from cohorts.models import OFFERING, Cohort, CohortKind, CohortStatus, Interest, InterestStatus, Seat, SeatStatus
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.utils.functional import _StrPromise as StrPromise

    from competencies.models import Category
    from endorsement_portal.models import County, User

I, C, S = InterestStatus, CohortStatus, SeatStatus  # noqa: E741 - read as in a table
UNSUBMITTED = ("draft", "on_hold", "returned")

__all__ = ["advance", "register_interest"]


def register_interest(
    interest: Interest, *, other_work_counties: Iterable[County] = (), by: User | None = None
) -> Interest:
    """Keep a form of interest and say thank you; a form sent twice (the same token) is kept once."""
    try:
        with transaction.atomic():
            interest.save(force_insert=True)
            interest.other_work_counties.set(other_work_counties)
            Event.objects.record(interest, "register", by=by, after=interest.status)
            emails.interest_received(interest)
    except IntegrityError:
        first = Interest.objects.filter(token=interest.token).first()
        if first is None:
            raise
        return first
    return interest


# --- Interest ----------------------------------------------------------------------------------------------------


def _hold_cohort(cohort: Cohort) -> Cohort:
    """The cohort's row, locked: whoever counts its seats and takes one does so alone."""
    return Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)


def _offer(
    interest: Interest,
    *,
    by: User | None,
    cohort: Cohort,
    category: Category,
    accept_by: date | None = None,
    **_details: Any,
) -> None:
    """Hold a seat for the person, or refuse: the cohort takes nobody in, or is full."""
    held = _hold_cohort(cohort)
    if not held.takes_people:
        raise Refused(_("%(cohort)s isn’t taking anybody in now.") % {"cohort": held.name})
    if held.seats.live().count() >= held.capacity:
        raise Refused(_("%(cohort)s has no seat left.") % {"cohort": held.name})
    seat = Seat.objects.create(
        cohort=held, interest=interest, category=category, accept_by=accept_by or usual_accept_by()
    )
    Event.objects.record(seat, "offer", by=by, after=seat.status)
    emails.seat_offered(seat)


def _ask(interest: Interest, *, note: str, **_details: Any) -> None:
    emails.question_asked(interest, note)


def _pool(interest: Interest, **_details: Any) -> None:
    emails.pooled(interest)


def _waitlist(interest: Interest, **_details: Any) -> None:
    emails.waitlisted(interest)


def _not_ready(interest: Interest, *, note: str, **_details: Any) -> None:
    emails.growth_plan(interest, note)


def _close(interest: Interest, *, note: str, **_details: Any) -> None:
    emails.closed(interest, note)


def _place(interest: Interest, *, person: User, **_details: Any) -> tuple[str, ...]:
    interest.person = person
    return ("person",)


def _triage(sources: tuple[str, ...], target: str, label: StrPromise, **rest: Any) -> Transition:
    return Transition(sources=sources, target=target, label=label, permission="cohorts.triage_interest", **rest)


INTEREST = Lifecycle(
    model=Interest,
    initial=I.NEW,
    table={
        "offer": _triage(
            (I.NEW, I.POOL, I.WAITLISTED),
            I.OFFERED,
            _("Offer a seat"),
            apply=_offer,
            logged=("cohort", "category", "accept_by"),
        ),
        "pool": _triage(
            (I.NEW, I.NEEDS_INFO, I.WAITLISTED, I.NOT_READY),
            I.POOL,
            _("Put in the pool"),
            apply=_pool,
            tone="secondary",
        ),
        "ask": _triage(
            (I.NEW, I.POOL, I.WAITLISTED),
            I.NEEDS_INFO,
            _("Ask for more information"),
            apply=_ask,
            needs_note=True,
            tone="secondary",
        ),
        "answer": _triage((I.NEEDS_INFO,), I.NEW, _("The answer is in"), needs_note=True),
        "waitlist": _triage(
            (I.NEW, I.POOL), I.WAITLISTED, _("Put on the waiting list"), apply=_waitlist, tone="secondary"
        ),
        "not_ready": _triage(
            (I.NEW, I.NEEDS_INFO, I.POOL, I.WAITLISTED),
            I.NOT_READY,
            _("Not ready yet, with a plan"),
            apply=_not_ready,
            needs_note=True,
            tone="secondary",
        ),
        "close": _triage(
            (I.NEW, I.NEEDS_INFO, I.POOL, I.WAITLISTED, I.NOT_READY),
            I.CLOSED,
            _("Close"),
            apply=_close,
            tone="danger",
        ),
        "reopen": _triage((I.CLOSED,), I.NEW, _("Open again"), tone="secondary"),
        # What follows from a seat; the system alone does these.
        "place": Transition((I.OFFERED,), I.PLACED, _("Place"), apply=_place),
        "release": Transition((I.OFFERED, I.PLACED), I.POOL, _("Return to the pool")),
        "leave": Transition((I.OFFERED, I.PLACED), I.CLOSED, _("Leave")),
    },
)


# --- Seats -------------------------------------------------------------------------------------------------------


def _still_held(seat: Seat, by: User | None) -> str | StrPromise | None:
    if by is None:
        return _("Only the person the seat is for can accept it.")
    if seat.cohort.status not in (*OFFERING, C.ACTIVE):
        return _("This cohort isn’t taking anybody in any more. Please write to us, and we will find another seat.")
    return None


def _accept(seat: Seat, *, by: User, **_details: Any) -> tuple[str, ...]:
    """Link the person, open their application (or take the one that is open), and place them."""
    open_one = Application.objects.own(by).open().filter(category=seat.category, seat__isnull=True).first()
    seat.application = open_one or open_application(
        by, category=seat.category, edition=seat.category.edition, by=by, county_id=seat.interest.work_county_id
    )
    advance(seat.interest, "place", person=by)
    emails.seat_confirmed(seat)
    return ("application",)


def _decline(seat: Seat, *, stay: bool = True, **_details: Any) -> None:
    """The person says no: back into the pool if they would like a later cohort, else closed."""
    advance(seat.interest, "release" if stay else "leave")
    emails.seat_is_free(seat, str(_("said no thank you.")))


def _reminder_due(seat: Seat, by: User | None) -> str | StrPromise | None:
    return None if Seat.objects.to_remind(today()).filter(pk=seat.pk).exists() else _("No reminder is due.")


def _remind(seat: Seat, **_details: Any) -> tuple[str, ...]:
    """Write once for all reminders missed while the timer stood still; a day that passed unreminded moves on."""
    day = today()
    if seat.accept_by < day:
        seat.accept_by = day + GRACE
    seat.reminders = max(reminders_due(seat.accept_by, day), seat.reminders + 1)
    seat.reminded_on = day
    emails.seat_reminder(seat)
    return ("accept_by", "reminders", "reminded_on")


def _over(seat: Seat, by: User | None) -> str | StrPromise | None:
    return None if Seat.objects.to_expire(today()).filter(pk=seat.pk).exists() else _("The offer isn’t over yet.")


def _expire(seat: Seat, **_details: Any) -> None:
    advance(seat.interest, "release")
    emails.seat_expired(seat)
    emails.seat_is_free(seat, str(_("did not answer in time.")))


def _withdraw(seat: Seat, *, note: str, **_details: Any) -> None:
    advance(seat.interest, "release")
    emails.seat_withdrawn(seat, note)


def _free(seat: Seat, **_details: Any) -> None:
    advance(seat.interest, "leave")
    emails.seat_is_free(seat, str(_("has withdrawn the application.")))


def _cohort_gone(seat: Seat, *, note: str, **_details: Any) -> tuple[str, ...]:
    """The application stays open and waits, unattached, for the seat in another cohort."""
    seat.application = None
    advance(seat.interest, "release")
    emails.seat_withdrawn(seat, note)
    return ("application",)


SEAT = Lifecycle(
    model=Seat,
    initial=S.OFFERED,
    table={
        "accept": Transition(
            (S.OFFERED,),
            S.ACCEPTED,
            _("Accept the seat"),
            "cohorts.answer_seat",
            guard=_still_held,
            apply=_accept,
            stamp="answered_at",
        ),
        "decline": Transition(
            (S.OFFERED,),
            S.DECLINED,
            _("No, thank you"),
            "cohorts.answer_seat",
            apply=_decline,
            stamp="answered_at",
            tone="secondary",
            logged=("stay",),
        ),
        "withdraw": Transition(
            (S.OFFERED,),
            S.WITHDRAWN,
            _("Withdraw the offer"),
            "cohorts.withdraw_seat",
            apply=_withdraw,
            needs_note=True,
            tone="danger",
        ),
        "remind": Transition((S.OFFERED,), None, _("Remind"), guard=_reminder_due, apply=_remind),
        "expire": Transition((S.OFFERED,), S.EXPIRED, _("Expire"), guard=_over, apply=_expire),
        "free": Transition((S.ACCEPTED,), S.WITHDRAWN, _("Free the seat"), apply=_free),
        "drop": Transition((S.OFFERED, S.ACCEPTED), S.WITHDRAWN, _("Give up the seat"), apply=_cohort_gone),
    },
)


# --- Cohorts -----------------------------------------------------------------------------------------------------


def _enough_people(cohort: Cohort, by: User | None) -> str | StrPromise | None:
    taken = cohort.seats.accepted().count()
    if cohort.kind == CohortKind.AGENCY and taken < cohort.min_group:
        return _("A cohort for one agency needs %(least)s people who have accepted; there are %(taken)s.") % {
            "least": cohort.min_group,
            "taken": taken,
        }
    return None if taken else _("Nobody has accepted a seat yet.")


def _first_day_has_come(cohort: Cohort, by: User | None) -> str | StrPromise | None:
    return (
        None if cohort.starts_on <= today() else _("The first day hasn’t come yet. Change the first day to start now.")
    )


def _start(cohort: Cohort, **_details: Any) -> None:
    for seat in cohort.seats.accepted().select_related("interest__person"):
        emails.cohort_welcome(cohort, seat)


def _close_submission(cohort: Cohort, **_details: Any) -> None:
    waiting = cohort.seats.accepted().filter(application__status__in=UNSUBMITTED)
    for seat in waiting.select_related("interest__person"):
        emails.deadline_passed(cohort, seat)


def _cancel(cohort: Cohort, *, note: str, **_details: Any) -> None:
    for seat in cohort.seats.live().order_by("pk"):
        # Somebody may have answered a moment ago; what is no longer live needs nothing.
        with suppress(Refused):
            advance(seat, "drop", note=note)


def _manage(sources: tuple[str, ...], target: str, label: StrPromise, **rest: Any) -> Transition:
    return Transition(sources=sources, target=target, label=label, permission="cohorts.manage_cohort", **rest)


COHORT = Lifecycle(
    model=Cohort,
    initial=C.PLANNING,
    table={
        "recruit": _manage((C.PLANNING,), C.RECRUITING, _("Start taking people in")),
        "confirm": _manage((C.RECRUITING, C.SELECTING), C.CONFIRMED, _("Confirm the cohort"), guard=_enough_people),
        "select": _manage((C.RECRUITING,), C.SELECTING, _("Start putting it together"), tone="secondary"),
        "start": _manage((C.CONFIRMED,), C.ACTIVE, _("Start the cohort"), guard=_first_day_has_come, apply=_start),
        "close_submission": _manage(
            (C.ACTIVE,), C.SUBMISSION_CLOSED, _("Close submission"), apply=_close_submission, tone="secondary"
        ),
        "complete": _manage((C.SUBMISSION_CLOSED,), C.COMPLETED, _("Complete the cohort")),
        "archive": _manage((C.COMPLETED, C.CANCELLED), C.ARCHIVED, _("Put in the archive"), tone="secondary"),
        "cancel": _manage(
            (C.PLANNING, C.RECRUITING, C.SELECTING, C.CONFIRMED),
            C.CANCELLED,
            _("Cancel the cohort"),
            apply=_cancel,
            needs_note=True,
            tone="danger",
        ),
    },
)
