"""How applications and references change: the tables of verbs. `advance()` is the only writer of a status."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants import emails
from applicants.models import Application, ApplicationStatus, FeeState, Reference, ReferenceStatus
from applicants.moving import may_move, write_edition
from applicants.readiness import blocking_checks
from applicants.signals import application_changed
from applicants.snapshots import freeze
from applicants.tokens import reference_token
from competencies.editions import requirements_for
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance
from endorsement_portal.models import Event

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from competencies.models import Category, Edition
    from endorsement_portal.models import User

S, R = ApplicationStatus, ReferenceStatus
REFERENCE_LINK_DAYS = 60
UNRATED_VOID_AT = 6
# What a rater writes.
WRITTEN = ("answers", "recommendation", "rater_endorsement", "remarks", "signed_name")
OPEN = (S.DRAFT, S.ON_HOLD, S.SUBMITTED, S.RETURNED, S.READY, S.IN_REVIEW, S.REVIEWED, S.EXAM_APPROVED, S.DEFERRED)

__all__ = ["OPEN", "advance", "open_application"]


def open_application(
    person: User, *, category: Category, edition: Edition, by: User | None, county_id: str | None = None
) -> Application:
    """Open an application in draft and welcome the applicant. Refused where one is open for this category already."""
    try:
        with transaction.atomic():
            application = Application.objects.create(
                person=person, category=category, edition=edition, county_id=county_id
            )
            Event.objects.record(application, "open", by=by, after=application.status)
            emails.application_opened(application)
    except IntegrityError as error:
        raise Refused(_("There is already an open application for this category.")) from error
    return application


# --- Applications ------------------------------------------------------------------------------------------------


def _ready_to_submit(application: Application, by: User | None) -> str | StrPromise | None:
    missing = blocking_checks(application)
    if missing:
        return _("Not everything is there yet: %(first)s") % {"first": missing[0].sentence}
    return None


def _submit(application: Application, **_details: Any) -> tuple[str, ...]:
    freeze(application)
    emails.application_submitted(application)
    return ()


def _return(application: Application, *, note: str, **_details: Any) -> tuple[str, ...]:
    application.returned_note = note
    emails.application_returned(application, note)
    return ("returned_note",)


def _accept(application: Application, **_details: Any) -> tuple[str, ...]:
    application.returned_note = ""
    return ("returned_note",)


def _start_review(application: Application, **_details: Any) -> tuple[str, ...]:
    emails.review_started(application)
    return ()


def _settle(state: FeeState) -> Any:
    def apply(application: Application, **_details: Any) -> tuple[str, ...]:
        application.fee_state = state
        return ("fee_state",)

    return apply


def _no_exam_left(application: Application, by: User | None) -> str | StrPromise | None:
    if requirements_for(application.category).exam and application.status != S.EXAM_APPROVED:
        return _("This category ends with an exam: approve the applicant to sit it first.")
    return None


def _has_exam(application: Application, by: User | None) -> str | StrPromise | None:
    return None if requirements_for(application.category).exam else _("This category has no exam.")


def _reopen(application: Application, **_details: Any) -> tuple[str, ...]:
    """A deferred application starts its next round: the decision's stamps are cleared, the log keeps them."""
    application.decided_at = application.decided_by = application.reviewed_at = None
    application.worked_on_at = timezone.now()
    return ("decided_at", "decided_by", "reviewed_at", "worked_on_at")


def _verb(sources: tuple[str, ...], target: str | None, label: StrPromise, **rest: Any) -> Transition:
    return Transition(sources=sources, target=target, label=label, announce=application_changed, **rest)


