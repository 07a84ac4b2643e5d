"""Uploads: what may come in, and how it goes out again.

In: an allow-list, judged by the content as well as the name; size and quota; photos re-encoded, so that location data
and hidden payloads do not survive; PDFs with active content refused. Out: only through `serve()`, which the calling
view guards; on S3 a signed link that lives a minute.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import wraps
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import filetype
import pikepdf
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Sum
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps

from endorsement_portal.models import Upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.files.uploadedfile import UploadedFile
    from django.utils.functional import _StrPromise as StrPromise

    from endorsement_portal.models import User

    Cleaner = Callable[[bytes], bytes]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".docx": DOCX,
}
MAX_PIXELS = 50_000_000
MAX_SIDE = 3000
# A page of small print is still read well at this size, and goes over a phone's line in seconds.
SIDE_TO_SEND = 2400
MAX_UNPACKED = 50 * 1024 * 1024
# Names that a PDF uses, as a key or as a kind, for what runs, sends or carries something else.
ACTIVE_PDF_NAMES = frozenset(
    {
        *("/JavaScript", "/JS", "/Launch", "/ImportData", "/SubmitForm", "/XFA", "/RichMedia", "/Movie", "/Sound"),
        *("/EmbeddedFile", "/EmbeddedFiles", "/EF", "/FileAttachment", "/GoToE", "/Rendition", "/3D"),
    }
)


TOO_LARGE = _("This file is larger than 10 MB. A photo taken at a lower size works well.")
TOO_MANY_PIXELS = _("This photo has too many pixels. Please take it at a lower size.")
HEIC = _(
    "This is a photo in the HEIC format of an iPhone, which can’t be taken. Send it to yourself as a JPG, take a "
    "screenshot of it, or set the camera to “Most Compatible”."
)
HEIC_ENDINGS = frozenset({".heic", ".heif", ".hif"})
# Brands of the container that HEIC photos are in, whatever their name says.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


@dataclass(frozen=True)
class Checked:
    """A file that passed: its clean bytes and what they are."""

    content: bytes
    content_type: str
    name: str


class CertificateField(forms.FileField):
    """A form field for one certificate or document; `clean` returns a `Checked` file."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("help_text", _("PDF, photo (JPG or PNG) or Word document, up to 10 MB."))
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.widget.attrs |= {
            "accept": ",".join(ENDINGS),
            # What photos.js needs.
            "data-shrink": SIDE_TO_SEND,
            "data-shrunk": _("made smaller here, before it is sent"),
            "data-heic": HEIC,
        }

    def clean(self, data: object, initial: object = None) -> Checked | None:
        """The checked file, or None where nothing was chosen."""
        file = super().clean(data, initial)
        return check(file) if file and file is not initial else None


def check(file: UploadedFile) -> Checked:
    """Judge an uploaded file and return its clean content. ValidationError says in plain words what is wrong."""
    name = PurePosixPath("".join(c for c in (file.name or "").replace("\\", "/") if c.isprintable())).name[-150:]
    ending = PurePosixPath(name).suffix.lower()
    expected = ENDINGS.get(ending)
    if ending in HEIC_ENDINGS:
        raise ValidationError(HEIC)
    if expected is None:
        raise ValidationError(
            _("This kind of file can’t be taken. Please choose a PDF, a JPG or PNG photo, or a Word document.")
        )
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(TOO_LARGE)
    content = file.read()
    if not content:
        raise ValidationError(_("This file is empty."))
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise ValidationError(HEIC)
    found = filetype.guess_mime(content[:8192])
    if found == "application/zip" and expected == DOCX:
        found = DOCX
    if found != expected:
        raise ValidationError(
            _("What is inside this file does not match its name. Please save it again as a PDF or a photo.")
        )
    return Checked(_CLEANERS[expected](content), expected, name)


def _refuse_damaged(words: StrPromise) -> Callable[[Cleaner], Cleaner]:
    """A damaged or crafted file meets many kinds of trouble inside the libraries that read it, and one answer here."""

    def decorate(clean: Cleaner) -> Cleaner:
        @wraps(clean)
        def safely(content: bytes) -> bytes:
            try:
                return clean(content)
            except ValidationError:
                raise
            except Exception as error:
                raise ValidationError(words) from error

        return safely

    return decorate


