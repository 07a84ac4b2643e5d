"""How applications change: the table of verbs. `advance()` is the only writer of a status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants import emails
from applicants.models import Application, ApplicationStatus, FeeState
from applicants.moving import may_move, write_edition
from applicants.readiness import blocking_checks
from applicants.sections import in_order
from applicants.signals import application_changed
from applicants.snapshots import freeze
from competencies.editions import requirements_for
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, advance
from endorsement_portal.models import Event
from endorsement_portal.outbox import promise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    from competencies.models import Category, Edition
    from endorsement_portal.models import User

S = ApplicationStatus
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
    """Frozen with what was closed carried over; after that nothing is named any more."""
    snapshot = freeze(application)
    promise("applicants.snapshot_pdf", f"snapshot_pdf:{snapshot.pk}", snapshot_id=snapshot.pk)
    emails.application_submitted(application)
    application.returned_sections = []
    return ("returned_sections",)


def _return(application: Application, *, note: str, sections: str = "", **_details: Any) -> tuple[str, ...]:
    """`sections` are the words of the parts that open again, parted by spaces; none means everything."""
    application.returned_note = note
    application.returned_sections = in_order(sections.split())
    emails.application_returned(application, note)
    return ("returned_note", "returned_sections")


def _is_partly_open(application: Application, by: User | None) -> str | StrPromise | None:
    return None if application.is_partly_open else _("Every part of this application is open already.")


def _open_more(application: Application, *, note: str, sections: str = "", **_details: Any) -> tuple[str, ...]:
    """The parts named join those that are open; none means everything. Nothing that is open closes."""
    named = sections.split()
    application.returned_note = f"{application.returned_note}\n\n{note}".strip()
    application.returned_sections = in_order([*application.returned_sections, *named]) if named else []
    emails.application_returned(application, note)
    return ("returned_note", "returned_sections")


def _accept(application: Application, **_details: Any) -> tuple[str, ...]:
    application.returned_note, application.returned_sections = "", []
    return ("returned_note", "returned_sections")


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
            logged=("sections",),
        ),
        # So that nobody is stuck whose missing piece is in a part that stayed closed.
        "open_more": _verb(
            (S.DRAFT, S.ON_HOLD, S.RETURNED),
            None,
            _("Open more parts"),
            permission="applicants.check_application",
            guard=_is_partly_open,
            apply=_open_more,
            needs_note=True,
            tone="secondary",
            logged=("sections",),
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
