"""Which evidence shows which competency area: a grid, a list for small screens and screen readers, and the gaps."""

import pytest

from applicants.models import KINDS
from applicants.transitions import advance
from tests import factories
from tests.applicants.test_application_requirements import _fill

pytestmark = pytest.mark.django_db
ATTACHMENT, AWARENESS = "theoretical_foundations.attachment", "reflection.self_awareness"


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/coverage/"


def areas_in(answer) -> dict:
    return {row["area"].code: row for block in answer.context["domains"] for row in block["areas"]}


def counts(row) -> dict:
    return {str(cell["kind"]): cell["count"] for cell in row["cells"] if cell["count"]}


def test_each_kind_in_its_own_column(draft, path, applicant, client_for):
    for kind in KINDS:
        getattr(factories, kind)(applicant, area_keys=[ATTACHMENT])
    factories.completed_reference(draft)
    answer = client_for(applicant).get(path)
    areas = areas_in(answer)
    assert list(areas) == list(draft.category.areas().values_list("code", flat=True))
    assert counts(areas[ATTACHMENT]) == {"Course": 2, "Training": 1, "Reflective supervision": 1, "Work": 3}
    assert counts(areas[AWARENESS]) == {"Reference": 1}
    assert [str(kind) for kind in answer.context["kinds"]] == [
        *("Course", "Training", "Reflective supervision", "Reference", "Work"),
    ]


def test_how_well_each_is_shown(draft, path, applicant, client_for):
    factories.training(applicant, area_keys=[ATTACHMENT])
    factories.training(applicant, area_keys=["theoretical_foundations.pregnancy", ATTACHMENT])
    areas = areas_in(client_for(applicant).get(path))
    state = {code: (row["strength"], str(row["state"]), row["tone"]) for code, row in areas.items()}
    assert state[ATTACHMENT] == ("shown", "Shown", "good")
    assert state["theoretical_foundations.pregnancy"] == ("start", "A start", "waiting")
    assert state["theoretical_foundations.development"] == ("none", "Nothing yet", "attention")
    assert state[AWARENESS] == ("rated", "Comes with references", "neutral")
    could = [str(kind) for kind in areas["theoretical_foundations.pregnancy"]["could"]]
    assert could == ["Course", "Work"]


def test_the_list_names_every_entry_with_its_door(draft, path, applicant, coordinator, client_for):
    entry = factories.training(applicant, title="Holding on", area_keys=[ATTACHMENT])
    answer = client_for(applicant).get(path, {"as": "list"})
    page = answer.content.decode()
    assert f'<a href="/applications/evidence/training/{entry.pk}/">Holding on</a>' in page
    assert f'id="{ATTACHMENT}"' in page
    assert "<table" not in page
    staff = client_for(coordinator).get(path, {"as": "list"}).content.decode()
    assert "Holding on" in staff
    assert "/applications/evidence/" not in staff


def test_the_gaps_alone(draft, path, applicant, client_for):
    codes = list(draft.category.areas().values_list("code", flat=True))
    factories.training(applicant, area_keys=codes[:-2])
    client = client_for(applicant)
    answer = client.get(path, {"only": "gaps"})
    assert (list(areas_in(answer)), answer.context["gaps"], answer.context["as_list"]) == (codes[-2:], 2, True)
    factories.training(applicant, area_keys=codes[-2:])
    answer = client.get(path, {"only": "gaps"})
    assert (answer.context["domains"], answer.context["gaps"]) == ([], 0)
    assert "Every area is shown by something" in answer.content.decode()


def test_mentors_have_a_column_for_the_exam(applicant, client_for, edition):
    own = factories.application(applicant, code="IMHM-RF")
    answer = client_for(applicant).get(f"/applications/{own.pk}/coverage/")
    assert (len(answer.context["domains"]), answer.context["areas"]) == (11, 62)
    assert str(answer.context["kinds"][-1]) == "Exam"


def test_areas_of_another_category_are_not_counted(draft, path, applicant, client_for):
    factories.training(applicant, area_keys=["theoretical_foundations.statistics", "made.up"])
    answer = client_for(applicant).get(path)
    assert (answer.context["shown"], answer.context["areas"]) == (0, 38)


def test_once_submitted_it_shows_what_was_submitted(ready_draft, path, applicant, coordinator, client_for):
    advance(ready_draft, "submit", by=applicant)
    applicant.training_evidence.update(area_keys=[])
    assert counts(areas_in(client_for(coordinator).get(path))[ATTACHMENT]) == {"Training": 1}


@pytest.mark.parametrize("query", [{}, {"as": "list"}, {"as": "poem"}, {"only": "gaps"}, {"only": "x", "as": "grid"}])
def test_nobody_else_finds_it(draft, path, applicant, other_applicant, finance, client_for, query):
    for person in (other_applicant, finance):
        assert client_for(person).get(path, query).status_code == 404
    assert client_for(applicant).get(path, query).status_code == 200
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("query", [{}, {"as": "list"}])
@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries(draft, path, applicant, client_for, rows, query, django_assert_num_queries):
    _fill(draft, rows)
    client = client_for(applicant)
    with django_assert_num_queries(5):
        client.get(path, query)
