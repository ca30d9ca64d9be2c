"""How faces show, and where none was seen: ``efface.scan``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from efface.arguments import AnyPath, GivenPolicy, path_from, reading_policy
from efface.errors import EffaceError
from efface.events import Listener, ignore
from efface.report.chart import clock
from efface.scan.result import (
    JUDGEMENTS,
    LIMITS,
    FileScan,
    ScanLook,
    ScanSpan,
    scan_document,
)
from efface.words import Recall
from efface.workflow import scan as workflow

__all__ = [
    "JUDGEMENTS", "LIMITS", "FileScan", "ScanLook", "ScanSpan", "clock", "scan", "scan_all",
    "scan_document",
]  # fmt: skip


def scan(
    path: AnyPath,
    *,
    recall: Recall | None = None,
    policy: GivenPolicy = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileScan:
    """Say how the faces of one photo or video show, and where in a video none was seen.

    Args:
        path: the file; it is only read, and nothing is written.
        recall: how hard to look for faces; the policy's when left out.
        policy: the defaults when left out.
        allow_damaged: scan what can be read of a damaged video.
        listen: receives progress events.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
        ValueError: there is no such recall.
    """
    chosen = reading_policy(policy, recall)
    return workflow.scan_file(path_from(path), chosen, allow_damaged=allow_damaged, listen=listen)


def scan_all(
    paths: Sequence[AnyPath],
    *,
    policy: GivenPolicy = None,
    timeline: AnyPath | None = None,
    overwrite: bool = False,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[FileScan], list[EffaceError]]:
    """Scan many photos and videos, folders opened; one bad file does not stop the others.

    Args:
        paths: files and folders.
        policy: the defaults when left out.
        timeline: where a picture of the timeline goes (for one video; it shows no picture of it).
        overwrite: replace a timeline that exists.
        allow_damaged: scan what can be read of damaged videos.
        listen: receives progress events.

    Returns:
        The scans, and an error for each file that could not be scanned; after an interruption a
        ``StoppedError`` for each that was not.

    Raises:
        RefusedError: the folders are empty, or the policy is not valid.
    """
    return workflow.scan_all(
        [path_from(path) for path in paths],
        reading_policy(policy),
        timeline=None if timeline is None else Path(timeline),
        overwrite=overwrite,
        allow_damaged=allow_damaged,
        listen=listen,
    )
