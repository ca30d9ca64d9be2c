"""Whether somebody's own ONNX file does what its card says, tried on faces of nobody.

The faces are drawn by the linear model that efface carries, in grey, and each a second time, a
little moved: a recogniser has to see which two are one face, or its card says wrongly how it wants
them. A generator is told of soft surroundings and of none.
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import CHIP_PX, chip_points, similarity
from efface.attack.onnx_card import OnnxCard, OnnxCardDocument, read_card
from efface.attack.recognisers.onnx import OnnxRecogniser
from efface.attack.restorer import OnnxRestorer
from efface.errors import InputError
from efface.files.paths import read_whole
from efface.generate.canvas import HEIGHT, WIDTH
from efface.generate.card import GeneratorCard, is_generator, read_generator
from efface.generate.head import head_for
from efface.generate.likeness import linear_faces
from efface.geometry import Rect
from efface.weights.added import ModelKind
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

LEVEL = 2
"""Steps of 255: less is rounding."""

PROBES = 6
"""Faces of nobody."""
SEED = 20
MIDDLE, CONTRAST = 128.0, 45.0
"""Level of a probe's skin, and levels to one deviation of its light."""
MOVED_PX, LARGER = 3.0, 1.05
"""How the second picture of a probe differs."""
ALONE = 1e-2
"""Of the results' deviation: by how much one may differ when a face is computed by itself."""

_EYES = ((33, 133), (362, 263))
"""Corners of each eye among the points of the mesh, the person's right eye first."""
_NOSE, _MOUTH = 4, (61, 291)

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ModelFinding:
    """One thing that was tried."""

    name: str
    holds: bool
    detail: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """A card and a model that belong together, and what was tried."""

    kind: ModelKind
    card: OnnxCard | GeneratorCard
    findings: tuple[ModelFinding, ...]
    cpu_seconds: float
    """Of one face."""

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)


def check_model_card(path: Path) -> ModelCheck:
    """Try the model that a card describes.

    Raises:
        InputError: the card or the model cannot be read, or it takes or gives something else.
        WeightError: the model is not the one that the card names.
    """
    try:
        text = read_whole(path).decode("utf-8")
        if is_generator(text):
            return _generator(path)
    except ValueError as error:
        raise InputError(f"the card cannot be used: {error}.", path=path) from error
    card, _ = read_card(path, OnnxCardDocument)
    probes = probe_faces()
    if "dimensions" in tomllib.loads(text):
        recogniser = OnnxRecogniser(path)
        findings, spent = _tried(recogniser.embed, probes)
        templates = recogniser.embed(np.concatenate(probes))
        return ModelCheck("recogniser", card, (*findings, _told_apart(templates)), spent)
    restorer = OnnxRestorer(path)
    findings, spent = _tried(lambda chips: restorer.restored(chips).astype(np.float32), probes)
    return ModelCheck("restorer", card, findings, spent)


def _generator(path: Path) -> ModelCheck:
    """
    Raises:
        InputError: the model takes or gives something else than generators do.
        WeightError: it is not the one that the card names.
    """
    card = read_generator(path)
    network = card.network()

    def head(number: int, seed: int) -> NDArray[np.uint8]:
        zone, around = _surrounded(number)
        random = np.random.default_rng(seed)
        try:
            return head_for(zone, around, (linear_faces(), network), random)
        except (ValueError, KeyError, RuntimeError) as error:
            raise InputError(
                f"the model takes or gives something else than a generator does: {error}.",
                path=card.file,
            ) from error

    first = head(0, 1)
    began = time.process_time()
    again = head(0, 1)
    spent = time.process_time() - began
    other, elsewhere = head(0, 2), head(1, 1)
    findings = (
        ModelFinding("repeats", bool((first == again).all()), "The same numbers give one head."),
        ModelFinding("draws", bool(np.ptp(first) > LEVEL), "A head is not of one colour."),
        ModelFinding("answers", _apart(other, first), "Other numbers give another head."),
        ModelFinding(
            "looks around",
            _apart(elsewhere, first),
            "With something else around the zone the same numbers give another head.",
        ),
    )
    return ModelCheck("generator", card, findings, spent)


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two heads are others, and not only rounded otherwise."""
    return bool(np.abs(one.astype(int) - other).max() > LEVEL)


def _surrounded(seed: int) -> tuple[Zone, Surroundings]:
    """A zone, and soft colours around it."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 3, 3)).astype(np.uint8)
    picture = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    rect = Rect(WIDTH // 8, HEIGHT // 12, WIDTH - WIDTH // 8, HEIGHT - HEIGHT // 12)
    zone = Zone("t1", 0, rect, rect)
    return zone, Surroundings(lambda: np.asarray(picture, np.uint8), [zone])


def probe_faces() -> tuple[Pictures, Pictures]:
    """Faces of nobody, and the same a little moved; shape (PROBES, CHIP_PX, CHIP_PX, 3) each."""
    faces, random = linear_faces(), np.random.default_rng(SEED)
    drawn = [faces.drawn(random) for _ in range(PROBES)]
    pairs: list[list[Pictures]] = [[], []]
    for face in drawn:
        flat = face.points[:, :2]
        eyes = [flat[list(corners)].mean(axis=0) for corners in _EYES]
        five = np.array([*eyes, flat[_NOSE], *flat[list(_MOUTH)]])
        matrix = similarity(five)
        placed = flat @ matrix[:, :2].T + matrix[:, 2]
        middle = chip_points().mean(axis=0)
        moved = (placed - middle) * LARGER + middle + MOVED_PX
        for row, points in zip(pairs, (placed, moved), strict=True):
            light, cover = faces.rendered(points, face.light, (CHIP_PX, CHIP_PX))
            grey = np.clip(np.rint(MIDDLE + CONTRAST * light * cover), 0, 255).astype(np.uint8)
            row.append(np.repeat(grey[..., None], 3, axis=2))
    return np.stack(pairs[0]), np.stack(pairs[1])


def _tried(
    run: Callable[[Pictures], NDArray[np.float32]], probes: tuple[Pictures, Pictures]
) -> tuple[tuple[ModelFinding, ...], float]:
    """What every model must do, and what one face costs."""
    chips = np.concatenate(probes)
    run(chips[:1])  # compiled
    began = time.process_time()
    rows = run(chips)
    spent = (time.process_time() - began) / len(chips)
    again, alone = run(chips), np.concatenate([run(one[None]) for one in chips])
    spread = float(rows.std())
    off = float(np.abs(alone - rows).max())
    varied = float(np.abs(rows - rows[:1]).max())
    return (
        ModelFinding(
            "repeats", bool((again == rows).all()), "The same faces give the same numbers twice."
        ),
        ModelFinding(
            "alone",
            off <= ALONE * spread,
            f"By itself a face gives what it gives among others, to {off:.2g}.",
        ),
        ModelFinding("answers", varied > 0, "Other faces give other numbers."),
    ), spent


def _told_apart(templates: NDArray[np.float32]) -> ModelFinding:
    """Whether each face is more like itself, moved, than like any other."""
    first, second = templates[:PROBES], templates[PROBES:]
    alike = first @ second.T
    own = np.diag(alike)
    others = np.where(np.eye(PROBES, dtype=bool), -np.inf, alike).max(axis=1)
    found = int((own > others).sum())
    detail = f"{found} of {PROBES} faces, moved, are more like themselves than like any other."
    return ModelFinding("tells apart", found == PROBES, detail)
