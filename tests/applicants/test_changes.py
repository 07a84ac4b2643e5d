"""What changed between two submissions, from their data alone."""

from copy import deepcopy

import pytest

from applicants.changes import MOST_STEPS, PRIVATE, Piece, changes, counted, word_by_word
from applicants.models import KINDS

WORK = {
    "id": 1,
    "headline": "Home visitor, Little Steps",
    "measure": "38 hours a week",
    "employer": "Little Steps",
    "job_title": "Home visitor",
    "start_date": "2020-01-01",
    "end_date": None,
    "hours_per_week": "38.0",
    "paid": True,
    "focus": "prevention",
    "focus_label": "Prevention",
    "meets_tests": ["child_in_age_range"],
    "county_id": "37063",
    "county_name": "Durham",
    "duties": "I visit families of babies at home, every week, and we wonder together about what the baby tells us.",
    "supervisor_name": "Sam",
    "area_keys": ["reflection.self_awareness"],
    "area_hours": {},
    "document_id": 5,
    "document_name": "letter.pdf",
}
DATA = {
    "application": {"code": "A-00001", "category": "IFS", "category_title": "Specialist", "edition": "1.0"},
    "areas": {"reflection.self_awareness": "Self-awareness", "a.b": "Attachment"},
    "profile": {
        "legal_name": "Ana Applicant",
        "phone": "919",
        "county_id": "37063",
        "county_name": "Durham",
        "practice_languages": ["English"],
        "member_until": "2027-01-01",
    },
    "evidence": {
        **{kind: [] for kind in KINDS},
        "work": [WORK],
        "education": [{"id": 3, "headline": "Bachelor"}, {"id": 4, "headline": "Master"}],
        "course": [{"id": 2, "headline": "Infants", "measure": "3 credits", "title": "Infants", "education_id": 3}],
        "supervision": [
            {
                "id": 6,
                "headline": "With Priya",
                "provider_id": None,
                "provider_name": "Priya",
                "status": "asked",
                "status_label": "Waiting",
                "standings": [],
            }
        ],
    },
    "signatures": [{"kind": "ethics", "kind_label": "Code of Ethics", "signed_at": "2026-01-02T15:00:00Z"}],
    "references": [
        {"id": 9, "role": "colleague", "role_label": "Colleague", "status": "sent", "status_label": "Sent",
         "completed_at": None}
    ],
}  # fmt: skip


def after(part: str, place: int | None = None, **new) -> dict:
    """The same submission with some fields of one row otherwise."""
    data = deepcopy(DATA)
    rows = data["evidence"].get(part) if part in KINDS else data[part]
    (rows if place is None else rows[place]).update(new)
    return data


@pytest.mark.parametrize(
    ("part", "place", "new", "section", "said"),
    [
        ("work", 0, {"employer": "Big Steps"}, "work", [("Employer or organization", "Little Steps", "Big Steps")]),
        ("work", 0, {"end_date": "2024-06-30"}, "work", [("End date", "", "June 30, 2024")]),
        ("work", 0, {"hours_per_week": "20.5"}, "work", [("Hours a week", "38", "20.5")]),
        ("work", 0, {"paid": False}, "work", [("This was paid work", "Yes", "No")]),
        (
            "work",
            0,
            {"focus": "policy", "focus_label": "Policy"},
            "work",
            [("What it was mainly", "Prevention", "Policy")],
        ),
        ("work", 0, {"county_id": "1", "county_name": "Wake"}, "work", [("County", "Durham", "Wake")]),
        ("work", 0, {"document_id": 7}, "work", [("Certificate", "letter.pdf", "letter.pdf")]),
        ("work", 0, {"document_id": None, "document_name": ""}, "work", [("Certificate", "letter.pdf", "")]),
        (
            "work",
            0,
            {"area_keys": ["reflection.self_awareness", "a.b"]},
            "work",
            [("Areas it shows", "Self-awareness", "Attachment\nSelf-awareness")],
        ),
        ("work", 0, {"area_hours": {"a.b": "2.5"}}, "work", [("Hours by area", "", "Attachment: 2.5")]),
        ("work", 0, {"headline": "Otherwise"}, "work", [("Title", "Home visitor, Little Steps", "Otherwise")]),
        ("course", 0, {"education_id": 4}, "course", [("Part of", "Bachelor", "Master")]),
        (
            "supervision",
            0,
            {"status": "confirmed", "status_label": "Confirmed", "provider_id": 3},
            "supervision",
            [("Provider in the directory", "", "Priya"), ("Status", "Waiting", "Confirmed")],
        ),
        (
            "supervision",
            0,
            {"standings": [{"qualification": "MHM-C", "starts_on": "2015-01-01", "ends_on": None}]},
            "supervision",
            [("The provider’s qualification, by the record", "", "MHM-C 2015-01-01 –")],
        ),
        ("profile", None, {"legal_name": "Ana Li"}, "profile", [("Legal name", "Ana Applicant", "Ana Li")]),
        (
            "profile",
            None,
            {"practice_languages": ["English", "Spanish"]},
            "profile",
            [("Languages you work in", "English", "English, Spanish")],
        ),
        ("application", None, {"edition": "2.0"}, "application", [("Edition of the framework", "1.0", "2.0")]),
        (
            "signatures",
            0,
            {"signed_at": "2026-05-02T15:00:00Z"},
            "sign",
            [("Signed", "Jan. 2, 2026, 10 a.m.", "May 2, 2026, 11 a.m.")],
        ),
        (
            "references",
            0,
            {"status": "completed", "status_label": "Complete"},
            "references",
            [("Status", "Sent", "Complete")],
        ),
    ],
)
def test_a_changed_field_is_named_in_words(part, place, new, section, said):
    [found] = changes(DATA, after(part, place, **new))
    [entry] = found.entries
    assert (found.name, entry.kind) == (section, "changed")
    assert sorted((one.label, one.before, one.after) for one in entry.fields) == said


