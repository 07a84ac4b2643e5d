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

# Texts are looked at with one blank between words, and every repetition below has an end: somebody could send a text
# that was made to keep a shape searching for hours.
UPPER, LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
NAME = rf"[{UPPER}](?:[{LOWER}’'-]|[{UPPER}](?=[{LOWER}])){{1,20}}"
# A name as it is written, or in capitals; but not whose something is.
SOMEBODY = rf"(?<![\w’'-])(?P<name>{NAME}|[{UPPER}]{{4,20}})(?![\w’'-])(?<![’'][sS])"
NUMBER = (
    r"(?:\d{1,2}(?: ?½| 1/2|\.5)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince)"
)
# A bare number is the age of a child, and no range, day or time.
BARE = r"(?:1[0-7]|\d)(?![\d/:%-]|[.,]\d| ?(?:[-–/]|to|through|and|or|a|y|o|hasta) ?\d)"
OLD = rf"(?i:{NUMBER}[ -]?(?:years?|yrs?|months?|mos?|weeks?|wks?|days?)\.?[ -]old|{NUMBER}[ -]?y/?o)\b"
# What follows where a time is meant and no age.
NO_AGE = r"(?! ?[-–]? ?(?:ago|later|after|before|into|of|in|with|at|as|long|each|de|más|mas|después|antes|atrás)\b)"
YEARS = (
    rf"(?i:(?:{NUMBER} ?(?:years|yrs|yr|months|mos|mo|weeks|wks|años|anos|añitos|meses|semanas)"
    rf"|(?:1|one|una?) ?(?:year|month|week|año|añito|mes|semana))\b){NO_AGE}"
)
# What may stand between a name and an age.
LINK = (
    r",?(?: (?i:who|that|is|was|turned|turns|now|just|only|almost|nearly|about|an?|then|aged?|que|de|con|tiene|tenía"
    r"|tenia|cumplió|cumplio|ya|casi|apenas|solo|edad)){0,4}:? \(?"
)
CHILD = r"(?i:baby|child|boy|girl|toddler|infant|newborn|son|daughter|twin|niñ[oa]|beb[eé]|hij[oa]|nen[ea])"
CALLED = r"(?i:named|called|llamad[oa]|de nombre|que se llama)"
STREET = r"(?:St|Street|Rd|Road|Ave|Avenue|Dr|Drive|Ln|Lane|Ct|Court|Blvd|Way|Circle|Cir|Place|Pl|Hwy|Trail)"
MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
MES = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)"
DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)?\d{{2}}|{MONTH} \d{{1,2}},? (?:19|20)\d{{2}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}} de {MES} del? (?:19|20)\d{{2}})"
)
# What begins a sentence or names no child, though it is capitalized: usual words, what work is called, measures, places.
_USUAL = """
    A About After Age Ages All Also An And As At Before Between Birth Both By Children Daily During Each Early Every Families
    Family Few For From Full Group Had Has He Her His I In Infants It Kids Last Later Mom Monthly Most My Next Of On One Or
    Our Over Parents Part Past Preschoolers She Since So Some Than The Their Then There These They This Those Through Time
    To Toddlers Toddler Total Two Under Until Up We Weekly When While With Within Year Years You
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Spring Summer Fall Winter
    Al Antes Años Bebés Cada Casi Con Cumplí De Del Desde Después Durante El Ella En Entre Era Eran Esta Este Familias Fue Grupo
    Grupos Hace Hasta Hay Jóvenes La Las Los Madres Mamás Más Mi Mis Niñas Niños Otros Padres Para Por Son Su Sus Tenemos Tengo
    Tenía Tiene Tienen Todos Trabajé Un Una Unos Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre
    Noviembre Diciembre
"""
_WORK = """
    Academy Agency Alliance Articles Assistant Books Bottle Boot Bowen Care Center Church Circle Class Classes Classroom
    Classrooms Clinic Clinician College Conference Conferences Consultant Coordinator Counselor Counties County Courses
    Court Credits Daycare Department Development Director District Doll Educator Elementary Experience Fellowship Fellow
    Foundation Friendly Goals Groups Head Health Hospital Hours Institute Intern Internship Items Kindergarten Love Manager
    Massage Mental Net Network Nurse Nursery Parenting Partnership Practicum Pre Preschool Program Programs Project
    Residency Room School Schools Security Seminar Seminars Series Services Sessions Sign Specialist Staff Start Steps Study
    Supervision Supervisor Talk Teacher Teachers Team Therapist Touchpoints Training Trainings Tribe University Visitor
    Visits Volunteer Webinar Webinars Work Workshop Workshops
    Asq-Se Bayley Brazelton Case-Law Cdsa Ecers Headstart Idea Ifsp Iters Ncimha Pitc Stem Tanf Teacch
"""
_PLACES = """
    Alamance Asheville Buncombe Burke Cabarrus Catawba Chapel Chatham Cumberland Davidson Durham Fayetteville Forsyth Gaston
    Greensboro Guilford Halifax Harnett Hill Iredell Johnston Mecklenburg Moore Onslow Orange Person Pitt Raleigh Randolph
    Robeson Rowan Union Vance Wake Wilmington
"""
NOT_A_NAME = frozenset(word.capitalize() for word in f"{_USUAL} {_WORK} {_PLACES}".split())
# Where a time, not an age, stands behind a name: who was somewhere, and where that is.
SOMEWHERE = re.compile(rf"(?:\b[Aa]t|\bNorth|\bSouth|(?:University|County|City) of) (?:{NAME} ){{0,3}}$")


