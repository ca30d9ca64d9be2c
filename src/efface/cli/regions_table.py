"""What people read of regions, on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from efface.api.detection import Box, Regions, Track, counted
from efface.cli.text import say


def print_regions(found: Sequence[Regions]) -> None:
    """A table of tracks, on stdout."""
    for regions in found:
        media = regions.media
        say(
            f"{media.file}: {media.width}x{media.height}, {media.frames} frame(s), "
            f"{counted(regions).words()}"
        )
        for track in regions.tracks:
            if media.kind == "video":
                say(f"  {track.id:>5}  {_span(track, media.time_base)}")
                continue
            for box in track.boxes:
                say(f"  {track.id:>5}  {place_of(box)}")
        for track in regions.doubts():
            say(f"  {track.id:>5}  {place_of(track.boxes[0])}  doubtful: not counted as a face")


def _span(track: Track, time_base: str | None) -> str:
    """Where in a video a track lies, and how large it is."""
    first, last = track.boxes[0], track.boxes[-1]
    largest = max(track.boxes, key=lambda box: box.height)
    best = max((box.score for box in track.boxes if box.score is not None), default=None)
    score = "" if best is None else f"  best score {best:.2f}"
    when = ""
    if time_base and first.pts is not None and last.pts is not None:
        base = Fraction(time_base)
        when = f" ({float(first.pts * base):.2f} to {float(last.pts * base):.2f} s)"
    return (
        f"frames {first.frame} to {last.frame}{when}  up to {largest.width:.0f}x"
        f"{largest.height:.0f}{score}"
    )


def place_of(box: Box) -> str:
    """Where a box lies and how sure the detector was."""
    score = "" if box.score is None else f"  score {box.score:.2f}"
    return (
        f"frame {box.frame}  {box.width:.0f}x{box.height:.0f} at ({box.x:.0f}, {box.y:.0f}){score}"
    )
