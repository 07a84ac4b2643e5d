"""The worker killed in the middle of certificates, again and again: each is made once all the same."""

from __future__ import annotations

import random
import time

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from applicants.transitions import advance
from credentials.models import Credential, NumberCounter
from endorsement_portal.models import Message, Outbox, Upload
from reports.reconciliation import rows_without_files
from tests.conftest import make_person
from tests.credentials.conftest import reviewed
from tests.processes import wait_for

pytestmark = pytest.mark.worker
HOLDERS = 5
KILLS = 3


def test_one_credential_one_number_one_pdf_one_mail(worker, mail_sink, settings):
    coordinator = make_person("coordinator@example.org", "coordinator")
    rows = [reviewed(make_person(f"holder{number}@example.org")) for number in range(HOLDERS)]
    for row in rows:
        advance(row, "endorse", by=coordinator)
    dice, interrupted = random.Random(7), 0
    for _round in range(KILLS):
        # Once something is in the worker's hands, a moment within the time that a certificate takes.
        wait_for(lambda: Outbox.objects.filter(kind__startswith="credentials.", leased_until__isnull=False).exists())
        time.sleep(dice.uniform(0, 0.3))
        worker.kill()
        interrupted += Outbox.objects.filter(kind__startswith="credentials.", done_at=None).exists()
        # What the dead worker held is offered again when its lease has run out; nobody waits for that here.
        Outbox.objects.filter(done_at=None).update(leased_until=None, due_at=timezone.now())
        worker.restart()
    wait_for(
        lambda: not Outbox.objects.filter(done_at=None).exists() or _offer_again(),
        seconds=120,
        saying=f"every promise to be kept\n{worker.logs()}",
    )
    assert interrupted > 0
    year = timezone.localdate().year
    numbers = sorted(Credential.objects.values_list("number", flat=True))
    assert numbers == [f"NC-IMH-{year}-{number:04d}" for number in range(1, HOLDERS + 1)]
    assert NumberCounter.objects.get().last == HOLDERS
    assert Credential.objects.filter(pdf__isnull=False).count() == HOLDERS
    assert Upload.objects.filter(purpose="certificate").count() == HOLDERS
    assert rows_without_files() == []
    for credential in Credential.objects.select_related("pdf", "person"):
        with default_storage.open(credential.pdf.file.name) as file:
            assert len(file.read()) == credential.pdf.size
        assert Message.objects.filter(kind="E33", to=credential.person).count() == 1
        # A mail server may have taken a mail just before the worker died: then it is the same mail again.
        arrived = {str(mail["Message-ID"]) for mail in mail_sink.to(credential.person.email)}
        assert len(arrived) == 1
    assert Outbox.objects.filter(parked_at__isnull=False).count() == 0


def _offer_again() -> bool:
    """Leases of the dead last longer than a test's patience."""
    Outbox.objects.filter(done_at=None, leased_until__isnull=False).update(leased_until=timezone.now())
    return False
