"""The page of reports: what each answers, what its columns mean, who took it last."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reports.definitions import DEFINITIONS
from reports.exports import export

URL = "reports:report_list"


def test_every_report_with_its_question_its_button_and_the_meaning_of_its_columns(client_for, admin):
    page = client_for(admin).get(reverse(URL)).content.decode()
    for definition in DEFINITIONS.values():
        assert page.count(f'href="{reverse("reports:report_download", args=[definition.code])}"') == 1
        assert str(definition.answers).replace("’", "’") in page
        for column in definition.columns:
            assert f"<dt>{column.title}</dt>" in page
    assert page.count("Nobody has taken it yet.") == len(DEFINITIONS)


def test_the_last_three_downloads_of_each_are_shown_newest_first(client_for, admin, draft):
    for _time in range(5):
        export(DEFINITIONS["applications"], by=admin)[0].close()
    export(DEFINITIONS["pipeline"], by=admin)[0].close()
    response = client_for(admin).get(reverse(URL))
    shown = {one["definition"].code: one["downloads"] for one in response.context["reports"]}
    assert [d["rows"] for d in shown["applications"]] == [1, 1, 1]
    assert len(shown["pipeline"]) == 1
    assert shown["ledger"] == []
    whens = [d["when"] for d in shown["applications"]]
    assert whens == sorted(whens, reverse=True)
    assert "Ada Admin" in response.content.decode()


def test_the_number_of_queries_is_the_same_for_no_and_many_downloads(client_for, admin, django_assert_num_queries):
    client = client_for(admin)
    client.get(reverse(URL))
    with django_assert_num_queries(5):
        client.get(reverse(URL))
    for definition in DEFINITIONS.values():
        for _time in range(4):
            export(definition, by=admin)[0].close()
    with django_assert_num_queries(5):
        client.get(reverse(URL))


@pytest.mark.parametrize("role", ["applicant", "reviewer", "coordinator", "finance"])
def test_nobody_else_sees_the_page(client_for, request, role, db):
    assert client_for(request.getfixturevalue(role)).get(reverse(URL)).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client_for, db):
    assert client_for(None).get(reverse(URL)).status_code == 302
