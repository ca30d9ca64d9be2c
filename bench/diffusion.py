"""The diffusion attack beside others: who finds people, who accuses wrong ones, at what cost.

    python bench/diffusion.py DATASET --cache CACHE --out table.json

People of a folder (one folder each) on whom nothing was trained are searched for among each other,
as in the leak table: faces 80 pixels wide, four clear pictures in the gallery, one redacted picture
searched for. ``--part select`` does so with the first ``SELECT`` of them, on whom whatever had to
be chosen was chosen; the others are scored. Every attacker answers for the same pictures. Figures
that are there already are not measured again, so that a run that was stopped goes on.

``accused`` is how often the best candidate by a recogniser is somebody else whose score passes the
threshold that one of 1,000 wrong pairs of clear faces passes, for either recogniser. ``own`` and
``strangers`` are what the gate of ``efface attack`` would make of it: how often this very picture,
clear, and another person's stand at the first or second place among the distractors.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from efface.attack.adapted.shipped import Adapted
from efface.attack.alignment import chip
from efface.attack.diffusion.attack import Diffusion, embedded
from efface.attack.diffusion.diffpir import DiffPir
from efface.attack.diffusion.flower import Flower
from efface.attack.diffusion.interface import Solver, SolverOptions
from efface.attack.diffusion.network_prior import WEIGHTS, NetworkPrior
from efface.attack.diffusion.pnp_flow import PnpFlow
from efface.attack.diffusion.refocus import Refocus
from efface.attack.gallery import default_distractors
from efface.attack.interface import (
    Attack,
    Candidates,
    Case,
    Knowledge,
    Look,
    Prediction,
    Reconstruction,
)
from efface.attack.inversion.forward import LINEAR
from efface.attack.inversion.least_squares import LeastSquares
from efface.attack.inversion.tikhonov import Tikhonov
from efface.attack.inverter import Inverter
from efface.attack.matching import fused
from efface.attack.operators.blind import guess
from efface.attack.recognisers import recognisers
from efface.attack.red_team.rank import standing, together
from efface.measure.bits import rank_bits
from efface.measure.intervals import clopper_pearson, mean_interval
from efface.measure.ranks import places
from efface.study.faces import faces_of
from efface.study.map.accusation import thresholds
from efface.study.map.material import REFERENCE_PX, SmallDataset, SmallRun
from efface.study.map.rows import ROWS as MAP_ROWS
from efface.study.people import Part, StudyPicture
from efface.study.rows import ROWS as TABLE_ROWS
from efface.study.rows import StudyRow
from efface.study.splits import Search
from efface.study.templates import means, unit
from efface.weights import FOLDER

WIDTH_PX = 80
GALLERY = 4
"""Clear pictures of each person, the first by name; the next one is searched for."""
FIRST = 2
"""Places at which the gate has found somebody: false-match rates below .01 over ten tests."""
SELECT = 25
"""People on whom things are chosen."""
ROWS = (
    "gaussian-0.05", "gaussian-0.10", "gaussian-0.20", "cells-16", "cells-12", "cells-8",
    "cells-8-noise-jpeg", "deface-blur", "deface-mosaic", "solid-1.3", "solid-default",
)  # fmt: skip

Templates = Mapping[str, NDArray[np.floating]]
"""By recogniser; rows: as many as the attacker draws faces, or one."""
Attacker = Callable[[Look], Templates | None]
"""``None``: it does not apply."""


def by_attack(attack: Attack, look: Look) -> Templates | None:
    """What an attack of efface's own makes of one look."""
    case = Case((look,), Knowledge.EXACT, Candidates({}))
    if not attack.applies(case):
        return None
    (found,) = attack.run(case)
    if isinstance(found, Reconstruction):
        face = chip(found.pixels, found.points)[None]
        return {one.name: one.embed(face) for one in recognisers()}
    assert isinstance(found, Prediction)
    return {name: row[None] for name, row in found.templates.items()}


def as_published(look: Look) -> Templates:
    """The redacted face as recognisers see it (K0)."""
    return {one.name: one.embed(chip(look.pixels, look.points)[None]) for one in recognisers()}


def drawn(
    prior: Path, solver: Solver, options: SolverOptions, blind: bool, look: Look
) -> Templates | None:
    """What is seen in faces that a solver draws, one row each."""
    operator = guess(look) if blind else look.operator
    if operator is None or operator.kind not in LINEAR:
        return None
    attack = Diffusion(solver, options, _prior(prior))
    return embedded(attack.sampled([(look, operator)]))


@cache
def _prior(model: Path) -> NetworkPrior:
    return NetworkPrior(model)


