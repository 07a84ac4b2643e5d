"""A gentle question where a narrative could give a child or family away, and silence where it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.care import MOST, identifying


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("I met Mia, 3 years old, each week.", "age", "Mia, 3 years old"),
        ("I met Mia (18 months) each week.", "age", "Mia (18 months"),
        ("José is 2 yrs old and shy.", "age", "José is 2 yrs old"),
        ("A 4-year-old girl named Aaliyah came.", "age", "4-year-old girl named Aaliyah"),
        ("The baby called Theo slept.", "age", "baby called Theo"),
        ("Born on 03/14/2023, she was small.", "birth", "Born on 03/14/2023"),
        ("DOB: 2023-03-14", "birth", "DOB: 2023-03-14"),
        ("date of birth March 3, 2022", "birth", "date of birth March 3, 2022"),
        ("See case #448-2201 for more.", "case", "case #448-2201"),
        ("Medicaid ID: 900123456K", "case", "Medicaid ID: 900123456"),
        ("SSN 123-45-6789", "case", "SSN 123-45-6789"),
        ("They live at 12 Old Mill Rd in town.", "address", "12 Old Mill Rd"),
        ("Call (919) 555-0142 after five.", "phone", "(919) 555-0142"),
        ("Write to mom.of.two@example.org please.", "email", "mom.of.two@example.org"),
    ],
)
def test_what_gives_somebody_away_is_asked_about(text, kind, words):
    assert [(hint.kind, hint.words) for hint in identifying(text)] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I visit families of infants and toddlers, from birth to 36 months, every week.",
        "Since 2019 I have worked with 24 families in 3 counties.",
        "Children 3 to 5 years old and their parents.",
        "Our group met for 2 years on Tuesdays, 10:30-12:00.",
        "In 2023 I finished 12 hours on the Brazelton approach.",
        "Every 6 months we look back together.",
        "Families 2 years into the program lead a circle.",
        "I coached 14 teachers in Durham County in May 2024.",
    ],
)
def test_ordinary_narratives_are_left_in_peace(text):
    assert identifying(text) == []


def test_several_places_come_in_the_order_of_the_text_five_at_most():
    text = "Mia, 3 years old. " * 9
    assert [hint.words for hint in identifying(text)] == ["Mia, 3 years old"] * 5
    both = identifying("Call 919-555-0142. Mia, 3 years old.")
    assert [hint.kind for hint in both] == ["phone", "age"]


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(text):
    for hint in identifying(text):
        assert hint.words


@pytest.mark.parametrize("piece", ["9", "A", "Aa ", "1 Aa ", "case ", "a@", "born on ", "12 Aa Aa Aa ", "(", "-"])
def test_long_texts_take_no_long_time(piece):
    import time

    started = time.process_time()
    identifying(piece * (MOST * 5 // len(piece)))
    assert time.process_time() - started < 2
