"""Whether the zones hold what the statement of redaction says that was put into them.

A proof says nothing of what is in a zone. Whoever signs could fill one otherwise, or leave it.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.errors import EffaceError, VerificationError
from efface.evidence import names
from efface.evidence.commitment import Content
from efface.evidence.commitment.grid import by_frame
from efface.evidence.contents import taken_apart
from efface.evidence.finding import CheckResult
from efface.evidence.pack.redaction import Redaction
from efface.geometry import Rect
from efface.media.fidelity import luma_of
from efface.media.filled import FrameFill
from efface.media.interface import Photo
from efface.media.nearness import check_near
from efface.media.sniff import open_photo
from efface.policy import EncodePolicy, Limits, Policy
from efface.redact.methods.catalogue import method_of
from efface.zones.filling import Filling
from efface.zones.zone import Zone

if TYPE_CHECKING:
    from efface.media.video.filled import PlaneFill
    from efface.media.video.interface import Movie, MovieFrame

EXACT = ("coefficients", "pixels")
"""Kinds of photos that are written to the bit."""
INSET_PX = 8
"""Next to a zone's edge a lossy codec mixes in what lies outside: as ``media`` looks at zones."""
MOST = 24
"""Steps of 255 by which a lossily coded pixel may lie from the fill: no more than is released."""
MEAN = 2.0
"""The same of a video's zone, on average."""


def stated_filling(redaction: Redaction) -> Filling | None:
    """What was filled with, as far as the statement alone says it; ``None``: this version does not
    understand the settings, or what was filled is under seal."""
    try:
        policy = Policy.parse(redaction.settings)
        return method_of(policy.method, policy.replace).repeat(b"")
    except (ValueError, KeyError, EffaceError):
        return None


def photo_fill(photo: Photo, content: Content, redaction: Redaction, limits: Limits) -> CheckResult:
    """The zones of a published photo.

    Args:
        content: the same, taken apart.

    Raises:
        InputError: it cannot be decoded whole.
    """
    filling = stated_filling(redaction)
    if filling is None:
        return _not_stated(redaction)
    if content.kind in EXACT:
        return _filled_again(photo, content, redaction, filling, limits)
    colour, farthest = filling.constant, 0
    for frame, zones in sorted(by_frame(redaction.zones, photo.sizes).items()):
        picture = photo.picture(frame)
        if colour is None:
            wrong = _other_picture(picture, zones, filling, len(photo.sizes) > 1)
            if wrong is not None:
                return wrong
            continue
        for zone in zones:
            apart = _apart(picture, zone, colour)
            if apart > MOST:
                return _otherwise(zone, apart, len(photo.sizes) > 1)
            farthest = max(farthest, apart)
    return _DRAWN if colour is None else _near(farthest)


def _filled_again(
    photo: Photo, content: Content, redaction: Redaction, filling: Filling, limits: Limits
) -> CheckResult:
    """Where nothing is lost, filling what is filled already changes nothing at all."""
    with tempfile.TemporaryDirectory(prefix="efface-") as folder:
        target = Path(folder) / f"again{photo.path.suffix}"
        try:
            with target.open("xb") as out:
                photo.write(_inside(redaction.zones, photo), filling, EncodePolicy(), out)
            again = taken_apart(open_photo(target, limits))
        except (EffaceError, ValueError) as error:
            says = f"Whether the zones hold the stated fill cannot be checked: {error}"
            return CheckResult(names.FILE_FILL, False, says)
        numbers = (
            (page, row) for page, grid in enumerate(content.pages) for row in range(grid.rows)
        )
        for (page, row), one, other in zip(numbers, again.rows(), content.rows(), strict=True):
            wrong = np.flatnonzero((one != other).any(axis=1))
            if len(wrong):
                column = int(wrong[0])
                where = content.where(page, slice(row, row + 1), slice(column, column + 1))
                return CheckResult(names.FILE_FILL, False, f"{_OTHER} ({where}).")
    return CheckResult(
        names.FILE_FILL, True, "Every zone holds the fill that was stated, and nothing else."
    )


def _inside(zones: Sequence[Zone], photo: Photo) -> list[Zone]:
    """The zones as far as they lie in the picture: nothing in a statement is believed."""
    return [zone for here in by_frame(zones, photo.sizes).values() for zone in here]


_OTHER = (
    "A zone holds something else than the fill that was stated: it was painted over, or never "
    "filled"
)


