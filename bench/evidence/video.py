"""What a video's commitment, proof and check cost: real clips at 1080p, 25 frames a second.

    python bench/evidence/video.py CLIP... [--frames N]

Each clip is scaled to fill 1920x1080, played to and fro until it is long enough, and coded by x264
at CRF 18: that is the original. It is redacted as ``efface redact --pack`` does, but for detection:
zones are those of made-up faces of 150 to 250 pixels that sway where they are, as those of people
who talk, or walk through the picture at 100 pixels a second. Costs are CPU-seconds of the process,
FFmpeg's threads included, a frame; decode and encode are those of efface's own redaction of the
same video (``write_video``). Proofs are scaled to an hour.

What zones add to a proof follows from where they are alone, and is counted for ten minutes.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.evidence.commitment import ProofResult
from efface.evidence.commitment.format import DIGEST_BYTES, SEED_BYTES
from efface.evidence.commitment.masks import HiddenLeavesInTime, encoded
from efface.evidence.commitment.segments import counts
from efface.evidence.commitment.video import GROUP, VideoGrid, segments_of
from efface.evidence.commitment.video_checking import check_video
from efface.evidence.commitment.video_proving import commit_video, prove_video
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.opening import open_video
from efface.media.video.planes import layout_of
from efface.media.video.writing import write_video
from efface.policy import Colour, Limits, VideoPolicy
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

SIZE = WIDTH, HEIGHT = 1920, 1080
RATE = 25
HOUR = 3600 * RATE
COUNTED = HOUR // 6
"""Frames in which the cost of zones is counted."""
KEY = bytes(range(32))
BLACK = ConstantFilling(Colour(0, 0, 0))
MOST_READ = 250
"""Frames of a clip that are held in memory."""


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    """The first frames of a clip, RGB, of the size of the measurement."""
    out = []
    with av.open(str(path)) as file:
        for frame in islice(file.decode(video=0), MOST_READ):
            picture = frame.to_ndarray(format="rgb24")
            height, width = picture.shape[:2]
            scale = max(WIDTH / width, HEIGHT / height)
            new = round(width * scale), round(height * scale)
            large = np.asarray(cv2.resize(picture, new, interpolation=cv2.INTER_CUBIC), np.uint8)
            top, left = (large.shape[0] - HEIGHT) // 2, (large.shape[1] - WIDTH) // 2
            out.append(np.ascontiguousarray(large[top : top + HEIGHT, left : left + WIDTH]))
    return out


def original(path: Path, target: Path, frames: int) -> None:
    """Write the original of the measurement."""
    own = pictures(path)
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "18", "preset": "fast"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in islice(cycle(chain(own, own[-2:0:-1])), frames):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode(None))


def swaying(count: int, frames: int) -> Iterator[list[Zone]]:
    """Faces of people who talk, by frame."""
    rng = np.random.default_rng(count)
    places = rng.uniform((100, 100), (WIDTH - 400, HEIGHT - 400), (count, 2))
    widths, phases = rng.uniform(150, 250, count), rng.uniform(0, 6, (count, 2))
    for n in range(frames):
        x, y = (places + np.stack([25 * np.sin(n / 40 + phases[:, 0]),
                                   12 * np.sin(n / 27 + phases[:, 1])], axis=1)).T  # fmt: skip
        yield [zone(f, n, x[f], y[f], widths[f]) for f in range(count)]


def walking(count: int, frames: int) -> Iterator[list[Zone]]:
    """Faces of people who walk by, 100 pixels a second, by frame."""
    for n in range(frames):
        found = [
            zone(f, n, (4 * n + 1000 * f) % (WIDTH + 250) - 250, 150 + 130 * f, 150 + 20 * f)
            for f in range(count)
        ]
        yield [one for one in found if not one.rect.empty]


def zone(track: int, frame: int, x: float, y: float, width: float) -> Zone:
    """One of a face, as it is before it grows to leaves."""
    rect = Rect(round(x), round(y), round(x + width), round(y + 1.3 * width)).clipped(*SIZE)
    return Zone(f"t{track}", frame, rect, rect)


FACES: tuple[tuple[str, Callable[[int, int], Iterator[list[Zone]]], int], ...] = (
    ("none", swaying, 0),
    ("1 who talks", swaying, 1),
    ("5 who talk", swaying, 5),
    ("1 who walks all the time", walking, 1),
    ("5 who walk all the time", walking, 5),
)


@dataclass(frozen=True)
class Cost:
    """Milliseconds a frame."""

    cpu: float
    wall: float


def spent(work: Callable[[], object], frames: int) -> Cost:
    """What some work costs."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Cost(
        1000 * (time.process_time() - cpu) / frames, 1000 * (time.perf_counter() - wall) / frames
    )


