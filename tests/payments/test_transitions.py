"""Every verb from every status, what each tells the application, and what the database itself refuses."""

from datetime import timedelta

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from applicants.models import FeeState
from endorsement_portal.lifecycle import LIFECYCLES, Refused, available_verbs
from endorsement_portal.models import Event, Message
from payments.ledger import give_back, open_invoice, receive
from payments.models import Invoice, InvoiceStatus, Method, Payment, Scholarship, ScholarshipStatus
from payments.transitions import advance, request_scholarship
from tests.payments.conftest import TOTAL, in_status, make_fund

pytestmark = pytest.mark.django_db
INVOICE, SCHOLARSHIP = LIFECYCLES[Invoice], LIFECYCLES[Scholarship]
PAIRS = [(status, verb) for status in InvoiceStatus.values for verb in INVOICE.table]
S_PAIRS = [(status, verb) for status in ScholarshipStatus.values for verb in SCHOLARSHIP.table]


def details_for(invoice: Invoice, verb: str, finance) -> dict:
    """What the verb is given, so that it can succeed where it is allowed."""

    def line(cents: int, **more: object) -> dict:
        facts = {"method": Method.REFUND if cents < 0 else Method.CASH, "received_on": timezone.localdate()} | more
        return {"line": Payment(amount_cents=cents, **facts), "amount_cents": cents}

    owing, came = invoice.balance_cents, invoice.received_cents
    first = invoice.payments.first()
    return {
        "name_employer": {"employer": "A", "employer_address": "", "employer_email": "", "po_number": ""},
        "promise": {"po_number": "PO-7"},
        "pay_part": line(100),
        "pay": line(owing),
        "cover": line(owing),
        "pay_over": line(100, method=Method.CARD, provider_ref="pi_over"),
        "refund": line(-came, refund_of=first),
        "uncover": line(-came, refund_of=first),
        "refund_part": line(-100, refund_of=first),
        "refund_over": line(-1, refund_of=first),
    }.get(verb, {})


# Allowed by the table and yet refused here: nothing came, so nothing can go back; a part has to have come.
EMPTY_HANDED = {
    ("promised", "drop_promise_part"),
    ("promised", "refund"),
    ("promised", "refund_part"),
    ("promised", "uncover"),
    ("paid", "refund_over"),
    ("covered", "refund_over"),
}


@pytest.mark.parametrize(("status", "verb"), PAIRS)
def test_an_invoice_changes_by_its_table_alone(status, verb, invoice, finance):
    in_status(invoice, status, finance=finance)
    before = Invoice.objects.filter(pk=invoice.pk).values().get()
    transition = INVOICE.table[verb]
    by = finance if transition.permission == "payments.record_payment" else None
    details = details_for(invoice, verb, finance)
    no = status not in transition.sources or (status, verb) in EMPTY_HANDED
    # A person is told to issue a closed invoice again first.
    no = no or (status in {"void", "refunded"} and verb in {"pay", "pay_part"})
    if no:
        with pytest.raises((Refused, IntegrityError)), transaction.atomic():
            advance(invoice, verb, by=by, note="A reason.", **details)
        assert Invoice.objects.filter(pk=invoice.pk).values().get() == before
        assert not Event.objects.about(invoice).filter(verb=verb, before=status, note="A reason.").exists()
    else:
        advance(invoice, verb, by=by, note="A reason.", **details)
        assert invoice.status == (transition.target or status)
        assert Event.objects.about(invoice).filter(verb=verb, before=status).count() == 1
        assert Invoice.objects.get(pk=invoice.pk).received_cents == Payment.objects.sum_cents()


@pytest.mark.parametrize(("status", "verb"), S_PAIRS)
def test_a_scholarship_changes_by_its_table_alone(status, verb, scholarship, finance, fund):
    steps = {"awarded": ["award"], "declined": ["decline"], "released": ["close"], "requested": []}[status]
    for step in steps:
        by = finance if SCHOLARSHIP.table[step].permission else None
        advance(scholarship, step, by=by, note="So.", fund=fund, amount_cents=TOTAL)
    assert scholarship.status == status
    transition = SCHOLARSHIP.table[verb]
    by = finance if transition.permission else None
    if status not in transition.sources:
        with pytest.raises(Refused):
            advance(scholarship, verb, by=by, note="So.", fund=fund, amount_cents=TOTAL)
        assert Scholarship.objects.get().status == status
    else:
        advance(scholarship, verb, by=by, note="So.", fund=fund, amount_cents=TOTAL)
        assert Scholarship.objects.get().status == transition.target


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("issued", "open"),
        ("promised", "promised"),
        ("part_paid", "open"),
        ("paid", "settled"),
        ("covered", "settled"),
        ("void", "open"),
        ("refunded", "open"),
    ],
)
def test_the_application_is_told(status, state, invoice, finance, draft):
    in_status(invoice, status, finance=finance)
    draft.refresh_from_db()
    assert draft.fee_state == state


