"""The empty form to print: what the form online asks, and the number by which the paper is found again."""

from __future__ import annotations

import pytest

from competencies.rating import questions_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(asked):
    return f"/applications/references/{asked.pk}/paper/blank/"


def test_it_asks_what_the_form_online_asks(path, asked, coordinator, client_for):
    page = client_for(coordinator).get(path)
    text = page.content.decode()
    questions = questions_for(asked.application.category)
    assert [row for _domain, rows in page.context["groups"] for row in rows] == questions
    assert text.count("<span>Not enough information</span>") == len(questions)
    for words in (f"Number R{asked.pk}", "Reference for Ana Applicant", "Signature", "SAMPLE in plain words"):
        assert words in text, words


def test_it_is_linked_from_where_paper_is_keyed_in(path, asked, coordinator, client_for):
    page = client_for(coordinator).get(f"/applications/references/{asked.pk}/paper/").content.decode()
    assert page.count(f'href="{path}"') == 1


def test_nobody_else_may(path, applicant, other_applicant, reviewer, finance, admin, client_for):
    for person in (applicant, other_applicant, reviewer, finance, admin):
        assert client_for(person).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
