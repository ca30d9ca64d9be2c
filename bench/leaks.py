"""``make bench-leak``: how far people can still be told apart after each redaction.

Prints the table and writes docs/leak-table.md from it. Whatever is found stays in a cache under the
code that found it, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from leak import context, moving, page
from leak.faces import faces_of
from leak.features import Dataset
from leak.people import pictures, videos
from leak.rows import CLEAR, ROWS, Row, every_row
from leak.study import Run, result

HERE = Path(__file__).resolve().parent

FIRST = ("gaussian-0.20", "deface-blur", "deface-mosaic", "cells-8", "solid-1.3", "solid-default")
"""Rows that come first, with their controls: what they say is what one wants to know first."""


LATER = ("cells-12", "cells-6", "openscrub")
"""Rows between others of the same kind."""


def main() -> None:
    """Measure what is not there yet, then write the page."""
    args = _arguments()
    todo = list(_jobs(args))
    clock = _Clock([job.weight for job in todo])
    found: dict[str, dict[str, dict[str, Any]]] = {"row": {}, "moving": {}, "context": {}}
    _prepare(args)
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.jobs, start, initializer=_one_thread) as pool:
        running: dict[Future[dict[str, Any]], _Job] = {
            pool.submit(_done, job, args.faces, args.surroundings, args.cache, args.people): job
            for job in todo
        }
        for future in as_completed(running):
            job = running[future]
            found[job.kind][job.name] = future.result()
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
    parser.add_argument("--moving", nargs="*", choices=moving.ROWS, default=moving.ROWS)
    parser.add_argument("--without", nargs="*", default=[], choices=["moving", "context"])
    return parser.parse_args()


@dataclass(frozen=True, slots=True)
class _Job:
    """One piece of the table."""

    kind: str
    """``row``, ``moving`` or ``context``."""
    name: str
    weight: float
    """Of its cost; rough."""


def _jobs(args: argparse.Namespace) -> Iterator[_Job]:
    wanted = [row for row in every_row() if args.rows is None or row.name in args.rows]
    needed = {row.control for row in wanted} | {CLEAR.name} | {row.name for row in wanted}
    rows = [row for row in every_row() if row.name in needed]
    rows.sort(key=lambda row: (not _early(row), "noise" in row.name, row.name in LATER))
    for row in rows:
        yield _Job("row", row.name, 4 if row.inverted else 1)
    if args.surroundings is not None and "context" not in args.without:
        for index, _ in enumerate(context.GROWTHS):
            yield _Job("context", str(index), 1)
    if "moving" not in args.without:
        for name in args.moving:
            yield _Job("moving", name, 8)


def _early(row: Row) -> bool:
    first = [one for one in ROWS if one.name in FIRST]
    return row == CLEAR or row in first or row.name in {one.control for one in first}


def _prepare(args: argparse.Namespace) -> None:
    """Look for the faces, once and before processes would do it side by side."""
    _dataset(args.faces, args.cache, args.people, loud=True)
    if args.surroundings is not None:
        _surroundings(args.surroundings, args.cache)


def _dataset(folder: Path, cache: Path, people: int | None, loud: bool = False) -> Dataset:
    found = pictures(folder, people)
    paths = [picture.path for picture in found]

    def progress(done: int, of: int) -> None:
        if loud and done % 100 == 0:
            print(f"faces found in {done} of {of} pictures", file=sys.stderr, flush=True)

    return Dataset(found, faces_of(paths, cache / "faces-places.npz", progress))


def _surroundings(
    folder: Path, cache: Path
) -> tuple[tuple[tuple[Path, ...], ...], dict[Path, Any]]:
    people = videos(folder)
    paths = [path for of in people for path in of]
    faces = faces_of(paths, cache / "surroundings-places.npz")
    return people, dict(zip(paths, faces, strict=True))


def _one_thread() -> None:
    cv2.setNumThreads(1)


_RUNS: dict[tuple[Path, int | None], Run] = {}
"""Of this process: pictures are read and networks compiled once for all of its jobs."""


def _done(
    job: _Job, faces: Path, surroundings: Path | None, cache: Path, people: int | None
) -> dict[str, Any]:
    if job.kind == "context":
        assert surroundings is not None
        found, where = _surroundings(surroundings, cache)
        return context.result(found, where, context.GROWTHS[int(job.name)], cache)
    run = _RUNS.get((faces, people))
    if run is None:
        run = _RUNS[faces, people] = Run(_dataset(faces, cache, people), cache)
    if job.kind == "moving":
        film = next(film for film in moving.FILMS if film.name == job.name)
        return moving.result(run.data, run.study, run.clear, film, cache)
    return result(run, next(row for row in every_row() if row.name == job.name))


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
