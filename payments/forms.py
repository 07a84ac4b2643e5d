"""What may come in about money. Amounts are typed in dollars and kept in cents."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from endorsement_portal.templatetags.portal_tags import dollars
from endorsement_portal.widgets import DateInput
from payments.models import Fund, InvoiceStatus, Method, Scholarship, ScholarshipStatus
from payments.models.payment import BY_HAND

if TYPE_CHECKING:
    from payments.models import Invoice

STATEMENT_WORDS = 300
CARD_LIKE = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def no_card_number(text: str) -> None:
    """Refuse what looks like a card's number: it belongs on the bank's page alone."""
    for found in CARD_LIKE.findall(text):
        digits = [int(d) for d in found if d.isdigit()]
        doubled = [d * 2 - 9 * (d > 4) if place % 2 else d for place, d in enumerate(reversed(digits))]
        if sum(doubled) % 10 == 0:
            raise ValidationError(_("This looks like a card number. Please never type one here."))


class DollarsField(forms.DecimalField):
    """Dollars as people write them ("$1,250" or 45.50), as whole cents. Always above zero."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(min_value=Decimal("0.01"), max_value=Decimal(1_000_000), decimal_places=2, **kwargs)
        self.error_messages["invalid"] = _("Enter an amount in dollars, like 45 or 45.50.")
        self.error_messages["max_decimal_places"] = self.error_messages["invalid"]

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Read a dollar sign and thousands' commas too."""
        return super().to_python(str(value).strip().removeprefix("$").replace(",", "") if value else value)

    def run_validators(self, value: Any) -> None:
        """Say plainly that nothing and less than nothing are no amounts."""
        if value is not None and value <= 0:
            raise ValidationError(_("Enter an amount above zero."))
        super().run_validators(value)

    def clean(self, value: Any) -> Any:
        """Whole cents, or None where nothing was asked."""
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)


def as_dollars(cents: int) -> str:
    """Cents as the field shows them: 7500 is "75.00"."""
    return f"{cents // 100}.{cents % 100:02d}"


# --- The applicant -----------------------------------------------------------------------------------------------


