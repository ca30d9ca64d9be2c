"""Whether what covers faces is a drawing that follows from a policy and from zones alone.

Such a drawing is a constant like one colour: whoever is under it, it is the same. It is proven
where the redacted file's zones hold what the drawing puts there, and nothing else: sample for
sample, or coefficient for coefficient in a JPEG; or, in a photo that is coded lossily again, where
the original with the drawing in its zones, written once more, gives the very file. A drawing that
is nearly there is none: what is left over could be a face.
"""

from __future__ import annotations

import hashlib
import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from efface.attack.leaks.missed import oval
from efface.attack.native import of_photo
from efface.attack.red_team.removal import OPEN_SHARE, grown
from efface.detect.around import photo_sphere
from efface.errors import EffaceError
from efface.media.interface import Photo
from efface.policy import EncodePolicy, VideoPolicy, ZonePolicy
from efface.regions import Box, Regions
from efface.zones.filling import Filling, Surroundings
from efface.zones.growth import zones_of
from efface.zones.painting import coverage
from efface.zones.zone import Zone

BY_INDEX = ("GIF",)
"""Formats whose indices nobody looks at but who writes the file once more."""

ZonesIn = Callable[[int], Sequence[Zone]]

FEW = 12.0
"""Mean difference in the zones, in steps of 255, beyond which nobody need look closer: no coder
moves a drawing so far."""


@dataclass(frozen=True, slots=True)
class KnownDrawing:
    """A filling that follows from zones alone."""

    name: str
    """In words: ``efface's figure 'bust'``."""
    filling: Filling


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """What zones may have been filled with, and how they and files are made."""

    drawings: tuple[KnownDrawing, ...] = ()
    zones: ZonePolicy = field(default_factory=ZonePolicy)
    encode: EncodePolicy = field(default_factory=EncodePolicy)
    video: VideoPolicy = field(default_factory=VideoPolicy)


class Covering(ABC):
    """Whether zones hold a drawing, and cover faces."""

    def __init__(self, regions: Regions) -> None:
        """
        Args:
            regions: of the original: what is covered.
        """
        self._regions = regions

    @property
    @abstractmethod
    def name(self) -> str | None:
        """What is drawn in every zone; ``None``: that is not proven of any drawing."""

    @abstractmethod
    def zones_at(self) -> ZonesIn:
        """The zones of a frame; frames are asked for in order."""

    def covers(self, boxes: Sequence[Box]) -> bool:
        """Whether the zones cover every one of these faces, and what is next to it.

        Args:
            boxes: at most one a frame.
        """
        zones_at = self.zones_at()
        return all(
            self._covered(box, zones_at(box.frame))
            for box in sorted(boxes, key=lambda box: box.frame)
        )

    def _covered(self, box: Box, zones: Sequence[Zone]) -> bool:
        width, height = self._regions.media.size(box.frame)
        rect, within = oval(grown(box), (height, width))
        open_ = ~coverage(zones, width, height)[rect.y0 : rect.y1, rect.x0 : rect.x1]
        return float((open_ & within).sum()) <= OPEN_SHARE * max(1, int(within.sum()))


class DrawnZones(Covering):
    """What is drawn in the zones of a redacted photo."""

    def __init__(
        self,
        files: tuple[Photo, Photo],
        regions: Regions,
        settings: DrawingSettings,
        zones: Sequence[Zone] | None = None,
    ) -> None:
        """
        Args:
            files: original and redacted.
            regions: of the original: what is covered.
            settings: what is known of drawings and of how files are made.
            zones: as they were filled, where that is known; else as they follow from the regions.
        """
        super().__init__(regions)
        self._files, self._settings = files, settings
        self._given = zones

    @cached_property
    def name(self) -> str | None:
        original, redacted = self._files
        if not self._zones:
            return None
        for one in self._settings.drawings:
            if self._like(redacted, one.filling) and self._holds(original, redacted, one.filling):
                return one.name
        return None

    def zones_at(self) -> ZonesIn:
        return lambda frame: [zone for zone in self._zones if zone.frame == frame]

    @cached_property
    def _zones(self) -> tuple[Zone, ...]:
        if self._given is not None:
            return tuple(self._given)
        original = self._files[0]
        try:
            own = zones_of(
                self._regions, self._settings.zones, lambda frame: photo_sphere(original, frame)
            )
        except ValueError:  # a box outside the picture: nothing is known of its zone
            return ()
        return original.grown(own)

    def _like(self, redacted: Photo, filling: Filling) -> bool:
        """Whether the largest zone looks so at all: a cheap look before a close one."""
        zone = max(self._zones, key=lambda zone: zone.rect.area)
        shown: NDArray[np.uint8] = redacted.picture(zone.frame)
        r = zone.rect
        part = shown[r.y0 : r.y1, r.x0 : r.x1].astype(np.float32)
        around = Surroundings(lambda: shown, self._zones)
        wanted = filling.pixels(zone, around).astype(np.float32)
        if (shown == shown[..., :1]).all():  # a grey file
            part, wanted = part.mean(axis=2), wanted @ np.array([0.299, 0.587, 0.114], np.float32)
        return float(np.abs(part - wanted).mean()) <= FEW

    def _stored_alike(self, redacted: Photo) -> bool:
        """Whether each colour that zones show is stored in one way: two entries of a palette with
        one colour could hold a face between them."""
        native, media = of_photo(redacted), redacted.media()
        for frame in sorted({zone.frame for zone in self._zones}):
            stored = native(frame)
            if not stored.planes:  # a JPEG, of which every coefficient was compared
                continue
            mask = coverage(
                [zone for zone in self._zones if zone.frame == frame], *media.size(frame)
            )
            shown = redacted.picture(frame)[mask].astype(np.int64)
            ways = [stored.orientation.upright(p.samples)[mask] for p in stored.planes]
            colours = len(np.unique(shown, axis=0))
            if len(np.unique(np.column_stack([shown, *ways]), axis=0)) != colours:
                return False
        return True

    def _holds(self, original: Photo, redacted: Photo, filling: Filling) -> bool:
        try:
            exact = original.compare(redacted, self._zones, filling).exact
            if exact and redacted.format not in BY_INDEX and self._stored_alike(redacted):
                return True
            again = io.BytesIO()
            original.write(self._zones, filling, self._settings.encode, again)
        except EffaceError:  # it holds something else
            return False
        return hashlib.sha256(again.getbuffer()).hexdigest() == redacted.sha256
