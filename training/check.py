"""How often the adapted attacker finds a person, on people it was not trained on.

    python training/check.py ONNX training/.cache --people ../shared/data/cfp-dev

Held-out portraits: the very picture that was redacted, among all held-out ones. Real people: a
redacted picture against the mean of the person's other pictures, among 125 people; only people 101
to 125 are searched for (100 to train on and 125 to test on are other rooms' business).
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faces import canvas, largest_face, templates
from numpy.typing import NDArray
from PIL import Image
from redactions import Face
from stream import Faces

from efface.attack.adapted import shipped
from efface.attack.interface import Look
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.detect.batches import ChipNetwork
from efface.regions import Box

PEOPLE = 125
SEARCHED = range(101, 126)
PICTURES = 10
GROWTH = 1.3
WIDTH_PX = 80.0

ROWS: dict[str, Callable[[float], Operator]] = {
    "gaussian .05": lambda w: Operator("gaussian", 0.05 * w),
    "gaussian .10": lambda w: Operator("gaussian", 0.10 * w),
    "gaussian .20": lambda w: Operator("gaussian", 0.20 * w),
    "gaussian .30": lambda w: Operator("gaussian", 0.30 * w),
    "box .50": lambda w: Operator("box", 0.5 * w),
    "mosaic 16": lambda w: Operator("mosaic", w / 16),
    "mosaic 8": lambda w: Operator("mosaic", w / 8),
    "mosaic 4": lambda w: Operator("mosaic", w / 4),
    "sampled 8": lambda w: Operator("sampled-mosaic", w / 8),
    "solid": lambda w: Operator("solid"),
}

_log = logging.getLogger("training")

Predict = Callable[[Sequence[Look]], dict[str, NDArray[np.float32]]]


@dataclass(frozen=True)
class People:
    """Real people, in memory only."""

    faces: list[Face]
    who: NDArray[np.intp]
    templates: dict[str, NDArray[np.float32]]


def people(folder: Path) -> People:
    """Frontal pictures of the first people of cfp-dev."""
    faces, who = [], []
    for person in range(1, PEOPLE + 1):
        for number in range(1, PICTURES + 1):
            path = folder / f"{person:03d}" / f"f{number:02d}.jpg"
            picture = np.asarray(Image.open(path).convert("RGB"))
            box = largest_face(picture)
            face = None if box is None else canvas(picture, box)
            if face is not None:
                faces.append(face)
                who.append(person)
    return People(faces, np.array(who), templates(np.stack([f.pixels for f in faces])))


def looks(faces: list[Face], row: str) -> Iterator[Look]:
    """Each face under one redaction, in a box that is a little larger than it."""
    for face in faces:
        x, y, w, h = face.box
        zone = np.zeros(face.pixels.shape[:2], np.bool_)
        grown = (GROWTH - 1) / 2
        rows = slice(max(0, round(y - h * grown)), round(y + h * (1 + grown)))
        zone[rows, max(0, round(x - w * grown)) : round(x + w * (1 + grown))] = True
        operator = ROWS[row](w)
        pixels = apply(face.pixels, zone, operator)
        yield Look(pixels, zone, Box(0, x, y, w, h), face.points, operator)


def rank_one(scores: NDArray[np.float64], true: NDArray[np.intp]) -> float:
    """Share of rows whose true column is above all others."""
    own = scores[np.arange(len(true)), true]
    return float((((scores >= own[:, None]).sum(axis=1)) == 1).mean())


def same_picture(faces: Faces, predict: Predict, row: str) -> dict[str, float]:
    """Rank-1 by recogniser on the held-out portraits."""
    held = np.flatnonzero(faces.held_out)
    found = predict(list(looks([faces.face(i) for i in held], row)))
    return {
        name: rank_one(rows @ faces.templates[name][held].T, np.arange(len(held)))
        for name, rows in found.items()
    }


def same_person(known: People, predict: Predict, row: str) -> dict[str, float]:
    """Rank-1 by recogniser on real people, by other pictures of theirs."""
    probes = np.flatnonzero(np.isin(known.who, SEARCHED))
    found = predict(list(looks([known.faces[i] for i in probes], row)))
    out = {}
    for name, rows in found.items():
        clear = known.templates[name]
        scores = np.empty((len(probes), PEOPLE))
        for column in range(PEOPLE):
            theirs = known.who == column + 1
            total = clear[theirs].sum(axis=0)
            without = total[None] - clear[probes] * theirs[probes, None]
            without /= np.linalg.norm(without, axis=1, keepdims=True)
            scores[:, column] = (rows * without).sum(axis=1)
        out[name] = rank_one(scores, known.who[probes] - 1)
    return out


def onnx_predictor(path: Path) -> Predict:
    """The shipped attack with a file that is not yet among the weights."""
    network = ChipNetwork(path)
    shipped.adapted_network = lambda: network  # type: ignore[assignment]
    return shipped.Adapted().predict


def main() -> None:
    """Print one line a redaction."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", type=Path)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--people", type=Path)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    predict = onnx_predictor(given.network)
    faces = Faces.read(given.faces)
    known = None if given.people is None else people(given.people)
    for row in ROWS:
        words = [f"{n} {100 * v:5.1f}" for n, v in same_picture(faces, predict, row).items()]
        line = f"{row:14s} same picture (portraits): {', '.join(words)}"
        if known is not None:
            words = [f"{n} {100 * v:5.1f}" for n, v in same_person(known, predict, row).items()]
            line += f"; same person (real): {', '.join(words)}"
        _log.info(line)


if __name__ == "__main__":
    main()
