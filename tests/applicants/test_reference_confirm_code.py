"""A code read out on the phone: shown once to a coordinator, good for half an hour and five tries, and then dead."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from applicants.models import Application, Reference
from applicants.tokens import CODE_LETTERS, reference_code
from applicants.transitions import advance
from endorsement_portal.models import Event, Message

pytestmark = pytest.mark.django_db
PUBLIC = "/applications/reference/code/"
WRONG = "Number and code don’t fit"


@pytest.fixture
def path(asked):
    return f"/applications/references/{asked.pk}/code/"


@pytest.fixture
def code(path, coordinator, client_for):
    """A code as the coordinator sees it."""
    return re.search(r"<code>(\w{4}-\w{4})</code>", client_for(coordinator).post(path).content.decode())[1]


def typed(asked, code: str, **changes: str) -> dict[str, str]:
    return {"number": f"R{asked.pk}", "code": code} | changes


def test_it_is_shown_once_and_never_kept(path, asked, coordinator, client_for):
    client = client_for(coordinator)
    assert "<code>" not in client.get(path).content.decode()
    page = client.post(path)
    code = re.search(r"<code>(\w{4}-\w{4})</code>", page.content.decode())[1]
    assert set(code.replace("-", "")) <= set(CODE_LETTERS)
    assert "no-store" in page["Cache-Control"]
    assert f"<code>R{asked.pk}</code>" in page.content.decode()
    row = Reference.objects.values().get()
    [event] = Event.objects.about(asked).filter(verb="give_code")
    for stored in (str(row), str(event.details) + event.note, client.get(path).content.decode()):
        assert code not in stored
        assert code.replace("-", "") not in stored
    assert timedelta(minutes=29) < row["code_until"] - timezone.now() <= timedelta(minutes=30)
    assert Message.objects.filter(kind="reference_code").count() == 0


def test_it_opens_the_form_for_somebody_whom_no_mail_reached(asked, code, link, answers):
    rater = Client()
    assert rater.get(PUBLIC).status_code == 200
    answer = rater.post(PUBLIC, typed(asked, code))
    assert answer["Location"] == f"{link(asked)}form/"
    assert rater.get(answer["Location"]).status_code == 200
    rater.post(answer["Location"], answers())
    asked.refresh_from_db()
    assert (asked.status, asked.opened_at is not None) == ("completed", True)
    assert [event.verb for event in Event.objects.about(asked)] == ["send", "give_code", "use_code", "open", "complete"]


@pytest.mark.parametrize(
    "how", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c[0]} {c[1:]} ", lambda c: f"{c}."]
)
def test_however_it_is_typed(asked, code, how):
    assert Client().post(PUBLIC, typed(asked, how(code), number=f" r {asked.pk}")).status_code == 302


def test_it_opens_once(asked, code):
    assert Client().post(PUBLIC, typed(asked, code)).status_code == 302
    answer = Client().post(PUBLIC, typed(asked, code))
    assert (answer.status_code, WRONG in answer.content.decode()) == (200, True)


def test_after_half_an_hour_it_is_dead(asked, code):
    until = Reference.objects.get().code_until
    Reference.objects.update(code_until=timezone.now() - timedelta(seconds=1))
    assert WRONG in Client().post(PUBLIC, typed(asked, code)).content.decode()
    Reference.objects.update(code_until=until)
    assert Client().post(PUBLIC, typed(asked, code)).status_code == 302


def test_after_five_wrong_tries_it_is_dead(asked, code):
    for _try in range(5):
        assert WRONG in Client().post(PUBLIC, typed(asked, "AAAA-AAAA")).content.decode()
    assert Reference.objects.get().code_tries == 5
    assert WRONG in Client().post(PUBLIC, typed(asked, code)).content.decode()
    assert Reference.objects.get().holding == 0


def test_a_new_code_makes_the_one_before_dead_and_has_five_tries(path, asked, code, coordinator, client_for):
    Client().post(PUBLIC, typed(asked, "AAAA-AAAA"))
    again = re.search(r"<code>(\w{4}-\w{4})</code>", client_for(coordinator).post(path).content.decode())[1]
    assert (again != code, Reference.objects.get().code_tries) == (True, 0)
    assert WRONG in Client().post(PUBLIC, typed(asked, code)).content.decode()
    assert Client().post(PUBLIC, typed(asked, again)).status_code == 302


def test_a_new_link_makes_it_dead(asked, code, coordinator):
    advance(Reference.objects.get(), "resend", by=coordinator)
    assert WRONG in Client().post(PUBLIC, typed(asked, code)).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "R0"},
        {"number": "R" + "9" * 19},
        {"number": "٣"},
        {"number": "R"},
        {"number": "x' OR 1=1"},
        {"code": "👶"},
        {"code": "-"},
    ],
    ids=str,
)
def test_every_wrong_pair_gets_the_same_answer(asked, code, wrong):
    answer = Client().post(PUBLIC, typed(asked, code) | wrong)
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (
        200,
        ["Number and code don’t fit, or the code is past its half hour. A new one is soon made."],
    )
    assert Reference.objects.get().holding == 0


def test_too_long_and_nothing_is_said_beside_it(asked):
    for wrong in ({"number": "", "code": ""}, {"number": "R" * 30, "code": "x" * 100_000}):
        assert sorted(Client().post(PUBLIC, wrong).context["form"].errors) == ["code", "number"]


def test_very_many_tries_from_one_place_are_too_many(asked, code):
    client = Client()
    answers = [client.post(PUBLIC, typed(asked, "AAAA-AAAA", number="R0")).status_code for _try in range(31)]
    assert answers == [200] * 30 + [429]
    answer = client.post(PUBLIC, typed(asked, code))
    assert (answer.status_code, "very many tries" in answer.content.decode()) == (429, True)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_have_five_tries_in_all(asked, code):
    ready, done = threading.Barrier(8), []

    def guess(number: int) -> None:
        try:
            ready.wait()
            done.append(Client().post(PUBLIC, typed(asked, f"AAAA-AAA{number}")).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (done, Reference.objects.get().code_tries) == ([200] * 8, 5)


@pytest.mark.parametrize(
    "change", [{"status": "expired"}, {"status": "completed", "completed_at": "2026-01-01T12:00Z"}]
)
def test_only_while_the_link_works(path, coordinator, client_for, change):
    Reference.objects.update(**change)
    assert client_for(coordinator).post(path).status_code == 404


def test_not_where_the_application_closed_meanwhile(asked, code):
    Application.objects.update(status="withdrawn")
    assert WRONG in Client().post(PUBLIC, typed(asked, code)).content.decode()


def test_nobody_else_makes_one(path, applicant, other_applicant, reviewer, finance, admin, client_for):
    for person in (applicant, other_applicant, reviewer, finance, admin):
        assert client_for(person).post(path).status_code == 404
    assert client_for(None).post(path)["Location"] == f"/accounts/login/?next={path}"
    assert Reference.objects.get().code_hash == ""


def test_a_code_is_bound_to_its_reference_and_moment():
    at = timezone.now()
    codes = {reference_code(pk, at + timedelta(microseconds=n)) for pk in (1, 2) for n in range(50)}
    assert (len(codes), {len(code) for code in codes}) == (100, {8})
