"""The editions, for those who keep the framework."""

import pytest
import yaml
from django.urls import reverse

from competencies.loading import BUILT_IN, load

URL = reverse("competencies:edition_list")
# Session, person, second factor, unread messages, and the editions with their counts.
QUERIES = 5


def another(version: str):
    document = yaml.safe_load(BUILT_IN.read_text(encoding="utf-8")) | {"version": version}
    return load(yaml.safe_dump(document)).edition


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_how_much_is_still_open(client_for, request, edition, role):
    page = client_for(request.getfixturevalue(role)).get(URL)
    assert page.status_code == 200
    row = page.context["editions"].get()
    assert (row.figures_open, row.figures_all, row.titles_open) == (39, 236, 35)
    assert b"39 of 236" in page.content


@pytest.mark.parametrize("role", ["applicant", "reviewer", "finance"])
def test_the_wrong_role_is_told(client_for, request, edition, role):
    assert client_for(request.getfixturevalue(role)).get(URL).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client, edition):
    answer = client.get(URL)
    assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={URL}")


def test_queries_do_not_grow_with_the_rows(client_for, coordinator, edition, django_assert_num_queries):
    browser = client_for(coordinator)
    browser.get(URL)
    with django_assert_num_queries(QUERIES):
        browser.get(URL)
    another("2026.1")
    another("2027.1")
    with django_assert_num_queries(QUERIES):
        assert len(browser.get(URL).context["editions"]) == 3
