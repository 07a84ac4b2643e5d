"""The certificate as a PDF: facts in, bytes out; one letter page, tagged, archival, the same bytes every time."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from endorsement_portal.typeset import PageCountError, plain_line, typeset

from .lettering import fitting_size
from .plate import ARTWORK_FOLDER, engrave, press

LONGEST_NAME = 300
MOST_SIGNATORIES = 2


class CertificateError(ValueError):
    """These facts don't make a certificate: a missing or endless name, or too many signatures."""


@dataclass(frozen=True)
class Signatory:
    """Who signs: the line below the signature, and the office."""

    name_line: str
    title: str


@dataclass(frozen=True)
class CertificateFacts:
    """Everything a certificate says, already decided elsewhere. Titles arrive in the language of the paper."""

    name: str
    category_title: str
    category_code: str
    endorsement_title: str
    endorsement_mark: str
    number: str
    issued_on: date
    expires_on: date | None
    verify_url: str
    signatories: tuple[Signatory, ...]
    association: str
    demonstration: bool


def render(facts: CertificateFacts) -> bytes:
    """The certificate as PDF/A-3u and PDF/UA-1 in US letter size, landscape, always one page.

    The same facts give the same bytes on the same machine. Raises `CertificateError` for an empty name, one over 300
    characters, or over two signatories.
    """
    facts = _plain(facts)
    _refuse_unprintable(facts)
    plate = engrave(facts.association)
    try:
        return typeset(
            _page(facts),
            style=ARTWORK_FOLDER / "certificate.css",
            identifier=facts.number,
            sizes=_sizes(facts),
            pages=1,
            finish=lambda _document, pdf: press(plate, pdf),
        )
    except PageCountError as error:
        raise CertificateError(f"{facts.number}: the certificate does not fit on one page.") from error


# Words


def _plain(facts: CertificateFacts) -> CertificateFacts:
    """The same facts in composed Unicode, each text on one line, without control characters."""
    texts: dict[str, Any] = {
        field.name: plain_line(value) for field in fields(facts) if isinstance(value := getattr(facts, field.name), str)
    }
    signatories = tuple(Signatory(plain_line(one.name_line), plain_line(one.title)) for one in facts.signatories)
    return replace(facts, signatories=signatories, **texts)


def _refuse_unprintable(facts: CertificateFacts) -> None:
    """Raise `CertificateError` where the page could not hold what it is asked to say."""
    if not facts.name:
        raise CertificateError(f"{facts.number}: there is no name to print.")
    if len(facts.name) > LONGEST_NAME:
        raise CertificateError(f"{facts.number}: the name is longer than {LONGEST_NAME} characters.")
    if len(facts.signatories) > MOST_SIGNATORIES:
        raise CertificateError(f"{facts.number}: there is room for {MOST_SIGNATORIES} signatures.")


def _page(facts: CertificateFacts) -> str:
    """The certificate as HTML, in American English wherever the worker happens to run."""
    with translation.override("en"):
        return render_to_string(
            "credentials/certificate.html",
            {
                "facts": facts,
                "verify_address": facts.verify_url.removeprefix("https://").removeprefix("http://"),
                "qr": _qr(facts.verify_url),
            },
        )


def _sizes(facts: CertificateFacts) -> str:
    """The type sizes at which this certificate's own words stay inside the room they have."""
    name = fitting_size(facts.name, measure=590, height=62, largest=42, smallest=9)
    category = fitting_size(facts.category_title, measure=590, height=40, largest=25, smallest=10)
    # Small capitals with space between them run a third wider than the letters that are measured.
    association = fitting_size(facts.association, measure=440, height=20, largest=16, smallest=7)
    return (
        f".name {{ font-size: {name}pt }} .category {{ font-size: {category}pt }}"
        f" .association {{ font-size: {association}pt }}"
    )


# Pictures


def _qr(url: str) -> SafeString:
    """A QR code that opens `url`, as inline SVG with its description and the quiet zone scanners need."""
    svg = segno.make(url, error="m", micro=False).svg_inline(border=4, dark="#16261e", light=None, omitsize=True)
    opening, separator, drawing = svg.partition(">")
    title = _("QR code that opens %(address)s") % {"address": url}
    return mark_safe(opening + separator + format_html("<title>{}</title>", title) + drawing)  # noqa: S308
