"""Which pictures are all-round, and what is found in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.detect.interface import Detection, Detector
from efface.detect.unbent import Unbent
from efface.media.interface import Photo
from efface.sphere.picture import Sphere
from efface.sphere.projection import assumed


def photo_sphere(photo: Photo, frame: int) -> Sphere | None:
    """Where a frame of a photo lies on the sphere; ``None``: it is flat. One of 2:1 that says
    nothing is taken for all-round, too."""
    width, height = photo.sizes[frame]
    if photo.gpano is None:
        projection = assumed(width, height)
    else:
        projection = photo.gpano.projection(width, height)
    return None if projection is None else Sphere(projection, width, height)


Shown = tuple[Detection, ...]
"""One face: its detections, more than one where two eyes' views show it."""


def found_in(
    picture: NDArray[np.uint8], detector: Detector, sphere: Sphere | None
) -> tuple[list[Shown], list[Shown]]:
    """Faces in a picture, and what was nearly taken for one. A box that leaves an all-round picture
    at one edge goes on at the other."""
    if sphere is None:
        found = detector.findings(picture)
        return [(face,) for face in found.faces], [(place,) for place in found.doubtful]
    unbent = Unbent(picture, sphere)
    found = detector.findings(unbent.picture)
    return _bent(found.faces, unbent, sphere), _bent(found.doubtful, unbent, sphere)


def _bent(found: tuple[Detection, ...], unbent: Unbent, sphere: Sphere) -> list[Shown]:
    """As they lie in the all-round picture."""
    boxes = np.array([(d.x, d.y, d.width, d.height, d.score) for d in found]).reshape(-1, 5)
    out = []
    for x, y, width, height, score in unbent.faces(boxes).tolist():
        shown = sphere.shown((x, y, width, height))
        out.append(tuple(Detection(*box, score) for box in shown))
    return out
