"""What people send by mistake or on purpose: each a clear word by its field, the rest kept, memory and disk flat."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils.html import escape
from PIL import Image

from applicants.models import KINDS, Draft, Profile, Training, Work
from endorsement_portal.models import Upload
from tests.foundation.test_uploads import huge_png, pdf

ROOT = Path(__file__).resolve().parent.parent.parent
TOO_LARGE = "This file is larger than 10 MB. A photo taken at a lower size works well."
MEGABYTE = 1024 * 1024


def path(kind: str) -> str:
    return f"/applications/evidence/{kind}/new/"


def errors(answer) -> dict[str, list[str]]:
    assert answer.status_code == 200
    assert 'class="error-summary"' in answer.content.decode()
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


# --- Texts ---------------------------------------------------------------------------------------------------------


def texts_of(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("letter", ["x", "👶", "ش"], ids=["plain", "emoji", "right to left"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_hundred_thousand_characters_in_every_text_at_once(kind, letter, applicant, client_for, typed, draft):
    long = letter * 100_000
    names = texts_of(KINDS[kind])
    answer = client_for(applicant).post(path(kind), typed(kind, **dict.fromkeys(names, long)))
    said = errors(answer)
    assert sorted(said) == sorted(names)
    for name in names:
        limit = KINDS[kind]._meta.get_field(name).max_length
        wanted = f"Ensure this value has at most {limit} characters (it has 100000)."
        assert wanted in said[name] or (name in {"provider_email", "link"} and said[name]), (name, said[name])
    # Nothing is lost: it stands in the form, and it is the draft.
    assert answer.content.decode().count(long) == len(names)
    kept = Draft.objects.get().words
    assert {name: kept[name] for name in names} == {name: [long] for name in names}
    assert KINDS[kind].objects.count() == 0


@pytest.mark.django_db
def test_a_hundred_thousand_characters_in_the_profile(applicant, client_for):
    names = ["legal_name", "certificate_name", "employer", "job_title"]
    answer = client_for(applicant).post("/applications/profile/", dict.fromkeys(names, "👶" * 100_000))
    assert set(names) <= set(errors(answer))
    assert not Profile.objects.exists()


@pytest.mark.django_db
def test_a_form_beyond_all_measure_is_refused_calmly(applicant, client_for, typed):
    answer = client_for(applicant).post(path("work"), typed("work", duties="x" * 5 * MEGABYTE))
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()
    assert Work.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("training", "start_date", "2999-01-01"),
        ("training", "end_date", "2999-01-01"),
        ("training", "start_date", "0000-00-00"),
        ("training", "start_date", "NaN"),
        ("training", "start_date", "10000-01-01"),
        ("education", "conferred_on", "2999-01-01"),
        ("course", "completed_on", "2999-01-01"),
        ("course", "credits", "NaN"),
        ("course", "credits", "1e308"),
        ("course", "credits", "-1"),
        ("work", "start_date", "2999-01-01"),
        ("work", "hours_per_week", "1e308"),
        ("work", "hours_per_week", "Infinity"),
        ("work", "families_served", "1e308"),
        ("supervision", "total_hours", "-1"),
        ("supervision", "end_date", "2999-01-01"),
        ("supervision_given", "total_hours", "NaN"),
        ("supervision_given", "total_hours", "1e308"),
        ("supervision_given", "total_hours", "-0.25"),
        ("supervision_given", "people", "NaN"),
        ("supervision_given", "people", "99999999999"),
        ("leadership", "start_date", "2999-01-01"),
        ("leadership", "type", "1e308"),
    ],
)
def test_numbers_and_days_that_can_not_be(kind, name, value, applicant, client_for, typed):
    said = errors(client_for(applicant).post(path(kind), typed(kind, **{name: value})))
    assert name in said
    assert set(said) <= {name, "start_date", "end_date"}
    assert KINDS[kind].objects.count() == 0


# --- Files ---------------------------------------------------------------------------------------------------------


class Wire:
    """A form with a large file, as a browser would send it, without there being so much."""

    def __init__(self, fields: dict[str, str], size: int, name: str = "certificate.pdf") -> None:
        parts = "".join(
            f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        )
        head = f'{parts}--edge\r\nContent-Disposition: form-data; name="certificate"; filename="{name}"\r\n\r\n'
        self.head, self.tail, self.left = head.encode(), b"\r\n--edge--\r\n", size
        self.length = len(self.head) + size + len(self.tail)

    def read(self, size: int = -1) -> bytes:
        if self.head:
            given, self.head = self.head[:size], self.head[size:]
        elif self.left:
            given = b"x" * min(size, self.left)
            self.left -= len(given)
        else:
            given, self.tail = self.tail[:size], self.tail[size:]
        return given

    readline = read


@pytest.mark.django_db
def test_a_file_of_two_hundred_megabytes_is_said_by_its_field(applicant, client_for, typed):
    """Everything typed is still there; what the disk has held is measured below."""
    wire = Wire({name: str(value) for name, value in typed("training").items()}, 200 * MEGABYTE)
    answer = client_for(applicant).generic(
        "POST",
        path("training"),
        CONTENT_TYPE="multipart/form-data; boundary=edge",
        CONTENT_LENGTH=str(wire.length),
        **{"wsgi.input": wire},
    )
    assert errors(answer) == {"certificate": [TOO_LARGE]}
    assert 'value="Foundations"' in answer.content.decode()
    assert (Training.objects.count(), Upload.objects.count(), wire.left) == (0, 0, 0)


MEASURE = """
import json, resource, sys
import django
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from endorsement_portal import uploads
from tests.applicants.test_bad_input import Wire

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def judge(file):
    try:
        return uploads.check(file).content_type
    except ValidationError as no:
        return no.messages[0]

