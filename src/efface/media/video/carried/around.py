"""How a video lies on the sphere about the camera, as containers say it, and saying it anew.

Boxes ``st3d`` and ``sv3d``: Google's Spherical Video V2 RFC; the ``uuid`` box with XML of before:
V1. Matroska's elements (RFC 9559, 5.1.4.1.28.41) hold the payloads of V2's boxes. Only numbers are
taken, each held against what it may be.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from efface.media.isobmff.boxes import IsoBox, packed, packed_full
from efface.media.video.carried.ebml import children
from efface.media.video.carried.isoparts import found, inner
from efface.sphere.projection import Projection, Stereo

UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
"""Of V1's box, in a track."""
_STEREO: dict[int, Stereo] = {0: "mono", 1: "top-bottom", 2: "left-right"}
_STEREO_WORDS: dict[str, Stereo] = {s: s for s in _STEREO.values()}
_FIELDS = ("InitialViewHeadingDegrees", "InitialViewPitchDegrees", "InitialViewRollDegrees")
_AREA = (
    "FullPanoWidthPixels",
    "FullPanoHeightPixels",
    "CroppedAreaImageWidthPixels",
    "CroppedAreaImageHeightPixels",
    "CroppedAreaLeftPixels",
    "CroppedAreaTopPixels",
)
_NAMESPACE = "http://ns.google.com/videos/1.0/spherical/"
_WHOLE = 1 << 32
Bounds = tuple[int, int, int, int]
"""Shares missing at the top, bottom, left and right, in parts of 2**32."""


@dataclass(frozen=True, slots=True)
class Newer:
    """What V2 says."""

    pose: tuple[int, int, int] = (0, 0, 0)
    """Yaw, pitch and roll in 1/65536 degrees."""
    bounds: Bounds | None = (0, 0, 0, 0)
    """Of an equirectangular picture; ``None``: a cube map."""
    padding: int = 0
    """Of a cube map's sides, pixels."""

    def payload(self) -> bytes:
        """Of the box ``equi`` or ``cbmp``, and of Matroska's ProjectionPrivate."""
        numbers = (0, self.padding) if self.bounds is None else self.bounds
        return bytes(4) + struct.pack(f">{len(numbers)}I", *numbers)

    def box(self) -> bytes:
        """The ``sv3d`` box."""
        kind = b"cbmp" if self.bounds is None else b"equi"
        head = packed_full(b"prhd", 0, 0, struct.pack(">3i", *self.pose))
        return packed(
            b"sv3d",
            packed_full(b"svhd", 0, 0, b"\0"),
            packed(b"proj", head, packed(kind, self.payload())),
        )


@dataclass(frozen=True, slots=True)
class Older:
    """What V1 says."""

    stereo: Stereo | None = None
    view: tuple[int | None, int | None, int | None] = (None, None, None)
    """Where a viewer looks first: heading, pitch and roll, degrees."""
    area: tuple[int, ...] = ()
    """Sizes of the whole and of the part that is there, as GPano has them; empty: all of it."""

    def box(self) -> bytes:
        """The ``uuid`` box."""
        said = [("Spherical", "true"), ("Stitched", "true"), ("StitchingSoftware", "efface")]
        said.append(("ProjectionType", "equirectangular"))
        if self.stereo is not None:
            said.append(("StereoMode", self.stereo))
        said += [(k, str(v)) for k, v in zip(_FIELDS, self.view, strict=True) if v is not None]
        said += [(k, str(v)) for k, v in zip(_AREA, self.area, strict=False)]
        fields = "".join(f"<GSpherical:{k}>{v}</GSpherical:{k}>" for k, v in said)
        text = (
            '<?xml version="1.0"?><rdf:SphericalVideo '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            f'xmlns:GSpherical="{_NAMESPACE}">{fields}</rdf:SphericalVideo>'
        )
        return packed(b"uuid", UUID, text.encode())


