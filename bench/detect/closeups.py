"""Close-ups that fill the picture: how many are covered, and how often something else is.

    closeups.py --people FOLDER [--people FOLDER ...] [--step 1] [--sizes 480 2400] [--whole]
    closeups.py --empty FOLDER [--empty FOLDER ...] [--crowds FOLDER] [--portraits FOLDER ...]

Close-ups are cut around the points of a face seen from the front, a little differently for each
person, and resampled in two ways. One is covered when every eye and mouth corner that it shows lies
in a zone, a quarter of the distance between the eyes around it included. Without --whole the
network for near faces is asked alone; with it, the whole default search.

Nothing to find: the pictures of the folders of --empty, whole and two parts of each; parts of
crowds (a folder with gt.json and images/) in which nobody's face is marked, most of them bodies,
clothes, arms and hands; made textures, half of them in the colours of skin; and the pictures of the
folders of --portraits, 100 of each, whose faces are found by YuNet alone and painted over.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from efface.detect.boxes import no_boxes
from efface.detect.faces import face_detector
from efface.detect.landmarks import POINTS, decode, landmark_network
from efface.detect.near import near_faces
from efface.detect.search import second_look
from efface.detect.tiling import Pyramid
from efface.policy import Policy
from efface.regions import Box, Track
from efface.zones.growth import zone_of

Pixels = NDArray[np.uint8]

SHOWN = {
    "eyes": (0, 1),
    "eyes to mouth": (0, 1, 3, 4),
    "left half": (0, 3),
    "right half": (1, 4),
    "upper half": (0, 1),
    "lower half": (3, 4),
    "mouth": (3, 4),
    "one eye": (0,),
}
"""Kind of close-up, and the points that must be covered (``landmarks.POINTS``)."""

SIZES_PX = (240, 480, 1200, 2400, 6000)
SCORES = (0.5, 0.8, 0.9, 0.95, 0.97, 0.99)
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
MAX_PX = 1600
"""Empty pictures are shrunk to this."""
TEXTURES = 300
PORTRAITS = 100
FOUND = 0.5
"""YuNet's score from which a face is found."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=Path, action="append", default=[])
    parser.add_argument("--step", type=int, default=1, help="take every so manieth person")
    parser.add_argument("--first", type=int, default=0, help="begin with this one")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES_PX)
    parser.add_argument("--kinds", nargs="*", default=list(SHOWN))
    parser.add_argument("--whole", action="store_true", help="ask the whole default search")
    parser.add_argument("--empty", type=Path, action="append", default=[])
    parser.add_argument("--crowds", type=Path)
    parser.add_argument("--seed", type=int, default=4, help="of the parts of crowds")
    parser.add_argument("--portraits", type=Path, action="append", default=[])
    args = parser.parse_args()
    for folder in args.people:
        paths = people(folder)[args.first :: args.step]
        print(f"\n{folder.name}, {len(paths)} people; covered, %, by width in pixels\n")
        row("", *args.sizes)
        row(*["---"] * (1 + len(args.sizes)))
        for kind in args.kinds:
            shares = [covered_share(paths, kind, size, whole=args.whole) for size in args.sizes]
            row(kind, *(f"{100 * share:.0f}" for share in shares))
    if args.empty or args.crowds or args.portraits:
        print("\nPictures without a face of which a near one is said, by its probability\n")
        row("", "pictures", *(f"at {score:g}" for score in SCORES))
        row(*["---"] * (2 + len(SCORES)))
        for folder in args.empty:
            false_share(folder.name, empty(folder))
        if args.crowds:
            false_share("parts of crowds", bodies(args.crowds, args.seed))
        if args.empty:
            false_share("made textures", textures())
        for folder in args.portraits:
            false_share(f"{folder.name}, faces found", portraits(folder), found=True)


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def people(folder: Path) -> list[Path]:
    """One picture of each person from the front: of each sub-folder the largest ``f*``, else every
    file whose name does not say that it shows somebody again."""
    inner = sorted(path for path in folder.iterdir() if path.is_dir())
    fronts = [sorted(path.glob("f*.jpg")) for path in inner]
    if any(fronts):
        return [max(found, key=lambda p: Image.open(p).size) for found in fronts if found]
    return sorted(p for p in folder.rglob("*.jpg") if "smiling" not in p.name)


