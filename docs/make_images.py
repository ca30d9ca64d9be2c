"""Makes the pictures in docs/images: the demonstration's wall before and after ``efface redact``,
and faces under each method.

Run it from the repository: ``python docs/make_images.py [PORTRAITS]``. The portrait is NASA's of
Eileen Collins (public domain), the wall scikit-image's brick texture (CC0), the picture after what
efface wrote. The sheet of methods is drawn where a folder of folders of AI-generated portraits is
named: nobody on it exists.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from efface import detect, redact
from efface.demo import PORTRAITS, picture
from efface.media.sniff import open_photo
from efface.policy import Limits, MethodPolicy, ZonePolicy
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES
from efface.regions import Media, Regions, Track
from efface.report.chart import font
from efface.report.preview import draw
from efface.zones.filling import Surroundings
from efface.zones.growth import zones_of

LAYERS = ((4, 0.5), (3, 1.0), (2, 1.5), (2, 6.0), (1, 4.0))
"""Cells and noise of the sheet's columns, from the mildest on."""
SHEET = [
    *(MethodPolicy("layered", cells=cells, noise=noise) for cells, noise in LAYERS),
    MethodPolicy("figure"),
    MethodPolicy("solid"),
]
FACES, CELL_PX, GAP_PX, TITLE_PX = 24, 90, 1, 30
MORE = 0.25
"""Of a portrait's width, by which its edges are drawn out to the sides: these portraits show little
but the head, and something has to be left around a zone."""

FOLDER = Path(__file__).parent / "images"
QUALITY = 70


def main(folder: Path = FOLDER) -> None:
    """Write ``before.jpg``, ``numbered.jpg`` and ``after.jpg``."""
    folder.mkdir(parents=True, exist_ok=True)
    before, after = folder / "before.jpg", folder / "after.jpg"
    picture().save(before, "JPEG", quality=QUALITY, optimize=True)
    regions = detect(before)
    shown = draw(open_photo(before, Limits()).picture(0), regions)
    shown.save(folder / "numbered.jpg", "JPEG", quality=QUALITY, optimize=True)
    report = redact(before, after, overwrite=True)
    if report.faces != len(PORTRAITS):
        sys.exit(f"{report.faces} boxes for {len(PORTRAITS)} faces: the README would not be true")


def sheet(portraits: Path, target: Path) -> None:
    """Draw faces of every folder, clear and under each method, two by two in a row."""
    homes = sorted(path for path in portraits.iterdir() if path.is_dir())
    each = FACES // len(homes)
    shown = [path for home in homes for path in sorted(home.iterdir())[7 : 7 + 2 * each : 2]]
    rows = [_row(path, number) for number, path in enumerate(shown)]
    half = len(rows) // 2
    faces = np.hstack([np.vstack(rows[:half]), np.vstack(rows[half:])])
    out = Image.new("RGB", (faces.shape[1], faces.shape[0] + TITLE_PX), "white")
    out.paste(Image.fromarray(faces), (0, TITLE_PX))
    titles = ["clear", *(f"{c} x {c}, noise {n:g}" for c, n in LAYERS), "figure", "solid"] * 2
    canvas = ImageDraw.Draw(out)
    for number, title in enumerate(titles):
        canvas.text((number * CELL_PX + 4, 9), title, fill="black", font=font(11))
    out.save(target, "JPEG", quality=QUALITY, optimize=True)


def _row(path: Path, number: int) -> NDArray[np.uint8]:
    portrait = open_photo(path, Limits()).picture(0)
    found = next(iter(detect(path).tracks[0].every_box()))
    more = round(MORE * portrait.shape[1])
    pixels = cv2.copyMakeBorder(portrait, 0, 0, more, more, cv2.BORDER_REPLICATE)
    tall, wide = pixels.shape[:2]
    box = replace(found, x=found.x + more, y=found.y)
    regions = Regions(Media(path.name, "", "image", wide, tall), (Track("t1", (box,)),))
    (zone,) = zones_of(regions, ZonePolicy())
    r, cells = zone.rect, [pixels]
    for policy in SHEET:
        secret = bytes([number]) * SECRET_BYTES
        made = method_of(policy).prepare(regions, lambda some: ((n, pixels) for n in some), secret)
        out = pixels.copy()
        around = Surroundings(lambda: pixels, [zone])
        out[r.y0 : r.y1, r.x0 : r.x1] = made.filling.pixels(zone, around)
        cells.append(out)
    size = CELL_PX - 2 * GAP_PX, round(CELL_PX * tall / wide) - 2 * GAP_PX
    shown = [cv2.resize(cell, size, interpolation=cv2.INTER_AREA) for cell in cells]
    return np.hstack([np.pad(cell, (*[(GAP_PX, GAP_PX)] * 2, (0, 0)), constant_values=255)
                      for cell in shown])  # fmt: skip


if __name__ == "__main__":
    main()
    if len(sys.argv) > 1:
        sheet(Path(sys.argv[1]), FOLDER / "methods.jpg")
