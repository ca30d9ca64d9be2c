"""How often the gate of ``efface attack`` is wrong: on fills that tell nothing, on another person's
face, and on redactions that everybody knows to be weak. Writes attack/calibration.toml.

It is the very gate that users run: the same attacks, recognisers and distractors. Of each weak
redaction kind and strength are written too, as the command fits them to a zone, so that a result
can name the row that is nearest to it; and what a stronger attacker reached in the leak table.
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from efface.attack.red_team.attacking import Attacker
from efface.attack.red_team.calibration import FailedShare, Stronger, calibration
from efface.attack.red_team.people import Person, person_in
from efface.attack.red_team.running import Team, attack_person
from efface.attack.red_team.strength import Strength, strength_of
from efface.measure.intervals import clopper_pearson
from efface.policy import Policy
from leak import stronger
from leak.faces import Face, faces_of
from leak.rows import ROWS
from leak.trials import TRIALS, Trial

TABLE_PICTURES = 8
"""To which the strengths of tools are fitted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate said of one picture."""

    failed: bool
    strength: Strength | None
    """Of the redaction, as fitted; ``None``: nothing that has one."""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="pictures of one person each")
    parser.add_argument("--faces", type=int, default=100, help="for each kind of false alarm")
    parser.add_argument("--weak", type=int, default=40, help="for each weak redaction")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="calibration.toml")
    parser.add_argument("--table", type=Path, default=Path("docs/leak-table.md"))
    parser.add_argument("--table-people", type=Path, help="pictures that the table was made from")
    parser.add_argument(
        "--missing", action="store_true", help="keep rows that the same gate has measured"
    )
    args = parser.parse_args()
    paths = chosen(args.folders, args.faces)
    faces = faces_of(paths, args.cache / "gate-places.npz")
    kept = _kept() if args.missing else {}
    strengths = _strengths(args.table_people, args.cache)
    jobs = [
        (index, n)
        for index, trial in enumerate(TRIALS)
        for n in range(min(len(paths), args.faces if trial.key == "constant" else args.weak))
        if trial.name not in kept or (trial.key == "weak" and kept[trial.name].kind is None)
    ]
    answers: dict[int, list[Answer]] = {}
    start = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        args.jobs, context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        todo = [
            pool.submit(answer, index, n, paths, faces, fitted_only=TRIALS[index].name in kept)
            for index, n in jobs
        ]
        for done, ((index, _), future) in enumerate(zip(jobs, todo, strict=True), start=1):
            got = future.result()
            if got is not None:
                answers.setdefault(index, []).append(got)
            if done % 10 == 0:
                spent = time.monotonic() - start
                left = spent * (len(jobs) - done) / done / 60
                print(f"{done} of {len(jobs)}, {left:.0f} min left", file=sys.stderr, flush=True)
            if done == len(jobs) or jobs[done][0] != index:  # a row is whole: nothing gets lost
                rows = _table(args.table, strengths, answers, kept)
                text = document(answers, args.folders, kept, rows)
                args.out.write_text(text, encoding="utf-8")
    if not jobs:
        rows = _table(args.table, strengths, answers, kept)
        args.out.write_text(document(answers, args.folders, kept, rows), encoding="utf-8")
    print(args.out.read_text(encoding="utf-8"))


def _kept() -> dict[str, FailedShare]:
    """Rows by name that this gate, with these attacks and recognisers, has measured."""
    known, team = calibration(), _team()
    same = known.beside(
        (one.name for one in team.attacks), (one.name for one in team.recognisers), team.alpha
    )
    if same.differs or known.distractors != len(team.strangers):
        raise SystemExit(f"what was measured is of another gate: {'; '.join(same.differs)}")
    return {row.name: row for row in (*known.constant, *known.weak)}


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


def answer(
    index: int, n: int, paths: Sequence[Path], faces: Sequence[Face], *, fitted_only: bool = False
) -> Answer | None:
    """What the gate says of this picture; ``None``: nothing of the face was changed.

    Args:
        fitted_only: nothing is attacked, only kind and strength are fitted.
    """
    original, redacted = TRIALS[index].change(n, paths, faces)
    person = person_in(original, redacted, faces[n].box, faces[n].points)
    if person is None:
        return None
    return Answer(not fitted_only and _found(person, n), strength_of(person))


def _found(person: Person, n: int) -> bool:
    result = attack_person(person, _team(), n)
    if result.broken:
        raise RuntimeError(f"{result.broken[0].name} could not run: {result.broken[0].reason}")
    return result.found


def typical(answers: Sequence[Answer]) -> Strength | None:
    """The kind that was fitted most often, and the median of its strengths."""
    fitted = [one.strength for one in answers if one.strength is not None]
    if not fitted:
        return None
    kind = statistics.mode(one.kind for one in fitted)
    return Strength(kind, statistics.median(one.size for one in fitted if one.kind == kind))


def document(
    answers: Mapping[int, Sequence[Answer]],
    folders: Sequence[Path],
    kept: Mapping[str, FailedShare] | None = None,
    table: Sequence[Stronger] = (),
) -> str:
    """The TOML file.

    Args:
        kept: rows by name of which only kind and strength are new, if anything.
        table: what stronger attackers reach.
    """
    team, kept = _team(), kept or {}
    lines = [
        "# How often the gate fails plain fills (false alarms) and weak redactions (power), with",
        "# exact 95 % intervals, and what the strongest attacker of docs/leak-table.md reaches.",
        "# Written by bench/leak/gate.py (make bench-gate).",
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
            if trial.key == key and (trial.name in kept or index in answers):
                row = _row(trial, answers.get(index, ()), kept.get(trial.name))
                lines += ["", f"[[{key}]]", *_fields(row)]
    for reached in table:
        lines += ["", "[[stronger]]", *_fields(reached)]
    return "\n".join(lines) + "\n"


def _strengths(people: Path | None, cache: Path) -> dict[str, Strength]:
    """Of the leak table's rows; tools' only where its pictures are at hand to fit them to."""
    strengths = stronger.defined()
    if people is not None:
        found = sorted(people.glob("*/f01.jpg"))
        paths = found[:: max(1, len(found) // TABLE_PICTURES)][:TABLE_PICTURES]
        strengths |= stronger.fitted(paths, faces_of(paths, cache / "gate-table-places.npz"))
    return strengths


def _table(
    page: Path,
    strengths: Mapping[str, Strength],
    answers: Mapping[int, Sequence[Answer]],
    kept: Mapping[str, FailedShare],
) -> tuple[Stronger, ...]:
    """The leak table, with the strengths that are the gate's own."""
    titles = {row.title: row.name for row in ROWS if row.name in stronger.CUT}
    own = {}
    for index, trial in enumerate(TRIALS):
        row = (
            _row(trial, answers.get(index, ()), kept.get(trial.name))
            if (trial.name in titles and (index in answers or trial.name in kept))
            else None
        )
        if row is not None and row.kind is not None and row.strength is not None:
            own[titles[trial.name]] = Strength(row.kind, row.strength)
    return tuple(stronger.rows(page, {**strengths, **own}))


def _row(trial: Trial, answers: Sequence[Answer], known: FailedShare | None) -> FailedShare:
    fitted = typical(answers) if trial.key == "weak" else None
    kind, size = (None, None) if fitted is None else (fitted.kind, round(fitted.size, 3))
    if known is not None:
        return known if fitted is None else replace(known, kind=kind, strength=size)
    failed = sum(one.failed for one in answers)
    found = clopper_pearson(failed, len(answers))
    low, high = round(found.low, 4), round(found.high, 4)
    return FailedShare(trial.name, len(answers), failed, low, high, kind, size)


def _fields(row: FailedShare | Stronger) -> list[str]:
    return [
        f"{key} = {json.dumps(value)}" for key, value in asdict(row).items() if value is not None
    ]


if __name__ == "__main__":
    main()
