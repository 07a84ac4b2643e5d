"""The engraved plate below every certificate's words: paper, border and seal, drawn once and pressed many times.

Drawing these few thousand curves costs ten times as much as setting the words, and they are the same for every
certificate of an association. So they are drawn once in a process and laid below each page as one object.
"""

import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import pydyf
from weasyprint import HTML

from .lettering import ring

ARTWORK_FOLDER = Path(__file__).resolve().parent.parent / "static" / "certificate"
PAGE_WIDTH, PAGE_HEIGHT = 792, 612

# Where the seal stands on the page, in points from its upper left corner; the stylesheet's .seal says the same.
SEAL_BOX = "left: 334pt; top: 371pt; width: 124pt; height: 124pt"


@lru_cache(maxsize=8)
def engrave(association: str) -> bytes:
    """The plate as compressed PDF drawing operators, with the association's name around its seal."""
    page = (
        "<!doctype html><html lang=en><style>"
        f"@page {{ size: {PAGE_WIDTH}pt {PAGE_HEIGHT}pt; margin: 0; background: #fffdf8 }}"
        f"svg {{ position: absolute; left: 0; top: 0; width: {PAGE_WIDTH}pt; height: {PAGE_HEIGHT}pt }}"
        f"div {{ position: absolute; {SEAL_BOX} }} div svg {{ width: 100%; height: 100% }}"
        f"</style><body>{_artwork('border')}<div>{_seal(association)}</div>"
    )
    drawn: list[bytes] = []

    def keep_drawing(document: Any, pdf: Any) -> None:
        page = _first_page(pdf)
        operators = pdf.objects[int(page["Contents"].split()[0])].stream
        drawn.append(_opaque(b"\n".join(_as_bytes(operator) for operator in operators)))

    HTML(string=page).write_pdf(finisher=keep_drawing, uncompressed_pdf=True)
    return zlib.compress(drawn[0], 9)


def press(plate: bytes, pdf: Any) -> None:
    """Lay `plate` below the words of the only page of `pdf`, marked as decoration for those who listen to it."""
    form = pydyf.Stream(
        [plate],
        pydyf.Dictionary(
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, PAGE_WIDTH, PAGE_HEIGHT]),
                "Resources": pydyf.Dictionary(),
                "Filter": "/FlateDecode",
            }
        ),
    )
    pdf.add_object(form)
    call = pydyf.Stream([b"/Artifact BMC q /Plate Do Q EMC"])
    pdf.add_object(call)
    page = _first_page(pdf)
    resources = pdf.objects[int(page["Resources"].split()[0])]
    resources["XObject"]["Plate"] = form.reference
    page["Contents"] = pydyf.Array([call.reference, page["Contents"]])


def _first_page(pdf: Any) -> Any:
    """The dictionary of a document's first page."""
    return pdf.objects[int(pdf.page_references[0].split()[0])]


def _as_bytes(operator: Any) -> bytes:
    """A drawing operator as it stands in a file."""
    return operator if isinstance(operator, bytes) else str(operator).encode()


def _opaque(drawing: bytes) -> bytes:
    """The same operators without "fully opaque", which is how a page starts: so the plate needs no resources."""
    drawing = re.sub(rb"^/[aA]1(\.0)? gs\n", b"", drawing, flags=re.MULTILINE)
    if needed := re.search(rb"^/\S+ .*$", drawing, flags=re.MULTILINE):
        raise ValueError(f"The plate's artwork must be opaque lines and areas, without {needed[0]!r}.")
    return drawing


def _artwork(name: str) -> str:
    return (ARTWORK_FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def _seal(association: str) -> str:
    """The seal as SVG. Capitals, since they read best on a circle; outlines, so nothing has to be looked up."""
    letters = ring(association.upper(), radius=67.4, arc=300, largest=13)
    return _artwork("seal").replace("<!-- lettering -->", f'<path fill="#fffdf8" d="{letters}"/>')
