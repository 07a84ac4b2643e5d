"""What we write about money: to the applicant, and to finance where something waits."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from endorsement_portal.mail import letter_to
from endorsement_portal.models import Role, User
from endorsement_portal.templatetags.portal_tags import dollars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from endorsement_portal.mail import Letter
    from payments.models import Invoice, Payment, Scholarship


def _fee_path(application_id: int) -> str:
    return reverse("payments:fee_detail", args=[application_id])


@contextmanager
def _letter_about(invoice: Invoice) -> Iterator[Letter]:
    """To the person who owes the fee, with the way to it."""
    with letter_to(invoice.person, about=invoice) as letter:
        letter.link_label, letter.link_path = _("See my fee"), _fee_path(invoice.application_id)
        yield letter


def _facts(invoice: Invoice, **more: str) -> dict[str, str]:
    return {
        "code": invoice.code,
        "category": invoice.application.category.title,
        "total": dollars(invoice.total_cents),
        "balance": dollars(invoice.balance_cents),
    } | more


def invoice_issued(invoice: Invoice) -> None:
    """E48: the invoice is there."""
    with _letter_about(invoice) as letter:
        letter.write(
            "E48",
            subject=_("Your invoice %(code)s") % {"code": invoice.code},
            body=_(
                "The fee of your application for %(category)s is %(total)s (invoice %(code)s).\n\nYou can pay it by "
                "card, ask your employer to pay by check or purchase order, or ask for a scholarship. Your application "
                "can go on being reviewed once the payment is made or promised."
            )
            % _facts(invoice),
            link_label=_("See my fee and how to pay"),
        )


def invoice_for_employer(invoice: Invoice) -> None:
    """E48 with what to hand to the employer."""
    with _letter_about(invoice) as letter:
        letter.write(
            "E48",
            subject=_("Invoice %(code)s for your employer") % {"code": invoice.code},
            body=_(
                "Here is invoice %(code)s over %(balance)s, made out to %(employer)s. Print it or save it as a PDF, "
                "and hand it to the people who pay. Please ask them to write the invoice number on their check or "
                "purchase order.\n\nWe will write to you when the payment arrives."
            )
            % _facts(invoice, employer=invoice.employer),
            link_label=_("Open the invoice"),
            link_path=reverse("payments:fee_invoice", args=[invoice.application_id]),
        )


def payment_received(invoice: Invoice, payment: Payment) -> None:
    """E49: the receipt; says what is still owing, if anything is."""
    with _letter_about(invoice) as letter:
        facts = _facts(
            invoice,
            amount=dollars(payment.amount_cents),
            date=date_format(payment.received_on, "F j, Y"),
            method=str(payment.get_method_display()).lower(),
            number=payment.number or "–",
        )
        body = _(
            "Thank you. We received %(amount)s on %(date)s for invoice %(code)s.\n\nPaid by: %(method)s\nNumber: "
            "%(number)s"
        )
        if invoice.balance_cents:
            body += "\n\n" + _("%(balance)s is still to be paid.")
        elif invoice.overpaid_cents:
            body += "\n\n" + _("This is more than the fee. We will give the rest back.")
        else:
            body += "\n\n" + _("The fee is now paid in full.")
        letter.write(
            "E49",
            subject=_("Receipt for %(amount)s") % facts,
            body=body % facts,
            link_label=_("See my receipts"),
        )


def payment_refunded(invoice: Invoice, payment: Payment) -> None:
    """E51: money is on its way back."""
    with _letter_about(invoice) as letter:
        facts = _facts(invoice, amount=dollars(-payment.amount_cents))
        body = _(
            "We have given back %(amount)s of what was paid on invoice %(code)s. Money paid by card goes back to the "
            "same card and can take five to ten days to show."
        )
        if invoice.balance_cents and invoice.is_payable:
            body += "\n\n" + _("%(balance)s is now to be paid.")
        letter.write("E51", subject=_("We have given back %(amount)s") % facts, body=body % facts)


def refund_failed(invoice: Invoice, payment: Payment) -> None:
    """E51 to finance: the bank could not give money back, so somebody has to find another way."""
    facts = _facts(invoice, amount=dollars(payment.amount_cents), name=invoice.person.get_display_name())
    for treasurer in User.objects.with_role(Role.FINANCE):
        with letter_to(treasurer) as letter:
            letter.write(
                "E51",
                subject=_("A refund came back: invoice %(code)s") % facts,
                body=_(
                    "The bank could not give %(amount)s back to %(name)s, so the money is with us again and on invoice "
                    "%(code)s. This happens where a card has been closed. Please ask %(name)s how to send it, then "
                    "give back on the invoice’s page the line that says “Refund that came back”."
                )
                % facts,
                link_label=_("Open the invoice"),
                link_path=reverse("payments:invoice_detail", args=[invoice.pk]),
                about=invoice,
            )


def fee_waived(invoice: Invoice, note: str) -> None:
    """E51: the invoice is void."""
    with _letter_about(invoice) as letter:
        letter.write(
            "E51",
            subject=_("Nothing to pay on invoice %(code)s") % {"code": invoice.code},
            body=_("Invoice %(code)s has been taken back, so you don’t have to pay it:\n\n%(note)s")
            % _facts(invoice, note=note),
        )


def scholarship_requested(scholarship: Scholarship) -> None:
    """E52 to the applicant, and to finance, where it waits."""
    application = scholarship.application
    with letter_to(application.person) as letter:
        letter.write(
            "E52",
            subject=_("We have your request for a scholarship"),
            body=_(
                "You asked for help with %(amount)s of the fee of your application for %(category)s. Somebody will "
                "read your request and you will hear from us either way.\n\nYou can go on working on your application "
                "meanwhile."
            )
            % {"amount": dollars(scholarship.amount_cents), "category": application.category.title},
            link_label=_("See my fee"),
            link_path=_fee_path(application.pk),
            about=scholarship,
        )
    for treasurer in User.objects.with_role(Role.FINANCE):
        with letter_to(treasurer) as letter:
            letter.write(
                "E52",
                subject=_("New scholarship request: %(code)s") % {"code": scholarship.code},
                body=_("A request for help with %(amount)s waits for a decision.")
                % {"amount": dollars(scholarship.amount_cents)},
                link_label=_("Read it"),
                link_path=reverse("payments:scholarship_detail", args=[scholarship.pk]),
                about=scholarship,
            )


def scholarship_awarded(scholarship: Scholarship, invoice: Invoice) -> None:
    """E53: awarded; says what is left to pay, if anything is."""
    with _letter_about(invoice) as letter:
        facts = _facts(invoice, amount=dollars(scholarship.awarded_cents))
        body = _("Good news: a scholarship pays %(amount)s of the fee of your application for %(category)s.")
        if invoice.balance_cents:
            body += "\n\n" + _("%(balance)s is left for you or your employer to pay.")
        else:
            body += "\n\n" + _("There is nothing left for you to pay.")
        letter.write("E53", subject=_("You have been awarded a scholarship"), body=body % facts)


def scholarship_declined(scholarship: Scholarship) -> None:
    """E54: declined, with the reason and the ways that stay open."""
    application = scholarship.application
    with letter_to(application.person) as letter:
        letter.write(
            "E54",
            subject=_("About your request for a scholarship"),
            body=_(
                "Thank you for asking. We can’t award a scholarship for this application:\n\n%(note)s\n\nYou can still "
                "pay by card, or ask your employer to pay by check or purchase order."
            )
            % {"note": scholarship.decision_note},
            link_label=_("See my fee and how to pay"),
            link_path=_fee_path(application.pk),
            about=scholarship,
        )


def scholarship_released(scholarship: Scholarship, invoice: Invoice, note: str) -> None:
    """E48: the scholarship was taken back, so the fee is owing again."""
    with _letter_about(invoice) as letter:
        letter.write(
            "E48",
            subject=_("Your scholarship has changed"),
            body=_(
                "The scholarship of %(amount)s for your application has been taken back:\n\n%(note)s\n\n%(balance)s is "
                "now to be paid on invoice %(code)s. If this comes as a surprise, please write to us."
            )
            % _facts(invoice, amount=dollars(scholarship.awarded_cents), note=note),
            link_label=_("See my fee and how to pay"),
        )
