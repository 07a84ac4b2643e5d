"""The page that says what the endorsement is."""

from django.urls import reverse

from competencies.models import Category, Edition

URL = reverse("competencies:about")


def test_all_fourteen_categories_are_there(client, edition):
    page = client.get(URL).content.decode()
    for category in Category.objects.filter(edition=edition):
        assert f"{category.title} ({category.code})" in page
        assert category.get_absolute_url() in page
    assert "This is the draft edition" in page


def test_queries_do_not_grow_with_the_rows(client, edition, django_assert_num_queries):
    Category.objects.exclude(code="IFA").delete()
    with django_assert_num_queries(5):
        client.get(URL)
    track = Category.objects.get().track
    for code in ("ONE", "TWO"):
        Category.objects.create(edition=edition, track=track, code=code, title=code, scope="promotion", profile="FA")
    with django_assert_num_queries(5):
        client.get(URL)


def test_a_published_edition_is_not_called_a_draft(client, edition, admin):
    Edition.objects.filter(pk=edition.pk).update(
        status="published", published_at="2026-01-01T00:00Z", published_by=admin
    )
    page = client.get(URL).content.decode()
    assert "This is the draft edition" not in page
    assert "Edition 2025.1-draft, in force since Jan. 1, 2025." in page


def test_without_a_framework_it_says_so(client, db):
    Edition.objects.all().delete()
    assert b"The requirements are being prepared" in client.get(URL).content
