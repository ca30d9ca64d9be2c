"""``make bench-gate``: how often the gate of ``efface attack`` is wrong. Writes
attack/calibration.toml (``efface.study.gate``)."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from efface.attack.red_team.calibration import FailedShare
from efface.attack.red_team.strength import Strength
from efface.study.faces import faces_of
from efface.study.gate import stronger
from efface.study.gate.answers import GateAnswer, GateJob, answers, chosen
from efface.study.gate.document import document, known, table
from efface.study.gate.trials import TRIALS

TABLE_PICTURES = 8
"""To which the strengths of tools are fitted."""


def main() -> None:
    """Measure and write."""
    args = _arguments()
    paths = chosen(args.folders, args.faces)
    faces = faces_of(paths, args.cache / "gate-places.npz")
    kept = known() if args.missing else {}
    strengths = _strengths(args.table_people, args.cache)
    jobs = [
        GateJob(index, n, fitted_only=trial.name in kept)
        for index, trial in enumerate(TRIALS)
        for n in range(min(len(paths), args.faces if trial.key == "constant" else args.weak))
        if trial.name not in kept or (trial.key == "weak" and kept[trial.name].kind is None)
    ]
    found: dict[int, list[GateAnswer]] = {}
    start = time.monotonic()
    said = answers(jobs, paths, faces, processes=args.jobs)
    for done, (job, answer) in enumerate(said, start=1):
        if answer is not None:
            found.setdefault(job.trial, []).append(answer)
        if done % 10 == 0:
            spent = time.monotonic() - start
            left = spent * (len(jobs) - done) / done / 60
            print(f"{done} of {len(jobs)}, {left:.0f} min left", file=sys.stderr, flush=True)
        if done < len(jobs) and jobs[done].trial != job.trial:  # a row is whole: nothing gets lost
            _write(args, found, kept, strengths)
    _write(args, found, kept, strengths)
    print(args.out.read_text(encoding="utf-8"))


def _arguments() -> argparse.Namespace:
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
    return parser.parse_args()


def _write(
    args: argparse.Namespace,
    found: dict[int, list[GateAnswer]],
    kept: dict[str, FailedShare],
    strengths: dict[str, Strength],
) -> None:
    rows = table(args.table, strengths, found, kept)
    args.out.write_text(document(found, args.folders, kept, rows), encoding="utf-8")


def _strengths(people: Path | None, cache: Path) -> dict[str, Strength]:
    """Of the leak table's rows; tools' only where its pictures are at hand to fit them to."""
    strengths = stronger.defined()
    if people is not None:
        found = sorted(people.glob("*/f01.jpg"))
        paths = found[:: max(1, len(found) // TABLE_PICTURES)][:TABLE_PICTURES]
        strengths |= stronger.fitted(paths, faces_of(paths, cache / "gate-table-places.npz"))
    return strengths


if __name__ == "__main__":
    main()
