"""The end of a fee whose application ended without a decision: scholarships return, an unpaid invoice is void.

Money that was paid stays until finance gives it back, because what may be refunded depends on how far things went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from endorsement_portal.lifecycle import advance
from payments.models import Invoice, Scholarship

if TYPE_CHECKING:
    from applicants.models import Application


def close_fee(application: Application) -> None:
    """Close what is open about the application's fee. Doing it twice does nothing more."""
    note = _("The application was closed before a decision.")
    with transaction.atomic():
        for scholarship in Scholarship.objects.filter(application=application, status__in=["requested", "awarded"]):
            advance(scholarship, "release" if scholarship.status == "awarded" else "close", note=note)
        invoice = Invoice.objects.filter(application=application).first()
        if invoice is not None and invoice.status in {"issued", "promised"} and not invoice.received_cents:
            advance(invoice, "void", note=note)
