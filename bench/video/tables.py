"""Figures of many clips as tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from score import COUNTED_PX, SIZES, Score, Tally, size_name


def interval(tallies: Sequence[Tally], seed: int = 0) -> tuple[float, float]:
    """95 % interval of the share missed, from drawing clips anew 2,000 times."""
    if not tallies:
        return 0.0, 0.0
    counts = np.array([(tally.missed, tally.faces) for tally in tallies], float)
    drawn = np.random.default_rng(seed).integers(0, len(counts), (2000, len(counts)))
    missed, faces = counts[drawn].sum(axis=1).T
    low, high = np.percentile(missed / np.maximum(faces, 1), [2.5, 97.5])
    return float(low), float(high)


def table(scores: Sequence[Score]) -> list[str]:
    """The figures of many clips, as lines of Markdown."""
    lines = ["| face-frames | | missed | % | 95 % interval |", "|---|---|---|---|---|"]
    rows = [(f"all from {COUNTED_PX} px", [s.total for s in scores])]
    rows += [("without crowds", [s.total for s in scores if "crowd" not in s.by_event])]
    sizes = [size_name(*size) for size in SIZES]
    rows += [(name, [s.by_size[name] for s in scores if name in s.by_size]) for name in sizes]
    happened = sorted(set(chain.from_iterable(s.by_event for s in scores)))
    rows += [(name, [s.by_event[name] for s in scores if name in s.by_event]) for name in happened]
    for name, tallies in rows:
        faces, missed = sum(t.faces for t in tallies), sum(t.missed for t in tallies)
        low, high = interval(tallies)
        share = 100 * missed / max(1, faces)
        lines.append(
            f"| {name} | {faces} | {missed} | {share:.3f} | {100 * low:.3f} - {100 * high:.3f} |"
        )
    frames = sum(s.frames for s in scores)
    excess = sum(s.excess * s.frames for s in scores) / max(1, frames)
    far = [run for s in scores for run in s.far]
    lines += ["", f"{len(scores)} clips, {frames} frames. Covered beyond the grown true faces: "]
    lines[-1] += (
        f"{100 * excess:.2f} % of the picture. Covered for more than a second with no face "
    )
    lines[-1] += f"near: {len(far)} places, {sum(run.seconds for run in far):.0f} s."
    return lines