def mean_of(found: Templates) -> Templates:
    """The mean template."""
    return {name: unit(rows.mean(axis=0)[None]) for name, rows in found.items()}


def attackers(options: SolverOptions, prior: Path) -> dict[str, Attacker]:
    """By name; those that draw give one row a sample."""
    few = SolverOptions(1, options.steps, options.rounds)
    return {
        "as published": as_published,
        "tikhonov": partial(by_attack, Tikhonov()),
        "least-squares": partial(by_attack, LeastSquares()),
        "inverter": partial(by_attack, Inverter()),
        "adapted": partial(by_attack, Adapted()),
        "refocus": partial(drawn, prior, Refocus(), options, False),
        "flower, one sample": partial(drawn, prior, Flower(), few, False),
        "flower": partial(drawn, prior, Flower(), options, False),
        "flower, not drawing": partial(drawn, prior, Flower(drawing=False), options, False),
        "pnp-flow": partial(drawn, prior, PnpFlow(), options, False),
        "diffpir": partial(drawn, prior, DiffPir(), options, False),
        "flower, blind": partial(drawn, prior, Flower(), options, True),
    }


@dataclass(frozen=True, slots=True)
class Scored:
    """One attacker on one row, over people."""

    scores: Mapping[str, NDArray[np.float64]]
    """By recogniser, shape (searches, people); of one fusion of what it drew."""
    person: NDArray[np.int64]
    own: int
    """Searches that put the picture itself, clear, among the first ``FIRST`` beside distractors."""
    strangers: int
    """Of all pairs of a search and another person's picture, those that do."""
    spent_s: float
    """Of processor time a face."""


def study_run(folder: Path, people: int, cache: Path) -> SmallRun:
    """The people of a folder, the first by name."""
    homes = sorted(home for home in folder.iterdir() if home.is_dir())[:people]
    pictures = []
    for who, home in enumerate(homes):
        part: Part = "select" if who < SELECT else "test"
        for number, path in enumerate(sorted(home.glob("*.jpg"))[: GALLERY + 1]):
            role = "gallery" if number < GALLERY else "probe"
            pictures.append(StudyPicture(path, who, part, role))  # type: ignore[arg-type]
    faces = faces_of([one.path for one in pictures], cache / "places.npz")
    small, clear = (
        SmallDataset.of(pictures, faces, width, mirrored=False)
        for width in (WIDTH_PX, REFERENCE_PX)
    )
    return SmallRun(small, cache, SmallRun(clear, cache))


def asked(
    run: SmallRun, row: StudyRow, attacker: Attacker, searched: Sequence[int]
) -> list[tuple[Templates | None, float]]:
    """What it makes of each picture, and the processor time that it took."""
    found = []
    for index in searched:
        look = run.data.look(row, int(index))
        start = time.process_time()
        templates = attacker(look)
        found.append((templates, time.process_time() - start))
    return found


def scored(
    run: SmallRun, search: Search, answers: Sequence[tuple[Templates | None, float]]
) -> dict[str, Scored]:
    """Scores of the mean template (``mean``), and of the most alike of what was drawn (``max``)."""
    names, count = list(run.clear), len(answers)
    gallery = {name: means(run.clear[name], search.gallery) for name in names}
    out = {}
    spent = float(np.mean([seconds for _, seconds in answers]))
    for how in ("mean", "max"):
        scores = {name: np.zeros((count, len(search.gallery))) for name in names}
        for place, (found, _) in enumerate(answers):
            if found is None:
                continue
            for name in names:
                if name in found:
                    rows = mean_of(found)[name] if how == "mean" else unit(found[name])
                    scores[name][place] = (rows @ gallery[name].T).max(axis=0)
        told = [None if found is None else _one(found, how) for found, _ in answers]
        own, strangers = gate(run, search, told)
        out[how] = Scored(scores, search.person[:count], own, strangers, spent)
    return out


def _one(found: Templates, how: str) -> Templates:
    """One template a recogniser: the mean, or the first that was drawn."""
    return mean_of(found) if how == "mean" else {name: unit(r[:1]) for name, r in found.items()}


def gate(run: SmallRun, search: Search, told: Sequence[Templates | None]) -> tuple[int, int]:
    """How many searches find the picture itself among distractors, and how many of all pairs of a
    search and somebody else's picture do."""
    among, own, strangers = default_distractors().templates, 0, 0
    for place, found in enumerate(told):
        if found is None:
            continue
        fixed = {name: among[name] @ found[name][0] for name in found}
        people = len(next(iter(fixed.values())))
        for other, index in enumerate(search.probes[: len(told)]):
            every = {
                name: np.append(scores, run.clear[name][index] @ found[name][0])
                for name, scores in fixed.items()
            }
            first = standing(together(every), people).rank <= FIRST
            if search.person[other] == search.person[place]:
                own += first
            else:
                strangers += first
    return own, strangers