@dataclass(frozen=True, slots=True)
class Around:
    """All that a video track says of it."""

    stereo: int | None = None
    """Of V2, or by Matroska: 0 one view, 1 the left eye's above, 2 at the left."""
    newer: Newer | None = None
    older: Older | None = None
    refused: str | None = field(default=None, compare=False)
    """What it says that cannot be handled, in words."""

    @property
    def projection(self) -> Projection | None:
        """How its pictures lie; ``None``: they are flat."""
        stereo = _STEREO.get(self.stereo or 0, "mono")
        if self.newer is not None and self.newer.bounds is None:
            return Projection("cubemap", stereo, padding=self.newer.padding)
        if self.newer is not None and self.newer.bounds is not None:
            top, bottom, left, right = (share / _WHOLE for share in self.newer.bounds)
            return Projection("equirectangular", stereo, left, top, right, bottom)
        if self.older is None:
            return None
        stereo = self.older.stereo or stereo
        if not self.older.area:
            return Projection("equirectangular", stereo)
        full_x, full_y, part_x, part_y, x, y = self.older.area
        return Projection(
            "equirectangular",
            stereo,
            x / full_x,
            y / full_y,
            (full_x - x - part_x) / full_x,
            (full_y - y - part_y) / full_y,
        )

    def entry_boxes(self) -> bytes:
        """What belongs into the track's sample entry."""
        out = b""
        if self.stereo is not None:
            out += packed_full(b"st3d", 0, 0, bytes((self.stereo,)))
        return out if self.newer is None else out + self.newer.box()

    def track_boxes(self) -> bytes:
        """What belongs into the track."""
        return b"" if self.older is None else self.older.box()

    @property
    def said(self) -> bool:
        """Whether it says anything."""
        return (self.stereo, self.newer, self.older) != (None, None, None)


def of_entry(data: bytes, start: int, end: int) -> Around:
    """What a sample entry says in the boxes between two offsets."""
    stereo: int | None = None
    newer: Newer | None = None
    refused: str | None = None
    for box in inner(data, start, end):
        if box.kind == b"st3d" and box.end - box.inside >= 5:
            stereo = data[box.inside + 4]
            if stereo not in _STEREO:
                refused = "two views, laid out in a way of its own"
        elif box.kind == b"vexu":  # Apple's way of saying it
            for kind in found(data, box.inside, box.end, b"proj", b"prji"):
                if data[kind.inside + 4 : kind.inside + 8] not in (b"rect", b""):
                    refused = "a projection that is stated in QuickTime's own way"
        elif box.kind == b"sv3d":
            newer = _projection(data, box)
            refused = refused if newer is not None else _UNKNOWN
    return Around(stereo, newer, refused=refused)


_UNKNOWN = "a projection other than equirectangular or a plain cube map"


def _projection(data: bytes, sv3d: IsoBox) -> Newer | None:
    """What an ``sv3d`` box says; ``None`` when it is of another kind, or not whole."""
    pose = (0, 0, 0)
    for head in found(data, sv3d.inside, sv3d.end, b"proj", b"prhd"):
        if head.end - head.inside >= 16:
            pose = struct.unpack_from(">3i", data, head.inside + 4)
    for proj in found(data, sv3d.inside, sv3d.end, b"proj"):
        for kind in inner(data, proj.inside, proj.end):
            if kind.kind in (b"equi", b"cbmp"):
                payload = data[kind.inside : kind.end]
                return projected(kind.kind == b"cbmp", payload, pose)
    return None


def projected(cube: bool, payload: bytes, pose: tuple[int, int, int]) -> Newer | None:
    """V2's projection by the payload of its box; ``None`` when it means nothing."""
    numbers = payload[4:]
    if cube:
        layout, padding = struct.unpack(">2I", numbers[:8]) if len(numbers) >= 8 else (1, 0)
        return Newer(pose, None, padding) if layout == 0 and padding < 1 << 16 else None
    if not numbers:
        return Newer(pose)
    if len(numbers) < 16:
        return None
    top, bottom, left, right = struct.unpack(">4I", numbers[:16])
    fits = top + bottom < _WHOLE and left + right < _WHOLE
    return Newer(pose, (top, bottom, left, right)) if fits else None


