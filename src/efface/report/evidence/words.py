"""Figures and states in words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from efface.report.chart import clock
from efface.report.evidence.blocks import Text, TextSpan, bad, good, text
from efface.report.evidence.case import Algorithm, ReportedZone, Signature

SIGNATURES: dict[Signature, TextSpan] = {
    "known": good("valid"),
    "unknown": TextSpan("valid, key not known", "strong"),
    "wrong": bad("does not hold"),
    "unchecked": bad("could not be checked"),
}
ALGORITHMS: dict[Algorithm, str] = {
    "ed25519": "Ed25519",
    "es256": "ECDSA on P-256 with SHA-256",
    "es384": "ECDSA on P-384 with SHA-384",
    "ps256": "RSA-PSS with SHA-256",
}
SHORT_ID = 8
"""Digits of a key id that tell it from others."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z", re.ASCII)
_UNITS = ("kB", "MB", "GB", "TB")
_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "middle", "right")


def moment(time: str) -> str:
    """A time of RFC 3339 as people write it."""
    found = _TIME.fullmatch(time)
    return time if found is None else f"{found[1]} {found[2]} UTC"


def size(count: int) -> str:
    """Bytes, exactly, and so that they can be grasped."""
    exact = f"{count:,} bytes"
    if count < 1000:
        return exact
    value = float(count)
    for unit in _UNITS:
        value /= 1000
        if value < 999.95 or unit == _UNITS[-1]:
            break
    return f"{exact} ({value:.1f} {unit})"


def share(value: float) -> str:
    """Of a whole, in per cent."""
    return "less than 0.1 %" if 0 < value < 0.0005 else f"{100 * value:.1f} %"


def share_down(value: float) -> str:
    """The same, rounded down: all is only what is all."""
    return f"{math.floor(1000 * value) / 10:g} %"


def rate(value: float) -> str:
    """A false-match rate."""
    return f"{value:.4f}" if value < 0.1 else f"{value:.2f}"


def area(zone: ReportedZone, width: int, height: int) -> str:
    """In which of nine parts of the picture the zone's centre lies: ``top left``."""
    row = _ROWS[_third(zone.y + zone.height / 2, height)]
    column = _COLUMNS[_third(zone.x + zone.width / 2, width)]
    return row if row == column else f"{row} {column}"


def when(zone: ReportedZone) -> str:
    """During which part of a file; empty where that is the whole."""
    if zone.frames is not None:
        first, last = zone.frames
        frames = f"frame {first}" if first == last else f"frames {first} to {last}"
        if zone.seconds is None:
            return frames
        return f"{frames} ({clock(zone.seconds[0])} to {clock(zone.seconds[1])})"
    return "" if zone.page is None else f"page {zone.page}"


def share_of(zone: ReportedZone, width: int, height: int) -> str:
    """Which share of the picture the zone covers."""
    return share(zone.width * zone.height / (width * height))


def pictures_of(format: str, number: int) -> str:
    """``3 pages``, ``24 frames``: what a file of that kind has.

    Args:
        format: in words: ``TIFF photo``.
    """
    return counted(number, "page" if format.endswith("photo") else "frame")


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Sequence[str]) -> str:
    """``a, b and c``."""
    *rest, last = items
    return f"{', '.join(rest)} and {last}" if rest else last


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    words = words.strip()
    if not words:
        return ""
    ends = words if words.endswith((".", "!", "?", "…")) else f"{words}."
    return ends[0].upper() + ends[1:]


def holds(ok: bool) -> Text:
    """Whether something holds, in a word."""
    return text(good("holds") if ok else bad("does not hold"))


def _third(value: float, length: int) -> int:
    return min(2, max(0, int(3 * value / length)))
