"""Threads by audience: the right people read and write, nobody else does, and the others hear of it."""

import uuid

import pytest
from django.urls import reverse

from applicants.models import Audience, Comment, Grant
from applicants.threads import audiences_of, write
from endorsement_portal.models import Message, Role

pytestmark = pytest.mark.django_db


def url(application, audience) -> str:
    return reverse("applicants:comment_list", args=[application.pk, audience])


def say(client, application, audience, body="A word", once=None):
    return client.post(url(application, audience), {"body": body, "once": once or uuid.uuid4()})


@pytest.fixture
def advisor(draft, other_reviewer):
    Grant.objects.create(application=draft, user=other_reviewer, role="advisor")
    return other_reviewer


READS = {
    "applicant": {"applicant", "advisor"},
    "other_applicant": set(),
    "reviewer": set(),
    "advisor": {"advisor"},
    "coordinator": {"applicant", "staff"},
    "finance": set(),
    "admin": {"applicant", "staff"},
}


@pytest.mark.parametrize("who", list(READS))
def test_who_reads_and_writes_which_thread(draft, advisor, client_for, request, who):
    person = request.getfixturevalue(who)
    for audience in Audience.values:
        allowed = audience in READS[who]
        client = client_for(person)
        assert (client.get(url(draft, audience)).status_code == 200) is allowed, audience
        assert (say(client, draft, audience).status_code == 302) is allowed, audience
    assert {row.audience for row in Comment.objects.all()} == READS[who]
    assert {row.audience for row in Comment.objects.visible_to(person)} == READS[who]


def test_anonymous_is_sent_to_sign_in(draft, client):
    answer = client.get(url(draft, "applicant"))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/")


def test_a_word_for_staff_never_reaches_the_applicant_in_any_thread(draft, applicant, coordinator, client_for):
    write(draft, audience=Audience.STAFF, body="Canary among staff", once=uuid.uuid4(), by=coordinator)
    client = client_for(applicant)
    for audience in Audience.values:
        assert "Canary" not in client.get(url(draft, audience)).content.decode()
    assert list(Comment.objects.visible_to(applicant)) == []
    assert not Message.objects.filter(to=applicant, kind__in=["E29", "E30"]).exists()


def test_a_coordinator_who_applies_reads_no_word_of_the_staff_about_them(draft, applicant, admin):
    write(draft, audience=Audience.STAFF, body="Canary among staff", once=uuid.uuid4(), by=admin)
    applicant.roles = [Role.APPLICANT, Role.COORDINATOR]
    applicant.save()
    assert list(Comment.objects.visible_to(applicant)) == []
    assert audiences_of(draft, applicant) == [Audience.APPLICANT, Audience.ADVISOR]
    assert not Message.objects.filter(to=applicant, kind="E30").exists()


def test_the_others_in_the_thread_hear_of_it_and_not_what_it_says(draft, applicant, coordinator, advisor):
    write(draft, audience=Audience.APPLICANT, body="Secret words", once=uuid.uuid4(), by=applicant)
    write(draft, audience=Audience.ADVISOR, body="Secret words", once=uuid.uuid4(), by=advisor)
    told = {(m.to.email, m.kind) for m in Message.objects.filter(kind__in=["E29", "E30"])}
    assert told == {(coordinator.email, "E30"), (applicant.email, "E29")}
    assert all("Secret" not in m.body + m.subject for m in Message.objects.all())


def test_the_same_form_twice_makes_one_comment_and_one_mail(draft, applicant, coordinator, client_for):
    client, once = client_for(applicant), uuid.uuid4()
    for _time in range(2):
        assert say(client, draft, "applicant", once=once).status_code == 302
    assert Comment.objects.count() == 1
    assert Message.objects.filter(kind="E30").count() == 1


@pytest.mark.parametrize("body", ["", "   ", "x" * 5001])
def test_bad_words_are_said_by_the_field_and_nothing_is_kept(draft, applicant, client_for, body):
    answer = say(client_for(applicant), draft, "applicant", body=body)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["body"]
    assert Comment.objects.count() == 0


def test_the_button_names_who_reads_it(draft, applicant, coordinator, client_for):
    assert "Send to the staff" in client_for(applicant).get(url(draft, "applicant")).content.decode()
    page = client_for(coordinator).get(url(draft, "applicant")).content.decode()
    assert "Send to the applicant" in page
    assert "Keep for staff only" in client_for(coordinator).get(url(draft, "staff")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_thread_takes_the_same_queries(draft, applicant, coordinator, client_for, rows, django_assert_num_queries):
    for _time in range(rows):
        write(draft, audience=Audience.APPLICANT, body="A word", once=uuid.uuid4(), by=coordinator)
    client = client_for(applicant)
    client.get(url(draft, "applicant"))
    with django_assert_num_queries(5):
        client.get(url(draft, "applicant"))
