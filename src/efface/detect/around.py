"""Which pictures are all-round, and what is found in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.detect.boxes import Boxes
from efface.detect.fusion import repeats
from efface.detect.interface import Detection, Detector
from efface.detect.unbent import Unbent
from efface.errors import RefusedError
from efface.media.interface import Photo
from efface.sphere.fisheye import is_two_circles
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


def check_joined(picture: NDArray[np.uint8], sphere: Sphere | None, path: Path) -> None:
    """Refuse a raw picture of two lenses, in which no face lies as it would be looked for.

    Args:
        picture: RGB, shape (height, width, 3).
        sphere: where it is taken to lie on the sphere.

    Raises:
        RefusedError: it is one.
    """
    if sphere is not None and not sphere.projection.stated and is_two_circles(picture):
        raise RefusedError(
            "this is an all-round camera's raw picture: two round ones, not yet joined.",
            path=path,
            hint="Export it as an equirectangular picture with the camera's program first, or draw "
            "what is to be covered in regions.",
        )


UNBENT_LEAST = 0.7
"""Probability from which a face counts that the unbent views show. In flat pictures surroundings
make a face of less; of views that overlap, and show floor and ceiling, that made ten times as many
boxes on no face, and one face more (bench/detect/around.py, the people that are for choosing)."""

MAYBE_FLAT_LEAST = 0.9
"""The same where the picture does not say that it is all-round: most that are twice as wide as high
are flat, and their views are bent for nothing. Of what the views showed on those pictures this left
nothing that was no face, and cost one face more of 156."""

Shown = tuple[Detection, ...]
"""One face: its detections, more than one where two eyes' views show it."""


def found_in(
    picture: NDArray[np.uint8], detector: Detector, sphere: Sphere | None
) -> tuple[list[Shown], list[Shown]]:
    """Faces in a picture, and what was nearly taken for one. A box that leaves an all-round picture
    at one edge goes on at the other. One that may be flat is looked at both ways."""
    faces: list[Shown] = []
    doubtful: list[Shown] = []
    if sphere is None or not sphere.projection.stated:
        flat = detector.findings(picture)
        faces = [(face,) for face in flat.faces]
        doubtful = [(place,) for place in flat.doubtful]
    if sphere is not None:
        unbent = Unbent(picture, sphere)
        found = detector.findings(unbent.picture)
        least = UNBENT_LEAST if sphere.projection.stated else MAYBE_FLAT_LEAST
        sure = tuple(face for face in found.faces if face.score >= least)
        faces = _and_more(faces, _bent(sure, unbent, sphere))
        if sphere.projection.stated:
            unsure = tuple(face for face in found.faces if face.score < least)
            more = _bent((*unsure, *found.doubtful), unbent, sphere)
            doubtful = _and_more([*faces, *doubtful], more)[len(faces) :]
    return faces, doubtful


def _and_more(faces: list[Shown], more: list[Shown]) -> list[Shown]:
    """Faces, and those of more that overlap none of them."""
    again = repeats(*(_boxes([face[0] for face in some]) for some in (more, faces)))
    return faces + [face for face, known in zip(more, again, strict=True) if not known]


def _boxes(found: Sequence[Detection]) -> Boxes:
    return np.array([(d.x, d.y, d.width, d.height, d.score) for d in found]).reshape(-1, 5)


def _bent(found: tuple[Detection, ...], unbent: Unbent, sphere: Sphere) -> list[Shown]:
    """As they lie in the all-round picture."""
    out = []
    for x, y, width, height, score in unbent.faces(_boxes(found)).tolist():
        shown = sphere.shown((x, y, width, height))
        out.append(tuple(Detection(*box, score) for box in shown))
    return out