class EmployerForm(forms.Form):
    """Whom the invoice is made out to."""

    employer = forms.CharField(
        label=_("Who pays?"), max_length=150, help_text=_("The name of your employer or agency."),
        validators=[no_card_number], widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )  # fmt: skip
    employer_address = forms.CharField(
        label=_("Their mailing address"), max_length=500, required=False,
        help_text=_("If it should stand on the invoice."), validators=[no_card_number],
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    employer_email = forms.EmailField(
        label=_("Email of the people who pay"), required=False,
        help_text=_("So that we can ask them about it. We don’t write to them without telling you."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    po_number = forms.CharField(
        label=_("Purchase order number"), max_length=60, required=False, validators=[no_card_number],
        help_text=_("If they have given you one already."), widget=forms.TextInput(attrs={"class": "medium"}),
    )  # fmt: skip


class ScholarshipForm(forms.Form):
    """A request for help with the fee: all of what is owing or a part, and why."""

    ALL, PART = "all", "part"
    how_much = forms.ChoiceField(
        label=_("How much help do you need?"), choices=[(ALL, ""), (PART, _("A part of it"))], initial=ALL,
        widget=forms.RadioSelect,
    )  # fmt: skip
    amount = DollarsField(label=_("How much of it, in dollars"), required=False, help_text=_("Only for a part."))
    statement = forms.CharField(
        label=_("Tell us about it"), widget=forms.Textarea(attrs={"rows": 8}), validators=[no_card_number],
        help_text=_(
            "In your own words, up to 300 of them: what stands in the way of paying the fee, and what the endorsement "
            "would mean for the families you work with. Please leave out families’ names."
        ),
    )  # fmt: skip
    employer_will_pay = forms.BooleanField(
        label=_("My employer can pay a part of the fee"), required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, owing_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owing_cents = owing_cents
        cast("forms.ChoiceField", self.fields["how_much"]).choices = [
            (self.ALL, _("All of it: %(amount)s") % {"amount": dollars(owing_cents)}),
            (self.PART, _("A part of it")),
        ]

    def clean_statement(self) -> str:
        """No more words than people can be asked to read."""
        text: str = self.cleaned_data["statement"]
        words = len(text.split())
        if words > STATEMENT_WORDS:
            raise ValidationError(
                _("This is %(words)s words long. Please keep it to 300.") % {"words": words}, code="too_long"
            )
        return text

    def clean(self) -> dict[str, Any]:
        """A part has an amount, and is no more than the whole."""
        asked = self.cleaned_data
        if asked.get("how_much") == self.PART and "amount" in asked:
            if asked["amount"] is None:
                self.add_error("amount", _("Say how much help you need."))
            elif asked["amount"] > self.owing_cents:
                self.add_error(
                    "amount", _("The fee is %(amount)s, so ask for no more.") % {"amount": dollars(self.owing_cents)}
                )
        return asked

    @property
    def amount_cents(self) -> int:
        """What is asked for."""
        if self.cleaned_data["how_much"] == self.ALL:
            return self.owing_cents
        cents: int = self.cleaned_data["amount"]
        return cents


# --- Finance -----------------------------------------------------------------------------------------------------


class EntryForm(forms.Form):
    """A form that writes into the ledger once, however often it is sent."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PaymentForm(EntryForm):
    """Money that came by check, purchase order or cash."""

    method = forms.ChoiceField(
        label=_("How did it come?"), choices=[(m.value, m.label) for m in BY_HAND], widget=forms.RadioSelect
    )
    amount = DollarsField(label=_("Amount in dollars"))
    reference = forms.CharField(
        label=_("Number of the check or order"), max_length=60, required=False, validators=[no_card_number],
        help_text=_("Needed for checks and purchase orders."), widget=forms.TextInput(attrs={"class": "medium"}),
    )  # fmt: skip
    received_on = forms.DateField(label=_("Day it arrived"), initial=timezone.localdate, widget=DateInput())

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoice = invoice
        self.fields["amount"].initial = as_dollars(invoice.balance_cents)
        self.fields["amount"].help_text = _("Still owing: %(amount)s.") % {"amount": dollars(invoice.balance_cents)}

    def clean_amount(self) -> int:
        """No more than is owing."""
        cents: int = self.cleaned_data["amount"]
        if cents > self.invoice.balance_cents:
            raise ValidationError(
                _("Only %(amount)s is still owing. Record no more than that, and send back what is too much.")
                % {"amount": dollars(self.invoice.balance_cents)}
            )
        return cents

    def clean_received_on(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is in the future. Record money once it is here."))
        return day

    def clean(self) -> dict[str, Any]:
        """Checks and orders carry a number; a check is entered once."""
        asked = self.cleaned_data
        method, reference = asked.get("method"), asked.get("reference", "")
        if method in {Method.PAPER_CHECK, Method.PURCHASE_ORDER} and not reference and "reference" not in self.errors:
            self.add_error("reference", _("Enter the number, so that the payment can be found again."))
        if method == Method.PAPER_CHECK and reference:
            twice = self.invoice.payments.filter(method=method, reference=reference)
            if twice.exclude(entry_key=asked.get("entry_key")).exists():
                self.add_error("reference", _("A check with this number is on this invoice already."))
        return asked


class PromiseForm(forms.Form):
    """A purchase order: money promised, not money here."""

    po_number = forms.CharField(
        label=_("Purchase order number"), max_length=60, validators=[no_card_number],
        widget=forms.TextInput(attrs={"class": "medium"}),
    )  # fmt: skip


class RefundForm(EntryForm):
    """Money to be given back, up to what is left of one payment."""

    amount = DollarsField(label=_("Amount in dollars"))
    note = forms.CharField(
        label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), validators=[no_card_number],
        help_text=_("For the record; the applicant does not see it."),
    )  # fmt: skip

    def __init__(self, *args: Any, left_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_cents = left_cents
        self.fields["amount"].initial = as_dollars(left_cents)
        self.fields["amount"].help_text = _("Up to %(amount)s.") % {"amount": dollars(left_cents)}

    def clean_amount(self) -> int:
        """No more than is left."""
        cents: int = self.cleaned_data["amount"]
        if cents > self.left_cents:
            raise ValidationError(_("Only %(amount)s is left of this payment.") % {"amount": dollars(self.left_cents)})
        return cents


class ReasonForm(forms.Form):
    """A reason that the applicant reads."""

    note = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), validators=[no_card_number],
        help_text=_("The applicant reads this."),
    )  # fmt: skip


class AwardForm(forms.Form):
    """From which fund, and how much."""

    fund = forms.ModelChoiceField(label=_("Fund"), queryset=Fund.objects.none(), empty_label=_("Choose a fund"))
    amount = DollarsField(label=_("Award in dollars"))

    def __init__(self, *args: Any, scholarship: Scholarship, owing_cents: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        running = Fund.objects.filter(is_open=True, starts_on__lte=today, ends_on__gte=today)
        fund = cast("forms.ModelChoiceField", self.fields["fund"])
        fund.queryset = running.with_balance()
        fund.label_from_instance = _fund_label  # type: ignore[assignment,method-assign]
        self.owing_cents = owing_cents
        self.fields["amount"].initial = as_dollars(min(scholarship.amount_cents, owing_cents))
        self.fields["amount"].help_text = _("Still owing: %(amount)s.") % {"amount": dollars(owing_cents)}

    def clean(self) -> dict[str, Any]:
        """No more than is owing, and no more than the fund has. The door asks both again under its locks."""
        asked = self.cleaned_data
        amount, fund = asked.get("amount"), asked.get("fund")
        if amount and amount > self.owing_cents:
            self.add_error("amount", _("This is more than is still owing."))
        elif amount and fund and amount > fund.left_cents:
            self.add_error("amount", _("Only %(left)s is left in this fund.") % {"left": dollars(fund.left_cents)})
        return asked


def _fund_label(fund: Any) -> str:
    return str(_("%(name)s, %(left)s left") % {"name": fund.name, "left": dollars(fund.left_cents)})


class FundForm(forms.ModelForm):
    """A fund: whose money, how much, from when to when."""

    total = DollarsField(label=_("Total in dollars"))
    field_order = ["name", "funder", "total", "starts_on", "ends_on", "restrictions", "is_open"]

    class Meta:
        model = Fund
        fields = ["name", "funder", "starts_on", "ends_on", "restrictions", "is_open"]
        widgets = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "restrictions": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"restrictions": _("What the funder asks: who may be helped, with what, where.")}

    def __init__(self, *args: Any, awarded_cents: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.awarded_cents = awarded_cents
        if self.instance.pk:
            self.fields["total"].initial = as_dollars(self.instance.total_cents)

    def clean_total(self) -> int:
        """Never below what has been awarded."""
        cents: int = self.cleaned_data["total"]
        if cents < self.awarded_cents:
            raise ValidationError(
                _("%(amount)s of this fund has been awarded, so the total can’t be lower.")
                % {"amount": dollars(self.awarded_cents)}
            )
        return cents

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        asked = super().clean() or self.cleaned_data
        starts, ends = asked.get("starts_on"), asked.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first."))
        return asked

    def save(self, commit: bool = True) -> Fund:
        """Keep the total in cents."""
        self.instance.total_cents = self.cleaned_data["total"]
        saved: Fund = super().save(commit)
        return saved


class InvoiceFilterForm(forms.Form):
    """Narrow the list of invoices."""

    q = forms.CharField(label=_("Name, email or number"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False,
        choices=[("", _("Any")), ("owing", _("All owing")), ("to_refund", _("To give back")), *InvoiceStatus.choices],
    )  # fmt: skip


class ScholarshipFilterForm(forms.Form):
    """Narrow the list of scholarships."""

    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *ScholarshipStatus.choices])
