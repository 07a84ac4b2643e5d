"""Finance's side of fees: who owes what, one invoice with its ledger, money recorded, promised, given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from endorsement_portal.gates import requires_role
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Event, Role
from payments import gateway
from payments.forms import InvoiceFilterForm, PaymentForm, PromiseForm, ReasonForm, RefundForm
from payments.ledger import left_of, receive
from payments.models import Invoice, Method, Payment
from payments.querysets import OWING
from payments.refunds import refund
from payments.transitions import INVOICE

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User

# Verbs that are one confirmation; those that move money have a page of their own.
CONFIRMED = frozenset({"drop_promise", "drop_promise_part", "void", "reissue"})
HAPPENED = {
    "issue": gettext_lazy("Issued"),
    "name_employer": gettext_lazy("The applicant said that their employer pays"),
    "promise": gettext_lazy("A purchase order was recorded"),
    "drop_promise": gettext_lazy("The promise fell through"),
    "drop_promise_part": gettext_lazy("The promise fell through"),
    "pay_part": gettext_lazy("A part was paid"),
    "pay": gettext_lazy("Paid in full"),
    "pay_over": gettext_lazy("More came than was owing"),
    "cover": gettext_lazy("Covered by a scholarship"),
    "ask_refund": gettext_lazy("A refund was asked of the bank"),
    "refund": gettext_lazy("All given back"),
    "refund_part": gettext_lazy("A part given back"),
    "refund_over": gettext_lazy("What was too much was given back"),
    "uncover": gettext_lazy("The scholarship was taken back"),
    "void": gettext_lazy("Made void"),
    "reissue": gettext_lazy("Issued again"),
}
TONES = {"pay": "good", "cover": "good", "pay_over": "attention", "void": "attention", "drop_promise": "attention"}


@requires_role(Role.FINANCE, Role.ADMIN)
def invoice_list(request: HttpRequest) -> HttpResponse:
    """Every invoice, those that await money first."""
    form = InvoiceFilterForm(request.GET)
    rows = Invoice.objects.visible_to(_user(request))
    counts = _counts(rows)
    if form.is_valid():
        rows = _narrowed(rows, form.cleaned_data["q"].strip(), form.cleaned_data["status"])
    page = Paginator(rows.owing_first().with_names(), 50).get_page(request.GET.get("page"))
    return render(request, "payments/invoice_list.html", {"form": form, "page_obj": page, "counts": counts})


def _counts(rows: QuerySet[Invoice]) -> dict[str, int]:
    """What the figures above the list say, in one query."""
    owing, refund_due = Q(status__in=OWING), Q(pk__in=Invoice.objects.to_refund().values("pk"))
    return rows.aggregate(
        owing=Count("pk", filter=owing),
        promised=Count("pk", filter=Q(status="promised")),
        to_refund=Count("pk", filter=refund_due),
        owing_cents=Sum(F("total_cents") - F("received_cents"), filter=owing, default=0),
    )


def _narrowed(rows: Any, q: str, status: str) -> Any:
    if status == "owing":
        rows = rows.owing()
    elif status == "to_refund":
        rows = rows.to_refund()
    elif status:
        rows = rows.filter(status=status)
    number = q.upper().removeprefix("F-").lstrip("0")
    if number.isdecimal() and number.isascii() and len(number) < 10:
        return rows.filter(pk=int(number))
    return rows.filter(Q(person__name__icontains=q) | Q(person__email__icontains=q)) if q else rows


@requires_role(Role.FINANCE, Role.ADMIN)
def invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice: its lines, its ledger, what happened, and what can be done. Nothing of the portfolio."""
    invoice = _invoice(request, pk)
    user = _user(request)
    ledger = list(invoice.payments.select_related("recorded_by").prefetch_related("refunds"))
    for payment in ledger:
        returned = sum(line.amount_cents for line in payment.refunds.all())
        left = 0 if payment.method == Method.SCHOLARSHIP else max(payment.amount_cents + returned, 0)
        payment.left_cents = left  # type: ignore[attr-defined]
    may_record = user.has_perm("payments.record_payment", invoice)
    verbs = available_verbs(invoice, user) if may_record else []
    context = {
        "invoice": invoice,
        "lines": list(invoice.lines.all()),
        "ledger": ledger,
        "timeline": _timeline(invoice),
        "verbs": [v for v in verbs if v.verb in CONFIRMED],
        "may_record": may_record,
        "may_promise": any(v.verb == "promise" for v in verbs),
        "is_own": invoice.belongs_to(user),
    }
    return render(request, "payments/invoice_detail.html", context)


