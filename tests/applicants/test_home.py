"""An applicant's home: each application with its next step, in the same few queries however many they are."""

import pytest

from applicants.models import Application
from applicants.transitions import advance
from tests import factories
from tests.applicants.conftest import credential_of

pytestmark = pytest.mark.django_db
CODES = ["IFS", "ECMHM-C", "IFA"]


def _rows(applicant, many: int) -> list[Application]:
    applications = [factories.application(applicant, code=code) for code in CODES[:many]]
    factories.profile(applicant)
    for _time in range(many):
        for make in (factories.work, factories.training, factories.education, factories.supervision):
            make(applicant)
    for application in applications:
        for number in range(many):
            factories.completed_reference(application, number)
    return applications


@pytest.mark.parametrize("many", [1, 3])
def test_home_takes_the_same_queries(applicant, client_for, edition, many, django_assert_num_queries):
    applications = _rows(applicant, many)
    client = client_for(applicant)
    with django_assert_num_queries(7):
        answer = client.get("/")
    assert len(answer.context["applications"]) == many
    Application.objects.update(status="endorsed", submitted_at="2026-01-01T12:00Z")
    for application in applications:
        credential_of(application)
    with django_assert_num_queries(7):
        answer = client.get("/")
    assert len(answer.context["credentials"]) == many


def test_without_an_application_it_looks_for_interest(applicant, client_for, django_assert_num_queries):
    client = client_for(applicant)
    with django_assert_num_queries(8):
        page = client.get("/").content.decode()
    assert "Tell us that you are interested" in page


def test_the_newest_application_comes_first_and_closed_ones_last(applicant, client_for, edition):
    first, second = (factories.application(applicant, code=code) for code in CODES[:2])
    advance(second, "withdraw", by=applicant)
    rows = client_for(applicant).get("/").context["applications"]
    assert [row["application"] for row in rows] == [first, second]
    assert [row["ready"] is None for row in rows] == [False, True]


def test_who_has_a_reference_request_is_named(applicant, client_for, edition):
    application = factories.application(applicant)
    for number, status in enumerate(["sent", "opened", "started", "completed", "draft", "expired"], start=1):
        factories.reference(application, number, status=status, completed_at="2026-01-01T12:00Z")
    [row] = client_for(applicant).get("/").context["applications"]
    assert [line["who"] for line in row["next"].waiting] == ["Rater 1", "Rater 2", "Rater 3"]


def test_returned_it_shows_the_coordinators_note(applicant, coordinator, client_for, edition):
    application = factories.submitted(factories.application(applicant))
    assert "The coordinator asks you to change this" not in client_for(applicant).get("/").content.decode()
    advance(application, "return", by=coordinator, note="Please add <b>the dates</b>.")
    page = client_for(applicant).get("/").content.decode()
    assert "The coordinator asks you to change this" in page
    assert "Please add &lt;b&gt;the dates&lt;/b&gt;." in page
    assert "When the changes are made, send it again" in page
    assert "Everything is there" not in page
    advance(application, "submit", by=applicant)
    assert "The coordinator asks you to change this" not in client_for(applicant).get("/").content.decode()


def test_endorsed_it_leads_to_the_credential(applicant, client_for, edition):
    application = factories.application(applicant)
    Application.objects.update(status="endorsed", submitted_at="2026-01-01T12:00Z", fee_state="settled")
    [row] = client_for(applicant).get("/").context["applications"]
    assert (row["next"].action, row["next"].url) == ("See the application", f"/applications/{application.pk}/")
    credential = credential_of(application)
    answer = client_for(applicant).get("/")
    [row] = answer.context["applications"]
    assert (row["next"].action, row["next"].url) == ("See my credential", f"/credentials/{credential.pk}/")
    assert answer.context["credentials"] == [credential]
