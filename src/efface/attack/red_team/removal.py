"""Whether a face was removed: every sample in its zone is one constant, in every frame.

That is a proof, and no search: where nothing but a constant is stored, nothing of the face is. A
lossy coder turns a constant into nearly one. What it does by itself is told from what is left of a
face by how few samples it moves, how little, and that these resemble nothing that was covered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.leaks.interface import Changed
from efface.attack.leaks.missed import oval
from efface.attack.native import Native, Plane, inside
from efface.attack.pair import Both
from efface.attack.red_team.blocks import unexplained
from efface.attack.red_team.zones import EDGE_PX, Change, inner, whole
from efface.media.coefficients import DctCoefficients
from efface.media.file import Picture
from efface.regions import Box

REACH = 1.3
"""Box widths and heights, within whose oval everything has to be the constant: of smaller fills the
leak table finds people by what stays open around them (10 % at 1.0, 2.4 % at 1.3)."""

OPEN_SHARE = 0.01
"""Of that oval, may lie beyond the zone: its edge is rounded to pixels."""

NEAR_FILL = 24
"""Steps of 255, up to which lossy coding takes a filled pixel at an edge away from the fill."""

MOST_STEPS = 6.0
"""By which a coder moves a sample well inside a constant zone, of 255."""

SHARE = 0.1
"""Of the samples, more than which a coder moves hardly ever: of luma up to .047 were seen (AV1),
and a face at an amplitude of one step moves a third."""

ALIKE = 0.15
"""Correlation from which what was moved resembles what was covered. On pictures of two families
.12 refused as many fills (4 of 100, all WebP) and .10 refused 7, and both let as many faint faces
pass (3 of 198); .20 let 6 pass. ``bench/leak/fills.py`` scores it on other pictures."""

LEAST_PX = 2
"""Rim that is left out at least, where a zone is small."""

COLOURED = "the zone has more than one colour"

MOSTLY = 0.5
"""Of what has to be covered, in other colours: the zone is no fill at all."""

OPENED_PX = 5
"""Thinner parts of a fill are specks of noise at its edge."""

Mask = NDArray[np.bool_]


class FoundFill:
    """What has the colour of the zone in the face's middle, in one frame."""

    def __init__(self, redacted: Picture, box: Box, zone: Changed, lossless: bool) -> None:
        """
        Args:
            zone: what was changed about the face.
            lossless: nothing but the fill itself is like it.
        """
        mask = whole(zone, redacted.shape[:2])
        rect, self._within = oval(grown(box), mask.shape)
        self._part = slice(rect.y0, rect.y1), slice(rect.x0, rect.x1)
        face, middle = oval(box, mask.shape)
        centre = redacted[face.y0 : face.y1, face.x0 : face.x1][middle]
        colour = np.median(centre, axis=0) if len(centre) else np.full(3, -1e3)
        apart = np.abs(redacted.astype(np.float32) - colour).max(axis=2)
        self.like: Mask = apart <= (0 if lossless else NEAR_FILL)
        """Pixels with the fill's colour, shape (height, width)."""
        other = self._within & ~self.like[self._part]
        shares = [float(part.sum() / max(1, self._within.sum()))
                  for part in (other & mask[self._part], other & ~mask[self._part])]  # fmt: skip
        self.coloured, self.open = shares
        """Of what has to be covered: what is changed and has another colour, or is not changed."""

    @property
    def face(self) -> Mask:
        """What has to be covered, shape (height, width)."""
        out = np.zeros_like(self.like)
        out[self._part] = self._within
        return out

    def region(self, changed: Mask) -> Mask:
        """The fill: what is like it and was changed, or belongs to the face; without its edge."""
        seen = self.like & changed
        seen[self._part] |= self.like[self._part] & self._within
        kernel = np.ones((OPENED_PX, OPENED_PX), np.uint8)
        padded = np.pad(seen.astype(np.uint8), OPENED_PX, mode="edge")
        joined = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, kernel)
        _, labels = cv2.connectedComponents(opened, connectivity=4)
        labels = labels[OPENED_PX:-OPENED_PX, OPENED_PX:-OPENED_PX]
        own = np.unique(labels[self._part][self._within])
        filled = np.pad(np.isin(labels, own[own > 0]).astype(np.uint8), EDGE_PX, mode="edge")
        side = 2 * EDGE_PX + 1
        worn = cv2.erode(filled, np.ones((side, side), np.uint8))
        return np.asarray(worn[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX] > 0)


