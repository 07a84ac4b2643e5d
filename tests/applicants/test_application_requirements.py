"""What counts: each requirement with the entries behind it, the reason where one does not count, and what to do next."""

import pytest

from applicants.models import KINDS, Grant, Snapshot
from applicants.portfolio import Check
from applicants.progress import Linked, measure_of, summed_up
from applicants.transitions import advance
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/requirements/"


def rows_in(answer) -> dict:
    return {row.check.key: row for group in answer.context["groups"] for row in group.rows}


def test_everything_by_how_it_stands(draft, path, applicant, client_for):
    factories.complete_portfolio(draft)
    applicant.training_evidence.update(clock_hours="20.25", dei_hours="0.25")
    draft.references.filter(role="colleague").update(status="sent", completed_at=None)
    answer = client_for(applicant).get(path)
    assert {group.state: [row.check.key for row in group.rows] for group in answer.context["groups"]} == {
        "asked": ["training_general"],
        "waits": ["references", "reference_roles"],
        "look": ["training_total", "training_dei", "areas"],
        "met": [
            *("profile", "membership", "work", "families", "rsc_hours", "endorsed_rater"),
            *("ethics", "agreement", "fee"),
        ],
    }
    summary = answer.context["summary"]
    assert (summary.met, summary.total) == (9, 15)
    assert summary.marks == ["met"] * 9 + ["waits"] * 2 + ["look"] * 3 + ["asked"]
    assert summary.parts == ["1 is yours to do", "2 are on their way", "3 are worth a look"]
    rows = rows_in(answer)
    assert {key: rows[key].measure for key in ("training_general", "training_dei", "work", "families", "profile")} == {
        "training_general": "20 of 30 hours",
        "training_dei": "0.25 of 3 hours",
        "work": "3 years; 2 are asked",
        "families": "24 families; 10 are asked",
        "profile": "",
    }
    assert (rows["training_general"].filled, rows["training_dei"].filled, rows["profile"].filled) == (66, 8, None)
    step = answer.context["next"]
    assert (str(step.title), step.text) == (
        "General training",
        (
            "You have entered 20 of 30 hours. Add 10 hours more, or say in a training how many of its hours were of this "
            "kind."
        ),
    )


def test_what_counts_and_how_much_of_it(draft, path, applicant, client_for):
    first = factories.training(applicant, title="Zeta", clock_hours="12.5", dei_hours="2.5")
    second = factories.training(applicant, title="Alpha", clock_hours=1, dei_hours=0)
    rows = rows_in(client_for(applicant).get(path))
    one, other = (f"/applications/evidence/training/{entry.pk}/" for entry in (first, second))
    assert rows["training_total"].counted == [Linked("Zeta", one, "12.5 hours"), Linked("Alpha", other, "1 hour")]
    assert rows["training_general"].counted == [Linked("Zeta", one, "10 hours"), Linked("Alpha", other, "1 hour")]
    assert rows["training_dei"].counted == [Linked("Zeta", one, "2.5 hours")]


def test_what_does_not_count_and_why(draft, path, applicant, client_for):
    peer = factories.supervision(applicant, peer=True, provider_name="A peer", total_hours="10.00")
    unasked = factories.supervision(applicant, status="unasked")
    job = factories.work(applicant, meets_tests=[])
    answer = client_for(applicant).get(path)
    rows = rows_in(answer)
    assert rows["rsc_hours"].counted == []
    assert rows["rsc_hours"].left_out == [
        Linked(
            "With A peer", f"/applications/evidence/supervision/{peer.pk}/", "10 hours",
            "Peer supervision does not count, even with an endorsed peer.",
        ),
        Linked(
            "With Priya Provider", f"/applications/evidence/supervision/{unasked.pk}/", "30 hours",
            "The provider has not confirmed these hours yet.",
        ),
    ]  # fmt: skip
    assert rows["rsc_hours"].action == f"/applications/supervision/{unasked.pk}/"
    assert rows["work"].action == f"/applications/evidence/work/{job.pk}/"
    page = answer.content.decode()
    for words in ("Peer supervision does not count", "The provider has not confirmed these hours yet.", "With A peer"):
        assert words in page


def test_ready_and_submitted(ready_draft, path, applicant, client_for):
    client = client_for(applicant)
    answer = client.get(path)
    assert answer.context["next"].url == f"/applications/{ready_draft.pk}/submit/"
    assert [group.state for group in answer.context["groups"]] == ["look", "met"]
    advance(ready_draft, "submit", by=applicant)
    answer = client.get(path)
    assert answer.context["next"] is None
    assert [row.action for row in rows_in(answer).values()] == [""] * 15
    assert "As it was submitted" in answer.content.decode()


def test_once_submitted_it_shows_what_was_submitted(ready_draft, path, applicant, coordinator, client_for):
    advance(ready_draft, "submit", by=applicant)
    applicant.training_evidence.update(title="Renamed later", clock_hours="4.00")
    factories.training(applicant, title="A later one")
    answer = client_for(coordinator).get(path)
    row = rows_in(answer)["training_total"]
    assert (row.measure, row.counted) == (
        "40 hours; 33 are asked",
        [Linked("Foundations of relationships", "", "40 hours")],
    )
    advance(ready_draft, "return", by=coordinator, note="Please look again.")
    assert rows_in(client_for(coordinator).get(path))["training_total"].measure == "44 hours; 33 are asked"
    assert Snapshot.objects.count() == 1


