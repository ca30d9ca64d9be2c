"""A face so near that it fills the picture: eyes alone, a mouth, half a face, eyes to mouth.

The networks that look for faces want to see their outline. Shown a pair of eyes that fills the
picture they find nothing at any scale, or take one eye for a face. So a small network of our own is
shown the whole picture, and each half of it, shrunk until a face would fill what it sees, and says
whether a part of a face does. Where it stands in the look it does not say: the box is all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.detect.boxes import Boxes, intersections, no_boxes
from efface.detect.interface import Detection, Detector, Findings, detections
from efface.detect.network import Network
from efface.detect.tiling import Pyramid
from efface.regions import Box
from efface.zones.zone import Zone

AREA_PX = 6400
"""Pixels of a look: what the network was trained on."""

STEP_PX = 8
"""Sides of a look are multiples of this."""

LONGEST = 4.0
"""A look is at most so many times as long as wide; what is longer is squeezed."""

NEAR = 0.9
"""Probability from which a face fills a look."""

NEARLY = 0.8
"""Probability from which a look is named as doubtful."""

RESCAN_NEAR = 0.95
"""The same for the rescan of a written file: higher, since a zone changes what is beside it."""

HALF_DOUBT = 6.7
"""What a half of the picture is taken for is doubted so many times as much: there are four of them,
and parts of bodies and clothes look like a part of a face more often than whole pictures do."""

EXPLAINED = 0.7
"""Share of the middle of a look that zones over other faces must cover for it not to be asked."""

GROWN = (1.8, 2.0)
"""Other faces count as covered by zones so many times as wide and high: the policy's default."""

LEAST_PX = 24
"""Looks at less than this, along one side, are not taken."""


@cache
def near_network() -> Network:
    """The network; compiled once a process."""
    return Network("near", "near faces", outputs=("near",), precision="f32")


def near_faces(pyramid: Pyramid, others: Boxes, least: float = NEAR) -> Boxes:
    """Looks that a part of a face fills, as boxes in the picture's pixels, the whole picture first.

    Args:
        pyramid: the picture.
        others: faces that are found already. What the network sees under their zones does not
            count: it is shown the picture with them painted over.
        least: probability from which a face fills a look, 0 to 1.
    """
    height, width = pyramid.picture.shape[:2]
    covered = _grown(tuple(box[:4]) for box in others)
    return _filled(pyramid, _looks(width, height), covered, least)


class NearDetector:
    """Another detector's faces, and near ones where those leave a face open."""

    def __init__(self, others: Detector) -> None:
        self._others = others

    @property
    def name(self) -> str:
        """Models, backend and precision."""
        return f"{self._others.name} + {near_network().name}"

    def detect(
        self, picture: NDArray[np.uint8], second: Boxes | None = None
    ) -> tuple[Detection, ...]:
        """Faces in an RGB picture of shape (height, width, 3), upright; near ones last."""
        return self.findings(picture, second).faces

    def findings(self, picture: NDArray[np.uint8], second: Boxes | None = None) -> Findings:
        """The same faces, and what was nearly taken for one."""
        found = self._others.findings(picture, second)
        looks = near_faces(Pyramid(picture), boxes_of(found.faces), NEARLY)
        sure = looks[:, 4] >= NEAR
        lying = intersections(boxes_of(found.doubtful), looks[sure]).max(axis=1, initial=0.0)
        apart = [
            d for d, a in zip(found.doubtful, lying, strict=True) if a < d.width * d.height / 2
        ]
        doubtful = detections(looks[~sure]) if not sure.any() else ()
        return Findings((*found.faces, *detections(looks[sure])), (*apart, *doubtful))


def boxes_of(faces: Sequence[Detection]) -> Boxes:
    """As boxes."""
    return np.array([(d.x, d.y, d.width, d.height, d.score) for d in faces]).reshape(-1, 5)


def uncovered_near(
    pyramid: Pyramid, zones: Iterable[Zone], kept: Iterable[Box], least: float = RESCAN_NEAR
) -> Boxes:
    """Near faces in a written picture, with what is covered or kept painted over.

    Args:
        pyramid: the picture.
        zones: of this frame.
        kept: boxes of this frame that stay visible.
        least: probability from which a face fills a look, 0 to 1.
    """
    covered = [
        *((z.rect.x0, z.rect.y0, z.rect.width, z.rect.height) for z in zones),
        *(tuple(place) for place in _grown([(b.x, b.y, b.width, b.height) for b in kept])),
    ]
    height, width = pyramid.picture.shape[:2]
    places = np.array(covered, float).reshape(-1, 4)
    return _filled(pyramid, _looks(width, height), places, least)


