"""The distractors that efface carries: templates of AI-generated portraits, and of nobody else; and
where photographs' templates lie beside them, as a mean and a matrix.

Portraits of odd place in the sorted list, and every fortieth, are taken; nothing that efface
carries is trained on them. Left out are portraits that are in the set twice, and those whose face
or five points are not seen. Only templates are kept, in an order drawn by lot: no picture, name or
place. Of the photographs nothing is kept but what all of them together have: mean and covariance.

    python training/distractors.py PORTRAITS FAIRFACE
"""

from __future__ import annotations

import hashlib
import io
import logging
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.attack.gallery import largest_face
from efface.attack.recognisers import carried
from efface.attack.recognisers.interface import unit_length
from efface.weights import FOLDER

SEED = 5
SHRINKAGE = 0.05
"""Of covariances towards equal variances. With half of FairFace to learn from, 1.8 % of clear
photographs of the other half stood among the first hundredth as somebody else, and 2.1 and 3.1 %
with .2 and .5; with the mean alone 3.9 %; with the portraits as they are 67 %."""

Arrays = Mapping[str, NDArray[np.floating]]
TARGET = FOLDER / "distractors.npz"

_log = logging.getLogger("training")


def distractors(portraits: Path) -> list[Path]:
    """The portraits that are never trained on."""
    found = sorted(portraits.rglob("*.jpg"))
    contents = [hashlib.sha256(path.read_bytes()).digest() for path in found]
    often = Counter(contents)
    return [
        path
        for place, (path, content) in enumerate(zip(found, contents, strict=True))
        if often[content] == 1 and (place % 2 == 1 or place % 40 == 0)
    ]


def chips(pictures: Sequence[Path]) -> NDArray[np.uint8]:
    """The largest face of each that shows one."""
    found = []
    for path in pictures:
        with Image.open(path) as image:
            face = largest_face(np.asarray(image.convert("RGB")))
        if face is not None:
            found.append(face)
    _log.info("%d faces in %d pictures", len(found), len(pictures))
    return np.stack(found)


def move(portraits: NDArray[np.float64], photographs: NDArray[np.float64]) -> Arrays:
    """The affine map from where the portraits' templates lie to where the photographs' do
    (``efface.attack.gallery.like_photographs``)."""
    start, aim = portraits.mean(axis=0), photographs.mean(axis=0)
    have, want = (_covariance(rows) for rows in (portraits, photographs))
    root = _power(have, 0.5)
    turn = _power(have, -0.5) @ _power(root @ want @ root, 0.5) @ _power(have, -0.5)
    return {"start": start, "aim": aim, "turn": turn.astype(np.float32)}


def _covariance(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drawn a little towards equal variances, since there are few photographs."""
    found = np.cov(rows.T)
    even = np.trace(found) / len(found) * np.eye(len(found))
    return np.asarray((1 - SHRINKAGE) * found + SHRINKAGE * even)


def _power(matrix: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T)


def main(portraits: Path, fairface: Path) -> None:
    """Write the templates, and print the file's sha256 for its card."""
    faces = chips(distractors(portraits))
    faces = faces[np.random.default_rng(SEED).permutation(len(faces))]
    arrays = {one.name: one.embed(faces).astype(np.float16) for one in carried()}
    write(arrays, chips(sorted(fairface.glob("*.jpg"))))


def write(arrays: Arrays, photographs: NDArray[np.uint8]) -> None:
    """The portraits' templates, and the maps to where photographs' lie."""
    arrays = dict(arrays)
    for one in carried():
        rows = unit_length(arrays[one.name].astype(np.float32)).astype(np.float64)
        moved = move(rows, one.embed(photographs).astype(np.float64))
        arrays |= {f"{one.name}/{part}": values for part, values in moved.items()}
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]  # mypy takes a name for allow_pickle
    TARGET.write_bytes(out.getvalue())
    _log.info("%s: sha256 %s", TARGET, hashlib.sha256(out.getvalue()).hexdigest())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
