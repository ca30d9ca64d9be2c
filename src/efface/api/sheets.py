"""Each track of a video over time, to be checked at a glance: ``efface.contact_sheet``."""

from __future__ import annotations

from pathlib import Path

from efface.arguments import (
    AnyPath,
    GivenPolicy,
    GivenRegions,
    all_regions,
    path_from,
    reading_policy,
)
from efface.events import Listener, ignore
from efface.workflow.contact_sheet import COLUMNS, SheetOrder, make_contact_sheet, sheet_name


def contact_sheet(
    path: AnyPath,
    out: AnyPath | None = None,
    *,
    policy: GivenPolicy = None,
    regions: GivenRegions = None,
    redacted: bool = False,
    columns: int = COLUMNS,
    allow_damaged: bool = False,
    overwrite: bool = False,
    listen: Listener = ignore,
) -> tuple[Path, ...]:
    """Draw each track's frames over time: a row a track, with the frames before and after it. Of an
    original it shows every face: delete it after use.

    Args:
        path: the video; it is only read.
        out: PNG, of the first page; ``NAME.contact-sheet.png`` beside the video by default.
        policy: the defaults when left out.
        regions: what is shown, instead of the faces that are found.
        redacted: the video is a redacted copy of the file that the regions belong to: its zones are
            drawn.
        columns: frames of each track at most; 4 or more.
        allow_damaged: show what can be read of a damaged video.
        overwrite: replace pages that exist.
        listen: receives progress events.

    Returns:
        The pages' names.

    Raises:
        NoFaceError: there is no track to show.
        RefusedError: it is no video, the regions are of another one, or a name is taken.
        InputError: something cannot be read whole.
        OutputError: a page cannot be written; then none is there.
    """
    source, chosen = path_from(path), reading_policy(policy)
    target = sheet_name(source) if out is None else path_from(out)
    sheet = SheetOrder(target, chosen.zones, columns, redacted, allow_damaged, overwrite)
    return make_contact_sheet(source, sheet, chosen, all_regions(regions), listen)
