"""Which frames of a video somebody has watched."""

from __future__ import annotations

from collections.abc import Iterable

Spans = tuple[tuple[int, int], ...]
"""First and last frame of each, apart from each other and in order."""


def joined(spans: Iterable[tuple[int, int]], frames: int) -> Spans:
    """Spans as few as possible, inside a video.

    Args:
        frames: how many the video has.
    """
    out: list[tuple[int, int]] = []
    inside = ((max(first, 0), min(last, frames - 1)) for first, last in spans)
    for first, last in sorted(inside):
        if first > last:
            continue
        if out and first <= out[-1][1] + 1:
            out[-1] = out[-1][0], max(out[-1][1], last)
        else:
            out.append((first, last))
    return tuple(out)


def unwatched(watched: Spans, frames: int) -> int:
    """How many frames lie in none."""
    return frames - sum(last - first + 1 for first, last in joined(watched, frames))
