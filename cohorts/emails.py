"""What we write to people about their interest, their seat and their cohort."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from endorsement_portal.mail import letter_to
from endorsement_portal.models import Role, User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from cohorts.models import Cohort, Interest, Seat
    from endorsement_portal.mail import Letter


def _day(value: date) -> str:
    return date_format(value, "F j, Y")


def _account(interest: Interest) -> User | None:
    """The account that this interest is known to belong to: linked, or with the form's address proven."""
    if interest.person_id is not None:
        return interest.person
    return User.objects.filter(emailaddress__email=interest.email, emailaddress__verified=True).first()


@contextmanager
def _letter_to(interest: Interest) -> Iterator[Letter]:
    """To the address of the form, and so into the inbox too where the person has an account."""
    account = _account(interest)
    with letter_to(account, email=interest.email, language=interest.language_pref, about=interest) as letter:
        letter.opening = _("Dear %(name)s,") % {"name": interest.first_name} + "\n\n"
        yield letter


# --- Interest ----------------------------------------------------------------------------------------------------


def interest_received(interest: Interest) -> None:
    """E01 to the person, E02 to the coordinators."""
    with _letter_to(interest) as letter:
        letter.write(
            "E01",
            subject=_("Thank you for your interest in the endorsement"),
            body=_(
                "We have your form. The coordinator reads every one and writes to you about the next step, usually "
                "within two weeks. There is nothing you need to do until then.\n\nIf something changes, write to us at "
                "%(contact)s."
            )
            % {"contact": settings.CONTACT_EMAIL},
            link_label=_("What the endorsement is"),
            link_path=reverse("home"),
        )
    for coordinator in User.objects.with_role(Role.COORDINATOR):
        with letter_to(coordinator) as letter:
            letter.write(
                "E02",
                subject=_("New interest: %(name)s") % {"name": interest.name},
                body=_("%(name)s, %(employer)s, has told us that they are interested in the endorsement.")
                % {"name": interest.name, "employer": interest.employer},
                link_label=_("Read it"),
                link_path=reverse("cohorts:interest_detail", args=[interest.pk]),
                about=interest,
            )


def question_asked(interest: Interest, note: str) -> None:
    """E03: what we still need to know."""
    with _letter_to(interest) as letter:
        letter.write(
            "E03",
            subject=_("A question about your interest in the endorsement"),
            body=_(
                "Thank you for your interest. Before we can place you, we would like to know a little "
                "more:\n\n%(note)s\n\n"
                "Please write to us at %(contact)s."
            )
            % {"note": note, "contact": settings.CONTACT_EMAIL},
        )


def pooled(interest: Interest) -> None:
    """E04: ready for a cohort."""
    with _letter_to(interest) as letter:
        letter.write(
            "E04",
            subject=_("You are ready for a cohort"),
            body=_(
                "We have read your form, and you are in the pool for the next cohorts. When we can offer you a seat, "
                "we write to you, and you have about two weeks to answer."
            ),
        )


def waitlisted(interest: Interest) -> None:
    """E09: on the waiting list; a place in a line is never promised."""
    with _letter_to(interest) as letter:
        letter.write(
            "E09",
            subject=_("You are on the waiting list"),
            body=_(
                "The cohorts we are putting together now are full, so you are on the waiting list. As soon as a seat "
                "becomes free that fits, we write to you. You don’t need to send the form again."
            ),
        )


def growth_plan(interest: Interest, note: str) -> None:
    """E10: not ready yet, with a plan."""
    with _letter_to(interest) as letter:
        letter.write(
            "E10",
            subject=_("Your next steps toward the endorsement"),
            body=_(
                "Thank you for your interest. You are on the way, and a few things are still to grow. This is what we "
                "suggest:\n\n%(note)s\n\nWrite to us at %(contact)s when you would like to talk about it, or when you "
                "are ready. We keep your form."
            )
            % {"note": note, "contact": settings.CONTACT_EMAIL},
        )


def closed(interest: Interest, note: str) -> None:
    """E12: closed, and the door stays open."""
    reason = f"\n\n{note}" if note else ""
    with _letter_to(interest) as letter:
        letter.write(
            "E12",
            subject=_("We have closed your form of interest"),
            body=_("We have closed your form of interest.%(reason)s\n\nYou are welcome to send a new one at any time.")
            % {"reason": reason},
            link_label=_("Tell us you are interested"),
            link_path=reverse("cohorts:interest_create"),
        )


# --- Seats -------------------------------------------------------------------------------------------------------


def _seat_path(seat: Seat) -> str:
    return reverse("cohorts:seat_detail", args=[seat.pk])


def _facts(seat: Seat) -> dict[str, str]:
    return {
        "cohort": seat.cohort.name,
        "category": seat.category.title,
        "starts": _day(seat.cohort.starts_on),
        "ends": _day(seat.cohort.ends_on),
        "by": _day(seat.accept_by),
    }


