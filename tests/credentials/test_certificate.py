"""The certificate: what it says, what it declares, and that it says and declares it every time."""

import hashlib
import io
import logging
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pypdf
import pytest
import zxingcpp
from django.conf import LazySettings
from PIL import Image

from credentials.certificate import (
    CertificateError,
    CertificateFacts,
    Signatory,
    render,
)
from credentials.lettering import fitting_size, ring, width
from credentials.plate import engrave
from endorsement_portal.typeset import BundledFetcher

VERIFY_URL = "https://endorsement.example.org/verify/7Q2M-K9XT-4BHD"
FACTS = CertificateFacts(
    name="Marisol Okafor-Whitfield",
    category_title="Infant Family Specialist",
    category_code="IFS",
    endorsement_title="Infant Mental Health Endorsement",
    endorsement_mark="IMH-E®",
    number="NC-IMH-2026-0001",
    issued_on=date(2026, 6, 3),
    expires_on=date(2029, 6, 2),
    verify_url=VERIFY_URL,
    signatories=(Signatory("Robin Example", "President"), Signatory("Sam Sample", "Endorsement coordinator")),
    association="Example Association for Infant Mental Health",
    demonstration=False,
)
TEXT = """Example Association for Infant Mental Health
Certificate of Endorsement
This certifies that
Marisol Okafor-Whitfield
has met the standards of the association and is endorsed as
Infant Family Specialist
Infant Mental Health Endorsement (IMH-E®)
Robin Example
President
Sam Sample
Endorsement coordinator
Number NC-IMH-2026-0001
Category IFS
Issued June 3, 2026
Valid through June 2, 2029
Verify at
endorsement.example.org/verify/7Q2M-K9XT-4BHD"""


@pytest.fixture(scope="module")
def certificate() -> bytes:
    return render(FACTS)


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    """What a person copying the page gets, by an independent program."""
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def picture(pdf: bytes) -> Image.Image:
    png = subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", "-"], input=pdf, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(png.stdout))


def fonts(pdf: bytes) -> list[str]:
    return sorted(str(font["/BaseFont"]) for font in reader(pdf).pages[0]["/Resources"]["/Font"].values())


# What it says


def test_text_reads_back_in_order(certificate: bytes) -> None:
    lines = [" ".join(line.split()) for line in reader(certificate).pages[0].extract_text().splitlines()]
    assert "\n".join(line for line in lines if line) == TEXT


def test_is_one_letter_page_landscape(certificate: bytes) -> None:
    pages = reader(certificate).pages
    assert len(pages) == 1
    assert [float(side) for side in pages[0].mediabox] == [0, 0, 792, 612]


def test_qr_code_on_the_rendered_page_opens_the_verification_address(certificate: bytes) -> None:
    codes = zxingcpp.read_barcodes(picture(certificate))
    assert [(code.format, code.text) for code in codes] == [(zxingcpp.BarcodeFormat.QRCode, VERIFY_URL)]


def test_verification_address_is_a_link(certificate: bytes) -> None:
    (link,) = reader(certificate).pages[0]["/Annots"]
    assert (link.get_object()["/A"]["/URI"], link.get_object()["/Contents"]) == (VERIFY_URL, VERIFY_URL)


def test_endorsement_without_an_end_says_nothing_of_one() -> None:
    assert "Valid through" not in text(render(replace(FACTS, expires_on=None)))


def test_demonstration_says_so_on_the_page_and_in_the_title(certificate: bytes) -> None:
    demonstration = render(replace(FACTS, demonstration=True))
    assert "Demonstration: not an endorsement" in text(demonstration)
    assert reader(demonstration).metadata["/Title"].startswith("Demonstration: ")
    assert "emonstration" not in text(certificate)


def test_speaks_english_whatever_language_the_worker_speaks(certificate: bytes, settings: LazySettings) -> None:
    settings.LANGUAGE_CODE = "es"
    assert render(FACTS) == certificate


# What it declares


