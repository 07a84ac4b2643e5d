"""Every verb from every status, who may, and what the holder hears."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from credentials.models import Credential, CredentialStatus
from credentials.tasks import expire_credentials
from credentials.transitions import CREDENTIAL
from endorsement_portal.lifecycle import Refused, advance, available_verbs
from endorsement_portal.models import Event, Message, Role

EXPECTED = {
    ("active", "expire"): "expired",
    ("active", "make_inactive"): "inactive",
    ("active", "revoke"): "revoked",
    ("active", "archive"): "archived",
    ("expired", "revoke"): "revoked",
    ("expired", "archive"): "archived",
    ("inactive", "reactivate"): "active",
    ("inactive", "revoke"): "revoked",
    ("inactive", "archive"): "archived",
    ("revoked", "reinstate"): "active",
}


def test_every_status_and_verb(credential, coordinator, yesterday):
    credential.issued_on = credential.expires_on = yesterday
    Credential.objects.filter(pk=credential.pk).update(issued_on="2020-01-01", expires_on=yesterday)
    found = {}
    for status in CredentialStatus.values:
        for verb in CREDENTIAL.table:
            with transaction.atomic():
                Credential.objects.filter(pk=credential.pk).update(status=status)
                before = Event.objects.about(credential).count()
                by = None if verb == "expire" else coordinator
                try:
                    found[status, verb] = advance(credential, verb, by=by, note="A reason").status
                except Refused:
                    assert Credential.objects.get(pk=credential.pk).status == status
                    assert Event.objects.about(credential).count() == before
                transaction.set_rollback(True)
    assert found == EXPECTED


def test_who_may(credential, coordinator, admin, finance, reviewer, applicant):
    def verbs(person) -> list[str]:
        return [one.verb for one in available_verbs(credential, person)]

    assert verbs(coordinator) == verbs(admin) == ["make_inactive", "revoke", "archive"]
    assert [verbs(p) for p in (finance, reviewer, applicant)] == [[], [], []]
    applicant.roles = [Role.APPLICANT, Role.COORDINATOR]
    assert verbs(applicant) == []


def test_what_runs_out_expires_once(credential, yesterday):
    assert expire_credentials() == 0
    Credential.objects.filter(pk=credential.pk).update(issued_on="2020-01-01", expires_on=yesterday)
    assert (expire_credentials(), expire_credentials()) == (1, 0)
    credential.refresh_from_db()
    assert credential.status == "expired"
    assert Message.objects.filter(kind="E62", to=credential.person).count() == 1


def test_not_before_its_last_day_is_over(credential):
    with pytest.raises(Refused, match="not run out"):
        advance(credential, "expire")


def test_revoking_through_the_pages(credential, coordinator, client_for):
    office = client_for(coordinator)
    url = reverse("credentials:credential_confirm", args=[credential.pk, "revoke"])
    assert office.get(url).status_code == 200
    assert b"error-summary" in office.post(url, {"note": ""}).content
    credential.refresh_from_db()
    assert credential.status == "active"
    office.post(url, {"note": "Sanctioned"})
    office.post(url, {"note": "Sanctioned again"})
    credential.refresh_from_db()
    assert credential.status == "revoked"
    assert Message.objects.filter(kind="E64").count() == 1
    assert "Sanctioned" not in Message.objects.get(kind="E64").body


def test_others_don_t_reach_the_verbs(credential, applicant, other_applicant, finance, reviewer, client_for):
    url = reverse("credentials:credential_confirm", args=[credential.pk, "revoke"])
    for person in (applicant, other_applicant, finance, reviewer):
        assert client_for(person).post(url, {"note": "x"}).status_code == 404
    assert client_for(None).post(url, {"note": "x"}).status_code == 302
    credential.refresh_from_db()
    assert credential.status == "active"
