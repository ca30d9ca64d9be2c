"""How often the gate of ``efface attack`` is wrong: on fills that tell nothing, on another person's
face, and on redactions that everybody knows to be weak. Writes attack/calibration.toml.

It is the very gate that users run: the same attacks, recognisers and distractors.
"""

from __future__ import annotations

import argparse
import datetime
import io
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from efface.attack.interface import Pixels
from efface.attack.operators.apply import apply
from efface.attack.operators.interface import Operator
from efface.measure.intervals import clopper_pearson
from efface.policy import Policy
from efface.workflow.attack.attacking import Attacker
from efface.workflow.attack.people import person_in
from efface.workflow.attack.running import Team, attack_person
from leak import redactions as made
from leak.faces import Face, faces_of, read
from leak.redactions import Redaction

COLOURS = ((0, 0, 0), (255, 255, 255), (128, 128, 128), (60, 90, 200))
"""Fills; each face gets one."""

JPEG_QUALITY = 90

Change = Callable[[int, Sequence[Path], Sequence[Face]], tuple[Pixels, Pixels]]
"""From the number of a face: the original and the redacted picture."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of redaction."""

    key: str
    """``constant`` (must not fail) or ``weak`` (must)."""
    name: str
    change: Change


def _fill(jpeg: bool) -> Change:
    def change(n: int, paths: Sequence[Path], faces: Sequence[Face]) -> tuple[Pixels, Pixels]:
        original, face = read(paths[n]), faces[n]
        zone = made.grown(original, face.box, 1.3, 1.3)
        if n % 2:
            zone = made.openscrub(original, face.box, face.points, np.random.default_rng(n)).zone
        colour = COLOURS[n // 2 % len(COLOURS)]
        redacted = apply(original, zone, Operator("solid", colour=colour))
        return (_coded(original), _coded(redacted)) if jpeg else (original, redacted)

    return change


def _coded(pixels: Pixels) -> Pixels:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=JPEG_QUALITY)
    return np.asarray(Image.open(out).convert("RGB"))


def _somebody_else(n: int, paths: Sequence[Path], faces: Sequence[Face]) -> tuple[Pixels, Pixels]:
    """The next person's face, blurred, in the place of this one's."""
    original, face = read(paths[n]), faces[n]
    other = (n + 1) % len(paths)
    theirs = read(paths[other])
    matrix, _ = cv2.estimateAffinePartial2D(faces[other].points, face.points)
    size = original.shape[1], original.shape[0]
    moved = cv2.warpAffine(theirs, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    mixed = made.gaussian(0.05)(
        np.asarray(moved, np.uint8), face.box, face.points, np.random.default_rng(n)
    )
    redacted = original.copy()
    redacted[mixed.zone] = mixed.pixels[mixed.zone]
    return original, redacted


def _redacted(redaction: Redaction) -> Change:
    def change(n: int, paths: Sequence[Path], faces: Sequence[Face]) -> tuple[Pixels, Pixels]:
        original, face = read(paths[n]), faces[n]
        rng = np.random.default_rng(n)
        return original, redaction(original, face.box, face.points, rng).pixels

    return change


TRIALS = (
    Trial("constant", "one colour in a box or an oval, PNG", _fill(jpeg=False)),
    Trial("constant", f"one colour in a box or an oval, JPEG {JPEG_QUALITY}", _fill(jpeg=True)),
    Trial("constant", "another person's face, blurred by .05 of its width", _somebody_else),
    Trial("weak", "Gaussian blur, .05 of the face's width", _redacted(made.gaussian(0.05))),
    Trial("weak", "pixelation, 16 cells across the face", _redacted(made.pixelated(16))),
    Trial("weak", "deface 1.5, default blur", _redacted(made.deface_blur)),
    Trial("weak", "deface 1.5, mosaic", _redacted(made.deface_mosaic)),
)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="pictures of one person each")
    parser.add_argument("--faces", type=int, default=100, help="for each kind of false alarm")
    parser.add_argument("--weak", type=int, default=40, help="for each weak redaction")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="calibration.toml")
    args = parser.parse_args()
    paths = chosen(args.folders, args.faces)
    faces = faces_of(paths, args.cache / "gate-places.npz")
    jobs = [
        (index, n)
        for index, trial in enumerate(TRIALS)
        for n in range(min(len(paths), args.faces if trial.key == "constant" else args.weak))
    ]
    failed: dict[int, list[bool]] = {}
    start = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        args.jobs, context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        todo = [pool.submit(fails, index, n, paths, faces) for index, n in jobs]
        for done, ((index, _), future) in enumerate(zip(jobs, todo, strict=True), start=1):
            answer = future.result()
            if answer is not None:
                failed.setdefault(index, []).append(answer)
            if done % 10 == 0:
                spent = time.monotonic() - start
                left = spent * (len(jobs) - done) / done / 60
                print(f"{done} of {len(jobs)}, {left:.0f} min left", file=sys.stderr, flush=True)
    text = document(failed, args.folders)
    print(text)
    args.out.write_text(text, encoding="utf-8")


def chosen(folders: Sequence[Path], count: int) -> list[Path]:
    """Pictures, evenly from every folder; of the London set the neutral ones, one a person."""
    each = []
    for folder in folders:
        found = sorted(path for path in folder.rglob("*.jpg") if "smiling" not in path.name)
        step = np.linspace(0, len(found) - 1, min(len(found), -(-count // len(folders))))
        each.append([found[int(k)] for k in step.round()])
    return [path for some in each for path in some][:count]


@cache
def _team() -> Team:
    return Attacker(Policy()).team


def fails(index: int, n: int, paths: Sequence[Path], faces: Sequence[Face]) -> bool | None:
    """Whether the gate fails this picture; ``None``: nothing of the face was changed."""
    original, redacted = TRIALS[index].change(n, paths, faces)
    person = person_in(original, redacted, faces[n].box, faces[n].points)
    if person is None:
        return None
    result = attack_person(person, _team(), n)
    if result.broken:
        raise RuntimeError(f"{result.broken[0].name} could not run: {result.broken[0].reason}")
    return result.found


def document(failed: dict[int, list[bool]], folders: Sequence[Path]) -> str:
    """The TOML file."""
    team = _team()
    lines = [
        "# How often the gate fails plain fills (false alarms) and weak redactions (power), with",
        "# exact 95 % intervals. Written by bench/leak/gate.py (make bench-gate).",
        'schema = "efface.calibration/1"',
        f'date = "{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"',
        f"alpha = {team.alpha}",
        f"distractors = {len(team.strangers)}",
        f'people = "{" and ".join(folder.name for folder in folders)}, one picture a person"',
        f"attacks = [{', '.join(sorted(repr(a.name) for a in team.attacks))}]".replace("'", '"'),
        f"recognisers = [{', '.join(repr(r.name) for r in team.recognisers)}]".replace("'", '"'),
    ]
    for key in ("constant", "weak"):
        for index, trial in enumerate(TRIALS):
            if trial.key != key or index not in failed:
                continue
            answers = failed[index]
            found = clopper_pearson(sum(answers), len(answers))
            lines += [
                "",
                f"[[{key}]]",
                f'name = "{trial.name}"',
                f"n = {len(answers)}",
                f"failed = {sum(answers)}",
                f"low = {found.low:.4f}",
                f"high = {found.high:.4f}",
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
