"""Context on pictures with shoulders and surroundings: what is left around a zone, across videos.

Each picture is searched for among pictures from the other videos of everybody, all redacted in the
same way. Nothing of a zone counts (``attack/context.py``). Two attackers: one that compares the
features as they are, and one whose metric was fitted to other people (five folds over people).
There is nothing to be chosen, so no people are needed to choose on; both are reported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.attack import context
from efface.attack.context import described, likeness, surroundings
from efface.attack.recognisers import recognisers
from efface.study import metric, redactions
from efface.study.cache import version
from efface.study.faces import PlacedFace, read
from efface.study.figures import figures
from efface.study.metric import Metric
from efface.study.templates import unit

FOLDS = 5

GROWTHS: tuple[tuple[float, float], ...] = (
    (1.0, 1.0), (1.3, 1.3), (1.6, 1.6), (1.8, 2.0), (2.0, 2.0), (3.0, 3.0),
)  # fmt: skip
"""Width and height of the zone in face boxes; 1.8 by 2.0 is efface's default."""

Blocks = Mapping[str, NDArray[np.float32]]
Tick = Callable[[int], None]


def title(width: float, height: float) -> str:
    """For people."""
    return f"box {width:.1f}x" if width == height else f"box {width:.1f}x{height:.1f}, the default"


def result(
    videos: Sequence[Sequence[Path]],
    faces: Mapping[Path, PlacedFace],
    growth: tuple[float, float],
    cache: Path,
    tick: Tick | None = None,
) -> dict[str, Any]:
    """One growth, as plain JSON types, kept on disk.

    Args:
        videos: of each person, pictures from different videos, as many of each.
        faces: by picture.
        growth: width and height of the zone in face boxes.
        cache: folder of results.
        tick: told of pictures that have been done.
    """
    code = version(
        str(growth),
        str([path.parent.name for of in videos for path in of]),
        *(Path(module.__file__ or "") for module in (context, metric, redactions)),
        Path(__file__),
        *(r.name for r in recognisers()),
    )
    path = cache / f"context-{growth[0]}-{growth[1]}-{code}.json"
    if path.exists():
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document
    blocks, covered = _blocks(videos, faces, growth, tick)
    each = len(videos[0])
    person = np.repeat(np.arange(len(videos)), each)
    document = {
        "title": title(*growth),
        "people": len(videos),
        "covered": float(np.mean(covered)),
        "columns": {
            name: _plain(scores, person)
            for name, scores in (
                ("as it is", as_it_is(blocks, person, each)),
                ("fitted", fitted(blocks, person, each)),
            )
        },
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return document


def _blocks(
    videos: Sequence[Sequence[Path]],
    faces: Mapping[Path, PlacedFace],
    growth: tuple[float, float],
    tick: Tick | None,
) -> tuple[Blocks, list[float]]:
    parts: list[Mapping[str, NDArray[np.float32]]] = []
    covered = []
    for of in videos:
        looks = []
        for path in of:
            pixels, face = read(path), faces[path]
            zone = redactions.grown(pixels, face.box, *growth)
            covered.append(float(zone.mean()))
            looks.append(surroundings(pixels, zone, face.points))
        parts.append(described(looks, recognisers()))
        if tick is not None:
            tick(len(of))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, covered


def as_it_is(blocks: Blocks, person: NDArray[np.int64], each: int) -> NDArray[np.float64]:
    """Each picture against everybody's pictures from the other videos, the best of which counts."""
    return _best(likeness(blocks, blocks), person, each)


def fitted(blocks: Blocks, person: NDArray[np.int64], each: int) -> NDArray[np.float64]:
    """The same under a metric that was fitted to people other than the one searched for."""
    people = int(person.max()) + 1
    scores = np.zeros((len(person), people))
    for fold in range(FOLDS):
        out = person % FOLDS == fold
        learnt = Metric.fit({name: rows[~out] for name, rows in blocks.items()}, person[~out])
        places = unit(learnt(blocks))
        scores[out] = _best(places @ places.T, person, each)[out]
    return scores


def _best(alike: NDArray[np.float64], person: NDArray[np.int64], each: int) -> NDArray[np.float64]:
    """Scores for people from those for pictures; a picture is not compared with itself, nor with
    what comes from the same video: everybody is seen in the other videos only."""
    video = np.arange(len(person)) % each
    table = np.where(video[:, None] == video[None, :], -np.inf, alike)
    return np.asarray(table.reshape(len(person), -1, each).max(axis=2), np.float64)


def _plain(scores: NDArray[np.float64], person: NDArray[np.int64]) -> dict[str, Any]:
    found = figures(scores, person)
    named = (("rank1", found.rank1), ("rank10", found.rank10), ("tpir", found.tpir))
    return {
        name: [one.value, one.interval.low, one.interval.high]
        for name, one in (*named, ("bits", found.bits))
    }
