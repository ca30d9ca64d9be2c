"""How many redacted faces ``efface audit`` finds, and how many it makes up.

    python bench/finding.py --data ../shared/data --part develop --seed 1
    python bench/finding.py --data ../shared/data --part score --seed 7   # once
    python bench/finding.py --pictures-of folder                          # untouched photographs

Faces of photographed crowds are redacted. A place that is told counts as found where it and the
zone, or it and the face, share .4 of what they cover. ``--zones`` asks no face detector, so
that it is the zones alone that are found.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from efface.advise.finding.zones import find_zones
from efface.advise.redaction import SURE, SeenRedaction
from efface.advise.sweep import sweep
from efface.geometry import Rect
from efface.measure.intervals import clopper_pearson
from efface.study.faces import read
from redacted.operators import Pixels
from redacted.scenes import Hidden, Scene, scenes

SHARED = 0.4


SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True, slots=True)
class Told:
    """One place that was told."""

    place: Rect
    seen: SeenRedaction
    face: bool
    """A detector saw a face there."""


def main() -> None:
    """Print recall by kind and strength, and precision."""
    args = _arguments()
    cv2.setNumThreads(1)
    sweep(np.zeros((64, 64, 3), np.uint8))  # networks are made ready
    found_of: defaultdict[tuple[str, str], list[tuple[bool, bool]]] = defaultdict(list)
    said: defaultdict[str, list[bool]] = defaultdict(list)
    clear, made_up, pixels, spent, count = 0, 0, 0, 0.0, 0
    for scene in _scenes(args):
        start = time.process_time()
        told = _told(scene.pixels, zones=args.zones)
        spent += time.process_time() - start
        pixels += scene.pixels.shape[0] * scene.pixels.shape[1]
        count += 1
        for one in told:
            met = any(_overlap(one.place, hidden) >= SHARED for hidden in scene.hidden)
            said[_title(one)].append(met)
            if args.verbose and not met:
                print("made up:", scene.name, one)
        for hidden in scene.hidden:
            met_by = [one for one in told if _overlap(one.place, hidden) >= SHARED]
            width = "narrower than 64 px" if hidden.zone[2] < 64 else "wider"
            key = hidden.recipe, "-" if hidden.level is None else LEVELS[hidden.level]
            for name in (key, ("all", width), ("all", "all")):
                found_of[name].append((bool(met_by), any(_same(one, hidden) for one in met_by)))
            if args.verbose and not met_by:
                print("missed:", scene.name, hidden)
        if not scene.hidden:
            clear += 1
            made_up += len(told)
    print("| what was done | number | faces | found | kind right |\n|---|---|---|---|---|")
    for (recipe, level), some in sorted(found_of.items()):
        found, right = (sum(one[n] for one in some) for n in (0, 1))
        print(f"| {recipe} | {level} | {len(some)} | {found} | {right} |")
    print("\n| said | where | times | of these redacted |\n|---|---|---|---|")
    for title, hits in sorted(said.items()):
        print(f"| {title} | {len(hits)} | {sum(hits)} |")
    _precision("All", [hit for hits in said.values() for hit in hits])
    _precision("Named", [h for title, hits in said.items() for h in hits if "unknown" not in title])
    print(f"In {clear} pictures without any: {made_up} made up.")
    print(f"CPU-seconds a picture: {spent / count:.2f}, a megapixel: {spent / pixels * 1e6:.2f}.")


LEVELS = ("first third", "second third", "last third")
"""Of the strengths, from the smallest number up."""


def _scenes(args: argparse.Namespace) -> Iterable[Scene]:
    if args.pictures_of is None:
        return scenes(args.data, args.part, range(args.pictures), args.seed)
    return _untouched(args.pictures_of, args.pictures, args.megapixels)


def _untouched(folder: Path, most: int, megapixels: float) -> Iterator[Scene]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    for path in paths[:: max(1, len(paths) // most)][:most]:
        picture = read(path)
        factor = min(1.0, (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5)
        if factor < 1:
            shrunk = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            picture = np.asarray(shrunk, np.uint8)
        yield Scene(path.name, picture, ())


def _told(picture: Pixels, *, zones: bool) -> list[Told]:
    if zones:
        return [Told(one.zone, one.seen, face=False) for one in find_zones(picture)]
    found = sweep(picture).redacted
    return [Told(one.box, one.redaction, one.face is not None) for one in found]


def _title(one: Told) -> str:
    sure = "sure" if one.seen.sure >= SURE else "unsure"
    where = "face" if one.face else "zone alone"
    return f"{one.seen.kind} | {where}, {sure}"


def _precision(title: str, hits: list[bool]) -> None:
    span = clopper_pearson(sum(hits), max(len(hits), 1))
    low, high = 100 * span.low, 100 * span.high
    print(f"{title}: precision {sum(hits)} of {len(hits)} (95 % {low:.0f} to {high:.0f} %).")


def _overlap(place: Rect, hidden: Hidden) -> float:
    return max(_shared(place, Rect.covering(*one)) for one in (hidden.zone, hidden.face))


def _shared(one: Rect, other: Rect) -> float:
    both = one.intersection(other).area
    return both / (one.area + other.area - both)


def _same(found: Told, hidden: Hidden) -> bool:
    return found.seen.kind.removeprefix("sampled-") == hidden.kind.removeprefix("sampled-")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--pictures-of", type=Path, help="a folder of pictures that are untouched")
    parser.add_argument("--megapixels", type=float, default=3.0, help="of those, at most")
    parser.add_argument("--zones", action="store_true", help="ask no face detector")
    parser.add_argument("--part", choices=["develop", "score"], default="develop")
    parser.add_argument("--pictures", type=int, default=75)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="name what was missed or made up")
    args = parser.parse_args()
    if (args.data is None) == (args.pictures_of is None):
        parser.error("--data or --pictures-of is needed.")
    return args


if __name__ == "__main__":
    main()
