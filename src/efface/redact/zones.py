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
    """The zones of every box that is to be redacted; those outside the picture are left out."""
    zones = (
        zone_of(track, box, policy, *regions.media.size(box.frame))
        for track in regions.tracks
        if track.action == "redact"
        for box in track.every_box()
    )
    return tuple(zone for zone in zones if not zone.rect.empty)
