"""How invoices and scholarships change: the tables of verbs. `payments.ledger` chooses among those that move money.

Every verb that settles, promises or reopens a fee tells the application in the same transaction. Locks are taken in
one order everywhere: scholarship, fund, invoice, application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from applicants.models import Application, FeeState
from applicants.transitions import advance
from endorsement_portal.lifecycle import Lifecycle, Refused, Transition, lifecycle_of
from endorsement_portal.models import Event
from payments import emails
from payments.ledger import close_open_checkouts, give_back, open_invoice, receive, write_lines
from payments.models import Fund, Invoice, InvoiceStatus, Method, Payment, Scholarship, ScholarshipStatus
from payments.schedule import fee_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

S, A = InvoiceStatus, ScholarshipStatus
# Money that has truly come is always recorded, even where it is no longer awaited.
TAKES_MONEY = (S.ISSUED, S.PROMISED, S.PART_PAID, S.VOID, S.REFUNDED)
GIVES_BACK = (S.PROMISED, S.PART_PAID, S.PAID, S.COVERED)

__all__ = ["advance", "request_scholarship"]


# --- Invoices ----------------------------------------------------------------------------------------------------


def _tell(invoice: Invoice, verb: str, by: User | None) -> None:
    """Tell the application what became of its fee. A closed application is left alone."""
    application = Application.objects.select_for_update(of=("self",)).get(pk=invoice.application_id)
    if verb == "reopen_fee" and application.fee_state == FeeState.OPEN:
        return
    if application.status in lifecycle_of(application).table[verb].sources:
        advance(application, verb, by=by)


def _move(tells: str = "") -> Callable[..., tuple[str, ...]]:
    """Write one ledger line and the sum that goes with it, then tell the application."""

    def apply(invoice: Invoice, *, by: User | None, line: Payment, **_details: Any) -> tuple[str, ...]:
        line.invoice, line.recorded_by = invoice, by
        line.save(force_insert=True)
        invoice.received_cents += line.amount_cents
        if tells:
            _tell(invoice, tells, by)
        return ("received_cents",)

    return apply


def _name_employer(invoice: Invoice, **details: Any) -> tuple[str, ...]:
    """Who will be sent the invoice, as the applicant told us."""
    names = ("employer", "employer_address", "employer_email", "po_number")
    for name in names:
        setattr(invoice, name, details[name])
    emails.invoice_for_employer(invoice)
    return names


def _promise(invoice: Invoice, *, by: User | None, po_number: str, **_details: Any) -> tuple[str, ...]:
    invoice.po_number = po_number
    _tell(invoice, "promise_fee", by)
    return ("po_number",)


def _drop_promise(invoice: Invoice, *, by: User | None, **_details: Any) -> tuple[str, ...]:
    invoice.promised_at = invoice.promised_by = None
    _tell(invoice, "reopen_fee", by)
    return ("promised_at", "promised_by")


def _void(invoice: Invoice, *, by: User | None, note: str, **_details: Any) -> tuple[str, ...]:
    """Nothing is to be paid any more, so no page of the bank may still ask for it."""
    close_open_checkouts(invoice)
    if by is not None:
        emails.fee_waived(invoice, note)
    return _drop_promise(invoice, by=by)


def _reissue(invoice: Invoice, *, by: User | None, **_details: Any) -> tuple[str, ...]:
    """The prices of today take the place of the old ones; what was promised is forgotten."""
    fee = fee_for(invoice.application)
    if not fee.is_complete:
        raise Refused(_("The fee schedule has no processing fee for this category today."))
    invoice.lines.all().delete()
    invoice.total_cents = fee.total_cents
    write_lines(invoice, fee)
    emails.invoice_issued(invoice)
    _tell(invoice, "reopen_fee", by)
    invoice.promised_at = invoice.promised_by = None
    return ("total_cents", "promised_at", "promised_by")


def _nothing_came(invoice: Invoice, by: User | None) -> str | StrPromise | None:
    return _("Money has come in on this invoice: give it back first.") if invoice.received_cents else None


def _part_came(invoice: Invoice, by: User | None) -> str | StrPromise | None:
    return None if invoice.received_cents else _("Nothing has come in on this invoice yet.")


def _awaits_money(invoice: Invoice, by: User | None) -> str | StrPromise | None:
    """The bank may find an invoice void; a person is told to issue it again first."""
    if by is not None and not invoice.is_payable:
        return _("This invoice is not open for payment. Issue it again first.")
    return None


RECORD = "payments.record_payment"
MONEY = ("amount_cents", "method", "reference")

INVOICE = Lifecycle(
    model=Invoice,
    initial=S.ISSUED,
    table={
        "name_employer": Transition(
            (S.ISSUED, S.PART_PAID),
            None,
            _("My employer pays"),
            "payments.pay_invoice",
            apply=_name_employer,
            tone="secondary",
        ),
        "promise": Transition(
            (S.ISSUED, S.PART_PAID),
            S.PROMISED,
            _("Record a purchase order"),
            RECORD,
            apply=_promise,
            stamp="promised_at",
            stamp_by="promised_by",
            tone="secondary",
            logged=("po_number",),
        ),
        "drop_promise": Transition(
            (S.PROMISED,),
            S.ISSUED,
            _("The promise fell through"),
            RECORD,
            guard=_nothing_came,
            apply=_drop_promise,
            needs_note=True,
            tone="secondary",
        ),
        "drop_promise_part": Transition(
            (S.PROMISED,),
            S.PART_PAID,
            _("The promise fell through"),
            RECORD,
            guard=_part_came,
            apply=_drop_promise,
            needs_note=True,
            tone="secondary",
        ),
        "pay_part": Transition(
            TAKES_MONEY, S.PART_PAID, _("Record a part"), RECORD, guard=_awaits_money, apply=_move(), logged=MONEY
        ),
        "pay": Transition(
            TAKES_MONEY,
            S.PAID,
            _("Record the payment"),
            RECORD,
            guard=_awaits_money,
            apply=_move("settle_fee"),
            stamp="settled_at",
            logged=MONEY,
        ),
        "cover": Transition(
            (S.ISSUED, S.PROMISED, S.PART_PAID),
            S.COVERED,
            _("Cover by a scholarship"),
            RECORD,
            apply=_move("settle_fee"),
            stamp="settled_at",
            logged=MONEY,
        ),
        "pay_over": Transition((S.PAID, S.COVERED), None, _("Record what came too much"), apply=_move(), logged=MONEY),
        "refund": Transition(
            GIVES_BACK, S.REFUNDED, _("Give it all back"), RECORD, apply=_move("reopen_fee"), logged=MONEY
        ),
        "refund_part": Transition(
            GIVES_BACK, S.PART_PAID, _("Give a part back"), RECORD, apply=_move("reopen_fee"), logged=MONEY
        ),
        "refund_over": Transition(
            (S.PAID, S.COVERED), None, _("Give back what was too much"), RECORD, apply=_move(), logged=MONEY
        ),
        "uncover": Transition(
            GIVES_BACK, S.ISSUED, _("Take the scholarship back"), RECORD, apply=_move("reopen_fee"), logged=MONEY
        ),
        "void": Transition(
            (S.ISSUED, S.PROMISED),
            S.VOID,
            _("Void the invoice"),
            RECORD,
            guard=_nothing_came,
            apply=_void,
            needs_note=True,
            tone="danger",
        ),
        "reissue": Transition(
            (S.VOID, S.REFUNDED),
            S.ISSUED,
            _("Issue it again"),
            RECORD,
            apply=_reissue,
            stamp="issued_at",
            tone="secondary",
        ),
    },
)


# --- Scholarships ------------------------------------------------------------------------------------------------


def request_scholarship(
    application: Application, *, by: User, amount_cents: int, statement: str, employer_will_pay: bool
) -> Scholarship:
    """Ask for help with the fee. Refused where a request stands already or the application is somebody else's."""
    if not by.has_perm("payments.request_scholarship", application):
        raise Refused(_("You don’t have permission to do this."))
    try:
        with transaction.atomic():
            scholarship: Scholarship = Scholarship.objects.create(
                application=application,
                amount_cents=amount_cents,
                statement=statement,
                employer_will_pay=employer_will_pay,
            )
            Event.objects.record(scholarship, "request", by=by, after=scholarship.status)
            emails.scholarship_requested(scholarship)
    except IntegrityError as error:
        raise Refused(_("There is a request for this application already.")) from error
    return scholarship


