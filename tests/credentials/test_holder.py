"""The holder's page, certificate and choice; the office's list; and everybody else's closed door."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.issuing import make_certificate
from credentials.models import Credential
from endorsement_portal.models import Event
from tests.conftest import make_person
from tests.credentials.conftest import credential_for


def test_the_holder_s_page(credential, applicant, client_for):
    client = client_for(applicant)
    page = client.get(reverse("credentials:credential_detail", args=[credential.pk])).content.decode()
    assert credential.verify_url in page
    assert "is being made" in page
    make_certificate(credential.pk)
    page = client.get(reverse("credentials:credential_detail", args=[credential.pk])).content.decode()
    assert "Download the certificate" in page


def test_the_certificate_goes_to_its_holder_and_the_office_alone(
    credential, applicant, coordinator, admin, other_applicant, finance, reviewer, client_for
):
    url = reverse("credentials:certificate_download", args=[credential.pk])
    assert client_for(applicant).get(url).status_code == 302
    make_certificate(credential.pk)
    for person in (applicant, coordinator, admin):
        answer = client_for(person).get(url)
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="{credential.number}.pdf"'
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    for person in (other_applicant, finance, reviewer):
        client = client_for(person)
        assert client.get(url).status_code == 404
        assert client.get(reverse("credentials:credential_detail", args=[credential.pk])).status_code == 404
    assert client_for(None).get(url).status_code == 302


def test_out_of_the_registry_and_in_again(credential, applicant, client_for):
    client, url = client_for(applicant), reverse("credentials:credential_listing", args=[credential.pk])
    client.post(url, {})
    credential.refresh_from_db()
    assert (credential.in_registry, credential.show_county) == (False, False)
    client.post(url, {"in_registry": "on", "show_county": "on", "status": "revoked", "name": "Somebody Else"})
    credential.refresh_from_db()
    assert (credential.in_registry, credential.show_county, credential.status, credential.name) == (
        True,
        True,
        "active",
        "Ana Applicant",
    )
    assert [e.verb for e in Event.objects.about(credential)] == ["issue", "choose_listing", "choose_listing"]
    client.post(url, {"in_registry": "on", "show_county": "on"})
    assert Event.objects.about(credential).count() == 3


def test_nobody_else_chooses_and_reading_changes_nothing(
    credential, applicant, other_applicant, coordinator, client_for
):
    url = reverse("credentials:credential_listing", args=[credential.pk])
    assert client_for(applicant).get(url).status_code == 405
    for person in (other_applicant, coordinator):
        assert client_for(person).post(url, {}).status_code == 404
    assert client_for(None).post(url, {}).status_code == 302
    credential.refresh_from_db()
    assert credential.in_registry is True


@pytest.mark.parametrize("rows", [1, 3])
def test_the_office_s_list(rows, coordinator, client_for):
    for number in range(rows):
        credential_for(make_person(f"p{number}@example.org", name=f"Holder Number{number}"), coordinator)
    office = client_for(coordinator)
    with CaptureQueriesContext(connection) as caught:
        page = office.get(reverse("credentials:credential_list"))
    assert page.content.count(b"Holder Number") == rows
    assert len(caught) == 7
    number = Credential.objects.order_by("pk").first().number
    found = office.get(reverse("credentials:credential_list"), {"q": number.lower()}).context["page_obj"].object_list
    assert [one.number for one in found] == [number]


def test_the_list_is_the_office_s(applicant, reviewer, finance, client_for):
    url = reverse("credentials:credential_list")
    assert [client_for(person).get(url).status_code for person in (applicant, reviewer, finance)] == [403, 403, 403]
    assert client_for(None).get(url).status_code == 302


@pytest.mark.parametrize(
    ("status", "said", "downloads"),
    [
        ("expired", "This endorsement has expired", True),
        ("revoked", "This endorsement was revoked", False),
        ("archived", "This endorsement is no longer held", False),
        ("inactive", "This endorsement is inactive at present", False),
    ],
)
def test_what_no_longer_holds_says_so_and_is_not_shared(
    status, said, downloads, credential, applicant, coordinator, client_for
):
    make_certificate(credential.pk)
    Credential.objects.filter(pk=credential.pk).update(status=status)
    page_url = reverse("credentials:credential_detail", args=[credential.pk])
    file_url = reverse("credentials:certificate_download", args=[credential.pk])
    for person in (applicant, coordinator):
        client = client_for(person)
        page = client.get(page_url).content.decode()
        shown = (said in page, 'class="certificate' in page, "Link to share" in page, file_url in page)
        assert shown == (True, False, False, downloads)
        assert client.get(file_url).status_code == (200 if downloads else 302)


def test_an_end_that_nobody_noted_yet_counts(credential, yesterday, coordinator, client_for):
    long_ago = credential.issued_on.replace(year=2020)
    Credential.objects.filter(pk=credential.pk).update(issued_on=long_ago, expires_on=yesterday)
    office, url = client_for(coordinator), reverse("credentials:credential_list")
    found = {state: list(office.get(url, {"status": state}).context["page_obj"]) for state in ("active", "expired")}
    assert found == {"active": [], "expired": [credential]}
    page = office.get(reverse("credentials:credential_detail", args=[credential.pk])).content.decode()
    assert "This endorsement has expired" in page
