"""How often ``efface advise`` reads a redaction right, on generated pictures.

    python bench/advice.py --data ../shared/data --part develop --seed 1
    python bench/advice.py --data ../shared/data --part score --seed 7   # once

The parts hold other people and other files; what the estimator is tuned on is ``develop``.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from efface.advise.estimator import estimate
from efface.geometry import Rect
from redacted.cases import cases
from redacted.material import material
from redacted.scoring import Scored, lines

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Score so many cases and print the tables."""
    args = _arguments()
    material(args.data, args.part, args.cache)  # places of faces, once
    shares = np.array_split(np.arange(args.cases), args.jobs)
    with ProcessPoolExecutor(args.jobs) as pool:
        done = pool.map(
            _scored, *zip(*((args, int(s[0]), int(s[-1]) + 1) for s in shares), strict=True)
        )
        scored = [one for some in done for one in some]
    if args.out is not None:
        args.out.write_text(json.dumps([asdict(one) for one in scored], indent=1), encoding="utf-8")
    print("\n".join(lines(scored)))


def _scored(args: argparse.Namespace, first: int, end: int) -> list[Scored]:
    cv2.setNumThreads(1)
    made = material(args.data, args.part, args.cache)
    out = []
    until = time.monotonic() + args.seconds
    for case in cases(made, range(first, end), args.seed):
        if time.monotonic() > until:
            break
        redacted = case.redacted
        start = time.process_time()
        zone = Rect.covering(*(redacted.zone if args.place == "zone" else case.face))
        cut = None
        if args.place == "face":
            cut = Rect.covering(*_grown(case.face))
        found = estimate(redacted.pixels, zone, case.face[2], cut)
        spent = time.process_time() - start
        out.append(
            Scored(
                redacted.recipe, case.store.split()[0], case.factor != 1, case.face[2],
                redacted.kind, redacted.strength_px, found.kind, found.strength_px, found.sure,
                spent,
            )
        )  # fmt: skip
    return out


def _grown(face: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x, y, width, height = face
    return x - 0.3 * width, y - 0.3 * height, 1.6 * width, 1.6 * height


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--part", choices=["develop", "score"], default="develop")
    parser.add_argument("--place", choices=["zone", "face"], default="zone", help="what is told")
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600, help="stop after this long")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=HERE / ".cache" / "redacted")
    parser.add_argument("--out", type=Path, help="every case as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