def _award(
    scholarship: Scholarship, *, by: User | None, fund: Fund, amount_cents: int, note: str, **_details: Any
) -> tuple[str, ...]:
    """Bind the money under a lock on the fund, so that two awards at once can't promise it twice; pay the invoice."""
    fund = Fund.objects.select_for_update().get(pk=fund.pk)
    left = fund.total_cents - Scholarship.objects.filter(fund=fund).awarded_cents()
    if not fund.is_running:
        raise Refused(_("This fund is not open for awards today."))
    if amount_cents > left:
        raise Refused(_("There is not enough left in this fund."))
    scholarship.fund, scholarship.awarded_cents, scholarship.decision_note = fund, amount_cents, note
    invoice = open_invoice(scholarship.application, by=by)
    receive(
        invoice,
        method=Method.SCHOLARSHIP,
        amount_cents=amount_cents,
        by=by,
        reference=scholarship.code,
        scholarship=scholarship,
    )
    emails.scholarship_awarded(scholarship, invoice)
    return ("fund_id", "awarded_cents", "decision_note")


def _decline(scholarship: Scholarship, *, note: str, **_details: Any) -> tuple[str, ...]:
    scholarship.decision_note = note
    emails.scholarship_declined(scholarship)
    return ("decision_note",)


def _release(scholarship: Scholarship, *, by: User | None, note: str, **_details: Any) -> tuple[str, ...]:
    """The money returns to the fund, and what it paid is owing again."""
    payment = scholarship.payments.select_related("invoice").get(method=Method.SCHOLARSHIP)
    give_back(payment, amount_cents=payment.amount_cents, by=by, reference=scholarship.code, note=note)
    if by is not None:
        emails.scholarship_released(scholarship, payment.invoice, note)
    return ()


def _not_endorsed_yet(scholarship: Scholarship, by: User | None) -> str | StrPromise | None:
    if scholarship.application.status == "endorsed":
        return _("The applicant is endorsed already, so this scholarship has been spent.")
    return None


DECIDE = "payments.decide_scholarship"

SCHOLARSHIP = Lifecycle(
    model=Scholarship,
    initial=A.REQUESTED,
    table={
        "award": Transition(
            (A.REQUESTED,),
            A.AWARDED,
            _("Award"),
            DECIDE,
            apply=_award,
            stamp="decided_at",
            stamp_by="decided_by",
            logged=("fund", "amount_cents"),
        ),
        "decline": Transition(
            (A.REQUESTED,),
            A.DECLINED,
            _("Decline"),
            DECIDE,
            apply=_decline,
            stamp="decided_at",
            stamp_by="decided_by",
            needs_note=True,
            tone="secondary",
        ),
        "release": Transition(
            (A.AWARDED,),
            A.RELEASED,
            _("Release the money"),
            DECIDE,
            guard=_not_endorsed_yet,
            apply=_release,
            needs_note=True,
            tone="danger",
        ),
        "close": Transition((A.REQUESTED,), A.RELEASED, _("Close, no longer needed")),
    },
)
