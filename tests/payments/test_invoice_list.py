"""Finance's list and page of invoices, and the verbs that move no money."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from endorsement_portal.models import Role
from payments.ledger import open_invoice, receive
from payments.models import Invoice, Method, Payment
from payments.transitions import advance
from tests import factories
from tests.conftest import make_person
from tests.payments.conftest import TOTAL, in_status

pytestmark = pytest.mark.django_db
LIST = reverse("payments:invoice_list")


def detail(invoice):
    return reverse("payments:invoice_detail", args=[invoice.pk])


def confirm(invoice, verb):
    return reverse("payments:invoice_confirm", args=[invoice.pk, verb])


@pytest.fixture
def three(edition, finance):
    """A paid invoice, and two owing, the second of which was issued first."""
    rows = []
    for number in range(3):
        person = make_person(f"p{number}@example.org", name=f"Person {number}")
        rows.append(open_invoice(factories.application(person), by=person))
    receive(rows[0], method=Method.CASH, amount_cents=TOTAL, by=finance)
    Invoice.objects.filter(pk=rows[2].pk).update(issued_at="2026-01-01T12:00:00Z")
    return rows


def test_the_order_of_the_list_is_an_index(three):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = Invoice.objects.owing_first()[:50].explain()
    assert plan.count("invoice_owing_first") == 1, plan
    assert "Sort" not in plan


def test_those_that_wait_come_first_and_the_oldest_of_them_before(three, client_for, finance):
    page = client_for(finance).get(LIST)
    assert [i.pk for i in page.context["page_obj"]] == [three[2].pk, three[1].pk, three[0].pk]
    assert page.context["counts"] == {"owing": 2, "promised": 0, "to_refund": 0, "owing_cents": 2 * TOTAL}


def test_the_figures_above_lead_to_as_many_rows(three, client_for, finance):
    advance(three[1], "promise", by=finance, po_number="PO-1")
    receive(three[0], method=Method.CARD, amount_cents=500, provider_ref="pi_over")
    desk = client_for(finance)
    counts = desk.get(LIST).context["counts"]
    rows = {s: desk.get(LIST, {"status": s}).context["page_obj"].paginator.count for s in counts if s != "owing_cents"}
    assert rows == {"owing": 2, "promised": 1, "to_refund": 1}
    assert counts == rows | {"owing_cents": 2 * TOTAL}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("status=owing", [2, 1]),
        ("status=paid", [0]),
        ("status=to_refund", []),
        ("q=person 1", [1]),
        ("q=p2@example", [2]),
        ("q=nobody", []),
        ("status=nonsense", [2, 1, 0]),
        ("page=99", [2, 1, 0]),
    ],
)
def test_it_is_narrowed(asked, found, three, client_for, finance):
    page = client_for(finance).get(f"{LIST}?{asked}")
    assert [i.pk for i in page.context["page_obj"]] == [three[n].pk for n in found]


def test_it_finds_a_number(three, client_for, finance):
    page = client_for(finance).get(f"{LIST}?q={three[1].code}")
    assert [i.pk for i in page.context["page_obj"]] == [three[1].pk]


def test_it_asks_the_same_of_the_database_for_one_and_three(
    invoice, client_for, finance, django_assert_num_queries, edition
):
    client = client_for(finance)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    for number in range(2):
        person = make_person(f"p{number}@example.org")
        open_invoice(factories.application(person), by=person)
    with django_assert_num_queries(7):
        assert len(client.get(LIST).context["page_obj"]) == 3


def test_the_page_asks_the_same_for_one_and_three_lines(invoice, client_for, finance, django_assert_num_queries):
    client = client_for(finance)
    receive(invoice, method=Method.CASH, amount_cents=100, by=finance)
    client.get(detail(invoice))
    with django_assert_num_queries(9):
        client.get(detail(invoice))
    for number in range(2):
        receive(invoice, method=Method.PAPER_CHECK, reference=str(number), amount_cents=100, by=finance)
    with django_assert_num_queries(9):
        client.get(detail(invoice))


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator"])
def test_others_stay_outside(role, invoice, client_for, request):
    client = client_for(request.getfixturevalue(role))
    for address in (LIST, detail(invoice), confirm(invoice, "void")):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


def test_a_stranger_is_sent_to_sign_in(invoice, client_for):
    for address in (LIST, detail(invoice)):
        assert client_for(None).get(address)["Location"].startswith(reverse("account_login"))


def test_the_page_shows_money_and_nothing_of_the_portfolio(invoice, client_for, finance):
    factories.complete_portfolio(invoice.application)
    page = client_for(finance).get(detail(invoice)).content.decode()
    assert "Ana Applicant" in page
    assert "$140.00" in page
    for private in ("Foundations of relationships", "Rater 1", f"/applications/{invoice.application_id}"):
        assert private not in page


def test_ones_own_invoice_has_no_buttons(edition, client_for):
    person = make_person("both@example.org", Role.APPLICANT, Role.FINANCE)
    own = open_invoice(factories.application(person), by=person)
    client = client_for(person)
    page = client.get(detail(own)).content.decode()
    assert "This is your own invoice" in page
    assert "Record a payment" not in page
    for name in ("payment_create", "invoice_confirm_promise"):
        assert client.post(reverse(f"payments:{name}", args=[own.pk]), {"po_number": "1"}).status_code == 404
    assert client.post(confirm(own, "void"), {"note": "Mine."}).status_code == 404
    own.refresh_from_db()
    assert own.status == "issued"


# --- Purchase orders ---------------------------------------------------------------------------------------------


def test_a_purchase_order_is_a_promise(invoice, client_for, finance):
    address = reverse("payments:invoice_confirm_promise", args=[invoice.pk])
    client = client_for(finance)
    assert client.get(address).status_code == 200
    assert client.post(address, {"po_number": "PO-77"})["Location"] == detail(invoice)
    invoice.refresh_from_db()
    invoice.application.refresh_from_db()
    assert (invoice.status, invoice.po_number, invoice.promised_by) == ("promised", "PO-77", finance)
    assert (invoice.application.fee_state, Payment.objects.count()) == ("promised", 0)
    again = client.post(address, {"po_number": "PO-78"}, follow=True).content.decode()
    assert "This can’t be done now" in again
    invoice.refresh_from_db()
    assert invoice.po_number == "PO-77"


def test_a_promise_needs_its_number(invoice, client_for, finance):
    answer = client_for(finance).post(
        reverse("payments:invoice_confirm_promise", args=[invoice.pk]), {"po_number": " "}
    )
    assert "This field is required" in answer.content.decode()
    invoice.refresh_from_db()
    assert invoice.status == "issued"


# --- Void, issued again, fallen through --------------------------------------------------------------------------


def test_void_with_a_reason_that_the_applicant_reads(invoice, client_for, finance):
    from endorsement_portal.models import Message

    client = client_for(finance)
    assert "This field is required" in client.post(confirm(invoice, "void"), {"note": ""}).content.decode()
    client.post(confirm(invoice, "void"), {"note": "Your agency pays for all of you."})
    invoice.refresh_from_db()
    assert invoice.status == "void"
    assert "Your agency pays for all of you." in Message.objects.get(kind="E51").body


def test_an_invoice_with_money_on_it_is_not_void(invoice, client_for, finance):
    in_status(invoice, "part_paid", finance=finance)
    answer = client_for(finance).post(confirm(invoice, "void"), {"note": "x"}, follow=True)
    assert "This can’t be done now" in answer.content.decode()
    invoice.refresh_from_db()
    assert invoice.status == "part_paid"


def test_issued_again(invoice, client_for, finance):
    in_status(invoice, "void", finance=finance)
    client_for(finance).post(confirm(invoice, "reissue"))
    invoice.refresh_from_db()
    assert (invoice.status, invoice.total_cents) == ("issued", TOTAL)


@pytest.mark.parametrize("verb", ["pay", "cover", "refund", "promise", "nonsense", "name_employer"])
def test_no_other_verb_has_this_page(verb, invoice, client_for, finance):
    client = client_for(finance)
    for answer in (client.get(confirm(invoice, verb)), client.post(confirm(invoice, verb), {"note": "x"})):
        # "promise" and "payment" have pages of their own at their own addresses.
        assert answer.status_code == 404 or verb == "promise"
    invoice.refresh_from_db()
    assert invoice.status == "issued"


@pytest.mark.parametrize(("role", "leads_on"), [("coordinator", False), ("admin", True), ("finance", True)])
def test_the_summary_of_the_dossier(role, leads_on, invoice, request, django_assert_num_queries):
    application = type(invoice.application).objects.get()
    context = {"application": application, "user": request.getfixturevalue(role)}
    with django_assert_num_queries(1):
        said = render_to_string("payments/_summary.html", context)
    assert invoice.code in said
    assert "$140.00" in said
    assert (detail(invoice) in said) is leads_on


def test_the_summary_without_an_invoice(draft, coordinator):
    said = render_to_string("payments/_summary.html", {"application": draft, "user": coordinator})
    assert "Not paid yet" in said


def test_a_voided_promise_tells_the_application(invoice, finance):
    in_status(invoice, "promised", finance=finance)
    advance(invoice, "void", by=finance, note="x")
    invoice.application.refresh_from_db()
    assert (invoice.promised_by, invoice.application.fee_state) == (None, "open")
