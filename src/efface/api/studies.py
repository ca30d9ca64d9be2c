"""What redactions leave of people's faces, measured: ``efface.study``."""

from __future__ import annotations

import os
from collections.abc import Sequence

from efface.arguments import AnyPath, path_from
from efface.events import Listener, ignore
from efface.study.map.form import StudyDocument
from efface.workflow.study import NAMES, StudyOrder, make_study

__all__ = ["NAMES", "StudyDocument", "study"]


def study(
    dataset: AnyPath,
    out: AnyPath,
    *,
    quick: bool = False,
    seed: int = 0,
    jobs: int | None = None,
    only: Sequence[str] = (),
    widths: Sequence[int] = (),
    listen: Listener = ignore,
) -> StudyDocument:
    """Redact faces in many ways and sizes, attack them, and write the map of what is left.

    Args:
        dataset: a folder with one folder a person, of at least 24 people; it is only read.
        out: the folder of the map. A study that was stopped goes on there. Its ``cache`` holds
            templates of the people: delete it when the study is done.
        quick: the coarse map.
        seed: decides who is in which part; 0 or more.
        jobs: processes that work side by side; as many as there are cores when left out.
        only: methods, such as ``("gaussian", "mosaic")``; all when empty.
        widths: of faces, such as ``(20, 40)``, pixels; all when empty.
        listen: receives progress events: a cell of the map counts as a file.

    Of a study that is made in parts (``only``, ``widths``) the map has all parts that were written
    to ``out``.

    Returns:
        What is in ``study.json``.

    Raises:
        RefusedError: too few people, no such method, or a folder that holds something else.
        InputError: the folder of people cannot be read.
        OutputError: the map cannot be written.
    """
    processes = (os.cpu_count() or 1) if jobs is None else jobs
    order = StudyOrder(quick, seed, max(1, processes), tuple(only), tuple(widths))
    return make_study(path_from(dataset), path_from(out), order, listen)
