"""How much of a picture zones cover: as wide for their height as faces, and all in one ratio.

    python bench/covered.py REGIONS.json... [--shape rounded]

Each file is what ``efface detect --json`` printed, of one file or of many. Zones are the default's,
before they grow to a format's blocks, in a video those of every frame. Printed are the share of all
pixels that is covered, how much more one ratio covers, and how wide faces' boxes are for their
height.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from efface.geometry import NO_GRID
from efface.policy import ZonePolicy
from efface.regions import Regions
from efface.zones.extent import Extent
from efface.zones.growth import zones_of
from efface.zones.moving import MovingZones


def documents(path: Path) -> Iterator[Regions]:
    """Every file's regions."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    for one in whole.get("files", [whole]):
        yield Regions.from_json(one)


def covered(regions: Regions, policy: ZonePolicy) -> float:
    """Share of a file's pixels; the mean over its pages or frames."""
    media, extent = regions.media, Extent()
    if media.kind == "video":
        moving = MovingZones(regions, policy, NO_GRID, 0)
        for frame in range(media.frames):
            extent.see(moving.at(frame), media.width, media.height)
    else:
        zones = zones_of(regions, policy)
        for frame in range(media.frames):
            extent.see([z for z in zones if z.frame == frame], *media.size(frame))
    return extent.share.mean


def main() -> None:
    """Print a line for each document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("regions", type=Path, nargs="+")
    parser.add_argument("--shape", choices=("box", "rounded"), default="box")
    asked = parser.parse_args()
    print("| | files | boxes | width for height | covered, %, own ratio | one ratio | more, % |")
    print("|---|---|---|---|---|---|---|")
    for path in asked.regions:
        files = list(documents(path))
        ratios = [b.width / b.height for f in files for t in f.tracks for b in t.every_box()]
        own, one = (
            float(np.mean([covered(f, ZonePolicy(shape=asked.shape, one_ratio=r)) for f in files]))
            for r in (False, True)
        )
        quartiles = " ".join(f"{q:.2f}" for q in np.quantile(ratios, (0.05, 0.5, 0.95)))
        print(
            f"| {path.stem} | {len(files)} | {len(ratios)} | {quartiles} "
            f"| {100 * own:.2f} | {100 * one:.2f} | {100 * (one / own - 1):.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
