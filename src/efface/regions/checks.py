"""Whether regions are those of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from efface.errors import RefusedError
from efface.regions.model import Media, Regions


def made_for(digest: str, documents: Mapping[str, Regions], path: Path, *, hint: str) -> Regions:
    """The document that was made for a file.

    Args:
        digest: SHA-256 of the file, hexadecimal.
        documents: by the same.
        path: of the file.
        hint: what to do when there is none.

    Raises:
        RefusedError: there is none.
    """
    if digest not in documents:
        names = ", ".join(sorted({regions.media.file for regions in documents.values()}))
        raise RefusedError(
            f"the regions were made for other files ({names}), by SHA-256.", path=path, hint=hint
        )
    return documents[digest]


def check_regions(regions: Regions, media: Media, path: Path, *, counted: bool = True) -> None:
    """Refuse regions that were made for another file.

    Args:
        media: of the file.
        counted: its number of frames is known; that of a video is once it has been decoded.

    Raises:
        RefusedError: hash, size or number of frames differ.
    """
    if regions.media.sha256.lower() != media.sha256:
        raise RefusedError(
            f"the regions were made for another file ({regions.media.file!r}, other SHA-256).",
            path=path,
            hint="Run 'efface detect' on this file and edit that.",
        )
    theirs = regions.media
    ours = media if counted else replace(media, frames=theirs.frames)
    if (theirs.kind, theirs.frames) != (ours.kind, ours.frames):
        raise RefusedError(
            f"the regions are for a file of kind {theirs.kind!r} with {theirs.frames} frame(s), "
            f"this is one of kind {ours.kind!r} with {ours.frames}.",
            path=path,
            hint="Run 'efface detect' on this file and edit that.",
        )
    for frame in range(ours.frames):
        if theirs.size(frame) != ours.size(frame):
            raise RefusedError(
                "the regions say that frame {} has {}x{} pixels, in the file it has {}x{}.".format(
                    frame, *theirs.size(frame), *ours.size(frame)
                ),
                path=path,
                hint="State every page of another size under media.pages, as 'efface detect' does.",
            )
    for track in regions.tracks:
        for box in track.every_box():
            width, height = ours.size(box.frame)
            if not box.touches(width, height):
                raise RefusedError(
                    f"track {track.id!r} has a box outside the picture of {width}x{height} pixels "
                    f"(frame {box.frame}).",
                    path=path,
                    hint="Boxes are x, y of the top-left corner, width, height, in pixels of the "
                    "upright picture.",
                )
