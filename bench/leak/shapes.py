"""How much more a zone without its corners leaves of a person: box, rounded and ellipse.

    python bench/leak/shapes.py ../shared/data/ytf-dev [--people 60]

Pictures of people with their surroundings, from three videos each, are redacted with a zone of one
shape and searched for among everybody's pictures from the other videos, redacted in the same way
(``efface.study.context``). An ellipse is the one inscribed in the zone's rectangle.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.context import described, surroundings
from efface.attack.recognisers import recognisers
from efface.policy import ZonePolicy
from efface.regions import Box, Track
from efface.study.context import as_it_is, fitted
from efface.study.faces import faces_of, read
from efface.study.figures import Figure, figures
from efface.study.people import videos
from efface.zones.growth import zone_of
from efface.zones.zone import Zone

GROWTHS = ((1.3, 1.3), (1.8, 2.0))
SHAPES = ("box", "rounded", "ellipse")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("surroundings", type=Path)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--cache", type=Path, default=Path("bench/.cache/shapes-places.npz"))
    args = parser.parse_args()
    people = videos(args.surroundings)[: args.people]
    paths = [path for of in people for path in of]
    faces = dict(zip(paths, faces_of(paths, args.cache), strict=True))
    each = len(people[0])
    person = np.repeat(np.arange(len(people)), each)
    print("| zone | shape | covered, % | rank-1, as it is | rank-1, fitted | bits, fitted |")
    print("|---|---|---|---|---|---|")
    for growth in GROWTHS:
        for shape in SHAPES:
            masks = {path: zone(read(path).shape, faces[path].box, growth, shape) for path in paths}
            parts = [
                described(
                    [surroundings(read(path), masks[path], faces[path].points) for path in of],
                    recognisers(),
                )
                for of in people
            ]
            blocks = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            covered = 100 * float(np.mean([mask.mean() for mask in masks.values()]))
            plain = figures(as_it_is(blocks, person, each), person)
            learnt = figures(fitted(blocks, person, each), person)
            print(
                f"| {growth[0]:.1f}x{growth[1]:.1f} | {shape} | {covered:.0f} "
                f"| {_percent(plain.rank1)} | {_percent(learnt.rank1)} "
                f"| {learnt.bits.value:.2f} |",
                flush=True,
            )


def zone(
    shape: tuple[int, ...], box: Box, growth: tuple[float, float], name: str
) -> NDArray[np.bool_]:
    """Pixels that a zone covers."""
    height, width = shape[:2]
    policy = ZonePolicy(
        width=growth[0],
        height=growth[1],
        shape="box" if name == "box" else "rounded",
        one_ratio=False,
    )
    drawn: Zone = zone_of(Track("t1", (box,)), box, policy, width, height)
    covered = np.zeros((height, width), bool)
    r, o = drawn.rect, drawn.outer
    if name == "ellipse":
        y, x = np.mgrid[r.y0 : r.y1, r.x0 : r.x1] + 0.5
        across = (2 * x - o.x0 - o.x1) / o.width
        along = (2 * y - o.y0 - o.y1) / o.height
        covered[r.y0 : r.y1, r.x0 : r.x1] = across**2 + along**2 <= 1
    else:
        covered[r.y0 : r.y1, r.x0 : r.x1] = drawn.mask()
    return covered


def _percent(one: Figure) -> str:
    low, high = one.interval.low, one.interval.high
    return f"{100 * one.value:.1f} ({100 * low:.1f} to {100 * high:.1f})"


if __name__ == "__main__":
    main()
