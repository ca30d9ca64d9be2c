"""What the cut of a picture tells by itself: how far efface's default zone would reach beyond each
of its four edges. Four numbers a picture, and not a pixel: any zone in such a picture tells them.
On the people and pictures of a study's coarse map.

    python bench/leak/framing.py DATASET -o MAP
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.policy import ZonePolicy
from efface.regions import Box, Track
from efface.study.figures import Figure, figures
from efface.study.map.folder import QUICK, people_of
from efface.study.splits import Splits
from efface.zones.growth import zone_of


def cut_off(path: Path, box: Box) -> NDArray[np.float64]:
    """How much of a zone each edge of the picture cuts off, in zones' heights: shape (4,)."""
    with Image.open(path) as image:
        zone = zone_of(Track("t1", (box,)), box, ZonePolicy(), *image.size)
    whole, seen = zone.outer, zone.rect
    beyond = (seen.x0 - whole.x0, seen.y0 - whole.y0, whole.x1 - seen.x1, whole.y1 - seen.y1)
    return np.array(beyond, np.float64) / whole.height


@click.command()
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "out", type=click.Path(path_type=Path), required=True, help="A study's folder.")
def main(dataset: Path, out: Path) -> None:
    """Rank-1 and bits of whoever compares these numbers, by their spread over train people."""
    people = people_of(dataset, QUICK, out / "cache", seed=0)
    rows = np.stack(
        [cut_off(p.path, f.box) for p, f in zip(people.pictures, people.faces, strict=True)]
    )
    splits = Splits.of(people.pictures)
    search, rows = splits.parts["test"], rows / np.maximum(rows[splits.train].std(axis=0), 1e-9)
    gallery = rows[search.gallery].mean(axis=1)
    scores = -((rows[search.probes][:, None] - gallery[None]) ** 2).sum(axis=2)
    found = figures(scores, search.person)
    click.echo(f"zones that are cut: {int((rows > 0).any(axis=1).sum())} of {len(rows)}")
    click.echo(f"{found.people} people, rank-1 {said(found.rank1)}, bits {said(found.bits)}")


def said(one: Figure) -> str:
    """With its interval."""
    return f"{one.value:.3f} ({one.interval.low:.3f} to {one.interval.high:.3f})"


if __name__ == "__main__":
    main()
