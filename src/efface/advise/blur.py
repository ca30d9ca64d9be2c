"""How strongly a zone was blurred: the likeliest of many blurs, given its pixels alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from efface.advise.evidence import mixture
from efface.advise.kernels import Blur, modes, sharp
from efface.geometry import Rect

BOX_OF_SIGMA = float(np.sqrt(12.0))
"""Width of the box filter whose variance is that of a Gaussian of sigma 1."""

CORRELATION = 0.35
"""Distance in face widths over which a clear face's correlation falls to 1/e along an axis."""

CODEC_PX = 5.0
"""Distance in pixels over which what a lossy file left is alike."""

LARGEST = 44
"""Pixels across that are looked at; a larger zone is shrunk, or looked at in tiles."""

_SMALLEST_SIGMA = 0.25
"""In pixels as they are looked at."""

_LARGEST_SIGMA = 0.6
"""In face widths: beyond, nothing is left to tell sizes apart by."""


@dataclass(frozen=True, slots=True)
class BlurFit:
    """One blur, and how well it explains a zone."""

    blur: Blur
    size_px: float
    """A Gaussian's sigma, a box filter's width."""
    cost: float
    """Twice the negative logarithm of the likelihood, and of how usual such a tool is."""
    noise: float
    """Variance for each pixel left unexplained, at the scale that was looked at."""

    @property
    def sigma_px(self) -> float:
        """As a Gaussian's, by variance."""
        return self.size_px if self.blur == "gaussian" else self.size_px / BOX_OF_SIGMA


@dataclass(frozen=True, slots=True)
class BlurSearch:
    """Every blur that was tried at the scale that fits best."""

    fits: tuple[BlurFit, ...]
    shrink: int
    """Pixels of the picture in one of those that were looked at."""

    @property
    def best(self) -> BlurFit:
        """The likeliest."""
        return min(self.fits, key=lambda fit: fit.cost)

    def sure(self, temperature: float, within: float = 0.15) -> float:
        """Share of the likelihood at the best one's kind and near its size.

        Args:
            temperature: how much less a difference of cost says than the model believes.
            within: share of the size that counts as near.
        """
        best = self.best
        weights, near = [], []
        for blur in ("gaussian", "box"):
            line = sorted((f for f in self.fits if f.blur == blur), key=lambda f: f.size_px)
            if not line:
                continue
            logs = np.log([f.size_px for f in line])
            # each fit stands for the sizes half way to its neighbours
            spans = np.gradient(logs) if len(line) > 1 else np.array([0.1])
            costs = np.array([f.cost for f in line])
            weights.append(spans * np.exp(-(costs - best.cost) / (2 * temperature)))
            same = blur == best.blur
            near.append((np.abs(np.exp(logs) / best.size_px - 1) <= within) & same)
        whole = np.concatenate(weights)
        return float(whole[np.concatenate(near)].sum() / whole.sum())


