"""From endorsed and paid to a certificate in the inbox: once, whatever comes first and however often."""

from __future__ import annotations

import re
import threading
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.db import connection
from django.utils import timezone

from applicants.transitions import advance
from credentials import issuing
from credentials.issuing import expiry, next_number, renewal_terms, track_letters
from credentials.models import Credential, NumberCounter, new_serial
from endorsement_portal.models import Event, Message, Outbox, Upload
from reviews.models import Decision
from tests import factories
from tests.conftest import make_person
from tests.credentials.conftest import reviewed


def test_endorsed_and_paid_becomes_a_certificate(applicant, coordinator, keep_promises):
    row = reviewed(applicant)
    advance(row, "endorse", by=coordinator)
    assert Credential.objects.count() == 0
    keep_promises()
    credential = Credential.objects.get()
    year = timezone.localdate().year
    assert credential.number == f"NC-IMH-{year}-0001"
    assert (credential.name, credential.category_title, credential.track_mark) == (
        "Ana Applicant",
        "Infant Family Specialist",
        "IMH-E®",
    )
    assert (credential.status, credential.in_registry, credential.show_county) == ("active", True, False)
    assert (credential.issued_on, credential.expires_on) == (timezone.localdate(), expiry(timezone.localdate()))
    assert len(credential.serial) == 32
    with credential.pdf.file.open("rb") as file:
        content = file.read()
    text = pypdf.PdfReader(BytesIO(content)).pages[0].extract_text()
    assert credential.number in text
    assert "Ana Applicant" in text
    assert (credential.pdf.owner, credential.pdf.purpose, credential.pdf.original_name) == (
        applicant,
        "certificate",
        f"{credential.number}.pdf",
    )
    message = Message.objects.get(kind="E33")
    assert (message.to, credential.verify_url in message.body) == (applicant, True)
    assert [e.verb for e in Event.objects.about(credential)] == ["issue", "make_certificate"]


def test_the_money_may_come_last(applicant, coordinator, finance, keep_promises):
    row = reviewed(applicant, fee_state="promised")
    advance(row, "endorse", by=coordinator)
    keep_promises()
    assert Credential.objects.count() == 0
    advance(row, "settle_fee", by=finance)
    keep_promises()
    assert Credential.objects.count() == 1
    assert Message.objects.filter(kind="E33").count() == 1


def test_a_fee_opened_and_settled_again_still_leads_to_a_certificate(applicant, coordinator, finance, keep_promises):
    row = reviewed(applicant, fee_state="open")
    advance(row, "settle_fee", by=finance)
    keep_promises()
    advance(row, "reopen_fee", by=finance)
    advance(row, "endorse", by=coordinator)
    keep_promises()
    assert Credential.objects.count() == 0
    advance(row, "settle_fee", by=finance)
    keep_promises()
    assert Credential.objects.count() == 1


@pytest.mark.parametrize("status", ["reviewed", "deferred", "not_endorsed", "exam_approved", "draft"])
def test_nothing_for_what_is_not_endorsed(applicant, status):
    row = reviewed(applicant, status=status)
    assert issuing.issue(row.pk) is None
    assert Credential.objects.count() == 0


def test_done_twice_it_happens_once(endorsed, keep_promises):
    keep_promises()
    credential = Credential.objects.get()
    for _again in range(2):
        assert issuing.issue(endorsed.pk) == credential
        issuing.make_certificate(credential.pk)
    assert (
        Credential.objects.count(),
        Upload.objects.filter(purpose="certificate").count(),
        Message.objects.filter(kind="E33").count(),
        Outbox.objects.filter(kind="credentials.certificate").count(),
        NumberCounter.objects.get().last,
    ) == (1, 1, 1, 1, 1)


def test_the_letter_of_the_decision_opens_the_mail(endorsed, coordinator, keep_promises):
    Decision.objects.create(
        application=endorsed, round=1, outcome="endorse", letter="Dear Ana, well done.", decided_by=coordinator
    )
    keep_promises()
    assert Message.objects.get(kind="E33").body.startswith("Dear Ana, well done.\n\nYour certificate is ready.")


def test_who_did_not_agree_is_not_listed(applicant, coordinator, keep_promises):
    advance(reviewed(applicant, consent=False), "endorse", by=coordinator)
    keep_promises()
    assert Credential.objects.get().in_registry is False


@pytest.mark.parametrize(
    ("issued", "until"),
    [
        (date(2024, 5, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2027, 1, 1), date(2030, 12, 31)),
        (date(2029, 12, 31), date(2030, 12, 31)),
        (date(2030, 1, 1), date(2033, 12, 31)),
    ],
)
def test_the_end_of_the_cycle(issued, until):
    assert expiry(issued) == until


def test_a_cycle_takes_at_least_a_year():
    with pytest.raises(ValueError, match="at least a year"):
        expiry(date(2030, 1, 1), cycle_years=0)


def test_the_terms_come_from_the_edition(edition):
    assert renewal_terms(edition) == {"cycle_years": 3, "first_due": date(2027, 12, 31)}
    edition.figures.filter(section="renewal", path="cycle_years").update(value=2)
    edition.figures.filter(section="renewal", path="first_due").update(value=None)
    assert renewal_terms(edition) == {"cycle_years": 2}


def test_numbers_by_track_and_year(db, edition):
    letters = {code: track_letters(factories.category(code).track) for code in ("IFS", "ECFA")}
    assert letters == {"IFS": "IMH", "ECFA": "ECMH"}
    given = [next_number(*key) for key in [("IMH", 2026), ("IMH", 2026), ("ECMH", 2026), ("IMH", 2027)]]
    assert given == ["NC-IMH-2026-0001", "NC-IMH-2026-0002", "NC-ECMH-2026-0001", "NC-IMH-2027-0001"]


def test_serials_are_long_and_never_the_same():
    serials = {new_serial() for _one in range(1000)}
    assert len(serials) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", one) for one in serials)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_ten_numbers_without_a_gap(coordinator, edition):
    rows = [reviewed(make_person(f"p{number}@example.org")) for number in range(10)]
    for row in rows:
        advance(row, "endorse", by=coordinator)
    gate = threading.Barrier(20)

    def issue(pk: int) -> None:
        from django.db import transaction

        gate.wait()
        try:
            with transaction.atomic():
                issuing.issue(pk)
        finally:
            connection.close()

    # Each application twice, as after a lease that ran out.
    threads = [threading.Thread(target=issue, args=[row.pk]) for row in [*rows, *rows]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    year = timezone.localdate().year
    numbers = sorted(Credential.objects.values_list("number", flat=True))
    assert numbers == [f"NC-IMH-{year}-{number:04d}" for number in range(1, 11)]
