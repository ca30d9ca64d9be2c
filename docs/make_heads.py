"""Makes ``docs/images/heads.jpg``: drawn heads over AI-generated portraits, and turned.

Run it from the repository: ``python docs/make_heads.py PORTRAITS``, a folder of AI-generated
portraits. Nobody on the sheet exists, before or after.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from make_images import FOLDER, MORE, QUALITY
from numpy.typing import NDArray
from PIL import Image

from efface import detect
from efface.generate.head import head_for
from efface.generate.likeness import linear_faces
from efface.generate.pose import Pose
from efface.generate.prior import prior_network
from efface.media.sniff import open_photo
from efface.policy import Limits, ZonePolicy
from efface.redact.methods.artwork import Artwork
from efface.redact.methods.replace.seam import seamless
from efface.regions import Media, Regions, Track
from efface.zones.filling import Surroundings
from efface.zones.growth import zones_of

PEOPLE, FIRST, EACH = 8, 39, 400
"""Portraits, at odd places of the sorted folder, on none of which anything was trained."""
YAWS = (0, 0, 0, -25, 25, -45, 45, 60)
CELL = 150, 112


def main(portraits: Path) -> None:
    """Draw a row for each portrait: clear, then heads drawn over it, the last ones turned."""
    files = sorted(portraits.rglob("*.jpg"))
    rows = [_row(files[FIRST + i * EACH], i) for i in range(PEOPLE)]
    Image.fromarray(np.vstack(rows)).save(FOLDER / "heads.jpg", "JPEG", quality=QUALITY)


def _row(path: Path, number: int) -> NDArray[np.uint8]:
    portrait = open_photo(path, Limits()).picture(0)
    found = next(iter(detect(path).tracks[0].every_box()))
    more = round(MORE * portrait.shape[1])
    drawn_out = cv2.copyMakeBorder(portrait, 0, 0, more, more, cv2.BORDER_REPLICATE)
    pixels = np.asarray(drawn_out, np.uint8)
    tall, wide = pixels.shape[:2]
    box = replace(found, x=found.x + more, y=found.y)
    regions = Regions(Media(path.name, "", "image", wide, tall), (Track("t1", (box,)),))
    (zone,) = zones_of(regions, ZonePolicy())
    around = Surroundings(lambda: pixels, [zone])
    r, cells = zone.rect, [pixels]
    for seed, yaw in enumerate(YAWS):
        random = np.random.default_rng(100 * number + seed)
        models = linear_faces(), prior_network()
        head = head_for(zone, around, models, random, Pose(yaw=yaw))
        opaque = np.full(head.shape[:2], 255, np.uint8)
        out = pixels.copy()
        laid = seamless(Artwork(np.dstack([head, opaque])), zone, around)
        out[r.y0 : r.y1, r.x0 : r.x1] = laid
        cells.append(out)
    shown = [cv2.resize(cell, CELL, interpolation=cv2.INTER_AREA) for cell in cells]
    return np.asarray(np.hstack(shown), np.uint8)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
