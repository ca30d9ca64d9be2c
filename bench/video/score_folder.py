"""Scores of a folder of regions documents: ``NAME.json`` for each ``NAME.truth.json``."""

from __future__ import annotations

import argparse
import json
from itertools import chain
from pathlib import Path

from score import score
from tables import table
from truth import Truth
from zoning import moving_zones

from efface.policy import ZonePolicy
from efface.regions import Regions


def main() -> None:
    """Score a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("regions", type=Path)
    parser.add_argument("--grow", type=float, nargs=2, metavar=("WIDTH", "HEIGHT"),
                        help="of zones, in boxes; the default policy's if left out")  # fmt: skip
    parser.add_argument("--worst", type=int, default=20, help="misses and places to list")
    args = parser.parse_args()
    policy = (
        ZonePolicy(args.grow[0], args.grow[1], min_margin_px=0, one_ratio=False)
        if args.grow
        else ZonePolicy()
    )
    scores = []
    for path in sorted(args.truth.glob("*.truth.json")):
        found = args.regions / path.name.replace(".truth.json", ".json")
        if found.exists():
            regions = Regions.from_json(json.loads(found.read_text(encoding="utf-8")))
            scores.append(score(Truth.read(path), regions, policy=policy, zoning=moving_zones))
    print("\n".join(table(scores)))
    print("\nBy clip (missed of face-frames; % of the picture beyond):")
    for s in scores:
        print(f"  {s.clip:24} {s.total.missed:5} of {s.total.faces:6}  {100 * s.excess:.2f} %")
    misses = sorted(chain.from_iterable(s.misses for s in scores), key=lambda m: -m.height)
    print(f"\nLargest faces missed ({min(args.worst, len(misses))} of {len(misses)}):")
    for m in misses[: args.worst]:
        print(
            f"  {m.clip} frame {m.frame} {m.face}: {m.height:.0f} px, yaw {m.yaw:.0f}, "
            f"visible {m.visible:.2f}, blur {m.blur:.0f} px, covered {m.covered:.2f}; "
            f"{', '.join(m.events)}"
        )
    far = sorted(chain.from_iterable(s.far for s in scores), key=lambda run: -run.seconds)
    print(
        f"\nPlaces covered longest with no face near ({min(args.worst, len(far))} of {len(far)}):"
    )
    for run in far[: args.worst]:
        print(f"  {run.clip} frames {run.first}-{run.last} ({run.seconds:.1f} s): {run.rect}")


if __name__ == "__main__":
    main()
