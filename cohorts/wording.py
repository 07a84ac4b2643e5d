"""The words around each verb: what its page says before, whom a note is for, and what is said after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort, Interest, Seat

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True)
class Words:
    """What a person reads about one verb. An empty `note` asks for no note."""

    text: str | StrPromise
    done: str | StrPromise
    note: str | StrPromise = ""
    hint: str | StrPromise = ""


_FOR_THE_LOG = _("Kept in the history, for staff alone.")
_MAILED = _("The person reads this in a mail, word for word.")

WORDS: dict[type[Model], dict[str, Words]] = {
    Interest: {
        "pool": Words(
            _("The person is eligible and waits for a seat. They get a mail that says so."),
            _("In the pool. The mail is on its way."),
            _("Note"),
            _FOR_THE_LOG,
        ),
        "ask": Words(
            _("Your question is mailed to the person. When they have answered, note it here."),
            _("The question is on its way."),
            _("What would you like to know?"),
            _MAILED,
        ),
        "answer": Words(
            _("The form goes back to the new ones, with the answer in its history."),
            _("The answer is kept."),
            _("What did the person answer?"),
            _FOR_THE_LOG,
        ),
        "waitlist": Words(
            _("The person waits for a seat to become free. They get a mail that says so, without a place in line."),
            _("On the waiting list. The mail is on its way."),
            _("Note"),
            _FOR_THE_LOG,
        ),
        "not_ready": Words(
            _("The person gets a growth plan, and the form is kept until they are ready."),
            _("The growth plan is on its way."),
            _("What do you suggest they do next?"),
            _MAILED,
        ),
        "close": Words(
            _("For people who no longer wish to take part, or whose form we have twice. They get a mail that says so."),
            _("The form is closed. The mail is on its way."),
            _("Why is it closed?"),
            _MAILED,
        ),
        "reopen": Words(_("The form goes back to the new ones. Nothing is mailed."), _("The form is open again.")),
    },
    Seat: {
        "accept": Words(
            _("Your application opens at once, and you can start it whenever you like."),
            _("The seat is yours, and your application is open."),
        ),
        "decline": Words(
            _("The seat goes to somebody else. That is quite all right."),
            _("Thank you for letting us know."),
        ),
        "withdraw": Words(
            _("The seat is free at once. The person goes back into the pool and gets a mail."),
            _("The offer is withdrawn. The mail is on its way."),
            _("Why can’t the seat be held?"),
            _MAILED,
        ),
    },
    Cohort: {
        "recruit": Words(_("From now on seats can be offered."), _("The cohort takes people in.")),
        "select": Words(
            _("The cohort is being put together. Seats can still be offered."), _("The cohort is being put together.")
        ),
        "confirm": Words(
            _("The cohort will take place. It becomes active on its first day by itself."),
            _("The cohort is confirmed."),
        ),
        "start": Words(_("Everybody with a seat gets a welcome mail."), _("The cohort has started.")),
        "close_submission": Words(
            _("Members who have not submitted get a mail. This happens by itself after the last day."),
            _("Submission is closed."),
        ),
        "complete": Words(_("Nothing more happens in this cohort."), _("The cohort is complete.")),
        "archive": Words(_("The cohort moves to the past ones."), _("The cohort is in the archive.")),
        "cancel": Words(
            _(
                "Every seat is given up. People go back into the pool and get a mail; applications that are open stay "
                "open. This cannot be undone."
            ),
            _("The cohort is cancelled. The mails are on their way."),
            _("Why is it cancelled?"),
            _MAILED,
        ),
    },
}
