"""The desks of staff: every number of a home is a link to exactly that many rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applicants.models import Application
from competencies.models import CatalogItem
from endorsement_portal.models import Message, Outbox, User
from payments.ledger import open_invoice, receive
from payments.models import Invoice, Method
from payments.transitions import advance, request_scholarship
from reports.work import coordinator_piles, waiting_lines
from reviews.assignment import assign
from reviews.models import Review
from tests import factories
from tests.cohorts import rows
from tests.conftest import make_person
from tests.credentials.conftest import credential_for
from tests.reviews.test_assignment import ready_one


def person(number: int) -> User:
    return make_person(f"person{number}@example.org", name=f"Person {number}")


def applied(number: int, status: str, **times: object) -> Application:
    """Somebody's application, put where it is without its way there."""
    row = factories.application(person(number))
    Application.objects.filter(pk=row.pk).update(status=status, submitted_at=timezone.now(), **times)
    row.refresh_from_db()
    return row


@pytest.fixture
def interests(edition):
    """One new, one in the pool, two on the waiting list, one with an offer."""
    rows.interest(1), rows.pooled(2), rows.pooled(3, status="waitlisted"), rows.pooled(4, status="waitlisted")
    rows.offered(rows.pooled(5), rows.cohort())


@pytest.fixture
def applications(edition, coordinator, reviewer, other_reviewer):
    """One at each place; two reviews of one application are late, a third is not; one is the coordinator's own."""
    applied(1, "submitted"), applied(2, "reviewed"), applied(3, "withdrawn"), applied(4, "draft")
    own = factories.application(coordinator)
    Application.objects.filter(pk=own.pk).update(status="ready", submitted_at=timezone.now())
    ready_one(person(5), coordinator, 5)
    late, timely = (ready_one(person(number), coordinator, number) for number in (6, 7))
    for who in (reviewer, other_reviewer):
        assign(late, reviewer=who, by=coordinator)
    Review.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    assign(timely, reviewer=reviewer, by=coordinator)


@pytest.fixture
def money(edition, finance):
    """One invoice owing, one promised, one paid in part, one to give back, and a request for a scholarship."""
    invoices = []
    for number in range(10, 14):
        who = person(number)
        invoices.append(open_invoice(factories.application(who), by=who))
    advance(invoices[1], "promise", by=finance, po_number="PO-1")
    receive(invoices[2], method=Method.CASH, amount_cents=1_000, by=finance)
    receive(invoices[3], method=Method.CASH, amount_cents=invoices[3].total_cents, by=finance)
    receive(invoices[3], method=Method.CARD, amount_cents=500, provider_ref="pi_over")
    request_scholarship(
        invoices[0].application, by=invoices[0].person, amount_cents=500, statement="Please.", employer_will_pay=False
    )


@pytest.fixture
def credentials(edition, coordinator):
    """One that stands, one whose end nobody has noted yet, one revoked."""
    yesterday = timezone.localdate() - timedelta(days=1)
    credential_for(person(20), coordinator)
    credential_for(person(21), coordinator, issued_on=yesterday - timedelta(days=9), expires_on=yesterday)
    credential_for(person(22), coordinator, status="revoked")


@pytest.fixture
def hours(applications):
    """Disputed hours, hours with somebody whom nobody knows, and hours that are settled; the coordinator's own are not."""
    for number, fields in enumerate([{"status": "disputed"}, {"provider": None}, {}], start=1):
        factories.supervision(User.objects.get(email=f"person{number}@example.org"), **fields)
    factories.supervision(User.objects.get(email="coordinator@example.org"), status="disputed")


@pytest.fixture
def trainings(db):
    """Two proposals to look at, and one training in the catalog."""
    for status in ("proposed", "proposed", "listed"):
        CatalogItem.objects.create(title="T", sponsor="A", kind="webinar", clock_hours=1, status=status)


