"""Whether ``layered`` is at chance at its defaults, by docs/threat-model.md's two conditions.

    python bench/leak/bounds.py --train FACES [--test FOLDER...] --cache CACHE [--cells 2 --noise 6]

A fill is at chance where the exact upper bound of the people found (Clopper-Pearson, one-sided, 95
%) is small, 2.5 % at N = 125, and where no more is found than in a constant fill of the same zone
(permutation over people, one-sided). Attackers are those of ``cells.py``; they read the zone's size
off the picture, too. Of K0, K1 and K2 the one is taken that finds most in people whom nothing else
is measured on. For the bound each person is searched for once: the first picture, with the first
noise of a seed that was named before anything was measured. It is beside that drawn a thousand
times anew, since 2.5 % at N = 125 allows nobody to be found, and who guesses finds nobody in a
third of all trials.

Must fail: no noise, and noise that was new in each of 50 frames. 50 frames of one fill are one
look, the row of one picture.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from efface.measure.bits import rank_bits
from efface.measure.intervals import clopper_pearson
from efface.measure.ranks import places
from efface.measure.significance import permutation
from efface.policy import ZonePolicy
from efface.regions import Track
from efface.study.faces import faces_of
from efface.study.figures import by_person
from efface.study.people import GALLERY, SELECT, TRAIN
from efface.zones.growth import zone_of
from leak.cells import PICTURES, CellPeople, Rows, Spread, clear, cut, folders, others

SEED = 7
FRAMES = 50
REDRAWN = 1000
KNOWLEDGE = ("K0", "K1", "K2")


@dataclass(frozen=True)
class FilledRow:
    """A kind of fill, as what it tells."""

    title: str
    noise: float | None
    """``None``: no cells at all, the constant fill."""
    looks: int = 1


@dataclass(frozen=True)
class Answer:
    """Of one draw of the noise: hits and bits by person."""

    hits: Rows
    bits: Rows


def sizes(paths: list[Path], cache: Path) -> Rows:
    """Logarithms of zones' heights, shape (pictures, 1)."""
    policy = ZonePolicy()
    boxes = [face.box for face in faces_of(paths, cache)]
    tall = [zone_of(Track("t1", (b,)), b, policy, 1, 1).outer.height for b in boxes]
    return np.asarray(np.log(np.array(tall, float))[:, None])


def told(paths: list[list[Path]], each: int, cells: int, cache: Path, seed: int) -> Rows:
    """What zones tell without noise, cells first, the size last: shape (people, each, d + 1)."""
    flat = [path for own in paths for path in own[:each]]
    both = np.concatenate([clear(flat, cells, cache, seed), sizes(flat, cache)], axis=1)
    return both.reshape(len(paths), each, -1)


class Attackers:
    """K0, K1 and K2 on one kind of fill."""

    def __init__(self, row: FilledRow, train: Rows) -> None:
        self.row = row
        self._middle, self._scale = train[..., -1].mean(), train[..., -1].std()
        self._spread = Spread.of(self._numbers(train))

    def _numbers(self, rows: Rows) -> Rows:
        size = (rows[..., -1:] - self._middle) / self._scale
        if self.row.noise is None:
            return np.asarray(size)
        cells = rows[..., :-1] if self.row.noise == 0 else cut(rows[..., :-1])
        return np.concatenate([cells, size], axis=-1)

    @property
    def _noise(self) -> Rows:
        """Standard deviations, by number."""
        out = np.zeros(len(self._spread.mean))
        out[:-1] = (self.row.noise or 0.0) / np.sqrt(self.row.looks)
        return out

    def answer(self, people: CellPeople, knowledge: str, rng: np.random.Generator) -> Answer:
        """One search a person."""
        gallery, noise = self._numbers(people.gallery), self._noise
        shown = self._numbers(people.probes[:, 0])
        shown = shown + noise * rng.standard_normal(shown.shape)
        if knowledge == "K1":
            gallery = gallery + noise * rng.standard_normal(gallery.shape)
        means = gallery.mean(axis=1)
        if knowledge == "K2":
            scores = self._spread.scores(shown, means, gallery.shape[1], noise)
        else:
            scores = -((shown[:, None] - means[None]) ** 2).sum(axis=2)
        owner = np.arange(len(scores))
        found = places(scores, owner)
        hits = by_person(found.hits(1).astype(float), owner, len(owner))
        return Answer(hits, by_person(rank_bits(found), owner, len(owner)))

    def chosen(self, people: CellPeople) -> str:
        """The attacker that finds most bits in people who are there to choose on."""
        return max(KNOWLEDGE, key=lambda k: self.repeated(people, k, 40).bits.mean())

    def repeated(self, people: CellPeople, knowledge: str, times: int) -> Answer:
        """Means by person over so many draws of the noise."""
        rng = np.random.default_rng(SEED + 1)
        answers = [self.answer(people, knowledge, rng) for _ in range(times)]
        return Answer(
            np.mean([a.hits for a in answers], axis=0), np.mean([a.bits for a in answers], axis=0)
        )