def _grown(boxes: Iterable[tuple[float, float, float, float]]) -> NDArray[np.float64]:
    """Boxes as their zones cover them."""
    places = np.array(list(boxes), float).reshape(-1, 4)
    size = places[:, 2:] * GROWN
    return np.column_stack([places[:, :2] + places[:, 2:] / 2 - size / 2, size])


def _looks(width: int, height: int) -> list[tuple[float, float, float, float]]:
    """x, y, width, height: the whole picture, and its halves."""
    half_x, half_y = width / 2, height / 2
    looks = [
        (0.0, 0.0, float(width), float(height)),
        (0.0, 0.0, half_x, float(height)),
        (half_x, 0.0, half_x, float(height)),
        (0.0, 0.0, float(width), half_y),
        (0.0, half_y, float(width), half_y),
    ]
    return [look for look in looks if min(look[2:]) >= LEAST_PX]


def _filled(
    pyramid: Pyramid,
    looks: list[tuple[float, float, float, float]],
    covered: NDArray[np.float64],
    least: float,
) -> Boxes:
    found: list[tuple[float, ...]] = []
    for look in looks:
        if any(_inside(look, box) for box in found if box[4] >= NEAR):
            continue
        tile, hidden = seen(pyramid, look, covered)
        if hidden >= EXPLAINED:
            continue
        doubted = 1.0 if look is looks[0] else HALF_DOUBT
        probability = _likely(tile, doubted, least)
        if probability is not None:
            found.append((*look, probability))
    return np.array(found).reshape(-1, 5) if found else no_boxes()


def _likely(tile: NDArray[np.uint8], doubted: float, least: float) -> float | None:
    """Probability that a face fills a look, by what is seen as it is and in the mirror; ``None``
    where it is less than ``least``: mostly the first says so whatever the second would."""
    (seen_so,) = judged([tile])
    if 1 - (1 - (seen_so + 1) / 2) * doubted < least:
        return None
    (mirrored,) = judged([tile[:, ::-1]])
    probability = 1 - (1 - (seen_so + mirrored) / 2) * doubted
    return probability if probability >= least else None


def judged(tiles: list[NDArray[np.uint8]]) -> list[float]:
    """Probability that a face fills each look, RGB, shape (height, width, 3)."""
    return near_network().run(tiles, lambda outputs, shape: float(outputs["near"][0, 0]))


def seen(
    pyramid: Pyramid,
    look: tuple[float, float, float, float],
    covered: NDArray[np.float64],
) -> tuple[NDArray[np.uint8], float]:
    """What the network is shown of one look, and the share of its middle that is painted over.

    Args:
        pyramid: the picture.
        look: x, y, width, height in its pixels.
        covered: places that are painted over, likewise; shape (n, 4).
    """
    x, y, width, height = look
    shape = shape_of(width, height)
    level = max(0, math.floor(math.log2(max(1.0, math.sqrt(width * height / AREA_PX) / 2))))
    view = pyramid.view(level)
    across, along = view.size
    box = (
        x * view.scale,
        y * view.scale,
        min((x + width) * view.scale, across),
        min((y + height) * view.scale, along),
    )
    shrunk = Image.fromarray(np.ascontiguousarray(view.pixels)).resize(
        (shape[1], shape[0]),
        Image.Resampling.BILINEAR,
        box,
    )
    tile = np.array(shrunk)
    hidden = np.zeros(shape, bool)
    for left, top, wide, high in covered:
        columns = _span(left - x, wide, shape[1] / width)
        rows = _span(top - y, high, shape[0] / height)
        hidden[rows, columns] = True
    tile[hidden] = 0
    rows, columns = (slice(side // 10, side - side // 10) for side in shape)
    return tile, float(hidden[rows, columns].mean())


def shape_of(width: float, height: float) -> tuple[int, int]:
    """(height, width) of what the network is shown of so much of a picture."""
    ratio = min(max(width / height, 1 / LONGEST), LONGEST)
    sides = math.sqrt(AREA_PX / ratio), math.sqrt(AREA_PX * ratio)
    return tuple(max(4, round(side / STEP_PX)) * STEP_PX for side in sides)  # type: ignore[return-value]


def _span(start: float, length: float, scale: float) -> slice:
    return slice(max(0, round(start * scale)), max(0, round((start + length) * scale)))


def _inside(look: tuple[float, ...], box: tuple[float, ...]) -> bool:
    return (
        look[0] >= box[0]
        and look[1] >= box[1]
        and look[0] + look[2] <= box[0] + box[2] + 1
        and look[1] + look[3] <= box[1] + box[3] + 1
    )