@_refuse_damaged(_("This photo can’t be opened. Please take it again."))
def _clean_image(content: bytes) -> bytes:
    """The picture turned the right way round and encoded anew: no location, no thumbnail, nothing behind the end."""
    # WeasyPrint switches this on for the whole process; half a certificate is no evidence.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        opened = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
    except Image.DecompressionBombError as error:
        raise ValidationError(TOO_MANY_PIXELS) from error
    with opened as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError(TOO_MANY_PIXELS)
        kind = image.format or "JPEG"
        # Smaller first and turned then: so a large JPEG is read at a lower size and is never whole in memory.
        image.thumbnail((MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(image)
        clean = Image.new(upright.mode, upright.size)
        clean.paste(upright)
        if upright.mode == "P" and (palette := upright.getpalette()):
            clean.putpalette(palette)
        out = io.BytesIO()
        clean.convert("RGB" if kind == "JPEG" else clean.mode).save(out, format=kind, quality=85, optimize=True)
        return out.getvalue()


@_refuse_damaged(_("This PDF can’t be opened. Please save it again."))
def _clean_pdf(content: bytes) -> bytes:
    """The PDF as it is, once it opens, needs no password and holds nothing that runs."""
    locked = _("This PDF is locked with a password. Please save it without one.")
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError as error:
        raise ValidationError(locked) from error
    with pdf:
        if pdf.is_encrypted:
            raise ValidationError(locked)
        if not len(pdf.pages):
            raise ValidationError(_("This PDF has no pages."))
        if _is_two_things(content):
            raise ValidationError(
                _("This PDF has something else behind its end. Please print it to a new PDF and upload that.")
            )
        if any(_is_active(item) for item in pdf.objects):
            raise ValidationError(
                _("This PDF contains scripts or attached files. Please print it to a new PDF and upload that.")
            )
    return content


def _is_two_things(content: bytes) -> bool:
    """Whether another program would read something else from it: text behind its end, or an archive anywhere."""
    _before, end, behind = content.rpartition(b"%%EOF")
    return bool(end and behind.strip(b"\0 \t\r\n\f")) or zipfile.is_zipfile(io.BytesIO(content))


def _is_active(item: pikepdf.Object) -> bool:
    """Whether an object, or anything written directly inside it, runs, sends or carries something else."""
    inside = [item]
    while inside:
        part = inside.pop()
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            kinds = {str(part.get(name, "")) for name in ("/S", "/Type", "/Subtype")}
            if ACTIVE_PDF_NAMES.intersection(part.keys()) or ACTIVE_PDF_NAMES.intersection(kinds):
                return True
            values = [part.get(name) for name in part.keys()]  # noqa: SIM118 - a PDF dictionary iterates otherwise
        else:
            values = list(part) if isinstance(part, pikepdf.Array) else []
        # What is only referred to comes by itself in the list of all objects.
        inside += [value for value in values if isinstance(value, pikepdf.Object) and not value.is_indirect]
    return False


@_refuse_damaged(_("This Word document can’t be opened. Please save it as a PDF."))
def _clean_docx(content: bytes) -> bytes:
    """The Word document as it is, once it unpacks to a sane size and holds no macros."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "word/document.xml" not in names or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ValidationError(_("This Word document can’t be opened. Please save it as a PDF."))
    if any("vbaproject" in name.lower() or "activex" in name.lower() for name in names):
        raise ValidationError(_("This Word document contains macros. Please save it as a PDF."))
    return content


_CLEANERS = {
    "application/pdf": _clean_pdf,
    "image/jpeg": _clean_image,
    "image/png": _clean_image,
    DOCX: _clean_docx,
}


def receive(checked: Checked, *, owner: User, purpose: str) -> Upload:
    """Store a checked file for its owner. ValidationError where the owner's quota would be passed."""
    used = Upload.objects.filter(owner=owner).aggregate(total=Sum("size"))["total"] or 0
    if used + len(checked.content) > settings.UPLOAD_QUOTA_BYTES:
        raise ValidationError(_("Your files have reached 300 MB. Please remove one that you no longer need."))
    return keep(checked, owner=owner, purpose=purpose)


def keep(checked: Checked, *, owner: User | None, purpose: str) -> Upload:
    """Store content that the portal made itself (a certificate) or has already checked."""
    upload = Upload(
        owner=owner,
        purpose=purpose,
        original_name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
    )
    upload.file.save(checked.name, ContentFile(checked.content), save=False)
    upload.save()
    return upload


def serve(upload: Upload) -> HttpResponseBase:
    """Hand the file to somebody whom the calling view has let in: as an attachment, never as a page."""
    if settings.S3_BUCKET:
        url = upload.file.storage.url(  # type: ignore[call-arg]
            upload.file.name,
            parameters={
                "ResponseContentDisposition": f'attachment; filename="{upload.pk}{PurePosixPath(upload.original_name).suffix}"',
                "ResponseContentType": upload.content_type,
            },
            expire=settings.S3_LINK_SECONDS,
        )
        return HttpResponseRedirect(url)
    response = FileResponse(
        upload.file.open("rb"), as_attachment=True, filename=upload.original_name, content_type=upload.content_type
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
