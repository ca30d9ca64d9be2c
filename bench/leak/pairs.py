"""How well pairs of clear faces are told apart at small widths: the area under the ROC curve of
each recogniser as it is, which others publish. On the people and pictures of a study's full design.

    python bench/leak/pairs.py DATASET -o MAP --width 14 --width 28
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from efface.study.map.folder import FULL, people_of
from efface.study.map.work import MapWork
from efface.study.rows import CLEAR
from efface.study.templates import means, unit


def area(own: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Share of pairs of pairs in which the right one scores higher (Mann-Whitney)."""
    ranks = rankdata(np.concatenate([own, others]))[: len(own)]
    return float((ranks.sum() - len(own) * (len(own) + 1) / 2) / (len(own) * len(others)))


@click.command()
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="A study's folder.")
@click.option("--width", "widths", type=int, multiple=True, default=(14, 28, 56))
def main(dataset: Path, out: Path, widths: tuple[int, ...]) -> None:
    """One line a width and recogniser."""
    people = people_of(dataset, FULL, out / "cache", seed=0)
    work = MapWork(people, out / "cache", quick=False, seed=0)
    for width in widths:
        run = work.run(width)
        search, small = run.splits.parts["test"], run.features(CLEAR).templates
        for name, clear in run.clear.items():
            scores = unit(small[name])[search.probes] @ means(clear, search.gallery).T
            own = scores[np.arange(len(scores)), search.person]
            others = scores[np.arange(scores.shape[1]) != search.person[:, None]]
            click.echo(f"{width} px, {name}: {area(own, others):.3f}")


if __name__ == "__main__":
    main()
