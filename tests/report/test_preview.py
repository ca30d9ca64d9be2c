"""The picture with numbered boxes."""

from __future__ import annotations

import numpy as np

from efface.regions import Box, Media, Regions, Track
from efface.report.preview import draw

MEDIA = Media("a.jpg", "0" * 64, "image", 200, 100, 2)


def test_faces_and_doubtful_places_are_told_apart() -> None:
    face, doubt = Box(0, 20, 40, 30, 30), Box(0, 120, 40, 30, 30, 0.4)
    elsewhere = Box(1, 60, 40, 30, 30, 0.3)
    regions = Regions(MEDIA, (Track("t1", (face,)),), (doubt, elsewhere))
    pixels = np.asarray(draw(np.full((100, 200, 3), 90, np.uint8), regions)).astype(int)
    around_face, around_doubt = pixels[45:65, 20], pixels[45:65, 120]
    assert (around_face[:, 0] > around_face[:, 2] + 100).all()
    assert (around_doubt[:, 2] > around_doubt[:, 0] + 100).all()
    assert (pixels[45:65, 60] == 90).all()
