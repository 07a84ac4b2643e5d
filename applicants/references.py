"""How references change: the table of verbs, and the codes that open a form where a link does not do.

What a rater has written is held by one browser at a time: the one whose signed cookie has the reference's `holding`
number. The first words make it 1; a code moves it on, so that the browser before holds nothing any more. Who only has
the link, as the applicant may who passed it on, neither reads nor changes anything.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from applicants import emails_reference as emails
from applicants.eligibility import months_later
from applicants.models import Reference, ReferenceStatus
from applicants.tokens import CODE_MINUTES, hash_of, hash_of_code, reference_code, reference_token, typed_code
from competencies.editions import requirements_for
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import Upload, User

R = ReferenceStatus
REFERENCE_LINK_DAYS = 60
REMIND_AFTER_DAYS = (7, 14, 21)
OUT = (R.SENT, R.OPENED, R.STARTED)
# What a rater writes.
WRITTEN = ("answers", "recommendation", "rater_endorsement", "remarks", "signed_name")
# How often an applicant may send the same request again or correct it, and how soon again. Staff as they see fit.
MOST_AGAIN = 5
PACE = timedelta(hours=24)
MOST_TRIES = 5


# --- What stands against it ------------------------------------------------------------------------------------------


def _still_editable(reference: Reference, by: User | None) -> str | StrPromise | None:
    if not reference.application.is_editable:
        return _("The application has been submitted, so its references can’t be changed now.")
    if not reference.application.is_open("references"):
        return _("The application was returned for other parts. Its references stay as they are.")
    return None


def _times(reference: Reference, verb: str, by: User) -> int:
    return int(Event.objects.about(reference).filter(verb=verb, actor=by).count())


def _not_again_yet(reference: Reference, by: User | None) -> str | StrPromise | None:
    """Once a day, and five times in all by the applicant; a coordinator sends whenever it helps."""
    refusal = _still_editable(reference, by)
    if refusal or by is None or not reference.application.belongs_to(by):
        return refusal
    if reference.is_out and reference.sent_at and timezone.now() - reference.sent_at < PACE:
        return _("We wrote to them less than a day ago. You can send it again tomorrow, or pass on the link yourself.")
    if _times(reference, "resend", by) >= MOST_AGAIN:
        return _("You have sent this %(most)s times. Please name somebody else, or ask the coordinator for help.") % {
            "most": MOST_AGAIN
        }
    return None


def _not_correctable(reference: Reference, by: User | None) -> str | StrPromise | None:
    if refusal := _still_editable(reference, by):
        return refusal
    if reference.is_begun:
        return _("They have begun to write, so name and address stay as they are. You can still name somebody else.")
    if by is not None and reference.application.belongs_to(by) and _times(reference, "correct", by) >= MOST_AGAIN:
        return _("You have corrected this %(most)s times. Please ask the coordinator for help.") % {"most": MOST_AGAIN}
    return None


def _counts_still(reference: Reference, by: User | None) -> str | StrPromise | None:
    """One that counts is never given away; one that is too old can be asked for anew, of the same person even."""
    if refusal := _still_editable(reference, by):
        return refusal
    if reference.is_complete and not is_stale(reference):
        return _("This reference counts, so it can’t be replaced.")
    return None


def _link_is_dead(reference: Reference, by: User | None) -> str | StrPromise | None:
    if not reference.has_live_link or reference.application.is_closed:
        return _("The link does not work any more. Send the request again first.")
    return None


def _nothing_to_open(reference: Reference, by: User | None) -> str | StrPromise | None:
    return _link_is_dead(reference, by) or (None if reference.is_begun else _("Nothing was written yet."))


def _is_closed(reference: Reference, by: User | None) -> str | StrPromise | None:
    return _("This application is closed.") if reference.application.is_closed else None


def _not_vetted_yet(reference: Reference, by: User | None) -> str | StrPromise | None:
    return _("This person was vetted already.") if reference.vetted_at else None


# --- What changes --------------------------------------------------------------------------------------------------


def _send(reference: Reference, **_details: Any) -> tuple[str, ...]:
    """A new link: the old one stops working, and only the hash of the new one is kept."""
    reference.generation += 1
    reference.token_hash = hash_of(reference_token(reference.pk, reference.generation))
    reference.sent_at = timezone.now()
    reference.expires_at = reference.sent_at + timedelta(days=REFERENCE_LINK_DAYS)
    reference.reminders = 0
    reference.code_hash = ""
    emails.reference_requested(reference)
    return ("generation", "token_hash", "sent_at", "expires_at", "reminders", "code_hash")


def _correct(reference: Reference, **_details: Any) -> tuple[str, ...]:
    """It may be somebody else now, who has opened nothing."""
    reference.opened_at = None
    return (*_send(reference), "opened_at")


def _forget_link(reference: Reference, **_details: Any) -> tuple[str, ...]:
    reference.token_hash = reference.code_hash = ""
    return ("token_hash", "code_hash")


def _answer(reference: Reference, *, held: int | None = None, **details: Any) -> tuple[str, ...]:
    """Keep what the rater wrote; nothing of it goes into the log's details.

    `held` is the number in the browser's cookie: where another browser holds the words, nothing is written.
    """
    _ask_holder(reference, held)
    for name in WRITTEN:
        if name in details:
            setattr(reference, name, details[name])
    reference.edition_id = reference.application.edition_id
    reference.holding = max(reference.holding, 1)
    return (*WRITTEN, "edition", "holding")


def _ask_holder(reference: Reference, held: int | None) -> None:
    if held is not None and held != reference.holding:
        raise Refused(_("This form was begun in another browser."))


def _ask_link(reference: Reference, link: str | None) -> None:
    """A link that was corrected or sent anew since it was read speaks for nobody any more."""
    if link is not None and link != reference.token_hash:
        raise Refused(_("This link does not work any more."))


def _open(reference: Reference, *, link: str | None = None, **_details: Any) -> tuple[str, ...]:
    _ask_link(reference, link)
    return ()


def _complete(reference: Reference, **details: Any) -> tuple[str, ...]:
    touched = _answer(reference, **details)
    emails.reference_completed(reference)
    emails.reference_received(reference)
    return (*touched, *_forget_link(reference))


def _void(reference: Reference, **details: Any) -> tuple[str, ...]:
    touched = _answer(reference, **details)
    emails.reference_void(reference)
    emails.reference_received(reference)
    return (*touched, *_forget_link(reference))


def _decline(
    reference: Reference, *, because: str = "", held: int | None = None, link: str | None = None, **_details: Any
) -> tuple[str, ...]:
    """The reason stays with the reference, for the coordinator alone; the log only knows that they declined."""
    _ask_link(reference, link)
    _ask_holder(reference, held)
    reference.declined_because = because
    emails.reference_declined(reference)
    return ("declined_because", *_forget_link(reference))


def _remind(reference: Reference, **_details: Any) -> tuple[str, ...]:
    reference.reminders += 1
    emails.reference_reminder(reference)
    return ("reminders",)


def _replace(reference: Reference, **_details: Any) -> tuple[str, ...]:
    """Who had opened the form is told that it is not needed any more."""
    if reference.opened_at and reference.token_hash:
        emails.reference_spared(reference)
    return _forget_link(reference)


def _expire_link(reference: Reference, **_details: Any) -> tuple[str, ...]:
    if reference.application.is_editable:
        emails.reference_expired(reference)
    return _forget_link(reference)


def _make_code(reference: Reference, **_details: Any) -> tuple[str, ...]:
    """A new code; one from before is dead."""
    reference.code_until = timezone.now() + timedelta(minutes=CODE_MINUTES)
    reference.code_hash = hash_of_code(reference.pk, reference_code(reference.pk, reference.code_until))
    reference.code_tries = 0
    return ("code_until", "code_hash", "code_tries")


def _mail_code(reference: Reference, **_details: Any) -> tuple[str, ...]:
    touched = _make_code(reference)
    emails.reference_code_sent(reference)
    return touched


def _use_code(reference: Reference, **_details: Any) -> tuple[str, ...]:
    """The words go to another browser, and the code has done its work."""
    reference.code_hash = ""
    reference.holding += 1
    return ("code_hash", "holding")


def _key_in(
    reference: Reference, *, by: User | None, paper_dated: date, scan: Upload | None = None, **details: Any
) -> tuple[str, ...]:
    """What stands on paper is worth as much from the day that it bears."""
    reference.paper_dated, reference.scan = paper_dated, scan
    noon = timezone.make_aware(datetime.combine(paper_dated, time(12)))
    reference.completed_at = min(noon, timezone.now())
    finish = _complete if reference.status == R.COMPLETED else _void
    return (*finish(reference, **details), "paper_dated", "scan", "completed_at")


_TO_KEY_IN = (*OUT, R.EXPIRED)
REFERENCE = Lifecycle(
    model=Reference,
    initial=R.DRAFT,
    table={
        "send": Transition(
            (R.DRAFT,), R.SENT, _("Send the request"), "applicants.edit_reference", guard=_still_editable, apply=_send
        ),
        "resend": Transition(
            (*OUT, R.EXPIRED),
            R.SENT,
            _("Send again with a new link"),
            "applicants.help_reference",
            guard=_not_again_yet,
            apply=_send,
            tone="secondary",
        ),
        "correct": Transition(
            (R.SENT, R.OPENED, R.EXPIRED),
            R.SENT,
            _("Correct the name or address"),
            "applicants.help_reference",
            guard=_not_correctable,
            apply=_correct,
            tone="quiet",
        ),
        "show_link": Transition(
            OUT, None, _("Copy the link"), "applicants.help_reference", guard=_link_is_dead, tone="secondary"
        ),
        "give_code": Transition(
            OUT,
            None,
            _("Read out a code by phone"),
            "applicants.phone_reference",
            guard=_link_is_dead,
            apply=_make_code,
            tone="secondary",
        ),
        "mail_code": Transition(OUT, None, _("Mail a code"), guard=_nothing_to_open, apply=_mail_code),
        "use_code": Transition(OUT, None, _("Open with a code"), guard=_link_is_dead, apply=_use_code),
        "open": Transition((R.SENT,), R.OPENED, _("Open"), apply=_open, stamp="opened_at"),
        "save": Transition((R.OPENED, R.STARTED), R.STARTED, _("Save for later"), apply=_answer),
        "complete": Transition(
            (R.OPENED, R.STARTED), R.COMPLETED, _("Send my answers"), apply=_complete, stamp="completed_at"
        ),
        "void": Transition((R.OPENED, R.STARTED), R.VOID, _("Can’t be counted"), apply=_void),
        "decline": Transition(OUT, R.DECLINED, _("Decline"), apply=_decline),
        "key_in": Transition(
            _TO_KEY_IN,
            R.COMPLETED,
            _("Key in a paper form"),
            "applicants.key_reference",
            guard=_is_closed,
            apply=_key_in,
            stamp_by="keyed_by",
            needs_note=True,
            tone="secondary",
            logged=("paper_dated",),
        ),
        "key_in_void": Transition(
            _TO_KEY_IN,
            R.VOID,
            _("Key in a paper form that can’t be counted"),
            "applicants.key_reference",
            guard=_is_closed,
            apply=_key_in,
            stamp_by="keyed_by",
            needs_note=True,
            tone="secondary",
            logged=("paper_dated",),
        ),
        "remind": Transition(OUT, None, _("Remind"), apply=_remind),
        "expire": Transition(OUT, R.EXPIRED, _("Expire"), apply=_expire_link),
        "vet": Transition(
            (*OUT, R.COMPLETED),
            None,
            _("Note that I vetted this person by phone"),
            "applicants.vet_reference",
            guard=_not_vetted_yet,
            stamp="vetted_at",
            stamp_by="vetted_by",
            needs_note=True,
            tone="secondary",
        ),
        "replace": Transition(
            (R.DRAFT, *OUT, R.COMPLETED, R.DECLINED, R.VOID, R.EXPIRED),
            R.REPLACED,
            _("Replace"),
            "applicants.edit_reference",
            guard=_counts_still,
            apply=_replace,
            tone="secondary",
        ),
    },
)
# What a page offers by itself: the others have pages of their own.
ON_PAGES_OF_THEIR_OWN = ("send", "correct", "show_link", "give_code", "key_in", "key_in_void")


# --- How long it counts, and what makes it void ----------------------------------------------------------------------


def counts_until(reference: Reference, months: int | None) -> date | None:
    """The last day on which a completed reference counts; None for one that is not there, or that counts for good."""
    if not reference.is_complete or reference.completed_at is None or not months:
        return None
    return months_later(timezone.localdate(reference.completed_at), months)


def is_stale(reference: Reference) -> bool:
    """Whether it was completed too long ago to count, by the figure of its edition."""
    until = counts_until(reference, requirements_for(reference.application.category).references_valid_months)
    return until is not None and until < timezone.localdate()


# --- Codes -----------------------------------------------------------------------------------------------------------


def try_code(number: str, code: str) -> Reference | None:
    """The reference that this number and code open, which is then held by whoever asks; None for everything else alike.

    Each wrong try counts, under the row's lock; after the fifth the code is dead.
    """
    pk = "".join(letter for letter in number if letter.isascii() and letter.isdigit())
    if not pk or len(pk) > 18:
        return None
    with transaction.atomic():
        waiting = Reference.objects.select_for_update(of=("self",)).select_related("application")
        reference = waiting.filter(pk=pk, code_until__gt=timezone.now(), code_tries__lt=MOST_TRIES).first()
        if reference is None or not reference.code_hash:
            return None
        if not constant_time_compare(reference.code_hash, hash_of_code(reference.pk, typed_code(code))):
            Reference.objects.filter(pk=reference.pk).update(code_tries=reference.code_tries + 1)
            return None
        try:
            advance(reference, "use_code")
            if reference.status == R.SENT:
                advance(reference, "open")
        except Refused:
            return None
        return reference


def begin(reference: Reference) -> bool:
    """Whether the first words are this browser's: from now on it holds the form, and no other."""
    mine = Reference.objects.filter(pk=reference.pk, generation=reference.generation, holding=0).unanswered()
    if not mine.update(holding=1):
        return False
    reference.holding = 1
    return True
