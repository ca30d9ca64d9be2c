"""What commitments cost: photos of 22 megapixels.

Decoding the file is counted apart: what is measured of a commitment, a proof and a check begins
with decoded coefficients or samples. Pictures and zones are made in code, always the same ones.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.evidence.commitment import Content, check, commit, prove
from efface.evidence.commitment.opening import content_of
from efface.geometry import Rect
from efface.media.interface import Photo
from efface.media.png.photo import PngPhoto
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

T = TypeVar("T")

SIZE = 5760, 3840
KEY = bytes(range(32))
FACES = ((1, 1200), (5, 600), (20, 400), (40, 250), (100, 150))
"""How many zones, and how wide they are, pixels; each is a quarter higher than wide."""


@dataclass(frozen=True)
class Cost:
    """Of the best of some runs."""

    cpu_s: float
    wall_s: float

    def __str__(self) -> str:
        return f"{self.cpu_s:.2f} / {self.wall_s:.2f}"


def measured(work: Callable[[], T], runs: int) -> tuple[T, Cost]:
    """The result and the cost of the run that took the least CPU."""
    best = Cost(float("inf"), float("inf"))
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        cost = Cost(time.process_time() - cpu, time.perf_counter() - wall)
        best = min(best, cost, key=lambda c: c.cpu_s)
    return result, best


def picture() -> NDArray[np.uint8]:
    """Slopes, textures and sensor noise."""
    rng = np.random.default_rng(1)
    width, height = SIZE
    small = rng.integers(0, 256, (height // 64, width // 64, 3), dtype=np.uint8)
    large = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    large += rng.integers(-4, 5, (height, width, 1), dtype=np.int16)
    return np.clip(large, 0, 255).astype(np.uint8)


def photos(folder: Path) -> Iterator[tuple[str, Path]]:
    image = Image.fromarray(picture())
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "JPEG 4:2:0": ("420.jpg", {"quality": 92, "subsampling": 2}),
        "JPEG 4:2:2": ("422.jpg", {"quality": 92, "subsampling": 1}),
        "JPEG 4:4:4": ("444.jpg", {"quality": 92, "subsampling": 0}),
        "PNG": ("rgb.png", {"compress_level": 1}),
    }
    for name, (file, options) in kinds.items():
        image.save(folder / file, **options)
        yield name, folder / file


def faces(count: int, width: int) -> tuple[Zone, ...]:
    rng = np.random.default_rng(count)
    height = width * 5 // 4
    zones = []
    for number in range(count):
        x, y = int(rng.integers(SIZE[0] - width)), int(rng.integers(SIZE[1] - height))
        rect = Rect(x, y, x + width, y + height)
        zones.append(Zone(f"t{number}", 0, rect, rect))
    return tuple(zones)


def decoded(path: Path) -> tuple[Photo, Content]:
    """A photo whose coefficients or samples are in memory."""
    photo = open_photo(path, Limits())
    if isinstance(photo, PngPhoto):
        photo.file.samples()
    return photo, content_of(photo)


def photo_rows(name: str, path: Path, runs: int) -> tuple[list[str], list[str]]:
    """The costs, and the sizes of proofs."""
    (photo, content), decoding = measured(lambda: decoded(path), runs)
    made, committing = measured(lambda: commit(content, KEY), runs)
    sizes = []
    for count, width in FACES:
        zones = content.grown(faces(count, width))
        hidden = content.hidden(zones)
        proof, proving = measured(lambda h=hidden: prove(content, KEY, h, made), runs)  # type: ignore[misc]
        sizes.append(len(proof))
    target = path.with_stem("redacted")
    with target.open("wb") as out:
        photo.write(zones, ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    _, redacted = decoded(target)
    target.unlink()
    result, checking = measured(lambda: check(made, proof, redacted, redacted.hidden(zones)), runs)
    if not result.ok:
        raise SystemExit(f"{name}: {result.says}")
    costs = [str(cost) for cost in (decoding, committing, proving, checking)]
    return [name, *costs], [name, *(f"{size / 1000:.0f}" for size in sizes)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of which the best counts")
    args = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}; seconds are CPU / wall.\n")
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as scratch:
        rows = [photo_rows(name, path, args.runs) for name, path in photos(Path(scratch))]
    table(["22 megapixels", "decode (apart)", "commit", "prove", "check"], [c for c, _ in rows])
    zones = [f"{count} of {width} px" for count, width in FACES]
    table(["proof, kB, by zones", *zones], [sizes for _, sizes in rows])


if __name__ == "__main__":
    main()
