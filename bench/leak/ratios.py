"""What a zone tells by its outline alone: as wide for its height as the face, or all in one ratio.

    python bench/leak/ratios.py --train FACES [--test FOLDER...] --cache CACHE

The attacker knows the method and has learned from zones of other people how those numbers vary
within a person and between people (K2 of ``cells.py``, with the same people and the same figures).
It reads off a zone its ratio, its size, or both; or, told where the eyes are, where the zone lies
about them in distances between the eyes, which a head that is drawn in it shows, too.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from efface.policy import ZonePolicy
from efface.regions import Track
from efface.study.faces import PlacedFace, faces_of
from efface.study.people import GALLERY, SELECT, TRAIN
from efface.zones.growth import zone_of
from leak.cells import PICTURES, CellPeople, Rows, Spread, figure, folders, others
from leak.words import interval

POLICIES = {
    "as wide as the face": ZonePolicy(one_ratio=False),
    "one ratio": ZonePolicy(one_ratio=True),
}
KINDS = ("ratio", "size", "ratio and size", "about the eyes, which are told")


def numbers(face: PlacedFace, policy: ZonePolicy, kind: str) -> Rows:
    """What is read off one zone, before the picture's border cuts it."""
    outer = zone_of(Track("t1", (face.box,)), face.box, policy, 1, 1).outer
    across, down = np.log(outer.width), np.log(outer.height)
    if kind == "ratio":
        return np.array([across - down])
    if kind == "size":
        return np.array([(across + down) / 2])
    if kind == "ratio and size":
        return np.array([across, down])
    middle = face.points[:2].mean(axis=0)
    apart = float(np.linalg.norm(face.points[1] - face.points[0]))
    edges = np.array([outer.x0, outer.y0, outer.x1, outer.y1])
    return np.asarray((edges - np.tile(middle, 2)) / apart)


def rows(paths: Sequence[Path], cache: Path, policy: ZonePolicy, kind: str) -> Rows:
    """Of all pictures, shape (pictures, numbers)."""
    return np.stack([numbers(face, policy, kind) for face in faces_of(paths, cache)])


def line(train: Rows, tested: Rows, gallery: int) -> str:
    """Rank-1 and bits.

    Args:
        train: of people to learn from, shape (people, pictures, d); ``tested``: of the others.
        gallery: pictures of each that are in it.
    """
    flat = train.reshape(-1, train.shape[2])
    spread = np.maximum(flat.std(axis=0), 1e-6)
    train, tested = (train - flat.mean(axis=0)) / spread, (tested - flat.mean(axis=0)) / spread
    people = CellPeople(tested[:, :gallery], tested[:, gallery : gallery + 2])
    found = figure(Spread.of(train), people, "K2", 0.0, 1)
    return f"{interval(found.rank1, 100, 1)} | {interval(found.bits)}"


def main() -> None:
    """Print a table for each set of people."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, nargs="*", default=[])
    parser.add_argument("--cache", type=Path, required=True)
    asked = parser.parse_args()
    whole = folders(asked.train)
    learned = [path for own in whole[:TRAIN] for path in own[:PICTURES]]
    sets = {asked.train.name: (whole[TRAIN + SELECT :], len(GALLERY))} | others(asked.test)
    for name, (people, gallery) in sets.items():
        each = min(gallery + 2, *(len(own) for own in people))
        flat = [path for own in people for path in own[:each]]
        print(f"\n{name}: {len(people)} people, chance {100 / len(people):.2f} %")
        print("| zones | what is read | rank-1, % | bits beyond chance |\n|---|---|---|---|")
        for words, policy in POLICIES.items():
            for kind in KINDS:
                train = rows(learned, asked.cache / "train.npz", policy, kind)
                tested = rows(flat, asked.cache / f"{name}.npz", policy, kind)
                said = line(
                    train.reshape(TRAIN, PICTURES, -1), tested.reshape(len(people), each, -1),
                    gallery,
                )  # fmt: skip
                print(f"| {words} | {kind} | {said} |", flush=True)


if __name__ == "__main__":
    main()
