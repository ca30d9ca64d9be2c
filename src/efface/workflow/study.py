"""A study: a folder of people in, the map of what redactions leave out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from efface.errors import RefusedError
from efface.events import BatchStarted, FileFinished, FileStarted, Listener, StepStarted, ignore
from efface.files.appearing import output_error, writing
from efface.files.lock import locked
from efface.report.study.charts import check
from efface.report.study.map_page import map_page
from efface.study.map.design import cells
from efface.study.map.document import document, joined
from efface.study.map.folder import FULL, QUICK, people_of
from efface.study.map.form import StudyDocument
from efface.study.map.tables import as_csv, as_map
from efface.study.map.work import MapWork, found_in

CACHE = "cache"
"""Folder of what was found before: also templates of the people."""

NAMES = ("study.json", "study.csv", "map.toml", "study.html")


@dataclass(frozen=True, slots=True)
class StudyOrder:
    """What is asked for."""

    quick: bool = False
    seed: int = 0
    jobs: int = 1
    """Processes that work side by side."""
    only: tuple[str, ...] = ()
    """Methods; all when empty."""
    widths: tuple[int, ...] = ()
    """Of faces, pixels; all when empty."""


def make_study(
    dataset: Path, out: Path, order: StudyOrder, listen: Listener = ignore
) -> StudyDocument:
    """Measure what is not there yet, and write the map.

    Raises:
        RefusedError: too few people, a folder that is not a study's, or no such method.
        InputError: the data cannot be read.
        OutputError: nothing can be written there.
    """
    check()
    design = partial(cells, quick=order.quick, only=order.only, widths=order.widths)
    design()  # a wrong name is told before the work
    with _home(dataset, out) as cache:
        people = people_of(
            dataset,
            QUICK if order.quick else FULL,
            cache,
            seed=order.seed,
            progress=lambda done, of: listen(StepStarted(dataset, "detect", done, of)),
        )
        todo = design(most_px=people.width_px)
        listen(BatchStarted(len(todo)))
        found: dict[str, dict[str, Any]] = {}
        work = MapWork(people, cache, order.quick, order.seed)
        listen(FileStarted(dataset, 0))
        for cell, result in found_in(work, todo, processes=order.jobs):
            listen(FileFinished(Path(cell.name), len(found), 0))
            found[cell.name] = result
        study = document(
            people, dataset, todo, found, quick=order.quick, seed=order.seed, only=order.only
        )
        before = _before(out)
        if before is not None:
            study = joined(before, study)
        _write(out, study)
    return study


@contextmanager
def _home(dataset: Path, out: Path) -> Iterator[Path]:
    """The study's folder, its alone while it works; gives its cache."""
    if out.resolve() == dataset.resolve() or dataset.resolve() in out.resolve().parents:
        raise RefusedError(
            "the study would be written among the people.", path=out, hint="Give another -o."
        )
    cache = out / CACHE
    try:
        if out.exists() and not out.is_dir():
            raise RefusedError("there is a file of this name.", path=out, hint="Give another -o.")
        if out.is_dir() and any(out.iterdir()) and not cache.is_dir():
            raise RefusedError(
                "the folder is not empty, and no study is in it.",
                path=out,
                hint="Give a new folder, or that of a study that was stopped.",
            )
        cache.mkdir(parents=True, exist_ok=True)
        cache.chmod(0o700)
    except OSError as error:
        raise output_error(out, error) from error
    with locked(cache / "lock"):
        yield cache


def _before(out: Path) -> StudyDocument | None:
    """What earlier parts wrote; ``None``: nothing that can be read."""
    try:
        return msgspec.json.decode((out / NAMES[0]).read_bytes(), type=StudyDocument)
    except (OSError, ValueError):
        return None


def _write(out: Path, study: StudyDocument) -> None:
    text = msgspec.json.format(msgspec.json.encode(study), indent=1).decode()
    contents = (text + "\n", as_csv(study), as_map(study), map_page(study))
    for name, content in zip(NAMES, contents, strict=True):
        with writing(out / name, overwrite=True) as file:
            file.write(content.encode("utf-8", "replace"))
