"""The framework as a document: what is read, and what is said about a bad one."""

from copy import deepcopy
from datetime import date

import pytest
import yaml

from competencies.documents import FrameworkError, parse
from competencies.loading import BUILT_IN


@pytest.fixture
def document() -> dict:
    return yaml.safe_load(BUILT_IN.read_text(encoding="utf-8"))


def problems(document: dict) -> list[str]:
    with pytest.raises(FrameworkError) as caught:
        parse(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    return caught.value.problems


def test_the_shipped_framework_is_sound():
    framework = parse(BUILT_IN.read_text(encoding="utf-8"))
    assert (framework.key, framework.version, framework.licensee) == ("alliance-iecmh", "2025.1-draft", "NCIMHA")
    assert (framework.effective_from, framework.effective_to) == (date(2025, 1, 1), None)
    assert len(framework.figures) == 236


def test_not_yaml_names_the_line():
    with pytest.raises(FrameworkError) as caught:
        parse("key: one\nversion: [")
    assert caught.value.problems == ["line 2: this is not valid YAML"]


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words"])
def test_not_a_framework(text):
    with pytest.raises(FrameworkError) as caught:
        parse(text)
    assert caught.value.problems == ["file: should be a set of named fields"]


def test_every_problem_is_named_at_once(document):
    document["version"] = 3
    document["effective_to"] = date(2024, 1, 1)
    document["categories"][0]["track"] = "IMH-X"
    document["categories"][1]["scope"] = "research"
    document["figures"]["FA"]["training.total"]["st"] = "maybe"
    document["figures"]["FS"]["work.years"] = {"st": "c"}
    document["figures"]["FS"]["rsc.hours"] = {"v": None, "st": "c"}
    document["figures"]["FS"]["exam"] = {"v": {"nested": True}, "st": "c"}
    document["domains"][0]["evidence"] = ["hearsay"]
    document["domains"][0]["areas"][0]["profiles"] = ["XX"]
    assert problems(document) == [
        "file: “version” is missing or is not text",
        "figures.FA.training.total: “st” should be c, i or u, not 'maybe'",
        "figures.FS.work.years: “v” is missing; write null where the figure is not known",
        "figures.FS.rsc.hours: a figure without a value can’t be confirmed",
        "figures.FS.exam: should be one value or a list",
        "domains.theoretical_foundations: “hearsay” is not a kind of evidence",
        "file: “effective_to” lies before “effective_from”",
        "categories.IFA: there is no track “IMH-X”",
        "categories.ECFA: “research” is not a scope of practice",
        "domains.theoretical_foundations.pregnancy: there is no profile “XX”",
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("FA/training.total", ["figures.FA: “training.total” is missing"]),
        ("MHM-C/exam", ["figures.MHM-C: “exam” is missing"]),
        ("common/references.count", ["figures.common: “references.count” is missing"]),
    ],
)
def test_what_the_portal_computes_with_must_be_there(document, path, said):
    section, name = path.split("/")
    del document["figures"][section][name]
    assert problems(document) == said


def test_nothing_is_there_twice(document):
    document["categories"].append(deepcopy(document["categories"][0]))
    document["domains"].append(deepcopy(document["domains"][1]))
    assert problems(document) == [
        "categories: “IFA” is there more than once",
        "domains: “law_regulation_policy” is there more than once",
    ]


@pytest.mark.parametrize("name", ["categories", "tracks", "domains", "figures"])
def test_a_missing_part_is_said_and_nothing_breaks(document, name):
    del document[name]
    assert any(problem.startswith(f"{name}: should be") for problem in problems(document))


@pytest.mark.parametrize("months", [3, [1], ["a", "b"]])
def test_ages_are_two_numbers(document, months):
    document["tracks"][0]["age_months"] = months
    assert problems(document) == ["tracks.IMH-E: “age_months” should be two numbers"]


def test_titles_and_figures_only():
    """Licensed wording would come as sentences: no title here is longer than a short heading."""
    framework = parse(BUILT_IN.read_text(encoding="utf-8"))
    titles = [area.title for domain in framework.domains for area in domain.areas]
    titles += [domain.title for domain in framework.domains]
    titles += [entry.fields["title"] for entry in (*framework.tracks, *framework.categories, *framework.addons)]
    assert [title for title in titles if len(title.split()) > 8 or title.endswith(".")] == []
