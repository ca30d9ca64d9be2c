"""Zone geometry: how a face box becomes the zone that is filled.

A face box reaches from the forehead to the chin and from cheek to cheek. The zone has to cover the
head as a viewer would recognise it: hair, ears and jaw too. Growth is about the box's centre, the
same above and below, because a head may be turned any way up.
"""

from __future__ import annotations

from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.redact.interface import Zone
from efface.regions import Box, Regions, Track


def zone_of(track: Track, box: Box, policy: ZonePolicy, width: int, height: int) -> Zone:
    """The zone of one box in a picture of ``width`` x ``height`` pixels.

    A track whose boxes are zones is taken as drawn; any other box grows by the policy.
    """
    if track.zone:
        outer = Rect.covering(box.x, box.y, box.width, box.height)
    else:
        across = max(box.width * (policy.width - 1) / 2, policy.min_margin_px)
        along = max(box.height * (policy.height - 1) / 2, policy.min_margin_px)
        outer = Rect.covering(
            box.x - across, box.y - along, box.width + 2 * across, box.height + 2 * along
        )
    return Zone(
        track=track.id,
        frame=box.frame,
        rect=outer.clipped(width, height),
        outer=outer,
        shape=track.shape or policy.shape,
    )


def zones_of(regions: Regions, policy: ZonePolicy) -> tuple[Zone, ...]:
    """The zones of every box that is not to be kept.

    Raises:
        ValueError: a box lies outside the picture, so that nothing would be filled for it.
    """
    zones = []
    for track in regions.tracks:
        if track.action == "keep":
            continue
        for box in track.every_box():
            width, height = regions.media.size(box.frame)
            zone = zone_of(track, box, policy, width, height)
            if not box.touches(width, height) or zone.rect.empty:
                raise ValueError(
                    f"track {track.id!r} has a box outside the picture of {width}x{height} pixels "
                    f"(frame {box.frame})"
                )
            zones.append(zone)
    return tuple(zones)
