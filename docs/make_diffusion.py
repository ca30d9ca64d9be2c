"""Makes docs/images/diffusion.jpg: what the diffusion attack draws of redacted faces, and what that
says of who it is.

Run it from the repository: ``python -m docs.make_diffusion PORTRAIT…``. The portraits are
AI-generated ones that the prior was not trained on (every tenth that training/faces.py lists):
nobody on them exists. Each is redacted in one of the ways of ``WAYS``, its face 80 pixels wide.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from efface.attack.alignment import CHIP_PX, chip, chip_points
from efface.attack.diffusion.attack import Diffusion, averaged, middle
from efface.attack.diffusion.interface import FACE_PX
from efface.attack.interface import Evidence, Look, Pixels, Prediction, Reconstruction
from efface.attack.landmarks import points_in
from efface.attack.looks import look_at
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.attack.recognisers import recognisers
from efface.attack.red_team.distractors import Lineup, distractors, lineup
from efface.attack.red_team.rank import standing, together, vectors_of
from efface.detect.faces import face_detector
from efface.regions import Box
from efface.report.chart import font
from efface.study.redactions import GROWTH, grown

TARGET = Path(__file__).parent / "images" / "diffusion.jpg"
WIDTH_PX = 80
WAYS: tuple[tuple[str, Callable[[Box], Operator]], ...] = (
    ("Gaussian .10", lambda box: Operator("gaussian", 0.1 * box.width)),
    ("Gaussian .20", lambda box: Operator("gaussian", 0.2 * box.width)),
    ("16 cells", lambda box: Operator("mosaic", box.width / 16, (box.x, box.y))),
    ("8 cells", lambda box: Operator("mosaic", box.width / 8, (box.x, box.y))),
)
SHOWN = 5
CELL_PX, TEXT_PX, GAP_PX = 104, 16, 3
QUALITY = 78
SEED = 0


def small(path: Path) -> tuple[Pixels, Box]:
    """A portrait whose face is ``WIDTH_PX`` wide.

    Raises:
        ValueError: no face was found in it.
    """
    picture = np.asarray(Image.open(path).convert("RGB"))
    found = max(face_detector("default").detect(picture), key=lambda one: one.width, default=None)
    if found is None:
        raise ValueError(f"expected a face in {path}")
    scale = WIDTH_PX / found.width
    size = [round(side * scale) for side in picture.shape[1::-1]]
    shrunk = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    x, y, width, height = (scale * v for v in (found.x, found.y, found.width, found.height))
    return np.asarray(shrunk, np.uint8), Box(0, x, y, width, height)


def said(evidence: Evidence, among: Lineup) -> str:
    """Where the person stands by this evidence, by both recognisers."""
    found = standing(together(vectors_of([evidence], among.candidates, recognisers())), among.place)
    return f"place {found.rank:,.0f}"


def line(look: Look, clear: Pixels, among: Lineup) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Pictures of one line, each with what stands below."""
    assert look.operator is not None
    faces = Diffusion().sampled([(look, look.operator)])
    published = chip(look.pixels, look.points)
    yield clear, "clear"
    yield published, said(Reconstruction(published, chip_points(CHIP_PX)), among)
    for face in faces[:SHOWN]:
        yield face, said(Reconstruction(face, chip_points(FACE_PX)), among)
    mean = middle(faces)
    yield mean.pixels, said(mean, among)
    yield mean.pixels, said(Prediction(averaged(faces)), among)


def main(paths: list[Path]) -> None:
    """Draw the sheet."""
    titles = ("", "clear", "published", *["sample"] * SHOWN, "mean picture", "mean template")
    rows: list[tuple[str, list[tuple[NDArray[np.uint8], str]]]] = []
    for number, path in enumerate(paths):
        picture, box = small(path)
        points = points_in(picture, box)
        if points is None:
            raise ValueError(f"expected a face in {path}")
        clear = chip(picture, points)
        rng = np.random.default_rng([SEED, number])
        among = lineup(clear, distractors(None, recognisers()), recognisers(), rng)
        name, operator_of = WAYS[number % len(WAYS)]
        operator = operator_of(box)
        zone = grown(picture, box, GROWTH, GROWTH)
        look = look_at(apply(picture, zone, operator), zone, box, points, operator)
        rows.append((name, list(line(look, clear, among))))
    across, down = CELL_PX + GAP_PX, CELL_PX + TEXT_PX + GAP_PX
    sheet = Image.new("RGB", (across * len(titles), TEXT_PX + down * len(rows)), "white")
    draw, lettering = ImageDraw.Draw(sheet), font(11)
    for column, title in enumerate(titles):
        draw.text((across * column + 2, 1), title, "black", lettering)
    for row, (name, cells) in enumerate(rows):
        top = TEXT_PX + down * row
        draw.text((2, top + CELL_PX / 2 - 6), name, "black", lettering)
        for column, (face, text) in enumerate(cells, start=1):
            shown = cv2.resize(face, (CELL_PX, CELL_PX), interpolation=cv2.INTER_CUBIC)
            sheet.paste(Image.fromarray(np.asarray(shown, np.uint8)), (across * column, top))
            draw.text((across * column + 2, top + CELL_PX + 1), text, "black", lettering)
    sheet.save(TARGET, quality=QUALITY)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
