"""How faces are found all round: portraits hung up on the sphere, looked at as a flat strip and
unbent.

AI-generated portraits hang upright, or at a pole turned any way, over public-domain textures in
equirectangular pictures, large and small by turns. Some people are for choosing, others are scored
once. Needs the folder of portraits, one subfolder a group.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from efface.detect.around import found_in
from efface.detect.faces import face_detector
from efface.detect.interface import Detection
from efface.sphere.picture import Sphere
from efface.sphere.projection import Projection
from efface.sphere.rays import axes_at, rays_at
from efface.sphere.sheet import sheet_of

WIDTH, HEIGHT = 2048, 1024
SPHERE = Sphere(Projection(), WIDTH, HEIGHT)
MAYBE = Sphere(Projection(stated=False), WIDTH, HEIGHT)
"""The same, of a picture that does not say it."""
ELEVATIONS = (-90, -85, -75, -60, -45, -30, 0, 30, 45, 60, 75, 85, 90)
LARGE, SMALL = 24.0, 12.0
"""Degrees that a portrait takes; its face takes two fifths of them."""
FACE_SHARE, FACE_MIDDLE = 0.42, 0.53
"""Of a portrait's height; the middle from above."""
TEXTURES = ("coffee", "chelsea", "rocket", "brick", "gravel", "grass", "hubble_deep_field")
PER_GROUP = {"choosing": slice(0, 60), "scoring": slice(60, 120)}


@dataclass(frozen=True, slots=True)
class Hung:
    """One portrait on the sphere, degrees."""

    lon: float
    lat: float
    degrees: float
    seam: bool = False


def plans(pictures: int) -> Iterator[list[Hung]]:
    """What hangs in each picture: so that none covers another."""
    for k in range(pictures):
        size = LARGE if k % 2 == 0 else SMALL
        turn = 360 * k / pictures
        hung: list[Hung] = []
        for sign, which in ((-1, k % 3), (1, (k + 1) % 3)):
            lats = ([90.0], [85.0], [75.0, 75.0])[which]
            hung += [Hung(turn + 180 * i, sign * lat, size) for i, lat in enumerate(lats)]
        hung += [Hung(turn + 40, -45 if k % 2 else -60, size), Hung(turn + 220, -30, size)]
        hung += [Hung(turn + 100, 60 if k % 2 else 45, size), Hung(turn + 280, 30, size)]
        hung += [Hung(180, 0, size, seam=True), Hung(turn % 120 - 60, 0, size)]
        yield hung


def drawn(hung: list[Hung], ground: NDArray[np.uint8], faces: Iterator[Path]) -> NDArray[np.uint8]:
    """The picture."""
    out = ground.copy()
    x, y = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    rays = SPHERE.chart.rays(x, y)
    for one in hung:
        portrait = np.asarray(Image.open(next(faces)).convert("RGB"))
        side = portrait.shape[0]
        axes = axes_at(math.radians(one.lon), math.radians(one.lat))
        east, up, ahead = np.moveaxis(rays @ axes.T, -1, 0)
        scale = side / (2 * math.tan(math.radians(one.degrees) / 2))
        u = (side * 0.5 + scale * east / np.maximum(ahead, 1e-6)).astype(np.float32)
        v = (side * FACE_MIDDLE - scale * up / np.maximum(ahead, 1e-6)).astype(np.float32)
        there = (ahead > 0.2) & (u >= 0) & (v >= 0) & (u < side - 1) & (v < side - 1)
        blurred = cv2.GaussianBlur(
            portrait, (0, 0), max(0.1, 0.3 * scale / SPHERE.chart.per_radian)
        )
        out[there] = cv2.remap(blurred, u, v, cv2.INTER_LINEAR)[there]
    return out


