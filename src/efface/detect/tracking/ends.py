"""Where a written video is looked at beside the ends of its tracks: only the surroundings of a face
that was not covered any more, or not yet, can show what the track missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from efface.geometry import Rect
from efface.regions import Box, Regions

BEYOND = (1,)
"""So many frames before a track begins, and after it ends, are looked at."""

AROUND = 2.0
"""Sizes of the face that are looked at on each side of it: it may have moved on, and the network
sees a face by its surroundings."""

LEAST_PX = 96
"""The same in pixels, at least."""

MOST_SHARE = 0.5
"""Parts that together are more than this of the picture cost as much as all of it."""


def ends(regions: Regions) -> Mapping[int, Sequence[Box]]:
    """The first and last boxes of tracks, by the frames next to them that are to be looked at."""
    out: defaultdict[int, list[Box]] = defaultdict(list)
    for track in regions.tracks:
        first = min(track.boxes, key=lambda box: box.frame)
        last = max(track.boxes, key=lambda box: box.frame)
        for away in BEYOND:
            out[first.frame - away].append(first)
            out[last.frame + away].append(last)
    return out


def parts(boxes: Iterable[Box], size: tuple[int, int]) -> list[Rect] | None:
    """Parts of a picture to look at; ``None``: all of it.

    Args:
        boxes: of faces at the end of their tracks.
        size: (width, height) of the picture.
    """
    out: list[Rect] = []
    for box in boxes:
        reach = round(max(AROUND * max(box.width, box.height), LEAST_PX))
        face = Rect.covering(box.x, box.y, box.width, box.height)
        part = face.padded(reach, reach).clipped(*size)
        if not part.empty and part not in out:
            out.append(part)
    if sum(part.area for part in out) > MOST_SHARE * size[0] * size[1]:
        return None
    return out
