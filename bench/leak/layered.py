"""How far people can be told apart after ``layered``, and where it has to fail.

    python bench/leak/layered.py FACES --cache CACHE [--out FILE.json] [--rows NAME...]

FACES is a folder of people, as ``make bench-leak`` takes it. Attackers are those of the leak table,
trained on layered faces of other people whose secrets they do not know, chosen on some people and
scored once on others. Every row has the zone of efface's defaults. Its control is the same head in
the mean colours of faces in general: where the zone lies and how large it is shows in both, and in
nothing else of tight crops, which a constant fill covers whole. Besides what efface draws there are
two rows that must fail, or nothing is measured: the same cells without noise, and with noise that
was new in each of 50 frames and is averaged away.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Pixels
from efface.policy import MethodPolicy
from efface.redact.methods.layered import channel
from efface.redact.methods.layered.grid import Lie, cells_of
from efface.redact.methods.layered.method import LayeredFilling
from efface.redact.methods.layered.shape import head_of
from efface.regions import Box
from efface.study import redactions as made
from efface.study.jobs import Material
from efface.study.map.operators import by_filling, by_method
from efface.study.redactions import Redaction
from efface.study.results import result
from efface.study.rows import StudyRow
from efface.study.run import StudyRun
from efface.zones.filling import Filling

CONTROL = "layered-nobody"
FRAMES = 50


def layered(cells: int, noise: float) -> Redaction:
    """As efface does it."""
    return by_method(MethodPolicy("layered", cells=cells, noise=noise))


def broken(cells: int, noise: float, looks: int | None) -> Redaction:
    """The same cells with the mean noise of so many looks; ``None``: without any."""
    thousandths = round(noise * channel.THOUSAND)

    def filling_of(pixels: Pixels, box: Box, rng: np.random.Generator) -> Filling:
        means = cells_of(pixels, box, cells, Lie(*rng.uniform(-1, 1, 3)))
        told = channel.coded(means, cells, thousandths)
        if looks is not None:
            drawn = [channel.drawn_noise(rng.bytes(32), cells) for _ in range(looks)]
            told = told + np.rint(np.mean(drawn, axis=0)).astype(np.int64)
        return LayeredFilling({"t1": head_of(amplified(told, cells, thousandths))})

    return by_filling(filling_of)


def amplified(told: NDArray[np.int64], cells: int, noise: int) -> NDArray[np.uint8]:
    """As whoever looks would: what noise had shrunk is drawn at its full contrast."""
    scale = np.sqrt(1 + (noise / channel.THOUSAND) ** 2)
    return channel.colours(np.rint(told * scale).astype(np.int64), cells, noise)


def nobody(cells: int) -> Redaction:
    """A head that follows from no face, in the place of one that does."""
    told = np.zeros(3 * cells * cells, np.int64)
    head = head_of(channel.colours(told, cells, channel.THOUSAND))
    return by_filling(lambda pixels, box, rng: LayeredFilling({"t1": head}))


STRENGTHS = ((2, 4.0), (1, 2.0), (2, 1.5), (4, 0.5))


def rows() -> list[StudyRow]:
    """What is measured, those first that one wants to know first."""
    control = StudyRow(CONTROL, "a head of nobody's colours", nobody(2))
    fill = StudyRow(
        "fill-default", "constant fill", made.filled(made.solid(1.8, 2.0, one_ratio=True))
    )
    own = [
        StudyRow(f"layered-{c}-{n:g}", f"{c} x {c} cells, noise {n:g}", layered(c, n), CONTROL)
        for c, n in STRENGTHS
    ]
    fails = [
        StudyRow("layered-2-4-clear", "2 x 2 cells, no noise", broken(2, 0.25, None), CONTROL),
        StudyRow("layered-2-4-fresh", f"2 x 2 cells, noise 4, new in each of {FRAMES} frames",
                 broken(2, 4.0, FRAMES), CONTROL),
    ]  # fmt: skip
    return [own[0], control, fails[0], own[1], fails[1], fill, *own[2:]]


def main() -> None:
    """Measure what is not there yet, and say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--people", type=int)
    parser.add_argument("--rows", nargs="*")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    material = Material(asked.faces, None, asked.cache, asked.people)
    run, found = StudyRun(material.dataset(), asked.cache), []
    for row in rows():
        if asked.rows is not None and row.name not in asked.rows:
            continue
        one = result(run, row)
        found.append(one)
        for knowledge, column in one["columns"].items():
            rank1 = [round(100 * value, 1) for value in column["rank1"]]
            bits = [round(value, 2) for value in column["bits"]]
            print(row.name, knowledge, column["attacker"], f"rank-1 {rank1} %", f"bits {bits}",
                  column["people"], flush=True)  # fmt: skip
        if asked.out is not None:
            asked.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