def grounds() -> list[NDArray[np.uint8]]:
    """Backgrounds without people."""
    out = []
    for name in TEXTURES:
        texture = np.asarray(getattr(data, name)())
        colour = np.repeat(texture[..., None], 3, 2) if texture.ndim == 2 else texture[..., :3]
        out.append(np.asarray(Image.fromarray(colour).resize((WIDTH, HEIGHT))))
    return out


def matched(hung: Hung, found: list[Detection]) -> int | None:
    """Which of the boxes shows a portrait's face: its centre lies within half a face of it."""
    for k, d in enumerate(found):
        x, y = (d.x + d.width / 2) % WIDTH, d.y + d.height / 2
        patch = SPHERE.chart.patch((d.x, d.y, d.width, d.height))
        if patch is None:  # around a pole
            near = abs(hung.lat) + hung.degrees * FACE_SHARE / 2 >= 90 - d.height / HEIGHT * 180
            if near and (y > HEIGHT / 2) == (hung.lat < 0):
                return k
            continue
        own = rays_at(np.array(math.radians(hung.lon)), np.array(math.radians(hung.lat)))
        ray = SPHERE.chart.rays(np.array(x), np.array(y))
        away = math.degrees(math.acos(float(np.clip(own @ ray, -1, 1))))
        if away <= hung.degrees * FACE_SHARE / 2:
            return k
    return None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--people", choices=PER_GROUP, required=True)
    parser.add_argument("--pictures", type=int, default=36)
    parser.add_argument("--save", type=Path, help="folder for the pictures")
    args = parser.parse_args()
    groups = [
        sorted(p for p in folder.iterdir() if p.is_file())[PER_GROUP[args.people]]
        for folder in sorted(args.portraits.iterdir())
        if folder.is_dir()
    ]
    faces = (path for some in zip(*groups, strict=True) for path in some)
    backgrounds = grounds()
    detector = face_detector("default")
    ways: dict[str, Sphere | None] = {"flat": None, "all-round": SPHERE, "not said": MAYBE}
    found: dict[str, Counter[tuple[str, float]]] = {way: Counter() for way in ways}
    false, total = Counter[str](), Counter[tuple[str, float]]()
    cpu = dict.fromkeys(ways, 0.0)
    for k, hung in enumerate(plans(args.pictures)):
        picture = drawn(hung, backgrounds[k % len(backgrounds)], faces)
        if args.save:
            args.save.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(args.save / f"{k:02}.png")
        total.update((place(one), one.degrees) for one in hung)
        for way, sphere in ways.items():
            start = time.process_time()
            boxes = [face[0] for face in found_in(picture, detector, sphere)[0]]
            cpu[way] += time.process_time() - start
            hits = [matched(one, boxes) for one in hung]
            found[way].update(
                (place(one), one.degrees)
                for one, hit in zip(hung, hits, strict=True)
                if hit is not None
            )
            false[way] += len(boxes) - len({hit for hit in hits if hit is not None})
    sheet = sheet_of(SPHERE)
    print(f"{args.pictures} pictures of {WIDTH}x{HEIGHT}, {args.people}; the unbent sheet has")
    print(f"{sheet.width * sheet.height / WIDTH / HEIGHT:.2f} times their pixels.\n")
    print(
        "| place | " + " | ".join(f"{way}, {s:.0f}°" for s in (LARGE, SMALL) for way in ways) + " |"
    )
    print("|---|" + "---|" * 2 * len(ways))
    for name in [*(str(e) for e in ELEVATIONS), "seam"]:
        cells = [
            f"{found[way][name, size]} of {total[name, size]}" if total[name, size] else "-"
            for size in (LARGE, SMALL)
            for way in ways
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")
    for way in ways:
        print(
            f"\n{way}: {false[way]} boxes on no face, "
            f"{cpu[way] / args.pictures:.2f} CPU-s a picture"
        )


def place(hung: Hung) -> str:
    """Its row of the table."""
    return "seam" if hung.seam else f"{hung.lat:.0f}"


if __name__ == "__main__":
    main()
