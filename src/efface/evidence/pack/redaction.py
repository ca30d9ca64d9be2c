"""What was done to the original, so that it can be repeated (``statement.json`` of a redaction)."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET

from efface.documents.model import exact
from efface.errors import VerificationError
from efface.evidence.custody.log import Head
from efface.evidence.forms import REDACTION, RedactionDocument
from efface.evidence.pack.parsing import time, understood, written, wrong
from efface.evidence.statement import Signed, document_of
from efface.geometry import Grid, Rect
from efface.zones.zone import Zone

MAX_ZONES = 2_000_000
"""Some 1 GB in memory. There are no more zones than packed bytes, either: real ones take 2.6 bytes
each and more, those that stand still the least."""
_PIECE = 1 << 16
_MAX_ROW_BYTES = 1 << 10
"""Of a row as text; a real one has 90."""
_FAR = 1 << 24
"""No coordinate is farther from the picture's corner."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """One redaction of a case."""

    case: str
    number: int
    """From 1."""
    time: datetime
    origin: str
    """SHA-256 of the statement of origin, hexadecimal."""
    head: Head
    """The end of the case's log as it was then."""
    version: str
    """Of efface."""
    settings: Mapping[str, Any]
    """The policy, without names of files."""
    detector: str
    zones: tuple[Zone, ...]
    """As they were filled."""
    proof: str
    """SHA-256 of the proof, hexadecimal."""
    bare: str
    """SHA-256 of the file before Content Credentials were put in: what a repetition must give."""
    repeatable: bool
    """Whether the encoder gives the same bytes again."""
    checks: Mapping[str, Any]
    """What the rescan and the red team found, in figures; no template, no picture."""
    sealed: str | None = None
    """SHA-256 of what its method keeps under seal, hexadecimal; ``None``: it keeps nothing."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types."""
        return exact(
            RedactionDocument(
                schema=REDACTION,
                case=self.case,
                number=self.number,
                time=written(self.time),
                origin=self.origin,
                log=self.head.entry(),
                efface=self.version,
                settings=dict(self.settings),
                detector=self.detector,
                zones=packed(self.zones),
                proof=self.proof,
                bare=self.bare,
                repeatable=self.repeatable,
                checks=dict(self.checks),
                sealed=UNSET if self.sealed is None else self.sealed,
            )
        )

    @classmethod
    def of(cls, signed: Signed) -> Redaction:
        """From a signed statement.

        Raises:
            VerificationError: the signature does not hold, or it is no such statement.
        """
        said = understood(document_of(signed), RedactionDocument)
        return cls(
            said.case,
            said.number,
            time(said.time),
            said.origin,
            Head(said.log.number, said.log.sha256),
            said.efface,
            said.settings,
            said.detector,
            unpacked(said.zones),
            said.proof,
            said.bare,
            said.repeatable,
            said.checks,
            None if said.sealed is UNSET else said.sealed,
        )


def packed(zones: Sequence[Zone]) -> str:
    """Zones as text: JSON, deflated, base64. A video has tens of thousands, each nearly the one of
    the frame before. Tracks are numbered: their names are the user's."""
    numbers = {name: n for n, name in enumerate(dict.fromkeys(zone.track for zone in zones))}
    rows = [_row(zone, numbers[zone.track]) for zone in zones]
    plain = json.dumps(rows, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(plain, 9)).decode("ascii")


def unpacked(value: object) -> tuple[Zone, ...]:
    """From ``packed``; nothing in it is believed.

    Raises:
        VerificationError: it holds no zones, or too many.
    """
    if not isinstance(value, str):
        raise wrong("zones")
    try:
        return tuple(map(_zone, _rows(base64.b64decode(value, validate=True))))
    except (ValueError, TypeError, zlib.error, binascii.Error, RecursionError) as error:
        raise wrong("zones") from error


def _rows(data: bytes) -> Iterator[Any]:
    """One row after the other: never more of them in memory than one piece of text holds.

    Raises:
        VerificationError: more zones than that many bytes can stand for.
        ValueError: it is no list of rows, written without spaces.
        zlib.error: the bytes are no zlib stream.
    """
    unpacker, count, most = zlib.decompressobj(), 0, min(MAX_ZONES, len(data))
    rest, packed = b"", data
    while not unpacker.eof:
        piece = unpacker.decompress(packed, _PIECE)
        packed = unpacker.unconsumed_tail
        *whole, rest = (rest + piece).split(b"]]")
        for row in whole:
            if row[:1] != (b"," if count else b"["):
                raise ValueError("expected a list of rows")
            count += 1
            if count > most:
                raise VerificationError(f"the statement holds more zones than {most}.")
            yield json.loads(row[1:] + b"]]")
        if len(rest) > _MAX_ROW_BYTES or (not piece and not packed and not unpacker.eof):
            raise ValueError("expected a row to end")
    if unpacker.unused_data or rest != (b"]" if count else b"[]"):
        raise ValueError("expected one list and nothing after it")


def _row(zone: Zone, track: int) -> list[Any]:
    r, o, g = zone.rect, zone.outer, zone.grid
    return [
        track,
        zone.frame,
        zone.shape,
        [r.x0, r.y0, r.x1, r.y1],
        [o.x0, o.y0, o.x1, o.y1],
        [g.step_x, g.step_y, g.offset_x, g.offset_y],
        [zone.spill_x, zone.spill_y],
    ]


def _zone(row: Any) -> Zone:
    track, frame, shape, rect, outer, grid, spill = row
    numbers = [track, frame, *rect, *outer, *grid, *spill]
    if not all(type(n) is int and abs(n) < _FAR for n in numbers) or frame < 0:
        raise VerificationError("a zone of the statement lies nowhere.")
    if shape not in ("box", "rounded"):
        raise VerificationError(f"a zone of the statement has the unknown shape {shape!r:.20}.")
    if min(grid[0], grid[1]) < 1 or min(spill) < 0:
        raise VerificationError("a zone of the statement has a grid that is none.")
    return Zone(str(track), frame, Rect(*rect), Rect(*outer), shape, Grid(*grid), *spill)
