"""Files beside a photo or video that belong to it and may show, locate or name the same people."""

from __future__ import annotations

from pathlib import Path

from efface.errors import InputError
from efface.files.paths import opened
from efface.media.metadata import credentials
from efface.media.trace import Risk, Trace

_KINDS: dict[str, tuple[str, str, Risk]] = {
    ".mov": ("live-photo-video", "a video of the same name, as a Live Photo has", "shows"),
    ".mp4": ("live-photo-video", "a video of the same name, as a motion photo has", "shows"),
    ".mp": ("live-photo-video", "the video part of a motion photo", "shows"),
    ".aae": ("edit-sidecar", "an edit list; it can hold the picture before cropping", "shows"),
    ".thm": ("thumbnail-file", "a thumbnail written by the camera", "shows"),
    ".xmp": ("xmp-sidecar", "an XMP sidecar; it can hold face names, place and edits", "names"),
    ".json": ("json-sidecar", "a JSON sidecar; an export's holds place and people", "locates"),
    ".wav": ("voice-note", "a sound note of the same name", "names"),
    ".srt": ("subtitle-file", "subtitles, or a drone's place at each moment", "locates"),
    ".lrv": ("proxy-video", "a small copy of the video, as action cameras write it", "shows"),
    ".dng": ("raw-file", "a camera raw file of the same name", "shows"),
    ".arw": ("raw-file", "a camera raw file of the same name", "shows"),
    ".cr2": ("raw-file", "a camera raw file of the same name", "shows"),
    ".cr3": ("raw-file", "a camera raw file of the same name", "shows"),
    ".nef": ("raw-file", "a camera raw file of the same name", "shows"),
    ".raf": ("raw-file", "a camera raw file of the same name", "shows"),
    ".orf": ("raw-file", "a camera raw file of the same name", "shows"),
}

CREDENTIALS_SUFFIX = ".c2pa"
SIDECAR_SUFFIXES = frozenset({".aae", ".thm", ".xmp", ".json", ".wav", CREDENTIALS_SUFFIX})
"""Endings of files that only accompany a photo."""


def beside(path: Path) -> tuple[Trace, ...]:
    """Companions of a file in its folder: same name with another ending, or the full name with one
    more ending (``a.jpg.json``). A folder that cannot be listed has none to report."""
    try:
        names = sorted(entry.name for entry in path.absolute().parent.iterdir())
    except OSError:
        return ()
    out = []
    for name in names:
        other = Path(name)
        if name == path.name or other.stem not in (path.stem, path.name):
            continue
        where = f"beside it: *{other.suffix}"
        kind = _KINDS.get(other.suffix.lower())
        if kind:
            out.append(Trace(kind[0], where, kind[1], kind[2]))
        elif other.suffix.lower() == CREDENTIALS_SUFFIX:
            out.append(credentials.finding(_credentials(path.with_name(name)), where))
    return tuple(out)


def _credentials(path: Path) -> bytes:
    """What is in a sidecar with content credentials; nothing of one that cannot be read."""
    try:
        with opened(path) as file:
            return file.read(credentials.MAX_BYTES)
    except (InputError, OSError):
        return b""


def name_findings(path: Path) -> tuple[Trace, ...]:
    """The file's own name goes wherever the file goes."""
    letters = sum(c.isalpha() for c in path.stem)
    digits = sum(c.isdigit() for c in path.stem)
    if letters + digits == 0:
        return ()
    what = "words" if letters > digits else "numbers, perhaps a date or a counter"
    return (
        Trace(
            "file-name",
            "the file's name",
            f"the name itself ({what}) can name a person, a place or a time",
            "names",
        ),
    )