def test_staff_and_advisors_read_it_without_doors(draft, path, applicant, coordinator, reviewer, client_for):
    factories.complete_portfolio(draft)
    Grant.objects.create(application=draft, user=reviewer, role="advisor")
    for person in (coordinator, reviewer):
        answer = client_for(person).get(path)
        assert (answer.status_code, answer.context["next"]) == (200, None)
        found = rows_in(answer).values()
        assert {entry.url for row in found for entry in (*row.counted, *row.left_out)} == {""}
        assert {row.action for row in found} == {""}
        assert "Secret remarks" not in answer.content.decode()


@pytest.mark.parametrize(
    ("code", "addons"), [("IFA", []), ("IFS", ["ERS"]), ("ECMHS", ["ERS"]), ("IMHM-C", []), ("IFRS", [])]
)
def test_it_leads_to_what_can_be_added(applicant, coordinator, client_for, code, addons):
    application = factories.application(applicant, code=code)
    answer = client_for(applicant).get(f"/applications/{application.pk}/requirements/")
    assert [one.code for one in answer.context["addons"]] == addons
    page = answer.content.decode()
    assert page.count('href="/applications/evidence/requirements/ERS/"') == len(addons)
    assert page.count("How far am I toward adding Endorsed Reflective Supervisor?") == len(addons)
    # It is about the reader's own evidence, so it is for nobody else.
    other = client_for(coordinator).get(f"/applications/{application.pk}/requirements/")
    assert "requirements/ERS/" not in other.content.decode()


def test_hours_beyond_what_equity_asks_are_general_and_marked_as_open(draft, path, applicant, client_for):
    factories.complete_portfolio(draft)
    applicant.training_evidence.update(clock_hours="33.00", dei_hours="6.00")
    answer = client_for(applicant).get(path)
    row = rows_in(answer)["training_general"]
    assert (row.state, row.measure, row.check.to_confirm) == ("met", "30 of 30 hours", True)
    said = "This includes 3 hours that are beyond what is asked on equity or on providing reflective supervision."
    assert row.check.sentence == said
    assert answer.content.decode().count(said) == 1
    assert [entry.amount for entry in row.counted] == ["30 hours"]
    assert [entry.amount for entry in rows_in(answer)["training_dei"].counted] == ["3 hours"]


def test_nobody_else_finds_it(draft, path, other_applicant, finance, reviewer, client_for):
    Grant.objects.create(application=draft, user=reviewer, role="reviewer")
    for person in (other_applicant, finance, reviewer):
        assert client_for(person).get(path).status_code == 404
    assert client_for(None).get(path)["Location"] == f"/accounts/login/?next={path}"
    assert client_for(other_applicant).get("/applications/99999999/requirements/").status_code == 404


def test_a_figure_that_is_open_says_so_and_does_not_block(draft, path, applicant, client_for):
    factories.complete_portfolio(draft)
    applicant.training_evidence.update(dei_hours=0)
    answer = client_for(applicant).get(path)
    row = rows_in(answer)["training_dei"]
    assert (row.state, row.check.to_confirm, str(row.status)) == ("look", True, "Worth a look")
    page = answer.content.decode()
    assert "This figure is still open, so it does not keep you from submitting." in page
    assert page.count('class="tbc"') == sum(1 for one in rows_in(answer).values() if one.check.to_confirm)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_owners_page_takes_the_same_queries(draft, path, applicant, client_for, rows, django_assert_num_queries):
    _fill(draft, rows)
    client = client_for(applicant)
    with django_assert_num_queries(5):
        client.get(path)
    advance(draft, "submit", by=applicant)
    with django_assert_num_queries(6):
        client.get(path)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_coordinators_page_takes_the_same_queries(
    draft, path, coordinator, client_for, rows, django_assert_num_queries
):
    _fill(draft, rows)
    client = client_for(coordinator)
    with django_assert_num_queries(5):
        client.get(path)


def _fill(draft, rows: int) -> None:
    factories.complete_portfolio(draft)
    for number in range(rows - 1):
        for kind in KINDS:
            getattr(factories, kind)(draft.person)
        factories.completed_reference(draft, 10 + number)


@pytest.mark.parametrize(
    ("have", "need", "unit", "met", "words"),
    [
        (0, 1, "years", False, "0 of 1 year"),
        (1, 1, "years", True, "1 of 1 year"),
        (2, 1, "years", True, "2 years; 1 is asked"),
        (1, 10, "families", False, "1 of 10 families"),
        (3, 3, "references", True, "3 of 3 references"),
        (0, 1, "references", False, "0 of 1 reference"),
        (5, 38, "areas", False, "5 of 38 areas"),
        (None, None, "", True, ""),
        (None, 2, "years", False, ""),
    ],
)
def test_how_far_in_words(have, need, unit, met, words):
    assert measure_of(Check("x", "X", met, "", "work", have=have, need=need, unit=unit)) == words


def test_nothing_at_all_is_summed_up():
    summary = summed_up([])
    assert (summary.met, summary.total, summary.marks, summary.parts) == (0, 0, [], [])
