"""A phone's photo in a real browser: made smaller and upright before it is sent, as it is where that can't be done."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from applicants.models import Training
from endorsement_portal.models import Upload
from tests.applicants.test_words_in_a_browser import sign_in
from tests.journeys.people import press, see

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.web_alone]

NEW = "/applications/evidence/training/new/"
SHRUNK = "made smaller here, before it is sent"


def photo(*, size: tuple[int, int] = (6000, 4000), turned: bool = True) -> bytes:
    """As a phone writes it: lying on its side, the place in it, the upper left corner of the scene red."""
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
        exif[0x8825] = {1: "N", 2: (35.0, 59.0, 0.0), 3: "W", 4: (78.0, 54.0, 0.0)}
    image = Image.effect_noise((size[0] // 4, size[1] // 4), 90).resize(size).convert("RGB")
    # Turned by a quarter to the right, the lower left of what is stored is the upper left of what was seen.
    image.paste((200, 0, 0), (0, size[1] - 900, 900, size[1]))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def fill(page, site) -> None:
    page.goto(site.to(NEW))
    for name, said in (("title", "Foundations"), ("sponsor", "A center"), ("clock_hours", "6")):
        page.locator(f"main [name='{name}']").fill(said)
    page.locator("main [name='format']").select_option("workshop")
    page.locator("main [name='start_date']").fill("2024-03-01")


def choose(page, name: str, content: bytes, kind: str = "image/jpeg") -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def chosen(page) -> tuple[str, int]:
    name, size = page.evaluate(
        "(() => { const f = document.querySelector('input[type=file]').files[0]; return [f.name, f.size]; })()"
    )
    return name, size


def kept() -> tuple[Upload, Image.Image]:
    upload = Upload.objects.get()
    with upload.file.open() as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
    return upload, image


def test_a_large_photo_goes_up_small_and_upright(site, new_page, applicant, edition):
    original = photo()
    assert len(original) > 4_000_000
    page = new_page(width=360)
    sign_in(page, site, applicant)
    fill(page, site)
    choose(page, "IMG_0001.JPG", original)
    see(page, SHRUNK)
    name, size = chosen(page)
    assert name == "IMG_0001.jpg"
    assert size < len(original) / 3
    press(page, "Save")
    see(page, "Saved. Add another")
    upload, image = kept()
    assert (image.size, dict(image.getexif()), upload.original_name) == ((1600, 2400), {}, "IMG_0001.jpg")
    red, green, _blue = image.convert("RGB").getpixel((100, 100))
    assert red > 150 > 100 > green


def test_saving_at_once_waits_for_the_photo(site, new_page, applicant, edition):
    page = new_page(width=360)
    sign_in(page, site, applicant)
    fill(page, site)
    choose(page, "IMG_0002.jpg", photo())
    press(page, "Save")
    see(page, "Saved. Add another")
    _upload, image = kept()
    assert (image.size, Training.objects.count()) == ((1600, 2400), 1)


def test_without_a_script_it_goes_as_it_is_and_is_turned_there(site, new_page, applicant, edition):
    page = new_page(width=360, javascript=False)
    sign_in(page, site, applicant)
    fill(page, site)
    choose(page, "IMG_0003.jpg", photo())
    press(page, "Save")
    see(page, "Saved. Add another")
    _upload, image = kept()
    assert (image.size, dict(image.getexif())) == ((2000, 3000), {})


def test_what_the_browser_can_not_read_goes_as_it_is(site, new_page, applicant, edition):
    """The server says what is wrong with it, by its field; an iPhone's own format is told of before it is sent."""
    page = new_page(width=360)
    sign_in(page, site, applicant)
    fill(page, site)
    broken = b"\xff\xd8\xff\xe0" + b"x" * 1_500_000
    choose(page, "broken.jpg", broken)
    assert chosen(page) == ("broken.jpg", len(broken))
    press(page, "Save")
    see(page, "This photo can’t be opened. Please take it again.")
    assert page.locator("main [name='title']").input_value() == "Foundations"
    choose(page, "IMG_0004.HEIC", b"\0\0\0\x18ftypheic" + b"\0" * 2000, "image/heic")
    see(page, "This is a photo in the HEIC format of an iPhone")
    press(page, "Save")
    see(page, "This is a photo in the HEIC format of an iPhone")
    assert Upload.objects.count() == 0


def test_small_photos_and_documents_are_left_alone(site, new_page, applicant, edition):
    page = new_page(width=360)
    sign_in(page, site, applicant)
    fill(page, site)
    small = photo(size=(1200, 900), turned=False)
    assert len(small) < 1024 * 1024
    choose(page, "small.jpg", small)
    see(page, "small.jpg ·")
    assert chosen(page) == ("small.jpg", len(small))
    choose(page, "long.pdf", b"%PDF-1.7" + b" " * 1_500_000, "application/pdf")
    see(page, "long.pdf ·")
    assert chosen(page) == ("long.pdf", 1_500_008)
