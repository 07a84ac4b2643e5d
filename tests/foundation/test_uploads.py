"""Uploads: hostile files meet a plain no beside the field, never an error page; what comes in is clean and private."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile

from endorsement_portal import uploads
from endorsement_portal.models import Upload

MISMATCH = "What is inside this file does not match its name. Please save it again as a PDF or a photo."
WRONG_KIND = "This kind of file can’t be taken. Please choose a PDF, a JPG or PNG photo, or a Word document."
SCRIPTS = "This PDF contains scripts or attached files. Please print it to a new PDF and upload that."


def pdf(*, change=None, **save) -> bytes:
    """A one-page PDF, changed as told before it is saved."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **save)
    return out.getvalue()


def picture(kind: str = "JPEG", *, size=(40, 20), mode: str = "RGB", **save) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, format=kind, **save)
    return out.getvalue()


def docx(*, extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def huge_png() -> bytes:
    """A few bytes that claim to be 50,000 by 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def check(name: str, content: bytes) -> uploads.Checked:
    return uploads.check(SimpleUploadedFile(name, content))


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as no:
        check(name, content)
    [words] = no.value.messages
    return words


def _script(document, key="/OpenAction"):
    document.Root[key] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _script_apart(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.Root.OpenAction = document.make_indirect(action)


def _script_of_a_page(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Array([action])[0])


def _script_in_a_link(document):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].Annots = pikepdf.Array([link])


def _attachment(document):
    document.attachments["tool.exe"] = b"MZ"


def _film(document):
    film = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
    document.pages[0].Annots = pikepdf.Array([film])


# --- What is taken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Certificate.PDF", pdf(), "application/pdf"),
        ("photo.jpg", picture(), "image/jpeg"),
        ("photo.jpeg", picture(mode="CMYK"), "image/jpeg"),
        ("scan.png", picture("PNG", mode="RGBA"), "image/png"),
        ("scan.png", picture("PNG", mode="P"), "image/png"),
        ("scan.png", picture("PNG", mode="1"), "image/png"),
        ("scan.png", picture("PNG", mode="I;16"), "image/png"),
        ("letter.docx", docx(), uploads.DOCX),
    ],
    ids=["pdf", "jpg", "cmyk", "alpha", "palette", "black-white", "gray-16", "docx"],
)
def test_what_people_have_is_taken(name, content, kind):
    checked = check(name, content)
    assert (checked.content_type, checked.name) == (kind, name)
    assert len(checked.content) > 50


def test_documents_stay_as_they_are_byte_for_byte():
    for name, content in (("a.pdf", pdf()), ("a.docx", docx())):
        assert check(name, content).content == content


def test_a_photo_loses_its_place_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x8825] = {1: "N", 2: (35.0, 59.0, 0.0), 3: "W", 4: (78.0, 54.0, 0.0)}
    exif[0x010F] = "A phone"
    source = picture(size=(40, 20), exif=exif) + b"<script>behind the end</script>"
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(0x8825)
    clean = check("photo.jpg", source).content
    with Image.open(io.BytesIO(clean)) as image:
        assert (image.size, dict(image.getexif()), image.info.get("exif")) == ((20, 40), {}, None)
    assert b"script" not in clean
    assert b"A phone" not in clean


def test_a_png_loses_its_words_too():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "35.99 N 78.90 W")
    clean = check("scan.png", picture("PNG", pnginfo=words)).content
    assert b"35.99" not in clean


def test_a_large_photo_is_made_smaller():
    with Image.open(io.BytesIO(check("photo.jpg", picture(size=(6000, 300))).content)) as image:
        assert image.size == (3000, 150)


# --- What is refused ---------------------------------------------------------------------------------------------


LIES = [
    ("page.pdf", b"<html><script>alert(1)</script></html>", MISMATCH),
    ("page.pdf", b"<html>" + pdf(), MISMATCH),
    ("photo.jpg", picture("PNG"), MISMATCH),
    ("photo.png", b"GIF89a" + b"\0" * 100, MISMATCH),
    ("letter.docx", pdf(), MISMATCH),
    ("letter.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, MISMATCH),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", WRONG_KIND),
    ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", MISMATCH),
    ("certificate.pdf.exe", pdf(), WRONG_KIND),
    ("certificate.pdf.html", pdf(), WRONG_KIND),
    ("letter.docm", docx(), WRONG_KIND),
    ("archive.zip", docx(), WRONG_KIND),
    ("noending", pdf(), WRONG_KIND),
    (".pdf", pdf(), WRONG_KIND),
    ("empty.pdf", b"", "This file is empty."),
    ("broken.pdf", b"%PDF-1.7\n" + b"x" * 500, "This PDF can’t be opened. Please save it again."),
    ("none.pdf", pdf(change=lambda d: d.pages.__delitem__(0)), "This PDF has no pages."),
    (
        "locked.pdf",
        pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        "This PDF is locked with a password. Please save it without one.",
    ),
    (
        "owner.pdf",
        pdf(encryption=pikepdf.Encryption(owner="o", user="")),
        "This PDF is locked with a password. Please save it without one.",
    ),
    ("cut.docx", docx()[:80], "This Word document can’t be opened. Please save it as a PDF."),
]


@pytest.mark.parametrize(("name", "content", "words"), LIES, ids=[lie[0] for lie in LIES])
def test_what_lies_is_refused(name, content, words):
    assert refusal(name, content) == words


@pytest.mark.parametrize(
    "change",
    [_script, lambda d: _script(d, "/AA"), _script_apart, _script_of_a_page, _script_in_a_link, _attachment, _film],
    ids=["open-action", "more-actions", "indirect", "page", "launch", "attachment", "rich-media"],
)
@pytest.mark.parametrize("streams", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate], ids=str)
def test_a_pdf_that_does_something_is_refused(change, streams):
    assert refusal("active.pdf", pdf(change=change, object_stream_mode=streams)) == SCRIPTS


def test_a_name_written_in_code_is_still_found():
    content = pdf(change=_script, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    hidden = content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/#4aS ")
    assert hidden != content
    assert refusal("active.pdf", hidden) == SCRIPTS


def test_word_documents_with_macros_are_refused():
    for name in ("word/vbaProject.bin", "word/activeX/activeX1.xml", "WORD/VBAPROJECT.BIN"):
        words = refusal("letter.docx", docx(extra={name: b"macro"}))
        assert words == "This Word document contains macros. Please save it as a PDF."


def test_a_zip_bomb_is_never_unpacked():
    bomb = docx(extra={"word/media/big.bin": b"\0" * (60 * 1024 * 1024)})
    assert len(bomb) < 200_000
    assert refusal("letter.docx", bomb) == "This Word document can’t be opened. Please save it as a PDF."


def test_a_picture_of_too_many_pixels_is_never_unpacked():
    assert refusal("scan.png", huge_png()) == "This photo has too many pixels. Please take it at a lower size."
    many = picture("PNG", size=(8000, 6300), mode="1")
    assert refusal("scan.png", many) == "This photo has too many pixels. Please take it at a lower size."


def hidden_archive() -> bytes:
    """An archive behind a PDF, whose own comment looks like the end of a PDF."""
    out = io.BytesIO(pdf())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("run.class", b"x")
        archive.comment = b"%%EOF"
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [pdf() + b"<html><script>alert(1)</script></html>", pdf() + docx(), hidden_archive(), pdf() + b"\nGIF89a"],
    ids=["page", "archive", "archive that hides", "picture"],
)
def test_a_pdf_that_is_something_else_too_is_refused(content):
    words = "This PDF has something else behind its end. Please print it to a new PDF and upload that."
    assert refusal("certificate.pdf", content) == words


@pytest.mark.parametrize("more", [b"\n", b"\r\n\r\n", b"\0" * 400, b" "])
def test_idle_bytes_behind_a_pdf_are_no_harm(more):
    assert check("certificate.pdf", pdf() + more).content_type == "application/pdf"


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "IMG_0001.heif", "IMG_0001.jpg", "certificate.pdf"])
def test_an_iphones_own_format_is_said_by_its_name(name):
    content = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 200
    assert refusal(name, content).startswith("This is a photo in the HEIC format of an iPhone, which can’t be taken.")


@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a.png", "a.docx"])
def test_damaged_files_are_taken_or_refused_but_never_an_error(name):
    exif = Image.Exif()
    exif[0x0112], exif[0x8825] = 3, {2: (1.0, 2.0, 3.0)}
    source = {
        "a.pdf": pdf(change=_script_of_a_page),
        "a.jpg": picture(size=(64, 64), exif=exif),
        "a.png": picture("PNG", size=(64, 64)),
        "a.docx": docx(extra={"word/é.xml": b"x"}),
    }[name]
    chance, refused = random.Random(7), 0
    for _round in range(250):
        damaged = bytearray(source)
        for _flip in range(chance.choice([1, 2, 8, 40])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            check(name, bytes(damaged))
        except ValidationError:
            refused += 1
    assert refused > 50


@pytest.mark.parametrize(("more", "taken"), [(-1, True), (0, True), (1, False)])
def test_ten_megabytes_are_the_limit(more, taken):
    body = pdf()
    content = body + b"\n" * (settings.UPLOAD_MAX_BYTES - len(body) + more)
    if taken:
        assert len(check("big.pdf", content).content) == settings.UPLOAD_MAX_BYTES + more
    else:
        assert (
            refusal("big.pdf", content) == "This file is larger than 10 MB. A photo taken at a lower size works well."
        )


# --- How it is kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\My file.pdf", "My file.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("evil\u202efdp.pdf", "evilfdp.pdf"),
        ("tab\there\x00.pdf", "tabhere.pdf"),
        ("Zeugnis für Zoë 🎓 شهادة.pdf", "Zeugnis für Zoë 🎓 شهادة.pdf"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ('quo"te;.pdf', 'quo"te;.pdf'),
    ],
    ids=["up", "windows", "crlf", "rtl", "control", "words", "long", "quote"],
)
@pytest.mark.django_db
def test_names_are_tamed_and_never_stored_as_paths(given, kept, applicant):
    file = SimpleUploadedFile("x.pdf", pdf())
    file._name = given
    upload = uploads.receive(uploads.check(file), owner=applicant, purpose="evidence")
    upload.refresh_from_db()
    assert upload.original_name == kept
    folder, _, name = upload.file.name.partition("/")
    assert folder.isdecimal()
    assert len(name) == 32
    assert set(name) <= set("0123456789abcdef")
    answer = uploads.serve(upload)
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


@pytest.mark.django_db
def test_two_of_the_same_are_stored_apart_with_one_fingerprint(applicant):
    checked = check("a.pdf", pdf())
    one, two = (uploads.receive(checked, owner=applicant, purpose="evidence") for _ in range(2))
    assert one.file.name != two.file.name
    assert (one.sha256, one.size) == (two.sha256, two.size) == (one.sha256, len(checked.content))
    assert default_storage.open(one.file.name).read() == checked.content


@pytest.mark.django_db
def test_a_quota_holds_for_each_person(applicant, other_applicant, settings):
    checked = check("a.pdf", pdf())
    settings.UPLOAD_QUOTA_BYTES = 2 * len(checked.content)
    for _ in range(2):
        uploads.receive(checked, owner=applicant, purpose="evidence")
    with pytest.raises(ValidationError) as no:
        uploads.receive(checked, owner=applicant, purpose="evidence")
    assert no.value.messages == ["Your files have reached 300 MB. Please remove one that you no longer need."]
    assert Upload.objects.filter(owner=applicant).count() == 2
    uploads.receive(checked, owner=other_applicant, purpose="evidence")


@pytest.mark.django_db
def test_it_goes_out_as_an_attachment_and_never_as_a_page(applicant):
    upload = uploads.receive(check("a.pdf", pdf()), owner=applicant, purpose="evidence")
    answer = uploads.serve(upload)
    assert b"".join(answer.streaming_content) == pdf()
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="a.pdf"',
        "Cache-Control": "private, no-store",
    }
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("lenient", [False, True], ids=["as Pillow is", "as WeasyPrint leaves it"])
@pytest.mark.parametrize(("kind", "name"), [("JPEG", "photo.jpg"), ("PNG", "scan.png")])
def test_half_a_photo_is_refused(monkeypatch, kind, name, lenient):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    whole = picture(kind, size=(400, 300))
    assert check(name, whole).content_type == f"image/{kind.lower()}"
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    with pytest.raises(ValidationError, match="can’t be opened"):
        check(name, whole[: len(whole) // 2])
