"""What each part of redacting a video costs: CPU-milliseconds a frame, measured one by one."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from efface.detect.tracking.faces import find_tracks
from efface.detect.tracking.rescanning import rescan_video
from efface.detect.tracking.watching import DENSITIES, watch
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.interface import Movie, VideoWritten
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy, ZonePolicy
from efface.regions import Media, Regions
from efface.zones.filling import ConstantFilling
from efface.zones.moving import MovingZones


def cpu(work: Callable[[], object]) -> float:
    """CPU-seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def parts(clip: Path, scratch: Path) -> dict[str, float]:
    """CPU-seconds of each part."""
    movie = open_video(clip, Limits())
    out: dict[str, float] = {}
    found = find_tracks(movie, "default")
    regions = Regions(
        Media(clip.name, "", "video", *movie.size, len(found.times)), tuple(found.tracks)
    )
    out["decode"] = cpu(lambda: _drain(movie))
    out["watch"] = cpu(lambda: [None for _ in watch(movie, DENSITIES["default"])]) - out["decode"]
    whole = cpu(lambda: find_tracks(movie, "default"))
    out["follow and link"] = whole - out["watch"] - out["decode"]
    grid, reach = movie.grid()
    zones = MovingZones(regions, ZonePolicy(), grid, reach)
    written: list[VideoWritten] = []

    def write(name: str, filled: bool) -> None:
        target = scratch / f"{name}{clip.suffix}"
        written.append(
            write_video(
                movie,
                target,
                zones.at if filled else lambda frame: (),
                ConstantFilling(Colour(0, 0, 0)),
                VideoPolicy(),
            )
        )

    plain = cpu(lambda: write("plain", False))
    out["encode"] = plain - out["decode"]
    out["fill"] = cpu(lambda: write("filled", True)) - plain
    again = open_video(scratch / f"filled{clip.suffix}", Limits())
    out["decode the result"] = cpu(lambda: _drain(again))
    check = Check(movie, written[-1])

    def checked() -> None:
        for frame in again.frames():
            check.see(frame)
        check.finish(again)

    out["check"] = cpu(checked) - out["decode the result"]
    fresh = MovingZones(regions, ZonePolicy(), grid, reach)
    out["rescan"] = cpu(lambda: rescan_video(again.frames(), again, regions, fresh))
    out["rescan"] -= out["decode the result"]
    return {name: 1000 * seconds / len(found.times) for name, seconds in out.items()}


def _drain(movie: Movie) -> None:
    for _ in movie.frames():
        pass


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path, nargs="+")
    args = parser.parse_args()
    head: list[str] = []
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as scratch:
        for clip in args.clips:
            row = parts(clip, Path(scratch))
            if not head:
                head = list(row)
                print("| clip | " + " | ".join(head) + " |")
                print("|---" * (len(head) + 1) + "|")
            print(f"| {clip.name} | " + " | ".join(f"{row[name]:.1f}" for name in head) + " |")


if __name__ == "__main__":
    main()
