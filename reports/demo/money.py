"""The fee of each application, paid in every way there is, and the funds that cover some of them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from endorsement_portal.lifecycle import advance
from endorsement_portal.models import Event
from payments import emails
from payments.ledger import give_back, open_invoice, receive
from payments.models import FeeItem, Fund, Invoice, Method, Payment, Scholarship
from payments.transitions import request_scholarship
from reports.demo import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from applicants.models import Application
    from reports.demo.plan import Story
    from reports.demo.script import Script
    from reports.demo.stage import Stage

# Name, funder, dollars, first and last day as days before today, restrictions, whether it is open.
_FUNDS = [
    ("First Steps Fund", "Bright Acorn Foundation", 2_400, 1600, 700, "", False),
    ("Longleaf Family Fund", "Longleaf Family Foundation", 3_000, 690, -240, "", True),
    (
        "Rural Counties Fund",
        "Three Rivers Community Trust",
        1_500,
        200,
        -160,
        "For people who work in counties that are rural by the federal continuum.",
        True,
    ),
    ("Spring Fund", "Hummingbird Charitable Trust", 2_000, -60, -400, "For new cohorts of the coming year.", True),
]


def write_prices_before(first: date) -> None:
    """Prices for the years before the schedule that is in force, a little lower, so that old invoices add up."""
    items = list(FeeItem.objects.filter(effective_to__isnull=True))
    begin = min((item.effective_from for item in items), default=first)
    if begin <= first:
        return
    FeeItem.objects.bulk_create(
        FeeItem(
            code=item.code,
            profile=item.profile,
            title=item.title,
            amount_cents=max(item.amount_cents - 500, 500),
            effective_from=first,
            effective_to=item.effective_from - timedelta(days=1),
            is_sample=item.is_sample,
        )
        for item in items
    )


def write_funds(script: Script, stage: Stage) -> None:
    """The funds, each entered by finance when it was given."""
    for name, funder, dollars, starts, ends, restrictions, is_open in _FUNDS:

        def enter(
            name: str = name,
            funder: str = funder,
            cents: int = dollars * 100,
            days: tuple[int, int] = (starts, ends),
            restrictions: str = restrictions,
        ) -> None:
            fund = Fund.objects.create(
                name=name,
                funder=funder,
                total_cents=cents,
                starts_on=script.day(days[0]),
                ends_on=script.day(days[1]),
                restrictions=restrictions,
            )
            details = {"name": fund.name, "total_cents": fund.total_cents, "is_open": fund.is_open}
            Event.objects.record(fund, "create", by=stage.finance, details=details)

        script.add(max(starts, 15), 9, f"fund {name}", enter)
        if not is_open:
            script.add(ends - 1, 9, f"close {name}", partial(_close_fund, stage, name))


def _close_fund(stage: Stage, name: str) -> None:
    fund = Fund.objects.get(name=name)
    fund.is_open = False
    fund.save(update_fields=["is_open"])
    Event.objects.record(fund, "edit", by=stage.finance, details={"name": fund.name, "is_open": False})


class Purse:
    """One story's fee and what becomes of it."""

    def __init__(self, stage: Stage, story: Story) -> None:
        self.stage, self.story = stage, story

    @property
    def invoice(self) -> Invoice:
        """The invoice as it is now."""
        return Invoice.objects.select_related("application__category").get(application=self._application)

    @property
    def _application(self) -> Application:
        return self.stage.application(self.story)

    def open(self) -> None:
        """The applicant asks for the invoice."""
        application = self.stage.application(self.story)
        emails.invoice_issued(open_invoice(application, by=application.person))

    def card(self) -> None:
        """Paid by a card that no bank knows, which the payment's number says."""
        receive(
            self.invoice,
            method=Method.CARD,
            amount_cents=self.invoice.balance_cents,
            provider_ref=f"pi_demo_{self.story.number:04d}",
            reference=f"Demonstration {self.story.number}",
        )

    def check(self) -> None:
        """A check in the mail."""
        self._by_hand(Method.PAPER_CHECK, self.invoice.balance_cents, str(1040 + self.story.number))

    def part(self) -> None:
        """A check over a part."""
        self._by_hand(Method.PAPER_CHECK, self.invoice.balance_cents // 2, str(1040 + self.story.number))

    def _by_hand(self, method: Method, cents: int, number: str) -> None:
        receive(self.invoice, method=method, amount_cents=cents, by=self.stage.finance, reference=number)

    def employer(self) -> None:
        """The employer pays."""
        invoice = self.invoice
        advance(
            invoice,
            "name_employer",
            by=self.stage.account_of(self.story.person),
            employer=self.story.person.employer,
            employer_address=words.EMPLOYER_ADDRESS,
            employer_email="accounts@example.com",
            po_number=self._order,
        )

    @property
    def _order(self) -> str:
        return f"PO-{4400 + self.story.number}"

    def promise(self) -> None:
        """Finance has the purchase order."""
        advance(self.invoice, "promise", by=self.stage.finance, po_number=self._order)

    def order(self) -> None:
        """The money of the purchase order is here."""
        self._by_hand(Method.PURCHASE_ORDER, self.invoice.balance_cents, self._order)

    def ask(self) -> None:
        """A scholarship is asked for."""
        request_scholarship(
            self.stage.application(self.story),
            by=self.stage.account_of(self.story.person),
            amount_cents=self.invoice.balance_cents,
            statement=words.STATEMENT,
            employer_will_pay=self.story.number % 2 == 0,
        )

    def award(self) -> None:
        """Finance awards it from a fund that is running."""
        wish = self._wish("requested")
        fund = next(f for f in Fund.objects.filter(is_open=True).order_by("pk") if f.is_running)
        advance(wish, "award", by=self.stage.finance, fund=fund, amount_cents=wish.amount_cents)

    def decline(self) -> None:
        """Finance says no, and why."""
        note = "This fund is for people whose employer can’t pay, and yours has offered to."
        advance(self._wish("requested"), "decline", by=self.stage.finance, note=note)

    def release(self) -> None:
        """The award goes back: the employer pays after all."""
        note = "Your employer now pays the whole fee, so the award goes to somebody else."
        advance(self._wish("awarded"), "release", by=self.stage.finance, note=note)

    def _wish(self, status: str) -> Scholarship:
        found: Scholarship = Scholarship.objects.get(application=self._application, status=status)
        return found

    def refund(self) -> None:
        """Given back after the application was withdrawn."""
        payment = Payment.objects.select_related("invoice").get(invoice=self.invoice, amount_cents__gt=0)
        give_back(
            payment,
            amount_cents=payment.amount_cents,
            by=self.stage.finance,
            reference="2207",
            note="Withdrawn in time.",
        )


# What happens to the fee, and how many days after the invoice was opened.
_WAYS: dict[str, tuple[tuple[str, int], ...]] = {
    "none": (),
    "open": (("open", 0),),
    "void": (("open", 0),),
    "card": (("open", 0), ("card", 0)),
    "check": (("open", 0), ("check", 5)),
    "order": (("open", 0), ("employer", 0), ("promise", 3), ("order", 20)),
    "promised": (("open", 0), ("employer", 0), ("promise", 3)),
    "part": (("open", 0), ("part", 6)),
    "covered": (("open", 0), ("ask", 0), ("award", 6)),
    "requested": (("open", 0), ("ask", 1)),
    "declined": (("open", 0), ("ask", 0), ("decline", 5)),
    "released": (("open", 0), ("ask", 0), ("award", 3), ("release", 8)),
    "refund": (("open", 0), ("check", 4)),
}


def write_fee(script: Script, stage: Stage, story: Story, *, opened: int) -> None:
    """The fee's way, beginning so many days before today. What would be in the future has not happened."""
    purse = Purse(stage, story)
    for place, (what, after) in enumerate(_WAYS[story.fee]):
        if opened - after >= 1:
            act: Callable[[], None] = getattr(purse, what)
            script.add(opened - after, 13 + place / 10, f"fee {what} {story.person.name}", act)
    if story.fee == "refund":
        script.add(story.submitted - 12, 11, f"refund {story.person.name}", purse.refund)
