"""How strongly a zone was blurred: the likeliest of many blurs, given its pixels alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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

_EVEN = 4
"""Lengths of what is looked at are multiples of it."""

_ALIKE = 1.15
"""Steps of the correlation of a clear face: it is not known better."""

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
    cut: bool = False
    """As a tool blurs that sees the cut-out alone."""

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

    @property
    def margin(self) -> float:
        """How much more the likeliest of the other kind costs."""
        best = self.best
        return min(f.cost for f in self.fits if f.blur != best.blur) - best.cost

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
    step: float = 1.36
    """Between one size and the next."""


_CANDIDATES = (
    _Candidate("gaussian"),
    _Candidate("gaussian", cut=True, penalty=6, step=1.66),
    _Candidate("box", step=1.2),
    _Candidate("box", soft=0.08, penalty=2, step=1.2),
    _Candidate("box", cut=True, penalty=6),
)
_HALF = -16.0
"""A box filter of half the cut-out is what the commonest tool (deface) does: less of a surprise."""


_DOUBLE, _VALLEY, _MEANT = 60.0, 0.35, 15.0
"""How much more a box of twice the width may cost, at most, also as a share of what one between
costs more; and how much less it counts then."""


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
            return replace(found, fits=(*found.fits, *_doubled(tiles, zone, face_px, found)))
        shrink = finer


def glanced_sigma(luma: NDArray[np.float32], part: Rect, face_px: float) -> float:
    """Sigma of the likeliest Gaussian, in pixels, within a third or so: for a look at many faces.

    Args:
        luma: 0 to 255.
        part: a rectangle of it; at least 8 pixels each way.
        face_px: width of the face.
    """
    shrink = max(1, -(-max(part.width, part.height) // LARGEST))
    while True:
        tiles = _tiles(luma, part, shrink)[:1]
        low = _SMALLEST_SIGMA * shrink
        high = max(_LARGEST_SIGMA * face_px, 4 * low)
        step = _CANDIDATES[0].step
        sizes = [low * step**turn for turn in range(int(np.log(high / low) / np.log(step)) + 1)]
        fits = [_fit(tiles, _CANDIDATES[0], size, part, face_px) for size in sizes]
        sigma = min(fits, key=lambda fit: fit.cost).sigma_px
        finer = max(1, int(sigma / 2))
        if finer >= shrink or sigma >= 1.2 * shrink:
            return sigma
        shrink = finer


def _tried(tiles: Sequence[_Tile], zone: Rect, face_px: float, shrink: int) -> list[BlurFit]:
    # the same sizes for every zone, so that what was worked out once serves again
    low = _SMALLEST_SIGMA * shrink
    high = max(_LARGEST_SIGMA * face_px, 4 * low)
    out: list[BlurFit] = []
    for candidate in _CANDIDATES:
        step = candidate.step
        count = int(np.log(high / low) / np.log(step)) + 1
        line = [_fit(tiles, candidate, low * step**turn, zone, face_px) for turn in range(count)]
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


def _doubled(
    tiles: Sequence[_Tile], zone: Rect, face_px: float, found: BlurSearch
) -> list[BlurFit]:
    """Boxes twice as wide as the likeliest one, where they are nearly as likely.

    What a box takes away, one of half its width takes away at every second place only; so of two
    that both explain what is there, the wider one is meant.
    """
    best = found.best
    if best.blur != "box" or best.cut or 2 * best.sigma_px > _LARGEST_SIGMA * face_px:
        return []
    open_boxes = [c for c in _CANDIDATES if c.blur == "box" and not c.cut]

    def at(times: float) -> BlurFit:
        fits = (_fit(tiles, c, times * best.sigma_px, zone, face_px) for c in open_boxes)
        return min(fits, key=lambda fit: fit.cost)

    twice = [at(times) for times in (1.88, 1.94, 2.0, 2.06, 2.12)]
    lowest, between = min(fit.cost for fit in twice), at(1.5).cost
    of_cut = min(fit.cost for fit in found.fits if fit.cut)
    if lowest - best.cost >= min(_DOUBLE, _VALLEY * (between - best.cost)) or of_cut < lowest:
        return []
    less = lowest - best.cost + _MEANT
    return [replace(fit, cost=fit.cost - less) for fit in twice]


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
    """Begin and length of one or two pieces, of few different lengths."""
    if length <= LARGEST:
        even = length // _EVEN * _EVEN if length > 2 * _EVEN else length
        return [((length - even) // 2, even)]
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
        clear, soft = _stepped(CORRELATION * face_px / s), _rounded(candidate.soft * size / s)
        across = modes(candidate.blur, _rounded(size / s), width, clear, soft=soft, cut=cut_x)
        down = modes(candidate.blur, _rounded(tall / s), height, clear, soft=soft, cut=cut_y)
        turned = down.directions.T @ (tile.luma - tile.luma.mean()) @ across.directions
        power = np.outer(down.power, across.power)
        codec = np.outer(
            down.seen(sharp(height, CODEC_PX / s)), across.seen(sharp(width, CODEC_PX / s))
        )
        keep = power < power.max() * (1 - 1e-9)  # the smoothest lost the mean
        found = mixture(power[keep], codec[keep], np.square(turned)[keep])
        cost += found.cost
        noise = max(noise, found.codec + found.white)
    return BlurFit(candidate.blur, size, cost, noise, candidate.cut)


def _stepped(correlation: float) -> float:
    return float(_ALIKE ** round(np.log(correlation) / np.log(_ALIKE)))


def _rounded(size: float) -> float:
    """Equal where only the last bits differ."""
    return float(f"{size:.6g}")