def bound(hits: int, people: int) -> float:
    """Exact upper bound of the share of people found, one-sided, 95 %."""
    return clopper_pearson(hits, people, 0.9).high


def line(row: Attackers, knowledge: str, people: CellPeople, control: Answer) -> tuple[str, int]:
    """One row of the table, and how many people were found.

    Args:
        control: the constant fill, the same people.
    """
    first = row.answer(people, knowledge, np.random.default_rng(SEED))
    count, hits = len(first.hits), int(first.hits.sum())
    rng = np.random.default_rng(SEED + 1)
    times = REDRAWN if row.row.noise else 1
    many = [row.answer(people, knowledge, rng) for _ in range(times)]
    nobody = float(np.mean([a.hits.sum() == 0 for a in many]))
    mean = Answer(np.mean([a.hits for a in many], axis=0), np.mean([a.bits for a in many], axis=0))
    p1, p2 = permutation(mean.hits, control.hits), permutation(mean.bits, control.bits)
    return (
        f"| {row.row.title} | {knowledge} | {hits} of {count} | {100 * bound(hits, count):.1f} "
        f"| {100 * mean.hits.mean():.2f} | {100 * nobody:.0f} | {_p(p1)} | {_p(p2)} |",
        hits,
    )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def main() -> None:
    """Print a table for each set of people, and the bound over all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, nargs="*", default=[])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--cells", type=int, default=2)
    parser.add_argument("--noise", type=float, default=6.0)
    asked = parser.parse_args()
    cells, noise = asked.cells, asked.noise
    wanted = (
        FilledRow("constant fill of the same zone", None),
        FilledRow(f"{cells} x {cells} cells, noise {noise:g}: one picture", noise),
        FilledRow(f"the same, {FRAMES} frames of one fill", noise),
        FilledRow(f"{FRAMES} frames, noise new in each", noise, FRAMES),
        FilledRow("one picture, no noise", 0.0),
    )
    whole = folders(asked.train)
    train = told(whole[:TRAIN], PICTURES, cells, asked.cache / "train.npz", 3)
    pick = told(whole[TRAIN : TRAIN + SELECT], 6, cells, asked.cache / "select.npz", 2)
    choose = CellPeople(pick[:, : len(GALLERY)], pick[:, len(GALLERY) :])
    rows = [Attackers(row, train) for row in wanted]
    chosen = [row.chosen(choose) for row in rows]
    sets = {asked.train.name: (whole[TRAIN + SELECT :], len(GALLERY))} | others(asked.test)
    together = np.zeros(len(rows), int)
    for name, (paths, gallery) in sets.items():
        own = told(paths, gallery + 1, cells, asked.cache / f"{name}.npz", 1)
        people = CellPeople(own[:, :gallery], own[:, gallery:])
        count = len(paths)
        print(
            f"\n{name}: {count} people, gallery of {gallery}; who guesses finds {100 / count:.2f} "
            f"%, and nobody in {100 * (1 - 1 / count) ** count:.0f} % of trials"
        )
        print("| | attacker | found | bound, % | mean of draws, % | nobody, % | p | p, bits |")
        print("|---|---|---|---|---|---|---|---|")
        control = rows[0].answer(people, chosen[0], np.random.default_rng(SEED))
        for place, (row, knowledge) in enumerate(zip(rows, chosen, strict=True)):
            said, hits = line(row, knowledge, people, control)
            together[place] += hits
            print(said, flush=True)
    people_of_all = sum(len(paths) for paths, _ in sets.values())
    print(f"\nall {people_of_all} people:")
    for row, hits in zip(rows, together.tolist(), strict=True):
        print(f"| {row.row.title} | {hits} | {100 * bound(hits, people_of_all):.1f} |")


if __name__ == "__main__":
    main()
