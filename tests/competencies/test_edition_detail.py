"""One edition's figures: those still open at a glance, all of them, and the titles."""

import pytest
from django.urls import reverse

from competencies.models import Figure

# Session, person, second factor, unread messages, the edition; then the figures, or three kinds of titles.
OPEN, ALL, TITLES = 6, 6, 8


@pytest.fixture
def url(edition):
    return reverse("competencies:edition_detail", args=[edition.pk])


def shown(page):
    return [figure["row"] for section in page.context["sections"] for figure in section["figures"]]


def test_it_opens_with_what_is_still_to_be_confirmed(client_for, coordinator, url, edition):
    page = client_for(coordinator).get(url)
    assert page.context["show"] == "open"
    assert shown(page) == list(Figure.objects.filter(edition=edition).still_open())
    assert len(shown(page)) == 39
    assert page.content.count(b"Confirm or correct") == 39
    ids = [part.split(b'"')[0] for part in page.content.split(b' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_all_figures(client_for, coordinator, url):
    page = client_for(coordinator).get(url, {"show": "all"})
    assert len(shown(page)) == 236
    assert [section["key"] for section in page.context["sections"]] == [
        *("common", "FA", "FS", "FRS", "MHS", "MHM-C", "MHM-P", "MHM-RF", "ERS"),
        *("evidence", "exam", "review", "cohorts", "renewal"),
    ]


def test_titles(client_for, coordinator, url):
    page = client_for(coordinator).get(url, {"show": "titles"})
    titles = page.context["titles"]
    assert [len(titles[kind]) for kind in ("categories", "domains", "areas")] == [14, 11, 22]


def test_an_unknown_view_is_the_first(client_for, coordinator, url):
    assert client_for(coordinator).get(url, {"show": "nonsense"}).context["show"] == "open"


def test_when_nothing_is_open_it_shows_all(client_for, coordinator, url, edition):
    Figure.objects.filter(edition=edition).update(status="confirmed")
    browser = client_for(coordinator)
    assert browser.get(url).context["show"] == "all"
    assert b"Every figure is confirmed" in browser.get(url, {"show": "open"}).content


@pytest.mark.parametrize(("show", "queries"), [("open", OPEN), ("all", ALL), ("titles", TITLES)])
def test_queries_do_not_grow_with_the_rows(client_for, coordinator, url, show, queries, django_assert_num_queries):
    kept = list(Figure.objects.still_open().values_list("pk", flat=True)[:3])
    browser = client_for(coordinator)
    browser.get(url)
    for n in (3, 1):
        Figure.objects.exclude(pk__in=kept[:n]).delete()
        Figure.objects.update(confirmed_at=None, confirmed_by=None)
        with django_assert_num_queries(queries):
            browser.get(url, {"show": show})


@pytest.mark.parametrize("role", ["applicant", "reviewer", "finance"])
def test_the_wrong_role_is_told(client_for, request, url, role):
    assert client_for(request.getfixturevalue(role)).get(url).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client, url):
    assert client.get(url).status_code == 302


def test_no_such_edition(client_for, coordinator, edition):
    assert client_for(coordinator).get(reverse("competencies:edition_detail", args=[edition.pk + 1])).status_code == 404
