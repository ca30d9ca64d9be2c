"""The strongest attack on what a layered fill tells: on its numbers, by how people's cells vary.

    python bench/leak/cells.py --train FACES [--test FOLDER...] --cache CACHE

Whoever knows the method reads a fill's numbers off the picture, with their noise; all else in the
zone follows from them and from what lies around. So attacks need no networks: K0 takes the gallery
whose clear cells are nearest, K1 redacts its gallery in the same way, and K2 has learned, from
clear faces of other people, how cells vary within a person and between people, and weighs by that
and by the strength of the noise (the likelihood ratio of two normal distributions, the best there
is if cells are distributed so). Each face is searched for among all people of its set, with noise
drawn anew several times; a person's rank-1 is the mean of these.

Rows that must fail, or nothing is measured: no noise, and noise that was new in each of 50 frames.
Frozen fills of 50 frames are one look, which is the row of one picture.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.redact.methods.layered import channel
from efface.redact.methods.layered.grid import Lie, cells_of
from efface.study.faces import faces_of, read
from efface.study.figures import Figures, figures
from efface.study.people import GALLERY, SELECT, TRAIN

PICTURES = 10
"""Of each person that is learned from."""
DRAWS = 8
"""Of the noise, for each picture."""
FRAMES = 50
STRENGTHS = {
    1: (0.5, 1.0, 2.0, 4.0),
    2: (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0),
    3: (1.0, 4.0),
    4: (0.5, 2.0, 4.0, 8.0),
}
"""Noise, by the number of cells across."""
FRESH = {1: ((2.0, FRAMES),), 2: ((4.0, FRAMES), (6.0, 2), (6.0, 5), (6.0, FRAMES))}
"""Noise that is drawn anew in each of so many looks: frames, tracks that were cut, or files of one
person."""

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class CellPeople:
    """Cells of people's pictures: of each person some in the gallery, others searched for."""

    gallery: Rows
    """Clear, shape (people, pictures, d)."""
    probes: Rows
    """Clear, shape (people, probes, d)."""


def clear(paths: list[Path], cells: int, cache: Path, seed: int) -> Rows:
    """Cells of pictures as numbers that vary by one over faces in general, uncut."""
    table, rng, out = channel.table(cells), np.random.default_rng(seed), []
    for path, face in zip(paths, faces_of(paths, cache), strict=True):
        means = cells_of(read(path), face.box, cells, Lie(*rng.uniform(-1, 1, 3)))
        flat = table.mean if means is None else means.ravel()
        out.append(table.whiten @ (flat - table.mean) / 2.0**channel.WHITE)
    return np.stack(out)


def shapes(paths: list[Path], cache: Path) -> Rows:
    """Logarithms of how much wider than tall each face's box is, and with it any method's zone."""
    boxes = (face.box for face in faces_of(paths, cache))
    return np.array([[np.log(box.width / box.height)] for box in boxes])


def shape_line(train: Rows, tested: Rows, gallery: int) -> str:
    """What the shape of zones tells by itself.

    Args:
        train: of people to learn from, shape (people, pictures, 1); ``tested``: of the others.
        gallery: pictures of each that are in it.
    """
    mean, spread = train.mean(), train.std()
    train, tested = (train - mean) / spread, (tested - mean) / spread
    probes = tested[:, gallery : gallery + 2]
    people = CellPeople(tested[:, :gallery], probes)
    found = figure(Spread.of(train), people, "K2", 0.0, 1)
    rank, bits = found.rank1, found.bits
    return (
        f"the shape of zones alone, whatever fills them: rank-1 {100 * rank.value:.1f} % "
        f"({100 * rank.interval.low:.1f} to {100 * rank.interval.high:.1f}), bits beyond chance "
        f"{bits.value:.2f} ({bits.interval.low:.2f} to {bits.interval.high:.2f})"
    )


def cut(rows: Rows) -> Rows:
    """To the length that ``channel.coded`` cuts to."""
    most = np.sqrt(rows.shape[-1])
    length = np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return np.asarray(rows * np.minimum(1, most / length))


def folders(root: Path) -> list[list[Path]]:
    """A person a folder, or pictures named PERSON_what.jpg."""
    homes = sorted(path for path in root.iterdir() if path.is_dir())
    if homes:
        return [sorted(home.glob("*.jpg")) for home in homes]
    by_name: dict[str, list[Path]] = {}
    for path in sorted(root.glob("*.jpg")):
        by_name.setdefault(path.name.split("_")[0], []).append(path)
    return list(by_name.values())


def people_of(paths: list[list[Path]], gallery: int, cells: int, cache: Path) -> CellPeople:
    """Each person's first pictures are the gallery, the next the probes."""
    count = min(len(own) for own in paths)
    wanted = min(count, gallery + 2)
    flat = [path for own in paths for path in own[:wanted]]
    rows = clear(flat, cells, cache, seed=1).reshape(len(paths), wanted, -1)
    return CellPeople(rows[:, :gallery], rows[:, gallery:])


