"""The zones of regions frame by frame, as the product draws them, less the codec's grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from efface.geometry import NO_GRID, Rect
from efface.policy import ZonePolicy
from efface.regions import Regions
from efface.zones.moving import MovingZones


def moving_zones(regions: Regions, policy: ZonePolicy) -> Callable[[int], Sequence[Rect]]:
    """Rectangles of the zones of each frame."""
    zones = MovingZones(regions, policy, NO_GRID, 0)
    return lambda frame: [zone.rect for zone in zones.at(frame)]
