"""The ledger as a machine: whatever people and the bank do, in any order, every sum agrees and nothing is negative.

Each step goes through the same doors that pages use. After each, the invoice is the sum of its lines, its status fits
the sum, the application knows, no scholarship is bound beyond its fund, and the lines written before are all there.
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from applicants.models import Application, FeeState
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Event, Role, User
from payments.ledger import give_back, left_of, open_invoice, receive
from payments.models import Fund, Invoice, InvoiceStatus, Method, Payment, Scholarship
from payments.transitions import request_scholarship
from tests import factories

# How many stories are told; more of them by LEDGER_STORIES=500.
STORIES = int(os.environ.get("LEDGER_STORIES", "30"))
# Amounts that matter: exactly what is owing, too much or left, one cent around it, or anything.
AMOUNTS = st.tuples(
    st.sampled_from(["owing", "owing", "over", "left", "any"]),
    st.sampled_from([0, 0, 0, -1, 1]),
    st.integers(min_value=1, max_value=15_000),
)
S = InvoiceStatus


class Money(RuleBasedStateMachine):
    """One applicant, one fund too small for everything, finance, and a bank."""

    def __init__(self) -> None:
        super().__init__()
        # Each run works inside a savepoint of the test's transaction and leaves nothing.
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.finance = User.objects.create_user("finance@example.org", roles=[Role.FINANCE])
        person = User.objects.create_user("person@example.org")
        self.application = factories.application(person)
        today = timezone.localdate()
        self.fund = Fund.objects.create(
            name="Small", funder="F", total_cents=9_000, starts_on=today - timedelta(days=1), ends_on=today
        )
        self.written: list[tuple[int, int]] = []
        self.number = 0
        self.given: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def next(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}_{self.number}"

    @property
    def invoice(self) -> Invoice:
        return open_invoice(Application.objects.get(pk=self.application.pk), by=None)

    def cents(self, wish: tuple[str, int, int], payment: Payment | None = None) -> int:
        """The amount that was wished for, at least one cent."""
        what, off, anything = wish
        invoice = self.invoice
        amount = {
            "owing": invoice.balance_cents,
            "over": invoice.overpaid_cents,
            "left": left_of(payment) if payment else invoice.total_cents,
            "any": anything,
        }[what]
        return max(amount + off, 1)

    def attempt(self, act, *args, **kwargs) -> bool:
        """Do it, or be refused with nothing changed."""
        before = self.everything()
        try:
            with transaction.atomic():
                act(*args, **kwargs)
        except Refused:
            assert self.everything() == before
            return False
        return True

    def everything(self) -> list:
        rows = [list(model.objects.order_by("pk").values()) for model in (Invoice, Payment, Scholarship)]
        return [*rows, Event.objects.count()]

    # --- What people do

    @rule(wish=AMOUNTS, method=st.sampled_from([Method.PAPER_CHECK, Method.CASH, Method.PURCHASE_ORDER]))
    def finance_records(self, wish: tuple[str, int, int], method: Method) -> None:
        invoice, cents = self.invoice, self.cents(wish)
        fits = invoice.is_payable and cents <= invoice.balance_cents
        done = self.attempt(
            receive, invoice, method=method, amount_cents=cents, reference=self.next("no"), by=self.finance
        )
        assert done == fits

    @precondition(lambda self: Payment.objects.exclude(method__in=["refund", "scholarship"]).exists())
    @rule(wish=AMOUNTS, which=st.integers(min_value=0, max_value=9))
    def finance_gives_back(self, wish: tuple[str, int, int], which: int) -> None:
        payments = Payment.objects.exclude(method__in=["refund", "scholarship"]).order_by("pk")
        payment = payments[which % len(payments)]
        left, amount = left_of(payment), self.cents(wish, payment)
        assert self.attempt(give_back, payment, amount_cents=amount, by=self.finance) == (0 < amount <= left)

    @rule()
    def finance_records_an_order(self) -> None:
        self.attempt(advance, self.invoice, "promise", by=self.finance, po_number="PO")

    @rule(verb=st.sampled_from(["drop_promise", "drop_promise_part", "void", "reissue"]))
    def finance_changes_its_mind(self, verb: str) -> None:
        self.attempt(advance, self.invoice, verb, by=self.finance, note="So.")

    @rule()
    def the_applicant_asks_for_help(self) -> None:
        self.attempt(
            request_scholarship,
            self.application,
            by=self.application.person,
            amount_cents=14_000,
            statement="x",
            employer_will_pay=False,
        )

    @precondition(lambda self: Scholarship.objects.waiting().exists())
    @rule(wish=AMOUNTS)
    def finance_awards(self, wish: tuple[str, int, int]) -> None:
        request, cents = Scholarship.objects.waiting().get(), self.cents(wish)
        invoice, left = self.invoice, self.fund.total_cents - Scholarship.objects.awarded_cents()
        fits = invoice.is_payable and cents <= min(left, invoice.balance_cents)
        assert self.attempt(advance, request, "award", by=self.finance, fund=self.fund, amount_cents=cents) == fits

    @precondition(lambda self: Scholarship.objects.exists())
    @rule(verb=st.sampled_from(["decline", "release"]))
    def finance_decides_otherwise(self, verb: str) -> None:
        self.attempt(advance, Scholarship.objects.first(), verb, by=self.finance, note="So.")

    # --- What the bank says, as often as it likes

    @rule(wish=AMOUNTS, again=st.booleans())
    def the_bank_took_a_card(self, wish: tuple[str, int, int], again: bool) -> None:
        seen = Payment.objects.filter(method="card").first()
        if again and seen is not None:
            assert (
                receive(
                    self.invoice, method=Method.CARD, amount_cents=seen.amount_cents, provider_ref=seen.provider_ref
                )
                is None
            )
        else:
            line = receive(
                self.invoice, method=Method.CARD, amount_cents=self.cents(wish), provider_ref=self.next("pi")
            )
            assert line is not None

    @precondition(lambda self: Payment.objects.filter(method="card").exists())
    @rule(wish=AMOUNTS, which=st.integers(min_value=0, max_value=9), again=st.booleans())
    def the_bank_gave_back(self, wish: tuple[str, int, int], which: int, again: bool) -> None:
        payments = Payment.objects.filter(method="card").order_by("pk")
        payment = payments[which % len(payments)]
        amount = min(self.cents(wish, payment), left_of(payment))
        if again and self.given:
            assert give_back(payment, amount_cents=1, provider_ref=min(self.given)) is None
        elif amount:
            number = self.next("re")
            assert give_back(payment, amount_cents=amount, provider_ref=number) is not None
            self.given.add(number)

    # --- What always holds

    @invariant()
    def every_invoice_is_the_sum_of_its_ledger(self) -> None:
        for invoice in Invoice.objects.annotate(ledger=Sum("payments__amount_cents", default=0)):
            assert invoice.received_cents == invoice.ledger >= 0
            lines = invoice.lines.aggregate(sum=Sum("amount_cents"))["sum"]
            assert invoice.total_cents == lines

    @invariant()
    def the_status_fits_the_sum(self) -> None:
        for invoice in Invoice.objects.all():
            came, total = invoice.received_cents, invoice.total_cents
            fits = {
                S.ISSUED: came == 0, S.VOID: came == 0, S.REFUNDED: came == 0,
                S.PROMISED: came < total, S.PART_PAID: 0 < came < total,
                S.PAID: came >= total, S.COVERED: came >= total,
            }  # fmt: skip
            assert fits[S(invoice.status)]

    @invariant()
    def the_application_knows(self) -> None:
        application = Application.objects.get(pk=self.application.pk)
        invoice = Invoice.objects.filter(application=application).first()
        settled = invoice is not None and invoice.is_settled
        assert (application.fee_state == FeeState.SETTLED) is settled
        if invoice is not None and invoice.status == S.PROMISED:
            assert application.fee_state == FeeState.PROMISED

    @invariant()
    def no_fund_is_overdrawn(self) -> None:
        assert Fund.objects.with_balance().get().left_cents >= 0
        paid = Payment.objects.filter(scholarship__status="awarded").aggregate(sum=Sum("amount_cents", default=0))[
            "sum"
        ]
        assert paid == Scholarship.objects.awarded_cents()

    @invariant()
    def nothing_written_is_ever_changed(self) -> None:
        lines = list(Payment.objects.order_by("pk").values_list("pk", "amount_cents"))
        assert lines[: len(self.written)] == self.written
        self.written = lines

    @invariant()
    def nothing_goes_back_twice(self) -> None:
        for payment in Payment.objects.exclude(method="refund"):
            assert 0 <= left_of(payment) <= payment.amount_cents


QUIETLY = settings(max_examples=STORIES, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.django_db
def test_every_sum_agrees_whatever_happens(edition):
    run_state_machine_as_test(Money, settings=QUIETLY)
