"""Endorsed applications and their credentials."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from applicants.models import Application, Signature
from applicants.transitions import advance
from credentials import issuing
from credentials.models import Credential
from tests import factories

if TYPE_CHECKING:
    from endorsement_portal.models import User


def reviewed(person: User, *, code: str = "IFS", consent: bool = True, **fields: object) -> Application:
    """An application that waits for its decision, without the way there."""
    row = factories.application(person, code=code)
    facts = {"status": "reviewed", "submitted_at": timezone.now(), "fee_state": "settled"} | fields
    Application.objects.filter(pk=row.pk).update(**facts)
    row.refresh_from_db()
    if not hasattr(person, "profile"):
        factories.profile(person)
    Signature.objects.create(
        application=row,
        kind="agreement",
        document_version="2025",
        signed_name=person.name,
        not_sanctioned=True,
        registry_consent=consent,
    )
    return row


def credential_for(
    person: User, coordinator: User, *, code: str = "IFS", consent: bool = True, **fields: object
) -> Credential:
    """An issued credential without its PDF; fields are set as they are."""
    row = reviewed(person, code=code, consent=consent)
    advance(row, "endorse", by=coordinator)
    credential = issuing.issue(row.pk)
    assert credential is not None
    Credential.objects.filter(pk=credential.pk).update(**fields)
    credential.refresh_from_db()
    return credential


@pytest.fixture
def endorsed(applicant: User, coordinator: User) -> Application:
    """Endorsed and paid for; nothing has been issued yet."""
    return advance(reviewed(applicant), "endorse", by=coordinator)


@pytest.fixture
def credential(applicant: User, coordinator: User) -> Credential:
    """An active credential, listed in the registry."""
    return credential_for(applicant, coordinator)


@pytest.fixture
def yesterday() -> object:
    return timezone.localdate() - timedelta(days=1)
