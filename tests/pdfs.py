"""Reading a PDF back as a person with a phone would."""

from __future__ import annotations

import io
import subprocess
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image


def picture(pdf: bytes, *, dpi: int = 150) -> Image.Image:
    """The first page as an image, drawn by Poppler."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.pdf"
        source.write_bytes(pdf)
        done = subprocess.run(
            ["pdftoppm", "-png", "-r", str(dpi), "-f", "1", "-l", "1", str(source)], capture_output=True, check=True
        )
    return Image.open(io.BytesIO(done.stdout))


def read_qr(pdf: bytes) -> str:
    """What the QR code on the first page says."""
    found = zxingcpp.read_barcodes(picture(pdf, dpi=220))
    assert found, "no code found on the page"
    return str(found[0].text)
