"""What a rater wrote stays theirs: whoever else has the link, the applicant first of all, neither reads nor changes it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.signing import get_cookie_signer
from django.test import Client
from django.utils import timezone

from applicants.holding import SALT, cookie_of
from applicants.models import Draft, Reference
from applicants.transitions import advance
from endorsement_portal.lifecycle import Refused
from endorsement_portal.models import Event, Message

pytestmark = pytest.mark.django_db
SECRET = ("Secret remarks of the rater", "Typed and not sent")


@pytest.fixture
def door(asked, link):
    return link(asked)


@pytest.fixture
def rater(door, answers):
    """The rater's own browser, which has saved the form."""
    client = Client()
    client.post(door)
    client.post(f"{door}form/", answers(action="save", signed_name=""))
    return client


def now() -> Reference:
    return Reference.objects.get()


def everything(client: Client, door: str) -> str:
    """What this browser gets to read behind the link, wherever it is led."""
    pages = []
    for path in (door, f"{door}form/", f"{door}decline/", f"{door}words/"):
        pages += [client.get(path, follow=True), client.post(path, follow=True)]
    return "".join(page.content.decode() for page in pages)


def attack(client: Client, door: str, answers) -> None:
    """All that somebody with a copied link can send."""
    client.post(door)
    client.post(door, {"action": "enter"})
    for action in ("save", "complete"):
        client.post(f"{door}form/", answers(action=action, remarks="Overwritten", recommendation="recommend"))
    client.post(f"{door}words/", {"field": "remarks", "said": "Overwritten", "words_seen": "x.0.", "words_tab": "t"})
    client.post(f"{door}words/discard/")
    client.post(f"{door}decline/", {"note": "Overwritten"})


