"""How much a layered fill looks like the face under it, beside the bits that it can tell.

    python bench/leak/likeness.py FACES --cache CACHE

No recogniser is asked. Each face is compared with the fill that efface puts over it, within the
oval of its box, both at 32 pixels across: structure (SSIM of luma, averaged) and colour (the mean
distance in CIELAB between the means of four quarters). Beside it stands the same fill over somebody
else's face: what is alike only because all faces are, and fills are drawn as heads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.media.fidelity import likeness
from efface.policy import MethodPolicy
from efface.redact.methods.layered.channel import ceiling
from efface.regions import Box
from efface.study.faces import faces_of, read
from efface.study.map.operators import by_method
from efface.study.people import SELECT, TRAIN
from leak.cells import folders

SETTINGS = (
    (4, 0.25), (4, 0.5), (4, 2.0), (3, 1.0), (2, 0.25), (2, 1.0), (2, 2.0), (2, 4.0), (2, 6.0),
    (1, 0.25), (1, 2.0), (1, 4.0),
)  # fmt: skip
SIDE = 32


def face(picture: NDArray[np.uint8], box: Box) -> NDArray[np.float32]:
    """A face's box, shape (SIDE, SIDE, 3), RGB from 0 to 1."""
    x0, y0 = max(0, round(box.x)), max(0, round(box.y))
    part = picture[y0 : round(box.y + box.height), x0 : round(box.x + box.width)]
    small = cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


def alike(clear: NDArray[np.float32], fill: NDArray[np.float32]) -> tuple[float, float]:
    """SSIM, and distance of colours."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE - 0.5
    oval = x * x + y * y <= 0.25
    before, after = (np.rint(255 * one).astype(np.uint8) for one in (clear, fill))
    found = likeness(before, after, ~oval, 8).ssim
    labs = [cv2.cvtColor(one, cv2.COLOR_RGB2LAB) for one in (clear, fill)]
    apart = []
    for across in (x < 0, x >= 0):
        for down in (y < 0, y >= 0):
            means = [lab[oval & across & down].mean(axis=0) for lab in labs]
            apart.append(float(np.linalg.norm(means[0] - means[1])))
    assert found is not None
    return found, float(np.mean(apart))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    asked = parser.parse_args()
    paths = [own[4] for own in folders(asked.faces)[TRAIN + SELECT :]]
    faces = faces_of(paths, asked.cache / f"{asked.faces.name}.npz")
    clear = [face(read(path), one.box) for path, one in zip(paths, faces, strict=True)]
    print(f"{len(paths)} people")
    print("| fill | ceiling, bits | SSIM | of another | colours apart | of another |")
    print("|---|---|---|---|---|---|")
    policies = [MethodPolicy("layered", cells=c, noise=n) for c, n in SETTINGS]
    for policy in (*policies, MethodPolicy("figure"), MethodPolicy("solid")):
        redact, rng = by_method(policy), np.random.default_rng(11)
        fills = [
            face(redact(read(path), one.box, one.points, rng).pixels, one.box)
            for path, one in zip(paths, faces, strict=True)
        ]
        own = np.array([alike(*pair) for pair in zip(clear, fills, strict=True)])
        others = np.array([alike(c, f) for c, f in zip(clear, fills[1:] + fills[:1], strict=True)])
        layered = policy.name == "layered"
        bits = f"{ceiling(policy.cells, policy.noise):.2f}" if layered else "0"
        name = f"{policy.cells} cells, noise {policy.noise:g}" if layered else policy.name
        print(
            f"| {name} | {bits} | {own[:, 0].mean():.3f} | {others[:, 0].mean():.3f} "
            f"| {own[:, 1].mean():.1f} | {others[:, 1].mean():.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
