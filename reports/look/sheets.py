"""Contact sheets: all pictures of a role in one light on one page, and certificates as pictures."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = {"360": 8, "1280": 5}
THUMB_WIDTH = {"360": 220, "1280": 420}
# How much of a page is shown, in its own widths: a phone's pages are longer.
TALLEST = {"360": 2.6, "1280": 1.35}
GAP, LABEL = 18, 34
PAPER, INK, LINE = "#f4efe4", "#23312b", "#b9b09c"


def lay_out(pictures: Iterable[Path], folder: Path) -> list[Path]:
    """One sheet for each role and light, as `<role>-<width>-<theme>.png`; long pages are cut at the foot."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for picture in pictures:
        _page, width, *rest = _parts(picture)
        groups["-".join((picture.parent.name, width, *rest))].append(picture)
    folder.mkdir(parents=True, exist_ok=True)
    return [_sheet(sorted(group), folder / f"{name}.png") for name, group in sorted(groups.items())]


def _parts(picture: Path) -> list[str]:
    """`home-360-light-nojs` → home, 360, light, nojs."""
    words = picture.stem.split("-")
    place = max(i for i, word in enumerate(words) if word in COLUMNS)
    return ["-".join(words[:place]), *words[place:]]


def _sheet(pictures: list[Path], target: Path) -> Path:
    width = _parts(pictures[0])[1]
    columns, wide = min(COLUMNS[width], len(pictures)), THUMB_WIDTH[width]
    tiles = [(_parts(picture)[0], _thumb(picture, wide, TALLEST[width])) for picture in pictures]
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    heights = [max(tile.height for _label, tile in row) + LABEL + GAP for row in rows]
    sheet = Image.new("RGB", (columns * (wide + GAP) + GAP, sum(heights) + GAP), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=13)
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        for column, (label, tile) in enumerate(row):
            left = GAP + column * (wide + GAP)
            draw.text((left, top + 8), _fit(label, wide, font), fill=INK, font=font)
            sheet.paste(tile, (left, top + LABEL))
            draw.rectangle((left - 1, top + LABEL - 1, left + wide, top + LABEL + tile.height), outline=LINE)
        top += height
    sheet.save(target, optimize=True)
    return target


def _thumb(picture: Path, wide: int, tallest: float) -> Image.Image:
    with Image.open(picture) as image:
        cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, int(image.width * tallest))))
        return cut.resize((wide, max(1, round(cut.height * wide / cut.width))), Image.Resampling.LANCZOS)


def _fit(label: str, wide: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    while font.getlength(label) > wide and len(label) > 1:
        label = label[:-2] + "…"
    return label


def picture_pdf(content: bytes, target: Path) -> list[Path]:
    """The pages of a PDF as `<target>-1.png`…, or nothing where pdftoppm is not installed."""
    program = shutil.which("pdftoppm")
    if program is None:
        return []
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([program, "-png", "-r", "110", "-", str(target)], input=content, check=True)  # noqa: S603
    return sorted(target.parent.glob(f"{target.name}-*.png"))
