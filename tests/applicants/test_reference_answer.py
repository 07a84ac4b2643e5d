"""The rater's way: open, save, come back, send; and one answer for every link that does not work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from applicants.models import Application, Draft, Reference
from applicants.tokens import reference_token
from applicants.transitions import advance
from competencies.models import Figure
from endorsement_portal.models import Event, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def rater():
    return Client()


@pytest.fixture
def door(asked, link):
    return link(asked)


@pytest.fixture
def form(door, rater):
    """The path of the form, once the rater has said who they are."""
    rater.post(door)
    return f"{door}form/"


def now(asked) -> Reference:
    return Reference.objects.get(pk=asked.pk)


def same(answer) -> str:
    """A page without what differs at each request."""
    import re

    return re.sub(r'nonce="[^"]*"', "", answer.content.decode())


def test_a_scanner_that_follows_every_link_changes_nothing(asked, door, rater):
    before = Reference.objects.values().get()
    for path in (door, f"{door}form/", f"{door}decline/"):
        rater.get(path)
        rater.head(path)
    assert Reference.objects.values().get() == before
    assert rater.get(f"{door}form/")["Location"] == door
    assert "Ana Applicant asks you for a reference" in rater.get(door).content.decode()


def test_saying_who_one_is_opens_it_once(asked, door, rater):
    assert rater.post(door)["Location"] == f"{door}form/"
    opened = now(asked)
    assert (opened.status, opened.opened_at is not None) == ("opened", True)
    rater.post(door)
    assert Event.objects.about(asked).filter(verb="open").count() == 1
    assert rater.get(f"{door}form/").status_code == 200


def test_save_come_back_and_send(asked, door, form, rater, answers):
    page = rater.post(form, answers(action="save", recommendation="", signed_name="", item_sample_planning=None))
    assert "Come back any time with the same link, in this browser." in page.content.decode()
    assert now(asked).status == "started"
    assert "sample_planning" not in now(asked).answers
    assert rater.post(door)["Location"] == form
    again = rater.get(form)
    assert "Secret remarks of the rater" in again.content.decode()
    assert again.context["form"]["item_sample_curiosity"].value() == "3"
    done = rater.post(form, answers())
    assert "Your reference has reached us" in done.content.decode()
    saved = now(asked)
    assert (saved.status, saved.completed_at is not None, saved.token_hash) == ("completed", True, "")
    assert (saved.recommendation, saved.remarks, saved.signed_name) == (
        "recommend",
        "Secret remarks of the rater",
        "Rater 1",
    )
    assert set(saved.answers.values()) == {"3"}
    assert rater.get(door).status_code == rater.post(form, answers()).status_code == 404


@pytest.mark.parametrize(("said", "kept"), [("IMHM-C", "IMHM-C"), ("", ""), (None, "")])
def test_an_endorsement_of_the_raters_own_is_kept(asked, form, rater, answers, said, kept):
    choices = [code for code, _title in rater.get(form).context["form"].fields["rater_endorsement"].choices]
    assert (choices[0], len(choices), "IMHM-C" in choices) == ("", 15, True)
    rater.post(form, answers(action="save", rater_endorsement=said))
    assert now(asked).rater_endorsement == kept
    assert rater.get(form).context["form"]["rater_endorsement"].value() == kept
    rater.post(form, answers(rater_endorsement=said))
    assert (now(asked).status, now(asked).rater_endorsement) == ("completed", kept)


def test_the_applicant_is_told_that_it_is_there_and_never_what_it_says(asked, form, rater, answers, applicant):
    rater.post(form, answers())
    [mail] = Message.objects.filter(kind="E40")
    assert (mail.to, mail.subject) == (applicant, "Rater 1 has sent your reference")
    assert "Secret" not in mail.body + mail.subject


def test_sending_needs_every_answer_and_keeps_what_is_there(asked, form, rater, answers):
    answer = rater.post(form, answers(item_sample_curiosity=None, recommendation="", signed_name=""))
    assert sorted(answer.context["form"].errors) == ["item_sample_curiosity", "recommendation", "signed_name"]
    assert "Secret remarks of the rater</textarea>" in answer.content.decode()
    assert now(asked).status == "opened"


@pytest.mark.parametrize(
    "wrong",
    [
        {"item_sample_curiosity": "5"},
        {"recommendation": "maybe"},
        {"remarks": "x" * 4001},
        {"signed_name": "a\x00b"},
        {"rater_endorsement": "KING"},
    ],
    ids=str,
)
def test_what_can_not_be_is_refused_beside_it(asked, form, rater, answers, wrong):
    for action in ("save", "complete"):
        answer = rater.post(form, answers(action=action, **wrong))
        assert list(answer.context["form"].errors) == list(wrong)
    assert now(asked).answers == {}


@pytest.mark.parametrize(
    ("unknown", "status"), [(0, "completed"), (4, "completed"), (5, "completed"), (6, "void"), (7, "void")]
)
def test_six_unknowns_can_not_be_counted(asked, form, rater, answers, applicant, unknown, status):
    rater.post(form, answers(unknown=unknown, warned=str(unknown)))
    assert now(asked).status == status
    kind = {"completed": "E40", "void": "E44"}[status]
    assert [m.to for m in Message.objects.filter(kind__in=["E40", "E44"])] == [applicant]
    assert Message.objects.filter(kind=kind).count() == 1


@pytest.mark.parametrize(
    ("unknown", "limit", "warned", "too_many"),
    [
        (4, 6, False, False),
        (5, 6, True, False),
        (6, 6, True, True),
        (9, 6, True, True),
        (2, 3, True, False),
        (5, None, False, False),
    ],
)
def test_the_rater_is_warned_one_before_the_limit_of_the_edition(
    asked, form, rater, answers, unknown, limit, warned, too_many
):
    Figure.objects.filter(path="references.unrated_items_void_at").update(value=limit)
    page = rater.post(form, answers(unknown=unknown))
    if not warned:
        assert (now(asked).status, "has reached us" in page.content.decode()) == ("completed", True)
        return
    kept = now(asked)
    assert (kept.status, kept.remarks, len(kept.answers)) == (
        "started",
        "Secret remarks of the rater",
        len(page.context["form"].items),
    )
    assert (len(page.context["unknown"]), page.context["is_too_many"]) == (unknown, too_many)
    text = page.content.decode()
    assert f"You chose “Not enough information” {unknown} times" in text
    assert f'name="warned" value="{unknown}"' in text
    assert 'value="n" required' in text or text.count('value="n"') >= unknown
    assert page.context["form"]["signed_name"].value() == "Rater 1"
    assert Message.objects.filter(kind__in=["E40", "E44"]).count() == 0
    done = rater.post(
        form, answers(unknown=unknown, warned=str(unknown), words_seen=str(page.context["words"]["seen"]))
    )
    assert now(asked).status == ("void" if too_many else "completed")
    assert ("As you could not tell about several parts" in done.content.decode()) is too_many


@pytest.mark.parametrize("warned", ["", "x", "-6", "٦", "9999999", "5"])
def test_only_a_warning_of_as_many_counts(asked, form, rater, answers, warned):
    rater.post(form, answers(unknown=6, warned=warned))
    assert now(asked).status == "started"


def test_sending_twice_sends_once(asked, form, rater, answers):
    rater.post(form, answers())
    rater.post(form, answers(remarks="Something else"))
    assert now(asked).remarks == "Secret remarks of the rater"
    assert Event.objects.about(asked).filter(verb="complete").count() == 1
    assert Message.objects.filter(kind="E40").count() == 1


def test_declining_says_why_to_the_coordinator_alone(asked, door, rater, applicant, coordinator, admin, client_for):
    assert rater.get(f"{door}decline/").status_code == 200
    answer = rater.post(f"{door}decline/", {"note": "We had a quarrel"})
    assert "We have let the applicant know." in answer.content.decode()
    declined = now(asked)
    assert (declined.status, declined.declined_because, declined.token_hash) == ("declined", "We had a quarrel", "")
    [event] = Event.objects.about(asked).filter(verb="decline")
    assert (event.note, event.details) == ("", {})
    [mail] = Message.objects.filter(kind="E41")
    assert (mail.to, "quarrel" in mail.body) == (applicant, False)
    for path in (
        f"/applications/references/{asked.pk}/",
        f"/applications/{asked.application_id}/references/",
        f"/applications/{asked.application_id}/",
        "/inbox/",
        f"/inbox/{mail.pk}/",
    ):
        assert "quarrel" not in client_for(applicant).get(path).content.decode(), path
    assert "We had a quarrel" in client_for(coordinator).get(f"/applications/references/{asked.pk}/").content.decode()
    assert "quarrel" not in client_for(admin).get(f"/applications/references/{asked.pk}/").content.decode()
    assert rater.post(f"{door}decline/", {"note": "again"}).status_code == 404


def test_every_link_that_does_not_work_gets_the_same_answer(asked, door, rater):
    def answered(path: str) -> str:
        answer = rater.get(path)
        assert answer.status_code == 404
        return same(answer)

    dead = f"/applications/reference/{reference_token(asked.pk, 99)}/"
    expected = answered(dead)
    assert "This link does not work" in expected
    assert answered("/applications/reference/nonsense/") == expected
    assert answered(f"/applications/reference/{'x' * 400}/") == expected
    assert answered("/applications/reference/%00/") == expected
    for cut in (door[:-2] + "/", door[:40] + "/", door[:-1] + "x/"):
        assert answered(cut) == expected
    Reference.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert answered(door) == answered(f"{door}form/") == answered(f"{door}decline/") == expected
    Reference.objects.update(expires_at=timezone.now() + timedelta(days=1))
    for status in ("withdrawn", "expired"):
        Application.objects.update(status=status)
        assert answered(door) == expected
    Application.objects.update(status="draft")
    advance(now(asked), "complete") if now(asked).status == "opened" else advance(now(asked), "decline", because="x")
    assert answered(door) == expected


def test_a_link_opens_its_own_reference_alone(asked, draft, rater, answers, link):
    from tests import factories

    other = factories.reference(draft, 2)
    advance(other, "send")
    rater.post(link(asked))
    assert rater.get(f"{link(other)}form/")["Location"] == link(other)
    assert rater.post(f"{link(other)}form/", answers())["Location"] == link(other)
    assert now(other).status == "sent"


def test_a_new_link_asks_anew_who_one_is(asked, form, rater, answers, link, applicant):
    Reference.objects.update(sent_at=timezone.now() - timedelta(days=2))
    advance(now(asked), "resend", by=applicant)
    assert rater.get(form).status_code == 404
    assert rater.get(f"{link(now(asked))}form/")["Location"] == link(now(asked))
    assert rater.post(link(now(asked)))["Location"] == f"{link(now(asked))}form/"


def test_the_page_tells_the_rater_who_will_read_it(asked, form, rater):
    assert "The applicant gave up the right to read it" in rater.get(form).content.decode()
    Reference.objects.update(waived=False)
    assert "The applicant kept the right to read it." in rater.get(form).content.decode()


def test_a_rater_needs_and_gets_no_account(form, rater):
    assert "_auth_user_id" not in rater.session
    assert rater.get("/inbox/").status_code == 302
    cookie = next(cookie for name, cookie in rater.cookies.items() if name.startswith("reference"))
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/applications/reference/")


@pytest.mark.parametrize("name", ["👩‍👧 Zoë", "\u200fرنا المعلمة", "x" * 120])
def test_a_name_is_whatever_people_are_called(asked, door, rater, answers, name):
    Reference.objects.update(rater_name=name)
    assert name in rater.get(door).content.decode()
    rater.post(door)
    rater.post(f"{door}form/", answers(signed_name=name, remarks="👶" * 2000))
    assert (now(asked).signed_name, now(asked).remarks, now(asked).status) == (name, "👶" * 2000, "completed")


def test_a_hundred_thousand_characters_are_refused_and_not_lost(asked, form, rater, answers):
    page = rater.post(form, answers(remarks="x" * 100_000))
    assert list(page.context["form"].errors) == ["remarks"]
    assert page.context["form"]["remarks"].value() == "x" * 100_000
    assert Draft.objects.get().words["remarks"] == ["x" * 100_000]
    assert len(rater.get(form).context["form"]["remarks"].value()) == 100_000


def test_the_rater_hears_that_it_reached_us_whoever_wrote_it(asked, form, rater, answers):
    Reference.objects.update(second_email="second@example.org")
    rater.post(form, answers())
    mails = list(Message.objects.filter(kind="reference_received").order_by("pk"))
    assert [mail.email for mail in mails] == ["rater1@example.org", "second@example.org"]
    assert all("If you did not write one, please answer this mail" in mail.body for mail in mails)
    assert all("Secret" not in mail.body for mail in mails)


def test_the_answer_is_never_kept_by_a_cache_and_sends_no_address_on(door, rater):
    answer = rater.get(door)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