def test_the_copied_link_shows_nothing_and_changes_nothing(asked, door, rater, answers, applicant, client_for):
    rater.post(
        f"{door}words/", {"field": "remarks", "said": "Typed and not sent", "words_seen": "x.0.", "words_tab": "t"}
    )
    page = client_for(applicant).post(f"/applications/references/{asked.pk}/link/").content.decode()
    copied = re.search(r'value="http[^"]*?(/applications/reference/[\w-]{43}/)"', page)[1]
    assert copied == door
    before, drafts = Reference.objects.values().get(), list(Draft.objects.values())
    for client in (Client(), client_for(applicant)):
        attack(client, copied, answers)
        text = everything(client, copied)
        assert [words for words in SECRET if words in text] == []
    assert Client().get(f"{copied}decline/")["Location"] == copied
    after = Reference.objects.values().get()
    changing = {"code_hash", "code_until", "code_tries"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert list(Draft.objects.values()) == drafts
    assert "Secret remarks" in rater.get(f"{door}form/").content.decode()


def test_who_entered_first_and_wrote_nothing_is_shut_out_by_the_first_word(asked, door, answers):
    """The applicant opens the link before the rater does and keeps that browser's cookie."""
    early = Client()
    early.post(door)
    assert early.get(f"{door}form/").status_code == 200
    rater = Client()
    rater.post(door)
    page = rater.get(f"{door}form/").content.decode()
    base = re.search(r'name="words_seen" value="([^"]+)"', page)[1]
    said = {"field": "remarks", "said": "Typed and not sent", "words_seen": base, "words_tab": "t"}
    assert rater.post(f"{door}words/", said).status_code == 200
    assert early.get(f"{door}form/")["Location"] == door
    assert early.post(f"{door}words/", said | {"said": "Overwritten"}).status_code == 401
    attack(early, door, answers)
    text = everything(early, door)
    assert [words for words in SECRET if words in text] == []
    assert Draft.objects.get().words == {"remarks": ["Typed and not sent"]}
    assert now().status == "opened"


def test_who_wrote_first_loses_it_to_the_code_in_the_rater_s_mail(asked, door, answers, keep_promises):
    early = Client()
    early.post(door)
    early.post(f"{door}form/", answers(action="save", remarks="Gibberish"))
    rater = Client()
    code = mailed_code(rater, door, keep_promises)
    assert rater.post("/applications/reference/code/", code)["Location"] == f"{door}form/"
    rater.post(f"{door}form/", answers(action="save"))
    assert now().remarks == "Secret remarks of the rater"
    attack(early, door, answers)
    text = everything(early, door)
    assert [words for words in SECRET if words in text] == []
    assert (now().status, now().remarks) == ("started", "Secret remarks of the rater")


def mailed_code(client: Client, door: str, keep_promises) -> dict[str, str]:
    """Ask for a code as the page offers, and read it from behind the mail's link."""
    keep_promises()
    django_mail.outbox.clear()
    assert "A code is on its way" in client.post(door, {"action": "code"}).content.decode()
    keep_promises()
    sent = django_mail.outbox[0]
    path = re.search(r"(/applications/reference/code/\?\S+)", sent.body)[1]
    form = Client().get(path).context["form"]
    return {name: form[name].value() for name in ("number", "code")}


def test_another_browser_gets_in_with_the_mailed_code(asked, door, rater, keep_promises, answers):
    other = Client()
    assert other.post(door).status_code == 200
    page = other.get(door).content.decode()
    assert "It was begun in another browser." in page
    assert ("r…@example.org" in page, "rater1@example.org" in page) == (True, False)
    code = mailed_code(other, door, keep_promises)
    assert other.post("/applications/reference/code/", code)["Location"] == f"{door}form/"
    assert "Secret remarks of the rater" in other.get(f"{door}form/").content.decode()
    # From here on the words are the other browser's, and the first needs a code in its turn.
    assert rater.get(f"{door}form/")["Location"] == door
    assert other.post("/applications/reference/code/", code).status_code == 200
    other.post(f"{door}form/", answers())
    assert now().status == "completed"
    assert [event.verb for event in Event.objects.about(asked)][-3:] == ["mail_code", "use_code", "complete"]


def test_both_addresses_get_the_code_and_the_database_has_only_its_hash(asked, door, rater, keep_promises):
    Reference.objects.update(second_email="second@example.org")
    code = mailed_code(Client(), door, keep_promises)["code"]
    assert [mail.to for mail in django_mail.outbox] == [["rater1@example.org"], ["second@example.org"]]
    stored = (
        str(list(Message.objects.values())) + str(Reference.objects.values().get()) + str(list(Event.objects.values()))
    )
    assert (code in stored, code.replace("-", "") in stored, len(now().code_hash)) == (False, False, 64)


def test_the_code_s_mail_is_not_sent_once_it_is_used_or_past(asked, door, rater, keep_promises):
    keep_promises()
    django_mail.outbox.clear()
    Client().post(door, {"action": "code"})
    Reference.objects.update(code_until=timezone.now() - timedelta(seconds=1))
    keep_promises()
    assert django_mail.outbox == []


def test_looking_at_the_link_of_the_code_s_mail_uses_nothing(asked, door, rater, keep_promises):
    code = mailed_code(Client(), door, keep_promises)
    before = Reference.objects.values().get()
    Client().get("/applications/reference/code/", code)
    assert Reference.objects.values().get() == before


def test_codes_are_mailed_five_times_an_hour(asked, door, rater):
    answers = [Client().post(door, {"action": "code"}).status_code for _time in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert Message.objects.filter(kind="reference_code").count() == 5


def test_no_code_is_mailed_while_nothing_is_written(asked, door):
    answer = Client().post(door, {"action": "code"})
    assert answer["Location"] == f"{door}form/"
    assert Message.objects.filter(kind="reference_code").count() == 0


@pytest.mark.parametrize("value", ["1:1", "1:1:xyz", "", "1", "x:y", "²:1"])
def test_a_forged_cookie_opens_nothing(asked, door, rater, value):
    client = Client()
    client.cookies[cookie_of(asked)] = value
    assert client.get(f"{door}form/")["Location"] == door
    assert client.post(f"{door}form/", {"action": "save"})["Location"] == door


def test_a_cookie_of_another_reference_opens_nothing(asked, door, rater, draft, link, answers):
    from tests import factories

    other = factories.reference(draft, 2)
    advance(other, "send")
    client = Client()
    client.post(link(other))
    client.post(f"{link(other)}form/", answers(action="save"))
    client.cookies[cookie_of(asked)] = client.cookies[cookie_of(other)].value
    assert client.get(f"{door}form/")["Location"] == door
    client.cookies[cookie_of(asked)] = get_cookie_signer(salt=cookie_of(other) + SALT).sign("1:1")
    assert client.get(f"{door}form/")["Location"] == door


def test_after_a_new_link_the_rater_s_browser_goes_on_and_no_other(asked, door, rater, link, applicant, keep_promises):
    Reference.objects.update(sent_at=timezone.now() - timedelta(days=2))
    advance(now(), "resend", by=applicant)
    fresh = link(now())
    assert (rater.get(door).status_code, rater.get(f"{fresh}form/")["Location"]) == (404, fresh)
    assert rater.post(fresh)["Location"] == f"{fresh}form/"
    assert "Secret remarks" in rater.get(f"{fresh}form/").content.decode()
    other = Client()
    other.post(fresh)
    assert "Secret remarks" not in other.get(f"{fresh}form/", follow=True).content.decode()
    assert now().status == "opened"


def test_the_applicant_who_is_signed_in_never_goes_through_this_door(asked, door, link, applicant, client_for):
    client = client_for(applicant)
    for path in (door, f"{door}form/", f"{door}decline/"):
        for answer in (client.get(path), client.post(path, {"note": "x"})):
            assert answer.status_code == 403
            assert "This link is for somebody else" in answer.content.decode()
    assert client.post(f"{door}words/", {}).status_code == 401
    assert now().status == "sent"


def test_an_address_can_not_be_added_once_there_is_something_to_read(asked, door, applicant, client_for):
    """Else the applicant would add one of their own and have the code sent there."""
    rater = Client()
    rater.post(door)
    page = rater.get(f"{door}form/").content.decode()
    base = re.search(r'name="words_seen" value="([^"]+)"', page)[1]
    rater.post(f"{door}words/", {"field": "remarks", "said": "Secret", "words_seen": base, "words_tab": "t"})
    assert now().status == "opened"
    path = f"/applications/references/{asked.pk}/edit/"
    assert client_for(applicant).get(path).status_code == 404
    advance(now(), "expire")
    answer = client_for(applicant).post(path, {"second_email": "mine@example.org"})
    assert (answer.status_code, now().second_email) == (404, "")


def test_on_a_computer_that_others_use_the_form_is_forgotten(asked, door, rater):
    answer = rater.post(door, {"action": "leave"})
    assert "This browser has forgotten the form" in answer.content.decode()
    assert rater.get(f"{door}form/")["Location"] == door
    assert now().remarks == "Secret remarks of the rater"


def test_once_it_is_sent_the_browser_keeps_nothing(asked, door, rater, answers):
    rater.post(f"{door}form/", answers())
    assert rater.cookies[cookie_of(asked)].value == ""


@pytest.mark.parametrize("verb", ["open", "decline"])
def test_an_answer_by_the_link_before_a_correction_speaks_for_nobody(asked, door, applicant, verb):
    """The first address was wrong: its answer comes in while the request goes to the right one."""
    before = now()
    old_link = before.token_hash
    advance(now(), "correct", by=applicant)
    with pytest.raises(Refused):
        advance(before, verb, link=old_link)
    assert now().status == "sent"
    advance(now(), verb, link=now().token_hash)
    assert now().status == {"open": "opened", "decline": "declined"}[verb]