@dataclass(frozen=True)
class Spread:
    """How numbers vary."""

    mean: Rows
    within: Rows
    between: Rows

    @classmethod
    def of(cls, people: Rows) -> Spread:
        """From clear pictures of train people, shape (people, pictures, d)."""
        own = people.mean(axis=1)
        within = (people - own[:, None]).reshape(-1, people.shape[2])
        inner = within.T @ within / (len(people) * (people.shape[1] - 1))
        inner += 0.02 * np.eye(len(inner))
        between = np.cov(own.T) - inner / people.shape[1]
        values, axes = np.linalg.eigh(np.atleast_2d(between))
        return cls(own.mean(axis=0), inner, (axes * np.maximum(values, 1e-4)) @ axes.T)

    def scores(self, probes: Rows, gallery: Rows, pictures: int, noise: float | Rows) -> Rows:
        """Log likelihood ratios, shape (probes, people).

        Args:
            gallery: means of so many pictures.
            noise: standard deviation of the probes' noise, of all numbers or each, shape (d,).
        """
        own = self.between + self.within / pictures
        seen = self.between + self.within + np.diag(np.broadcast_to(noise, len(self.within)) ** 2)
        gain = self.between @ np.linalg.inv(own)
        rest = seen - gain @ self.between
        alike, alone = np.linalg.inv(rest), np.linalg.inv(seen)
        expected = (gallery - self.mean) @ gain.T
        apart = (probes - self.mean)[:, None] - expected[None]
        joint = -np.einsum("pgd,de,pge->pg", apart, alike, apart)
        single = -np.einsum("pd,de,pe->p", probes - self.mean, alone, probes - self.mean)
        return np.asarray(joint - single[:, None]) / 2


def noisy(rows: Rows, noise: float, looks: int, rng: np.random.Generator) -> Rows:
    """As a fill tells them: cut, with the mean noise of so many fills."""
    return cut(rows) + rng.normal(0, noise / np.sqrt(looks), rows.shape)


def figure(spread: Spread, people: CellPeople, knowledge: str, noise: float, looks: int) -> Figures:
    """What an attacker of this knowledge finds."""
    rng, count = np.random.default_rng(7), len(people.gallery)
    pictures = people.gallery.shape[1]
    searched = people.probes.reshape(-1, people.probes.shape[2])
    owner = np.repeat(np.arange(count), people.probes.shape[1])
    draws = DRAWS if noise else 1
    scores = []
    for _ in range(draws):
        shown = noisy(searched, noise, looks, rng) if noise else searched
        gallery = cut(people.gallery) if noise else people.gallery
        if knowledge == "K1" and noise:
            gallery = noisy(people.gallery, noise, looks, rng)
        means = gallery.mean(axis=1)
        if knowledge == "K2":
            scores.append(spread.scores(shown, means, pictures, noise / np.sqrt(looks)))
        else:
            scores.append(-((shown[:, None] - means[None]) ** 2).sum(axis=2))
    return figures(np.concatenate(scores), np.tile(owner, draws))


def line(cells: int, noise: float, looks: int, spread: Spread, people: CellPeople) -> str:
    """One row of the table."""
    each = {k: figure(spread, people, k, noise, looks) for k in ("K0", "K1", "K2")}
    ranks = " | ".join(
        f"{100 * one.rank1.value:.1f} ({100 * one.rank1.interval.low:.1f} to "
        f"{100 * one.rank1.interval.high:.1f})"
        for one in each.values()
    )
    bits = max((one.bits for one in each.values()), key=lambda one: one.value)
    told = f"{channel.ceiling(cells, noise) * looks:.2f}" if noise else "none"
    said = f"{bits.value:.2f} ({bits.interval.low:.2f} to {bits.interval.high:.2f})"
    return f"| {cells} | {noise:g} | {looks} | {ranks} | {said} | {told} |"


def others(tests: Sequence[Path]) -> dict[str, tuple[list[list[Path]], int]]:
    """People of other folders, by the folder's name: their pictures, and how many of each are in
    the gallery, all but one of whoever has fewest."""
    found = {path.name: folders(path) for path in tests}
    return {name: (own, max(1, min(map(len, own)) - 1)) for name, own in found.items()}


def main() -> None:
    """Print a table for each set of people."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, nargs="*", default=[])
    parser.add_argument("--cache", type=Path, required=True)
    asked = parser.parse_args()
    whole = folders(asked.train)
    learned = [path for own in whole[:TRAIN] for path in own[:PICTURES]]
    sets = others(asked.test) or {asked.train.name: (whole[TRAIN + SELECT :], len(GALLERY))}
    for name, (paths, gallery) in sets.items():
        print(
            f"\n{name}: {len(paths)} people, gallery of {gallery}, chance {100 / len(paths):.2f} %"
        )
        known = shapes(learned, asked.cache / "train.npz").reshape(TRAIN, PICTURES, 1)
        each = min(gallery + 2, *(len(own) for own in paths))
        flat = [path for own in paths for path in own[:each]]
        own_shapes = shapes(flat, asked.cache / f"{name}.npz").reshape(len(paths), each, 1)
        print(shape_line(known, own_shapes, gallery))
        print("| cells | noise | looks | K0 rank-1, % | K1 | K2 | bits beyond chance | ceiling |")
        print("|---|---|---|---|---|---|---|---|")
        for cells, strengths in STRENGTHS.items():
            rows = clear(learned, cells, asked.cache / "train.npz", 3).reshape(TRAIN, PICTURES, -1)
            people = people_of(paths, gallery, cells, asked.cache / f"{name}.npz")
            print(line(cells, 0.0, 1, Spread.of(rows), people), flush=True)
            spread = Spread.of(cut(rows))
            wanted = [*((noise, 1) for noise in strengths), *FRESH.get(cells, ())]
            for noise, looks in wanted:
                print(line(cells, noise, looks, spread, people), flush=True)


if __name__ == "__main__":
    main()
