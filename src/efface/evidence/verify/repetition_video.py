"""A video's redaction done again, and how near the published one is to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np

from efface.evidence import names
from efface.evidence.finding import CheckResult
from efface.media.video.interface import Movie, MovieFrame
from efface.media.video.opening import open_video
from efface.media.video.writing import write_video
from efface.policy import Limits, VideoPolicy
from efface.zones.filling import Filling
from efface.zones.zone import Zone

MOST = 48
"""Steps of 255 by which a pixel may differ between two runs of one encoder. With several threads
x264 makes other decisions near the edges of its slices."""
MEAN = 2.0
"""The same, on average over a frame."""


def write_again(
    original: Movie,
    recorded: Sequence[Zone],
    filling: Filling,
    settings: VideoPolicy,
    target: Path,
) -> None:
    """Write the video with the recorded zones and settings.

    Raises:
        InputError: a frame cannot be decoded.
        OutputError: the encoder or the disk would not take it.
        RefusedError: it cannot be written with these settings.
    """
    zones: dict[int, list[Zone]] = defaultdict(list)
    for zone in recorded:
        zones[zone.frame].append(zone)
    write_video(
        original,
        target,
        lambda frame: zones.get(frame, ()),
        filling,
        settings,
    )


def video_same(again: Path, published: Movie, limits: Limits) -> CheckResult:
    """Every pixel of every frame, inside the zones and outside, by the decoded pictures.

    Raises:
        InputError: one of them cannot be decoded whole.
    """
    farthest, worst, frames = 0, 0.0, 0
    for one, other in zip_longest(open_video(again, limits).frames(), published.frames()):
        if one is None or other is None or one.pts != other.pts:
            return CheckResult(
                names.REDACTION_PUBLISHED,
                False,
                "The published video has other frames than the redaction done again.",
            )
        most, mean = _apart(one, other)
        farthest, worst, frames = max(farthest, most), max(worst, mean), frames + 1
        if farthest > MOST or worst > MEAN:
            return CheckResult(
                names.REDACTION_PUBLISHED,
                False,
                f"Frame {frames - 1} of the published video shows something else than the "
                f"redaction done again: a pixel is {most} of 255 away, and the frame {mean:.1f} on "
                f"average; {MOST} and {MEAN:g} are accepted.",
            )
    if farthest == 0:
        return CheckResult(
            names.REDACTION_PUBLISHED,
            True,
            f"All {frames:,} frames of the published video are those of the redaction done again, "
            "in every pixel, inside the zones and outside.",
        )
    return CheckResult(
        names.REDACTION_PUBLISHED,
        True,
        f"In all {frames:,} frames no pixel of the published video, in the zones or outside, is "
        f"more than {farthest} of 255 from the redaction done again ({MOST} is accepted), and no "
        f"frame more than {worst:.2f} on average ({MEAN:g}).",
        "Anything fainter than that, legible text among it: only a file whose bytes repeat "
        "(redacted with --reproducible) can be shown to hold none.",
    )


def _apart(one: MovieFrame, other: MovieFrame) -> tuple[int, float]:
    """The largest and the mean difference of two frames, in steps of 255."""
    a, b = one.picture().astype(np.int16), other.picture().astype(np.int16)
    if a.shape != b.shape:
        return 255, 255.0
    apart = np.abs(a - b)
    return int(apart.max()), float(apart.mean())