APPLICATION = Lifecycle(
    model=Application,
    initial=S.DRAFT,
    table={
        "submit": _verb(
            (S.DRAFT, S.RETURNED),
            S.SUBMITTED,
            _("Submit my application"),
            permission="applicants.submit_application",
            guard=_ready_to_submit,
            apply=_submit,
            stamp="submitted_at",
        ),
        "return": _verb(
            (S.SUBMITTED,),
            S.RETURNED,
            _("Return for changes"),
            permission="applicants.check_application",
            apply=_return,
            needs_note=True,
            tone="secondary",
        ),
        "accept": _verb(
            (S.SUBMITTED,),
            S.READY,
            _("Everything is there"),
            permission="applicants.check_application",
            apply=_accept,
            stamp="checked_at",
            stamp_by="checked_by",
        ),
        "start_review": _verb(
            (S.READY,),
            S.IN_REVIEW,
            _("Start the review"),
            permission="applicants.assign_application",
            apply=_start_review,
        ),
        "finish_review": _verb((S.IN_REVIEW,), S.REVIEWED, _("All reviews are in"), stamp="reviewed_at"),
        "review_again": _verb(
            (S.REVIEWED,),
            S.IN_REVIEW,
            _("Ask for another review"),
            permission="applicants.assign_application",
            tone="secondary",
        ),
        "endorse": _verb(
            (S.REVIEWED, S.EXAM_APPROVED),
            S.ENDORSED,
            _("Endorse"),
            permission="applicants.decide_application",
            guard=_no_exam_left,
            stamp="decided_at",
            stamp_by="decided_by",
        ),
        "approve_exam": _verb(
            (S.REVIEWED,),
            S.EXAM_APPROVED,
            _("Approve to sit the exam"),
            permission="applicants.decide_application",
            guard=_has_exam,
        ),
        "defer": _verb(
            (S.REVIEWED, S.EXAM_APPROVED),
            S.DEFERRED,
            _("Defer, with a plan"),
            permission="applicants.decide_application",
            stamp="decided_at",
            stamp_by="decided_by",
            needs_note=True,
            tone="secondary",
        ),
        "not_endorse": _verb(
            (S.REVIEWED, S.EXAM_APPROVED),
            S.NOT_ENDORSED,
            _("Do not endorse"),
            permission="applicants.decide_application",
            stamp="decided_at",
            stamp_by="decided_by",
            needs_note=True,
            tone="danger",
        ),
        "reopen": _verb(
            (S.DEFERRED,),
            S.DRAFT,
            _("Continue working on it"),
            permission="applicants.submit_application",
            apply=_reopen,
        ),
        "hold": _verb(
            (S.DRAFT, S.RETURNED),
            S.ON_HOLD,
            _("Put on hold"),
            permission="applicants.hold_application",
            needs_note=True,
            tone="secondary",
        ),
        "resume": _verb((S.ON_HOLD,), S.DRAFT, _("Resume"), permission="applicants.resume_application"),
        "withdraw": _verb(
            (S.DRAFT, S.ON_HOLD, S.SUBMITTED, S.RETURNED, S.READY),
            S.WITHDRAWN,
            _("Withdraw the application"),
            permission="applicants.withdraw_application",
            tone="danger",
        ),
        "expire": _verb((S.DRAFT, S.ON_HOLD, S.RETURNED), S.EXPIRED, _("Expire")),
        "change_edition": _verb(
            (S.DRAFT,),
            None,
            _("Move to the newer edition"),
            permission="applicants.edit_application",
            guard=may_move,
            apply=write_edition,
            logged=("version_before", "version_after"),
        ),
        "promise_fee": _verb(
            (*OPEN, S.ENDORSED),
            None,
            _("Record a promised payment"),
            permission="applicants.settle_fee",
            apply=_settle(FeeState.PROMISED),
        ),
        "settle_fee": _verb(
            (*OPEN, S.ENDORSED),
            None,
            _("Record the fee as settled"),
            permission="applicants.settle_fee",
            apply=_settle(FeeState.SETTLED),
        ),
        "reopen_fee": _verb(
            (*OPEN, S.ENDORSED, S.WITHDRAWN, S.EXPIRED, S.NOT_ENDORSED),
            None,
            _("Open the fee again"),
            permission="applicants.settle_fee",
            apply=_settle(FeeState.OPEN),
        ),
    },
)


# --- References --------------------------------------------------------------------------------------------------


def _still_editable(reference: Reference, by: User | None) -> str | StrPromise | None:
    if not reference.application.is_editable:
        return _("The application has been submitted, so its references can’t be changed now.")
    return None


