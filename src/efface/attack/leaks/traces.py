"""Traces of compression: blocks that were coded with the face in them, and cut by the zone's edge.

A block of a JPEG is quantised as a whole, so that its pixels outside a zone depend on those inside.
Drawing a box on the decoded pixels leaves them as they were. Put back what was covered and the
block lies on the lattice of its quantised coefficients again; anything else does not fit (Ho &
Chang, Residual information of redacted images hidden in the compression artifacts, IH 2008). The
attacker tries contents, and knows when one is right.

The attack is made with the true content, against three kinds of wrong ones:

* other contents, from other places of the picture;
* nulls: the original with something else in the zone, coded again with its own steps, the true
  content then put back. It continues the visible part as well as the true one does, and was not
  coded together with it: what fits better than this fits by the traces alone.

Luma only: readers smooth subsampled colour, which takes it off its lattice. Videos are left out:
their filters smooth across the edges of blocks. A file that efface writes in the JPEG's own blocks
has no block that is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Leak
from efface.attack.leaks.interface import Changed, FileAttack, FileCase
from efface.attack.leaks.lattice import SIDE, Blocks, Lattice, estimated, lattice_of, luma_of
from efface.attack.leaks.likeness import Gray
from efface.attack.leaks.missed import oval
from efface.attack.pair import Both
from efface.media.jpeg.photo import JpegPhoto

LEAST_PIXELS = 8
"""So many of a block's 64 pixels are covered, and so many not: an eighth. Fewer hardly change the
fit, whatever is put there."""
FACE_PIXELS = 4
"""So many covered pixels of a block belong to a face for it to count as a block of the face."""
OTHERS, NULLS = 99, 18
"""Other contents; how many of them serve as nulls, as they are and as bright as the true one."""
BLURS_PX = (1.0, 2.0, 4.0, 6.0)
"""The true content blurred serves as a null, too: what is nearly alike was not coded with it."""
AHEAD = 5.0
"""The true content must be ahead of the mean null by so many standard deviations of the nulls (at
least 1, what the fit has by chance), and of every other content and null."""
FILL_NEAR, LEAST_CHANGE = 3, 2
"""Steps of 255: pixels this near to a solid zone's colour may belong to it; a block in which hardly
a pixel changed by more than the other was not cut, whatever colour spilled into it."""
SOLID_SHARE = 0.9
MOST_FRAMES = 8
MOST_BLOCKS = 512
SEED = 20080


@dataclass(frozen=True, slots=True)
class Fits:
    """How well contents of the covered parts fit the visible ones."""

    blocks: int
    true: float
    others: NDArray[np.float64]
    """Of other contents, shape (``OTHERS``,)."""
    nulls: NDArray[np.float64]
    """Of the true one, where it was not coded together, shape (nulls,)."""

    @property
    def ahead(self) -> float:
        """By how many standard deviations the true content is ahead of the nulls."""
        return float((self.true - self.nulls.mean()) / max(1.0, float(self.nulls.std())))

    @property
    def proven(self) -> bool:
        """The true content was recognised."""
        best = max(float(self.others.max()), float(self.nulls.max()))
        return self.true > best and self.ahead >= AHEAD


class Traces(FileAttack):
    """Recognises covered content by the traces of compression around it."""

    name: ClassVar[str] = "traces"
    title: ClassVar[str] = "traces of compression around the zones"

    def applies(self, case: FileCase) -> bool:
        return case.redacted.kind == "image" and bool(case.zones)

    def search(self, case: FileCase) -> Sequence[Leak]:
        out: list[Leak] = []
        tried = 0
        for both in case.pair.frames():
            if case.zones.get(both.index) and tried < MOST_FRAMES:
                out += _searched(case, both)
                tried += 1
        return out


def _searched(case: FileCase, both: Both) -> list[Leak]:
    luma = luma_of(case.original, both.original)
    coded = case.original.coefficients() if isinstance(case.original, JpegPhoto) else None
    lattice = estimated(luma) if coded is None else lattice_of(coded)
    if lattice is None:
        return []
    shown = luma_of(case.redacted, both.redacted)
    zone = case.covered(both.index, luma.shape)
    changed = zone & (np.abs(luma - shown) > LEAST_CHANGE)
    hidden = zone | _like_fill(shown, case.zones[both.index])
    cut = (lattice.blocks(changed).sum((2, 3)) >= LEAST_PIXELS) & (
        lattice.blocks(~hidden).sum((2, 3)) >= LEAST_PIXELS
    )
    faces = np.zeros(luma.shape, bool)
    for _, box in case.boxes(both.index):
        rect, inside = oval(box, luma.shape)
        faces[rect.y0 : rect.y1, rect.x0 : rect.x1] |= inside
    of_face = cut & (lattice.blocks(hidden & faces).sum((2, 3)) >= FACE_PIXELS)
    place = case.pair.place(both.index)
    source = "of the original" if coded is not None else "of a JPEG that the original was made from"
    out = []
    for chosen, of_what in ((of_face, "the face"), (cut & ~of_face, "what surrounds the face")):
        fits = fitted(lattice, luma, shown, hidden, chosen)
        if fits is None or not fits.proven:
            continue
        out.append(
            Leak(
                "compression-traces",
                f"{place}, edges of the zones",
                f"{fits.blocks} blocks {source} were coded with {of_what} in them and cut by a "
                f"zone: their visible pixels tell whether a guess of what is covered is right "
                f"({fits.ahead:.0f} standard deviations ahead of the nulls)",
                fails=chosen is of_face,
            )
        )
    return out


def _like_fill(shown: Gray, zones: Sequence[Changed]) -> NDArray[np.bool_]:
    """Pixels in and next to a solid zone that have its colour: whether they belong to it cannot be
    told where the original has that colour, too."""
    out = np.zeros(shown.shape, bool)
    for zone in zones:
        r = zone.rect
        inside = shown[r.y0 : r.y1, r.x0 : r.x1][zone.mask]
        fill = float(np.median(inside)) if len(inside) else 0.0
        if not len(inside) or float((np.abs(inside - fill) <= FILL_NEAR).mean()) < SOLID_SHARE:
            continue
        near = r.padded(SIDE, SIDE).clipped(shown.shape[1], shown.shape[0])
        part = slice(near.y0, near.y1), slice(near.x0, near.x1)
        out[part] |= np.abs(shown[part] - fill) <= FILL_NEAR
    return out


def fitted(
    lattice: Lattice,
    luma: Gray,
    shown: Gray,
    hidden: NDArray[np.bool_],
    chosen: NDArray[np.bool_],
) -> Fits | None:
    """Try contents for the covered parts of some blocks; ``None`` when there are no such blocks.

    Args:
        luma: of the original, upright; ``shown``: of the redacted picture.
        hidden: which pixels are covered, shape (height, width), upright.
        chosen: which blocks, shape (rows, columns).
    """
    if not chosen.any():
        return None
    chosen = _some(chosen)
    inside = lattice.blocks(hidden)[chosen]
    true, visible = (lattice.blocks(picture)[chosen] for picture in (luma, shown))
    elsewhere = list(_elsewhere(lattice, luma, chosen))
    others = [lattice.fit(np.where(inside, other, visible)) for other in elsewhere]
    nulls = []
    for instead in (
        *elsewhere[:NULLS],
        *(_as_bright(other, true, inside) for other in elsewhere[:NULLS]),
        *(lattice.blocks(cv2.GaussianBlur(luma, (0, 0), sigma))[chosen] for sigma in BLURS_PX),
    ):
        apart = lattice.requantised(np.where(inside, instead, true))
        nulls.append(lattice.fit(np.where(inside, true, apart)))
    fit = lattice.fit(np.where(inside, true, visible))
    return Fits(len(inside), fit, np.array(others), np.array(nulls))


def _some(chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """At most ``MOST_BLOCKS``, spread evenly."""
    places = np.flatnonzero(chosen)
    out = np.zeros(chosen.size, bool)
    out[places[:: -(-len(places) // MOST_BLOCKS)]] = True
    return out.reshape(chosen.shape)


def _elsewhere(lattice: Lattice, luma: Gray, chosen: NDArray[np.bool_]) -> Iterator[Blocks]:
    """What lies a random way from each block, every other time upside down."""
    random = np.random.default_rng(SEED)
    height, width = lattice.orientation.stored(luma).shape
    for turn in range(OTHERS):
        down, across = random.integers(SIDE, (height - SIDE, width - SIDE))
        other: Blocks = lattice.moved(luma, chosen, (int(down), int(across)))
        yield other[:, ::-1] if turn % 2 else other


def _as_bright(other: Blocks, true: Blocks, inside: NDArray[np.bool_]) -> Blocks:
    """Other content with the true one's mean in each block's covered part."""
    count = inside.sum((1, 2), keepdims=True)
    apart: Blocks = ((true - other) * inside).sum((1, 2), keepdims=True) / count
    return other + apart
