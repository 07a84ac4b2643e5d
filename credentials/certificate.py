"""The certificate as a PDF: facts in, bytes out; one letter page, tagged, archival, the same bytes every time."""

import os
import threading
import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from .lettering import FONT_FOLDER, fitting_size
from .plate import ARTWORK_FOLDER, engrave, press

LONGEST_NAME = 300
MOST_SIGNATORIES = 2

# Characters that turn the reading direction of what follows them; a name never needs them, a prankster might.
DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NONCHARACTERS = frozenset("\ufffe\uffff")


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

    The same facts give the same bytes on the same machine, so work repeated after a crash can be recognized by
    its SHA-256. Nothing is fetched: typeface and artwork come with the program. Letters outside Source Serif
    (CJK, Arabic, Devanagari) are taken from the system's fonts; where those lack them too, a box is drawn and the
    text can still be copied. Raises `CertificateError` for an empty name, one over 300 characters, or over two
    signatories.
    """
    facts = _plain(facts)
    _refuse_unprintable(facts)
    plate = engrave(facts.association)

    def finish(document: Any, pdf: Any) -> None:
        press(plate, pdf)
        _declare_accessible(pdf)

    # Pango's font map is shared between renders and not made for two threads.
    with _one_at_a_time:
        tools = _tools(os.getpid())
        document = HTML(string=_page(facts), url_fetcher=tools.fetcher).render(
            font_config=tools.fonts,
            stylesheets=[tools.style, _sizes(facts)],
            pdf_variant="pdf/a-3u",
            pdf_tags=True,
        )
        if len(document.pages) != 1:
            raise CertificateError(f"{facts.number}: the certificate does not fit on one page.")
        pdf = document.write_pdf(
            finisher=finish,
            pdf_variant="pdf/a-3u",
            pdf_tags=True,
            pdf_identifier=sha256(facts.number.encode()).hexdigest()[:32],
        )
    return bytes(pdf)


# Words


def _plain(facts: CertificateFacts) -> CertificateFacts:
    """The same facts in composed Unicode, each text on one line, without control characters."""
    texts: dict[str, Any] = {
        field.name: _plain_text(value)
        for field in fields(facts)
        if isinstance(value := getattr(facts, field.name), str)
    }
    signatories = tuple(Signatory(_plain_text(one.name_line), _plain_text(one.title)) for one in facts.signatories)
    return replace(facts, signatories=signatories, **texts)


def _plain_text(text: str) -> str:
    """`text` as it can stand on one line of paper and in the XML of the metadata."""
    kept = (
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace()
        or (unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in DIRECTION_OVERRIDES | NONCHARACTERS)
    )
    return " ".join("".join(kept).split())


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


def _sizes(facts: CertificateFacts) -> CSS:
    """The type sizes at which this certificate's own words stay inside the room they have."""
    name = fitting_size(facts.name, measure=590, height=62, largest=42, smallest=9)
    category = fitting_size(facts.category_title, measure=590, height=40, largest=25, smallest=10)
    # Small capitals with space between them run a third wider than the letters that are measured.
    association = fitting_size(facts.association, measure=440, height=20, largest=16, smallest=7)
    return CSS(
        string=f".name {{ font-size: {name}pt }} .category {{ font-size: {category}pt }}"
        f" .association {{ font-size: {association}pt }}"
    )


# Pictures


def _qr(url: str) -> SafeString:
    """A QR code that opens `url`, as inline SVG with its description and the quiet zone scanners need."""
    svg = segno.make(url, error="m", micro=False).svg_inline(border=4, dark="#16261e", light=None, omitsize=True)
    opening, separator, drawing = svg.partition(">")
    title = _("QR code that opens %(address)s") % {"address": url}
    return mark_safe(opening + separator + format_html("<title>{}</title>", title) + drawing)  # noqa: S308


# What all renders share


class BundledFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `bundled:` addresses with the certificate's own files and refuses every other address."""

    files = {
        "regular.otf": (FONT_FOLDER / "SourceSerifPro-Regular.otf", "font/otf"),
        "italic.otf": (FONT_FOLDER / "SourceSerifPro-It.otf", "font/otf"),
        "semibold.otf": (FONT_FOLDER / "SourceSerifPro-Semibold.otf", "font/otf"),
    }

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file behind a `bundled:` address, as data."""
        scheme, _separator, name = url.partition(":")
        if scheme != "bundled" or name not in self.files:
            raise ValueError(f"The certificate uses bundled files only, not {url[:80]}")
        path, media_type = self.files[name]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})


@dataclass(frozen=True)
class _Tools:
    """Fonts and style, read once and used for every certificate of a process."""

    fonts: FontConfiguration
    style: CSS
    fetcher: BundledFetcher


_one_at_a_time = threading.Lock()


@cache
def _tools(process: int) -> _Tools:
    """This process's tools. By process, because a forked worker must not share its parent's font map."""
    fonts, fetcher = FontConfiguration(), BundledFetcher()
    style = CSS(
        string=(ARTWORK_FOLDER / "certificate.css").read_text(encoding="utf-8"),
        url_fetcher=fetcher,
        font_config=fonts,
    )
    return _Tools(fonts=fonts, style=style, fetcher=fetcher)


# Declarations


# WeasyPrint writes one standard's mark; the page keeps two. PDF/A wants a schema it doesn't know to be described.
ACCESSIBLE_MARK = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the document conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


def _declare_accessible(pdf: Any) -> None:
    """Add the PDF/UA-1 mark to the PDF/A metadata, and leave the metadata readable without decompression."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [b"".join(metadata.stream).replace(b"</rdf:RDF>", ACCESSIBLE_MARK)]
    metadata.compress = False