@pytest.fixture
def undelivered(db):
    """A mail that was refused, and a promise that gave up."""
    Message.objects.create(kind="E01", email="gone@example.org", subject="S", body="B", failed_at=timezone.now())
    Outbox.objects.create(kind="mail.send", key="gave-up", parked_at=timezone.now())


def listed(response) -> int:
    """How many rows a list has, on all its pages."""
    context = response.context
    if "sections" in context:
        return sum(len(section["figures"]) for section in context["sections"])
    if "parked" in context:
        return context["page"].paginator.count + len(context["parked"])
    return context["page_obj"].paginator.count


@pytest.mark.parametrize("desk", ["coordinator", "finance", "admin"])
def test_every_number_is_the_number_of_rows_it_leads_to(
    desk, request, client_for, interests, applications, hours, trainings, money, credentials, undelivered
):
    client = client_for(request.getfixturevalue(desk))
    piles = client.get(reverse("home")).context[f"{desk}_piles"]
    seen = {str(pile.label): (pile.number, listed(client.get(pile.url))) for pile in piles}
    assert {label: shown for label, (shown, _rows) in seen.items()} == {
        label: there for label, (_shown, there) in seen.items()
    }
    assert [label for label, (shown, _rows) in seen.items() if not shown] == []


def test_the_coordinator_s_numbers(coordinator, interests, applications, hours, trainings, undelivered):
    assert {str(pile.label): pile.number for pile in coordinator_piles(coordinator)} == {
        "New interest": 1,
        "Ready for a seat": 3,
        "Seats waiting for an answer": 1,
        "Supervision to settle": 2,
        "Proposed trainings": 2,
        "To check": 1,
        "To assign": 1,
        "Reviews overdue": 2,
        "To decide": 1,
        "Undelivered": 2,
    }


def test_waiting_is_counted_from_where_it_began(edition, coordinator):
    """Who waits for the decision waits since the last review was filed, not since the day of submission."""

    def ago(days: int):
        return timezone.now() - timedelta(days=days)

    applied(1, "reviewed", checked_at=ago(39), reviewed_at=ago(2))
    applied(2, "ready", checked_at=ago(5))
    applied(3, "submitted")
    Application.objects.filter(person__email="person1@example.org").update(submitted_at=ago(40))
    Application.objects.filter(person__email="person2@example.org").update(submitted_at=ago(30))
    Application.objects.filter(person__email="person3@example.org").update(submitted_at=ago(9))
    assert [(line["what"], line["since"]) for line in waiting_lines(coordinator)] == [
        ("Person 3 waits for the completeness check", "for 9 days"),
        ("Person 2 waits for a reviewer", "for 5 days"),
        ("Person 1 waits for the decision", "for 2 days"),
    ]


# Session, person, second factor, the piles and lines of the desk, unread.
@pytest.mark.parametrize(("desk", "queries"), [("coordinator", 15), ("finance", 7), ("admin", 10)])
def test_a_home_takes_a_fixed_number_of_queries(
    desk, queries, request, client_for, django_assert_num_queries, interests, applications, money, credentials
):
    client = client_for(request.getfixturevalue(desk))
    with django_assert_num_queries(queries):
        assert client.get(reverse("home")).status_code == 200


def test_empty_desks_say_so(client_for, coordinator, finance):
    for who in (coordinator, finance):
        assert "Nothing waits for you" in client_for(who).get(reverse("home")).content.decode()
    assert Invoice.objects.count() == 0


def test_a_late_review_comes_before_a_fresh_invitation(edition, client_for, coordinator, reviewer):
    late, fresh = (ready_one(person(number), coordinator, number) for number in (1, 2))
    assign(late, reviewer=reviewer, by=coordinator)
    Review.objects.update(due_on=timezone.localdate() - timedelta(days=3), status="accepted")
    assign(fresh, reviewer=reviewer, by=coordinator)
    context = client_for(reviewer).get(reverse("home")).context
    assert [review.application_id for review in context["reviews"]] == [late.pk, fresh.pk]
    assert context["next_review"].application_id == late.pk
