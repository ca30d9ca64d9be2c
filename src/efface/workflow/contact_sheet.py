"""Contact sheets of a video: decode once, keep small crops, write the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from efface.detect.media import check_given, detected
from efface.errors import NoFaceError, RefusedError
from efface.events import Listener, StepStarted, ignore
from efface.files.appearing import check_target, writing
from efface.media.opening import open_media
from efface.media.video.interface import Movie
from efface.policy import Policy, ZonePolicy
from efface.regions import Media, Regions, Track
from efface.regions.checks import made_for
from efface.report.contact_sheet import ROWS, Row, draw_page
from efface.workflow.cells import Cut, Want, cut, wants
from efface.workflow.redact.counts import counted

COLUMNS = 10
"""Cells in a row, unless asked otherwise."""

_TOLD_EVERY = 50
"""Frames between two events of progress."""


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """What is asked for."""

    target: Path
    """Of the first page; further ones get ``-2``, ``-3``, … before the ending."""
    zones: ZonePolicy
    columns: int = COLUMNS
    redacted: bool = False
    """The video is a redacted copy of the file that the regions belong to: zones are drawn."""
    allow_damaged: bool = False
    """Show what can be read of a damaged video."""
    overwrite: bool = False


def sheet_name(source: Path) -> Path:
    """``NAME.contact-sheet.png`` beside the input."""
    return source.with_name(f"{source.stem}.contact-sheet.png")


def check_sheet(source: Path, sheet: SheetOrder, pages: int = 1) -> tuple[Path, ...]:
    """The names of the pages.

    Raises:
        RefusedError: a name does not end in ``.png``, is the input's, or is taken.
    """
    target = sheet.target
    if target.suffix.lower() != ".png":
        raise RefusedError(
            "a contact sheet is a PNG.", path=target, hint="Give a name that ends in .png."
        )
    others = [target.with_stem(f"{target.stem}-{page}") for page in range(2, pages + 1)]
    for name in (target, *others):
        check_target(source, name, sheet.overwrite)
    return (target, *others)


def make_contact_sheet(
    source: Path,
    sheet: SheetOrder,
    policy: Policy,
    regions: Mapping[str, Regions] | None = None,
    listen: Listener = ignore,
) -> tuple[Path, ...]:
    """Write the contact sheet of a video, with given regions or those that are found.

    Args:
        regions: by SHA-256 of the file they were made for.

    Returns:
        The pages' names.

    Raises:
        EffaceError: as of ``write_contact_sheet``; also when it is no video, or cannot be read, or
            the regions are of another file.
    """
    media = open_media(source, policy.limits, policy.video.track)
    if not isinstance(media, Movie):
        raise RefusedError(
            "a contact sheet is of a video.",
            path=source,
            hint="'efface detect --preview' numbers the faces of a photo.",
        )
    check_sheet(source, sheet)
    if regions is None:
        recall = policy.detect.recall
        found = detected(media, recall, allow_damaged=sheet.allow_damaged, listen=listen)
    else:
        found = _of_original(source, regions) if sheet.redacted else _own(media, regions)
    return write_contact_sheet(media, found, sheet, listen)


def _own(movie: Movie, regions: Mapping[str, Regions]) -> Regions:
    hint = "If it is the redacted copy of that file, add --redacted."
    own = made_for(movie.sha256, regions, movie.path, hint=hint)
    check_given(own, movie)
    return own


def _of_original(source: Path, regions: Mapping[str, Regions]) -> Regions:
    if len(regions) != 1:
        raise RefusedError(
            f"there are regions of {len(regions)} files.",
            path=source,
            hint="With --redacted give one document: the regions of the original.",
        )
    (only,) = regions.values()
    if only.media.kind != "video":
        raise RefusedError(
            f"the regions are of a photo ({only.media.file}).",
            path=source,
            hint="Give the regions of the video that this one was made from.",
        )
    return only


def write_contact_sheet(
    movie: Movie, regions: Regions, sheet: SheetOrder, listen: Listener = ignore
) -> tuple[Path, ...]:
    """Decode a video once and write the pages of its contact sheet.

    Returns:
        The pages' names.

    Raises:
        NoFaceError: the regions have no track.
        RefusedError: the video's frames or size are not those the regions say, or a page's name is
            taken.
        InputError: a frame cannot be decoded whole.
        OutputError: a page cannot be written; then none is there.
    """
    if not regions.tracks:
        raise NoFaceError(
            "no face was found, so that there is nothing to show.",
            path=movie.path,
            hint="That is no proof: look at the video.",
        )
    _check_same(movie, regions.media)
    rows = [*regions.tracks, *regions.doubts()]
    pages = check_sheet(movie.path, sheet, ceil(len(rows) / ROWS))
    found = _collected(movie, regions.media, rows, sheet, listen)
    with ExitStack() as stack:
        for number, page in enumerate(pages):
            some = rows[number * ROWS : (number + 1) * ROWS]
            image = draw_page(
                _title(movie, regions, number, len(pages)),
                _notes(regions, sheet),
                [_row(track, found[track.id], track not in regions.tracks) for track in some],
                sheet.columns,
            )
            image.save(stack.enter_context(writing(page, overwrite=sheet.overwrite)), "PNG")
    return pages


def _check_same(movie: Movie, media: Media, frames: int | None = None) -> None:
    """Raises ``RefusedError`` when the regions cannot be drawn on this video."""
    if movie.size != (media.width, media.height):
        there, said = f"{movie.size[0]}x{movie.size[1]}", f"{media.width}x{media.height}"
        raise RefusedError(
            f"it has {there} pixels, and the regions are of a video of {said}.",
            path=movie.path,
            hint="Are they the regions of this video, or of the one it was made from?",
        )
    if frames is not None and frames != media.frames:
        raise RefusedError(
            f"it has {frames} frames, and the regions are of a video of {media.frames}.",
            path=movie.path,
            hint="Are they the regions of this video, or of the one it was made from?",
        )


def _title(movie: Movie, regions: Regions, number: int, pages: int) -> str:
    page = f", page {number + 1} of {pages}" if pages > 1 else ""
    size = f"{movie.size[0]}x{movie.size[1]}"
    return f"{movie.path.name}: {size}, {counted(regions).words()}{page}"


def _notes(regions: Regions, sheet: SheetOrder) -> tuple[str, str]:
    blue = "Blue and dashed: the frame before or after, where it must not show a face uncovered."
    if sheet.redacted:
        return f"Zones of {regions.media.file}, as drawn there before the codec's grid.", blue
    return "This picture can show faces: delete it after use. Drawn: the face's box.", blue


def _collected(
    movie: Movie, media: Media, tracks: Sequence[Track], sheet: SheetOrder, listen: Listener
) -> dict[str, list[Cut]]:
    """Every track's cells, by its id."""
    wanted: defaultdict[int, list[Want]] = defaultdict(list)
    for track in tracks:
        for want in wants(track, media, sheet.columns):
            wanted[want.frame].append(want)
    found: defaultdict[str, list[Cut]] = defaultdict(list)
    start, frames = 0, 0
    for frame in movie.frames(allow_damaged=sheet.allow_damaged):
        start = frame.pts if not frames else start
        frames += 1
        if frame.index % _TOLD_EVERY == 0:
            listen(StepStarted(movie.path, "collect", frame.index, media.frames))
        due = wanted.get(frame.index)
        if due:
            time_s = float((frame.pts - start) * movie.coding.time_base)
            picture = frame.picture()
            for want in due:
                done = cut(picture, want, time_s, sheet.zones, draw_zone=sheet.redacted)
                found[want.track.id].append(done)
    _check_same(movie, media, frames)
    return found


def _row(track: Track, cuts: Sequence[Cut], doubtful: bool) -> Row:
    cells = [done.cell() for done in sorted(cuts, key=lambda done: done.want.column)]
    own = [cell for cell in cells if cell.place == "in"]
    frames = {box.frame for box in track.boxes}
    return Row(
        track.id,
        own[0].time_s,
        own[-1].time_s,
        max(frames) - min(frames) + 1 if track.interpolate else len(frames),
        round(max(box.height for box in track.boxes)),
        track.action == "keep",
        tuple(cells),
        doubtful,
    )
