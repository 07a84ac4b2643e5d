"""The finder's page: questions by GET, an answer that can be bookmarked, and what is said about a bad address."""

import pytest
from django.urls import reverse

from competencies.models import Edition

URL = reverse("competencies:category_finder")
ANSWERS = {
    "ages": ["infants"],
    "work": "prevention",
    "years": "2",
    "degree": "none",
    "license": "none",
    "receives": "no",
    "provides": "0",
}
# What stays ticked when another answer was wrong.
KEPT = {"ages": ["infants"], "work": ["x"], "degree": ["x"], "license": ["x"], "receives": ["x"], "provides": ["x"]}


def test_it_only_asks_at_first(client, edition):
    page = client.get(URL)
    assert (page.status_code, page.context["finding"], page.context["form"].is_bound) == (200, None, False)
    assert b"error-summary" not in page.content


def test_an_answer_with_its_reasons(client, edition, django_assert_num_queries):
    # The edition, its categories and their figures: however many there are.
    with django_assert_num_queries(3):
        page = client.get(URL, ANSWERS)
    assert [fit.offer.code for fit in page.context["finding"].suggested] == ["IFS"]
    assert b"Infant Family Specialist" in page.content
    assert reverse("competencies:category_detail", args=["IFS"]).encode() in page.content


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"years": "two"}, "years"),
        ({"years": "-1"}, "years"),
        ({"years": "900"}, "years"),
        ({"years": ""}, "years"),
        ({"work": "astronaut"}, "work"),
        ({"ages": []}, "ages"),
        ({"ages": ["grown-ups"]}, "ages"),
        ({"degree": "phd'--"}, "degree"),
    ],
)
def test_a_bad_answer_is_said_next_to_the_field_and_the_rest_is_kept(client, edition, change, field):
    page = client.get(URL, ANSWERS | change)
    assert (page.status_code, page.context["finding"]) == (200, None)
    assert list(page.context["form"].errors) == [field]
    assert b"error-summary" in page.content
    assert page.content.count(b" checked") == sum(len(kept) for name, kept in KEPT.items() if name != field)


def test_other_parameters_are_not_answers(client, edition):
    page = client.get(URL, {"utm_source": "newsletter"})
    assert page.context["form"].is_bound is False


def test_without_a_framework_it_says_so(client, db):
    Edition.objects.all().delete()
    page = client.get(URL, ANSWERS)
    assert page.status_code == 200
    assert b"The requirements are being prepared" in page.content