def rows_of(clip: Path, folder: Path, frames: int) -> Iterator[list[str]]:
    """A row for each number of faces."""
    source, target = folder / f"{clip.stem}.mp4", folder / f"{clip.stem}.redacted.mp4"
    original(clip, source, frames)
    movie = open_video(source, Limits())
    made = []
    committing = spent(lambda: made.append(commit_video(movie, KEY)), frames)
    for name, faces, count in FACES[:2]:
        grown = grown_zones(VideoGrid.of(movie), list(faces(count, frames)))
        zones = [one for here in grown for one in here]
        writing = spent(
            lambda g=grown: write_video(movie, target, lambda n: g[n], BLACK, VideoPolicy()),  # type: ignore[misc]
            frames,
        )
        redacted = open_video(target, Limits())
        proofs: list[bytes] = []
        proving = spent(
            lambda z=zones, r=redacted, p=proofs: p.append(  # type: ignore[misc]
                prove_video(movie, r, KEY, z, made[0], copies=lambda *_: True)
            ),
            frames,
        )
        found: list[ProofResult] = []
        checking = spent(
            lambda z=zones, r=redacted, p=proofs, f=found: f.append(  # type: ignore[misc]
                check_video(made[0], p[0], r, z).result
            ),
            frames,
        )
        result = found[0]
        if not result.ok:
            raise SystemExit(f"{clip.name}, {name}: {result.says}")
        size = len(proofs[0]) * HOUR / frames / 1e6
        yield [
            clip.stem,
            name,
            f"{committing.cpu / writing.cpu:.2f}",
            f"{writing.cpu:.0f}",
            f"{committing.cpu:.1f}",
            f"{proving.cpu:.1f}",
            f"{checking.cpu:.1f}",
            f"{1000 / RATE / checking.wall:.1f}",
            f"{size:.1f}",
            f"{result.covered:.2%}",
            f"{result.ring}",
        ]
        target.unlink()


def grown_zones(grid: VideoGrid, faces: Sequence[list[Zone]]) -> list[tuple[Zone, ...]]:
    """By frame, as they are filled."""
    out: list[tuple[Zone, ...]] = []
    for start in range(0, len(faces), GROUP):
        out += grid.growth.grown(faces[start : start + GROUP])
    return out


HEAD = (
    "clip", "faces", "commit / (decode + encode)", "decode + encode, ms", "commit, ms", "prove, ms",
    "check, ms", "check, times real time", "proof, MB an hour", "covered", "ring, px",
)  # fmt: skip


def added_mb(faces: Callable[[int, int], Iterator[list[Zone]]], count: int) -> tuple[float, float]:
    """What zones add to the proof of an hour, MB, and which share of it they cover."""
    grid = VideoGrid(SIZE, Orientation.of(1), layout_of("yuv420p"), exact=False)
    grown = grown_zones(grid, list(faces(count, COUNTED)))
    leaves = HiddenLeavesInTime(grid, (zone for here in grown for zone in here), COUNTED)
    size, filled = 0, 0
    for number, groups in enumerate(segments_of(COUNTED)):
        mask = leaves.segment(number, groups)
        seeds, hashes = counts(mask)
        size += SEED_BYTES * seeds + DIGEST_BYTES * hashes + len(encoded(mask))
        filled += leaves.area(number, mask)[1]
    return size * HOUR / COUNTED / 1e6, filled / (WIDTH * HEIGHT * COUNTED)


def peak_mb(source: Path) -> float:
    """The most memory of a process that commits."""
    code = (
        "import resource, sys; from pathlib import Path; from efface.policy import Limits; "
        "from efface.media.video.opening import open_video; "
        "from efface.evidence.commitment.video_proving import commit_video; "
        "commit_video(open_video(Path(sys.argv[1]), Limits()), bytes(32)); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(source)], check=True, capture_output=True, text=True
    )
    return int(told.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=1024, help="of each original")
    args = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}; {args.frames} frames each.\n")
    print("| zones | add to the proof of an hour, MB | cover |\n|---|---|---|")
    for text, faces, count in FACES:
        size, share = added_mb(faces, count)
        print(f"| {text} | {size:.1f} | {share:.2%} |", flush=True)
    print()
    if not args.clips:
        print("No clips were given: name some to measure videos.")
        return
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD))
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as name:
        for clip in args.clips:
            for row in rows_of(clip, Path(name), args.frames):
                print("| " + " | ".join(row) + " |", flush=True)
        print(
            f"\nPeak of all of it: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB."
        )
        for times in (1, 4):
            source = Path(name) / f"{times}.mp4"
            original(args.clips[0], source, times * args.frames)
            print(f"Commit alone, {times * args.frames} frames: {peak_mb(source):.0f} MB.")


if __name__ == "__main__":
    main()
