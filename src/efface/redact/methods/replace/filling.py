"""One drawn head for each track, and what is kept of it.

The head itself is kept, not the numbers that it was drawn from: a network gives other levels on
another processor, and a court has to have the same ones.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from efface.colour import BLACK, Colour
from efface.errors import VerificationError
from efface.generate.mark import marked
from efface.geometry import Rect
from efface.redact.methods.artwork import Artwork
from efface.redact.methods.replace.label import labelled
from efface.redact.methods.replace.seam import seamless
from efface.redact.methods.replace.turning import STILL, WHOLE, TurnMix
from efface.redact.people import KEY_BYTES
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone

MOST_HEADS = 10_000
MOST_PLACES = 5_000_000
NO_HEAD = 2**32 - 1
"""Stands for the number of a head where a track has none."""

_HEAD = struct.Struct(">4sIIII")
_MAGIC = b"efh3"
_LENGTH = struct.Struct(">I")
_PLACE = np.dtype(
    [("track", ">u4"), ("frame", ">u4"), ("rect", ">i4", 4), ("heads", ">u4", 2), ("share", ">u2")]
)


@dataclass(frozen=True, slots=True)
class HeadPlace:
    """Where a head is laid in one frame, and how it is turned there."""

    rect: Rect
    """It is laid there as if that were its zone."""
    mixed: TurnMix = STILL
    """Of the track's heads."""

    def row(self) -> tuple[tuple[int, ...], tuple[int, int], int]:
        """As it is kept."""
        r, mixed = self.rect, self.mixed
        return (r.x0, r.y0, r.x1, r.y1), (mixed.first, mixed.second), mixed.share


Places = Mapping[tuple[str, int], HeadPlace]
"""By track and frame."""


@dataclass(frozen=True, eq=False)
class HeadFilling(Filling):
    """A head for each track, carried with its face: moved and scaled, never drawn anew; with
    the mark that says that it is drawn."""

    heads: Mapping[str, Sequence[Artwork]]
    """By track; one head's canvases, as ``efface.generate.head.head_for`` draws them, one a turn.
    None: the track's zones are solid."""
    places: Places = field(default_factory=dict)
    """Where they are laid; otherwise the first one, in the zone's ``outer``."""
    colour: Colour = BLACK
    """Of solid zones."""
    label: bool = False
    """Whether a visible one stands in zones with a head."""

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        if zone.track not in self.heads:
            raise VerificationError("a zone belongs to a track that has no head.")
        turns = self.heads[zone.track]
        if not turns:
            shape = (zone.rect.height, zone.rect.width, 3)
            return np.broadcast_to(np.array(self.colour.rgb, np.uint8), shape)
        place = self.places.get((zone.track, zone.frame), HeadPlace(zone.outer))
        at, mixed = replace(zone, outer=place.rect), place.mixed
        first, second = turns[mixed.first], turns[mixed.second]
        laid = marked(seamless(first, at, around, second, mixed.share / WHOLE), zone.rect)
        return labelled(laid) if self.label else laid


@dataclass(frozen=True, eq=False)
class KeptHeads:
    """All heads of a file."""

    heads: tuple[Artwork, ...]
    tracks: tuple[int, ...]
    """Of each track, the number of its first head, in the order in which their zones come first;
    ``NO_HEAD``: it has none."""
    places: tuple[tuple[int, int, HeadPlace], ...] = ()
    """Number of a track, frame, and where its head is laid there, turned as the heads of these
    numbers, from its first on."""
    project: bytes = b""
    """Key of the project in which people were named; empty: nobody was."""

    def to_bytes(self) -> bytes:
        """For the seal."""
        parts = [head.to_bytes() for head in self.heads]
        rows = [(track, frame, *place.row()) for track, frame, place in self.places]
        return b"".join(
            [
                _HEAD.pack(_MAGIC, len(self.project), len(parts), len(self.tracks), len(rows)),
                self.project,
                *(_LENGTH.pack(len(part)) + part for part in parts),
                np.array(self.tracks, ">u4").tobytes(),
                np.array(rows, _PLACE).tobytes(),
            ]
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> KeptHeads:
        """Read ``to_bytes``; nothing in it is believed.

        Raises:
            ValueError: it is something else.
        """
        if len(data) < _HEAD.size:
            raise ValueError("it is too short")
        magic, key, count, named, placed = _HEAD.unpack_from(data)
        if (
            magic != _MAGIC
            or key not in (0, KEY_BYTES)
            or max(count, named) > MOST_HEADS
            or placed > MOST_PLACES
        ):
            raise ValueError("it does not begin as one")
        heads, at = [], _HEAD.size + key
        for _ in range(count):
            if len(data) < at + _LENGTH.size:
                raise ValueError("it ends early")
            (length,) = _LENGTH.unpack_from(data, at)
            at += _LENGTH.size
            heads.append(Artwork.from_bytes(data[at : at + length]))
            at += length
        end = at + 4 * named
        if len(data) != end + placed * _PLACE.itemsize:
            raise ValueError(f"expected {named} tracks and {placed} places after the heads")
        tracks = tuple(np.frombuffer(data[at:end], ">u4").tolist())
        if any(number >= count and number != NO_HEAD for number in tracks):
            raise ValueError("a track has a head that is not there")
        project = data[_HEAD.size : _HEAD.size + key]
        return cls(tuple(heads), tracks, _places(data[end:], tracks, count), project)

    def filling(
        self, names: Sequence[str], colour: Colour = BLACK, *, label: bool = False
    ) -> HeadFilling:
        """The filling of tracks with these names, in their order.

        Args:
            colour: of zones without a head.
            label: of zones with one.

        Raises:
            ValueError: there are more or fewer of them.
        """
        pairs = zip(names, self.tracks, strict=True)
        return HeadFilling(
            {name: () if number == NO_HEAD else self.heads[number:] for name, number in pairs},
            {(names[track], frame): place for track, frame, place in self.places},
            colour,
            label,
        )


def _places(
    data: bytes, tracks: Sequence[int], heads: int
) -> tuple[tuple[int, int, HeadPlace], ...]:
    """
    Raises:
        ValueError: a place is none.
    """
    out = []
    for track, frame, corners, pair, share in np.frombuffer(data, _PLACE).tolist():
        x0, y0, x1, y1 = corners
        if track >= len(tracks) or max(map(abs, corners)) > 1 << 20 or not (x0 < x1 and y0 < y1):
            raise ValueError("a head has a place that is none")
        if tracks[track] + max(pair) >= heads or share > WHOLE:
            raise ValueError("a head is turned as none that is there")
        out.append(
            (track, frame, HeadPlace(Rect(x0, y0, x1, y1), TurnMix(pair[0], pair[1], share)))
        )
    return tuple(out)
