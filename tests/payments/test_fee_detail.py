"""The applicant's side: what it costs, the invoice, who pays, and a scholarship asked for."""

import pytest
from django.urls import reverse

from endorsement_portal.models import Event, Message
from payments.ledger import open_invoice, receive
from payments.models import FeeItem, Invoice, Method, Scholarship
from payments.schedule import fee_for
from payments.transitions import advance
from tests import factories
from tests.payments.conftest import TOTAL, day_in, in_status

pytestmark = pytest.mark.django_db
WHO = {"employer": "Little Steps Center", "employer_address": "1 Main St", "employer_email": "", "po_number": "PO-9"}


def url(name, application):
    return reverse(f"payments:{name}", args=[application.pk])


# --- The schedule ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "cents"),
    [("IFA", 5_000), ("IFS", 7_500), ("IMHS", 10_000), ("IMHM-C", 12_500), ("ECMHM-RF", 12_500)],
)
def test_the_fee_follows_the_profile(code, cents, applicant, edition):
    fee = fee_for(factories.application(applicant, code=code))
    assert [item.amount_cents for item in fee.items] == [4_500, 2_000, cents]
    assert (fee.is_complete, fee.is_sample, fee.total_cents) == (True, True, 6_500 + cents)


def test_the_closest_profile_and_then_the_newest_price_wins(applicant, edition):
    application = factories.application(applicant, code="IMHM-C")
    shared = {"code": "processing", "title": "Processing"}
    FeeItem.objects.create(**shared, profile="MHM-C", amount_cents=100, effective_from=day_in(-300))
    FeeItem.objects.create(**shared, profile="MHM-C", amount_cents=200, effective_from=day_in(-10))
    FeeItem.objects.create(**shared, profile="MHM-C", amount_cents=300, effective_from=day_in(1))
    FeeItem.objects.create(**shared, profile="MHM-P", amount_cents=400, effective_from=day_in(-1))
    assert fee_for(application).items[-1].amount_cents == 200
    assert fee_for(application, on=day_in(1)).items[-1].amount_cents == 300
    FeeItem.objects.filter(profile="MHM-C").update(effective_to=day_in(1))
    assert fee_for(application, on=day_in(2)).items[-1].amount_cents == 12_500


def test_membership_is_asked_once_a_year(applicant, edition, finance):
    first = open_invoice(factories.application(applicant), by=applicant)
    second = factories.application(applicant, code="IFA")
    assert fee_for(second).member_by == first
    assert [item.code for item in fee_for(second).items] == ["registration", "processing"]
    assert fee_for(second, on=day_in(366)).member_by is None
    advance(first, "void", by=finance, note="A mistake.")
    assert fee_for(second).member_by is None


def test_without_a_price_nothing_can_be_issued(draft, client_for):
    FeeItem.objects.filter(code="processing").delete()
    client = client_for(draft.person)
    assert "The fee is not set yet" in client.get(url("fee_detail", draft)).content.decode()
    answer = client.post(url("fee_open", draft), follow=True).content.decode()
    assert "has not been set yet" in answer
    assert Invoice.objects.count() == 0


def test_an_invoice_keeps_its_prices(invoice):
    FeeItem.objects.update(amount_cents=1)
    assert [line.amount_cents for line in invoice.lines.all()] == [4_500, 2_000, 7_500]


# --- Looking -----------------------------------------------------------------------------------------------------


def test_looking_issues_nothing(draft, client_for, django_assert_num_queries):
    client = client_for(draft.person)
    client.get(url("fee_detail", draft))
    with django_assert_num_queries(8):
        page = client.get(url("fee_detail", draft)).content.decode()
    assert Invoice.objects.count() == 0
    assert "$140.00" in page
    assert page.count("to be confirmed") == 3
    assert "These amounts are samples" in page


