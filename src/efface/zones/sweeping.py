"""How far the zone of a moving face reaches: where it was and will be, where it turns back or comes
in faster than it was seen, and past the border that cuts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from efface.regions import Box, Track

FAST = 0.15
"""A face that moves by this share of its size from one frame to the next is fast: its zone covers
where it was and where it will be, since its picture is smeared between the two."""

FARTHEST = 1.0
"""Where a fast face begins, ends or turns back, its zone also covers where it would have been one
frame before or after, at most so many sizes away: it goes farther than it was seen."""

AT_BORDER = 0.1
"""A box that ends so many of its sizes from the border is cut by it."""

NEAR = 12
"""Frames before and after, whose key frames say how large a face is that is cut."""

TALL = 1.3
"""Height of a face for its width, where nothing else says it."""

Size = tuple[int, int]


def spread(
    track: Track, box: Box, before: Box | None, after: Box | None, size: Size
) -> Iterator[Box]:
    """Boxes whose zones the zone of a box covers too, all in its frame.

    Args:
        track: whose box it is.
        before: its box in the frame before.
        after: its box in the frame after.
        size: (width, height) of the picture, pixels.
    """
    fast = [near for near in (before, after) if near is not None and moved(box, near) > FAST]
    for near in fast:
        yield replace(near, frame=box.frame)
        if len(fast) == 1 and (before is None or after is None):
            yield _mirrored(near, box)
    if fast and before is not None and after is not None and _turns_back(before, box, after):
        yield _mirrored(before, box)
        yield _mirrored(after, box)
    whole = uncut(track, box, size)
    if whole != box:
        yield whole


def moved(a: Box, b: Box) -> float:
    """How far the farther moved edge went, in sizes of the box ``a``."""
    across = max(abs(a.x - b.x), abs(a.x + a.width - b.x - b.width)) / a.width
    along = max(abs(a.y - b.y), abs(a.y + a.height - b.y - b.height)) / a.height
    return max(across, along)


def uncut(track: Track, box: Box, size: Size) -> Box:
    """A box that the border cuts, as large beyond it as the face is; any other as it is."""
    width, height = size
    left, top = box.x <= AT_BORDER * box.width, box.y <= AT_BORDER * box.height
    right = box.x + box.width >= width - AT_BORDER * box.width
    bottom = box.y + box.height >= height - AT_BORDER * box.height
    if not (left or right or top or bottom):
        return box
    near = [other for other in track.boxes if abs(other.frame - box.frame) <= NEAR]
    wide = max([box.width, *(other.width for other in near)])
    high = max([box.height, *(other.height for other in near)])
    if left or right:
        wide = max(wide, high / TALL)
    if top or bottom:
        high = max(high, wide * TALL)
    x0, x1, y0, y1 = box.x, box.x + box.width, box.y, box.y + box.height
    if left != right:
        x0, x1 = (min(x0, x1 - wide), x1) if left else (x0, max(x1, x0 + wide))
    if top != bottom:
        y0, y1 = (min(y0, y1 - high), y1) if top else (y0, max(y1, y0 + high))
    return replace(box, x=x0, y=y0, width=x1 - x0, height=y1 - y0)


def _mirrored(near: Box, box: Box) -> Box:
    """Where a face would be on the other side of a frame, had it moved on as from ``near``."""
    across, along = (c - n for c, n in zip(_centre(box), _centre(near), strict=True))
    across = max(-FARTHEST * box.width, min(FARTHEST * box.width, across))
    along = max(-FARTHEST * box.height, min(FARTHEST * box.height, along))
    return replace(box, x=box.x + across, y=box.y + along)


def _turns_back(before: Box, box: Box, after: Box) -> bool:
    (x0, y0), (x1, y1), (x2, y2) = _centre(before), _centre(box), _centre(after)
    return (x1 - x0) * (x2 - x1) < 0 or (y1 - y0) * (y2 - y1) < 0


def _centre(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2
