"""Advice on many photos and videos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from efface.advise.leak_map import LeakMap
from efface.advise.looking import advise_media
from efface.advise.result import FileAdvice
from efface.detect.media import check_given, detected
from efface.errors import EffaceError, RefusedError
from efface.events import Listener, ignore
from efface.media.opening import open_media
from efface.policy import Policy
from efface.regions import Regions
from efface.regions.checks import made_for
from efface.regions.choices import Drawn, chosen, needs_times
from efface.workflow.inputs import over_inputs


def advise_file(
    path: Path,
    known: LeakMap,
    policy: Policy,
    *,
    documents: Mapping[str, Regions] | None = None,
    draw: Sequence[Drawn] = (),
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> FileAdvice:
    """Say of each face what was done to it, what that leaves, and what to do.

    Args:
        path: only read.
        known: the map.
        policy: how faces are looked for, and limits.
        documents: regions to use instead of what is found, by SHA-256.
        draw: zones to look at instead; no faces are looked for then.
        allow_damaged: look at what can be read of a damaged video.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled; the regions are of another file, or a zone lies
            outside the picture or names a time.
    """
    media = open_media(path, policy.limits, policy.video.track)
    if draw:
        if needs_times((), draw):
            raise RefusedError("zones to look at have no times: X,Y,WIDTH,HEIGHT.", path=path)
        regions = chosen(Regions(media.media(), ()), (), draw, ())
    elif documents is None:
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
        search=documents is None and not draw,
        allow_damaged=allow_damaged,
        listen=listen,
    )


def advise_all(
    inputs: Sequence[Path],
    known: LeakMap,
    policy: Policy,
    *,
    documents: Mapping[str, Regions] | None = None,
    draw: Sequence[Drawn] = (),
    allow_damaged: bool = False,
    listen: Listener = ignore,
) -> tuple[list[FileAdvice], list[EffaceError]]:
    """The same for every file; those that cannot be read come back as errors."""

    def advise(source: Path) -> FileAdvice:
        return advise_file(
            source,
            known,
            policy,
            documents=documents,
            draw=draw,
            allow_damaged=allow_damaged,
            listen=listen,
        )

    return over_inputs(inputs, advise, listen)
