"""The applicant's side: what the fee is, the ways to pay it, the invoice on paper, a scholarship asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants.models import Application
from endorsement_portal.lifecycle import Refused, advance
from payments import emails, gateway
from payments.forms import EmployerForm, ScholarshipForm
from payments.ledger import open_invoice
from payments.models import Invoice, Payment, Scholarship
from payments.schedule import fee_for
from payments.transitions import INVOICE, request_scholarship

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from endorsement_portal.models import User


def own_application(request: HttpRequest, pk: int) -> Application:
    """The person's own application, or 404: fees of others are nobody's business."""
    found: Application = get_object_or_404(
        Application.objects.own(cast("User", request.user)).select_related("category__track", "person"), pk=pk
    )
    return found


def invoice_of(application: Application) -> Invoice | None:
    """Its invoice, if one was issued."""
    found: Invoice | None = Invoice.objects.filter(application=application).first()
    return found


def _what_it_costs(application: Application, invoice: Invoice | None) -> dict[str, Any]:
    """Lines, total and what is owing: by the invoice where there is one, else by today's schedule."""
    if invoice is not None:
        lines: list[Any] = list(invoice.lines.all())
        return {"lines": lines, "total_cents": invoice.total_cents, "owing_cents": invoice.balance_cents}
    fee = fee_for(application)
    return {
        "lines": fee.items if fee.is_complete else [],
        "total_cents": fee.total_cents,
        "owing_cents": fee.total_cents if fee.is_complete else 0,
        "member_by": fee.member_by,
    }


@login_required
def fee_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it costs, what has been paid, and the ways to pay. Looking at it issues nothing."""
    application = own_application(request, pk)
    invoice = invoice_of(application)
    costs = _what_it_costs(application, invoice)
    scholarship = Scholarship.objects.filter(application=application).first()
    payable = invoice.is_payable if invoice else bool(costs["lines"])
    context = costs | {
        "application": application,
        "invoice": invoice,
        "payments": list(Payment.objects.filter(invoice=invoice)) if invoice else [],
        "scholarship": scholarship,
        "is_sample": any(line.is_sample for line in costs["lines"]),
        "is_payable": payable and costs["owing_cents"] > 0 and not _closed(application),
        "takes_cards": gateway.is_configured(),
    }
    return render(request, "payments/fee_detail.html", context)


def _closed(application: Application) -> bool:
    """Whether nothing is asked any more. An endorsed applicant may still owe."""
    return application.is_closed and application.status != "endorsed"


@require_POST
@login_required
def fee_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the invoice with today's prices. A second click finds it issued."""
    application = own_application(request, pk)
    there_already = invoice_of(application) is not None
    try:
        invoice = open_invoice(application, by=cast("User", request.user))
    except Refused as no:
        messages.error(request, no.message)
        return redirect("payments:fee_detail", pk=pk)
    if not there_already:
        emails.invoice_issued(invoice)
        messages.success(request, _("Your invoice %(code)s is ready.") % {"code": invoice.code})
    return redirect("payments:fee_invoice", pk=pk)


@login_required
def fee_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoice to print, with what has been paid on it."""
    application = own_application(request, pk)
    invoice = get_object_or_404(Invoice.objects.visible_to(cast("User", request.user)), application=application)
    context = {
        "application": application,
        "invoice": invoice,
        "lines": list(invoice.lines.all()),
        "payments": list(invoice.payments.all()),
        "address": settings.INVOICE_ADDRESS,
    }
    return render(request, "payments/fee_invoice.html", context)


@login_required
def fee_employer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who pays in the applicant's place: an invoice made out to them. It is promised once finance has the order."""
    application = own_application(request, pk)
    invoice = invoice_of(application)
    if invoice is not None and invoice.status not in INVOICE.table["name_employer"].sources:
        messages.info(request, _("Who pays can’t be changed now: the page shows where the fee stands."))
        return redirect("payments:fee_detail", pk=pk)
    names = ("employer", "employer_address", "employer_email", "po_number")
    known = {name: getattr(invoice, name) for name in names} if invoice else {}
    if not known.get("employer"):
        profile = getattr(application.person, "profile", None)
        known["employer"] = profile.employer if profile else ""
    form = EmployerForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user)
        try:
            advance(open_invoice(application, by=by), "name_employer", by=by, **form.cleaned_data)
        except Refused as no:
            messages.error(request, no.message)
            return redirect("payments:fee_detail", pk=pk)
        messages.success(request, _("The invoice is made out. Print it and hand it to the people who pay."))
        return redirect("payments:fee_invoice", pk=pk)
    return render(request, "payments/fee_employer.html", {"application": application, "form": form})


@login_required
def scholarship_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a scholarship. One request at a time for each application."""
    application = own_application(request, pk)
    invoice = invoice_of(application)
    costs = _what_it_costs(application, invoice)
    standing = Scholarship.objects.filter(application=application, status__in=["requested", "awarded"]).exists()
    if standing or not costs["owing_cents"] or _closed(application) or (invoice and not invoice.is_payable):
        messages.info(request, _("There is a request already, or nothing left to pay."))
        return redirect("payments:fee_detail", pk=pk)
    form = ScholarshipForm(request.POST or None, owing_cents=costs["owing_cents"])
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            request_scholarship(
                application,
                by=cast("User", request.user),
                amount_cents=form.amount_cents,
                statement=asked["statement"],
                employer_will_pay=asked["employer_will_pay"],
            )
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Your request is with us. You will hear from us either way."))
        return redirect("payments:fee_detail", pk=pk)
    context = {"application": application, "form": form, "owing_cents": costs["owing_cents"]}
    return render(request, "payments/scholarship_create.html", context)