def read(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def points_of(picture: Pixels) -> NDArray[np.float64] | None:
    """The five points of the largest face, in pixels of the picture."""
    height, width = picture.shape[:2]
    rows, columns = round(height * 0.15), round(width * 0.15)
    tall, wide = (-(-side // 32) * 32 for side in (height + 2 * rows, width + 2 * columns))
    tile = np.zeros((tall, wide, 3), np.uint8)
    tile[rows : rows + height, columns : columns + width] = picture
    (faces,) = landmark_network("f32").run([tile], lambda out, shape: decode(out, shape, 0.5))
    if not len(faces):
        return None
    faces = faces[faces[:, 4] >= 0.8 * faces[0, 4]]
    best = faces[np.argmax(faces[:, 2] * faces[:, 3])]
    return np.asarray(best[5:].reshape(POINTS, 2) - (columns, rows))


def unit(points: NDArray[np.float64]) -> float:
    """Distance between the eyes."""
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    return float(max(np.hypot(*(points[1] - points[0])), 0.8 * np.hypot(*(mouth - eyes))))


def shown(
    kind: str, points: NDArray[np.float64], rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a close-up, in pixels of the picture."""
    one = unit(points)
    eyes, nose, mouth = points[:2].mean(axis=0), points[2], points[3:].mean(axis=0)
    side, up, down = (one * rng.uniform(0, 1) for _ in range(3))
    if kind == "eyes":
        reach = 0.95 * one + 0.3 * side
        top, bottom = eyes[1] - 0.4 * one - 0.2 * up, eyes[1] + 0.3 * one + 0.2 * down
    elif kind == "one eye":
        eyes, reach = points[0], 0.42 * one + 0.13 * side
        top, bottom = eyes[1] - 0.3 * one - 0.2 * up, eyes[1] + 0.25 * one + 0.15 * down
    elif kind == "mouth":
        eyes, reach = mouth, 0.65 * one + 0.25 * side
        top, bottom = mouth[1] - 0.35 * one - 0.15 * up, mouth[1] + 0.35 * one + 0.25 * down
    elif kind == "eyes to mouth":
        reach = 0.9 * one + 0.3 * side
        top, bottom = eyes[1] - 0.4 * one - 0.3 * up, mouth[1] + 0.3 * one + 0.25 * down
    else:
        reach = 1.0 * one + 0.4 * side
        top, bottom = eyes[1] - 0.7 * one - 0.5 * up, mouth[1] + 0.5 * one + 0.4 * down
        top = nose[1] if kind == "lower half" else top
        bottom = nose[1] if kind == "upper half" else bottom
    left, right = eyes[0] - reach, eyes[0] + reach
    left = nose[0] if kind == "right half" else left
    right = nose[0] if kind == "left half" else right
    return left, top, right, bottom


def closeups(
    paths: list[Path], kind: str, size: int
) -> Iterator[tuple[Pixels, NDArray[np.float64], float]]:
    """Close-ups ``size`` pixels wide, with the points in them and the distance of the eyes."""
    for place, path in enumerate(paths):
        picture = read(path)
        points = points_of(picture)
        if points is None:
            continue
        rng = np.random.default_rng([place, list(SHOWN).index(kind)])
        height, width = picture.shape[:2]
        left, top, right, bottom = shown(kind, points, rng)
        left, top = max(0.0, left), max(0.0, top)
        right, bottom = min(float(width), right), min(float(height), bottom)
        scale = size / (right - left)
        high = max(16, round((bottom - top) * scale))
        how = (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)[place % 2]
        image = Image.fromarray(picture).resize((size, high), how, (left, top, right, bottom))
        if place % 2:
            image = image.filter(ImageFilter.UnsharpMask(radius=2, percent=60, threshold=2))
        yield np.asarray(image), (points - (left, top)) * scale, unit(points) * scale


def covered_share(paths: list[Path], kind: str, size: int, *, whole: bool) -> float:
    """Share of the close-ups that are covered."""
    done = [
        covered(picture, points[list(SHOWN[kind])], one, whole=whole)
        for picture, points, one in closeups(paths, kind, size)
    ]
    return float(np.mean(done))


def covered(picture: Pixels, points: NDArray[np.float64], one: float, *, whole: bool) -> bool:
    """Whether zones lie over the points and what is near them."""
    height, width = picture.shape[:2]
    if whole:
        found = [(d.x, d.y, d.width, d.height) for d in face_detector("default").detect(picture)]
    else:
        found = [tuple(box[:4]) for box in near_faces(Pyramid(picture), no_boxes())]
    policy = Policy().zones
    zones = []
    for x, y, across, along in found:
        box = Box(0, x, y, across, along)
        zones.append(zone_of(Track("t", (box,)), box, policy, width, height).rect)
    around = np.array([(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)]) * 0.25 * one
    places = np.clip((points[:, None] + around).reshape(-1, 2), 0, (width - 1, height - 1))
    return all(
        any(z.x0 <= x < z.x1 and z.y0 <= y < z.y1 for z in zones) for x, y in places.tolist()
    )


def false_share(name: str, pictures: Iterator[Pixels], *, found: bool = False) -> None:
    """Print in how many pictures a near face is said to be, beside those that are found."""
    said: Counter[float] = Counter()
    count = 0
    for picture in pictures:
        pyramid = Pyramid(picture)
        others = second_look(pyramid, FOUND) if found else no_boxes()
        if found and not len(others):
            continue
        count += 1
        best = near_faces(pyramid, others, SCORES[0])[:, 4].max(initial=0.0)
        said.update(score for score in SCORES if best >= score)
    row(name, count, *(said[score] for score in SCORES))


def empty(folder: Path) -> Iterator[Pixels]:
    """Every picture of a folder, whole, and two parts of it."""
    rng = np.random.default_rng(3)
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
        with Image.open(path) as image:
            image.draft("RGB", (MAX_PX, MAX_PX))
            small = image.convert("RGB")
        small.thumbnail((MAX_PX, MAX_PX))
        picture = np.asarray(small)
        yield picture
        for _ in range(2):
            height, width = (max(48, round(v * rng.uniform(0.2, 0.6))) for v in picture.shape[:2])
            y = int(rng.integers(max(1, picture.shape[0] - height)))
            x = int(rng.integers(max(1, picture.shape[1] - width)))
            yield picture[y : y + height, x : x + width]


def portraits(folder: Path) -> Iterator[Pixels]:
    """Pictures of a folder, evenly chosen."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    yield from (read(path) for path in paths[:: max(1, len(paths) // PORTRAITS)][:PORTRAITS])


def bodies(folder: Path, seed: int) -> Iterator[Pixels]:
    """Parts of crowds that no marked face touches, three of each picture."""
    rng = np.random.default_rng(seed)
    for name, faces in sorted(json.loads((folder / "gt.json").read_text()).items()):
        picture = read(folder / name)
        taken = np.array([face[:4] for face in faces], float).reshape(-1, 4)
        yield from clear_parts(picture, taken, rng)


def clear_parts(
    picture: Pixels, faces: NDArray[np.float64], rng: np.random.Generator
) -> list[Pixels]:
    height, width = picture.shape[:2]
    parts: list[Pixels] = []
    for _ in range(100):
        across, along = (int(rng.uniform(0.1, 0.4) * v) for v in (width, height))
        x, y = int(rng.integers(width - across)), int(rng.integers(height - along))
        if len(faces):
            margin = 0.3 * faces[:, 2:]
            low, high = faces[:, :2] - margin, faces[:, :2] + faces[:, 2:] + margin
            apart = (low[:, 0] > x + across) | (high[:, 0] < x)
            apart |= (low[:, 1] > y + along) | (high[:, 1] < y)
            if not apart.all():
                continue
        if min(across, along) >= 48:
            parts.append(picture[y : y + along, x : x + across])
        if len(parts) == 3:
            break
    return parts


def textures() -> Iterator[Pixels]:
    """Clouds of any grain, half of them in the colours of skin, and stripes."""
    rng = np.random.default_rng(5)
    for k in range(TEXTURES):
        height, width = (int(v) for v in rng.integers(120, 500, 2))
        fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
        spectrum = np.fft.rfft2(rng.standard_normal((height, width)))
        spectrum /= np.maximum(np.hypot(fy, fx), 1 / width) ** rng.uniform(0.3, 2.2)
        cloud = np.fft.irfft2(spectrum, s=(height, width))
        cloud = (cloud - cloud.mean()) / cloud.std()
        if k % 5 == 4:
            y, x = np.mgrid[:height, :width]
            turn = rng.uniform(0, np.pi)
            along = (x * np.cos(turn) + y * np.sin(turn)) / rng.uniform(8, 80)
            cloud = np.sin(2 * np.pi * (along + 0.2 * cloud))
        skin = np.array([225, 172, 140]) * rng.uniform(0.25, 1.1)
        base = skin if k % 2 else rng.uniform(0, 255, 3)
        values = base + rng.uniform(6, 50) * cloud[..., None] * rng.uniform(0.6, 1.2, 3)
        yield np.clip(values, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
