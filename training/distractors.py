"""The distractors that efface carries: templates of AI-generated portraits, and of nobody else.

Portraits of odd place in the sorted list, and every fortieth, are taken; nothing that efface
carries is trained on them. Left out are portraits that are in the set twice, and those whose face
or five points are not seen. Only templates are kept, in an order drawn by lot: no picture, name or
place.

    python training/distractors.py PORTRAITS
"""

from __future__ import annotations

import hashlib
import io
import logging
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from efface.attack.gallery import largest_face
from efface.attack.recognisers import carried
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


def main(portraits: Path) -> None:
    """Write the templates, and print the file's sha256 for its card."""
    chips = []
    pictures = distractors(portraits)
    for path in pictures:
        with Image.open(path) as image:
            face = largest_face(np.asarray(image.convert("RGB")))
        if face is not None:
            chips.append(face)
    _log.info("%d faces in %d portraits", len(chips), len(pictures))
    order = np.random.default_rng(SEED).permutation(len(chips))
    faces = np.stack(chips)[order]
    arrays = {one.name: one.embed(faces).astype(np.float16) for one in carried()}
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]  # mypy takes a name for allow_pickle
    TARGET.write_bytes(out.getvalue())
    _log.info("%s: sha256 %s", TARGET, hashlib.sha256(out.getvalue()).hexdigest())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