def of_packet(packet: bytes) -> Around:
    """What V1's XML says."""
    text = packet[: 1 << 20].replace(b"\0", b"")
    if _value(text, "Spherical").lower() != "true":
        return Around()
    if _value(text, "ProjectionType").lower() not in ("equirectangular", ""):
        return Around(refused="a projection other than equirectangular")
    said = [_value(text, name) for name in _AREA]
    area: tuple[int, ...] = ()
    if all(re.fullmatch(r"\d{1,6}", value) for value in said):
        full_x, full_y, part_x, part_y, left, top = map(int, said)
        fits = left + part_x <= full_x and top + part_y <= full_y and part_x and part_y
        whole = (full_x, full_y) == (part_x, part_y)
        area = (full_x, full_y, part_x, part_y, left, top) if fits and not whole else ()
    heading, pitch, roll = (_degrees(_value(text, name)) for name in _FIELDS)
    stereo = _STEREO_WORDS.get(_value(text, "StereoMode").lower())
    return Around(older=Older(stereo, (heading, pitch, roll), area))


def _value(text: bytes, name: str) -> str:
    pattern = rb"<GSpherical:%s\s{0,9}>([^<>]{0,40})<" % name.encode()
    match = re.search(pattern, text)
    return match[1].decode("ascii", "replace").strip() if match else ""


def _degrees(value: str) -> int | None:
    return int(value) if re.fullmatch(r"[+-]?\d{1,3}", value) and abs(int(value)) <= 360 else None


def both(parts: Iterable[Around]) -> Around:
    """What several places of a track say, joined."""
    out = Around()
    for part in parts:
        out = Around(
            out.stereo if part.stereo is None else part.stereo,
            out.newer or part.newer,
            out.older or part.older,
            out.refused or part.refused,
        )
    return out


_STEREO_MODE, _PROJECTION, _PROJECTION_TYPE, _PROJECTION_PRIVATE = 0x53B8, 0x7670, 0x7671, 0x7672
_POSE = (0x7673, 0x7674, 0x7675)
_EQUIRECTANGULAR, _CUBE = 1, 2
_STEREO_MODES = {0: 0, 1: 2, 2: 1, 3: 1, 11: 2}
"""Side by side, or one above the other, whichever eye is first, by the numbers of ``st3d``."""


def of_matroska(video: bytes) -> Around:
    """What a track's Video element says (RFC 9559, 5.1.4.1.28.3 and .41)."""
    fields = {c.id: video[c.inside : c.end] for c in children(video, 0, len(video))}
    stereo: int | None = None
    unlike = None
    if _STEREO_MODE in fields:
        stereo = _STEREO_MODES.get(int.from_bytes(fields[_STEREO_MODE], "big"))
        unlike = None if stereo is not None else "two views, laid out in a way of its own"
    inside = fields.get(_PROJECTION, b"")
    said = {c.id: inside[c.inside : c.end] for c in children(inside, 0, len(inside))}
    kind = int.from_bytes(said.get(_PROJECTION_TYPE, b""), "big")
    if kind == 0:  # flat: each view shows as it is
        return Around(stereo)
    pose = [_fixed(said.get(part, b"")) for part in _POSE]
    newer = None
    if kind in (_EQUIRECTANGULAR, _CUBE):
        private = said.get(_PROJECTION_PRIVATE, b"")
        newer = projected(kind == _CUBE, private, (pose[0], pose[1], pose[2]))
    return Around(stereo, newer, refused=unlike if newer is not None else _UNKNOWN)


def _fixed(value: bytes) -> int:
    """Degrees of 4 or 8 bytes in 1/65536; 0 for what is none."""
    if len(value) not in (4, 8):
        return 0
    degrees = struct.unpack(">f" if len(value) == 4 else ">d", value)[0]
    return round(degrees * 65536) if math.isfinite(degrees) and abs(degrees) <= 360 else 0
