"""What a file carries besides pixels and sound: ``efface.inspect``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from efface.arguments import AnyPath, GivenPolicy, path_from, reading_policy
from efface.documents.model import plain
from efface.generate.mark import MarkFound, mark_in
from efface.media.opening import open_media
from efface.media.siblings import beside, name_findings
from efface.media.trace import Trace
from efface.workflow.shown_form import INSPECT, InspectDocument, InspectedFile

__all__ = [
    "Inspected", "MarkFound", "Trace", "drawn_face_mark", "findings_document", "inspect",
]  # fmt: skip

Inspected = tuple[Sequence[Trace], MarkFound | None]
"""What was found in a file, and the mark of a drawn face."""


def inspect(path: AnyPath, *, policy: GivenPolicy = None) -> tuple[Trace, ...]:
    """What a photo or video carries besides its visible pixels and its sound that could show,
    locate or name someone. Photos are decoded for it.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    source, asked = path_from(path), reading_policy(policy)
    media = open_media(source, asked.limits, asked.video.track)
    if media.kind == "image":
        for frame in media.frames():  # damage is told here as redacting would tell it
            frame.picture()
    return (*media.findings(), *name_findings(source), *beside(source))


def drawn_face_mark(path: AnyPath, *, policy: GivenPolicy = None) -> MarkFound | None:
    """The mark that efface leaves in faces that it draws, in a photo's first picture or in frames
    of a video's beginning; ``None``: it is not found, which does not say that it never was there.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    asked = reading_policy(policy)
    media = open_media(path_from(path), asked.limits, asked.video.track)
    step, most = (12, 600) if media.kind == "video" else (1, 1)
    return mark_in(frame.picture() for frame in islice(media.frames(), 0, most, step))


def findings_document(
    file: Path, before: Inspected, after: Path | None, later: Inspected | None
) -> dict[str, Any]:
    """``efface.inspect/1``: what a file carries, and perhaps another one after it was redacted."""
    second = None if after is None or later is None else _entry(after, later)
    return plain(InspectDocument(schema=INSPECT, before=_entry(file, before), after=second))


def _entry(file: Path, inspected: Inspected) -> InspectedFile:
    findings, mark = inspected
    deviations = None if mark is None else round(mark.deviations, 2)
    return InspectedFile(file=str(file), findings=list(findings), drawn_face_mark=deviations)
