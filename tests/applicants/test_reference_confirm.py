"""Sending a request again, and replacing it."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone

from applicants.models import Application, Reference
from applicants.transitions import advance
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


def path(reference, verb) -> str:
    return f"/applications/references/{reference.pk}/{verb}/"


@pytest.mark.parametrize("who", ["applicant", "coordinator"])
def test_again_means_a_new_link_and_the_old_one_dead(who, request, asked, link, client_for, keep_promises):
    keep_promises()
    Reference.objects.update(sent_at=timezone.now() - timedelta(hours=24))
    old, person = link(asked), request.getfixturevalue(who)
    client = client_for(person)
    assert client.get(path(asked, "resend")).status_code == 200
    client.post(path(asked, "resend"), {"note": ""})
    asked.refresh_from_db()
    assert (asked.generation, asked.status) == (2, "sent")
    keep_promises()
    assert len(django_mail.outbox) == 2
    assert (Client().get(old).status_code, Client().get(link(asked)).status_code) == (404, 200)
    [event] = Event.objects.about(asked).filter(verb="resend")
    assert event.actor_id == person.pk


def test_replacing_ends_the_link_and_makes_room(asked, applicant, link, client_for):
    old, client = link(asked), client_for(applicant)
    client.post(path(asked, "replace"), {"note": ""})
    assert Reference.objects.get().status == "replaced"
    assert Client().get(old).status_code == 404
    again = client.post(path(asked, "replace"), {"note": ""}, follow=True)
    assert "somebody may have been quicker" in again.content.decode()
    page = client.get(f"/applications/{asked.application_id}/references/").content.decode()
    assert "Rater 1" not in page
    factories.reference(asked.application, 1)


def test_the_coordinator_does_not_replace_for_the_applicant(asked, coordinator, client_for):
    assert client_for(coordinator).post(path(asked, "replace"), {"note": ""}).status_code == 404


def test_an_applicant_sends_again_once_a_day_and_five_times_in_all(asked, applicant, coordinator):
    def a_day_later():
        Reference.objects.update(sent_at=timezone.now() - timedelta(hours=24, seconds=1))

    with pytest.raises(Refused, match="less than a day ago"):
        advance(asked, "resend", by=applicant)
    for _time in range(5):
        a_day_later()
        advance(asked, "resend", by=applicant)
    a_day_later()
    with pytest.raises(Refused, match="5 times"):
        advance(asked, "resend", by=applicant)
    assert Reference.objects.get().generation == 6
    for _time in range(2):  # staff as they see fit, at once and as often
        advance(asked, "resend", by=coordinator)
    assert Reference.objects.get().generation == 8


def test_an_expired_link_is_renewed_at_once(asked, applicant):
    advance(asked, "expire")
    advance(asked, "resend", by=applicant)
    assert (Reference.objects.get().status, Reference.objects.get().has_live_link) == ("sent", True)


def test_replacing_leads_to_asking_for_the_same_part(asked, applicant, client_for):
    Reference.objects.update(role="rsc_provider")
    client = client_for(applicant)
    answer = client.post(path(asked, "replace"), {"note": ""})
    assert answer["Location"] == f"/applications/{asked.application_id}/references/new/?role=rsc_provider"
    assert client.get(answer["Location"]).context["form"]["role"].value() == "rsc_provider"


@pytest.mark.parametrize(("opened", "mails"), [(None, 0), ("2026-01-01T12:00Z", 2)])
def test_who_had_opened_it_hears_that_it_is_not_needed(asked, applicant, opened, mails):
    Reference.objects.update(opened_at=opened, second_email="second@example.org")
    advance(asked, "replace", by=applicant)
    assert Message.objects.filter(kind="reference_spared").count() == mails


@pytest.mark.parametrize(("months_ago", "may"), [(0, False), (11, False), (13, True)])
def test_one_that_counts_is_not_replaced_one_too_old_is(draft, applicant, months_ago, may, client_for):
    reference = factories.completed_reference(draft)
    Reference.objects.update(completed_at=timezone.now() - timedelta(days=months_ago * 30.5))
    page = client_for(applicant).get(f"/applications/references/{reference.pk}/")
    assert ([verb.verb for verb in page.context["verbs"]] == ["replace"]) is may
    assert ("Too old to count" in page.content.decode()) is may
    if may:
        advance(reference, "replace", by=applicant)
        factories.reference(draft, 1)  # the same person may be asked anew
    else:
        with pytest.raises(Refused, match="counts"):
            advance(reference, "replace", by=applicant)
        assert Reference.objects.get().status == "completed"


@pytest.mark.parametrize(("sections", "may"), [(["training"], False), (["references"], True), ([], True)])
def test_of_an_application_returned_for_other_parts_nothing_changes(asked, applicant, sections, may):
    Application.objects.update(status="returned", submitted_at="2026-01-01T12:00Z", returned_sections=sections)
    if may:
        advance(asked, "replace", by=applicant)
    else:
        with pytest.raises(Refused, match="returned for other parts"):
            advance(asked, "replace", by=applicant)


@pytest.mark.parametrize("status", ["submitted", "withdrawn", "endorsed"])
@pytest.mark.parametrize("verb", ["resend", "replace"])
def test_not_once_the_application_can_not_be_changed(asked, applicant, client_for, status, verb, keep_promises):
    Application.objects.update(status=status, submitted_at="2026-01-01T12:00Z")
    before = Message.objects.count()
    answer = client_for(applicant).post(path(asked, verb), {"note": ""}, follow=True)
    assert "The application has been submitted, so its references can’t be changed now." in answer.content.decode()
    assert (Reference.objects.get().status, Message.objects.count()) == ("sent", before)


@pytest.mark.parametrize(
    "verb",
    [*("open", "save", "complete", "void", "decline", "remind", "expire", "mail_code", "use_code", "fly"),
     *("send", "correct", "give_code", "show_link", "key_in", "key_in_void")],
)  # fmt: skip
def test_what_only_a_rater_or_the_calendar_does_is_not_here(asked, applicant, coordinator, client_for, verb):
    for person in (applicant, coordinator):
        assert client_for(person).post(path(asked, verb), {"note": "x"}).status_code == 404
    assert Reference.objects.get().status == "sent"


def test_nobody_else_may(asked, other_applicant, finance, reviewer, client_for):
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).post(path(asked, "resend"), {"note": ""}).status_code == 404
    assert client_for(None).post(path(asked, "resend"))["Location"].startswith("/accounts/login/")
    assert Reference.objects.get().generation == 1
