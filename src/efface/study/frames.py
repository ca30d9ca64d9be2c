"""What many frames of a moving face give beyond one: fusion, on the test people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.attack import fusion
from efface.attack.adapted.shipped import WEIGHTS, Adapted
from efface.attack.alignment import chip, chip_points
from efface.attack.fusion.estimate import fuse
from efface.attack.interface import Look
from efface.attack.matching import standard
from efface.attack.operator import Operator
from efface.attack.recognisers import recognisers
from efface.measure.bits import rank_bits
from efface.measure.ranks import places
from efface.measure.significance import permutation
from efface.regions import Box
from efface.study import motion, tools
from efface.study import redactions as made
from efface.study.cache import version
from efface.study.features import Dataset, embedded
from efface.study.figures import by_person, figures
from efface.study.motion import as_h264, moving_looks
from efface.study.redactions import Redaction
from efface.study.splits import Splits
from efface.study.templates import Templates, means, unit
from efface.weights import cards

FRAMES = 50

PEOPLE = 24
"""The first of the test people: a fusion costs seconds a person."""


@dataclass(frozen=True, slots=True)
class MovingRow:
    """One redaction of a moving face."""

    name: str
    title: str
    redaction: Redaction
    coded: bool = False
    """Published as H.264, as videos are; otherwise without loss."""
    empty: bool = False
    """Nothing is left."""


MOVING = (
    MovingRow("deface-mosaic", "deface 1.5, mosaic", tools.deface_mosaic),
    MovingRow("deface-mosaic-coded", "deface 1.5, mosaic, H.264", tools.deface_mosaic, coded=True),
    MovingRow("cells-8", "pixelation, 8 cells, grid goes with the face", made.pixelated(8)),
    MovingRow("cells-8-fixed", "pixelation, 8 cells, grid stands", made.pixelated(8, fixed=True)),
    MovingRow("deface-blur", "deface 1.5, default blur", tools.deface_blur),
    MovingRow(
        "deface-blur-coded", "deface 1.5, default blur, H.264", tools.deface_blur, coded=True
    ),
    MovingRow("solid-1.3", "efface, solid 1.3x", made.solid(1.3), empty=True),
)
"""Mosaics, a blur, and one of which nothing is left."""

MOVING_NAMES = tuple(row.name for row in MOVING)

Tick = Callable[[int], None]


def looks_of(data: Dataset, row: MovingRow, index: int, frames: int = FRAMES) -> tuple[Look, ...]:
    """One picture's face, moving, redacted frame by frame; nothing but the zone's pixels."""
    face = data.faces[index]

    def tool(frame: int, box: Box, size: tuple[int, int]) -> tuple[NDArray[np.bool_], Operator]:
        blank = np.zeros((*size, 3), np.uint8)
        done = row.redaction(blank, box, face.points, np.random.default_rng(frame))
        if done.operator is None:
            raise ValueError(f"expected a redaction, got {row.name!r}")
        return done.zone, done.operator

    return moving_looks(
        data.pixels(index),
        face.points,
        face.box,
        tool,
        frames=frames,
        seed=index,
        publish=as_h264 if row.coded else list,
    )


def result(
    data: Dataset,
    splits: Splits,
    clear: Templates,
    row: MovingRow,
    cache: Path,
    *,
    tick: Tick | None = None,
) -> dict[str, Any]:
    """One frame beside many, by each way to put them together; plain JSON types, kept on disk."""
    search = splits.parts["test"]
    people = min(PEOPLE, len(search.gallery))
    first = np.array([search.probes[search.person == p][0] for p in range(people)])
    package = Path(fusion.__file__ or "").parent
    shipped = cards()[WEIGHTS].sha256 if WEIGHTS in cards() else ""
    here = (Path(module.__file__ or "") for module in (made, motion, tools))
    code = version(package, Path(__file__), *here, shipped, str(first.tolist()), row.name)
    path = cache / f"{row.name}-moving-{code}.json"
    if path.exists():
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document
    gallery = {name: means(rows, search.gallery[:people]) for name, rows in clear.items()}
    network = Adapted() if shipped and not row.empty else None
    found: dict[str, list[NDArray[np.float64]]] = {}
    for index in first:
        looks = looks_of(data, row, int(index))
        for frames in (1, FRAMES):
            for name, templates in _ways(looks[:frames], network).items():
                scores = [standard(gallery[rec] @ row_) for rec, row_ in templates.items()]
                found.setdefault(f"{name}, {frames}", []).append(np.mean(scores, axis=0))
        if tick is not None:
            tick(1)
    person = np.arange(len(first))
    ways = {}
    for name in sorted({key.rsplit(",", 1)[0] for key in found}):
        one, many = (np.stack(found[f"{name}, {frames}"]) for frames in (1, FRAMES))
        gain = permutation(
            by_person(rank_bits(places(many, person)), person, len(person)),
            by_person(rank_bits(places(one, person)), person, len(person)),
        )
        ways[name] = {"one": _plain(one, person), "many": _plain(many, person), "p": gain}
    document = {"row": row.name, "title": row.title, "people": len(person), "ways": ways}
    path.write_text(json.dumps(document), encoding="utf-8")
    return document


def _ways(looks: Sequence[Look], network: Adapted | None) -> dict[str, dict[str, NDArray[Any]]]:
    """Templates by way of putting frames together, and by recogniser."""
    chips = [chip(look.pixels, look.points) for look in looks]
    seen = embedded(chips, recognisers())
    ways = {"mean template": {name: _mean(rows) for name, rows in seen.items()}}
    operators = [look.operator for look in looks if look.operator is not None]
    face = fuse(looks, operators)
    if face is not None:
        rebuilt = chip(face, chip_points(len(face)))
        ways["one picture"] = {n: rows[0] for n, rows in embedded([rebuilt], recognisers()).items()}
    if network is not None:
        ways["shipped network"] = {n: _mean(rows) for n, rows in network.predict(looks).items()}
    return ways


def _mean(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(unit(rows.mean(axis=0)[None])[0], np.float64)


def _plain(scores: NDArray[np.float64], person: NDArray[np.int64]) -> dict[str, Any]:
    found = figures(scores, person)
    return {
        name: [one.value, one.interval.low, one.interval.high]
        for name, one in (("rank1", found.rank1), ("rank10", found.rank10), ("bits", found.bits))
    }
