"""A drawn head laid into a zone so that no edge shows.

The head comes with what was drawn around it. Where that differs from what lies around the zone, the
difference goes on into the zone, smoothly, and less and less towards its middle: all at the edge,
so that colours meet there, and little on the face. Details beside the edge go on likewise, a little
way (``reflection``), and farther in it gets the grain of the picture. The steps are those of
``background`` and ``artwork``: the same head and surroundings give the same bytes on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from efface.generate.canvas import HEIGHT, WIDTH, Canvas
from efface.geometry import Rect
from efface.redact.methods.artwork import UNITS, Artwork, Placing, laid
from efface.redact.methods.layered.background import continued
from efface.redact.methods.replace.grain import grain, grain_around
from efface.redact.methods.replace.reflection import reflected
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

INNERMOST = 0.3
"""Share of the difference that reaches the middle of a zone."""


MARGIN = 0.2
"""How far around a zone its head is looked at, in its longer side: farther than any edge is."""


def seamless(
    head: Artwork,
    zone: Zone,
    around: Surroundings,
    second: Artwork | None = None,
    share: float = 0.0,
) -> NDArray[np.uint8]:
    """What to paint into a zone.

    Args:
        head: the zone's canvas, as ``head_for`` draws it.
        second: another of the same size, that is mixed into it, by ``share``: 0 to 1.
        zone: where it is laid; a moved or grown zone moves it and makes it larger.
        around: of the frame.

    Returns:
        RGB, shape (zone.rect.height, zone.rect.width, 3).
    """
    rect, placed = zone.rect, _placed(zone.outer)
    level = head.level(placed)[..., :3]
    if second is not None and share:
        level = level + (second.level(placed)[..., :3] - level) * np.float32(share)
    margin = round(MARGIN * max(rect.width, rect.height)) + 4
    whole = rect.padded(margin, margin).clipped(*around.size)
    shown = np.clip(laid(level, placed, whole), 0, 255)

    def own(part: Rect) -> NDArray[np.float32]:
        x, y = part.x0 - whole.x0, part.y0 - whole.y0
        return np.asarray(shown[y : y + part.height, x : x + part.width])

    off = continued(around, rect) - continued(around, rect, own)
    rough = grain((rect.height, rect.width), grain_around(around, rect))
    beside, near = reflected(around, rect, own)
    smooth = (off * _share(rect)[..., None] + rough) * (np.float32(1) - near)[..., None]
    mixed = np.rint(own(rect) + beside + smooth)
    return np.asarray(np.clip(mixed, 0, 255), np.uint8)


def _placed(outer: Rect) -> Placing:
    canvas = Canvas.over(outer)
    x, y = round(canvas.x * UNITS), round(canvas.y * UNITS)
    half_w = round(canvas.step * WIDTH * UNITS / 2)
    half_h = round(canvas.step * HEIGHT * UNITS / 2)
    return Placing(x - half_w, y - half_h, x + half_w, y + half_h)


def _share(rect: Rect) -> NDArray[np.float32]:
    """1 at the edge of a rectangle, ``INNERMOST`` in its middle, shape (height, width)."""
    x, y = (
        np.abs(np.arange(side, dtype=np.float32) * 2 + 1 - side) / max(side, 1)
        for side in (rect.width, rect.height)
    )
    outward = np.maximum(x[None, :], y[:, None])
    return np.asarray(INNERMOST + (1 - INNERMOST) * outward * outward, np.float32)