def seat_offered(seat: Seat) -> None:
    """E05: a seat, and until when it is held."""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "E05",
            subject=_("A seat is yours in %(cohort)s") % _facts(seat),
            body=_(
                "We are glad to offer you a seat in %(cohort)s, for %(category)s. The cohort starts on %(starts)s, and "
                "applications are due by %(ends)s.\n\nPlease say yes or no by %(by)s. To answer, sign in with this "
                "email address, or create an account with it."
            )
            % _facts(seat),
            link_label=_("See the offer and answer"),
            link_path=_seat_path(seat),
            about=seat,
        )


def seat_reminder(seat: Seat) -> None:
    """E06: the offer is still open."""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "E06",
            subject=_("Your seat in %(cohort)s is held until %(by)s") % _facts(seat),
            body=_(
                "A short reminder: we are holding a seat in %(cohort)s for you. Please say yes or no by %(by)s. After "
                "that day it goes to somebody else. If it isn’t the right time, a no is quite all right."
            )
            % _facts(seat),
            link_label=_("See the offer and answer"),
            link_path=_seat_path(seat),
            about=seat,
            key=f"E06:{seat.pk}:{seat.accept_by}:{seat.reminders}",
        )


def seat_confirmed(seat: Seat) -> None:
    """E07: the seat is theirs, and what comes next."""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "E07",
            subject=_("Your seat in %(cohort)s is confirmed") % _facts(seat),
            body=_(
                "Your seat in %(cohort)s is confirmed. The cohort starts on %(starts)s. Your application for "
                "%(category)s is open now, and you may begin whenever you like. It is due by %(ends)s."
            )
            % _facts(seat),
            link_label=_("See your seat"),
            link_path=_seat_path(seat),
            about=seat,
        )


def seat_expired(seat: Seat) -> None:
    """E08: the offer has ended; they stay in the pool."""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "E08",
            subject=_("The offer of a seat has ended"),
            body=_(
                "We had not heard from you by %(by)s, so the seat in %(cohort)s is now free for somebody else. You are "
                "still in the pool for a later cohort. If you would rather not be, write to us at %(contact)s."
            )
            % {**_facts(seat), "contact": settings.CONTACT_EMAIL},
            about=seat,
        )


def seat_withdrawn(seat: Seat, note: str) -> None:
    """We took an offer back, or the cohort will not take place."""
    reason = f"\n\n{note}" if note else ""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "seat_withdrawn",
            subject=_("About your seat in %(cohort)s") % _facts(seat),
            body=_(
                "We are sorry: we can’t hold the seat in %(cohort)s for you any longer.%(reason)s\n\nYou are in the "
                "pool for the next cohort. If you have an application open, everything in it is kept."
            )
            % {**_facts(seat), "reason": reason},
            about=seat,
        )


def seat_is_free(seat: Seat, why: str) -> None:
    """To the coordinator who leads the cohort, or to all of them where none does: there is room again."""
    lead = seat.cohort.lead
    for person in [lead] if lead and lead.has_role(Role.COORDINATOR) else User.objects.with_role(Role.COORDINATOR):
        with letter_to(person) as letter:
            letter.write(
                "seat_free",
                subject=_("A seat in %(cohort)s is free again") % _facts(seat),
                body=f"{seat.interest.name}: {why}",
                link_label=_("Open the cohort"),
                link_path=reverse("cohorts:cohort_detail", args=[seat.cohort_id]),
                about=seat,
            )


# --- Cohorts -----------------------------------------------------------------------------------------------------


def cohort_welcome(cohort: Cohort, seat: Seat) -> None:
    """E13: the cohort starts."""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "E13",
            subject=_("Welcome to %(cohort)s") % {"cohort": cohort.name},
            body=_(
                "Your cohort has started. You now prepare your application side by side with others, and it is due by "
                "%(ends)s. A little every week is enough. If something is in the way, tell us early: %(contact)s."
            )
            % {"ends": _day(cohort.ends_on), "contact": settings.CONTACT_EMAIL},
            link_label=_("See your seat"),
            link_path=_seat_path(seat),
            about=seat,
            key=f"E13:{seat.pk}",
        )


def deadline_passed(cohort: Cohort, seat: Seat) -> None:
    """E14 to those who have not submitted."""
    with _letter_to(seat.interest) as letter:
        letter.write(
            "E14",
            subject=_("The last day of %(cohort)s has passed") % {"cohort": cohort.name},
            body=_(
                "The last day to submit with %(cohort)s was %(ends)s, and your application is still with you. Nothing "
                "is lost: please write to us at %(contact)s, and we will find a way together."
            )
            % {"cohort": cohort.name, "ends": _day(cohort.ends_on), "contact": settings.CONTACT_EMAIL},
            link_label=_("See your seat"),
            link_path=_seat_path(seat),
            about=seat,
            key=f"E14:{seat.pk}:{cohort.ends_on}",
        )
