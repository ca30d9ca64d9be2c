"""Where the faces are: ``efface.detect``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from efface.arguments import AnyPath, GivenPolicy, path_from, reading_policy
from efface.arrays import detect_in_array
from efface.errors import EffaceError
from efface.events import Listener, ignore
from efface.regions import Box, Regions, Track
from efface.regions.documents import regions_document
from efface.regions.form import BoxEntry, MediaEntry, RegionsDocument, TrackEntry
from efface.words import Recall
from efface.workflow.detect import detect_file, find_all
from efface.workflow.redact.counts import counted

__all__ = [
    "Box", "BoxEntry", "MediaEntry", "Regions", "RegionsDocument", "Track", "TrackEntry", "counted",
    "detect", "detect_all", "regions_document",
]  # fmt: skip


def detect(
    path: AnyPath | NDArray[Any],
    *,
    recall: Recall | None = None,
    policy: GivenPolicy = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> Regions:
    """Find the faces in one photo or video, or in a picture held as an array.

    Args:
        path: the file; or uint8, shape (height, width) grey, (height, width, 3) RGB or (height,
            width, 4) RGBA, upright.
        recall: how hard to look; the policy's when left out.
        policy: the defaults when left out.
        allow_damaged: look at what can be read of a damaged video.
        listen: receives progress events of a file.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
        ValueError: there is no such recall, or the array's dtype or shape is another.
        TypeError: it is neither a path nor an array.
    """
    chosen = reading_policy(policy, recall)
    if isinstance(path, np.ndarray):
        return detect_in_array(path, chosen)
    source = path_from(path, "the path of a file, or an array (numpy.asarray(image))")
    return detect_file(source, chosen, allow_damaged=allow_damaged, listen=listen)


def detect_all(
    paths: Sequence[AnyPath],
    *,
    policy: GivenPolicy = None,
    preview: AnyPath | None = None,
    overwrite: bool = False,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[Regions], list[EffaceError]]:
    """Find the faces in many photos and videos, folders opened; one bad file does not stop the
    others.

    Args:
        paths: files and folders.
        policy: the defaults when left out.
        preview: where a picture with numbered boxes goes (for one photo; it shows the faces).
        overwrite: replace a preview that exists.
        allow_damaged: look at what can be read of damaged videos.
        listen: receives progress events.

    Returns:
        What was found, and an error for each file that it could not be looked for in; after an
        interruption a ``StoppedError`` for each that was not looked at.

    Raises:
        RefusedError: the folders are empty, or the policy is not valid.
    """
    return find_all(
        [path_from(path) for path in paths],
        reading_policy(policy),
        preview=None if preview is None else Path(preview),
        overwrite=overwrite,
        allow_damaged=allow_damaged,
        listen=listen,
    )
