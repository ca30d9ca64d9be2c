"""How often ``efface advise`` reads a redaction right, on generated pictures.

    python bench/advice.py --data ../shared/data --part fit --seed 1 --fit
    python bench/advice.py --data ../shared/data --part develop --seed 2
    python bench/advice.py --data ../shared/data --part score --seed 7   # once

Weights are fitted on ``fit``, choices are made on ``develop``; the parts hold other people and
other files.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

import efface
from efface.advise.estimator import estimate, measure
from efface.advise.finding.frame import look_at_face
from efface.advise.finding.zones import zone_of
from efface.geometry import Rect
from redacted.cases import Case, cases, turns
from redacted.fitting import Example, fit
from redacted.material import material
from redacted.scoring import Scored, lines

HERE = Path(__file__).resolve().parent
FITTED = Path(efface.__file__).parent / "advise" / "fitted.json"
CUT_OF_FACE = 0.3
Row = TypeVar("Row")
NEAR = 0.05
PLACES = ("zone", "near", "face")


def main() -> None:
    """Score so many cases of each kind and print the tables, or fit."""
    args = _arguments()
    cv2.setNumThreads(1)
    material(args.data, args.part, args.cache)  # places of faces, once
    if args.fit:
        examples = _shared(args, _measured)
        if args.out is not None:
            args.out.write_bytes(pickle.dumps(examples))
        made = f"bench/advice.py --part {args.part} --seed {args.seed} --each {args.each} --fit"
        FITTED.write_text(fit(examples, made) + "\n", encoding="utf-8")
        return
    scored = _shared(args, _scored)
    if args.out is not None:
        args.out.write_bytes(pickle.dumps(scored))
    print("\n".join(lines(scored)))


def _shared(
    args: argparse.Namespace, work: Callable[[argparse.Namespace, int, int], list[Row]]
) -> list[Row]:
    """The cases, dealt out to so many processes."""
    shares = np.array_split(np.arange(args.each * len(turns())), args.jobs)
    with ProcessPoolExecutor(args.jobs) as pool:
        done = [pool.submit(work, args, int(s[0]), int(s[-1]) + 1) for s in shares]
        return [one for some in done for one in some.result()]


def _places(place: str, case: Case, index: int) -> tuple[Rect, Rect | None]:
    """The zone that is told, and what a tool would have cut out."""
    if place == "zone":
        return Rect.covering(*case.redacted.zone), None
    if place == "near":
        return _near(case.redacted.zone, index), None
    face = Rect.covering(*case.face)
    luma = cv2.cvtColor(case.redacted.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    zone = zone_of(luma, face)
    if zone is not None:
        return zone, None
    dx, dy = (round(CUT_OF_FACE * n) for n in (face.width, face.height))
    return face, face.padded(dx, dy)


def _near(zone: tuple[float, float, float, float], index: int) -> Rect:
    """Exact for every second case, else with sides off by up to 5 % of the zone's."""
    x, y, width, height = zone
    if index % 2:
        return Rect.covering(*zone)
    rng = np.random.default_rng(index)
    left, top, right, bottom = rng.uniform(-NEAR, NEAR, 4)
    wide, tall = width * (1 + right - left), height * (1 + bottom - top)
    return Rect.covering(x + left * width, y + top * height, wide, tall)


def _measured(args: argparse.Namespace, first: int, end: int) -> list[Example]:
    cv2.setNumThreads(1)
    out = []
    held, numbers = material(args.data, args.part, args.cache), range(first, end)
    for index, case in enumerate(cases(held, numbers, args.seed, camera=True), first):
        made, turn = case.redacted, index // len(turns())
        zone, cut = _places(PLACES[turn % len(PLACES)], case, turn)
        seen = measure(made.pixels, zone, case.face[2], cut)
        out.append(Example(made.kind, made.strength_px, made.recipe, seen))
    return out


def _scored(args: argparse.Namespace, first: int, end: int) -> list[Scored]:
    cv2.setNumThreads(1)
    out = []
    drawn = cases(material(args.data, args.part, args.cache), range(first, end), args.seed)
    for index, case in enumerate(drawn, first):
        made = case.redacted
        start = time.process_time()
        if args.place == "face":  # as ``efface advise`` looks at a face
            luma = cv2.cvtColor(made.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
            found = look_at_face(made.pixels, luma, Rect.covering(*case.face))
        else:
            zone, cut = _places(args.place, case, index // len(turns()))
            found = estimate(made.pixels, zone, case.face[2], cut)
        spent = time.process_time() - start
        out.append(
            Scored(
                made.recipe, case.level, case.store.split()[0], case.factor != 1, case.face[2],
                made.kind, made.strength_px, found.kind, found.strength_px, found.sure, spent,
            )
        )  # fmt: skip
    return out


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--part", choices=["fit", "develop", "score"], default="develop")
    parser.add_argument(
        "--place", choices=PLACES, default="zone", help="what is told; a fit takes them in turn"
    )
    parser.add_argument("--each", type=int, default=5, help="cases of each kind and strength")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--fit", action="store_true", help="write the weights that advise uses")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache" / "redacted")
    parser.add_argument("--out", type=Path, help="every case, pickled")
    return parser.parse_args()


if __name__ == "__main__":
    main()