class Removal:
    """Looks at every frame of one face, and then says why its removal is not proven."""

    def __init__(self) -> None:
        self._why: str | None = None
        self._sums: dict[tuple[str, int], NDArray[np.float64]] = {}
        self._most = 0.0

    @property
    def why_not(self) -> str | None:
        """Why it is not proven that the face was removed; ``None``: it was."""
        if self._why is not None:
            return self._why
        for both, own, theirs in self._sums.values():
            if own > 0 and theirs > 0 and abs(both) / np.sqrt(own * theirs) >= ALIKE:
                return "what varies in the zone resembles the face that was covered"
        return None

    @property
    def noise_steps(self) -> float:
        """By how many steps of 255 coding moved a sample of the fill, at most."""
        return self._most

    def see(self, box: Box, zone: Changed | None, found: Change, both: Both) -> Mask | None:
        """One more frame that shows the face.

        Args:
            zone: what was changed about it; ``None``: nothing.
            found: what was changed in the frame.

        Returns:
            Pixels with the fill's colour, shape (height, width); what else lies in the zone lies
            between this fill and the next, as it was. ``None``: removal is not proven.
        """
        if self._why is not None:
            return None
        where = _where(both)
        if zone is None:
            self._fails("nothing of the face was covered", where)
            return None
        native, shape = both.stored, both.redacted.shape[:2]
        fill = FoundFill(both.redacted, box, zone, native.lossless)
        if fill.coloured + fill.open > OPEN_SHARE:
            small = fill.open > fill.coloured or fill.coloured < MOSTLY
            self._fails("the fill is too small for the face" if small else COLOURED, where)
            return None
        moved = found.moved > found.noise
        if native.lossless:
            self._exact(whole(inner(zone), shape) & moved, native, where)
        else:
            mask = fill.region(whole(zone, shape) & moved)
            if native.coefficients is None:
                self._nearly(_worn(mask, box, native.rim_px), both.original, native, where)
            else:
                self._coded(native.coefficients, mask, fill.face, where)
        return fill.like if self._why is None else None

    def _coded(self, coded: DctCoefficients, mask: Mask, face: Mask, where: str) -> None:
        why = unexplained(coded, mask, face)
        if why is not None:
            self._fails(why, where)

    def _exact(self, mask: Mask, native: Native, where: str) -> None:
        for plane in native.planes:
            values = plane.samples[inside(mask, plane, native)]
            if len(values) and not (values == values[0]).all():
                most = float(np.abs(values.astype(np.float64) - float(values[0])).max())
                self._fails(f"it varies by up to {max(most / plane.step, 0.01):.2g} of 255", where)
                return

    def _nearly(self, within: Mask, original: Picture, native: Native, where: str) -> None:
        colours: list[NDArray[np.float32]] | None = None
        for plane in native.planes:
            chosen = inside(within, plane, native)
            values = plane.samples[chosen].astype(np.float64) / plane.step
            if not len(values):
                continue
            apart = values - np.median(values)
            if native.clipped and _at_an_end(values):
                self._fails(
                    "its colour lies at an end of the scale, beyond which more may be coded", where
                )
                return
            if not apart.any():
                continue
            most = float(np.abs(apart).max())
            self._most = max(self._most, most)
            if most > MOST_STEPS:
                self._fails(f"it varies by up to {most:.2g} of 255", where)
                return
            if colours is None:
                colours = _opponent(native.orientation.stored(original))
            alike = max(self._likeness(plane, n, apart, _scaled(c, plane)[chosen])
                        for n, c in enumerate(colours))  # fmt: skip
            if float((np.abs(apart) >= 0.5).mean()) > SHARE and alike >= ALIKE:
                self._fails("what varies in it resembles the face that was covered", where)
                return

    def _likeness(
        self, plane: Plane, colour: int, apart: NDArray[np.float64], covered: NDArray[np.float32]
    ) -> float:
        """Correlation of what varies in a plane with what was covered; it is kept for later."""
        one = apart - apart.mean()
        other = covered.astype(np.float64) - covered.mean()
        spread = float(other.std())
        if spread == 0.0:
            return 0.0
        other /= spread
        sums = np.array([one @ other, one @ one, other @ other])
        key = plane.name, colour
        self._sums[key] = self._sums.get(key, np.zeros(3)) + sums
        return float(abs(sums[0]) / max(np.sqrt(sums[1] * sums[2]), 1e-12))

    def _fails(self, why: str, where: str) -> None:
        if self._why is None:
            self._why = f"{why} ({where})" if where else why


def _where(both: Both) -> str:
    if both.time_s is not None:
        return f"frame {both.index}, {both.time_s:.3f} s"
    return f"page {both.index + 1}" if both.index else ""


def _at_an_end(values: NDArray[np.float64]) -> bool:
    middle = float(np.median(values))
    return middle <= 0.5 or middle >= 254.5


def grown(box: Box) -> Box:
    """A face with what has to be covered next to it."""
    across, along = box.width * (REACH - 1) / 2, box.height * (REACH - 1) / 2
    return replace(
        box,
        x=box.x - across,
        y=box.y - along,
        width=box.width * REACH,
        height=box.height * REACH,
    )


def _worn(mask: Mask, box: Box, rim: int) -> Mask:
    """The zone without its rim; with less of a rim where the face would be worn off with it."""
    padded = np.pad(mask.astype(np.uint8), 1, mode="edge")
    deep = cv2.distanceTransform(padded, cv2.DIST_C, 3)[1:-1, 1:-1]
    rect, within = oval(box, mask.shape)
    face = deep[rect.y0 : rect.y1, rect.x0 : rect.x1][within]
    margin = float(face.min()) - 1 if len(face) else 0.0
    return np.asarray(deep > min(rim, max(LEAST_PX, margin)))


def _opponent(picture: NDArray[Any]) -> list[NDArray[np.float32]]:
    """Luma and both differences of colour, shape (height, width) each."""
    ycc = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2YCrCb).astype(np.float32)
    return [ycc[..., n] for n in range(3)]


def _scaled(colour: NDArray[np.float32], plane: Plane) -> NDArray[Any]:
    """The means of a colour over what each sample of a plane stands for."""
    if not (plane.log2_x or plane.log2_y):
        return colour
    rows, columns = plane.samples.shape
    high, wide = 1 << plane.log2_y, 1 << plane.log2_x
    bottom, right = rows * high - colour.shape[0], columns * wide - colour.shape[1]
    padded = np.pad(colour, ((0, bottom), (0, right)), mode="edge")
    return np.asarray(padded.reshape(rows, high, columns, wide).mean(axis=(1, 3)))