class VideoFill:
    """The zones of a published video; fed with every frame, then asked."""

    def __init__(self, movie: Movie, redaction: Redaction) -> None:
        self._movie, self._redaction = movie, redaction
        self._zones: dict[int, list[Zone]] = defaultdict(list)
        for zone in redaction.zones:
            inside = replace(zone, rect=zone.rect.clipped(*movie.size))
            self._zones[zone.frame].append(inside)
        filling = stated_filling(redaction)
        self._filling = filling
        self._fills: dict[str, PlaneFill] = {}
        """By pixel format."""
        self._farthest = 0
        self._wrong: CheckResult | None = None

    def see(self, frame: MovieFrame) -> None:
        """Look at the zones of a frame."""
        zones = self._zones.get(frame.index)
        if zones is None or self._filling is None or self._wrong is not None:
            return
        if self._filling.constant is None:
            self._wrong = _other_picture(frame.picture(), zones, self._filling, several=True)
            return
        fill = self._fill_of(frame, self._filling)
        orientation = self._movie.coding.orientation
        native, scale = frame.native, 1 << (fill.layout.bits - 8)
        for zone in zones:
            core = orientation.stored_rect(_core(zone), native.width, native.height)
            for _, apart, mean in fill.apart(native, [core]):
                most = apart // scale
                if most > MOST or mean > MEAN * scale:
                    self._wrong = _otherwise(zone, most, several=True)
                    return
                self._farthest = max(self._farthest, most)

    def _fill_of(self, frame: MovieFrame, filling: Filling) -> PlaneFill:
        name = frame.native.format.name
        if name not in self._fills:
            self._fills[name] = self._made(frame, filling)
        return self._fills[name]

    def _made(self, frame: MovieFrame, filling: Filling) -> PlaneFill:
        from efface.media.video.facts import facts_of  # noqa: PLC0415 - not needed for photos
        from efface.media.video.filled import PlaneFill  # noqa: PLC0415
        from efface.media.video.planes import layout_of  # noqa: PLC0415
        from efface.media.video.signal import signal_of  # noqa: PLC0415
        from efface.media.video.sound import open_tracks  # noqa: PLC0415

        with open_tracks(self._movie) as file:
            facts = facts_of(self._movie, file.streams[self._movie.coding.stream], frame)
        name, size = frame.native.format.name, (frame.native.width, frame.native.height)
        signal = signal_of(name, facts.matrix, facts.colour_range, *size)
        orientation = self._movie.coding.orientation
        return PlaneFill.of(filling, layout_of(name), signal, orientation)

    @property
    def result(self) -> CheckResult:
        """What came of it."""
        if self._filling is None:
            return _not_stated(self._redaction)
        good = _DRAWN if self._filling.constant is None else _near(self._farthest)
        return self._wrong or good


def _core(zone: Zone) -> Rect:
    """Pixels that lie well inside a zone; empty where it is too small."""
    inner = zone.inscribed
    x0, y0 = inner.x0 + INSET_PX, inner.y0 + INSET_PX
    return Rect(x0, y0, max(x0, inner.x1 - INSET_PX), max(y0, inner.y1 - INSET_PX))


def _apart(picture: NDArray[np.uint8], zone: Zone, colour: Colour) -> int:
    """How far a picture's pixels lie from the fill, well inside a zone: 0 to 255. In a grey picture
    the fill is grey."""
    core = _core(zone)
    pixels = picture[core.y0 : core.y1, core.x0 : core.x1].astype(np.int16)
    if not pixels.size:
        return 0
    fills = (colour.rgb, (colour.luma,) * 3)
    return min(int(np.abs(pixels - np.array(fill, np.int16)).max()) for fill in fills)


def _otherwise(zone: Zone, apart: int, several: bool) -> CheckResult:
    rect, frame = zone.rect, f"frame {zone.frame}, " if several else ""
    where = f"{frame}x {rect.x0} to {rect.x1 - 1}, y {rect.y0} to {rect.y1 - 1}"
    return CheckResult(names.FILE_FILL, False, f"{_OTHER} ({where}: {apart} of 255 away).")


def _near(farthest: int) -> CheckResult:
    return CheckResult(
        names.FILE_FILL,
        True,
        f"Every zone holds the colour that was stated: well inside, no sample is more than "
        f"{farthest} of 255 from it ({MOST} is accepted).",
        f"What is fainter than that, or lies in the outermost {INSET_PX} pixels of a zone, where "
        "the codec mixes in what is beside it.",
    )


_DRAWN = CheckResult(
    names.FILE_FILL,
    True,
    f"Every zone shows the picture that was stated, as near as a coder with a step of {MOST} of "
    "255 comes to it.",
    f"What is fainter than that, or lies in the outermost {INSET_PX} pixels of a zone, where the "
    "codec mixes in what is beside it.",
)


def _other_picture(
    picture: NDArray[np.uint8], zones: Sequence[Zone], filling: Filling, several: bool
) -> CheckResult | None:
    """What is wrong with a lossily coded frame whose zones show a picture; ``None``: nothing."""
    grey = bool((picture == picture[..., :1]).all())
    fill = FrameFill(zones, filling, lambda: picture)
    try:
        check_near(picture, fill, _in_grey if grey else _in_colour, 8, MOST)
    except VerificationError:
        where = f" (frame {zones[0].frame})" if several else ""
        return CheckResult(names.FILE_FILL, False, f"{_OTHER}{where}.")
    return None


def _in_colour(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return rgb


def _in_grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(luma_of(rgb)[..., None], 3, axis=-1).astype(np.uint8)


def _not_stated(redaction: Redaction) -> CheckResult:
    if redaction.sealed is not None:
        return CheckResult(
            names.FILE_FILL,
            False,
            "What the zones were filled with follows from what lies under seal: that nothing else "
            "was put there is the signer's word, until the redaction is done again.",
            unknown=True,
        )
    return CheckResult(
        names.FILE_FILL,
        False,
        "What the zones were filled with is stated in a way that this version of efface does not "
        f"understand: check it with efface {redaction.version}.",
    )
