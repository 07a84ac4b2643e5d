"""A gentle question where a narrative could give a child or family away, and silence where it does not."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.care import MOST, SHAPES, identifying


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
        ("Client  No.\t: 20231", "case", "Client No. : 20231"),
        ("SSN 123-45-6789", "case", "SSN 123-45-6789"),
        ("They live at 12 Old Mill Rd in town.", "address", "12 Old Mill Rd"),
        ("Call (919) 555-0142 after five.", "phone", "(919) 555-0142"),
        ("Write to mom.of.two@example.org please.", "email", "mom.of.two@example.org"),
        ("Fecha de nacimiento: 14/03/2022", "birth", "Fecha de nacimiento: 14/03/2022"),
        ("Nacida el 3 de marzo de 2022 en casa.", "birth", "Nacida el 3 de marzo de 2022"),
    ],
)
def test_what_gives_somebody_away_is_asked_about(text, kind, words):
    assert [(hint.kind, hint.words) for hint in identifying(text)] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "I worked with Maria, age 3, and her mother.",
        "I worked with Maria aged 3.",
        "I worked with Maria (age 3) and her mother.",
        "Maria, a 3-year-old, came with her mother.",
        "Maria is a 3 year old with two brothers.",
        "Maria (3) came with her mother.",
        "Maria, 3, loves to paint.",
        "Maria is 3.",
        "Maria turned 3 and went to preschool.",
        "Maria was 3 when we met.",
        "Maria, who is now 3 years old, speaks.",
        "Maria, three years old, speaks.",
        "Maria, 3 y/o, speaks.",
        "Maria, 3yo, speaks.",
        "Maria, 18 mos., walks.",
        "Maria, 5 days old, slept.",
        "Maria Lopez (2½ years) speaks.",
        "Maria is almost 2 years old.",
        "Maria is 3 years and 2 months old.",
        "JAYLEN, 3 years, does not speak.",
        "JAYLEN (3) does not speak.",
        "JAYLEN IS 3 YEARS OLD.",
        "DeShawn, 4 years, does not speak.",
        "I saw progress in Maria, a 3-year-old.",
        "a three-year-old, Maria, spoke",
        "two-year-old JAYLEN",
        "baby Jaylen slept",
        "Baby Jaylen slept.",
        "her son Marcus hid",
        "a toddler named D’Andre",
        "María de 3 años habla poco.",
        "María, de 3 años, habla poco.",
        "María (3 años) habla poco.",
        "María tiene 3 años.",
        "María tenía 18 meses.",
        "María cumplió tres años en mayo.",
        "María, con 2 años, ya lee.",
        "María, edad 3, habla poco.",
        "Trabajé con un niño de 3 años llamado José.",
        "La niña Lucía duerme.",
        "un bebé llamado Iker",
        "su hijo Mateo llora",
    ],
)
def test_names_with_ages_in_the_forms_that_people_write(text):
    assert [hint.kind for hint in identifying(text)] == ["age"]


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
        "Early Head Start (3 years), then Smart Start, 2 years.",
        "Home Visitor (5 years) and Lead Teacher, 4 years.",
        "I was at Little River, 3 years, as a lead teacher.",
        "North Carolina, 3 years.",
        "Trainings (3), Workshops (2), Webinars (11).",
        "Durham (3), Wake (2), Orange (4).",
        "ITERS (3), ECERS (2) and the IFSP, 6 months later.",
        "Preschoolers, ages 3 to 5, and toddlers, ages 1–3.",
        "By age 3 most children speak. Under age 3 we visit at home.",
        "Duke’s 3-year grant; a 2-year residency; the 5-year plan.",
        "Circle of Security (8 weeks) and Incredible Years, 12 weeks.",
        "I met Maria two years ago and Ana 3 months later.",
        "A child called upon in the report; a girl named in it.",
        "Baby Boot Camp, Baby Steps, infant massage, Infant Mental Health, Toddler Room.",
        "a classroom of 3-year-olds; the 4-year-old Pre-K class; 2-year-old Head Start children",
        "Tuesday is 3 hours long. Section 2 is 3 pages.",
        "March, 3, and May 5, 2024",
        "Winnicott (1965), Brown (15-17), Fraiberg et al.",
        "I supervised 3 interns. Total: 3 years. Full Time, 2 years.",
        "Durante 3 años trabajé con familias. Hace 2 años empecé. Tengo 3 años de experiencia.",
        "Niños de 3 años y bebés de 0 a 12 meses.",
        "Familias con niños de 0 a 3 años, en grupos de 3 meses.",
        "Desde 2019. En enero, 3 meses. Después 2 años más.",
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


# --- How long it takes ---------------------------------------------------------------------------------------------

PIECES = [
    "9", "A", "Aa", "AA", "Aa ", "a ", "1 Aa ", "12 Aa Aa Aa ", "a@", "a@a.", "a@a.aa", "a.", "(", "-", ":", "#", " ", "\n", "½", "’",
    "id", "id ", "id: ", "id-", "id#", "id 1", "id 1-", "no.", "case ", "case no. ", "MRN A-", "1-", "123-", "123 ", "(123) ", "123-45-",
    "born on ", "dob: ", "D.O.B. ", "date of birth: ", "1/1/", "Jan ", "May 1, ", "nacido el ", "3 de ", "Jan" + "a" * 9,
    "3 years ", "3 years old ", "3-year-old ", "three ", "Aa, ", "Aa is ", "Aa, who is now ", "AAAA is ", "Aa (", "Aa de ", "Aa 3 ",
    "Aa, 3 ", "Aa age ", "Aa’s ", "Aa-Aa", "aAaA", "baby ", "Baby Aa ", "child named ", "niño de 3 años ", "hijo llamado ", "at Aa ",
]  # fmt: skip


def seconds(text: str) -> float:
    started = time.process_time()
    identifying(text)
    return time.process_time() - started


@pytest.mark.parametrize("length", [3_000, 100_000])
@pytest.mark.parametrize("piece", PIECES)
def test_no_text_takes_long(piece, length):
    text = (piece * length)[:length]
    assert max(seconds(text), seconds(text + "x"), seconds("id" + text)) < 0.5


@pytest.mark.parametrize("blanks", [1600, 2999, 99_990])
@pytest.mark.parametrize("start", ["id", "case no.", "Mia,", "Mia is", "born on", "3 years", "12 Old", "baby", "(919)"])
def test_many_blanks_take_no_long_time(start, blanks):
    assert max(seconds(start + blank * blanks + "x") for blank in (" ", "\t", "\n", "\xa0")) < 0.5


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4))
def test_no_mixture_takes_long(pieces):
    assert seconds("".join(pieces) * 3_000) < 0.5


def test_nothing_in_a_shape_repeats_without_end():
    for shape in SHAPES:
        bare = re.sub(r"\[[^\]]*\]|\\.", "x", shape.pattern.pattern)
        assert re.findall(r"[*+]|\{\d+,\}", bare) == [], shape.pattern.pattern


def test_texts_are_looked_at_from_the_front():
    assert identifying("x " * (MOST // 2) + "Mia, 3 years old.") == []