def test_fonts_are_subsets_of_source_serif_and_embedded(certificate: bytes) -> None:
    # Six letters before the plus are how a PDF says that a font is a subset.
    assert sorted(re.sub(r"^/[A-Z]{6}\+", "", name) for name in fonts(certificate)) == [
        "Source-Serif-Pro",
        "Source-Serif-Pro-Italic",
        "Source-Serif-Pro-Semi-Bold",
    ]
    for font in reader(certificate).pages[0]["/Resources"]["/Font"].values():
        descendant = font["/DescendantFonts"][0].get_object()
        embedded = descendant["/FontDescriptor"]["/FontFile3"]
        assert 0 < len(embedded.get_data()) < 40_000
        assert "/ToUnicode" in font


def test_is_tagged_with_language_and_title(certificate: bytes) -> None:
    document = reader(certificate)
    catalog = document.trailer["/Root"]
    assert catalog["/Lang"] == "en-US"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata["/Title"] == "Certificate of Endorsement NC-IMH-2026-0001, Marisol Okafor-Whitfield"
    assert document.metadata["/Author"] == "Example Association for Infant Mental Health"
    assert document.metadata["/CreationDate"] == "D:20260603000000Z"


def structure(element: pypdf.generic.DictionaryObject) -> list[tuple[str, str]]:
    """Every structure element in reading order, as (type, alternative text)."""
    found = []
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            found.append((str(kid["/S"]), str(kid.get("/Alt", ""))))
            found.extend(structure(kid))
    return found


def test_structure_has_the_heading_and_describes_both_pictures(certificate: bytes) -> None:
    elements = structure(reader(certificate).trailer["/Root"]["/StructTreeRoot"])
    kinds = [kind for kind, _description in elements]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Link") >= 1
    assert [description for kind, description in elements if kind == "/Figure"] == [
        "Seal of the Example Association for Infant Mental Health: a sprig of longleaf pine",
        f"QR code that opens {VERIFY_URL}",
    ]


def test_metadata_declares_archival_and_accessible(certificate: bytes) -> None:
    with pikepdf.open(io.BytesIO(certificate)) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "U"
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == pdf.docinfo["/Title"]
            assert metadata.pdfa_status == "3U"
        # PDF/A refuses a schema it does not know unless the file describes it.
        assert b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in pdf.Root.Metadata.read_bytes()
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/ID" in pdf.trailer
        assert "/Encrypt" not in pdf.trailer
        assert not pdf.check_pdf_syntax()


def test_every_mark_on_the_page_is_tagged_or_decoration(certificate: bytes) -> None:
    with pikepdf.open(io.BytesIO(certificate)) as pdf:
        painting = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh", "Tj", "TJ", "'", '"'}
        depth, stray = 0, []
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[0]):
            name = str(operator)
            depth += {"BMC": 1, "BDC": 1, "EMC": -1}.get(name, 0)
            if name in painting and depth == 0:
                stray.append((name, operands))
        assert (depth, stray) == (0, [])


def test_nothing_forbidden_in_an_archive(certificate: bytes) -> None:
    for forbidden in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/LZWDecode", b"/Movie", b"/XFA"):
        assert forbidden not in certificate


# Names of every kind


@pytest.mark.parametrize(
    "name",
    [
        "Ana Li",
        "Maximiliana Aurelia Constantinopoulos-Featherstonehaugh III",
        "Nguyễn Thị Hồng Ngọc-Đặng",
        "Zoë Łukasiewicz-Åström de la Peña",
        "Ирина Соколова",
        "<style>p { display: none }</style>",
        "{{ facts.number }}{% now 'Y' %}",
        "&lt;b&gt; & \"quotes\" 'single'",
        "O’Neill 99999999999999999999px",
    ],
)
def test_name_is_printed_exactly_in_source_serif(name: str) -> None:
    started = time.monotonic()
    pdf = render(replace(FACTS, name=name))
    assert time.monotonic() - started < 10
    said = " ".join(reader(pdf).pages[0].extract_text().split())
    assert f"This certifies that {name} has met" in said
    assert {font.partition("+")[2].removesuffix("-Italic").removesuffix("-Semi-Bold") for font in fonts(pdf)} == {
        "Source-Serif-Pro"
    }


