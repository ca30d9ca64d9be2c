"""What figures notice: things and letters put into, taken out of and exchanged in real pictures.

A picture is encoded as efface does it, and altered after that, so that the alteration is as sharp
as it can be; figures of the original are held against it as a check does. ``--confirm`` alters
before the encoder, which also works on what was put in. Things are brighter than what is behind
them where that is dark, and darker where it is bright. *Made good* means that each cell was given
the mean of luma that it had, as a forger who knows the cells does.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from clips import Frames, Plane, encoded, frames_of, pooled
from numpy.typing import NDArray
from PIL import Image

from efface.evidence.commitment.figures import CELL_PX, PHOTO_CELL_PX, FigureGrid
from efface.evidence.commitment.stills import components
from efface.evidence.commitment.tolerance import PHOTO, VIDEO, Rule
from efface.evidence.commitment.video import GROUP
from efface.measure.intervals import clopper_pearson

SIZES = 8, 12, 16, 24, 32, 48
HEIGHTS = 8, 12, 16, 20, 24, 32
CONTRASTS = 10, 20, 40, 80
LETTERS = "ABCDEFGHKLMNPRSTUVXYZ0123456789"
FONT = cv2.FONT_HERSHEY_DUPLEX
INK = 90
"""Of 255: how much letters differ from what is behind them."""

JOINED = 2
"""Cells along a leaf's side, as in photos and in videos of more than a megapixel."""

Draw = np.random.Generator
Change = NDArray[np.float64]
Pieces = Sequence[Sequence[Plane]]
"""Frames of one or more groups, each as planes, the main one first."""


