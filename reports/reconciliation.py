"""Does everything agree? Checks that compare what the database says with itself and with the files beside it.

Each check is a function that reads, changes nothing, and returns what it found. What can be mended by keeping a
promise carries that promise; `repair` writes it into the outbox and nothing else. Nothing is ever deleted: what is
too much, or contradicts itself, is for a person to look at.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from applicants.models import Application, ApplicationStatus, FeeState, Grant, GrantRole
from applicants.transitions import OPEN as UNDER_WAY
from cohorts.models import Seat, SeatStatus
from credentials.issuing import CERTIFICATE_PURPOSE
from credentials.models import Credential
from endorsement_portal.log_heads import FOLDER as LOG_HEADS
from endorsement_portal.models import Message, Outbox, Upload
from endorsement_portal.outbox import promise
from payments.models import Checkout, CheckoutStatus, Invoice, InvoiceStatus, ProviderEvent
from reviews.models import Review, ReviewStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A file is written a moment before its row, and a promise kept a moment after it is due: younger ones are not judged.
GRACE = timedelta(minutes=10)
CHECKOUT_GRACE = timedelta(hours=1)
CHUNK = 1024 * 1024
UNDER_REVIEW = (ApplicationStatus.IN_REVIEW, ApplicationStatus.REVIEWED)
# An invitation opens nothing; accepting does. Who has filed may still change the review until the decision.
REVIEWING = (ReviewStatus.ACCEPTED, ReviewStatus.IN_PROGRESS)
READING = (*REVIEWING, ReviewStatus.FILED)


@dataclass(frozen=True)
class Promise:
    """What would mend a difference: an effect of the outbox and the ids it takes; `again`, its row if it gave up."""

    kind: str
    ids: dict[str, int | str]
    again: int | None = None


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree: what it is about, what is wrong in words, and what would mend it, if anything."""

    about: str
    words: str
    mend: Promise | None = None


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    code: str
    title: str
    differences: list[Difference] = field(default_factory=list)


# --- Files -------------------------------------------------------------------------------------------------------


def rows_without_files() -> list[Difference]:
    """Uploads whose file is not in the storage. One query, then one listing: a file is always older than its row."""
    rows = list(Upload.objects.order_by("pk").values_list("pk", "file", "purpose"))
    stored = set(_stored_names())
    return [
        Difference(f"upload {pk}", f"the {purpose} file {name} is not in the storage")
        for pk, name, purpose in rows
        if name not in stored
    ]


def files_without_rows() -> list[Difference]:
    """Files that no row names: left behind where a process was killed between writing the file and its row."""
    known = set(Upload.objects.values_list("file", flat=True))
    young = timezone.now() - GRACE
    return [
        Difference(f"file {name}", "no row names it")
        for name in sorted(_stored_names())
        if name not in known and default_storage.get_modified_time(name) < young
    ]


