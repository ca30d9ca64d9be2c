"""What is known of a rendered clip, and its JSON (``efface-bench.truth/1``).

::

    {"schema": "efface-bench.truth/1", "clip": "walk-03.mp4", "seed": 7,
     "width": 640, "height": 360, "rate": [30, 1], "frames": 900,
     "cuts": [210, 460],               first frames of the scenes after the first
     "tags": ["dark", "shake"],        of the whole clip
     "faces": [{
        "id": "f1",
        "first": 12,                   the lists below begin at this frame
        "box": [[x, y, w, h], ...],    the face as a detector would box it, pixels, upright;
                                       while it is turned away, of its frontal size, on the head
        "head": [[x, y, w, h], ...],   the head from crown to chin, ears and back of the head too
        "height": [...],               face height seen from the front, pixels
        "yaw": [...],                  degrees, -180 to 180; positive to the right, 180 is the back
        "pitch": [...],                degrees, positive downwards
        "inside": [...],               share of the face inside the picture, 0 to 1
        "visible": [...],              share inside and with nothing before it, 0 to 1
        "blur": [...],                 extent of the blur in pixels: way during the exposure plus
                                       twice the deviation of the defocus
        "shown": [...]}]}              1 where a viewer sees a face: not turned away, and enough
                                       of it visible

A face is there as long as any of the head is inside the picture's edges. One that leaves and comes
back, and one after a cut, is another face.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SCHEMA = "efface-bench.truth/1"

XYWH = tuple[float, float, float, float]

SHOWN_YAW = 100.0
"""Degrees beyond which a face counts as turned away."""

SHOWN_SHARE = 0.3
"""Share that has to be visible."""

NEAR_CUT = 5
"""Frames after a cut, and after a face comes back, that are looked at by themselves."""

FLASH = 5
"""A face that is there for so many frames at most is a flash."""


@dataclass(frozen=True)
class Face:
    """One face through consecutive frames; the lists are as long as it is there."""

    id: str
    first: int
    box: list[XYWH]
    head: list[XYWH]
    height: list[float]
    yaw: list[float]
    pitch: list[float]
    inside: list[float]
    visible: list[float]
    blur: list[float]
    shown: list[int]

    @property
    def last(self) -> int:
        """Its last frame."""
        return self.first + len(self.box) - 1


@dataclass(frozen=True)
class Truth:
    """One clip."""

    clip: str
    seed: int
    width: int
    height: int
    rate: tuple[int, int]
    """Frames a second, as a fraction."""
    frames: int
    cuts: list[int]
    tags: list[str]
    faces: list[Face]

    def at(self, frame: int) -> Iterator[tuple[Face, int]]:
        """The faces of a frame, each with its place in the face's lists."""
        for face in self.faces:
            if face.first <= frame <= face.last:
                yield face, frame - face.first

    def write(self, path: Path) -> None:
        """As JSON."""
        document = {"schema": SCHEMA, **asdict(self)}
        path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Truth:
        """From JSON.

        Raises:
            ValueError: it is something else.
        """
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Truth:
        """From plain JSON types."""
        values = dict(document)
        if values.pop("schema", None) != SCHEMA:
            raise ValueError(f"expected schema {SCHEMA!r}, got {document.get('schema')!r}")
        values["rate"] = tuple(values["rate"])
        values["faces"] = [Face(**face) for face in values["faces"]]
        return cls(**values)


def events(truth: Truth, face: Face, k: int) -> set[str]:
    """What happens to a face in its ``k``-th frame; ``plain`` when nothing does."""
    found = set(truth.tags) & {"dark", "shake", "pan", "crowd"}
    frame = face.first + k
    if abs(face.yaw[k]) > 45:
        found.add("turned")
    if face.visible[k] < 0.9 * face.inside[k]:
        found.add("occluded")
    if face.blur[k] > 0.2 * face.height[k]:
        found.add("blur")
    if face.inside[k] < 0.98:
        found.add("edge")
    if sum(face.shown) <= FLASH:
        found.add("flash")
    if any(0 <= frame - cut < NEAR_CUT for cut in (0, *truth.cuts)):
        found.add("after cut")
    if any(0 <= cut - 1 - frame < NEAR_CUT for cut in (*truth.cuts, truth.frames)):
        found.add("before cut")
    if any(other is not face and _meet(face.box[k], other.box[j]) for other, j in truth.at(frame)):
        found.add("crossing")
    found |= _coming_and_going(face, k)
    return found or {"plain"}


def _meet(one: XYWH, other: XYWH) -> bool:
    """Whether two boxes overlap."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    along = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > 0 and along > 0


def _coming_and_going(face: Face, k: int) -> set[str]:
    """``entering`` and ``leaving`` at the picture's edge, ``returning`` after it was hidden."""
    found = set()
    before, after = face.shown[max(0, k - NEAR_CUT) : k], face.shown[k + 1 : k + 1 + NEAR_CUT]
    if face.shown[k] and 0 in before:
        hidden = max(j for j in range(max(0, k - NEAR_CUT), k) if not face.shown[j])
        found.add("entering" if face.inside[hidden] < 0.9 else "returning")
    if face.shown[k] and 0 in after:
        hidden = min(j for j in range(k + 1, len(face.shown)) if not face.shown[j])
        found.add("leaving" if face.inside[hidden] < 0.9 else "hiding")
    return found