judge(SimpleUploadedFile("x.jpg", open(sys.argv[2], "rb").read()))
before = peak()
if sys.argv[1] == "wire":
    wire = Wire({}, 200 * 1024 * 1024)
    request = WSGIRequest({
        "REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": wire, "CONTENT_LENGTH": str(wire.length),
        "CONTENT_TYPE": "multipart/form-data; boundary=edge",
    })
    file = request.FILES["certificate"]
    told = [judge(file), file.size]
else:
    told = judge(SimpleUploadedFile(sys.argv[1].rpartition("/")[2], open(sys.argv[1], "rb").read()))
print(json.dumps([peak() - before, told]))
"""


def measured(what: str, tmp_path: Path) -> tuple[int, object]:
    small = tmp_path / "small.jpg"
    Image.new("RGB", (64, 64)).save(small)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, what, str(small)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    grown, told = json.loads(done.stdout.splitlines()[-1])
    return grown, told


def test_two_hundred_megabytes_leave_memory_flat(tmp_path):
    grown, (told, size) = measured("wire", tmp_path)
    assert told == TOO_LARGE
    assert settings.UPLOAD_MAX_BYTES < size <= settings.UPLOAD_MAX_BYTES + 64 * 1024
    assert grown < 30 * MEGABYTE


def test_a_picture_that_claims_fifty_thousand_by_fifty_thousand_leaves_memory_flat(tmp_path):
    file = tmp_path / "scan.png"
    file.write_bytes(huge_png())
    grown, told = measured(str(file), tmp_path)
    assert told == "This photo has too many pixels. Please take it at a lower size."
    assert grown < 20 * MEGABYTE


def test_the_largest_photo_of_a_phone_is_never_whole_in_memory(tmp_path):
    """Whole, it would be 144 MB, and turned another 144."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = tmp_path / "photo.jpg"
    Image.effect_mandelbrot((1000, 750), (-2, -1.5, 1, 1.5), 50).convert("RGB").resize((8000, 6000)).save(
        file, quality=80, exif=exif
    )
    grown, told = measured(str(file), tmp_path)
    assert told == "image/jpeg"
    assert grown < 130 * MEGABYTE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scan.png", huge_png(), "This photo has too many pixels."),
        ("both.pdf", pdf() + b"<script>alert(1)</script>", "This PDF has something else behind its end."),
        ("photo.heic", b"\0\0\0\x18ftypheic" + b"\0" * 100, "This is a photo in the HEIC format of an iPhone"),
        ("empty.pdf", b"", "The submitted file is empty."),
    ],
    ids=["pixels", "two things", "heic", "empty"],
)
def test_a_file_that_can_not_be_taken_leaves_the_rest_as_it_was_typed(
    name, content, said, applicant, client_for, typed
):
    file = SimpleUploadedFile(name, content)
    answer = client_for(applicant).post(path("training"), typed("training", title="Zoë 👶 מרכז", certificate=file))
    [reason] = errors(answer)["certificate"]
    assert reason.startswith(said)
    assert escape("Zoë 👶 מרכז") in answer.content.decode()
    assert (Draft.objects.get().words["title"], Training.objects.count()) == (["Zoë 👶 מרכז"], 0)


@pytest.mark.django_db
def test_a_good_file_of_many_pages_goes_through(applicant, client_for, typed):
    document, out = pikepdf.new(), io.BytesIO()
    for _page in range(400):
        document.add_blank_page()
    document.save(out)
    client_for(applicant).post(
        path("training"), typed("training", certificate=SimpleUploadedFile("شهادة 🎓.pdf", out.getvalue()))
    )
    assert Training.objects.get().document.original_name == "شهادة 🎓.pdf"


# --- The same in an upload of many rows ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_five_thousand_rows_of_a_workbook_half_of_them_wrong(applicant, client_for):
    from tests.applicants.workbooks import HEADING, workbook

    wrong = ["NaN", "1e308", "-1", "Infinity", "0"]
    rows = [[f"No. {n} 🎓", "A", "2024-03-01", "1.5" if n % 2 else wrong[n // 2 % 5]] for n in range(5000)]
    file = SimpleUploadedFile("list.xlsx", workbook([HEADING, *rows]))
    client: Client = client_for(applicant)
    where = client.post("/applications/evidence/import/", {"file": file})["Location"]
    page = client.get(where)
    found = page.context["found"]
    assert (len(found.good), len(found.refused)) == (2500, 2500)
    text = page.content.decode()
    assert "Row 2</th>" in text
    assert all(f"“{said}” is not a number of hours" in text for said in ("NaN", "1e308", "-1", "Infinity"))
    assert "There have to be more than 0 clock hours." in text
    assert len(page.content) < 400_000
    client.post(where)
    assert Training.objects.count() == 2500
