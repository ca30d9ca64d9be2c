"""Names of tags, as containers and cameras write them, by what they give away."""

from __future__ import annotations

from efface.media.trace import Risk, Trace

_KINDS: tuple[tuple[str, str, Risk, str], ...] = (
    (
        "gps",
        "where the video was taken",
        "locates",
        "©xyz loci location gps iso6709 geo latitude longitude rec_loc",
    ),
    (
        "serial-number",
        "a serial number or name of the camera itself",
        "names",
        "serial camera.identifier cameraid camera_id hardware muid cami",
    ),
    (
        "unique-id",
        "an id of this one recording",
        "names",
        "umid uuid content.identifier uid iswc xid cnid",
    ),
    ("cover-art", "a picture", "shows", "covr cover thumb thm pict snal tnal"),
    ("timecode", "time codes; a camera's run with its clock", "locates", "timecode ©tim ©tsc ©tsz"),
    (
        "date",
        "date and time",
        "locates",
        "date time ©day yrrc year icrd idit ©dat stamp",
    ),
    (
        "device",
        "make or model of the camera or lens",
        "names",
        "make model ©mak ©mod ©mal manu modl lens camera firm android samsung device iisrc ©cmm",
    ),
    (
        "software",
        "name of the software or firmware",
        "names",
        "software encoder encoded ©swr ©too ©enc ©req isft tool ienc version",
    ),
    (
        "owner",
        "name of a person, author or copyright holder",
        "names",
        "artist author ©art ©aut ©wrt aart auth perf cprt ©cpy copyright owner director ©dir "
        "producer ©prd composer publisher ©prf iart icop ieng actor written user",
    ),
    (
        "description",
        "title, comment or keywords in free text",
        "names",
        "title ©nam titl comment ©cmt description desc ldes dscp ©des ©inf album ©alb albm genre "
        "©gen gnre keyword kywd ©key subject synopsis lyric ©lyr inam icmt isbj ikey ignr tvsh "
        "show name rating rtng collection note summary",
    ),
)
"""Kind, words, risk, and parts of names; the first that fits counts."""


_PREFIXES = ("com.apple.quicktime.", "com.apple.itunes.")


def tag(key: str, where: str, size: int) -> Trace:
    """The finding for a tag, by its name."""
    low = key.lower()
    for prefix in _PREFIXES:
        low = low.removeprefix(prefix)
    for kind, detail, risk, parts in _KINDS:
        if any(part in low for part in parts.split()):
            return Trace(kind, where, detail, risk, size)
    return Trace("text", where, "free text or data of some program", "unknown", size)


def is_own(value: bytes) -> bool:
    """Whether a value only names the FFmpeg library, which every other program uses, too."""
    text = value.strip(b"\0 ")
    return not text or text.startswith((b"Lavf", b"Lavc"))
