"""Letters measured and drawn from the certificate's typeface: how wide a name runs, and words set around a ring."""

from functools import lru_cache
from math import cos, radians, sin
from typing import Any

from fontTools.misc.transform import Identity  # type: ignore[import-untyped]
from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from endorsement_portal.typeset import FONT_FOLDER

# A letter this typeface lacks is set in another one; a full em is the widest it can be expected to run.
MISSING_ADVANCE = 1.0


@lru_cache(maxsize=4)
def _face(cut: str) -> tuple[dict[int, str], Any, float]:
    """The letters of one cut of Source Serif: code point to glyph name, glyph set, and units in an em."""
    font = TTFont(FONT_FOLDER / f"SourceSerifPro-{cut}.otf", lazy=True)
    return font.getBestCmap(), font.getGlyphSet(), float(font["head"].unitsPerEm)


def width(text: str, *, cut: str = "Regular") -> float:
    """How far `text` runs, in ems, without kerning."""
    names, glyphs, em = _face(cut)
    return sum(glyphs[names[ord(letter)]].width / em if ord(letter) in names else MISSING_ADVANCE for letter in text)


def fitting_size(text: str, *, measure: float, height: float, largest: float, smallest: float) -> float:
    """The largest type size in points, in halves, at which `text` stands inside a box of measure × height.

    One line is wanted; where even a small line is too long, the text may break. The tenth taken off the measure
    of broken lines pays for their ragged ends.
    """
    ems = width(text)
    size = largest
    while size > smallest:
        lines = 1 if ems * size <= measure else int(ems * size / (measure * 0.9)) + 1
        # A long name on one smaller line looks better than two large ones, down to three eighths of the largest.
        if lines * size * 1.25 <= height and (lines == 1 or size <= largest * 3 / 8):
            break
        size -= 0.5
    return size


def ring(text: str, *, radius: float, arc: float, largest: float, cut: str = "Semibold") -> str:
    """SVG path data for `text` set clockwise around a circle at the origin, its middle at the top.

    `radius` is that of the baseline, `arc` the most degrees the words may take, `largest` the type size when they
    need less. Letters that the typeface lacks are left out: the words also stand in the seal's description.
    """
    names, glyphs, em = _face(cut)
    letters = [names[ord(letter)] for letter in text if ord(letter) in names]
    if not letters:
        return ""
    tracking = 0.11
    ems = sum(glyphs[name].width / em + tracking for name in letters) - tracking
    size = min(largest, radians(arc) * radius / ems)
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
    at = -ems * size / 2
    for name in letters:
        advance = glyphs[name].width / em * size
        angle = (at + advance / 2) / radius
        place = Identity.translate(radius * sin(angle), -radius * cos(angle)).rotate(angle)
        # The letter hangs on the ring by its middle; fonts count upwards, SVG downwards.
        place = place.translate(-advance / 2, 0).scale(size / em, -size / em)
        glyphs[name].draw(TransformPen(pen, place))
        at += advance + tracking * size
    return str(pen.getCommands())
