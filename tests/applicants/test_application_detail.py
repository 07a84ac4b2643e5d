"""One page for the owner, another for the caretakers, nothing for anybody else."""

import pytest

from applicants.models import Grant
from endorsement_portal.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/"


def _template(answer) -> str:
    return next(t.name for t in answer.templates if t.name.startswith("applicants/application_"))


def test_the_owner_sees_the_next_step(path, applicant, client_for):
    answer = client_for(applicant).get(path)
    assert _template(answer) == "applicants/application_detail.html"
    step = answer.context["next"]
    assert (str(step.title), step.url) == ("Your profile", "/applications/profile/")
    assert [task["status"] for task in answer.context["tasks"]][:2] == ["To do", "To do"]
    assert [v.verb for v in answer.context["verbs"]] == ["withdraw"]


def test_the_next_step_goes_on_to_waiting_and_to_submitting(draft, path, applicant, client_for):
    client = client_for(applicant)
    factories.complete_portfolio(draft)
    step = client.get(path).context["next"]
    assert (step.title, step.url) == ("Everything is there: you can submit", f"{path}submit/")
    draft.references.update(status="sent", completed_at=None)
    step = client.get(path).context["next"]
    assert (step.title, step.tone) == ("Now your references are working on it", "calm")
    assert [row["who"] for row in step.waiting] == ["Rater 1", "Rater 2", "Rater 3"]
    draft.references.filter(rater_name="Rater 1").update(status="declined")
    assert client.get(path).context["next"].title == "References"


@pytest.mark.parametrize(
    "status",
    [
        "on_hold",
        "withdrawn",
        "expired",
        "submitted",
        "ready",
        "in_review",
        "reviewed",
        "exam_approved",
        "endorsed",
        "deferred",
        "not_endorsed",
    ],
)
def test_every_status_says_what_it_means(draft, path, applicant, coordinator, client_for, status):
    type(draft).objects.filter(pk=draft.pk).update(status=status, submitted_at="2026-01-01T12:00Z")
    answer = client_for(applicant).get(path)
    assert answer.context["next"].title
    assert "Submit my application" not in answer.content.decode()
    assert client_for(coordinator).get(path).status_code == 200


def test_a_caretaker_sees_the_dossier_with_what_happened(draft, path, applicant, coordinator, admin, client_for):
    factories.submitted(draft)
    for person in (coordinator, admin):
        answer = client_for(person).get(path)
        assert _template(answer) == "applicants/application_dossier.html"
        page = answer.content.decode()
        assert "Ana Applicant" in page
        assert "Rater 1" in page
        assert "Secret remarks" not in page
    assert [v.verb for v in client_for(coordinator).get(path).context["verbs"]] == ["return", "accept", "withdraw"]


def test_a_coordinators_own_application_is_the_applicants_page(coordinator, client_for, edition):
    own = factories.application(coordinator)
    answer = client_for(coordinator).get(f"/applications/{own.pk}/")
    assert _template(answer) == "applicants/application_detail.html"
    assert [v.verb for v in answer.context["verbs"]] == ["withdraw"]


def test_nobody_else_finds_it(draft, path, other_applicant, finance, reviewer, client_for):
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).get(path).status_code == 404
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    assert client_for(reviewer).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client_for(other_applicant).get("/applications/99999999/").status_code == 404


def test_looking_changes_nothing(draft, path, applicant, coordinator, client_for):
    before = Event.objects.about(draft).count()
    for person in (applicant, coordinator):
        client_for(person).get(path)
    assert Event.objects.about(draft).count() == before


def _more(draft, rows: int) -> None:
    factories.complete_portfolio(draft)
    for number in range(rows - 1):
        for make in (factories.work, factories.training, factories.education, factories.supervision):
            make(draft.person)
        factories.completed_reference(draft, 10 + number)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_owners_page_takes_the_same_queries(draft, path, applicant, client_for, rows, django_assert_num_queries):
    _more(draft, rows)
    client = client_for(applicant)
    with django_assert_num_queries(OWNERS_PAGE):
        client.get(path)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_dossier_takes_the_same_queries(draft, path, coordinator, client_for, rows, django_assert_num_queries):
    _more(draft, rows)
    client = client_for(coordinator)
    with django_assert_num_queries(DOSSIER):
        client.get(path)


OWNERS_PAGE, DOSSIER = 16, 24
