"""Small real papers to upload: three PDFs and a photo, made once and given to many."""

from __future__ import annotations

import io
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from weasyprint import HTML

from applicants.documents import EVIDENCE_PURPOSE
from endorsement_portal.uploads import Checked, keep

if TYPE_CHECKING:
    from endorsement_portal.models import Upload, User

_PAGE = """<html lang="en"><head><title>{title}</title><style>
@page {{ size: letter landscape; margin: 30mm; }}
body {{ font-family: serif; text-align: center; color: #20302a; }}
h1 {{ font-size: 30pt; margin: 18mm 0 8mm; }} p {{ font-size: 14pt; line-height: 1.6; }}
</style></head><body><h1>{title}</h1><p>{text}</p>
<p>Made up for a demonstration. No such paper was ever given to anybody.</p></body></html>"""


class Papers:
    """The papers, made when the first of them is asked for."""

    @cached_property
    def attendance(self) -> Checked:
        """A certificate of attendance."""
        return _pdf("certificate-of-attendance.pdf", "Certificate of attendance", "took part in the whole training.")

    @cached_property
    def diploma(self) -> Checked:
        """A diploma."""
        return _pdf("diploma.pdf", "Diploma", "has met all the requirements of the degree.")

    @cached_property
    def hours(self) -> Checked:
        """A letter that confirms hours of reflective supervision."""
        return _pdf("supervision-hours.pdf", "Hours of reflective supervision", "received the hours named with it.")

    @cached_property
    def photo(self) -> Checked:
        """A certificate, photographed with a phone."""
        image = Image.new("RGB", (900, 640), "#efe9dc")
        draw = ImageDraw.Draw(image)
        draw.rectangle((60, 50, 840, 590), outline="#7a8f80", width=6)
        draw.text((250, 300), "Certificate of attendance (made up)", fill="#20302a")
        out = io.BytesIO()
        image.save(out, format="JPEG", quality=70)
        return Checked(out.getvalue(), "image/jpeg", "certificate.jpg")

    def give(self, paper: Checked, owner: User) -> Upload:
        """Store a copy for its owner."""
        return keep(paper, owner=owner, purpose=EVIDENCE_PURPOSE)


def _pdf(name: str, title: str, ending: str) -> Checked:
    text = f"This is to say that the person who uploaded it {ending}"
    content = HTML(string=_PAGE.format(title=title, text=text)).write_pdf()
    return Checked(bytes(content or b""), "application/pdf", name)
