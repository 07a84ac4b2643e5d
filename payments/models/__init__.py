"""What is true of money."""

from payments.models.bank import Checkout, CheckoutStatus, ProviderEvent
from payments.models.fee import FeeCode, FeeItem
from payments.models.invoice import Invoice, InvoiceLine, InvoiceStatus
from payments.models.payment import Method, Payment
from payments.models.scholarship import Fund, Scholarship, ScholarshipStatus

__all__ = [
    "Checkout",
    "CheckoutStatus",
    "FeeCode",
    "FeeItem",
    "Fund",
    "Invoice",
    "InvoiceLine",
    "InvoiceStatus",
    "Method",
    "Payment",
    "ProviderEvent",
    "Scholarship",
    "ScholarshipStatus",
]
