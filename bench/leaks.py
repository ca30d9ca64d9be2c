"""``make bench-leak``: how far people can still be told apart after each redaction.

Prints the table and writes docs/leak-table.md from it. Whatever is found stays in a cache under the
code that found it, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from efface.report.study import page
from efface.study.frames import MOVING_NAMES
from efface.study.jobs import Material, jobs_of, results
from efface.study.rows import CLEAR, every_row

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure what is not there yet, then write the page."""
    args = _arguments()
    material = Material(args.faces, args.surroundings, args.cache, args.people)
    todo = jobs_of(
        args.rows,
        moving=() if "moving" in args.without else args.moving,
        context=args.surroundings is not None and "context" not in args.without,
    )
    clock = _Clock([job.weight for job in todo])
    found: dict[str, dict[str, dict[str, Any]]] = {"row": {}, "moving": {}, "context": {}}
    for job, result in results(todo, material, processes=args.jobs, progress=_looked):
        found[job.kind][job.name] = result
        clock.tick(job.weight, f"{job.kind} {job.name}")
        if args.page is not None and CLEAR.name in found["row"]:
            _write(args.page, found, clock)  # as far as it goes, should the run be stopped
    print("\n".join(_lines(found, clock)))


def _lines(found: Mapping[str, Mapping[str, Any]], clock: _Clock) -> list[str]:
    return page.lines(found["row"], found["moving"], found["context"], clock.spent)


def _write(path: Path, found: Mapping[str, Mapping[str, Any]], clock: _Clock) -> None:
    path.write_text("\n".join(_lines(found, clock)) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=Path, required=True, help="folder of people, cfp-dev")
    parser.add_argument("--surroundings", type=Path, help="folder of people in videos, ytf-dev")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache" / "leak")
    parser.add_argument("--page", type=Path, help="where the page is written; else only printed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--people", type=int, help="of each part only so many, for a quick look")
    parser.add_argument("--rows", nargs="*", choices=[row.name for row in every_row()])
    parser.add_argument("--moving", nargs="*", choices=MOVING_NAMES, default=MOVING_NAMES)
    parser.add_argument("--without", nargs="*", default=[], choices=["moving", "context"])
    return parser.parse_args()


def _looked(done: int, of: int) -> None:
    if done % 100 == 0:
        print(f"faces found in {done} of {of} pictures", file=sys.stderr, flush=True)


class _Clock:
    """How much is done, and how long the rest will take."""

    def __init__(self, weights: Iterable[float]) -> None:
        self._start = time.monotonic()
        self._total = sum(weights)
        self._done = 0.0

    @property
    def spent(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._start

    def tick(self, weight: float, name: str) -> None:
        """Say that something is done."""
        self._done += weight
        spent = self.spent
        left = spent * (self._total - self._done) / self._done
        share = 100 * self._done / self._total
        print(
            f"{share:3.0f} %  {name}; {spent / 60:.0f} min spent, about {left / 60:.0f} min left",
            file=sys.stderr,
            flush=True,
        )


if __name__ == "__main__":
    main()
