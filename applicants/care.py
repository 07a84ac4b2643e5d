"""Care for the children and families in a narrative: does it look as if one of them could be recognized?

Pure, and only ever run in the portal itself: no text leaves it. It looks for shapes that give somebody away, not for
meaning, so it asks and never refuses. Better to ask once too often than to miss a child's name beside an age.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# Long texts are looked at from the front; nobody's narrative is longer.
MOST = 20_000
MOST_HINTS = 5
NAME = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’'-]{1,20}"
AGE = r"\d{1,2}(?:½|\.5)?[\s-]*(?:years?|yrs?|y/?o|months?|mos?|weeks?)(?:[\s-]*old)?"
STREET = r"(?:St|Street|Rd|Road|Ave|Avenue|Dr|Drive|Ln|Lane|Ct|Court|Blvd|Way|Circle|Cir|Place|Pl|Hwy|Trail)"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DATE = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)?\d{{2}}|{MONTH}\s+\d{{1,2}},?\s+(?:19|20)\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}})"
# Words that begin a sentence or name no child, though they are capitalized.
NOT_A_NAME = frozenset(
    [
        "A",
        "All",
        "An",
        "And",
        "As",
        "At",
        "Before",
        "By",
        "Children",
        "During",
        "Each",
        "Early",
        "Every",
        "Families",
        "Family",
        "For",
        "From",
        "Group",
        "Had",
        "Has",
        "He",
        "Her",
        "His",
        "I",
        "In",
        "Infants",
        "It",
        "Later",
        "Mom",
        "Most",
        "My",
        "Of",
        "On",
        "One",
        "Our",
        "Parents",
        "She",
        "Since",
        "So",
        "Some",
        "The",
        "Their",
        "Then",
        "There",
        "These",
        "They",
        "This",
        "Those",
        "To",
        "Two",
        "Under",
        "Until",
        "We",
        "When",
        "While",
        "With",
        "Within",
        "Years",
        "You",
    ]
)


@dataclass(frozen=True)
class Hint:
    """One place in a text: what it looks like, and the words themselves."""

    kind: str
    what: StrPromise
    words: str


# What it looks like, in the order in which it is asked about: (kind, words for people, the shape).
SHAPES: list[tuple[str, StrPromise, re.Pattern[str]]] = [
    (
        "birth",
        _("a date of birth"),
        re.compile(rf"\b(?:born(?: on)?|birth ?date|date of birth|d\.?o\.?b\.?)[:\s]{{1,3}}{DATE}", re.I),
    ),
    ("age", _("a name with an age"), re.compile(rf"\b(?P<name>{NAME}),?\s+(?:\(|is\s+|was\s+|aged?\s+)?{AGE}\b")),
    (
        "age",
        _("a name with an age"),
        re.compile(rf"\b{AGE}\s+(?:boy |girl |child |named |called ){{0,2}}(?P<name>{NAME})"),
    ),
    (
        "age",
        _("a name with an age"),
        re.compile(
            rf"\b(?:baby|child|boy|girl|toddler|infant|son|daughter)\s+(?:named|called)\s+(?P<name>{NAME})", re.I
        ),
    ),
    (
        "case",
        _("a case number"),
        re.compile(
            r"\b(?:case|client|chart|file|record|medicaid|mrn|ssn|id|cnds)\s*(?:no\.?|number|id|#|:)*\s*[:#]?\s*(?=[\w-]*\d{4})[A-Z]{0,3}-?\d[\d-]{3,}",
            re.I,
        ),
    ),
    ("case", _("a social security number"), re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("address", _("a home address"), re.compile(rf"\b\d{{1,5}}\s+(?:{NAME}\s+){{1,3}}{STREET}\b\.?")),
    ("phone", _("a phone number"), re.compile(r"(?<![\d-])\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}(?![\d-])")),
    ("email", _("an email address"), re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,24})+")),
]


def identifying(text: str) -> list[Hint]:
    """Places where somebody could be recognized, at most five, in the order of the text. An empty list is all clear."""
    looked_at = text[:MOST]
    found: dict[tuple[int, int], Hint] = {}
    for kind, what, shape in SHAPES:
        for match in shape.finditer(looked_at):
            if match.groupdict().get("name", "").capitalize() in NOT_A_NAME:
                continue
            if any(start < match.end() and match.start() < end for start, end in found):
                continue
            found[match.span()] = Hint(kind, what, " ".join(match.group().split()))
    return [found[span] for span in sorted(found)][:MOST_HINTS]
