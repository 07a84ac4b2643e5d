"""Hours by competency area: an hour is in one area, and in one sum, once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.counting import area_hours
from applicants.models import KINDS
from applicants.portfolio import Shown
from applicants.readiness import readiness
from applicants.transitions import advance
from tests import factories

ATTACHMENT, PREGNANCY = "theoretical_foundations.attachment", "theoretical_foundations.pregnancy"
AWARENESS, ELSEWHERE = "reflection.self_awareness", "theoretical_foundations.statistics"


def shown(entry: str, hours: str, **by_area: str) -> Shown:
    pairs = tuple((area, Decimal(amount)) for area, amount in by_area.items())
    return Shown(entry, "training", tuple(by_area), Decimal(hours), pairs)


def test_hours_here_elsewhere_and_with_no_area_are_all_of_them():
    found = area_hours(["a", "b", "c"], [shown("t:1", "10", a="2.5", b="1", z="4"), shown("t:2", "6", a="6")])
    assert found.by_area == {"a": {"t:1": Decimal("2.5"), "t:2": Decimal(6)}, "b": {"t:1": Decimal(1)}, "c": {}}
    assert (found.here, found.elsewhere, found.open) == (Decimal("9.5"), Decimal(4), {"t:1": Decimal("2.5")})
    assert found.in_all == 16


quarters = st.integers(0, 40).map(lambda n: Decimal(n) / 4)
entries = st.lists(st.tuples(st.dictionaries(st.sampled_from("abcxy"), quarters), quarters), max_size=8)


@settings(max_examples=100, deadline=None, database=None)
@given(entries)
def test_no_hour_is_counted_twice_and_none_is_lost(drawn):
    rows = [
        Shown(f"t:{n}", "training", tuple(areas), sum(areas.values(), more), tuple(areas.items()))
        for n, (areas, more) in enumerate(drawn)
    ]
    found = area_hours("abc", rows)
    assert found.in_all == sum((row.hours for row in rows), Decimal(0))
    assert found.here == sum((sum(row.values()) for row in found.by_area.values()), Decimal(0))


# --- From the rows -------------------------------------------------------------------------------------------------


def by_area(application) -> dict[str, dict[str, str]]:
    portfolio = readiness(application).portfolio
    found = area_hours(portfolio.areas, portfolio.shown)
    return {
        area: {ref.partition(":")[0]: str(n) for ref, n in rows.items()} for area, rows in found.by_area.items() if rows
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("keys", "shared", "expected"),
    [
        ([ATTACHMENT], {}, {ATTACHMENT: {"training": "40.0"}}),
        ([ATTACHMENT], {ATTACHMENT: "12.5"}, {ATTACHMENT: {"training": "12.5"}}),
        ([ATTACHMENT, PREGNANCY], {}, {}),
        ([ATTACHMENT, PREGNANCY], {PREGNANCY: "3"}, {PREGNANCY: {"training": "3"}}),
        ([], {}, {}),
        # More than there are can't be told apart, so none is believed.
        ([ATTACHMENT, PREGNANCY], {ATTACHMENT: "30", PREGNANCY: "30"}, {}),
    ],
    ids=["one area alone", "part of it", "not shared", "some of it", "no area", "too many"],
)
def test_hours_of_an_entry_among_its_areas(draft, applicant, keys, shared, expected):
    factories.training(applicant, area_keys=keys, area_hours=shared)
    found = by_area(draft)
    assert {area: {kind: Decimal(n) for kind, n in row.items()} for area, row in found.items()} == {
        area: {kind: Decimal(n) for kind, n in row.items()} for area, row in expected.items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "counted"),
    [
        ({"status": "confirmed"}, 30),
        ({"status": "overridden"}, 30),
        ({"status": "asked"}, 0),
        ({"status": "unasked"}, 0),
        ({"status": "disputed"}, 0),
        ({"status": "confirmed", "peer": True}, 0),
    ],
)
def test_supervision_that_does_not_count_has_no_hours_here(draft, applicant, facts, counted):
    factories.supervision(applicant, area_keys=[AWARENESS], **facts)
    portfolio = readiness(draft).portfolio
    assert area_hours(portfolio.areas, portfolio.shown).in_all == counted


@pytest.mark.django_db
def test_one_query_however_many(draft, applicant, django_assert_num_queries):
    for _n in range(3):
        factories.training(applicant, area_keys=[ATTACHMENT, PREGNANCY], area_hours={ATTACHMENT: "1"})
    with django_assert_num_queries(1):
        assert {area: len(row) for area, row in by_area(draft).items()} == {ATTACHMENT: 1}


# --- On the page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def path(draft):
    return f"/applications/{draft.pk}/coverage/"


@pytest.fixture
def shared(draft, applicant):
    factories.training(
        applicant, title="Holding on", area_keys=[ATTACHMENT, PREGNANCY], area_hours={ATTACHMENT: "12.5"}
    )
    factories.training(applicant, title="Counting", area_keys=[ELSEWHERE], clock_hours=Decimal(5), dei_hours=0)
    return factories.supervision(applicant, area_keys=[AWARENESS], total_hours=Decimal(30))


@pytest.mark.django_db
def test_the_list_and_the_grid_say_the_same_hours(path, shared, applicant, client_for):
    client = client_for(applicant)
    grid, listed = client.get(path), client.get(path, {"as": "list"})
    for answer in (grid, listed):
        rows = {row["area"].code: row["hours"] for block in answer.context["domains"] for row in block["areas"]}
        assert {code: said for code, said in rows.items() if said} == {ATTACHMENT: "12.5", AWARENESS: "30"}
        assert {block["domain"].key: block["hours"] for block in answer.context["domains"] if block["hours"]} == {
            "theoretical_foundations": "12.5",
            "reflection": "30",
        }
        told = answer.context["hours"]
        assert (told["in_all"], told["here"], told["elsewhere"], told["open"]) == (
            "75 hours", "42.5", "5 hours", "27.5 hours",
        )  # fmt: skip
        text = " ".join(answer.content.decode().split())
        assert (
            "Training and supervision that count: <b>75 hours</b>. Of these, <b>42.5</b> are with the areas below, "
            "each hour once. With areas of other categories: 5 hours. With no area yet: 27.5 hours."
        ) in text
    assert '<td class="hours">42.5</td>' in grid.content.decode()
    assert '<span class="muted nowrap">(12.5 hours)</span>' in listed.content.decode()


@pytest.mark.django_db
def test_hours_that_can_still_be_shared_lead_there(path, shared, applicant, coordinator, client_for):
    entry = applicant.training_evidence.get(title="Holding on")
    own, staff = client_for(applicant).get(path), client_for(coordinator).get(path)
    assert [(one.name, one.url, one.amount) for one in own.context["hours"]["entries"]] == [
        ("Holding on", f"/applications/evidence/training/{entry.pk}/hours/", "27.5 hours")
    ]
    assert own.context["hours"]["open"] == staff.context["hours"]["open"]
    assert staff.context["hours"]["entries"] == []


@pytest.mark.django_db
def test_without_any_hours_nothing_is_said(path, draft, applicant, client_for):
    factories.work(applicant)
    answer = client_for(applicant).get(path)
    assert answer.context["hours"] is None
    assert "each hour once" not in answer.content.decode()


@pytest.mark.django_db
def test_a_submission_keeps_the_hours_that_were_shared_then(ready_draft, applicant, coordinator, client_for):
    entry = applicant.training_evidence.first()
    entry.area_keys, entry.area_hours = [ATTACHMENT, PREGNANCY], {ATTACHMENT: "2", PREGNANCY: "1.5"}
    entry.save()
    advance(ready_draft, "submit", by=applicant)
    frozen = ready_draft.snapshots.get().data["evidence"]
    assert {kind: [row["area_hours"] for row in frozen[kind]] for kind in KINDS if KINDS[kind].hours_name} == {
        "training": [{ATTACHMENT: "2", PREGNANCY: "1.5"}],
        "supervision": [{}],
        "supervision_given": [],
    }
    applicant.training_evidence.update(area_hours={})
    answer = client_for(coordinator).get(f"/applications/{ready_draft.pk}/coverage/")
    rows = {row["area"].code: row["hours"] for block in answer.context["domains"] for row in block["areas"]}
    assert (rows[ATTACHMENT], rows[PREGNANCY]) == ("2", "1.5")
