"""Entering evidence: a wrong thing is said beside its field with everything typed kept, and a double click makes one."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from applicants.models import KINDS, Application, Education, ReflectiveSupervision, Training, Work
from endorsement_portal.models import Upload
from tests import factories

pytestmark = pytest.mark.django_db


def path(kind: str) -> str:
    return f"/applications/evidence/{kind}/new/"


def refused(answer, *fields: str) -> None:
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (200, sorted(fields))
    assert 'class="error-summary"' in answer.content.decode()


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_entry_is_made_and_belongs_to_the_person(kind, applicant, client_for, typed, draft):
    old = timezone.now() - timedelta(days=40)
    Application.objects.update(worked_on_at=old, nudges=2)
    client = client_for(applicant)
    assert client.get(path(kind)).status_code == 200
    answer = client.post(path(kind), typed(kind))
    assert (answer.status_code, answer["Location"]) == (302, "/applications/evidence/")
    entry = KINDS[kind].objects.get()
    assert (entry.person, entry.version, entry.document, entry.area_keys) == (applicant, 1, None, [])
    draft.refresh_from_db()
    assert (draft.nudges, draft.worked_on_at > old) == (0, True)
    assert entry.headline in client.get("/applications/evidence/").content.decode()


def test_areas_and_a_certificate_go_with_it(applicant, client_for, typed, certificate, draft):
    keys = ["theoretical_foundations.attachment", "reflection.self_awareness"]
    client_for(applicant).post(
        path("training"), typed("training", area_keys=keys, certificate=certificate("Mein Zeugnis.pdf"))
    )
    entry = Training.objects.get()
    assert sorted(entry.area_keys) == sorted(keys)
    upload = Upload.objects.get()
    assert entry.document == upload
    assert (upload.owner, upload.purpose, upload.original_name) == (applicant, "evidence", "Mein Zeugnis.pdf")


def test_an_area_that_does_not_exist_is_refused(applicant, client_for, typed, draft):
    refused(client_for(applicant).post(path("work"), typed("work", area_keys=["made.up"])), "area_keys")
    assert Work.objects.count() == 0


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_same_form_sent_twice_makes_one_entry(kind, applicant, client_for, typed):
    client, data = client_for(applicant), typed(kind)
    for _click in range(2):
        answer = client.post(path(kind), data, follow=True)
        assert "Saved. Add another, or go back to your application." in answer.content.decode()
    assert KINDS[kind].objects.count() == 1
    client.post(path(kind), data | {"once": str(uuid.uuid4())})
    assert KINDS[kind].objects.count() == 2


def test_going_back_and_typing_on_is_not_lost_silently(applicant, client_for, typed):
    client, data = client_for(applicant), typed("work")
    client.post(path("work"), data)
    entry = Work.objects.get()
    answer = client.post(path("work"), data | {"duties": "Something else"}, follow=True)
    assert answer.redirect_chain == [(reverse("applicants:evidence_edit", args=["work", entry.pk]), 302)]
    assert "This form was saved before. Here is what it made: you can change it now." in answer.content.decode()
    assert Work.objects.get().duties == "Weekly visits."


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_entry(applicant, client_for, typed, certificate):
    session, data, answers = client_for(applicant).cookies, typed("training"), []
    ready = threading.Barrier(4)

    def click():
        client = Client()
        client.cookies = session
        try:
            ready.wait()
            answers.append(client.post(path("training"), data | {"certificate": certificate()}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 4
    assert (Training.objects.count(), Upload.objects.count()) == (1, 1)


def test_after_a_refused_file_the_same_form_still_saves(applicant, client_for, typed, certificate, settings):
    """A full quota says no at storing; the next click on the same page must not be taken for the second of two."""
    client, data = client_for(applicant), typed("work")
    settings.UPLOAD_QUOTA_BYTES = 10
    answer = client.post(path("work"), data | {"certificate": certificate()})
    refused(answer, "certificate")
    assert answer.context["form"].errors["certificate"] == [
        "Your files have reached 300 MB. Please remove one that you no longer need."
    ]
    assert (Work.objects.count(), Upload.objects.count()) == (0, 0)
    client.post(path("work"), data)
    assert Work.objects.count() == 1


def test_a_wrong_file_is_refused_beside_its_field_with_everything_kept(applicant, client_for, typed, draft):
    wrong = SimpleUploadedFile("photo.jpg", b"<html>not a photo</html>")
    keys = ["reflection.self_awareness"]
    answer = client_for(applicant).post(
        path("work"), typed("work", certificate=wrong, area_keys=keys, duties="Long words ñ")
    )
    refused(answer, "certificate")
    page = answer.content.decode()
    assert "What is inside this file does not match its name." in page
    assert "Long words ñ</textarea>" in page
    assert 'value="2020-01-01"' in page
    assert answer.context["form"]["area_keys"].value() == keys
    assert Work.objects.count() == 0


# --- Dates -------------------------------------------------------------------------------------------------------

TOMORROW = str(timezone.localdate() + timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "changes", "fields"),
    [
        ("work", {"start_date": TOMORROW, "end_date": ""}, ["start_date"]),
        ("work", {"end_date": TOMORROW}, ["end_date"]),
        ("education", {"conferred_on": TOMORROW}, ["conferred_on"]),
        ("training", {"start_date": TOMORROW}, ["start_date"]),
        ("supervision", {"end_date": "2999-12-31"}, ["end_date"]),
        ("work", {"start_date": "2022-12-31", "end_date": "2020-01-01"}, ["end_date"]),
        ("training", {"end_date": "2001-01-01"}, ["end_date"]),
        ("work", {"start_date": "31/31/2020"}, ["start_date"]),
        ("work", {"start_date": ""}, ["start_date"]),
        ("supervision", {"end_date": ""}, ["end_date"]),
    ],
)
def test_dates_that_can_not_be(kind, changes, fields, applicant, client_for, typed):
    refused(client_for(applicant).post(path(kind), typed(kind, **changes)), *fields)
    assert KINDS[kind].objects.count() == 0


def test_today_is_not_in_the_future_and_the_year_one_is_a_date(applicant, client_for, typed):
    client = client_for(applicant)
    client.post(path("work"), typed("work", start_date=str(timezone.localdate()), end_date=""))
    client.post(path("work"), typed("work", start_date="0001-01-01", end_date="0001-01-02"))
    assert Work.objects.count() == 2
    assert client.get("/applications/evidence/").status_code == 200


# --- Hours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hours", ["NaN", "Infinity", "-Infinity", "1e308", "-1", "0", "2000.01", "40.001", "forty", "", "1" * 5000]
)
def test_hours_that_can_not_be(hours, applicant, client_for, typed):
    refused(
        client_for(applicant).post(path("training"), typed("training", clock_hours=hours, dei_hours="0")), "clock_hours"
    )
    refused(client_for(applicant).post(path("supervision"), typed("supervision", total_hours=hours)), "total_hours")
    assert (Training.objects.count(), ReflectiveSupervision.objects.count()) == (0, 0)


@pytest.mark.parametrize("part", ["NaN", "-0.25", "1e308"])
def test_parts_that_can_not_be(part, applicant, client_for, typed):
    client = client_for(applicant)
    refused(client.post(path("training"), typed("training", dei_hours=part)), "dei_hours")
    refused(client.post(path("training"), typed("training", rsc_provision_hours=part)), "rsc_provision_hours")
    refused(client.post(path("supervision"), typed("supervision", hours_about_provision=part)), "hours_about_provision")


def test_hours_that_do_not_add_up_are_said_in_figures(applicant, client_for, typed):
    client = client_for(applicant)
    answer = client.post(
        path("training"), typed("training", clock_hours="10", dei_hours="6", rsc_provision_hours="4.25")
    )
    refused(answer, "clock_hours")
    assert answer.context["form"].errors["clock_hours"] == [
        "The two parts add up to 10.25 hours, which is more than the hours in all."
    ]
    refused(client.post(path("supervision"), typed("supervision", hours_about_provision="31")), "hours_about_provision")
    assert (
        client.post(
            path("training"), typed("training", clock_hours="10", dei_hours="6", rsc_provision_hours="4")
        ).status_code
        == 302
    )


def test_parts_left_empty_count_as_none(applicant, client_for, typed):
    client = client_for(applicant)
    answer = client.post(path("training"), typed("training", dei_hours="", rsc_provision_hours=""))
    assert answer.status_code == 302, answer.context["form"].errors
    entry = Training.objects.get()
    assert (entry.dei_hours, entry.rsc_provision_hours) == (0, 0)
    assert client.post(path("supervision"), typed("supervision", hours_about_provision="")).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours_per_week", "0"),
        ("hours_per_week", "81"),
        ("hours_per_week", "NaN"),
        ("families_served", "-1"),
        ("families_served", "99999999999999999999"),
    ],
)
def test_numbers_of_work_that_can_not_be(field, value, applicant, client_for, typed):
    refused(client_for(applicant).post(path("work"), typed("work", **{field: value})), field)


# --- Words -------------------------------------------------------------------------------------------------------


def test_a_text_far_too_long_is_refused_and_kept(applicant, client_for, typed):
    long = "Long text. " * 10_000
    answer = client_for(applicant).post(path("work"), typed("work", duties=long))
    refused(answer, "duties")
    assert long.strip() in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["Zoë 🎓👩‍👧", "مركز الطفولة", "\u202eevil", "O’Neil & Søn <b>", "漢字" * 10, "{{ 7*7 }}{% now 'Y' %}"]
)
def test_words_of_any_language_come_back_as_they_were(name, applicant, client_for, typed):
    client = client_for(applicant)
    client.post(path("work"), typed("work", employer=name))
    entry = Work.objects.get()
    assert entry.employer == name
    assert escape(name) in client.get("/applications/evidence/").content.decode()


@pytest.mark.parametrize("name", ["a\x00b", ""])
def test_words_that_can_not_be(name, applicant, client_for, typed):
    refused(client_for(applicant).post(path("education"), typed("education", institution=name)), "institution")
    assert Education.objects.count() == 0


# --- Who ---------------------------------------------------------------------------------------------------------


def test_nobody_writes_into_anothers_library(applicant, other_applicant, client_for, typed):
    client_for(applicant).post(path("work"), typed("work", person=str(other_applicant.pk), version="9", document="1"))
    entry = Work.objects.get()
    assert (entry.person, entry.version, entry.document) == (applicant, 1, None)


def test_a_stranger_is_sent_to_sign_in_and_an_unknown_kind_is_not_found(client, applicant, client_for, typed):
    assert client.post(path("work"), typed("work"))["Location"] == f"/accounts/login/?next={path('work')}"
    assert client_for(applicant).get(path("poems")).status_code == 404
    assert client_for(applicant).post(path("poems"), {}).status_code == 404
    assert Work.objects.count() == 0


def test_a_form_without_its_hidden_field_is_refused_calmly(applicant, client_for, typed):
    answer = client_for(applicant).post(path("work"), typed("work", once=None))
    assert answer.status_code == 200
    assert Work.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_library_takes_the_same_queries_whatever_is_in_it(applicant, client_for, rows, django_assert_num_queries):
    for _ in range(rows):
        for kind in KINDS:
            getattr(factories, kind)(applicant)
    client = client_for(applicant)
    with django_assert_num_queries(12):
        client.get("/applications/evidence/")
