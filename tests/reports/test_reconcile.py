"""Reconciliation: clean data gives nothing, each planted fault is found by its own check, and repairing only promises."""

from __future__ import annotations

import io
import json
import os
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command, get_commands
from django.db import connection
from django.utils import timezone

from applicants.models import Application, Grant
from applicants.transitions import advance
from cohorts.models import Cohort, Interest, Seat
from credentials import tasks as _effects  # noqa: F401 - a worker has them registered
from credentials.models import Credential
from endorsement_portal import mail
from endorsement_portal.log_heads import keep_head
from endorsement_portal.models import Event, Message, Outbox, Upload
from endorsement_portal.uploads import Checked, keep
from payments.ledger import open_invoice, receive
from payments.models import Checkout, Invoice, Method, ProviderEvent
from reports.management.commands.reconcile import Command
from reports.reconciliation import CHECKS, reconcile, repair
from reviews.assignment import assign
from tests import factories

LONG_AGO = timedelta(hours=2)


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """A storage of each test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "uploads")
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.MEDIA_ROOT, "base_url": None},
        }
    }


@pytest.fixture
def whole(draft, coordinator, finance, reviewer):
    """One application the whole way: paid through the ledger, in review, with a file and a kept log head."""
    factories.complete_portfolio(draft)
    invoice = open_invoice(draft, by=None)
    receive(
        invoice,
        method=Method.PAPER_CHECK,
        amount_cents=invoice.total_cents,
        received_on=date(2026, 3, 1),
        by=finance,
        reference="1042",
    )
    advance(draft, "submit", by=draft.person)
    advance(draft, "accept", by=coordinator)
    advance(assign(draft, reviewer=reviewer, by=coordinator), "accept", by=reviewer)
    keep(Checked(b"evidence", "application/pdf", "e.pdf"), owner=draft.person, purpose="evidence")
    keep_head()
    Message.objects.update(sent_at=timezone.now())
    Outbox.objects.update(done_at=timezone.now())
    draft.refresh_from_db()
    return draft


def found() -> dict[str, list[str]]:
    """What every check with something to say says it about."""
    return {f.code: [d.about for d in f.differences] for f in reconcile() if f.differences}


def credential_of(application: Application, **fields) -> Credential:
    """Endorsed by decree; the fee is settled already."""
    Application.objects.filter(pk=application.pk).update(status="endorsed")
    Grant.objects.update(withdrawn_at=timezone.now())
    type(application.reviews.first()).objects.update(status="declined")
    facts = {
        "application": application, "person": application.person, "category": application.category,
        "category_title": "T", "track_title": "T", "track_mark": "T", "number": "NC-IMH-2026-0001", "name": "Ana",
        "issued_on": date(2026, 1, 1), "expires_on": date(2029, 12, 31),
    }  # fmt: skip
    return Credential.objects.create(**(facts | fields))


def certified(application: Application) -> Credential:
    """With a stored certificate."""
    pdf = keep(Checked(b"%PDF-1.7", "application/pdf", "c.pdf"), owner=application.person, purpose="certificate")
    return credential_of(application, pdf=pdf, pdf_made_at=timezone.now())


def test_clean_data_gives_nothing(whole):
    assert found() == {}


def test_clean_data_with_a_certificate_gives_nothing(whole):
    certified(whole)
    assert found() == {}


def test_an_empty_portal_gives_nothing(db):
    assert found() == {}


def test_every_check_has_a_planted_fault():
    """The parametrised faults below, each named by its check."""
    assert {check for check, _plant in FAULTS} == set(CHECKS)


# --- Planted faults: each returns what the check must name -------------------------------------------------------


def lose_a_file(whole) -> list[str]:
    upload = Upload.objects.get(purpose="evidence")
    Path(upload.file.path).unlink()
    return [f"upload {upload.pk}"]


def leave_an_orphan(whole) -> list[str]:
    name = default_storage.save("2026/orphan", ContentFile(b"left behind"))
    past = time.time() - LONG_AGO.total_seconds()
    os.utime(default_storage.path(name), (past, past))
    return [f"file {name}"]


def change_a_certificate(whole) -> list[str]:
    credential = certified(whole)
    Path(credential.pdf.file.path).write_bytes(b"%PDF-1.8")
    return [f"upload {credential.pdf_id}"]


def forget_a_credential(whole) -> list[str]:
    credential_of(whole).delete()
    return [whole.code]


def forget_a_certificate(whole) -> list[str]:
    return [credential_of(whole).number]


def park_a_promise(whole) -> list[str]:
    row = Outbox.objects.create(
        kind="mail.send", key="parked", payload={"message_id": 1}, parked_at=timezone.now(), attempts=9, last_error="No"
    )
    return [f"promise {row.pk}"]


def stop_the_relay(whole) -> list[str]:
    row = Outbox.objects.create(kind="mail.send", key="late", due_at=timezone.now() - timedelta(minutes=11))
    Outbox.objects.create(kind="mail.send", key="just-due", due_at=timezone.now() - timedelta(minutes=9))
    Outbox.objects.create(kind="mail.send", key="put-off", due_at=timezone.now() + timedelta(minutes=9))
    return [f"promise {row.pk}"]


def refuse_a_mail(whole) -> list[str]:
    message = Message.objects.first()
    Message.objects.filter(pk=message.pk).update(sent_at=None, failed_at=timezone.now(), failure="550 no such user")
    return [f"mail {message.pk}"]


def forget_a_mail(whole) -> list[str]:
    with mail.letter_to(whole.person) as letter:
        message = letter.write("test", subject="Hello", body="Hello")
    Outbox.objects.filter(done_at=None).delete()
    return [f"mail {message.pk}"]


def miscount_an_invoice(whole) -> list[str]:
    invoice = whole.invoice
    Invoice.objects.filter(pk=invoice.pk).update(received_cents=invoice.received_cents + 1)
    return [invoice.code]


def misprice_an_invoice(whole) -> list[str]:
    whole.invoice.lines.filter(position=0).update(amount_cents=1)
    return [whole.invoice.code]


def forget_to_tell_the_application(whole) -> list[str]:
    Application.objects.filter(pk=whole.pk).update(fee_state="open")
    return [whole.code]


def leave_a_checkout_open(whole) -> list[str]:
    facts = {"invoice": whole.invoice, "amount_cents": 100, "idempotency_key": "k"}
    row = Checkout.objects.create(session_id="cs_1", created_at=timezone.now() - LONG_AGO, **facts)
    return [f"checkout {row.pk}"]


def ignore_the_bank(whole) -> list[str]:
    ProviderEvent.objects.create(event_id="evt_1", kind="checkout.session.completed")
    return ["bank event evt_1"]


def lose_a_seats_application(whole) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cohorts_seat DROP CONSTRAINT seat_accepted_has_an_application")
    seat = seat_of(whole, application=None)
    return [f"seat {seat.pk}"]


def keep_a_grant(whole) -> list[str]:
    whole.reviews.update(status="declined")
    return [f"grant {Grant.objects.get().pk}"]


def take_a_grant(whole) -> list[str]:
    Grant.objects.update(withdrawn_at=timezone.now())
    return [f"review {whole.reviews.get().pk}"]


def seat_of(applied: Application, **fields) -> Seat:
    """An accepted seat of the applicant."""
    interest = Interest.objects.create(
        person=applied.person, first_name="Ana", email=applied.person.email, employer="E", sector="health",
        focus="prevention", ages_served=["infants"], paid_years=2, highest_education="bachelor",
        practice_languages=["English"], consent_contact=True, consent_privacy=True, status="placed",
    )  # fmt: skip
    facts = {
        "cohort": Cohort.objects.create(name="Fall", starts_on=date(2026, 9, 1), ends_on=date(2027, 6, 1)),
        "interest": interest,
        "category": applied.category,
        "status": "accepted",
        "accept_by": date(2026, 8, 1),
        "answered_at": timezone.now(),
        "application": applied,
    }
    return Seat.objects.create(**(facts | fields))


FAULTS = [
    ("rows-without-files", lose_a_file),
    ("files-without-rows", leave_an_orphan),
    ("changed-certificates", change_a_certificate),
    ("missing-credentials", forget_a_credential),
    ("missing-certificates", forget_a_certificate),
    ("parked-promises", park_a_promise),
    ("overdue-promises", stop_the_relay),
    ("failed-mail", refuse_a_mail),
    ("forgotten-mail", forget_a_mail),
    ("invoices-ledger", miscount_an_invoice),
    ("invoices-lines", misprice_an_invoice),
    ("fee-states", forget_to_tell_the_application),
    ("old-checkouts", leave_a_checkout_open),
    ("unheard-bank-events", ignore_the_bank),
    ("seats-applications", lose_a_seats_application),
    ("grants-reviews", keep_a_grant),
    ("reviews-grants", take_a_grant),
]


@pytest.mark.parametrize(("check", "plant"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_planted_fault_is_found_by_its_own_check_and_no_other(whole, check, plant):
    about = plant(whole)
    assert found() == {check: about}


# --- What is no fault --------------------------------------------------------------------------------------------


def test_a_file_that_was_just_written_may_still_get_its_row(whole):
    default_storage.save("2026/young", ContentFile(b"in the middle of an upload"))
    assert found() == {}


def test_an_accepted_seat_with_its_application_is_fine_and_somebody_elses_is_not(whole, other_applicant):
    seat = seat_of(whole)
    assert found() == {}
    Seat.objects.update(application=factories.application(other_applicant))
    assert found() == {"seats-applications": [f"seat {seat.pk}"]}


def test_work_that_is_promised_is_not_missing(whole):
    credential = credential_of(whole)
    Outbox.objects.create(kind="credentials.certificate", key="x", payload={"credential_id": credential.pk})
    assert found() == {}


def test_a_purchase_order_and_its_first_part_fit_a_promised_fee(draft, finance):
    invoice = open_invoice(draft, by=None)
    advance(invoice, "promise", by=finance, po_number="PO-1")
    assert "fee-states" not in found()
    receive(
        invoice, method=Method.PURCHASE_ORDER, amount_cents=100, received_on=date(2026, 3, 1), by=finance, reference="1"
    )
    assert "fee-states" not in found()


def test_a_withdrawn_application_keeps_whatever_fee_state_it_had(whole):
    Application.objects.filter(pk=whole.pk).update(status="withdrawn", fee_state="open")
    assert "fee-states" not in found()


# --- The command -------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    out = io.StringIO()
    code = 0
    try:
        call_command(Command(stdout=out, stderr=out), *arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue()


def test_the_exit_code_tells_whether_everything_agrees(whole):
    code, text = run()
    assert (code, text.splitlines()[-1]) == (0, "Everything agrees.")
    refuse_a_mail(whole)
    code, text = run()
    assert (code, text.splitlines()[-1]) == (1, "1 differences")
    assert "DIFF  No mail was refused" in text


def test_the_json_says_the_same(whole):
    code, text = run("--json")
    document = json.loads(text)
    assert (code, document["agrees"], len(document["checks"])) == (0, True, len(CHECKS))
    about = forget_a_credential(whole)
    code, text = run("--json")
    document = json.loads(text)
    (check,) = [check for check in document["checks"] if check["differences"]]
    assert (code, document["agrees"], check["code"]) == (1, False, "missing-credentials")
    assert [one["about"] for one in check["differences"]] == about


def test_what_can_not_be_looked_at_is_neither_yes_nor_no(whole, monkeypatch):
    monkeypatch.setattr("reports.reconciliation._stored_names", lambda: 1 / 0)
    code, text = run()
    assert code == 2
    assert "ZeroDivisionError" in text


def test_reading_changes_nothing(whole):
    for _check, plant in FAULTS[:6]:
        if plant is not change_a_certificate and plant is not forget_a_credential:
            plant(whole)
    before = (Outbox.objects.count(), Event.objects.count(), Upload.objects.count())
    run()
    assert (Outbox.objects.count(), Event.objects.count(), Upload.objects.count()) == before


MENDABLE = {
    "missing-credentials": "credentials.issue",
    "missing-certificates": "credentials.certificate",
    "parked-promises": "mail.send",
    "forgotten-mail": "mail.send",
    "old-checkouts": "payments.read",
    "unheard-bank-events": "payments.confirm",
}


@pytest.mark.parametrize(("check", "plant"), FAULTS, ids=lambda value: value if isinstance(value, str) else "")
def test_repairing_promises_what_can_be_made_and_nothing_else(whole, check, plant):
    plant(whole)
    open_before = Outbox.objects.filter(done_at=None, parked_at=None).count()
    code, text = run("--repair")
    assert code == 1
    promised = Outbox.objects.filter(done_at=None, parked_at=None).order_by("-pk")
    if check in MENDABLE:
        assert promised.count() == open_before + 1
        assert promised[0].kind == MENDABLE[check]
        assert text.splitlines()[-1] == "1 effects promised again"
    else:
        assert promised.count() == open_before
        assert text.splitlines()[-1] == "0 effects promised again"


def test_repairing_twice_promises_once(whole):
    forget_a_certificate(whole)
    findings = reconcile()
    assert (repair(findings), repair(findings)) == (1, 0)


def test_a_credential_that_got_lost_is_made_by_the_repair(whole, keep_promises, monkeypatch):
    monkeypatch.setattr("credentials.certificate.render", lambda facts: b"%PDF-1.7 made")
    monkeypatch.setattr("endorsement_portal.tasks.deliver", lambda pk: Message.objects.update(sent_at=timezone.now()))
    forget_a_credential(whole)
    run("--repair")
    keep_promises()
    assert found() == {}
    assert Credential.objects.get().pdf is not None


def test_repairing_deletes_nothing(whole):
    (about,) = leave_an_orphan(whole)
    run("--repair")
    assert default_storage.exists(about.removeprefix("file "))


def test_the_command_of_this_name_is_this_one():
    assert get_commands()["reconcile"] == "reports"
