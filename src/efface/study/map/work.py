"""All cells, in processes of their own; what was found stays in a cache, so that a run that was
stopped goes on where it was."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from efface.study.map import looks
from efface.study.map.cell import measured
from efface.study.map.design import MapCell, every_row
from efface.study.map.folder import People
from efface.study.map.material import REFERENCE_PX, SmallDataset, SmallRun


@dataclass(frozen=True)
class MapWork:
    """What every process has to know."""

    people: People
    cache: Path
    """Folder of what was found before."""
    quick: bool
    seed: int

    @property
    def folder(self) -> Path:
        """Of the cache, for these people and this kind of run."""
        kind = "quick" if self.quick else "full"
        return self.cache / f"{kind}-{self.people.digest}"

    def run(self, width_px: float) -> SmallRun:
        """Rows on faces of one width."""
        return SmallRun(self._data(width_px), self.folder, SmallRun(self._data(), self.folder))

    def _data(self, width_px: float = REFERENCE_PX) -> SmallDataset:
        people = self.people
        return SmallDataset.of(people.pictures, people.faces, width_px, mirrored=False)


def found_in(
    work: MapWork, cells: Sequence[MapCell], *, processes: int
) -> Iterator[tuple[MapCell, dict[str, Any]]]:
    """Every cell's result, as they come.

    Args:
        cells: of the design.
        processes: how many work side by side; 1: this one works.
    """
    if processes == 1:
        runs: dict[float, SmallRun] = {}
        with threadpool_limits(1, user_api="blas"):  # on such small arrays more are slower
            for cell in cells:
                yield cell, _measured(work, runs, cell)
        return
    _ = work.run(REFERENCE_PX).clear  # once, and before processes would find it side by side
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, start, initializer=_begin, initargs=(work,)) as pool:
        running = {pool.submit(_one, cell.kind.row.name, cell.width_px): cell for cell in cells}
        try:
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_WORK: list[MapWork] = []
_RUNS: dict[float, SmallRun] = {}
"""Of this process."""


def _begin(work: MapWork) -> None:
    """One thread a process: several wait for each other busily, and cost many times as much."""
    os.environ["OMP_NUM_THREADS"] = "1"  # read where networks are compiled
    cv2.setNumThreads(1)
    threadpool_limits(1, user_api="blas")
    _WORK.append(work)


def _one(row: str, width_px: int) -> dict[str, Any]:
    """A cell by its name: rows are functions, which do not cross to another process."""
    kind = next(one for one in every_row() if one.row.name == row)
    return _measured(_WORK[-1], _RUNS, MapCell(kind, width_px))


def _measured(work: MapWork, runs: dict[float, SmallRun], cell: MapCell) -> dict[str, Any]:
    """
    Args:
        runs: those that were begun, by the width of their faces.
    """
    if cell.width_px not in runs:
        runs[cell.width_px] = work.run(cell.width_px)
    run = runs[cell.width_px]
    folder = work.folder / "cells"
    found = measured(run, cell, folder, quick=work.quick, seed=work.seed)
    if cell.kind.looks and cell.width_px in looks.WIDTHS:
        found["looks"] = looks.measured(run, cell, folder, seed=work.seed)
    return found