def test_a_promise_that_falls_through_opens_the_fee(invoice, finance, draft):
    in_status(invoice, "promised", finance=finance)
    advance(invoice, "drop_promise", by=finance, note="The order was canceled.")
    draft.refresh_from_db()
    assert (invoice.status, invoice.promised_by, draft.fee_state) == ("issued", None, FeeState.OPEN)


def test_a_part_on_a_promise_keeps_the_promise(invoice, finance, draft):
    in_status(invoice, "promised", finance=finance)
    receive(invoice, method=Method.PAPER_CHECK, reference="1", amount_cents=1_000, by=finance)
    draft.refresh_from_db()
    assert (invoice.status, draft.fee_state) == ("part_paid", FeeState.PROMISED)


@pytest.mark.parametrize("role", ["applicant", "other_applicant", "reviewer", "coordinator"])
def test_only_finance_and_admins_touch_the_ledger(role, invoice, request):
    person = request.getfixturevalue(role)
    with pytest.raises(Refused, match="permission"):
        receive(invoice, method=Method.CASH, amount_cents=100, by=person)
    for verb in ("promise", "void", "pay", "cover", "refund", "reissue"):
        with pytest.raises(Refused):
            advance(invoice, verb, by=person, note="x", **details_for(invoice, verb, person))
    assert Payment.objects.count() == 0


def test_nobody_records_money_on_their_own_application(finance, admin, edition):
    from tests import factories

    for person in (finance, admin):
        own = open_invoice(factories.application(person), by=person)
        with pytest.raises(Refused, match="permission"):
            receive(own, method=Method.CASH, amount_cents=own.total_cents, by=person)
        assert [v.verb for v in available_verbs(own, person)] == ["name_employer"]


def test_nobody_awards_themselves(finance, edition, fund):
    from tests import factories

    own = request_scholarship(
        factories.application(finance), by=finance, amount_cents=100, statement="Me.", employer_will_pay=False
    )
    with pytest.raises(Refused, match="permission"):
        advance(own, "award", by=finance, fund=fund, amount_cents=100)


# --- Withdrawn ---------------------------------------------------------------------------------------------------


def test_a_withdrawn_application_owes_nothing(invoice, draft, keep_promises):
    advance(draft, "withdraw", by=draft.person)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, invoice.received_cents) == ("void", 0)


def test_a_withdrawn_application_gives_its_scholarship_back(invoice, draft, scholarship, finance, fund, keep_promises):
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
    draft.refresh_from_db()
    advance(draft, "withdraw", by=draft.person)
    keep_promises()
    for row in (invoice, scholarship):
        row.refresh_from_db()
    assert (invoice.status, scholarship.status) == ("void", "released")
    assert [p.amount_cents for p in Payment.objects.all()] == [TOTAL, -TOTAL]
    assert type(fund).objects.with_balance().get().left_cents == fund.total_cents


def test_money_paid_for_a_withdrawn_application_waits_for_finance(invoice, draft, finance, keep_promises):
    receive(invoice, method=Method.CASH, amount_cents=TOTAL, by=finance)
    draft.refresh_from_db()
    advance(draft, "withdraw", by=draft.person)
    keep_promises()
    invoice.refresh_from_db()
    assert (invoice.status, list(Invoice.objects.to_refund())) == ("paid", [invoice])
    give_back(Payment.objects.get(), amount_cents=TOTAL, by=finance)
    assert list(Invoice.objects.to_refund()) == []


def test_a_card_payment_for_a_withdrawn_application_is_still_recorded(invoice, draft, keep_promises):
    advance(draft, "withdraw", by=draft.person)
    keep_promises()
    receive(invoice, method=Method.CARD, amount_cents=TOTAL, provider_ref="pi_1")
    draft.refresh_from_db()
    assert (invoice.status, draft.fee_state, list(Invoice.objects.to_refund())) == ("paid", "open", [invoice])


def test_issued_again_it_takes_the_prices_of_the_day(invoice, finance, draft):
    from payments.models import FeeItem

    in_status(invoice, "void", finance=finance)
    today = timezone.localdate()
    FeeItem.objects.create(code="registration", title="Registration", amount_cents=2_500, effective_from=today)
    advance(invoice, "reissue", by=finance)
    assert (invoice.status, invoice.total_cents) == ("issued", TOTAL + 500)
    assert sum(line.amount_cents for line in invoice.lines.all()) == invoice.total_cents
    assert {line.is_sample for line in invoice.lines.all()} == {True, False}


# --- The database says it too ------------------------------------------------------------------------------------