def _stored_names(folder: str = "") -> Iterator[str]:
    """Every file of the storage but the log's nightly heads, which have no rows by design."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in files)
    for name in folders:
        if f"{prefix}{name}" != LOG_HEADS:
            yield from _stored_names(f"{prefix}{name}")


def changed_certificates() -> list[Difference]:
    """Certificates whose stored bytes are no longer those that were made, by SHA-256. Reads every certificate once."""
    found = []
    for upload in Upload.objects.filter(purpose=CERTIFICATE_PURPOSE).order_by("pk").iterator():
        if not default_storage.exists(str(upload.file.name)):
            continue  # told by rows_without_files
        digest = hashlib.sha256()
        with default_storage.open(str(upload.file.name)) as file:
            for chunk in file.chunks(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != upload.sha256:
            found.append(Difference(f"upload {upload.pk}", f"the certificate {upload.file.name} was changed"))
    return found


# --- Credentials -------------------------------------------------------------------------------------------------


def missing_credentials() -> list[Difference]:
    """Endorsed and paid for, without a credential, and nobody has promised one."""
    promised = _promised("credentials.issue", "application_id")
    rows = Application.objects.filter(
        status=ApplicationStatus.ENDORSED, fee_state=FeeState.SETTLED, credential=None
    ).exclude(pk__in=promised)
    return [
        Difference(
            application.code,
            "endorsed and paid for, but there is no credential",
            Promise("credentials.issue", {"application_id": application.pk}),
        )
        for application in rows.order_by("pk")
    ]


def missing_certificates() -> list[Difference]:
    """Credentials without a certificate, and nobody has promised one."""
    promised = _promised("credentials.certificate", "credential_id")
    return [
        Difference(
            credential.number,
            "there is no certificate",
            Promise("credentials.certificate", {"credential_id": credential.pk}),
        )
        for credential in Credential.objects.filter(pdf=None).exclude(pk__in=promised).order_by("pk")
    ]


# --- Promises and mail -------------------------------------------------------------------------------------------


def parked_promises() -> list[Difference]:
    """Promises that gave up after many tries. Mending lets them try again from the beginning."""
    rows = Outbox.objects.filter(parked_at__isnull=False, done_at=None).order_by("pk")
    return [
        Difference(
            f"promise {row.pk}", f"{row.kind} gave up: {row.last_error}", Promise(row.kind, row.payload, again=row.pk)
        )
        for row in rows
    ]


def overdue_promises() -> list[Difference]:
    """Promises due for more than ten minutes: the relay or the workers are not keeping up, or not running."""
    rows = Outbox.objects.filter(done_at=None, parked_at=None, due_at__lt=timezone.now() - GRACE)
    return [
        Difference(f"promise {row.pk}", f"{row.kind} has been due since {row.due_at:%Y-%m-%d %H:%M} UTC")
        for row in rows.order_by("pk")
    ]


def failed_mail() -> list[Difference]:
    """Mail that the receiving server refused for good. Somebody has to find another address."""
    return [
        Difference(f"mail {message.pk}", f"{message.kind} was refused: {message.failure}")
        for message in Message.objects.undelivered().order_by("pk")
    ]


def forgotten_mail() -> list[Difference]:
    """Mail that was neither sent nor refused, and that nobody has promised to send."""
    waiting = Message.objects.filter(sent_at=None, failed_at=None).exclude(pk__in=_promised("mail.send", "message_id"))
    return [
        Difference(
            f"mail {message.pk}",
            f"{message.kind} was never sent",
            Promise("mail.send", {"message_id": message.pk}),
        )
        for message in waiting.order_by("pk")
    ]


# --- Money -------------------------------------------------------------------------------------------------------


def invoices_off_their_ledger() -> list[Difference]:
    """Invoices whose received sum is not the sum of their ledger lines."""
    rows = Invoice.objects.annotate(ledger=Coalesce(Sum("payments__amount_cents"), 0)).exclude(
        ledger=F("received_cents")
    )
    return [
        Difference(invoice.code, f"says {invoice.received_cents} cents came, the ledger says {invoice.ledger}")
        for invoice in rows.order_by("pk")
    ]


def invoices_off_their_lines() -> list[Difference]:
    """Invoices whose total is not the sum of what their lines ask."""
    rows = Invoice.objects.annotate(asked=Coalesce(Sum("lines__amount_cents"), 0)).exclude(asked=F("total_cents"))
    return [
        Difference(invoice.code, f"asks {invoice.total_cents} cents, its lines ask {invoice.asked}")
        for invoice in rows.order_by("pk")
    ]


def fee_states_off_their_invoice() -> list[Difference]:
    """Applications under way, or endorsed, whose fee state is not what their invoice says."""
    rows = Application.objects.filter(status__in=[*UNDER_WAY, ApplicationStatus.ENDORSED]).select_related("invoice")
    found = []
    for application in rows.order_by("pk").iterator():
        invoice = getattr(application, "invoice", None)
        if application.fee_state not in _fitting(invoice):
            says = f"the invoice is {invoice.status}" if invoice else "there is no invoice"
            found.append(Difference(application.code, f"its fee is {application.fee_state}, but {says}"))
    return found


def _fitting(invoice: Invoice | None) -> set[str]:
    """The fee states that an invoice allows."""
    if invoice is None:
        return {FeeState.OPEN}
    if invoice.is_settled:
        return {FeeState.SETTLED}
    if invoice.status == InvoiceStatus.PROMISED:
        return {FeeState.PROMISED}
    # A part that came does not undo the employer's promise of the rest; giving money back does.
    if invoice.status == InvoiceStatus.PART_PAID and invoice.promised_at:
        return {FeeState.PROMISED, FeeState.OPEN}
    return {FeeState.OPEN}


def old_checkouts() -> list[Difference]:
    """Visits to the bank's page that are open for more than an hour. Mending reads them from the bank."""
    rows = Checkout.objects.filter(status=CheckoutStatus.OPEN, created_at__lt=timezone.now() - CHECKOUT_GRACE)
    return [
        Difference(
            f"checkout {checkout.pk}",
            f"open since {checkout.created_at:%Y-%m-%d %H:%M} UTC",
            Promise("payments.read", {"session_id": checkout.session_id}),
        )
        for checkout in rows.order_by("pk")
    ]


def unheard_bank_events() -> list[Difference]:
    """Events of the bank that were stored but not acted upon, and that nobody has promised to act upon."""
    rows = ProviderEvent.objects.filter(handled_at=None).exclude(
        pk__in=_promised("payments.confirm", "provider_event_id")
    )
    return [
        Difference(
            f"bank event {event.event_id}",
            f"{event.kind} was not acted upon",
            Promise("payments.confirm", {"provider_event_id": event.pk}),
        )
        for event in rows.order_by("pk")
    ]


