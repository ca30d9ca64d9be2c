"""Clips with known faces: at least so many minutes of them, each with its truth beside it.

AI-generated portraits are turned into heads and move over backgrounds without people. Between them
come clips with nobody in them. The same seed gives the same clips. ``truth.py`` says what the JSON
beside each clip holds.
"""

from __future__ import annotations

import argparse
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import av
import cv2
import numpy as np
from covers import hidden
from figures import Person
from heads import Head
from portraits import Image, Portrait, portrait
from scenes import Rng
from scripts import SCRIPTS, moved_camera
from stage import Stage
from truth import Truth

SIZES = {
    (640, 360): 0.46,
    (854, 480): 0.3,
    (1280, 720): 0.12,
    (608, 1080): 0.08,
    (1920, 1080): 0.04,
}
"""How often each size of picture is taken."""

RATES = {24: 0.1, 25: 0.3, 30: 0.5, 50: 0.05, 60: 0.05}

KINDS = (
    *("turns", "walk", "hidden", "dashes", "edges", "flashes", "crowd", "approach", "talk"),
    *("nobody", "montage", "walk", "hidden", "edges", "turns", "montage", "dashes", "nobody"),
    *("walk", "nobody", "rush"),
)
"""Kinds of clips, in the order in which they are rendered, again and again."""

EXTRA = {"dark": 0.12, "shake": 0.2, "pan": 0.2, "flicker": 0.08, "defocus": 0.2}

SECONDS = 20.0
"""Mean length of a clip, where nothing else is asked for."""


@dataclass(frozen=True)
class Plan:
    """One clip to render."""

    number: int
    kind: str
    seed: int
    size: tuple[int, int]
    rate: int
    frames: int
    tags: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.number:03d}-{self.kind}"


def plans(seed: int, minutes: float, mean: float = SECONDS) -> list[Plan]:
    """Clips with faces that last ``minutes`` together, and some without between them; ``mean`` is
    the mean length of one, in seconds."""
    rng = np.random.default_rng(seed)
    out: list[Plan] = []
    seconds = 0.0
    while seconds < 60 * minutes:
        kind = KINDS[len(out) % len(KINDS)]
        size = list(SIZES)[rng.choice(len(SIZES), p=list(SIZES.values()))]
        rate = list(RATES)[rng.choice(len(RATES), p=list(RATES.values()))]
        length = mean * float(rng.uniform(0.6, 1.4))
        if size[0] * size[1] > 900_000:
            rate, length = min(rate, 30), 0.6 * length
        tags = [tag for tag, share in EXTRA.items() if rng.random() < share]
        if kind == "crowd":
            tags.append("crowd")
            size, length = max(size, (854, 480)), 0.6 * length
        number = len(out) + 1
        frames = round(length * rate)
        out.append(Plan(number, kind, seed, size, rate, frames, tuple(tags)))
        seconds += length if kind != "nobody" else 0
    return out


def render(plan: Plan, portraits: Path, out: Path, hide: bool = False) -> str:
    """Write one clip and its truth; says what was written.

    Args:
        hide: every face is hidden by something.
    """
    rng = np.random.default_rng([plan.seed, plan.number, zlib.crc32(plan.kind.encode())])
    lengths = _scenes(plan, rng)
    cuts = [int(c) for c in np.cumsum(lengths)[:-1]]
    faces = []
    path = out / f"{plan.name}.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=plan.rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = plan.size
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 1
        stream.time_base = Fraction(1, plan.rate)
        stream.options = {"crf": "20", "preset": "veryfast"}
        number = 0
        for first, length in zip([0, *cuts], lengths, strict=True):
            kind = plan.kind
            if kind == "montage":
                kind = str(rng.choice([k for k in SCRIPTS if k not in ("crowd", "flashes")]))
            scene = SCRIPTS[kind](rng, plan.size, plan.rate, length)
            moved_camera(scene, rng, set(plan.tags))
            stage = Stage(scene, _cast(portraits, rng, len(scene.actors), hide), rng, first)
            for picture in stage.frames():
                for packet in stream.encode(_video_frame(picture, number)):
                    container.mux(packet)
                number += 1
            faces += stage.faces()
        for packet in stream.encode():
            container.mux(packet)
    truth = Truth(
        path.name, plan.seed, *plan.size, (plan.rate, 1), plan.frames, cuts, list(plan.tags), faces
    )
    truth.write(out / f"{plan.name}.truth.json")
    width, height = plan.size
    return f"{path.name}: {plan.frames} frames, {width}x{height}, {len(faces)} faces"


def _scenes(plan: Plan, rng: Rng) -> list[int]:
    """Frames of each scene."""
    low, high = (0.4, 2.5) if plan.kind == "montage" else (4.0, 14.0)
    lengths: list[int] = []
    left = plan.frames
    while left:
        length = max(2, round(float(rng.uniform(low, high)) * plan.rate))
        if left - length < low * plan.rate:
            length = left
        lengths.append(length)
        left -= length
    return lengths


def _video_frame(picture: Image, number: int) -> av.VideoFrame:
    planar = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), np.uint8)
    frame = av.VideoFrame.from_ndarray(planar, format="yuv420p")
    frame.pts = number
    return frame


def _cast(folder: Path, rng: Rng, count: int, hide: bool) -> list[Person]:
    """So many different people."""
    files = _files(folder)
    out: list[Person] = []
    for index in rng.permutation(len(files)):
        if len(out) == count:
            break
        found = _portrait(files[index], hide)
        if found is not None:
            out.append(Person(Head(found)))
    return out


@cache
def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.rglob("*.jpg")))


@cache
def _portrait(path: Path, hide: bool) -> Portrait | None:
    found = portrait(path)
    return hidden(found, path.name) if hide and found is not None else found


def main() -> None:
    """Render."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portraits", type=Path, required=True, help="folder of square portraits")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=20.0, help="of clips with faces")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="mean length of a clip")
    parser.add_argument("--every", type=int, default=1, help="render every so many-th clip alone")
    parser.add_argument("--only", nargs="*", metavar="KIND", help="kinds of clips to render")
    parser.add_argument("--hide", action="store_true", help="every face is hidden by something")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    all_of = plans(args.seed, args.minutes, args.seconds)
    wanted = [p for p in all_of if not args.only or p.kind in args.only]
    wanted = [p for p in wanted[:: args.every] if not (args.out / f"{p.name}.truth.json").exists()]
    work = partial(render, portraits=args.portraits, out=args.out, hide=args.hide)
    with ProcessPoolExecutor(args.jobs, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        for line in pool.map(work, wanted):
            print(line, flush=True)


if __name__ == "__main__":
    main()