@dataclass(frozen=True)
class Hint:
    """One place in a text: what it looks like, and the words themselves."""

    kind: str
    what: StrPromise
    words: str


@dataclass(frozen=True)
class Shape:
    """What gives somebody away: `what` in words for people. Where it is faint, the words around it count too."""

    kind: str
    what: StrPromise
    pattern: re.Pattern[str]
    is_faint: bool = False


AGE = ("age", _("a name with an age"))
# In the order in which it is asked about.
SHAPES = [
    Shape(
        "birth",
        _("a date of birth"),
        re.compile(
            rf"\b(?:born(?: on)?|birth ?date|date of birth|d\.?o\.?b\.?|nacid[oa](?: el)?|nació(?: el)?|fecha de nacimiento)"
            rf"[: ]{{1,3}}{DATE}",
            re.I,
        ),
    ),
    Shape(*AGE, re.compile(rf"{SOMEBODY}{LINK}{OLD}")),
    Shape(*AGE, re.compile(rf"{SOMEBODY}{LINK}{YEARS}"), is_faint=True),
    Shape(*AGE, re.compile(rf"{SOMEBODY},? \(?(?:(?i:who|is|was|now) ){{0,2}}(?i:aged?|edad):? {BARE}")),
    Shape(
        *AGE,
        re.compile(
            rf"{SOMEBODY},?(?: (?i:who|que))? (?i:is|was|turned|turns|cumplió|tiene)(?: (?i:now|just|only|almost|ya|casi)){{0,2}}"
            rf" {BARE}(?=[.;!?)]|, |$| (?:and|but|now|when|y|pero)\b)"
        ),
    ),
    Shape(*AGE, re.compile(rf"{SOMEBODY}(?: \({BARE}\)|, {BARE},(?= [{LOWER}]))"), is_faint=True),
    Shape(
        *AGE,
        re.compile(rf"\b{OLD},?(?: (?:{CHILD}|{CALLED}|(?i:client))){{0,3}},? {SOMEBODY}"),
    ),
    Shape(*AGE, re.compile(rf"\b{CHILD}(?: de {YEARS})?,? {CALLED} {SOMEBODY}")),
    Shape(
        *AGE,
        re.compile(rf"\b(?:baby|newborn|toddler|infant|son|daughter|[Nn]iñ[oa]|beb[eé]|hij[oa]|nen[ea]) {SOMEBODY}"),
    ),
    Shape(*AGE, re.compile(rf"\bBaby {SOMEBODY}(?! {NAME})")),
    Shape(
        "case",
        _("a case number"),
        re.compile(
            r"\b(?:case|client|chart|file|record|medicaid|mrn|ssn|id|cnds|caso|expediente)"
            r"(?: ?(?:no\.?|number|núm\.?|número|id|#|:)){0,3} ?(?=[\w-]{0,20}\d{4})[A-Z]{0,3}-?\d[\d-]{3,20}",
            re.I,
        ),
    ),
    Shape("case", _("a social security number"), re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    Shape("address", _("a home address"), re.compile(rf"\b\d{{1,5}} (?:{NAME} ){{1,3}}{STREET}\b\.?")),
    Shape("phone", _("a phone number"), re.compile(r"(?<![\d-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\d-])")),
    Shape("email", _("an email address"), re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,24}){1,4}")),
]


def identifying(text: str) -> list[Hint]:
    """Places where somebody could be recognized, at most five, in the order of the text. An empty list is all clear."""
    looked_at = " ".join(text[: MOST * 5].split())[:MOST]
    found: dict[tuple[int, int], Hint] = {}
    for shape in SHAPES:
        count = 0
        for match in shape.pattern.finditer(looked_at):
            if shape.kind == "age" and _names_no_child(match, shape):
                continue
            if any(start < match.end() and match.start() < end for start, end in found):
                continue
            found[match.span()] = Hint(shape.kind, shape.what, match.group())
            count += 1
            if count == MOST_HINTS:
                break
    return [found[span] for span in sorted(found)][:MOST_HINTS]


def _names_no_child(match: re.Match[str], shape: Shape) -> bool:
    """Whether what looks like a name is none, or a time stands behind the name of a place."""
    name = match["name"]
    if name.rstrip("-’'").capitalize() in NOT_A_NAME:
        return True
    if not shape.is_faint:
        return False
    # Behind a word in capitals a time alone says little.
    if name.isupper() and match.string[match.end("name")] == " " and match.string[match.end("name") + 1].isdigit():
        return True
    before = match.string[max(0, match.start() - 90) : match.start()]
    return SOMEWHERE.search(before) is not None