@pytest.mark.parametrize(
    "name",
    ["प्रिया शर्मा", "مريم الأنصاري", "王小明", "Ana 🌲 Li", "W" * 300, "Ünïcödé " * 37, "é" * 300, "👩‍👩‍👧‍👦" * 20],
)
def test_any_other_name_still_makes_one_whole_page(name: str, caplog: pytest.LogCaptureFixture) -> None:
    # Which system fonts stand in for Source Serif differs between machines; the rest of the page may not.
    caplog.set_level(logging.CRITICAL, logger="weasyprint")
    started = time.monotonic()
    pdf = render(replace(FACTS, name=name))
    assert time.monotonic() - started < 10
    assert len(reader(pdf).pages) == 1
    said = text(pdf)
    assert "NC-IMH-2026-0001" in said
    assert "Infant Family Specialist" in said
    assert [code.text for code in zxingcpp.read_barcodes(picture(pdf))] == [VERIFY_URL]


def test_name_cannot_turn_the_reading_direction_or_break_the_metadata() -> None:
    pdf = render(replace(FACTS, name="Ana\u202e\x00\x0b\ud800\ufffe  Li\u2028Jr"))
    assert "This certifies that Ana Li Jr has met" in " ".join(text(pdf).split())
    assert reader(pdf).metadata["/Title"] == "Certificate of Endorsement NC-IMH-2026-0001, Ana Li Jr"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": ""}, "NC-IMH-2026-0001: there is no name to print."),
        ({"name": "\u202e \x00"}, "NC-IMH-2026-0001: there is no name to print."),
        ({"name": "W" * 301}, "NC-IMH-2026-0001: the name is longer than 300 characters."),
        ({"signatories": FACTS.signatories + FACTS.signatories}, "NC-IMH-2026-0001: there is room for 2 signatures."),
    ],
)
def test_what_makes_no_certificate_is_refused(change: dict[str, object], reason: str) -> None:
    with pytest.raises(CertificateError) as refusal:
        render(replace(FACTS, **change))
    assert str(refusal.value) == reason


# Without a network, and the same again


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, certificate: bytes) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a certificate opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    hostile = "<img src=http://127.0.0.1/a><link rel=stylesheet href=file:///etc/passwd>"
    assert b"root:" not in render(replace(FACTS, name=hostile))
    assert render(FACTS) == certificate


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "https://example.org/",
        "file:///etc/hostname",
        "data:text/plain,a",
        "ftp://a/",
        "bundled:../x",
    ],
)
def test_only_bundled_files_are_answered(address: str) -> None:
    with pytest.raises(ValueError, match="bundled files only"):
        BundledFetcher()(address)


def test_same_facts_make_the_same_bytes_in_another_process(certificate: bytes, tmp_path: Path) -> None:
    program = tmp_path / "again.py"
    program.write_text(
        "import hashlib, sys, django\n"
        "django.setup()\n"
        "from tests.credentials.test_certificate import FACTS, render\n"
        "from dataclasses import replace\n"
        "render(replace(FACTS, name='Somebody Else First'))\n"
        "sys.stdout.write(hashlib.sha256(render(FACTS)).hexdigest())\n"
    )
    root = Path(__file__).resolve().parents[2]
    again = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r}); exec(open({str(program)!r}).read())"],
        capture_output=True,
        check=True,
        cwd=root,
    )
    assert again.stdout.decode() == hashlib.sha256(certificate).hexdigest()


def test_different_facts_make_different_bytes(certificate: bytes) -> None:
    assert render(replace(FACTS, number="NC-IMH-2026-0002")) != certificate


def test_plate_is_drawn_once_for_an_association(certificate: bytes) -> None:
    before = engrave.cache_info()
    render(replace(FACTS, name="Another Person"))
    after = engrave.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (0, 1)


# Letters


def test_width_counts_unknown_letters_as_a_full_em() -> None:
    assert width("王王") == 2.0
    assert 0.5 < width("Ana") / 3 < 0.6


@pytest.mark.parametrize(("letters", "size"), [(5, 42.0), (40, 22.0), (80, 15.5), (300, 10.5)])
def test_long_names_are_set_smaller(letters: int, size: float) -> None:
    assert fitting_size("a" * letters, measure=450, height=62, largest=42, smallest=9) == size


def test_ring_closes_no_further_than_its_arc() -> None:
    assert ring("", radius=60, arc=300, largest=12) == ""
    assert ring("王", radius=60, arc=300, largest=12) == ""
    assert ring("ASSOCIATION", radius=60, arc=300, largest=12).startswith("M")