def figures(found: Scored, limits: Mapping[str, NDArray[np.float64]], seed: int) -> dict[str, Any]:
    """Rank-1, bits and false accusation with intervals over people; one search a person."""
    told = [rows for rows in found.scores.values() if rows.any()]
    if not told:
        return {"applies": False}
    each = [{str(n): rows[i] for n, rows in enumerate(told)} for i in range(len(told[0]))]
    both = np.stack([fused(one, "mean") for one in each])
    ranks = places(both, found.person)
    hits, bits = ranks.hits(1).astype(float), rank_bits(ranks)
    wrong = np.zeros(len(both), bool)
    for name, rows in found.scores.items():
        first = rows.argmax(axis=1)
        wrong |= (first != found.person) & (rows.max(axis=1) > limits[name][: len(rows)])
    n = len(both)
    return {
        "applies": True,
        "n": n,
        "rank1": _share(int(hits.sum()), n),
        "bits": [float(bits.mean()), *_ends(bits, seed)],
        "accused": _share(int(wrong.sum()), n),
        "own": _share(found.own, n),
        "strangers": [found.strangers, n * (n - 1)],
        "cpu_s": found.spent_s,
        "each_hit": hits.tolist(),
        "each_bits": bits.tolist(),
    }


def _share(hits: int, n: int) -> list[float]:
    exact = clopper_pearson(hits, n)
    return [hits / n, exact.low, exact.high]


def _ends(values: NDArray[np.float64], seed: int) -> tuple[float, float]:
    found = mean_interval(values, seed=seed)
    return found.low, found.high


def limits_of(run: SmallRun, part: Part) -> dict[str, NDArray[np.float64]]:
    """By recogniser, for each search the score that a thousandth of wrong pairs of other people's
    clear faces passes."""
    search = run.splits.parts[part]
    found = {}
    for name, rows in run.clear.items():
        scores = unit(rows[search.probes]) @ means(rows, search.gallery).T
        found[name] = thresholds(scores, search.person)
    return found


def main() -> None:
    """Measure what is not there yet, and write it."""
    args = _arguments()
    run = study_run(args.dataset, args.people, args.cache)
    rows = {one.name: one for one in (*TABLE_ROWS, *(one.row for one in MAP_ROWS))}
    every = attackers(SolverOptions(args.samples, args.steps), args.prior)
    limits, search = limits_of(run, args.part), run.splits.parts[args.part]
    known = json.loads(args.out.read_text()) if args.out.exists() else {}
    with threadpool_limits(1, user_api="blas"):
        for row, name in ((row, name) for row in args.rows for name in args.attackers or every):
            key = f"{row} | {name}"
            if key in known:
                continue
            answers = asked(run, rows[row], every[name], search.probes[: args.searched].tolist())
            for how, one in scored(run, search, answers).items():
                if how == "mean" or name == "flower":
                    full = key if how == "mean" else f"{key}, max"
                    known[full] = figures(one, limits, args.seed)
            _write(args.out, known, args, len(search.gallery))
            print(f"{key}: {_said(known[key])}", flush=True)


def _said(found: Mapping[str, Any]) -> str:
    if not found["applies"]:
        return "does not apply"
    return (
        f"rank-1 {100 * found['rank1'][0]:.0f} %, bits {found['bits'][0]:.2f}, "
        f"accused {100 * found['accused'][0]:.0f} %, {found['cpu_s']:.2f} s"
    )


def _write(path: Path, known: Mapping[str, object], args: argparse.Namespace, among: int) -> None:
    weights = hashlib.sha256(args.prior.read_bytes()).hexdigest()
    about = {
        "weights": weights, "samples": args.samples, "steps": args.steps,
        "seed": args.seed, "among": among, "width_px": WIDTH_PX, "part": args.part,
    }  # fmt: skip
    part = path.with_suffix(".part")
    part.write_text(json.dumps({**known, "about": about}), encoding="utf-8")
    part.replace(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, help="one folder a person")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="figures, JSON")
    parser.add_argument("--people", type=int, default=100, help="the first by name")
    parser.add_argument("--searched", type=int, help="only so many of them, among all")
    parser.add_argument("--part", choices=["select", "test"], default="test")
    parser.add_argument("--rows", nargs="*", default=ROWS)
    parser.add_argument("--attackers", nargs="*")
    parser.add_argument("--prior", type=Path, default=FOLDER / f"{WEIGHTS}.onnx")
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    cv2.setNumThreads(1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
