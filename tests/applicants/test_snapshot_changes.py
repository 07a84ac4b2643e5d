"""What changed since the submission before, for those who may read both."""

import pytest
from django.utils import timezone

from applicants.models import Grant
from applicants.transitions import advance
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(draft, applicant, coordinator):
    factories.submitted(draft)
    advance(draft, "return", by=coordinator, note="The dates", sections="profile work education")
    applicant.work_evidence.update(employer="Big Steps Center", duties="Weekly visits with families.", version=2)
    applicant.profile.phone = "919-555-0199"
    applicant.profile.save()
    factories.education(applicant)
    applicant.training_evidence.update(title="Renamed, and not taken over")
    advance(draft, "submit", by=applicant)
    return f"/applications/{draft.pk}/submissions/2/changes/"


def test_the_owner_reads_what_they_changed(path, applicant, client_for):
    answer = client_for(applicant).get(path)
    assert [(one.name, [entry.kind for entry in one.entries]) for one in answer.context["sections"]] == [
        ("profile", ["changed"]),
        ("work", ["changed"]),
        ("education", ["added"]),
    ]
    page = answer.content.decode()
    for words in ("919-555-0199", "Big Steps Center", "Little Steps Center", "Bachelor’s degree, A state university"):
        assert words in page
    assert "Renamed" not in page


def test_others_read_all_but_what_is_private(path, draft, coordinator, admin, reviewer, client_for):
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    for person in (coordinator, admin, reviewer):
        page = client_for(person).get(path).content.decode()
        assert "Big Steps Center" in page
        assert "919-555-0199" not in page
        assert "What it says is for the applicant alone." in page


def test_the_wall(path, draft, other_applicant, finance, reviewer, client_for):
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).get(path).status_code == 404
    grant = Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert client_for(reviewer).get(path).status_code == 200
    Grant.objects.filter(pk=grant.pk).update(withdrawn_at=timezone.now())
    assert client_for(reviewer).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"


def test_the_first_one_has_none_before_it(path, applicant, client_for):
    client = client_for(applicant)
    for number in (0, 1, 3, 10**9):
        assert client.get(path.replace("/2/", f"/{number}/")).status_code == 404
    assert client.post(path).status_code == 405


def test_the_same_again_says_so(path, draft, applicant, coordinator, client_for):
    advance(draft, "return", by=coordinator, note="Once more", sections="work")
    advance(draft, "submit", by=applicant)
    page = client_for(applicant).get(path.replace("/2/", "/3/")).content.decode()
    assert "Nothing changed" in page


def test_it_is_found_from_every_page_that_it_belongs_to(path, draft, applicant, coordinator, client_for):
    base = f"/applications/{draft.pk}/"
    for person in (applicant, coordinator):
        for page in (base, f"{base}submissions/2/"):
            assert path in client_for(person).get(page).content.decode()


def test_words_that_were_typed_are_words(draft, applicant, coordinator, client_for):
    factories.submitted(draft)
    advance(draft, "return", by=coordinator, note="x")
    applicant.work_evidence.update(employer="<script>alert(1)</script>", duties="<b>" + "long " * 40)
    advance(draft, "submit", by=applicant)
    page = client_for(applicant).get(f"/applications/{draft.pk}/submissions/2/changes/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queries_are_the_same(draft, applicant, coordinator, client_for, rows, django_assert_num_queries):
    for _row in range(rows):
        factories.training(applicant)
    factories.submitted(draft)
    advance(draft, "return", by=coordinator, note="x")
    applicant.training_evidence.update(title="Renamed")
    advance(draft, "submit", by=applicant)
    client = client_for(applicant)
    with django_assert_num_queries(5):
        client.get(f"/applications/{draft.pk}/submissions/2/changes/")
