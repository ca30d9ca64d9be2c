"""Missed frames: faces of the original that the redacted file shows as they were.

One clear frame is a full leak. What counts is pixels: a face is covered by what was changed beyond
the noise of encoding again, wherever a redaction was meant to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Leak
from efface.attack.leaks.interface import FileAttack, FileCase
from efface.attack.leaks.likeness import correlation, gray
from efface.attack.pair import Both
from efface.geometry import Rect
from efface.regions import Box

COVERED_SHARE = 0.75
"""Less than this share of a face covered is a leak: a bar over the eyes covers a quarter. Boxes of
two detectors differ by an eighth of their side, which an ellipse of one feels as 0.85 of the
other's."""
CLEAR_SHARE = 0.25
"""Less than this is a face that was missed rather than covered in part."""
SAMPLE_STEP = 4
"""Noise is measured in every fourth row and column."""
LEAST_CHANGE = 4.0
"""Of 255; rounding and colour conversion stay below."""
NOISE_TIMES = 3.0
"""A pixel is changed when its neighbourhood moved by so many times what nine tenths of the pixels
outside the zones moved by."""
NEARLY_CLEAR = 0.98
"""Correlation with the original from which a changed face is said to be nearly clear."""


@dataclass(slots=True)
class _FollowedFace:
    """One face through the frames."""

    frames: list[tuple[int, int | None, float]] = field(default_factory=list)
    """Frame, its pts, and the share that is as it was; uncovered ones only."""
    covered: int = 0
    nearly_clear: list[tuple[int, int | None]] = field(default_factory=list)


class Missed(FileAttack):
    """Finds face-frames that are not covered."""

    name: ClassVar[str] = "missed"
    title: ClassVar[str] = "faces that were not covered"

    def applies(self, case: FileCase) -> bool:
        return any(track.action == "redact" for track in case.faces)

    def search(self, case: FileCase) -> Sequence[Leak]:
        seen: dict[str, _FollowedFace] = {}
        for both in case.pair.frames():
            faces = case.boxes(both.index)
            if not faces:
                continue
            covered = covered_pixels(both, case.covered(both.index, both.original.shape[:2]))
            for track, box in faces:
                _look(seen.setdefault(track, _FollowedFace()), both, box, covered)
        return [leak for track, one in seen.items() for leak in _leaks(case, track, one)]


def covered_pixels(both: Both, zones: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels in a zone or changed beyond the noise of the rest, shape (height, width)."""
    apart = cv2.absdiff(both.original, both.redacted).max(axis=2)
    smooth = cv2.blur(apart.astype(np.float32), (3, 3))
    rest = smooth[::SAMPLE_STEP, ::SAMPLE_STEP][~zones[::SAMPLE_STEP, ::SAMPLE_STEP]]
    noise = float(np.quantile(rest, 0.9)) if len(rest) else 0.0
    moved: NDArray[np.bool_] = smooth > max(LEAST_CHANGE, NOISE_TIMES * noise)
    return zones | moved


def oval(box: Box, shape: tuple[int, int]) -> tuple[Rect, NDArray[np.bool_]]:
    """The ellipse inscribed in a face box: the face without the corners of its box.

    Args:
        shape: (height, width) of the picture.

    Returns:
        The rectangle around it in the picture, and which of its pixels lie inside.
    """
    rect = Rect.covering(box.x, box.y, box.width, box.height).clipped(shape[1], shape[0])
    x = (np.arange(rect.x0, rect.x1) + 0.5 - box.x - box.width / 2) / (box.width / 2)
    y = (np.arange(rect.y0, rect.y1) + 0.5 - box.y - box.height / 2) / (box.height / 2)
    return rect, x[None, :] ** 2 + y[:, None] ** 2 <= 1


def _look(seen: _FollowedFace, both: Both, box: Box, covered: NDArray[np.bool_]) -> None:
    rect, inside = oval(box, covered.shape[:2])
    if not inside.any():
        return
    clear = 1 - float(covered[rect.y0 : rect.y1, rect.x0 : rect.x1][inside].mean())
    if clear > 1 - COVERED_SHARE:
        seen.frames.append((both.index, both.pts, clear))
        return
    seen.covered += 1
    one, other = (
        gray(picture[rect.y0 : rect.y1, rect.x0 : rect.x1])[inside]
        for picture in (both.original, both.redacted)
    )
    if correlation(one, other) >= NEARLY_CLEAR:
        seen.nearly_clear.append((both.index, both.pts))


def _leaks(case: FileCase, track: str, seen: _FollowedFace) -> list[Leak]:
    out = []
    for state in ("clear", "part"):
        frames = [f for f in seen.frames if (f[2] > 1 - CLEAR_SHARE) == (state == "clear")]
        for run in runs([frame for frame, _, _ in frames]):
            within = frames[run.start : run.stop]
            share = f"{max(clear for _, _, clear in within):.0%}"
            out.append(
                Leak(
                    "uncovered-face" if state == "clear" else "partly-covered-face",
                    _span(case, within[0][:2], within[-1][:2]),
                    f"face {track} is not covered: {share} of it is as it was"
                    if state == "clear"
                    else f"face {track} is covered in part only: up to {share} of it is as it was",
                    face=track,
                )
            )
    for run in runs([frame for frame, _ in seen.nearly_clear]):
        ends = seen.nearly_clear[run.start], seen.nearly_clear[run.stop - 1]
        text = f"face {track} was changed so little that it looks nearly as it was"
        out.append(Leak("nearly-clear-face", _span(case, *ends), text, False, track))
    return out


def runs(frames: Sequence[int]) -> list[slice]:
    """Where frames that follow one another begin and end in an ascending list."""
    if not frames:
        return []
    cuts = [i + 1 for i, (a, b) in enumerate(pairwise(frames)) if b != a + 1]
    return [slice(a, b) for a, b in pairwise([0, *cuts, len(frames)])]


def _span(case: FileCase, first: tuple[int, int | None], last: tuple[int, int | None]) -> str:
    one = case.pair.place(*first)
    return one if first == last else f"{one} to {case.pair.place(*last)}"