def refused(**fields: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.update(**fields)


def test_constraints_of_an_invoice(invoice, finance):
    refused(total_cents=0)
    refused(received_cents=-1)
    refused(received_cents=1)
    refused(status="paid")
    refused(status="promised", po_number="")
    refused(status="part_paid")
    refused(promised_at=timezone.now())
    in_status(invoice, "paid", finance=finance)
    refused(received_cents=TOTAL - 1)
    refused(status="refunded")


def test_constraints_of_the_ledger(invoice, finance, scholarship):
    today = timezone.localdate()

    def refuse(**fields: object) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(invoice=invoice, received_on=today, **fields)

    refuse(method="cash", amount_cents=0, recorded_by=finance)
    refuse(method="cash", amount_cents=-5, recorded_by=finance)
    refuse(method="cash", amount_cents=5)
    refuse(method="card", amount_cents=5)
    refuse(method="refund", amount_cents=-5)
    refuse(method="cash", amount_cents=5, recorded_by=finance, scholarship=scholarship)
    card = Payment.objects.create(invoice=invoice, received_on=today, method="card", amount_cents=5, provider_ref="pi")
    refuse(method="card", amount_cents=5, provider_ref="pi")
    refuse(method="refund", amount_cents=5, refund_of=card)


def test_the_ledger_is_written_in_ink(invoice, finance):
    receive(invoice, method=Method.CASH, amount_cents=100, by=finance)
    line = Payment.objects.get()
    line.amount_cents = 1
    for attempt in (
        line.save,
        line.delete,
        lambda: Payment.objects.update(amount_cents=1),
        Payment.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Payment.objects.get().amount_cents == 100
    assert pgtrigger.registered("payments.Payment:append_only")


def test_one_request_at_a_time(scholarship, draft):
    with pytest.raises(Refused, match="already"):
        request_scholarship(draft, by=draft.person, amount_cents=1, statement="Again.", employer_will_pay=False)
    advance(scholarship, "close")
    request_scholarship(draft, by=draft.person, amount_cents=1, statement="Again.", employer_will_pay=False)
    assert Scholarship.objects.count() == 2


# --- Scholarships pay --------------------------------------------------------------------------------------------


def test_an_award_of_everything_covers_the_fee(scholarship, finance, fund, draft):
    """There was no invoice: the award issues it."""
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
    draft.refresh_from_db()
    assert (draft.invoice.status, draft.fee_state) == ("covered", FeeState.SETTLED)
    line = Payment.objects.get()
    assert (line.method, line.amount_cents, line.scholarship, line.recorded_by) == (
        "scholarship", TOTAL, scholarship, finance,
    )  # fmt: skip
    kinds = Message.objects.filter(to=draft.person).values_list("kind", flat=True)
    assert sorted(kinds) == ["E52", "E53"]


def test_an_award_of_a_part_leaves_the_rest(scholarship, finance, fund, draft):
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=9_000)
    draft.refresh_from_db()
    assert (draft.invoice.status, draft.invoice.balance_cents, draft.fee_state) == ("part_paid", 5_000, FeeState.OPEN)
    assert "$50.00 is left" in Message.objects.get(kind="E53").body
    receive(draft.invoice, method=Method.CARD, amount_cents=5_000, provider_ref="pi_rest")
    draft.refresh_from_db()
    assert (draft.invoice.status, draft.fee_state) == ("paid", FeeState.SETTLED)


@pytest.mark.parametrize("spoil", [{"is_open": False}, {"ends_on": -1}, {"starts_on": 1}])
def test_a_fund_that_is_not_running_gives_nothing(spoil, scholarship, finance, draft):
    today = timezone.localdate()
    fields = {
        k: today + timedelta(days=v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in spoil.items()
    }
    fund = make_fund(**fields)
    with pytest.raises(Refused, match="not open"):
        advance(scholarship, "award", by=finance, fund=fund, amount_cents=100)
    assert Payment.objects.count() == 0


def test_a_fund_gives_no_more_than_it_has(scholarship, finance):
    fund = make_fund(total_cents=5_000)
    with pytest.raises(Refused, match="not enough"):
        advance(scholarship, "award", by=finance, fund=fund, amount_cents=5_001)
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=5_000)
    assert type(fund).objects.with_balance().get().left_cents == 0


def test_an_award_never_pays_more_than_is_owing(scholarship, finance, fund):
    with pytest.raises(Refused, match="more than is still owing"):
        advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL + 1)
    scholarship.refresh_from_db()
    assert (scholarship.status, Invoice.objects.count()) == ("requested", 0)


def test_an_endorsed_applicants_scholarship_is_spent(scholarship, finance, fund, draft):
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
    type(draft).objects.update(status="endorsed", submitted_at=timezone.now())
    scholarship.refresh_from_db()
    with pytest.raises(Refused, match="has been spent"):
        advance(scholarship, "release", by=finance, note="Back.")


def test_spent_is_what_settled_a_fee(scholarship, finance, fund, draft):
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=9_000)
    balance = type(fund).objects.with_balance().get
    assert (balance().awarded_sum, balance().spent_sum, balance().left_cents) == (9_000, 0, 91_000)
    receive(draft.invoice, method=Method.CASH, amount_cents=5_000, by=finance)
    assert (balance().awarded_sum, balance().spent_sum) == (9_000, 9_000)
