"""From pictures to features: redact, align, and ask recognisers and networks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.alignment import TEMPLATE, chip, similarity_between, warped
from efface.attack.interface import Look, Pixels, Points, Reconstruction
from efface.attack.landmarks import USUAL
from efface.attack.looks import look_at
from efface.attack.recognisers.interface import Recogniser
from efface.policy import ZonePolicy
from efface.study.faces import PlacedFace, read
from efface.study.people import StudyPicture
from efface.study.redactions import RedactedFace, Zone
from efface.study.rows import StudyRow
from efface.study.splits import Indices
from efface.study.templates import Features, Restored, Templates, unit

BATCH = 64

THUMBNAIL_PX = 24
"""Side of the aligned picture whose pixels linear attackers see."""

AROUND_PX = 20
"""The same for the wider view."""

WIDER = 2.2
"""Sides of the recognisers' chip that the wider view spans: pictures of CFP end there."""

Tick = Callable[[int], None]
"""Told of pictures that have been done."""


class Predictor(Protocol):
    """A network that predicts clear templates."""

    def predict(self, looks: Sequence[Look]) -> Templates:
        """By recogniser, shape (looks, dimensions)."""
        ...


@lru_cache(maxsize=2000)
def _pixels(path: Path) -> Pixels:
    """Read once a process; about 160 KB each."""
    return read(path)


@dataclass(frozen=True, slots=True)
class Dataset:
    """The study's pictures, with their faces."""

    pictures: Sequence[StudyPicture]
    faces: Sequence[PlacedFace]
    mirrored: bool = True
    """Whether a template is of the face and of its mirror image together, at twice the cost."""

    def pixels(self, index: int) -> Pixels:
        """One picture, clear: RGB."""
        return _pixels(self.pictures[index].path)

    def redacted(self, row: StudyRow, index: int) -> RedactedFace:
        """One picture, redacted; the same each time."""
        face = self.faces[index]
        rng = np.random.default_rng([zlib.crc32(row.name.encode()), index])
        return row.redaction(self.pixels(index), face.box, face.points, rng)

    def published(self, row: StudyRow, index: int) -> tuple[RedactedFace, Points]:
        """One picture, redacted, and where attackers take the eyes, nose and mouth to be."""
        done = self.redacted(row, index)
        return done, self.faces[index].points if row.eyes_known else usual_points(done.zone)

    def look(self, row: StudyRow, index: int) -> Look:
        """One picture's face with its operator, and with what surrounds it."""
        done, points = self.published(row, index)
        return look_at(done.pixels, done.zone, self.faces[index].box, points, done.operator)


def features(
    data: Dataset, row: StudyRow, recognisers: Sequence[Recogniser], tick: Tick | None = None
) -> tuple[Features, NDArray[np.float64]]:
    """Features of every picture of the study under one row, and the share of each that is covered.

    Templates are those of the face and its mirror image together, where the data say so.

    Args:
        data: pictures and faces.
        row: how they are redacted.
        recognisers: whose templates are taken.
        tick: told of progress.
    """
    templates: dict[str, list[NDArray[np.float32]]] = {r.name: [] for r in recognisers}
    pixels, around, covered = [], [], []
    for batch in _batches(len(data.pictures)):
        chips = []
        for index in batch:
            done, points = data.published(row, index)
            chips.append(chip(done.pixels, points))
            around.append(wider(done.pixels, points))
            covered.append(float(done.zone.mean()))
        seen = embedded(chips, recognisers)
        if data.mirrored:
            mirrored = embedded([np.ascontiguousarray(one[:, ::-1]) for one in chips], recognisers)
            seen = {name: rows + mirrored[name] for name, rows in seen.items()}
        for name, rows in seen.items():
            templates[name].append(np.asarray(unit(rows), np.float32))
        pixels += [thumbnail(one) for one in chips]
        if tick is not None:
            tick(len(batch))
    joined = {name: np.concatenate(rows) for name, rows in templates.items()}
    return Features(joined, np.stack(pixels), np.stack(around), {}), np.array(covered)


def embedded(
    chips: Sequence[Pixels], recognisers: Sequence[Recogniser]
) -> dict[str, NDArray[np.float32]]:
    """Templates by recogniser, shape (chips, dimensions); chips that are the same are asked once,
    which is exact and saves most of the work where redaction leaves nothing."""
    first: dict[bytes, int] = {}
    which = [first.setdefault(one.tobytes(), len(first)) for one in chips]
    unique = np.stack([chips[which.index(k)] for k in range(len(first))])
    return {r.name: r.embed(unique)[which] for r in recognisers}


def predictions(data: Dataset, row: StudyRow, predictor: Predictor, wanted: Indices) -> Templates:
    """What the shipped network predicts of some pictures, by recogniser; zeros for all others."""
    found: dict[str, NDArray[np.float32]] = {}
    for batch in _batches(len(wanted)):
        some = wanted[batch.start : batch.stop]
        looks = [data.look(row, int(index)) for index in some]
        for name, rows in predictor.predict(looks).items():
            blank = np.zeros((len(data.pictures), rows.shape[1]), np.float32)
            found.setdefault(name, blank)[some] = rows
    return found


def _batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))


def restored(
    rebuilt: Sequence[Reconstruction], pictures: Indices, recognisers: Sequence[Recogniser]
) -> Restored:
    """Features of rebuilt faces.

    Args:
        rebuilt: one for each of ``pictures``, in order.
        pictures: indices of the pictures, sorted.
        recognisers: whose templates are taken.
    """
    chips = [chip(one.pixels, one.points) for one in rebuilt]
    parts = [embedded([chips[i] for i in batch], recognisers) for batch in _batches(len(chips))]
    return Restored(
        pictures,
        {r.name: np.concatenate([part[r.name] for part in parts]) for r in recognisers},
        np.stack([thumbnail(one) for one in chips]),
    )


def thumbnail(face: Pixels) -> NDArray[np.float32]:
    """A chip's pixels, averaged down and flattened, from 0 to 1."""
    small = cv2.resize(face, (THUMBNAIL_PX, THUMBNAIL_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).ravel() / np.float32(255)


def usual_points(zone: Zone) -> Points:
    """Where a face has its points that fills a zone of efface's default size, shape (5, 2)."""
    down, across = (np.flatnonzero(zone.any(axis=side)) for side in (1, 0))
    low, high = (np.array([across[end], down[end] + 0.0]) for end in (0, -1))
    size = (high + 1 - low) / (ZonePolicy().width, ZonePolicy().height)
    return np.asarray((low + high + 1 - size) / 2 + USUAL * size, np.float64)


def wider(picture: Pixels, points: Points) -> NDArray[np.float32]:
    """The aligned face with what is beside it, small and flattened, from 0 to 1."""
    inner = AROUND_PX / WIDER
    transform = similarity_between(points, TEMPLATE * inner + (AROUND_PX - inner) / 2)
    return warped(picture, transform, AROUND_PX).astype(np.float32).ravel() / np.float32(255)