@dataclass(frozen=True, slots=True)
class _Tile:
    luma: NDArray[np.float64]
    part: Rect
    shrink: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A way that tools blur."""

    blur: Blur
    cut: bool = False
    """Whether the tool sees the cut-out alone, reflected at its ends."""
    soft: float = 0.0
    """Softness of the picture itself, in sizes of the blur."""
    penalty: float = 0.0
    steps: int = 16


_CANDIDATES = (
    _Candidate("gaussian"),
    _Candidate("gaussian", cut=True, penalty=6, steps=10),
    _Candidate("box", steps=26),
    _Candidate("box", soft=0.08, penalty=2, steps=26),
    _Candidate("box", cut=True, penalty=6, steps=16),
)
_HALF = -10.0
"""A box filter of half the cut-out is what the commonest tool (deface) does: less of a surprise."""


def search(luma: NDArray[np.float32], part: Rect, zone: Rect, face_px: float) -> BlurSearch:
    """Try every blur, at the scale at which the likeliest is a few pixels wide.

    Args:
        luma: of the picture, 0 to 255.
        part: a rectangle of it that was blurred throughout; at least 8 pixels each way.
        zone: what the tool would have cut out.
        face_px: width of the face.
    """
    shrink = max(1, -(-max(part.width, part.height) // LARGEST))
    while True:
        tiles = _tiles(luma, part, shrink)
        found = BlurSearch(tuple(_tried(tiles, zone, face_px, shrink)), shrink)
        sigma = found.best.sigma_px
        finer = max(1, int(sigma / 2))
        if finer >= shrink or sigma >= 1.2 * shrink:
            return found
        shrink = finer


def _tried(tiles: Sequence[_Tile], zone: Rect, face_px: float, shrink: int) -> list[BlurFit]:
    high = _LARGEST_SIGMA * face_px
    low = min(_SMALLEST_SIGMA * shrink, high / 4)
    out: list[BlurFit] = []
    for candidate in _CANDIDATES:
        step = (high / low) ** (1 / (candidate.steps - 1))
        line = [
            _fit(tiles, candidate, float(s), zone, face_px)
            for s in np.geomspace(low, high, candidate.steps)
        ]
        best = min(line, key=lambda fit: fit.cost)
        for root in (2, 4, 8):
            near = [
                _fit(tiles, candidate, best.sigma_px * step**sign, zone, face_px)
                for sign in (-1 / root, 1 / root)
            ]
            line += near
            best = min([best, *near], key=lambda fit: fit.cost)
        out += line
    half = _Candidate("box", cut=True, penalty=_HALF)
    out.append(_fit(tiles, half, zone.width / 2 / BOX_OF_SIGMA, zone, face_px))
    return out


def _tiles(luma: NDArray[np.float32], part: Rect, shrink: int) -> list[_Tile]:
    """One or a few rectangles of a part, each at most ``LARGEST`` pixels across once shrunk."""
    out = []
    for top, tall in _spans(part.height // shrink):
        for left, wide in _spans(part.width // shrink):
            y, x = part.y0 + top * shrink, part.x0 + left * shrink
            piece = luma[y : y + tall * shrink, x : x + wide * shrink].astype(np.float64)
            mean = piece.reshape(tall, shrink, wide, shrink).mean(axis=(1, 3))
            out.append(_Tile(mean, Rect(x, y, x + wide * shrink, y + tall * shrink), shrink))
    return out


def _spans(length: int) -> list[tuple[int, int]]:
    """Begin and length of one or two pieces."""
    if length <= LARGEST:
        return [(0, length)]
    return [(0, LARGEST), (length - LARGEST, LARGEST)]


def _fit(
    tiles: Sequence[_Tile], candidate: _Candidate, sigma: float, zone: Rect, face_px: float
) -> BlurFit:
    size = sigma * (BOX_OF_SIGMA if candidate.blur == "box" else 1)
    # a box filter of a cut-out is most often as tall in proportion
    tall = size * zone.height / zone.width if candidate.cut and candidate.blur == "box" else size
    cost, noise = candidate.penalty, 0.0
    for tile in tiles:
        s = tile.shrink
        height, width = tile.luma.shape
        cut_x = cut_y = None
        if candidate.cut:
            cut_x = ((zone.x0 - tile.part.x0) / s, (zone.x1 - tile.part.x0) / s)
            cut_y = ((zone.y0 - tile.part.y0) / s, (zone.y1 - tile.part.y0) / s)
        clear, soft = CORRELATION * face_px / s, candidate.soft * size / s
        across = modes(candidate.blur, size / s, width, clear, soft=soft, cut=cut_x)
        down = modes(candidate.blur, tall / s, height, clear, soft=soft, cut=cut_y)
        turned = down.directions.T @ (tile.luma - tile.luma.mean()) @ across.directions
        power = np.outer(down.power, across.power)
        codec = np.outer(
            down.seen(sharp(height, CODEC_PX / s)), across.seen(sharp(width, CODEC_PX / s))
        )
        keep = power < power.max() * (1 - 1e-9)  # the smoothest lost the mean
        found = mixture(power[keep], codec[keep], np.square(turned)[keep])
        cost += found.cost
        noise = max(noise, found.codec + found.white)
    return BlurFit(candidate.blur, size, cost, noise)
