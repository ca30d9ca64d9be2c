"""What there is to say of how much is covered: a share, and notes where zones do what may not be
meant."""

from __future__ import annotations

from efface.report.shares import percent
from efface.workflow.redact.report import FileReport
from efface.zones.extent import MOSTLY, Extent

NAMED = 3
"""Pairs of tracks that a note names, at most."""


def extent_notes(extent: Extent, frames: int) -> tuple[str, ...]:
    """What zones do to each other and to kept faces, in sentences.

    Args:
        extent: of the zones as they are filled.
        frames: that the file has.
    """
    notes = []
    if extent.filling:
        names = ", ".join(sorted(extent.filling))
        notes.append(
            f"{names}: a face, or a part of one, fills the picture or half of it, so that its zone "
            "is the whole picture or nearly so."
        )
    largest = extent.share.largest
    if largest >= MOSTLY:
        where = "the picture" if frames == 1 else "a page or frame"
        notes.append(
            f"{percent(largest)} of {where} is covered: little is left to see. If that is not "
            "meant, look at the zones: the policy's zones.width and zones.height say how far they "
            "reach beyond a face, and --regions can draw them smaller."
        )
    for track, cut in sorted(extent.cut.items()):
        notes.append(f"{track} is kept, and another zone covers a part of it{_in(cut, frames)}.")
    if extent.merging:
        pairs = sorted(" and ".join(sorted(pair)) for pair in extent.merging)
        shown = ", ".join(pairs[:NAMED])
        more = f" and {len(pairs) - NAMED} more pair(s)" if len(pairs) > NAMED else ""
        notes.append(
            f"Zones that meet look like one: {shown}{more}. Count tracks, not dark patches."
        )
    return tuple(notes)


def covered_words(report: FileReport) -> str | None:
    """``12 % of the picture``, or of a frame on average and at most; none where nothing is."""
    share = report.covered
    if share is None or share.largest == 0:
        return None
    if (report.frames or 1) == 1:
        return f"{percent(share.mean)} of the picture"
    name = "page or frame" if report.video is None else "frame"
    return f"{percent(share.mean)} of a {name} on average, {percent(share.largest)} at most"


def _in(cut: int, frames: int) -> str:
    return "" if frames == 1 else f", in {cut} of {frames} frames"
