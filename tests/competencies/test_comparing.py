"""Two editions line by line: each kind of difference, and none."""

import pytest

from competencies.comparing import Line, compare
from competencies.models import Figure
from competencies.views.editions import _contents
from tests.competencies.newer import newer


def between(first, second):
    found = _contents([first, second])
    return compare(found[first.pk], found[second.pk])


def lines(comparison) -> dict[str, list[Line]]:
    return {group.key: group.lines for group in comparison.groups}


def test_no_difference(edition):
    found = between(edition, newer())
    assert (found.is_same, found.groups, found.added, found.removed, found.changed) == (True, [], 0, 0, 0)
    # Five of the edition itself, 3 tracks, 14 categories, 1 add-on, 236 figures, 11 domains, their areas and the rating items.
    titles = edition.domains.count() + edition.areas.count() + edition.rating_items.count()
    assert found.unchanged == 5 + 3 + 14 + 1 + 236 + titles


def test_figures_in_their_words(edition):
    def change(found):
        found["figures"]["MHM-C"]["training.total"]["v"] = 50
        found["figures"]["FS"]["surprise"] = {"v": 3, "st": "c"}
        del found["figures"]["exam"]["delivery"]
        found["figures"]["common"]["rsc.modes"]["v"] = ["individual"]

    found = between(edition, newer(change))
    assert lines(found) == {
        "figures-common": [
            Line("changed", "Reflective supervision: forms that count", "individual; group", "individual")
        ],
        "figures-FS": [Line("added", "surprise", "", "3")],
        "figures-MHM-C": [Line("changed", "Training in total", "48 hours", "50 hours")],
        "figures-exam": [Line("removed", "How it is given", "online, by the Alliance", "")],
    }
    assert (found.added, found.removed, found.changed) == (1, 1, 2)
    assert [group.title for group in found.groups][1] == "Family Specialist"


def test_confirming_a_figure_is_a_difference_since_it_may_block(edition):
    other = newer()
    Figure.objects.filter(edition=other, section="FA", path="training.total").update(status="confirmed")
    assert lines(between(edition, other)) == {
        "figures-FA": [Line("changed", "Training in total", "33 hours (to be confirmed)", "33 hours")]
    }


def test_categories_domains_and_areas(edition):
    def change(found):
        found["categories"][0]["title"] = "Infant Family Partner"
        found["categories"] = [row for row in found["categories"] if row["code"] != "IFRS"]
        found["domains"][0]["areas"][1]["profiles"].remove("FA")
        found["domains"][0]["areas"].append({"key": "online", "title": "Working online", "profiles": ["FS"], "st": "c"})
        found["effective_to"] = found["effective_from"].replace(year=2030)

    found = lines(between(edition, newer(change)))
    assert found["edition"] == [Line("changed", "In force until", "no end", "Jan. 1, 2030")]
    assert found["categories"] == [
        Line("changed", "IFA", "Infant Family Associate", "Infant Family Partner", "title"),
        Line("removed", "IFRS", "Infant Family Reflective Supervisor", ""),
    ]
    changed, added = found["areas"]
    assert (changed.before, changed.after, changed.part) == (
        "with Family Associate",
        "without Family Associate",
        "asked of",
    )
    assert added == Line("added", "Theoretical Foundations – Working online", "", "Family Specialist")


def test_the_same_change_of_many_is_one_line_and_counts_for_each(edition):
    def change(found):
        for row in found["categories"]:
            row["accepts_new"] = False

    found = between(edition, newer(change))
    [line] = lines(found)["categories"]
    assert (line.before, line.after, line.part, len(line.names), found.changed) == (
        "yes",
        "no longer",
        "new applicants",
        12,
        12,
    )
    assert line.names[0] == "IFA"


@pytest.mark.parametrize("turned", [False, True])
def test_the_other_way_round_is_the_opposite(edition, turned):
    other = newer(lambda found: found["figures"]["FS"].update(surprise={"v": 3, "st": "c"}))
    found = between(other, edition) if turned else between(edition, other)
    assert (found.added, found.removed) == ((0, 1) if turned else (1, 0))
