"""The catalog for applicants: one tap and a day make evidence; a second time is asked about first."""

from __future__ import annotations

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.utils import timezone

from applicants import library
from applicants.models import Course, Training
from competencies.models import CatalogItem
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "/applications/evidence/catalog/"
ATTACH = "theoretical_foundations.attachment"


def item(title: str = "Foundations", status: str = "listed", **fields) -> CatalogItem:
    facts = {
        "sponsor": "A center", "kind": "series", "clock_hours": Decimal(12), "dei_hours": Decimal(3),
        "rsc_provision_hours": Decimal("1.5"), "area_keys": [ATTACH],
    }  # fmt: skip
    return CatalogItem.objects.create(title=title, status=status, **(facts | fields))


def add(client, row, day="2024-03-01", **more):
    return client.post(f"{LIST}{row.pk}/add/", {"day": day, "once": str(uuid.uuid4())} | more)


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_catalog_and_its_queries_do_not_grow(client_for, applicant, edition, django_assert_num_queries, rows):
    for number in range(rows):
        row = item(f"No. {number}")
        factories.training(applicant, catalog_item=row)
    item("Not yet", "proposed")
    item("No more", "retired")
    client = client_for(applicant)
    with django_assert_num_queries(7):
        page = client.get(LIST).content.decode()
    assert [f"No. {number}</h2>" in page for number in range(rows)] == [True] * rows
    assert ("Not yet" in page, "No more" in page) == (False, False)
    assert page.count("In your evidence</span>") == rows
    assert "12 hours · 3 on diversity, equity and inclusion · 1.5 on providing reflective supervision" in page
    assert '<p class="hint">Attachment' in page


def test_it_is_searched_and_an_empty_one_helps(client_for, applicant):
    client = client_for(applicant)
    assert "The catalog is still empty" in client.get(LIST).content.decode()
    item("Play and repair")
    assert "Play and repair</h2>" in client.get(LIST, {"q": "repair center"}).content.decode()
    assert "No training matches" in client.get(LIST, {"q": "nothing"}).content.decode()
    assert client.get(LIST, {"q": "\x00", "page": "x"}).status_code == 200


def test_a_training_is_added_with_its_day_alone(client_for, applicant, draft):
    row = item()
    answer = add(client_for(applicant), row)
    assert (answer["Location"], said(answer)) == ("/applications/evidence/", ["“Foundations” is in your evidence."])
    entry = Training.objects.get()
    assert (entry.person, entry.title, entry.sponsor, entry.format, entry.start_date, entry.end_date) == (
        applicant, "Foundations", "A center", "series", date(2024, 3, 1), None,
    )  # fmt: skip
    assert (entry.clock_hours, entry.dei_hours, entry.rsc_provision_hours) == (12, 3, Decimal("1.5"))
    assert (entry.area_keys, entry.catalog_item) == ([ATTACH], row)


@pytest.mark.parametrize(
    ("hours", "credits_"), [(45, Decimal("3.0")), (15, Decimal("1.0")), (2, Decimal("0.1")), (2000, Decimal(60))]
)
def test_a_course_becomes_a_course(client_for, applicant, draft, hours, credits_):
    row = item("Infants I", kind="course", clock_hours=Decimal(hours), dei_hours=0, rsc_provision_hours=0)
    client = client_for(applicant)
    answer = add(client, row)
    entry = Course.objects.get()
    assert answer["Location"] == f"/applications/evidence/course/{entry.pk}/"
    assert (entry.title, entry.institution, entry.completed_on, entry.credits, entry.area_keys) == (
        "Infants I", "A center", date(2024, 3, 1), credits_, [ATTACH],
    )  # fmt: skip
    assert entry.catalog_item == row
    assert client.get(LIST).content.decode().count("In your evidence</span>") == 1
    # Its title was mended after the transcript: it is still known.
    Course.objects.update(title="Infants, part one")
    assert Training.objects.count() == 0
    assert "You seem to have this already" in add(client, row).content.decode()


def test_a_second_time_is_asked_about_first(client_for, applicant):
    row, client = item(), client_for(applicant)
    add(client, row)
    for day in ("2024-03-01", "2024-03-08", "2024-02-23"):
        answer = add(client, row, day)
        assert (answer.status_code, Training.objects.count()) == (200, 1)
        assert "You seem to have this already" in answer.content.decode()
        assert 'name="anyway"' in answer.content.decode()
    add(client, row, "2024-03-09")
    assert Training.objects.count() == 2
    add(client, row, "2024-03-01", anyway="yes")
    assert Training.objects.count() == 3


def test_one_typed_by_hand_is_known_too_and_one_taken_out_is_not(client_for, applicant, other_applicant):
    row, client = item(), client_for(applicant)
    factories.training(other_applicant, title="Foundations", start_date=date(2024, 3, 1))
    typed = factories.training(applicant, title="FOUNDATIONS", start_date=date(2024, 3, 2))
    assert "You seem to have this already" in add(client, row).content.decode()
    library.take_out(typed)
    add(client, row)
    assert Training.objects.present().filter(person=applicant).count() == 1


def test_the_same_tap_twice_adds_once(client_for, applicant):
    row, client, once = item(), client_for(applicant), str(uuid.uuid4())
    for _tap in range(2):
        assert add(client, row, once=once)["Location"] == "/applications/evidence/"
    assert Training.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_add_once(client_for, applicant):
    row, cookies, once = item(), client_for(applicant).cookies, str(uuid.uuid4())
    ready, answers = threading.Barrier(4), []

    def tap():
        client = Client()
        client.cookies = cookies
        try:
            ready.wait()
            answers.append(add(client, row, once=once, anyway="yes").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, Training.objects.count()) == ([302] * 4, 1)


@pytest.mark.parametrize(
    "day", ["", "NaN", "2024-13-01", str(timezone.localdate() + timedelta(days=2)), "0000-00-00", "1\x00"]
)
def test_a_day_that_can_not_be(client_for, applicant, day):
    answer = add(client_for(applicant), item(), day)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["day"])
    assert Training.objects.count() == 0


@pytest.mark.parametrize("status", ["proposed", "refused", "retired"])
def test_what_is_not_in_the_catalog_is_not_added(client_for, applicant, status):
    row = item(status=status)
    assert (
        client_for(applicant).get(f"{LIST}{row.pk}/add/").status_code,
        add(client_for(applicant), row).status_code,
    ) == (404, 404)
    assert Training.objects.count() == 0


def test_what_was_added_stays_as_it_is_when_the_catalog_changes(client_for, applicant):
    row = item()
    add(client_for(applicant), row)
    CatalogItem.objects.update(clock_hours=99, title="Other", status="retired")
    entry = Training.objects.get()
    assert (entry.clock_hours, entry.title) == (12, "Foundations")
    row.delete()
    entry.refresh_from_db()
    assert entry.catalog_item is None


def test_strangers_sign_in_first(client):
    row = item()
    for path in (LIST, f"{LIST}{row.pk}/add/"):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
