"""Scholarships decided, and a fund that two people draw from at once."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.urls import reverse

from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Message
from payments import transitions
from payments.models import Fund, Payment, Scholarship
from payments.transitions import advance, request_scholarship
from tests import factories
from tests.conftest import make_person
from tests.payments.conftest import TOTAL, day_in, make_fund

pytestmark = pytest.mark.django_db
LIST, FUNDS = reverse("payments:scholarship_list"), reverse("payments:fund_list")


def url(scholarship, name="detail"):
    return reverse(f"payments:scholarship_{name}", args=[scholarship.pk])


def test_the_page_shows_what_is_needed_to_decide(scholarship, client_for, finance, fund):
    page = client_for(finance).get(url(scholarship)).content.decode()
    for said in ("Ana Applicant", "$140.00", "The fee is a month&#x27;s gas.", f"{fund.name}, $1,000.00 left"):
        assert said in page


def test_it_is_awarded(scholarship, client_for, finance, fund, draft):
    answer = client_for(finance).post(url(scholarship, "award"), {"fund": fund.pk, "amount": "140"})
    assert answer["Location"] == url(scholarship)
    scholarship.refresh_from_db()
    assert (scholarship.status, scholarship.fund, scholarship.awarded_cents, scholarship.decided_by) == (
        "awarded", fund, TOTAL, finance,
    )  # fmt: skip
    draft.refresh_from_db()
    assert (draft.invoice.status, draft.fee_state) == ("covered", "settled")


def test_awarding_twice_awards_once(scholarship, client_for, finance, fund):
    client = client_for(finance)
    client.post(url(scholarship, "award"), {"fund": fund.pk, "amount": "10"})
    answer = client.post(url(scholarship, "award"), {"fund": fund.pk, "amount": "10"}, follow=True)
    assert "can’t be done now" in answer.content.decode()
    assert [p.amount_cents for p in Payment.objects.all()] == [1_000]
    assert Message.objects.filter(kind="E53").count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "140.01"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"fund": ""}, "fund"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(typed, field, scholarship, client_for, finance, fund):
    answer = client_for(finance).post(url(scholarship, "award"), {"fund": fund.pk, "amount": "10"} | typed)
    assert list(answer.context["award_form"].errors) == [field]
    assert Scholarship.objects.get().status == "requested"


def test_no_more_than_the_fund_has_left(scholarship, client_for, finance):
    small = make_fund(total_cents=500)
    answer = client_for(finance).post(url(scholarship, "award"), {"fund": small.pk, "amount": "5.01"})
    assert "Only $5.00 is left" in str(answer.context["award_form"].errors["amount"])


def test_a_closed_fund_is_not_offered(scholarship, client_for, finance):
    closed = make_fund(ends_on=day_in(-1))
    answer = client_for(finance).post(url(scholarship, "award"), {"fund": closed.pk, "amount": "5"})
    assert list(answer.context["award_form"].errors) == ["fund"]


def test_it_is_declined_with_a_reason(scholarship, client_for, finance):
    client = client_for(finance)
    assert "This field is required" in client.post(url(scholarship, "decline"), {"note": ""}).content.decode()
    client.post(url(scholarship, "decline"), {"note": "The fund is for another county."})
    scholarship.refresh_from_db()
    assert (scholarship.status, scholarship.decided_by) == ("declined", finance)
    assert "another county" in Message.objects.get(kind="E54").body


def test_it_is_released(scholarship, client_for, finance, fund, draft):
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
    client_for(finance).post(url(scholarship, "release"), {"note": "The employer pays after all."})
    scholarship.refresh_from_db()
    draft.refresh_from_db()
    assert (scholarship.status, draft.invoice.status, draft.fee_state) == ("released", "issued", "open")
    assert Fund.objects.with_balance().get().left_cents == fund.total_cents
    assert "taken back" in Message.objects.get(kind="E48").body


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator"])
def test_others_stay_outside(role, scholarship, client_for, request, fund):
    client = client_for(request.getfixturevalue(role))
    for address in (
        LIST,
        FUNDS,
        url(scholarship),
        reverse("payments:fund_create"),
        reverse("payments:fund_edit", args=[fund.pk]),
    ):
        assert client.get(address).status_code == 403
    assert client.post(url(scholarship, "award"), {"fund": fund.pk, "amount": "1"}).status_code == 403


def test_ones_own_request_is_decided_by_somebody_else(finance, client_for, edition, fund):
    own = request_scholarship(
        factories.application(finance), by=finance, amount_cents=100, statement="Me.", employer_will_pay=False
    )
    client = client_for(finance)
    page = client.get(url(own)).content.decode()
    assert "Somebody else has to decide it" in page
    assert "Award it" not in page
    for name, typed in (("award", {"fund": fund.pk, "amount": "1"}), ("decline", {"note": "x"})):
        assert client.post(url(own, name), typed).status_code == 404


def test_lists_ask_the_same_for_one_and_three(scholarship, fund, client_for, finance, django_assert_num_queries):
    client = client_for(finance)
    client.get(LIST)
    for address, count in ((LIST, 7), (FUNDS, 5)):
        with django_assert_num_queries(count):
            client.get(address)
    for number in range(2):
        person = make_person(f"p{number}@example.org")
        request_scholarship(
            factories.application(person), by=person, amount_cents=1, statement="x", employer_will_pay=False
        )
        make_fund()
    for address, count in ((LIST, 7), (FUNDS, 5)):
        with django_assert_num_queries(count):
            client.get(address)


def test_requests_to_decide_come_first(scholarship, client_for, finance):
    person = make_person("p@example.org")
    later = request_scholarship(
        factories.application(person), by=person, amount_cents=1, statement="x", employer_will_pay=False
    )
    advance(scholarship, "decline", by=finance, note="x")
    page = client_for(finance).get(LIST)
    assert list(page.context["page_obj"]) == [later, scholarship]
    assert "1 request waits" in page.content.decode()
    assert list(client_for(finance).get(f"{LIST}?status=declined").context["page_obj"]) == [scholarship]


# --- Funds -------------------------------------------------------------------------------------------------------

FUND = {
    "name": "Rural start",
    "funder": "A foundation",
    "total": "$5,000",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
}


def test_a_fund_is_entered_and_changed(client_for, finance):
    client = client_for(finance)
    client.post(reverse("payments:fund_create"), FUND | {"is_open": "on"})
    fund = Fund.objects.get()
    assert (fund.total_cents, fund.is_open) == (500_000, True)
    client.post(reverse("payments:fund_edit", args=[fund.pk]), FUND | {"total": "4000"})
    fund.refresh_from_db()
    assert (fund.total_cents, fund.is_open) == (400_000, False)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"total": "-1"}, "total"),
        ({"total": "0"}, "total"),
        ({"name": ""}, "name"),
    ],
)
def test_a_fund_that_can_not_be(wrong, field, client_for, finance):
    answer = client_for(finance).post(reverse("payments:fund_create"), FUND | wrong)
    assert list(answer.context["form"].errors) == [field]
    assert Fund.objects.count() == 0


def test_a_total_is_not_lowered_below_what_is_awarded(scholarship, client_for, finance, fund):
    advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
    typed = FUND | {"name": fund.name, "total": "139.99"}
    answer = client_for(finance).post(reverse("payments:fund_edit", args=[fund.pk]), typed)
    assert "$140.00 of this fund has been awarded" in str(answer.context["form"].errors["total"])
    fund.refresh_from_db()
    assert fund.total_cents == 100_000


# --- Two at once -------------------------------------------------------------------------------------------------


def award_at_once(fund: Fund, requests: list[Scholarship], finance) -> list[str]:
    outcomes, barrier = [], threading.Barrier(len(requests))

    def award(scholarship: Scholarship) -> None:
        try:
            barrier.wait()
            advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
            outcomes.append("awarded")
        except Refused as no:
            outcomes.append(no.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=award, args=[s]) for s in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.fixture
def three_requests(transactional_db, edition) -> list[Scholarship]:
    people = [make_person(f"p{number}@example.org") for number in range(3)]
    return [
        request_scholarship(factories.application(p), by=p, amount_cents=TOTAL, statement="x", employer_will_pay=False)
        for p in people
    ]


def slow_sum(monkeypatch) -> None:
    """Make the moment between reading the fund and writing the award long enough for a race to happen."""
    real = transitions.receive

    def slow(*args, **kwargs):
        time.sleep(0.3)
        return real(*args, **kwargs)

    monkeypatch.setattr(transitions, "receive", slow)


@pytest.mark.django_db(transaction=True)
def test_a_fund_for_one_is_awarded_to_one(three_requests, finance, monkeypatch):
    fund = make_fund(total_cents=TOTAL)
    slow_sum(monkeypatch)
    outcomes = award_at_once(fund, three_requests, finance)
    assert outcomes == ["There is not enough left in this fund."] * 2 + ["awarded"]
    assert Fund.objects.with_balance().get().left_cents == 0


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_would_be_awarded_to_all(three_requests, finance, monkeypatch):
    """The control: the same three threads, the lock on the fund taken away."""
    fund = make_fund(total_cents=TOTAL)
    slow_sum(monkeypatch)
    monkeypatch.setattr(Fund.objects, "select_for_update", Fund.objects.all)
    assert award_at_once(fund, three_requests, finance) == ["awarded"] * 3
    assert Fund.objects.with_balance().get().left_cents == -2 * TOTAL


@pytest.mark.django_db(transaction=True)
def test_lowering_a_fund_waits_for_an_award_under_way(scholarship, client_for, finance, fund, monkeypatch):
    inside, go_on = threading.Event(), threading.Event()
    real = transitions.receive

    def held(*args, **kwargs):
        inside.set()
        go_on.wait(5)
        return real(*args, **kwargs)

    monkeypatch.setattr(transitions, "receive", held)

    def award() -> None:
        try:
            advance(scholarship, "award", by=finance, fund=fund, amount_cents=TOTAL)
        finally:
            connection.close()

    thread = threading.Thread(target=award)
    thread.start()
    assert inside.wait(5)
    with transaction.atomic():
        assert not Fund.objects.select_for_update(skip_locked=True).filter(pk=fund.pk).exists()
    go_on.set()
    thread.join()
    typed = FUND | {"name": fund.name, "total": "1"}
    answer = client_for(finance).post(reverse("payments:fund_edit", args=[fund.pk]), typed)
    assert list(answer.context["form"].errors) == ["total"]
