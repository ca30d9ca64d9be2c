"""The distractors that efface carries: templates of AI-generated portraits, and of nobody else.

Portraits of odd place in the sorted list, and every fortieth, are taken; nothing that efface
carries is trained on them. Left out are portraits that are in the set twice, and those whose face
or five points are not seen. Only templates are kept, in an order drawn by lot: no picture, name or
place.

Photographs resemble each other more than they resemble portraits, whoever is in them, so that a
person would stand out among portraits by being a photograph. The portraits' templates are therefore
moved to where those of photographs lie, by the mean and the overall spread of faces of adults from
FairFace, which tell nothing of any one of them.

    python training/distractors.py PORTRAITS FAIRFACE
"""

from __future__ import annotations

import hashlib
import io
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.attack.gallery import largest_face
from efface.attack.recognisers import carried
from efface.attack.recognisers.interface import unit_length
from efface.weights import FOLDER

SEED = 5
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


def faces_in(pictures: Sequence[Path]) -> NDArray[np.uint8]:
    """Aligned faces, shape (faces, CHIP_PX, CHIP_PX, 3)."""
    chips = []
    for path in pictures:
        with Image.open(path) as image:
            face = largest_face(np.asarray(image.convert("RGB")))
        if face is not None:
            chips.append(face)
    _log.info("%d faces in %d pictures", len(chips), len(pictures))
    return np.stack(chips)


def moved(templates: NDArray[np.float32], to: NDArray[np.float32]) -> NDArray[np.float32]:
    """Templates with the mean and the overall spread of others, shape (n, dimensions), unit rows.

    The full covariance (CORAL: Sun, Feng and Saenko 2016) was tried and did no better: false alarms
    were as rare, and the gate found less.
    """
    spread = np.sqrt(to.var(axis=0).sum() / templates.var(axis=0).sum())
    return unit_length((templates - templates.mean(axis=0)) * spread + to.mean(axis=0))


def main(portraits: Path, fairface: Path) -> None:
    """Write the templates, and print the file's sha256 for its card."""
    faces = faces_in(distractors(portraits))
    photographs = faces_in(sorted(fairface.glob("*.jpg")))
    faces = faces[np.random.default_rng(SEED).permutation(len(faces))]
    arrays = {
        one.name: moved(one.embed(faces), one.embed(photographs)).astype(np.float16)
        for one in carried()
    }
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]  # mypy takes a name for allow_pickle
    TARGET.write_bytes(out.getvalue())
    _log.info("%s: sha256 %s", TARGET, hashlib.sha256(out.getvalue()).hexdigest())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
