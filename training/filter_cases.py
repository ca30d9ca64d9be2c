"""Draw redacted zones for the network that names filters (``filter_net.py``).

PYTHONPATH=bench python training/filter_cases.py DATA OUT.npz --count 12000 --seed 1

Needs efface alone, and ``bench/redacted``, which redacts and publishes pictures. The people are
AI-generated, and others than those of the fit in ``bench/advice.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from efface.advise.filter_net import ZoneViews, views
from efface.geometry import Rect
from efface.study.faces import faces_of, read
from redacted import operators, strange
from redacted.camera import photographed
from redacted.cases import LARGER, LARGEST_PX, SMALLEST_PX, Recipe
from redacted.material import Material, Portrait, composed, material
from redacted.operators import Level
from redacted.publishing import STORES, resized, stored

KINDS = ("none", "gaussian", "box", "median", "unknown")
"""What the network tells apart; everything with a grid, a colour or a swirl counts as unknown."""

OFTEN: tuple[tuple[Recipe, int], ...] = (
    (operators.gaussian, 6), (operators.box, 5), (operators.deface_blur, 3), (operators.median, 7),
    (operators.none, 4), (operators.mosaic, 1), (operators.sampled, 1), (operators.swirl, 1),
    (strange.motion, 1), (strange.frosted, 1), (strange.noisy_blur, 1), (strange.twice, 2),
    (strange.sharpened, 1), (strange.defocus, 2), (strange.shaken, 1), (strange.upsampled, 2),
    (strange.blocky, 1), (strange.behind, 1), (strange.shallow, 2),
)  # fmt: skip
WAYS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
EXACT, NEAR = 0.45, 0.8
"""Shares of cases of which the zone is told exactly; up to 8 % off; of the rest the face's box is
told, as where only a detector says where something is."""

OFF = 0.08


def main() -> None:
    """Draw so many and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=1200)
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held", action="store_true", help="of people of the fit instead")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    cache = args.out.parent / "places"
    fitted = material(args.data, "fit", cache)
    held = fitted if args.held else people(args.data, args.people, fitted, cache)
    drawn = list(zones(held, args.count, args.seed))
    seen, kinds, strengths, faces = zip(*drawn, strict=True)
    np.savez(
        args.out,
        whole=np.stack([v.whole for v in seen]).astype(np.float16),
        close=np.stack([v.close for v in seen]).astype(np.float16),
        sizes=np.stack([v.sizes for v in seen]).astype(np.float32),
        kind=np.array(kinds, np.int8), strength=np.array(strengths, np.float32),
        face=np.array(faces, np.float32),
    )  # fmt: skip


def people(data: Path, count: int, taken: Material, cache: Path) -> Material:
    """Portraits that the fit does not take, before the same scenes."""
    files = sorted((data / "synthetic-portraits").rglob("*.jpg"))
    of_fit = set(files[:: max(1, len(files) // 200)][:200])
    mine = [f for f in files if f not in of_fit][:: max(1, len(files) // count)][:count]
    places = faces_of(mine, cache / f"places-filters-{count}.npz")
    portraits = tuple(
        Portrait(read(path), (p.box.x, p.box.y, p.box.width, p.box.height))
        for path, p in zip(mine, places, strict=True)
        if p.found
    )
    return replace(taken, portraits=portraits)


def zones(held: Material, count: int, seed: int) -> Iterator[tuple[ZoneViews, int, float, float]]:
    """What the network sees, which of ``KINDS`` it is, the logarithm of its strength over the
    zone's width (0 without one), and the face's width in pixels."""
    recipes = [recipe for recipe, times in OFTEN for _ in range(times)]
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        portrait = held.portraits[rng.integers(len(held.portraits))]
        scene = read(held.scenes[rng.integers(len(held.scenes))])
        largest = max(SMALLEST_PX + 1, min(LARGEST_PX, LARGER * portrait.box[2]))
        face_px = float(np.exp(rng.uniform(np.log(SMALLEST_PX), np.log(largest))))
        picture, face = composed(portrait, scene, face_px, rng)
        picture = photographed(picture, rng)
        recipe = recipes[index % len(recipes)]
        level: Level = None if rng.random() < 0.5 else int(rng.integers(operators.LEVELS))
        made = recipe(picture, face, rng, level)
        factor = 1.0
        if rng.random() < 0.3:
            factor = float(rng.uniform(0.5, 1.5))
            made = resized(made, factor, int(rng.choice(WAYS)))
        # video's pictures cost the most to make
        store = str(rng.choice(STORES, p=(0.35, 0.35, 0.2, 0.1)))
        pixels, _ = stored(made.pixels, store, rng)
        x, y, wide, tall = (v * factor for v in face)
        zone = _told(made, (x, y, wide, tall), rng).clipped(*pixels.shape[1::-1])
        if min(zone.width, zone.height) < 8:
            continue
        luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
        kind = made.kind if made.kind in KINDS else "unknown"
        strength = 0.0 if made.strength_px is None else float(np.log(made.strength_px / zone.width))
        yield views(luma, zone, face[2] * factor), KINDS.index(kind), strength, face[2] * factor


def _told(made: operators.Redacted, face: operators.Face, rng: np.random.Generator) -> Rect:
    """Where nothing was done, any zone around the face may be asked about."""
    way = rng.random()
    x, y, wide, tall = face if way > NEAR or made.kind == "none" else made.zone
    if made.kind == "none":
        more = rng.uniform(0, 0.6)
        x, y = x - more / 2 * wide, y - more / 2 * tall
        wide, tall = (1 + more) * wide, (1 + more) * tall
    left, top, right, bottom = rng.uniform(-OFF, OFF, 4) * (way > EXACT)
    return Rect.covering(
        x + left * wide, y + top * tall, wide * (1 + right - left), tall * (1 + bottom - top)
    )


if __name__ == "__main__":
    main()