@pytest.mark.parametrize("status", ["issued", "promised", "part_paid", "paid", "covered", "void", "refunded"])
def test_it_says_where_the_fee_stands(status, invoice, draft, client_for, finance):
    in_status(invoice, status, finance=finance)
    page = client_for(draft.person).get(url("fee_detail", draft)).content.decode()
    assert str(invoice.state.for_applicant) in page
    assert ("Three ways to pay" in page) is (status in {"issued", "promised", "part_paid"})
    if status == "part_paid":
        assert "Pay $130.00 by card" in page


def test_a_withdrawn_applicant_is_asked_nothing(draft, client_for):
    advance(draft, "withdraw", by=draft.person)
    client = client_for(draft.person)
    assert "Three ways to pay" not in client.get(url("fee_detail", draft)).content.decode()
    assert "nothing to pay" in client.post(url("fee_open", draft), follow=True).content.decode()
    assert Invoice.objects.count() == 0


# --- fee_open ----------------------------------------------------------------------------------------------------


def test_opening_issues_one_invoice_and_one_mail(draft, client_for):
    client = client_for(draft.person)
    for _click in range(2):
        assert client.post(url("fee_open", draft))["Location"] == url("fee_invoice", draft)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.total_cents, invoice.person) == ("issued", TOTAL, draft.person)
    assert Message.objects.filter(kind="E48").count() == 1
    assert Event.objects.about(invoice).get().verb == "issue"


def test_opening_refuses_get(draft, client_for):
    assert client_for(draft.person).get(url("fee_open", draft)).status_code == 405


# --- The invoice on paper ----------------------------------------------------------------------------------------


def test_the_invoice_says_who_what_and_how(invoice, draft, client_for):
    client = client_for(draft.person)
    client.post(url("fee_employer", draft), WHO)
    page = client.get(url("fee_invoice", draft)).content.decode()
    for said in (
        "Little Steps Center",
        "1 Main St",
        "PO-9",
        invoice.code,
        "$140.00",
        "check over $140.00",
        "to be confirmed",
    ):
        assert said in page


def test_no_invoice_no_paper(draft, client_for):
    assert client_for(draft.person).get(url("fee_invoice", draft)).status_code == 404


def test_a_paid_invoice_is_the_receipt(invoice, draft, client_for, finance):
    receive(invoice, method=Method.PAPER_CHECK, reference="1042", amount_cents=TOTAL, by=finance)
    page = client_for(draft.person).get(url("fee_invoice", draft)).content.decode()
    assert "Invoice and receipt" in page
    assert "1042" in page
    assert "How to pay" not in page


# --- fee_employer ------------------------------------------------------------------------------------------------


def test_naming_the_employer_promises_nothing(draft, client_for):
    answer = client_for(draft.person).post(url("fee_employer", draft), WHO)
    assert answer["Location"] == url("fee_invoice", draft)
    invoice = Invoice.objects.get()
    draft.refresh_from_db()
    assert (invoice.status, invoice.employer, invoice.po_number, draft.fee_state) == (
        "issued", "Little Steps Center", "PO-9", "open",
    )  # fmt: skip
    assert Message.objects.filter(kind="E48").count() == 1


def test_the_employer_of_the_profile_is_offered(draft, client_for):
    factories.profile(draft.person)
    assert 'value="Little Steps Center"' in client_for(draft.person).get(url("fee_employer", draft)).content.decode()


def test_a_form_with_gaps_keeps_what_was_typed(draft, client_for):
    answer = client_for(draft.person).post(url("fee_employer", draft), WHO | {"employer": ""})
    assert "One thing needs another look" in answer.content.decode()
    assert "PO-9" in answer.content.decode()
    assert Invoice.objects.count() == 0


def test_a_promised_invoice_is_not_made_out_anew(invoice, draft, client_for, finance):
    in_status(invoice, "promised", finance=finance)
    answer = client_for(draft.person).post(url("fee_employer", draft), WHO)
    assert answer["Location"] == url("fee_detail", draft)
    invoice.refresh_from_db()
    assert (invoice.po_number, invoice.employer) == ("PO-1", "")


