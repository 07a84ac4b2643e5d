"""Papers as PDF: a page of HTML in, bytes out; tagged, archival, the same bytes every time, and nothing fetched."""

from __future__ import annotations

import os
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import font_source_serif_pro
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

if TYPE_CHECKING:
    from collections.abc import Callable

FONT_FOLDER = Path(font_source_serif_pro.font_directory)
# Archival with every letter to be read as text; "accessible" is declared beside it.
VARIANT = "pdf/a-3u"

# Characters that turn the reading direction of what follows them; no text here needs them, a prankster might.
DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NONCHARACTERS = frozenset("\ufffe\uffff")


class PageCountError(ValueError):
    """The words take more pages than the paper may have."""


def typeset(
    html: str,
    *,
    style: Path,
    identifier: str,
    sizes: str = "",
    pages: int | None = None,
    finish: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """The page as PDF/A-3u and PDF/UA-1. `style` is its style sheet, `sizes` rules of this one paper.

    The same page gives the same bytes on the same machine, so work repeated after a crash can be recognized by its
    SHA-256; `identifier` is what the paper is called by. Nothing is fetched: the typeface comes with the program.
    Letters outside Source Serif (CJK, Arabic, Devanagari) are taken from the system's fonts; where those lack them too,
    a box is drawn and the text can still be copied. `finish` may still change the PDF. Raises `PageCountError` where it is
    not just `pages` long.
    """

    def last_touches(document: Any, pdf: Any) -> None:
        if finish:
            finish(document, pdf)
        _declare_accessible(pdf)

    # Pango's font map is shared between renders and not made for two threads.
    with _one_at_a_time:
        tools = _tools(os.getpid(), style)
        document = HTML(string=html, url_fetcher=tools.fetcher).render(
            font_config=tools.fonts,
            stylesheets=[tools.style, CSS(string=sizes)],
            pdf_variant=VARIANT,
            pdf_tags=True,
        )
        if pages is not None and len(document.pages) != pages:
            raise PageCountError(f"{len(document.pages)} pages instead of {pages}")
        pdf = document.write_pdf(
            finisher=last_touches,
            pdf_variant=VARIANT,
            pdf_tags=True,
            pdf_identifier=sha256(identifier.encode()).hexdigest()[:32],
        )
    return bytes(pdf)


# Words


def plain_line(text: str) -> str:
    """`text` as it can stand on one line of paper and in the XML of the metadata: composed, without control characters."""
    return " ".join("".join(_kept(text)).split())


def plain_text(text: str) -> str:
    """The same with its own line breaks."""
    return "\n".join(plain_line(line) for line in text.splitlines())


def _kept(text: str) -> list[str]:
    return [
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter.isspace()
        or (unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in DIRECTION_OVERRIDES | NONCHARACTERS)
    ]


# What all renders share


class BundledFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `bundled:` addresses with the program's own files and refuses every other address."""

    files = {
        "regular.otf": (FONT_FOLDER / "SourceSerifPro-Regular.otf", "font/otf"),
        "italic.otf": (FONT_FOLDER / "SourceSerifPro-It.otf", "font/otf"),
        "semibold.otf": (FONT_FOLDER / "SourceSerifPro-Semibold.otf", "font/otf"),
    }

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file behind a `bundled:` address, as data."""
        scheme, _separator, name = url.partition(":")
        if scheme != "bundled" or name not in self.files:
            raise ValueError(f"A paper uses bundled files only, not {url[:80]}")
        path, media_type = self.files[name]
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})


@dataclass(frozen=True)
class _Tools:
    """Fonts and style, read once and used for every paper of a kind that a process makes."""

    fonts: FontConfiguration
    style: CSS
    fetcher: BundledFetcher


_one_at_a_time = threading.Lock()


@lru_cache(maxsize=8)
def _tools(process: int, style: Path) -> _Tools:
    """This process's tools. By process, because a forked worker must not share its parent's font map."""
    fonts, fetcher = FontConfiguration(), BundledFetcher()
    sheet = CSS(string=style.read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts)
    return _Tools(fonts=fonts, style=sheet, fetcher=fetcher)


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