@pytest.mark.parametrize(
    ("part", "place", "new"),
    [
        ("work", 0, {"hours_per_week": "38.00"}),
        ("work", 0, {"hours_per_week": 38}),
        ("work", 0, {"meets_tests": ["child_in_age_range"]}),
        ("supervision", 0, {"standings": None}),
        ("course", 0, {"measure": "3 credits"}),
        ("profile", None, {"new_field": "only the newer submission has it"}),
        ("application", None, {"code": "A-00002"}),
    ],
)
def test_what_says_the_same_is_no_change(part, place, new):
    assert changes(DATA, after(part, place, **new)) == []


def test_order_of_areas_says_nothing():
    two = after("work", 0, area_keys=["a.b", "c.d"])
    other = after("work", 0, area_keys=["c.d", "a.b"])
    assert changes(two, other) == []


def test_added_and_taken_out():
    new = deepcopy(DATA)
    new["evidence"]["work"] = [WORK | {"id": 8, "headline": "Coach", "measure": "40 hours a week"}]
    [section] = changes(DATA, new)
    assert [(one.kind, one.title, one.measure) for one in section.entries] == [
        ("added", "Coach", "40 hours a week"),
        ("removed", "Home visitor, Little Steps", "38 hours a week"),
    ]
    assert counted([section]) == {"added": 1, "removed": 1, "changed": 0}


def test_sections_come_in_their_order():
    new = deepcopy(DATA)
    new["references"] = []
    new["evidence"]["education"] = []
    new["evidence"]["work"] = []
    new["signatures"] = []
    new["profile"]["legal_name"] = "X"
    new["application"]["edition"] = "2"
    names = [one.name for one in changes(DATA, new)]
    assert names == ["application", "profile", "work", "education", "references", "sign"]


@pytest.mark.parametrize("name", ["phone", "county_id"])
def test_what_is_private_is_named_without_its_words(name):
    new = after("profile", None, **{name: "zq", "county_name": "Wake"} if name == "county_id" else {name: "zq"})
    [field] = changes(DATA, new, whole=False)[0].entries[0].fields
    assert (field.name, field.withheld, "zq" in f"{field.before}{field.after}") == (name, name in PRIVATE, False)
    assert (field.after == "Wake") is (name == "county_id")


def test_older_submissions_have_less_and_that_is_no_change():
    older = {
        "profile": DATA["profile"],
        "evidence": {"work": [{"headline": WORK["headline"], "employer": "Little Steps"}]},
    }
    assert changes(older, DATA) == []
    assert changes({}, DATA) == []
    [section] = changes(older, after("work", 0, employer="Big Steps"))
    assert [(one.kind, one.fields[0].after) for one in section.entries] == [("changed", "Big Steps")]


def test_a_long_text_word_by_word():
    text = WORK["duties"] + " And I write about it."
    new = after("work", 0, duties=text.replace("every week", "twice a month"))
    [field] = changes(DATA, new)[0].entries[0].fields
    assert field.is_long
    assert [one for one in field.pieces if one.kind] == [
        Piece("removed", " every week,"),
        Piece("added", " twice a month,"),
        Piece("added", " And I write about it."),
    ]
    assert "".join(one.text for one in field.pieces if one.kind != "added") == WORK["duties"]
    assert "".join(one.text for one in field.pieces if one.kind != "removed") == field.after


def test_enormous_texts_are_compared_as_a_whole():
    words = int(MOST_STEPS**0.5) + 1
    assert [one.kind for one in word_by_word("a " * words, "b " * words)] == ["removed", "added"]


def test_short_texts_stand_beside_each_other():
    [field] = changes(DATA, after("work", 0, employer="Big Steps"))[0].entries[0].fields
    assert not field.is_long