@pytest.mark.parametrize("number", ["4242 4242 4242 4242", "4242424242424242", "3782-822463-10005"])
@pytest.mark.parametrize("field", ["employer", "employer_address", "po_number"])
def test_a_card_number_is_refused_wherever_it_is_typed(number, field, draft, client_for):
    answer = client_for(draft.person).post(url("fee_employer", draft), WHO | {field: f"PO {number}"})
    assert "This looks like a card number" in answer.content.decode()
    assert Invoice.objects.count() == 0


def test_a_long_number_that_is_no_card_is_taken(draft, client_for):
    client_for(draft.person).post(url("fee_employer", draft), WHO | {"po_number": "4242424242424241"})
    assert Invoice.objects.get().po_number == "4242424242424241"


# --- scholarship_create ------------------------------------------------------------------------------------------

ASK = {"how_much": "all", "amount": "", "statement": "The fee is a month’s gas.", "employer_will_pay": ""}


def test_asking_for_everything(draft, client_for, finance):
    answer = client_for(draft.person).post(url("scholarship_create", draft), ASK)
    assert answer["Location"] == url("fee_detail", draft)
    row = Scholarship.objects.get()
    assert (row.status, row.amount_cents, row.employer_will_pay, row.application) == ("requested", TOTAL, False, draft)
    assert set(Message.objects.filter(kind="E52").values_list("to__email", flat=True)) == {
        draft.person.email, finance.email,
    }  # fmt: skip
    # The statement is for the people who decide, never for the log or a mail.
    assert not Message.objects.filter(body__contains="gas").exists()
    assert "gas" not in str(list(Event.objects.values()))


def test_asking_for_a_part(draft, client_for):
    client_for(draft.person).post(url("scholarship_create", draft), ASK | {"how_much": "part", "amount": "$70.50"})
    assert Scholarship.objects.get().amount_cents == 7_050


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"how_much": "part"}, "Say how much help you need."),
        ({"how_much": "part", "amount": "140.01"}, "ask for no more"),
        ({"how_much": "part", "amount": "-5"}, "above zero"),
        ({"how_much": "part", "amount": "0"}, "above zero"),
        ({"how_much": "part", "amount": "lots"}, "in dollars"),
        ({"how_much": "part", "amount": "1.005"}, "in dollars"),
        ({"how_much": "part", "amount": "NaN"}, "in dollars"),
        ({"statement": ""}, "This field is required"),
        ({"statement": "word " * 301}, "301 words long"),
        ({"statement": "My card is 4242424242424242"}, "card number"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(wrong, says, draft, client_for):
    answer = client_for(draft.person).post(url("scholarship_create", draft), ASK | wrong)
    page = answer.content.decode()
    assert says in page
    assert wrong.get("statement", ASK["statement"]).strip()[:40].replace("’", "’") in page
    assert Scholarship.objects.count() == 0


def test_three_hundred_words_fit(draft, client_for):
    client_for(draft.person).post(url("scholarship_create", draft), ASK | {"statement": "word " * 300})
    assert Scholarship.objects.count() == 1


def test_asking_twice_asks_once(draft, client_for):
    client = client_for(draft.person)
    for _click in range(2):
        client.post(url("scholarship_create", draft), ASK)
    assert Scholarship.objects.count() == 1
    assert Message.objects.filter(kind="E52").count() == 1


def test_nobody_asks_for_another_person(draft, client_for, other_applicant, finance):
    for person in (other_applicant, finance):
        assert client_for(person).post(url("scholarship_create", draft), ASK).status_code == 404
    assert Scholarship.objects.count() == 0


def test_nothing_to_ask_for_when_it_is_paid(invoice, draft, client_for, finance):
    in_status(invoice, "paid", finance=finance)
    assert client_for(draft.person).post(url("scholarship_create", draft), ASK)["Location"] == url("fee_detail", draft)
    assert Scholarship.objects.count() == 0


def test_a_declined_request_says_why_and_leaves_the_other_ways(scholarship, draft, client_for, finance):
    advance(scholarship, "decline", by=finance, note="The fund is for another county.")
    page = client_for(draft.person).get(url("fee_detail", draft)).content.decode()
    assert "The fund is for another county." in page
    assert "Ask for a scholarship" in page
    assert "Three ways to pay" in page