@dataclass(frozen=True)
class Material:
    """Where alterations are tried."""

    name: str
    cell: int
    rule: Rule
    group: int
    """Frames of a group."""
    pairs: tuple[tuple[Pieces, Pieces], ...]
    """Of an original and of the same encoded again: as many frames as are at hand, or one."""

    def place(self, draw: Draw, side: int, frames: int) -> tuple[Pieces, Pieces]:
        """The same piece of both, at a random place on the grid.

        Args:
            side: pixels that the alteration needs.
            frames: how many, beginning with a group.
        """
        before, after = self.pairs[draw.integers(len(self.pairs))]
        leaf = self.cell * JOINED
        whole = leaf * (side // leaf + 2)
        height, width = before[0][0].shape
        y, x = (
            int(draw.integers(0, max(1, (length - whole) // leaf + 1))) * leaf
            for length in (height, width)
        )
        start = 0
        if len(before) > frames:
            start = int(draw.integers((len(before) - frames) // self.group + 1)) * self.group
        here = slice(start, start + frames)
        first, second = (
            [tuple(_cut(one, planes[0], x, y, whole) for one in planes) for planes in each[here]]
            for each in (before, after)
        )
        return first, second


def _cut(plane: Plane, main: Plane, x: int, y: int, side: int) -> Plane:
    shift = 0 if plane.shape == main.shape else 1
    y, x, side = y >> shift, x >> shift, side >> shift
    return np.ascontiguousarray(plane[y : y + side, x : x + side])


def caught(material: Material, before: Pieces, after: Pieces) -> bool:
    """Whether any cell of any group is farther off than is accepted."""
    height, width = before[0][0].shape
    grid = FigureGrid((width, height), material.cell, JOINED, len(before[0]) - 1)
    for start in range(0, len(before), material.group):
        part = slice(start, start + material.group)
        committed = material.rule.committed(pooled(before[part], grid))
        if material.rule.beyond(committed, pooled(after[part], grid)).any():
            return True
    return False


def changed(planes: Sequence[Plane], change: Change, good: int) -> Sequence[Plane]:
    """One frame with something added to its main component.

    Args:
        good: side of the cells whose mean is made good; 0: none.
    """
    main = planes[0].astype(float)
    altered = (main + change).clip(0, 255)
    if good:
        touched = change.any()
        for y in range(0, main.shape[0], good):
            for x in range(0, main.shape[1], good):
                here = slice(y, y + good), slice(x, x + good)
                if touched and change[here].any():
                    for _ in range(4):
                        altered[here] += main[here].mean() - altered[here].mean()
                        altered[here] = altered[here].clip(0, 255)
    return (altered.round().astype(np.uint8), *planes[1:])


def patch(side: int, contrast: int, whole: int, draw: Draw) -> Change:
    """A brighter square."""
    out = np.zeros((whole, whole))
    y, x = draw.integers(0, whole - side + 1, 2)
    out[y : y + side, x : x + side] = contrast
    return out


def visible(change: Change, main: Plane) -> Change:
    """Darker where it is bright."""
    behind = main[change != 0]
    return -change if behind.size and behind.mean() > 127 else change


def letters(text: str, height: int, whole: int, at: tuple[int, int]) -> Change:
    """Letters whose left lower corner is there."""
    ink = np.zeros((whole, whole), np.uint8)
    thick = max(1, round(height / 9))
    scale = cv2.getFontScaleFromHeight(FONT, height, thick)
    cv2.putText(ink, text, at, FONT, scale, 255, thick, cv2.LINE_AA)
    return np.asarray(INK * (ink / 255.0))


Trial = Callable[[Material, Draw], bool]


def of_patches(side: int, contrast: int, shown: int | None = None) -> Trial:
    """
    Args:
        shown: for so many frames, beginning anywhere in a group; ``None``: for all of one.
    """

    def trial(material: Material, draw: Draw) -> bool:
        frames = material.group if shown is None else 2 * material.group
        before, after = material.place(draw, side, frames)
        change = patch(side, contrast, before[0][0].shape[0], draw)
        change = visible(change, before[0][0])
        first = 0 if shown is None else int(draw.integers(material.group))
        last = frames if shown is None else first + shown
        return caught(
            material,
            before,
            [changed(p, change, 0) if first <= n < last else p for n, p in enumerate(after)],
        )

    return trial


def of_letters(height: int, what: str, good: bool) -> Trial:
    """
    Args:
        what: of four letters: ``in``: they are put in; ``out``: taken out; ``one``: one of them is
            exchanged.
    """

    def trial(material: Material, draw: Draw) -> bool:
        before, after = material.place(draw, 4 * height, material.group)
        whole = before[0][0].shape[0]
        text = "".join(draw.choice(list(LETTERS), 4))
        at = int(draw.integers(0, material.cell)), int(draw.integers(height + 1, whole - height))
        old, new = letters(text, height, whole, at), np.zeros((whole, whole))
        side = material.cell if good else 0
        if what == "one":
            spot = int(draw.integers(4))
            other = str(draw.choice([one for one in LETTERS if one != text[spot]]))
            new = letters(text[:spot] + other + text[spot + 1 :], height, whole, at)
        sign = -1.0 if (visible(old, before[0][0]) != old).any() else 1.0
        old, new = sign * old, sign * new
        if what == "in":
            old, new = new, old
        first = [changed(planes, old, 0) for planes in before]
        second = [changed(planes, old, 0) for planes in after]
        difference = new - old
        if what == "one":  # drawn anew on what was behind
            second = [changed(planes, difference, side) for planes in second]
        else:
            target = [changed(planes, new, 0) for planes in after]
            second = [
                changed(was, t[0].astype(float) - was[0], side)
                for was, t in zip(second, target, strict=True)
            ]
        return caught(material, first, second)

    return trial


def photo_material(folder: Path, number: int, draw: Draw) -> Material:
    """Photos as WebP of quality 80, encoded at 90 as efface would."""
    paths = sorted(folder.rglob("*.jpg"))
    pairs = []
    for at in draw.choice(len(paths), number, replace=False):
        with Image.open(paths[at]) as image:
            picture = image.convert("RGB")
        picture.thumbnail((1600, 1600))
        before = _through(picture, 80)
        pairs.append(
            tuple([components(np.asarray(each))] for each in (before, _through(before, 90)))
        )
    rule = Rule(2, JOINED**2, PHOTO)
    return Material("photos", PHOTO_CELL_PX, rule, 1, tuple(pairs))  # type: ignore[arg-type]


def _through(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=quality)
    with Image.open(out) as again:
        return again.convert("RGB")


def video_material(clips: Sequence[Path], first: int) -> Material:
    pairs = []
    for clip in clips:
        frames = frames_of(clip, first, 32)
        pairs.append((frames.planes, encoded(frames, "h264").planes))
    return Material("video", CELL_PX, Rule(2, JOINED**2, VIDEO), GROUP, tuple(pairs))


def share(material: Material, trial: Trial, trials: int, draw: Draw) -> str:
    """Caught, in per cent, with the lower end of the 95 % interval."""
    hits = sum(trial(material, draw) for _ in range(trials))
    low = clopper_pearson(hits, trials).low
    return f"{100 * hits / trials:.1f} ({100 * low:.1f})"


def healthy(material: Material, trials: int, draw: Draw) -> str:
    """The same with nothing altered: what is caught is the alteration."""
    return share(material, of_patches(8, 0), trials, draw)


def tables(material: Material, trials: int, draw: Draw) -> Iterator[str]:
    many = f"{trials:,} trials in {material.name}"
    yield f"Nothing altered, {many}: caught {healthy(material, trials, draw)} %.\n"
    yield f"Squares, {many}; caught, % (lower end of the 95 % interval):\n"
    yield "| side, px | " + " | ".join(f"contrast {c}" for c in CONTRASTS) + " |"
    yield "|---" * (1 + len(CONTRASTS)) + "|"
    for side in SIZES:
        cells = [share(material, of_patches(side, c), trials, draw) for c in CONTRASTS]
        yield f"| {side} | " + " | ".join(cells) + " |"
    if material.group > 1:
        few = trials // 3
        yield f"\nSquares of 32 pixels for some frames, {few:,} trials:\n"
        yield "| frames | " + " | ".join(f"contrast {c}" for c in CONTRASTS) + " |"
        yield "|---" * (1 + len(CONTRASTS)) + "|"
        for shown in (1, 2, 4, 8):
            cells = [share(material, of_patches(32, c, shown), few, draw) for c in CONTRASTS]
            yield f"| {shown} | " + " | ".join(cells) + " |"
    trials //= 3
    many = f"{trials:,} trials in {material.name}"
    yield f"\nLetters that differ by {INK} of 255 from what is behind them, {many}:\n"
    kinds = [(what, good) for what in ("in", "out", "one") for good in (False, True)]
    names = {"in": "four put in", "out": "four taken out", "one": "one of four exchanged"}
    heads = [names[what] + (", made good" if good else "") for what, good in kinds]
    yield "| height, px | " + " | ".join(heads) + " |"
    yield "|---" * (1 + len(heads)) + "|"
    for height in HEIGHTS:
        cells = [share(material, of_letters(height, *kind), trials, draw) for kind in kinds]
        yield f"| {height} | " + " | ".join(cells) + " |"


def confirmed(clips: Sequence[Path], first: int, rounds: int, draw: Draw) -> Iterator[str]:
    """Alterations that go through x264: some in each encode, far from each other."""
    yield "| put in before the encoder | tried | caught, % (lower end) |\n|---|---|---|"
    makers: dict[str, Callable[[int], Change]] = {
        "squares of 16 px, contrast 40": lambda whole: patch(16, 40, whole, draw),
        "squares of 32 px, contrast 20": lambda whole: patch(32, 20, whole, draw),
        "four letters of 16 px": lambda whole: _some_letters(16, whole, draw),
        "four letters of 24 px": lambda whole: _some_letters(24, whole, draw),
    }
    rule, leaf = Rule(2, JOINED**2, VIDEO), JOINED * CELL_PX
    whole = 4 * leaf
    for name, make in makers.items():
        tried = hits = 0
        for clip in clips:
            frames = frames_of(clip, first, 2 * GROUP)
            width, height = frames.size
            spots = [
                (y, x)
                for y in range(0, height - whole + 1, whole + 4 * CELL_PX)
                for x in range(0, width - whole + 1, whole + 4 * CELL_PX)
            ]
            for _ in range(rounds):
                altered: list[Any] = [list(planes) for planes in frames.planes]
                for y, x in spots:
                    here = np.s_[y : y + whole, x : x + whole]
                    change = visible(make(whole), frames.planes[0][0][here])
                    for planes in altered:
                        planes[0] = planes[0].copy()
                        planes[0][here] = (planes[0][here] + change).round().clip(0, 255)
                after = encoded(Frames(frames.size, tuple(map(tuple, altered))), "h264")
                grid = FigureGrid(frames.size, CELL_PX, JOINED)
                beyond = np.zeros((grid.leaves.rows, grid.leaves.columns), bool)
                for start in (0, GROUP):
                    part = slice(start, start + GROUP)
                    a = rule.committed(pooled(frames.planes[part], grid))
                    b = pooled(after.planes[part], grid)
                    beyond |= rule.beyond(a, b).any(axis=1).reshape(beyond.shape)
                tried += len(spots)
                hits += sum(
                    bool(
                        beyond[
                            y // leaf : (y + whole) // leaf,
                            x // leaf : (x + whole) // leaf,
                        ].any()
                    )
                    for y, x in spots
                )
        low = clopper_pearson(hits, tried).low
        yield f"| {name} | {tried} | {100 * hits / tried:.1f} ({100 * low:.1f}) |"


def _some_letters(height: int, whole: int, draw: Draw) -> Change:
    text = "".join(draw.choice(list(LETTERS), 4))
    return letters(text, height, whole, (8, int(draw.integers(height + 1, whole - height))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--trials", type=int, default=3000, help="with letters a third of it")
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--first", type=int, default=420, help="frame of each clip")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--confirm", type=int, default=4, help="encodes of each clip and row")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    draw = np.random.default_rng(args.seed)
    clips = sorted(args.clips.glob("*.mp4"))
    for row in tables(photo_material(args.pictures, args.photos, draw), args.trials, draw):
        print(row, flush=True)
    print()
    for row in tables(video_material(clips, args.first), args.trials, draw):
        print(row, flush=True)
    print()
    for row in confirmed(clips, args.first, args.confirm, draw):
        print(row, flush=True)


if __name__ == "__main__":
    main()
