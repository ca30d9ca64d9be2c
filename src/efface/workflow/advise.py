"""Advice on many photos and videos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from efface.advise.leak_map import LeakMap
from efface.advise.looking import advise_media
from efface.advise.result import FileAdvice
from efface.detect.media import check_given, detected
from efface.errors import EffaceError
from efface.events import Listener, ignore
from efface.media.opening import open_media
from efface.policy import Policy
from efface.regions import Regions
from efface.regions.checks import made_for
from efface.workflow.inputs import over_inputs


def advise_file(
    path: Path,
    known: LeakMap,
    policy: Policy,
    *,
    documents: Mapping[str, Regions] | None = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileAdvice:
    """Say of each face what was done to it, what that leaves, and what to do.

    Args:
        path: only read.
        known: the map.
        policy: how faces are looked for, and limits.
        documents: regions to use instead of what is found, by SHA-256.
        allow_damaged: look at what can be read of a damaged video.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled; the regions are of another file.
    """
    media = open_media(path, policy.limits, policy.video.track)
    if documents is None:
        recall = policy.detect.recall
        regions = detected(media, recall, allow_damaged=allow_damaged, listen=listen)
    else:
        hint = "Run 'efface detect' on this file and edit that."
        regions = made_for(media.sha256, documents, path, hint=hint)
        check_given(regions, media)
    return advise_media(
        known,
        media,
        regions,
        fills=documents is None,
        allow_damaged=allow_damaged,
        listen=listen,
    )


def advise_all(
    inputs: Sequence[Path],
    known: LeakMap,
    policy: Policy,
    *,
    documents: Mapping[str, Regions] | None = None,
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[FileAdvice], list[EffaceError]]:
    """The same for every file; those that cannot be read come back as errors."""

    def advise(source: Path) -> FileAdvice:
        return advise_file(
            source, known, policy, documents=documents, allow_damaged=allow_damaged, listen=listen
        )

    return over_inputs(inputs, advise, listen)
