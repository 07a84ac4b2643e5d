"""Downloads: the cells, the guard, the log, and who may not."""

from __future__ import annotations

import codecs
import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from applicants.models import FeeState
from applicants.transitions import advance
from credentials.models import Credential
from endorsement_portal.embedded import postgres
from endorsement_portal.models import County, Event, Role
from payments.ledger import give_back, open_invoice, receive
from payments.models import Method
from reports import exports
from reports.definitions import DEFINITIONS
from reports.exports import FORMULA_STARTS, export
from reports.models import Report
from tests import factories
from tests.conftest import make_person

FORMULAS = [
    '=HYPERLINK("http://evil.example","click")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def download(client, code: str) -> list[dict[str, str]]:
    response = client.get(reverse("reports:report_download", args=[code]))
    assert response.status_code == 200
    return rows_of(response.getvalue())


def endorsed(application, coordinator):
    """Through review without reviewers: the status alone matters here."""
    type(application).objects.filter(pk=application.pk).update(status="reviewed")
    application.refresh_from_db()
    return advance(application, "endorse", by=coordinator)


def test_one_row_of_applications_says_all_of_it(client_for, admin, draft, coordinator):
    factories.submitted(draft)
    invoice = open_invoice(draft, by=None)
    draft.opened_at = datetime(2026, 7, 4, 3, 30, tzinfo=UTC)
    draft.save(update_fields=["opened_at"])
    (row,) = download(client_for(admin), "applications")
    assert row["Application"] == draft.code
    assert (row["Applicant"], row["Email"]) == ("Ana Applicant", "applicant@example.org")
    assert (row["County"], row["Sector"]) == ("Durham", "Home visiting")
    assert (row["Category"], row["Track"]) == ("IFS", draft.category.track.mark)
    assert row["Status"] == "To check"
    # Half past eleven in the evening of the third, in North Carolina's summer.
    assert row["Opened"] == "2026-07-03T23:30:00-04:00"
    assert datetime.fromisoformat(row["Submitted"]) == draft.submitted_at.replace(microsecond=0)
    assert row["Decided"] == ""
    assert row["Fee state"] == "Paid or covered"
    assert row["Fee in dollars"] == f"{invoice.total_cents / 100:.2f}"
    assert row["Received in dollars"] == "0.00"
    assert row["Reviews filed"] == "0"
    assert (row["Outcome"], row["Credential"], row["Valid through"]) == ("", "", "")


def test_moments_carry_the_offset_of_their_own_season(client_for, admin, draft):
    draft.opened_at = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    draft.save(update_fields=["opened_at"])
    (row,) = download(client_for(admin), "applications")
    assert row["Opened"] == "2026-12-01T07:00:00-05:00"


def test_an_admin_is_not_told_how_many_reviews_of_their_own_application_are_filed(client_for, edition):
    both = make_person("both@example.org", Role.ADMIN, Role.APPLICANT, name="Bea Both")
    factories.application(both)
    (row,) = download(client_for(both), "applications")
    assert row["Reviews filed"] == ""


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_would_be_a_formula_is_only_text(client_for, admin, draft, applicant, formula):
    applicant.name = formula
    applicant.save()
    (row,) = download(client_for(admin), "applications")
    assert row["Applicant"] == f"'{formula}"


@pytest.mark.parametrize(
    "name", ["Ana", "O’Neil-Núñez, Ana", 'Ana "Annie" Á', "Nguyễn\nHmoob", "5 = 5", "", "'quoted", "100% %s"]
)
def test_everything_else_comes_back_as_it_was_stored(client_for, admin, draft, applicant, name):
    applicant.name = name
    applicant.save()
    (row,) = download(client_for(admin), "applications")
    assert row["Applicant"] == name


def test_the_guard_stands_before_every_cell_with_free_text(client_for, admin, draft, coordinator):
    """Planted in every text that people type; no cell of any report begins with one of the signs."""
    person = draft.person
    factories.submitted(draft)
    planted = "=1+1"
    type(person.profile).objects.update(employer=planted, certificate_name=planted)
    type(person).objects.update(name=planted)
    for definition in DEFINITIONS.values():
        for row in download(client_for(admin), definition.code):
            unsafe = [title for title, text in row.items() if text[:1] in set("=+@\t\r\n")]
            # Figures below zero are figures.
            unsafe += [t for t, text in row.items() if text.startswith("-") and not re.fullmatch(r"-\d+\.\d\d", text)]
            assert unsafe == [], definition.code


def test_the_list_of_signs_is_the_one_that_was_tested():
    signs = {
        sign.encode().decode("unicode_escape") if "\\" in sign else sign
        for sign in re.findall(r"'([^']+)'", FORMULA_STARTS)
    }
    assert signs == {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}


def test_the_ledger_sums_up_in_dollars(client_for, admin, finance, draft):
    invoice = open_invoice(draft, by=None)
    payment = receive(
        invoice,
        method=Method.PAPER_CHECK,
        amount_cents=invoice.total_cents,
        received_on=date(2026, 3, 1),
        by=finance,
        reference="1042",
    )
    give_back(payment, amount_cents=1234, by=finance)
    first, second = download(client_for(admin), "ledger")
    assert (first["Received on"], first["Method"], first["Reference"]) == ("2026-03-01", "Check", "1042")
    assert first["Amount in dollars"] == f"{invoice.total_cents / 100:.2f}"
    assert second["Amount in dollars"] == "-12.34"
    assert (second["Method"], second["Recorded by"]) == ("Given back", "Finn Finance")


def test_credentials_with_their_standing_today(client_for, admin, draft, coordinator):
    draft = endorsed(factories.submitted(draft), coordinator)
    facts = {"category_title": "T", "track_title": "T", "track_mark": "IMH-E®", "name": "Ana Á"}
    durham = County.objects.get(name="Durham")
    credential = Credential.objects.create(
        application=draft,
        person=draft.person,
        category=draft.category,
        number="NC-IMH-2020-0001",
        issued_on=date(2020, 1, 1),
        expires_on=date(2023, 12, 31),
        county=durham,
        in_registry=True,
        **facts,
    )
    client = client_for(admin)
    (row,) = download(client, "credentials")
    assert (row["Credential"], row["Name"], row["Standing"]) == ("NC-IMH-2020-0001", "Ana Á", "Expired")
    assert (row["Issued"], row["Valid through"]) == ("2020-01-01", "2023-12-31")
    assert (row["In the public registry"], row["County shown"]) == ("yes", "no")
    assert row["Verification"] == credential.verify_url
    by_county = {row["County"]: row for row in download(client, "headcount")}
    assert by_county["Durham"]["Active credentials"] == "0"
    pipeline = {(row["Part"], row["Status"]): row["How many"] for row in download(client, "pipeline")}
    assert (pipeline["Credential", "Active"], pipeline["Credential", "Expired"]) == ("0", "1")

    Credential.objects.update(expires_on=date(2099, 12, 31))
    by_county = {row["County"]: row for row in download(client, "headcount")}
    assert (by_county["Durham"]["Active credentials"], by_county["Durham"]["People"]) == ("1", "1")
    assert by_county["Durham"]["Active credentials per 100,000"] == f"{100000 / durham.population_2020:.2f}"
    Credential.objects.update(county=None)
    last = download(client, "headcount")[-1]
    assert (last["County"], last["Active credentials"]) == ("", "1")


def test_the_answer_is_a_file_that_nobody_keeps(client_for, admin, draft):
    response = client_for(admin).get(reverse("reports:report_download", args=["applications"]))
    content = response.getvalue()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="applications-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    assert content.startswith(codecs.BOM_UTF8)
    assert int(response["Content-Length"]) == len(content)


def test_each_download_is_in_the_log_with_its_rows(client_for, admin, draft):
    client = client_for(admin)
    download(client, "applications")
    download(client, "applications")
    events = list(Event.objects.about(Report(code="applications")))
    assert [(e.verb, e.actor_id, e.details) for e in events] == [("download", admin.pk, {"rows": 1})] * 2


def test_a_report_that_fails_leaves_neither_a_file_nor_an_event(admin, draft, monkeypatch):
    monkeypatch.setattr(exports, "select", lambda definition: "SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        export(DEFINITIONS["applications"], by=admin)
    assert not Event.objects.filter(verb="download").exists()


def test_the_connection_keeps_its_own_time_zone(admin, db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW TimeZone")
        before = cursor.fetchone()
        export(DEFINITIONS["pipeline"], by=admin)[0].close()
        cursor.execute("SHOW TimeZone")
        assert cursor.fetchone() == before


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator", "finance"])
def test_nobody_else_gets_a_report(client_for, request, role, db):
    person = request.getfixturevalue(role)
    client = client_for(person)
    for code in DEFINITIONS:
        assert client.get(reverse("reports:report_download", args=[code])).status_code == 403
        with pytest.raises(PermissionDenied):
            export(DEFINITIONS[code], by=person)
    assert not Event.objects.filter(verb="download").exists()


def test_a_stranger_is_sent_to_sign_in(client_for, db):
    response = client_for(None).get(reverse("reports:report_download", args=["applications"]))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_only_get_and_only_reports_that_exist(client_for, admin):
    client = client_for(admin)
    url = reverse("reports:report_download", args=["applications"])
    assert client.post(url).status_code == 405
    assert client.head(url).status_code == 405
    assert client.get(reverse("reports:report_download", args=["passwords"])).status_code == 404
    assert not Event.objects.filter(verb="download").exists()


def test_the_applications_role_of_the_database_may_make_every_report(admin, draft):
    """Insert-only on the log, no tables of its own: what the web has in production."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [postgres.APP])
        if cursor.fetchone() is None:
            pytest.skip(f"the server that DATABASE_URL names has no role {postgres.APP}")
        call_command("grant_app", role=postgres.APP)
        cursor.execute(f"SET LOCAL ROLE {postgres.APP}")
        try:
            for definition in DEFINITIONS.values():
                export(definition, by=admin)[0].close()
        finally:
            cursor.execute("RESET ROLE")
    assert Event.objects.filter(verb="download").count() == len(DEFINITIONS)


def test_fee_states_and_statuses_are_told_in_words(client_for, admin, draft):
    (row,) = download(client_for(admin), "applications")
    assert row["Fee state"] == str(FeeState.OPEN.label)
    assert row["Status"] == "Draft"