# --- Seats and access --------------------------------------------------------------------------------------------


def seats_without_applications() -> list[Difference]:
    """Accepted seats without an application, or with one that is somebody else's."""
    someone_elses = Q(interest__person__isnull=False) & ~Q(application__person=F("interest__person"))
    rows = Seat.objects.filter(status=SeatStatus.ACCEPTED).filter(Q(application=None) | someone_elses)
    return [
        Difference(
            f"seat {seat.pk}",
            "was accepted, but there is no application"
            if seat.application_id is None
            else "its application is somebody else's",
        )
        for seat in rows.order_by("pk")
    ]


def grants_without_reviews() -> list[Difference]:
    """Reviewers who may still read an application although they have no review of it to write or to change."""
    live = Review.objects.filter(application=OuterRef("application"), reviewer=OuterRef("user"), status__in=READING)
    rows = Grant.objects.filter(role=GrantRole.REVIEWER, withdrawn_at=None).exclude(
        Exists(live), application__status__in=UNDER_REVIEW
    )
    return [
        Difference(f"grant {grant.pk}", f"user {grant.user_id} may still read A-{grant.application_id:05d}")
        for grant in rows.order_by("pk")
    ]


def reviews_without_grants() -> list[Difference]:
    """Accepted reviews whose reviewer may not read the application."""
    grant = Grant.objects.filter(
        application=OuterRef("application"), user=OuterRef("reviewer"), role=GrantRole.REVIEWER, withdrawn_at=None
    )
    rows = Review.objects.filter(status__in=REVIEWING).exclude(Exists(grant))
    return [
        Difference(f"review {review.pk}", f"user {review.reviewer_id} can’t read A-{review.application_id:05d}")
        for review in rows.order_by("pk")
    ]


# --- All of them -------------------------------------------------------------------------------------------------

CHECKS: dict[str, tuple[str, Callable[[], list[Difference]]]] = {
    "rows-without-files": ("Every upload has its file", rows_without_files),
    "files-without-rows": ("Every file has its upload", files_without_rows),
    "changed-certificates": ("Every certificate is as it was made", changed_certificates),
    "missing-credentials": ("Every endorsed and paid application has its credential", missing_credentials),
    "missing-certificates": ("Every credential has its certificate", missing_certificates),
    "parked-promises": ("No promise has given up", parked_promises),
    "overdue-promises": ("Every promise is kept within ten minutes", overdue_promises),
    "failed-mail": ("No mail was refused", failed_mail),
    "forgotten-mail": ("Every mail was sent, or is promised", forgotten_mail),
    "invoices-ledger": ("Every invoice is the sum of its ledger", invoices_off_their_ledger),
    "invoices-lines": ("Every invoice asks the sum of its lines", invoices_off_their_lines),
    "fee-states": ("Every fee state is what the invoice says", fee_states_off_their_invoice),
    "old-checkouts": ("No visit to the bank is open for more than an hour", old_checkouts),
    "unheard-bank-events": ("Every event of the bank was acted upon", unheard_bank_events),
    "seats-applications": ("Every accepted seat has its application", seats_without_applications),
    "grants-reviews": ("Every reviewer who may read has a review", grants_without_reviews),
    "reviews-grants": ("Every reviewer with a review may read", reviews_without_grants),
}


def reconcile() -> list[Finding]:
    """Ask every check, in order. Reads only."""
    return [Finding(code, title, check()) for code, (title, check) in CHECKS.items()]


def repair(findings: list[Finding]) -> int:
    """Promise again what the findings say would mend them; how many promises were written. Deletes nothing.

    A promise that is open already for the same effect is not written twice, so repairing twice does no more.
    """
    mends = [d.mend for finding in findings for d in finding.differences if d.mend]
    with transaction.atomic():
        return sum(_promise_again(mend) for mend in mends)


def _promise_again(mend: Promise) -> bool:
    if mend.again is not None:
        gave_up = Outbox.objects.filter(pk=mend.again, parked_at__isnull=False, done_at=None)
        return bool(gave_up.update(parked_at=None, attempts=0, due_at=timezone.now()))
    if Outbox.objects.filter(kind=mend.kind, payload=mend.ids, done_at=None, parked_at=None).exists():
        return False
    ids = ":".join(str(value) for value in mend.ids.values())
    moment = timezone.now().strftime("%Y%m%dT%H%M%S%f")
    # The moment comes first: a long id may be cut off, and keys must still differ.
    promise(mend.kind, f"reconcile:{mend.kind}:{moment}:{ids}"[:200], due_at=None, **mend.ids)
    return True


def _promised(kind: str, name: str) -> set[Any]:
    """The ids for which an effect of this kind is promised. Those that gave up count: a check of their own tells them."""
    return set(Outbox.objects.filter(kind=kind, done_at=None).values_list(f"payload__{name}", flat=True))
