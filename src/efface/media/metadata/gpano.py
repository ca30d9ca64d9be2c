"""GPano: how a photo lies on the sphere about the camera, in its XMP packet.

Names are those of Google's Photo Sphere XMP metadata, in the namespace of ``NAMESPACE``. Of a
packet only numbers and the words below are taken, each held against what it may be, and a packet of
these alone is written. The compass direction of the picture is not taken: it helps to find the
place.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from efface.sphere.projection import ASSUMED_SLACK_PX, Projection, Stereo

NAMESPACE = "http://ns.google.com/photos/1.0/panorama/"
_SIZES = (
    "FullPanoWidthPixels",
    "FullPanoHeightPixels",
    "CroppedAreaImageWidthPixels",
    "CroppedAreaImageHeightPixels",
    "CroppedAreaLeftPixels",
    "CroppedAreaTopPixels",
)
_ANGLES = (
    "PosePitchDegrees",
    "PoseRollDegrees",
    "InitialViewHeadingDegrees",
    "InitialViewPitchDegrees",
    "InitialViewRollDegrees",
    "InitialHorizontalFOVDegrees",
)
_KINDS = ("equirectangular", "cylindrical")
"""A cylindrical picture is looked at as a flat one: it is hardly bent."""
_MOST_PX = 1_000_000
_MOST_SEARCHED = 4 << 20
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class GPano:
    """What is taken of a packet."""

    kind: str
    viewer: bool | None = None
    """Whether it asks to be shown all-round."""
    sizes: tuple[int, int, int, int, int, int] | None = None
    """Width and height of the whole, width, height, left and top of the part that is there."""
    angles: tuple[tuple[str, float], ...] = ()
    """How the picture is levelled, and where a viewer looks first, degrees."""

    def projection(self, width: int, height: int) -> Projection | None:
        """How a picture of so many pixels lies on the sphere; ``None``: it counts as flat."""
        if self.kind != "equirectangular":
            return None
        if self.sizes is None:
            return _by_shape(width, height)
        full_x, full_y, part_x, part_y, left, top = self.sizes
        stereo: Stereo = "mono"
        if (part_x, part_y) == (full_x, full_y):  # of the whole sphere its shape tells two views
            ratio = full_x / full_y
            stereo = "top-bottom" if ratio <= 1.1 else "left-right" if ratio >= 3.9 else "mono"
        return Projection(
            stereo=stereo,
            left=left / full_x,
            top=top / full_y,
            right=(full_x - left - part_x) / full_x,
            bottom=(full_y - top - part_y) / full_y,
        )

    def packet(self) -> bytes:
        """An XMP packet that says this and nothing else."""
        fields: list[tuple[str, str]] = [("ProjectionType", self.kind)]
        if self.viewer is not None:
            fields.append(("UsePanoramaViewer", str(self.viewer)))
        if self.sizes is not None:
            fields += [(name, str(n)) for name, n in zip(_SIZES, self.sizes, strict=True)]
        fields += [(name, f"{value:.4f}".rstrip("0").rstrip(".")) for name, value in self.angles]
        said = "".join(f' GPano:{name}="{value}"' for name, value in fields)
        text = (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about="" xmlns:GPano="{NAMESPACE}"{said}/>'
            '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
        )
        return text.encode()


def read(packet: bytes) -> GPano | None:
    """What a packet says, in any of its encodings; ``None`` when it does not say how it lies."""
    text = packet[:_MOST_SEARCHED].replace(b"\0", b"")
    if NAMESPACE.encode() not in text:
        return None
    kind = _value(text, "ProjectionType").lower()
    if kind not in _KINDS:
        return None
    return GPano(
        kind,
        _TRUTHS.get(_value(text, "UsePanoramaViewer").lower()),
        _sizes(text),
        tuple((name, value) for name in _ANGLES if (value := _angle(text, name)) is not None),
    )


def is_own(packet: bytes) -> bool:
    """Whether a packet is one that is written here, to the byte."""
    known = read(packet)
    return known is not None and known.packet() == packet


def _value(text: bytes, name: str) -> str:
    """An attribute's or an element's value; empty when there is none."""
    quoted = rb"GPano:%s\s{0,9}=\s{0,9}[\"']([^\"'<>]{0,40})[\"']"
    element = rb"<GPano:%s\s{0,9}>([^<>]{0,40})<"
    for form in (quoted, element):
        found = re.search(form % name.encode(), text)
        if found:
            return found[1].decode("ascii", "replace").strip()
    return ""


def _sizes(text: bytes) -> tuple[int, int, int, int, int, int] | None:
    """The sizes, when all are there and fit together."""
    values = [_value(text, name) for name in _SIZES]
    if not all(re.fullmatch(r"\d{1,7}(\.0{1,6})?", value) for value in values):
        return None
    full_x, full_y, part_x, part_y, left, top = (int(float(value)) for value in values)
    fits = left + part_x <= full_x <= _MOST_PX and top + part_y <= full_y <= _MOST_PX
    return (full_x, full_y, part_x, part_y, left, top) if fits and part_x and part_y else None


def _angle(text: bytes, name: str) -> float | None:
    value = _value(text, name)
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,12})?", value):
        return None
    angle = round(float(value), 4)
    return angle + 0.0 if math.isfinite(angle) and abs(angle) <= 360 else None


def _by_shape(width: int, height: int) -> Projection | None:
    """All round, as high as the picture is, about the horizon."""
    if abs(width - height) <= ASSUMED_SLACK_PX:
        return Projection(stereo="top-bottom")
    missing = (1 - 2 * height / width) / 2
    if missing < -ASSUMED_SLACK_PX / width:
        return None
    return Projection(top=max(missing, 0.0), bottom=max(missing, 0.0))
