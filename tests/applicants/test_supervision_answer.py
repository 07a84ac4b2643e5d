"""The provider's way: a letter, a link, exactly what was claimed, a yes or a no; and one answer for every dead link."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants.models import ReflectiveSupervision
from applicants.supervision import answer, ask, asked_together
from applicants.tokens import find_hours, reference_token, supervision_token
from endorsement_portal.lifecycle import Refused, advance
from endorsement_portal.models import Event, Message
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(applicant):
    """Hours that their owner asked the provider to confirm."""
    row = factories.supervision(applicant, status="unasked", hours_about_provision=Decimal("4.5"))
    ask([row], by=applicant)
    return row


@pytest.fixture
def two(applicant):
    """Two entries with one provider, asked about in one letter."""
    rows = [
        factories.supervision(applicant, status="unasked"),
        factories.supervision(
            applicant, status="unasked", start_date=date(2024, 2, 1), end_date=date(2024, 5, 31), total_hours=Decimal(9)
        ),
    ]
    ask(asked_together(rows[0]), by=applicant)
    return now(rows[0]), now(rows[1])


def now(entry) -> ReflectiveSupervision:
    return ReflectiveSupervision.objects.get(pk=entry.pk)


def door(entry) -> str:
    return reverse("applicants:supervision_answer", args=[supervision_token(entry.pk, entry.generation)])


def says(*answers: tuple[ReflectiveSupervision, str, str]) -> dict[str, str]:
    return {f"entry{e.pk}-answer": answer for e, answer, _remark in answers} | {
        f"entry{e.pk}-remark": remark for e, _answer, remark in answers
    }


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1].split("</main")[0]))


def same(answer) -> str:
    return re.sub(r'nonce="[^"]*"', "", answer.content.decode())


def test_a_scanner_that_follows_the_link_changes_nothing(entry):
    before = ReflectiveSupervision.objects.values().get()
    Client().get(door(entry))
    Client().head(door(entry))
    assert ReflectiveSupervision.objects.values().get() == before


def test_the_provider_sees_exactly_what_was_claimed_and_nothing_else(entry, applicant):
    factories.supervision(
        applicant, status="unasked", provider=factories.provider("Paul Other"), total_hours=Decimal(77)
    )
    factories.training(applicant)
    shown = text(Client().get(door(entry)))
    assert "Ana Applicant asks you to confirm hours" in shown
    assert "Jan. 1, 2023 – Jan. 31, 2024 Hours received from you 30 hours" in shown
    assert "Of these, about the supervision they give 4.5 hours Setting In a group" in shown
    assert [word for word in ("77", "Foundations", applicant.email, "Paul") if word in shown] == []


def test_a_yes_confirms_and_the_link_is_used(entry, applicant):
    page = Client().post(door(entry), says((entry, "right", "")))
    assert "this link has done its work" in page.content.decode()
    done = now(entry)
    assert (done.status, done.token_hash, done.answer_note) == ("confirmed", "", "")
    assert done.answered_at is not None
    assert Client().get(door(entry)).status_code == 404
    assert Client().post(door(entry), says((entry, "different", "Twice"))).status_code == 404
    [event] = Event.objects.about(entry).filter(verb="confirm")
    assert (event.actor_id, event.before, event.after) == (None, "asked", "confirmed")
    [mail] = Message.objects.filter(to=applicant)
    assert (mail.kind, mail.subject) == ("hours-confirmed", "Priya Provider has confirmed your hours")


def test_a_no_comes_with_words_that_the_owner_and_the_coordinator_read(entry, applicant, coordinator, client_for):
    Client().post(door(entry), says((entry, "different", "Only 20 hours.\nSince March.")))
    done = now(entry)
    assert (done.status, done.token_hash, done.answer_note) == ("disputed", "", "Only 20 hours.\nSince March.")
    [mail] = Message.objects.filter(to=applicant)
    assert (mail.kind, mail.link_path) == ("hours-disputed", f"/applications/supervision/{entry.pk}/")
    assert "20 hours" not in mail.body + mail.subject
    for person in (applicant, coordinator):
        assert "Only 20 hours." in text(client_for(person).get(mail.link_path))
    [event] = Event.objects.about(entry).filter(verb="dispute")
    assert "20" not in f"{event.note}{event.details}"


@pytest.mark.parametrize(
    ("answer", "remark", "wrong"),
    [
        ("", "", "answer"),
        ("maybe", "", "answer"),
        ("later", "", "answer"),
        ("different", "", "remark"),
        ("different", "   ", "remark"),
        ("different", "x" * 2001, "remark"),
        ("different", "a\x00b", "remark"),
        ("right", "But fewer hours", "answer"),
    ],
)
def test_what_can_not_be_is_refused_beside_it_and_nothing_is_lost(entry, answer, remark, wrong):
    page = Client().post(door(entry), says((entry, answer, remark)))
    assert page.status_code == 200
    assert list(page.context["answers"][0].errors) == [wrong]
    assert now(entry).status == "asked"
    if remark == "But fewer hours":
        assert "But fewer hours</textarea>" in page.content.decode()


def test_every_link_that_does_not_work_gets_the_same_answer(entry, applicant, draft):
    live = door(entry)

    def answered(path: str) -> str:
        page = Client().get(path)
        assert page.status_code == 404
        return same(page)

    def to(token: str) -> str:
        return reverse("applicants:supervision_answer", args=[token])

    expected = answered(to(supervision_token(entry.pk, 99)))
    assert "This link does not work" in expected
    wrong = ["nonsense", "x" * 400, "%00", supervision_token(10**9, 1), reference_token(entry.pk, entry.generation)]
    assert [answered(to(token)) == expected for token in wrong] == [True] * 5
    assert Client().get(live).status_code == 200
    long_ago = timezone.now() - timedelta(days=60, seconds=1)
    ReflectiveSupervision.objects.update(asked_at=long_ago)
    assert answered(live) == expected
    ReflectiveSupervision.objects.update(asked_at=timezone.now())
    ReflectiveSupervision.objects.update(removed_at=timezone.now())
    assert answered(live) == expected
    ReflectiveSupervision.objects.update(removed_at=None)
    assert Client().get(live).status_code == 200
    advance(now(entry), "reset", by=applicant)
    assert answered(live) == expected


def test_asking_again_kills_the_old_link(entry, applicant, keep_promises):
    old = door(entry)
    ask([now(entry)], by=applicant)
    new = door(now(entry))
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    keep_promises()
    # The first letter was still waiting to be sent: it is not sent with a dead link.
    assert [mail.body.count(new) for mail in django_mail.outbox] == [1]


def test_the_letter_and_the_database_hold_no_token(entry, keep_promises):
    token = supervision_token(entry.pk, entry.generation)
    message = Message.objects.get(kind="E47")
    row = ReflectiveSupervision.objects.values().get()
    assert token not in f"{row}{vars(message)}"
    keep_promises()
    [mail] = django_mail.outbox
    assert (mail.to, mail.body.count(token)) == (["priya@example.org"], 1)
    assert mail.subject == "Ana Applicant asks you to confirm hours of reflective supervision"
    assert "30" not in mail.body


def test_one_letter_and_one_link_for_all_entries_with_a_provider(two, keep_promises):
    first, second = two
    assert first.token_hash == second.token_hash
    assert [m.kind for m in Message.objects.all()] == ["E47"]
    keep_promises()
    assert "for 2 periods" in django_mail.outbox[0].body
    page = Client().get(door(first))
    assert [form.entry.pk for form in page.context["answers"]] == [first.pk, second.pk]
    done = Client().post(door(first), says((first, "right", ""), (second, "different", "Eight.")))
    assert "this link has done its work" in done.content.decode()
    assert (now(first).status, now(second).status) == ("confirmed", "disputed")
    assert [m.kind for m in Message.objects.filter(to=first.person)] == ["hours-disputed"]
    assert Client().get(door(first)).status_code == 404


def test_the_rest_can_be_answered_later_with_the_same_link(two):
    first, second = two
    link = door(first)
    page = Client().post(link, says((first, "right", ""), (second, "later", "")))
    assert "You can answer about the rest with the same link." in page.content.decode()
    assert (now(first).status, now(second).status) == ("confirmed", "asked")
    page = Client().get(link)
    assert [form.entry.pk for form in page.context["answers"]] == [second.pk]
    Client().post(link, says((second, "right", "")))
    assert now(second).status == "confirmed"
    assert Client().get(link).status_code == 404


def test_nothing_but_later_is_no_answer(two):
    first, second = two
    page = Client().post(door(first), says((first, "later", ""), (second, "later", "")))
    assert "Please say yes or no to at least one period." in page.content.decode()
    assert Message.objects.filter(to=first.person).count() == 0


def test_one_bad_answer_keeps_the_good_one_back(two):
    first, second = two
    page = Client().post(door(first), says((first, "right", ""), (second, "different", "")))
    assert [list(form.errors) for form in page.context["answers"]] == [[], ["remark"]]
    assert (now(first).status, now(second).status) == ("asked", "asked")


def test_the_link_opens_the_hours_that_it_was_made_for_alone(entry, applicant):
    other = factories.supervision(applicant, status="unasked", provider=factories.provider("Paul Other"))
    ask([other], by=applicant)
    Client().post(door(entry), says((entry, "right", ""), (other, "right", "")))
    assert (now(entry).status, now(other).status) == ("confirmed", "asked")


def test_no_cookie_of_an_account_is_needed_or_given(entry):
    browser = Client()
    page = browser.get(door(entry))
    assert "_auth_user_id" not in browser.session
    assert ("no-store" in page["Cache-Control"], page["Referrer-Policy"]) == (True, "same-origin")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_letter_is_in_the_provider_s_language(applicant, other_applicant, language, monkeypatch):
    said = []
    monkeypatch.setattr("applicants.emails_supervision._", lambda text: said.append(_language()) or text)
    other_applicant.language = language
    other_applicant.save()
    applicant.language = "es" if language == "en" else "en"
    applicant.save()
    provider = factories.provider("Paul Other", person=other_applicant)
    entry = factories.supervision(applicant, status="unasked", provider=provider)
    ask([entry], by=applicant)
    assert set(said) == {language}
    [message] = Message.objects.all()
    assert (message.to, message.email) == (None, "paul@example.org")


def _language() -> str:
    from django.utils import translation

    return translation.get_language()


@pytest.mark.parametrize("is_right", [True, False])
def test_hours_asked_about_anew_while_an_old_answer_is_on_its_way_are_not_answered_by_it(entry, applicant, is_right):
    seen = find_hours(supervision_token(entry.pk, entry.generation))
    changed = now(entry)
    changed.total_hours = Decimal(500)
    changed.save()
    advance(changed, "reset", by=applicant)
    ask([changed], by=applicant)
    with pytest.raises(Refused):
        answer([(one, is_right, "") for one in seen])
    assert (now(entry).status, now(entry).total_hours, now(entry).answer_note) == ("asked", Decimal(500), "")
    assert Client().get(door(now(entry))).status_code == 200
    assert Message.objects.filter(to=applicant).count() == 0


def test_one_of_two_asked_about_anew_keeps_the_whole_old_answer_back(two, applicant):
    seen = find_hours(supervision_token(two[0].pk, two[0].generation))
    ask([now(two[1])], by=applicant)
    with pytest.raises(Refused):
        answer([(one, True, "") for one in seen])
    assert [now(one).status for one in two] == ["asked", "asked"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_answer(applicant):
    entry = factories.supervision(applicant, status="unasked")
    ask([entry], by=applicant)
    link, codes = door(entry), []
    start = threading.Barrier(2)

    def click(answer: str, remark: str) -> None:
        try:
            start.wait()
            codes.append(Client().post(link, says((entry, answer, remark))).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=said) for said in (("right", ""), ("different", "No."))]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(codes) == [200, 404]
    assert Event.objects.about(entry).filter(verb__in=["confirm", "dispute"]).count() == 1
    assert Message.objects.filter(to=applicant).count() == 1
