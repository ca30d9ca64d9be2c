"""What a redacted file carries besides its visible pixels: thumbnails, trailers, text, tracks.

Every finding of ``media`` is told. The gate fails on what can show a picture, on content that
nobody can account for, and on what says who or where somebody is: a place in a published file finds
a person without any face. Times, devices and software narrow down less, and are warnings; so is a
small copy of the redacted picture itself.

Pictures are taken out and decoded where that is possible, and held against the original: a
thumbnail that shows the face as it was is then a fact and not a fear. Bytes behind the end of a
picture are looked up in the original: an editor that wrote a shorter file over a longer one
(CVE-2023-21036) leaves its end behind.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from efface.attack.interface import Leak
from efface.attack.leaks.embedded import Embedded, in_bytes, in_streams
from efface.attack.leaks.interface import FileAttack, FileCase
from efface.attack.leaks.shown import shows
from efface.attack.pair import Both
from efface.files.paths import opened
from efface.media.trace import Trace
from efface.media.video.interface import Movie

WARNED = frozenset(
    {
        "avi-frame",
        "background",
        "date",
        "device",
        "ducky",
        "edit-history",
        "efface-credentials",
        "exif",
        "group",
        "histogram",
        "icc-broken",
        "icc-header",
        "icc-name",
        "icc-private",
        "icc-profile",
        "icc-text",
        "light-level",
        "mastering-display",
        "software",
        "subject-area",
        "timecode",
        "xmp",
    }
)
"""Kinds of findings that neither show a picture nor say who or where somebody is. ``exif`` and
``xmp`` stand for the block as such: what matters in it has a kind of its own. efface's credentials
name who signed, as that person chose to be named."""
UNKNOWN_BYTES = 128
"""Smaller content that nobody can account for is a warning: a face of 16 x 16 pixels needs 256
bytes as it is, and the smallest file of a format that can be shown about 100."""
WINDOW_BYTES, MOST_WINDOWS = 32, 4096
SHARED_WINDOWS = 4
"""So many stretches of 32 bytes behind the end of the picture are the original's own by no chance;
each has at least ``LIVELY`` different bytes, so that padding is none."""
LIVELY = 12
MOST_FRAMES = 8
"""Frames of a video that a picture found in it is held against."""


class Carried(FileAttack):
    """Lists what the redacted file carries, and looks at the pictures in it."""

    name: ClassVar[str] = "carried"
    title: ClassVar[str] = "thumbnails, metadata and what else the file carries"

    def search(self, case: FileCase) -> Sequence[Leak]:
        findings = case.redacted.findings()
        with mapped(case.redacted.path) as data:
            pictures = list(_pictures(case, data))
            told = [_tail(case, found, data) for found in findings]
        shown = _judged(case, pictures)
        if pictures and all(not leak.fails for leak in shown):
            # Each picture the file announces was found, and is the redacted one.
            copies = sum(found.risk == "shows" for found in findings) <= len(pictures)
            told = [_copy(leak) if copies and f.risk == "shows" else leak
                    for leak, f in zip(told, findings, strict=True)]  # fmt: skip
        return [*shown, *told]


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """A file's bytes, without reading them all.

    Raises:
        InputError: missing, not readable, or no file.
    """
    with opened(path) as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def _pictures(case: FileCase, data: mmap.mmap) -> Iterator[Embedded]:
    movie = case.redacted
    if not isinstance(movie, Movie):
        yield from in_bytes(data)
        return
    yield from in_streams(movie)
    if movie.coding.codec != "mjpeg":  # whose frames are such pictures
        yield from in_bytes(data, text=False)


def _judged(case: FileCase, pictures: Sequence[Embedded]) -> list[Leak]:
    """A leak for each picture that was found."""
    frames = _some_frames(case) if pictures else []
    out = []
    for picture in pictures:
        size = f"{picture.pixels.shape[1]}x{picture.pixels.shape[0]} pixels"
        best = "other"
        for both in frames:
            boxes = {box: track for track, box in case.boxes(both.index)}
            what, face = shows(picture.pixels, both.original, both.redacted, tuple(boxes))
            if face is not None:
                text = f"a further picture of {size} shows face {boxes[face]} as it was"
                out.append(Leak("shown-face", picture.where, text, face=boxes[face]))
                break
            best = what if what == "redacted" else best
        else:
            if best == "redacted":
                text = f"a small copy of {size} of the redacted picture"
                out.append(Leak("redacted-copy", picture.where, text, fails=False))
            else:
                text = f"a further picture of {size}, which is not the redacted one"
                out.append(Leak("further-picture", picture.where, text))
    return out


def _some_frames(case: FileCase) -> list[Both]:
    """Frames with faces, spread over the video; the first in any case."""
    wanted = [f for f in range(_last(case) + 1) if case.boxes(f)]
    step = max(1, len(wanted) // MOST_FRAMES)
    chosen = {0, *wanted[::step]}
    out = []
    for both in case.pair.frames():
        if both.index in chosen:
            out.append(both)
        if both.index >= max(chosen):
            break
    return out


def _last(case: FileCase) -> int:
    return max((b.frame for t in case.faces for b in (t.boxes[0], t.boxes[-1])), default=0)


def _told(found: Trace) -> Leak:
    small = found.risk == "unknown" and 0 < found.size < UNKNOWN_BYTES
    fails = found.kind not in WARNED and not small
    size = f" ({found.size} bytes)" if found.size else ""
    shows = found.risk not in ("locates", "names")
    return Leak(found.kind, found.where, found.detail + size, fails, shows=shows)


def _tail(case: FileCase, found: Trace, data: mmap.mmap) -> Leak:
    """The finding; bytes behind the end of the picture are looked up in the original."""
    leak = _told(found)
    if found.kind != "trailing-data" or not found.size:
        return leak
    with mapped(case.original.path) as original:
        shared = shared_bytes(data[-found.size :], original)
    if shared < SHARED_WINDOWS * WINDOW_BYTES:
        return leak
    text = f"{leak.detail}; at least {shared} of them are the original file's own"
    return Leak("remnant-of-original", leak.where, text)


def shared_bytes(tail: bytes, original: bytes | mmap.mmap) -> int:
    """How many bytes of a tail are found in the original, at least."""
    step = max(WINDOW_BYTES, len(tail) // MOST_WINDOWS)
    windows = (tail[at : at + WINDOW_BYTES] for at in range(0, len(tail) - WINDOW_BYTES + 1, step))
    same = (len(set(w)) >= LIVELY and original.find(w) >= 0 for w in windows)
    return WINDOW_BYTES * sum(same)


def _copy(leak: Leak) -> Leak:
    return Leak(leak.kind, leak.where, f"{leak.detail}; it shows the redacted picture", fails=False)
