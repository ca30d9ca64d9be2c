"""What a file carries besides pixels and sound: ``efface.inspect``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from efface.arguments import AnyPath, GivenPolicy, path_from, policy_from
from efface.documents.model import plain
from efface.media.opening import open_media
from efface.media.siblings import beside, name_findings
from efface.media.trace import Trace
from efface.workflow.shown_form import INSPECT, InspectDocument, InspectedFile

__all__ = ["Trace", "findings_document", "inspect"]


def inspect(path: AnyPath, *, policy: GivenPolicy = None) -> tuple[Trace, ...]:
    """What a photo or video carries besides its visible pixels and its sound that could show,
    locate or name someone. Photos are decoded for it.

    Raises:
        InputError: the file cannot be read whole.
        RefusedError: its format cannot be handled.
    """
    source, asked = path_from(path), policy_from(policy)
    media = open_media(source, asked.limits, asked.video.track)
    if media.kind == "image":
        for frame in media.frames():  # damage is told here as redacting would tell it
            frame.picture()
    return (*media.findings(), *name_findings(source), *beside(source))


def findings_document(
    file: Path, before: Sequence[Trace], after: Path | None, later: Sequence[Trace] | None
) -> dict[str, Any]:
    """``efface.inspect/1``: what a file carries, and perhaps another one after it was redacted."""
    second = None
    if after is not None and later is not None:
        second = InspectedFile(file=str(after), findings=list(later))
    first = InspectedFile(file=str(file), findings=list(before))
    return plain(InspectDocument(schema=INSPECT, before=first, after=second))
