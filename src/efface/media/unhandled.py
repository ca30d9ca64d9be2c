"""Files that can hold pictures and that efface does not read: told apart from files without any, so
that nobody takes them for looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from efface.media.families import RAW_SUFFIXES


@dataclass(frozen=True, slots=True)
class Unhandled:
    """A kind of file."""

    name: str
    hint: str
    """What to do instead."""
    suffixes: tuple[str, ...]
    signatures: tuple[tuple[int, bytes], ...] = ()
    """Offset in the file, and the bytes there."""


def _endings(names: str) -> tuple[str, ...]:
    return tuple(f".{name}" for name in names.split())


_DEVELOP = "Develop it to JPEG, TIFF or PNG first, and redact that."
_CONVERT = "Convert it to PNG or TIFF first, and redact that."
_PAGES = "Export its pages as PNG, and redact those; text and layers in it stay in the original."
_UNPACK = "Unpack it, and redact what is in it."
_EXTRACT = "Take the pictures out of it, and redact those; text in it names people, too."

RAW = Unhandled("a camera raw file", _DEVELOP, tuple(sorted(RAW_SUFFIXES)))

KINDS = (
    RAW,
    Unhandled("a PDF", _PAGES, (".pdf",), ((0, b"%PDF-"),)),
    Unhandled("a Photoshop file", _PAGES, (".psd", ".psb"), ((0, b"8BPS"),)),
    Unhandled("an SVG drawing", _PAGES, (".svg", ".svgz"), ((0, b"<svg"),)),
    Unhandled("an Illustrator or PostScript file", _PAGES, (".ai", ".eps", ".ps"), ((0, b"%!PS"),)),
    Unhandled("a GIMP file", _PAGES, (".xcf",), ((0, b"gimp xcf"),)),
    Unhandled("a layered drawing", _PAGES, (".kra", ".ora", ".afphoto", ".sketch", ".procreate")),
    Unhandled(
        "a JPEG 2000 picture",
        _CONVERT,
        (".jp2", ".j2k", ".jpf", ".jpx", ".jpm", ".jpc", ".j2c"),
        ((0, b"\0\0\0\x0cjP  "), (0, b"\xff\x4f\xff\x51")),
    ),
    Unhandled("a JPEG XR picture", _CONVERT, (".jxr", ".wdp", ".hdp"), ((0, b"II\xbc"),)),
    Unhandled("an OpenEXR picture", _CONVERT, (".exr",), ((0, b"v/1\x01"),)),
    Unhandled("a Radiance picture", _CONVERT, (".hdr",), ((0, b"#?RADIANCE"),)),
    Unhandled("a DjVu document", _PAGES, (".djvu", ".djv"), ((0, b"AT&TFORM"),)),
    Unhandled("a DICOM picture", _CONVERT, (".dcm", ".dicom"), ((128, b"DICM"),)),
    Unhandled("a QOI picture", _CONVERT, (".qoi",), ((0, b"qoif"),)),
    Unhandled("a texture", _CONVERT, (".dds", ".ktx", ".ktx2"), ((0, b"DDS "),)),
    Unhandled("an icon", _CONVERT, (".ico", ".cur", ".icns"), ((0, b"icns"),)),
    Unhandled(
        "a picture of an older format",
        _CONVERT,
        _endings(
            "tga pcx pbm pgm ppm pnm pam pfm xbm xpm wbmp pict pct ras sgi rgb fits fit wmf emf"
        ),
    ),
    Unhandled(
        "a document that can hold pictures",
        _EXTRACT,
        _endings(
            "doc docx docm ppt pptx pptm xls xlsx odt odp ods odg rtf pages key numbers epub mobi "
            "eml msg mht mhtml xps pub indd"
        ),
        ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), (0, b"{\\rtf")),
    ),
    Unhandled(
        "an archive",
        _UNPACK,
        (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cbz", ".cbr"),
        ((0, b"PK\x03\x04"), (0, b"Rar!"), (0, b"7z\xbc\xaf\x27\x1c"), (257, b"ustar")),
    ),
)

_BY_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}


def unhandled(path: Path, head: bytes) -> Unhandled | None:
    """What kind of such files this one is, by its first bytes and else by its name; ``None`` when
    it is of no kind known."""
    blanks = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if blanks[:5] in (b"<?xml", b"<!DOC", b"<!-- ") and b"<svg" in head:
        return _BY_SUFFIX[".svg"]
    for kind in KINDS:
        if any(head[at : at + len(magic)] == magic for at, magic in kind.signatures):
            named = _BY_SUFFIX.get(path.suffix.lower())
            return named or kind  # many a document is an archive by its first bytes
    return _BY_SUFFIX.get(path.suffix.lower())


UNHANDLED_SUFFIXES = frozenset(_BY_SUFFIX)
