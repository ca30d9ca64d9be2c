"""What a study consists of, job by job, in processes of their own.

Whatever is found stays in a cache under the code that found it, so that a study that was stopped
goes on where it was.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2

from efface.study import context as around
from efface.study import frames
from efface.study.context import GROWTHS
from efface.study.faces import PlacedFace, Progress, faces_of
from efface.study.features import Dataset
from efface.study.people import pictures, videos
from efface.study.results import result
from efface.study.rows import CLEAR, ROWS, StudyRow, every_row
from efface.study.run import StudyRun

FIRST = ("gaussian-0.20", "deface-blur", "deface-mosaic", "cells-8", "solid-1.3", "solid-default")
"""Rows that come first, with their controls: what they say is what one wants to know first."""

LATER = ("cells-12", "cells-6", "openscrub")
"""Rows between others of the same kind."""


@dataclass(frozen=True, slots=True)
class StudyJob:
    """One piece of the table."""

    kind: Literal["row", "moving", "context"]
    name: str
    """Of the row; of ``context``, the index of the zone's size."""
    weight: float
    """Of its cost; rough."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a study works on."""

    faces: Path
    """A folder a person, as ``people.pictures`` reads it."""
    surroundings: Path | None
    """A folder a person, as ``people.videos`` reads it; ``None``: context is not measured."""
    cache: Path
    """Folder of what was found before."""
    people: int | None = None
    """Of each part only so many; ``None``: all."""

    def dataset(self, progress: Progress | None = None) -> Dataset:
        """The pictures of people with their faces, looked for where they are not known yet."""
        found = pictures(self.faces, self.people)
        paths = [picture.path for picture in found]
        return Dataset(found, faces_of(paths, self.cache / "faces-places.npz", progress))

    def videos(self) -> tuple[Sequence[Sequence[Path]], Mapping[Path, PlacedFace]]:
        """Of each person a picture a video, and the face of each picture.

        Raises:
            ValueError: there are no surroundings.
        """
        if self.surroundings is None:
            raise ValueError("expected a folder of people in videos, got none")
        people = videos(self.surroundings)
        paths = [path for of in people for path in of]
        found = faces_of(paths, self.cache / "surroundings-places.npz")
        return people, dict(zip(paths, found, strict=True))


def jobs_of(
    rows: Collection[str] | None, *, moving: Sequence[str], context: bool
) -> list[StudyJob]:
    """The jobs for these rows, those first that say most.

    Args:
        rows: names of rows, to which their controls and the clear row come; ``None``: all.
        moving: names of rows of many frames.
        context: whether what is left around the zone is measured.
    """
    wanted = [row for row in every_row() if rows is None or row.name in rows]
    needed = {row.control for row in wanted} | {CLEAR.name} | {row.name for row in wanted}
    found = [row for row in every_row() if row.name in needed]
    found.sort(key=lambda row: (not _early(row), "noise" in row.name, row.name in LATER))
    jobs = [StudyJob("row", row.name, 4 if row.inverted else 1) for row in found]
    if context:
        jobs += [StudyJob("context", str(index), 1) for index in range(len(GROWTHS))]
    return jobs + [StudyJob("moving", name, 8) for name in moving]


def _early(row: StudyRow) -> bool:
    first = [one for one in ROWS if one.name in FIRST]
    return row == CLEAR or row in first or row.name in {one.control for one in first}


def results(
    jobs: Sequence[StudyJob],
    material: Material,
    *,
    processes: int,
    progress: Progress | None = None,
) -> Iterator[tuple[StudyJob, dict[str, Any]]]:
    """Every job's result as plain JSON types, as they come.

    Args:
        processes: how many work side by side.
        progress: told how many pictures of how many have been looked at for faces.
    """
    material.dataset(progress)  # once, and before processes would look side by side
    if material.surroundings is not None:
        material.videos()
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, start, initializer=_one_thread) as pool:
        running: dict[Future[dict[str, Any]], StudyJob] = {
            pool.submit(_done, job, material): job for job in jobs
        }
        for future in as_completed(running):
            yield running[future], future.result()


def _one_thread() -> None:
    cv2.setNumThreads(1)


_RUNS: dict[Material, StudyRun] = {}
"""Of this process: pictures are read and networks compiled once for all of its jobs."""


def _done(job: StudyJob, material: Material) -> dict[str, Any]:
    if job.kind == "context":
        found, where = material.videos()
        return around.result(found, where, GROWTHS[int(job.name)], material.cache)
    run = _RUNS.get(material)
    if run is None:
        run = _RUNS[material] = StudyRun(material.dataset(), material.cache)
    if job.kind == "moving":
        row = next(row for row in frames.MOVING if row.name == job.name)
        return frames.result(run.data, run.splits, run.clear, row, material.cache)
    return result(run, next(row for row in every_row() if row.name == job.name))