def _send(reference: Reference, **_details: Any) -> tuple[str, ...]:
    """A new link: the old one stops working, and only the hash of the new one is kept."""
    reference.generation += 1
    token = reference_token(reference.pk, reference.generation)
    reference.token_hash = hashlib.sha256(token.encode()).hexdigest()
    reference.sent_at = timezone.now()
    reference.expires_at = reference.sent_at + timedelta(days=REFERENCE_LINK_DAYS)
    reference.reminders = 0
    emails.reference_requested(reference)
    return ("generation", "token_hash", "sent_at", "expires_at", "reminders")


def _forget_link(reference: Reference, **_details: Any) -> tuple[str, ...]:
    reference.token_hash = ""
    return ("token_hash",)


def _answer(reference: Reference, **details: Any) -> tuple[str, ...]:
    """Keep what the rater wrote; nothing of it goes into the log's details."""
    for name in WRITTEN:
        if name in details:
            setattr(reference, name, details[name])
    return WRITTEN


def _complete(reference: Reference, **details: Any) -> tuple[str, ...]:
    touched = _answer(reference, **details)
    reference.token_hash = ""
    emails.reference_completed(reference)
    return (*touched, "token_hash")


def _void(reference: Reference, **details: Any) -> tuple[str, ...]:
    touched = _answer(reference, **details)
    reference.token_hash = ""
    emails.reference_void(reference)
    return (*touched, "token_hash")


def _decline(reference: Reference, *, because: str = "", **_details: Any) -> tuple[str, ...]:
    """The reason stays with the reference, for the coordinator alone; the log only knows that they declined."""
    reference.declined_because = because
    reference.token_hash = ""
    emails.reference_declined(reference)
    return ("declined_because", "token_hash")


def _remind(reference: Reference, **_details: Any) -> tuple[str, ...]:
    reference.reminders += 1
    emails.reference_reminder(reference)
    return ("reminders",)


def _not_vetted_yet(reference: Reference, by: User | None) -> str | StrPromise | None:
    return _("This person was vetted already.") if reference.vetted_at else None


def _expire_link(reference: Reference, **_details: Any) -> tuple[str, ...]:
    if reference.application.is_editable:
        emails.reference_expired(reference)
    return _forget_link(reference)


REFERENCE = Lifecycle(
    model=Reference,
    initial=R.DRAFT,
    table={
        "send": Transition(
            (R.DRAFT,), R.SENT, _("Send the request"), "applicants.edit_reference", guard=_still_editable, apply=_send
        ),
        "resend": Transition(
            (R.SENT, R.OPENED, R.STARTED, R.EXPIRED),
            R.SENT,
            _("Send again with a new link"),
            "applicants.help_reference",
            guard=_still_editable,
            apply=_send,
            tone="secondary",
        ),
        "open": Transition((R.SENT,), R.OPENED, _("Open"), stamp="opened_at"),
        "save": Transition((R.OPENED, R.STARTED), R.STARTED, _("Save for later"), apply=_answer),
        "complete": Transition(
            (R.OPENED, R.STARTED), R.COMPLETED, _("Send my answers"), apply=_complete, stamp="completed_at"
        ),
        "void": Transition((R.OPENED, R.STARTED), R.VOID, _("Can’t be counted"), apply=_void),
        "decline": Transition((R.SENT, R.OPENED, R.STARTED), R.DECLINED, _("Decline"), apply=_decline),
        "remind": Transition((R.SENT, R.OPENED, R.STARTED), None, _("Remind"), apply=_remind),
        "expire": Transition((R.SENT, R.OPENED, R.STARTED), R.EXPIRED, _("Expire"), apply=_expire_link),
        "vet": Transition(
            (R.SENT, R.OPENED, R.STARTED, R.COMPLETED),
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
            (R.DRAFT, R.SENT, R.OPENED, R.STARTED, R.DECLINED, R.VOID, R.EXPIRED),
            R.REPLACED,
            _("Replace"),
            "applicants.edit_reference",
            guard=_still_editable,
            apply=_forget_link,
            tone="secondary",
        ),
    },
)
