"""Whether what covers faces in a video is a drawing that follows from a policy and zones alone.

A coder moves every sample a little, and what it moved could be a face. So the original with the
drawing in its zones is written once more: where that gives the very file, the file follows from the
drawing and from what lies outside the zones, since nothing else went into it. That what was written
shows the drawing, and that what differs from it does not resemble what was covered, is looked at in
every frame beside that: it is asked of what writes, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.pair import Pair
from efface.attack.red_team.drawing import FEW, Covering, DrawingSettings, ZonesIn
from efface.attack.red_team.removal import ALIKE
from efface.errors import EffaceError
from efface.files.paths import sha256
from efface.media.video.interface import Movie
from efface.media.video.writing import write_video
from efface.regions import Regions
from efface.zones.filling import Filling, Surroundings
from efface.zones.moving import MovingZones
from efface.zones.painting import coverage
from efface.zones.zone import Zone


class DrawnFrames(Covering):
    """What is drawn in the zones of a redacted video."""

    def __init__(
        self,
        pair: Pair,
        files: tuple[Movie, Movie],
        regions: Regions,
        settings: DrawingSettings,
        zones: Sequence[Zone] | None = None,
    ) -> None:
        """
        Args:
            pair: both files, to be gone through.
            files: original and redacted.
            regions: of the original: what is covered.
            settings: what is known of drawings and of how files are made.
            zones: as they were filled, where that is known; else as they follow from the regions.
        """
        super().__init__(regions)
        self._pair, self._files, self._settings = pair, files, settings
        self._given: defaultdict[int, list[Zone]] | None = None
        if zones is not None:
            self._given = defaultdict(list)
            for zone in zones:
                self._given[zone.frame].append(zone)

    @cached_property
    def name(self) -> str | None:
        for one in self._settings.drawings:
            drawn = one.filling
            if self._begins(drawn) and self._repeats(drawn) and self._shows(drawn):
                return one.name
        return None

    def zones_at(self) -> ZonesIn:
        if self._given is not None:
            given = self._given
            return lambda frame: given.get(frame, ())
        original, policy = self._files[0], self._settings.zones
        grid, reach = original.grid()
        return MovingZones(self._regions, policy, grid, reach, sphere=original.sphere).at

    def _begins(self, filling: Filling) -> bool:
        """Whether the first frame with zones looks so at all: a cheap look before a close one."""
        zones_at = self.zones_at()
        try:
            for frame in self._files[1].frames():
                zones = zones_at(frame.index)
                if zones:
                    apart, _ = _apart(frame.picture(), filling, zones)
                    return float(np.abs(apart).mean()) <= FEW
        except EffaceError:
            pass
        return False

    def _repeats(self, filling: Filling) -> bool:
        """Whether writing it once more, by one encoder thread, gives the very file."""
        original, redacted = self._files
        settings = replace(self._settings.video, reproducible=True)
        with TemporaryDirectory(prefix="efface-", ignore_cleanup_errors=True) as folder:
            target = Path(folder) / f"again{redacted.path.suffix}"
            try:
                write_video(original, target, self.zones_at(), filling, settings)
                return sha256(target) == redacted.sha256
            except (EffaceError, OSError):  # it cannot be written so, or there is no room
                return False

    def _shows(self, filling: Filling) -> bool:
        """Whether every frame shows the drawing, and in what it differs nothing of a face."""
        zones_at, sums = self.zones_at(), np.zeros(3)
        for both in self._pair.frames():
            zones = zones_at(both.index)
            if not zones:
                continue
            apart, mask = _apart(both.redacted, filling, zones)
            if float(np.abs(apart).mean()) > FEW:
                return False
            one, other = apart - apart.mean(), _luma(both.original)[mask]
            other -= other.mean()
            sums += one @ other, one @ one, other @ other
        return abs(sums[0]) < ALIKE * np.sqrt(sums[1] * sums[2]) or not sums[1]


def _apart(
    shown: NDArray[np.uint8], filling: Filling, zones: Sequence[Zone]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """How far a frame's luma lies from the drawing's in its zones, in steps of 255; and where those
    are, shape (height, width)."""
    wanted, around = shown.copy(), Surroundings(lambda: shown, zones)
    for zone in zones:  # the later one covers the earlier
        r, mask = zone.rect, zone.mask()
        wanted[r.y0 : r.y1, r.x0 : r.x1][mask] = filling.pixels(zone, around)[mask]
    mask = coverage(zones, shown.shape[1], shown.shape[0])
    return (_luma(shown) - _luma(wanted))[mask], mask


def _luma(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)
