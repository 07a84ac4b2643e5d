"""The page of one category: what it asks, with the marks of what is still to be confirmed."""

import pytest
from django.urls import reverse

from competencies.models import Area, Category, Edition, Figure


def url(code: str) -> str:
    return reverse("competencies:category_detail", args=[code])


@pytest.mark.parametrize("code", ["IFA", "IFS", "ECFRS", "IMHS", "ECMHM-C", "IMHM-P", "IMHM-RF"])
def test_every_kind_of_category_has_its_page(client, edition, code):
    page = client.get(url(code))
    assert page.status_code == 200
    assert page.context["category"].code == code


def test_the_figures_are_there_in_words(client, edition):
    page = client.get(url("IMHM-C")).content.decode()
    for said in [
        "At least 48 hours of training:",
        "15 hours on providing reflective supervision",
        "At least 50 hours, alone or in a group, in person or online.",
        "25 hours of these are about the supervision you provide.",
        "Part one: 60 questions in 90 minutes, 80% to pass.",
        "59 competency areas, by title.",
    ]:
        assert said in page


def test_what_is_open_is_marked_and_what_is_confirmed_is_not(client, edition, coordinator):
    def marks():
        return client.get(url("IFA")).content.decode().count('class="tbc"')

    # Total and one part of the training, what is beyond a part, and the areas whose titles are inferred.
    open_areas = Area.objects.still_open().filter(edition=edition, profiles__contains=["FA"]).count()
    assert marks() == 3 + open_areas
    Figure.objects.filter(edition=edition, section="FA", path="training.total").update(
        status="confirmed", confirmed_at="2026-01-01T00:00Z", confirmed_by=coordinator
    )
    assert marks() == 2 + open_areas


def test_queries_do_not_grow_with_the_rows(client, edition, django_assert_num_queries):
    Area.objects.exclude(code="thinking.analyzing").delete()
    with django_assert_num_queries(5):
        client.get(url("IFS"))
    domain = Area.objects.get().domain
    for key in ("one", "two"):
        Area.objects.create(
            edition=edition, domain=domain, key=key, code=f"thinking.{key}", title=key, profiles=["FS"], position=9
        )
    with django_assert_num_queries(5):
        client.get(url("IFS"))


def test_the_second_part_of_the_work_is_said(client, edition):
    said = "You have also provided reflective supervision. One may begin without it, as “emerging”."
    assert client.get(url("IFRS")).content.decode().count(said) == 1
    assert said not in client.get(url("IFS")).content.decode()


def test_a_closed_category_says_so(client, edition):
    page = client.get(url("IFRS")).content.decode()
    assert "Not open to new applicants" in page
    assert "?category=IFRS" not in page


def test_small_letters_lead_there_too(client, edition):
    assert client.get(url("ifa")).context["category"].code == "IFA"


@pytest.mark.parametrize("code", ["XYZ", "IECMH-E"])
def test_no_such_category(client, edition, code):
    assert client.get(url(code)).status_code == 404


def test_only_the_current_edition_is_shown(client, edition):
    Category.objects.filter(code="IFA").delete()
    assert client.get(url("IFA")).status_code == 404
    Edition.objects.all().delete()
    assert client.get(url("IFS")).status_code == 404