def _timeline(invoice: Invoice) -> list[dict[str, object]]:
    """What happened to the invoice, newest first."""
    events = Event.objects.about(invoice).select_related("actor").order_by("-sequence")
    return [
        {
            "when": event.at,
            "title": HAPPENED.get(event.verb, event.verb),
            "by": event.actor.get_display_name() if event.actor else _("The portal"),
            "note": event.note,
            "tone": TONES.get(event.verb, ""),
        }
        for event in events
    ]


@requires_role(Role.FINANCE, Role.ADMIN)
def payment_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a check, a paid purchase order or cash. The same form sent twice is recorded once."""
    invoice = _recordable(request, pk)
    if request.method == "POST" and _entered_already(request.POST.get("entry_key", ""), invoice):
        return redirect("payments:invoice_detail", pk=pk)
    if not invoice.is_payable:
        messages.info(request, _("This invoice is not open for payment."))
        return redirect("payments:invoice_detail", pk=pk)
    form = PaymentForm(request.POST or None, invoice=invoice)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            receive(
                invoice,
                method=Method(asked["method"]),
                amount_cents=asked["amount"],
                received_on=asked["received_on"],
                reference=asked["reference"],
                entry_key=asked["entry_key"],
                by=_user(request),
            )
        except Refused as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, _("Recorded. The applicant has been sent a receipt."))
            return redirect("payments:invoice_detail", pk=pk)
    return render(request, "payments/payment_create.html", {"invoice": invoice, "form": form})


def _entered_already(entry_key: str, invoice: Invoice) -> bool:
    """Whether this very form was recorded a moment ago. A key that is no key is the form's to refuse."""
    return any(str(known) == entry_key for known in invoice.payments.values_list("entry_key", flat=True) if known)


@requires_role(Role.FINANCE, Role.ADMIN)
def invoice_confirm_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a purchase order: the review may go on, the certificate waits for the money."""
    invoice = _recordable(request, pk)
    form = PromiseForm(request.POST or None, initial={"po_number": invoice.po_number})
    if request.method == "POST" and form.is_valid():
        return _advanced(request, invoice, "promise", po_number=form.cleaned_data["po_number"])
    return render(request, "payments/invoice_confirm_promise.html", {"invoice": invoice, "form": form})


@requires_role(Role.FINANCE, Role.ADMIN)
def invoice_confirm(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One verb that moves no money, asked once more, with its reason where one is needed."""
    invoice = _recordable(request, pk)
    if verb not in CONFIRMED:
        raise Http404
    transition = INVOICE.table[verb]
    form = ReasonForm(request.POST or None) if transition.needs_note else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _advanced(request, invoice, verb, note=form.cleaned_data["note"] if form else "")
    context = {"invoice": invoice, "verb": verb, "transition": transition, "form": form}
    return render(request, "payments/invoice_confirm.html", context)


@requires_role(Role.FINANCE, Role.ADMIN)
def payment_confirm_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back what is left of one payment, or a part. A card's money goes back through the bank, now."""
    payments = Payment.objects.visible_to(_user(request)).select_related("invoice__person", "invoice__application")
    payment = get_object_or_404(payments.exclude(method__in=[Method.REFUND, Method.SCHOLARSHIP]), pk=pk)
    invoice = _recordable(request, payment.invoice_id)
    left = left_of(payment)
    if _entered_already(request.POST.get("entry_key", ""), invoice) or not left:
        return redirect("payments:invoice_detail", pk=invoice.pk)
    form = RefundForm(request.POST or None, left_cents=left)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            refund(payment, amount_cents=asked["amount"], by=_user(request), note=asked["note"], key=asked["entry_key"])
        except (Refused, gateway.BankUnavailable) as no:
            form.add_error(None, no.message)
        else:
            messages.success(request, _("Given back. The applicant has been told."))
            return redirect("payments:invoice_detail", pk=invoice.pk)
    context = {"payment": payment, "invoice": invoice, "form": form, "left_cents": left}
    return render(request, "payments/payment_confirm_refund.html", context)


def _advanced(request: HttpRequest, invoice: Invoice, verb: str, *, note: str = "", **details: Any) -> HttpResponse:
    try:
        advance(invoice, verb, by=_user(request), note=note, **details)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, _("Done: %(what)s.") % {"what": INVOICE.table[verb].label})
    return redirect("payments:invoice_detail", pk=invoice.pk)


def _invoice(request: HttpRequest, pk: int) -> Invoice:
    invoices = Invoice.objects.visible_to(_user(request)).with_names()
    found: Invoice = get_object_or_404(invoices, pk=pk)
    return found


def _recordable(request: HttpRequest, pk: int) -> Invoice:
    """An invoice that this person may record money on: not their own."""
    invoice = _invoice(request, pk)
    if not _user(request).has_perm("payments.record_payment", invoice):
        raise Http404
    return invoice


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
