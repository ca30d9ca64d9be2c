"""How far figures of healthy files stray: photos and clips that were only redacted and encoded.

Tolerances were chosen on other pictures, frames and another seed than the ones that are drawn here.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pillow_heif
from clips import FRAMES, committed_figures, encoded, frames_of, noisy
from numpy.typing import NDArray
from PIL import Image

from efface.evidence.commitment import check, commit, prove
from efface.evidence.commitment.figures import SCALE, video_grid
from efface.evidence.commitment.opening import content_of
from efface.evidence.commitment.tolerance import Rule
from efface.geometry import Rect
from efface.measure.intervals import clopper_pearson
from efface.media.interface import Photo
from efface.media.sniff import open_photo
from efface.policy import Colour, EncodePolicy, Limits
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

pillow_heif.register_heif_opener()
KEY = bytes(32)
PHOTOS: tuple[tuple[str, float], ...] = (
    ("webp", 90), ("webp", 75), ("webp", 50), ("avif", 80), ("avif", 60), ("heic", 80),
    ("heic", 50), ("jxl", 1.0), ("jxl", 3.0),
)  # fmt: skip
"""Formats, and the quality (JPEG XL: distance) of originals. efface chooses its own."""
CODECS = ("h264", "hevc", "vp9", "av1")
LONGEST = 1600


@dataclass
class Strays:
    """The farthest of some files."""

    files: int = 0
    refused: int = 0
    cells: int = 0
    farthest: NDArray[Any] | None = None
    """Of luma, of other components, energy up and down, roughness up and down."""

    def add(self, moved: NDArray[Any], *, refused: bool) -> None:
        """
        Args:
            moved: shape (leaves, figures), in steps of 255.
        """
        rough, cells = moved[:, -1], moved[:, :-1].reshape(-1, 5)
        luma, others, energy = np.abs(cells[:, 0]), np.abs(cells[:, 1:3]), cells[:, 3:]
        each = luma.max(), others.max(), energy.max(), -energy.min(), rough.max(), -rough.min()
        here = np.array(each)
        self.farthest = here if self.farthest is None else np.maximum(self.farthest, here)
        self.files += 1
        self.refused += refused
        self.cells += len(cells)

    def row(self, name: str) -> str:
        assert self.farthest is not None
        most = clopper_pearson(self.refused, self.files).high
        strayed = " | ".join(f"{value:.1f}" for value in self.farthest)
        return (
            f"| {name} | {self.files} | {self.cells:,} | {strayed} | "
            f"{self.refused} (at most {100 * most:.0f} %) |"
        )


HEAD = (
    "| encoded again | files | cells | luma | other components | energy gained | energy lost | "
    "rougher | smoother | refused (95 %) |\n|---|---|---|---|---|---|---|---|---|---|"
)


def original(picture: Image.Image, ending: str, quality: float, folder: Path) -> Path:
    path = folder / f"original.{ending}"
    if ending == "jxl":
        path.write_bytes(imagecodecs.jpegxl_encode(np.asarray(picture), distance=quality, effort=3))
        return path
    options: dict[str, Any] = {"quality": int(quality)}
    options |= {"method": 3} if ending == "webp" else {"speed": 9} if ending == "avif" else {}
    picture.save(path, {"webp": "WEBP", "avif": "AVIF", "heic": "HEIF"}[ending], **options)
    return path


def zones_in(size: tuple[int, int], draw: random.Random) -> list[Zone]:
    """Two of an eighth of the width."""
    width, height = size
    out = []
    for number in range(2):
        wide = max(width // 8, 20)
        tall = wide * 5 // 4
        x, y = draw.randrange(max(1, width - wide)), draw.randrange(max(1, height - tall))
        rect = Rect(x, y, x + wide, y + tall).clipped(width, height)
        out.append(Zone(f"t{number}", 0, rect, rect))
    return out


def photo_strays(photo: Photo, folder: Path, draw: random.Random) -> tuple[NDArray[Any], bool]:
    """How far each open cell moved, and whether the proof fails."""
    content = content_of(photo)
    zones = content.grown(zones_in(photo.sizes[0], draw))
    out = io.BytesIO()
    photo.write(zones, ConstantFilling(Colour(0, 0, 0)), EncodePolicy(), out)
    path = folder / f"redacted{photo.path.suffix}"
    path.write_bytes(out.getvalue())
    shown = content_of(open_photo(path, Limits())).matched(content.parameters)
    hidden = content.hidden(zones)
    before, after = (np.stack(list(each.rows())).astype(int) for each in (content, shown))
    made = commit(content, KEY)
    result = check(made, prove(content, KEY, hidden, made, shown), shown, hidden)
    moved = (after - before)[~hidden.pages[0]] / SCALE
    return moved, not result.ok


def photos(folder: Path, number: int, seed: int) -> Iterator[str]:
    draw = random.Random(seed)
    paths = draw.sample(sorted(folder.rglob("*.jpg")), number)
    with tempfile.TemporaryDirectory(prefix="efface-bench-") as name:
        for ending, quality in PHOTOS:
            strays = Strays()
            for path in paths:
                with Image.open(path) as image:
                    picture = image.convert("RGB")
                picture.thumbnail((LONGEST, LONGEST))
                photo = open_photo(original(picture, ending, quality, Path(name)), Limits())
                moved, refused = photo_strays(photo, Path(name), draw)
                strays.add(moved, refused=refused)
            yield strays.row(f"{ending.upper()} {quality:g}")


def videos(clips: list[Path], first: int, seed: int) -> Iterator[str]:
    for codec, quality in [*((codec, None) for codec in CODECS), ("h264", 23.0), ("h264", 28.0)]:
        for noise in (0, 4):
            strays = Strays()
            for clip in clips:
                frames = noisy(frames_of(clip, first), noise, seed)
                grid = video_grid(frames.size, 2)
                rule = Rule(2, grid.joined**2)
                before = committed_figures(frames, grid)
                after = committed_figures(encoded(frames, codec, quality), grid)
                beyond = any(
                    rule.beyond(rule.committed(a), b).any()
                    for a, b in zip(before, after, strict=True)
                )
                apart = np.stack(after).astype(int) - np.stack(before)
                strays.add(apart.reshape(-1, grid.a_leaf) / SCALE, refused=beyond)
            said = "" if quality is None else f" CRF {quality:g}"
            yield strays.row(f"{codec}{said}, noise {noise}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=30)
    parser.add_argument("--first", type=int, default=420, help="frame of each clip")
    parser.add_argument("--seed", type=int, default=77)
    args = parser.parse_args()
    print("Photos, by the quality of the original; of 255:\n")
    print(HEAD)
    for row in photos(args.pictures, args.photos, args.seed):
        print(row, flush=True)
    clips = sorted(args.clips.glob("*.mp4"))
    print(f"\nVideo, {FRAMES} frames of each of {len(clips)} clips; of 255:\n")
    print(HEAD)
    for row in videos(clips, args.first, args.seed):
        print(row, flush=True)


if __name__ == "__main__":
    main()
