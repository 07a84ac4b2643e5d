"""YAML as plain data: what unfolds, nests, runs or hides is refused, with its place, and quickly."""

import time

import pytest

from competencies.plain_yaml import NotPlainError, read

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def problems(text: str) -> list[str]:
    with pytest.raises(NotPlainError) as caught:
        read(text)
    return caught.value.problems


def test_plain_data_comes_as_it_is():
    assert read("a: {b: [1, two, 2.5, true, null]}\n") == {"a": {"b": [1, "two", 2.5, True, None]}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, "line 1: anchors (&) and aliases (*) can’t be used here; write it out"),
        ("a: &x 1\nb: *x", "line 1: anchors (&) and aliases (*) can’t be used here; write it out"),
        ("a: !!python/object/apply:os.system [ls]", "line 1: tags (!) can’t be used here"),
        ("a: !!binary aGVsbG8=", "line 1: tags (!) can’t be used here"),
        ("[" * 5000, "line 1: lists and fields are nested too deeply"),
        ("{a: " * 5000, "line 1: lists and fields are nested too deeply"),
        ("[" + "1," * 60_000 + "]", "line 1: the file has more entries than a framework can have"),
        ("a: 1\nb: 2\na: 3", "line 3: “a” is there more than once"),
        ("a:\n  ? [x]\n  : 1", "line 2: a field’s name should be one word"),
        ("<<: {a: 1}", "line 1: a field’s name should be one word"),
        ("a: [1\nb: 2", "line 2: this is not valid YAML"),
        ("a: 1\n---\nb: 2", "line 2: this is not valid YAML"),
        ("a: {b: [1, .nan]}", "a.b[2]: is no number that can be used"),
        ("a: .inf", "a: is no number that can be used"),
        ("a: 1.0e+308", "a: is no number that can be used"),
        ("a: 12345678901234567890", "a: is no number that can be used"),
        ('a: "x\\0y"', "a: has signs that are no text"),
        ("a: 2025-01-01 10:00:00", "a: should be a day without a time"),
        ("1: x", "1: a field’s name should be text; put it in quotation marks"),
        (f"a: {'x' * 2001}", "a: longer than 2000 characters"),
    ],
)
def test_what_is_more_is_refused_with_its_place(text, said):
    started = time.monotonic()
    assert problems(text) == [said]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("text", [f"a: {'9' * 5000}", "a: 2025-02-30"])
def test_what_can_not_be_built_is_said(text):
    [said] = problems(text)
    assert said.startswith("file: a date or number can’t be read")


def test_all_values_are_named_at_once():
    assert problems('a: .nan\nb: ["\\0", ok]') == [
        "a: is no number that can be used",
        "b[1]: has signs that are no text",
    ]


def test_half_a_sign_is_refused():
    [said] = problems('a: "\\ud800"')
    assert said in {"line 1: this is not valid YAML", "a: has signs that are no text"}
