"""Zone geometry: how a face box becomes the zone that is filled.

A face box reaches from the forehead to the chin and from cheek to cheek. The zone has to cover the
head as a viewer would recognise it: hair, ears and jaw too. Growth is about the box's centre, the
same above and below, because a head may be turned any way up. All zones are as wide for their
height, unless the policy lets them follow the face.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from efface.geometry import Rect
from efface.policy import ZonePolicy
from efface.regions import Box, Regions, Track
from efface.sphere.picture import Sphere
from efface.zones.around import zones_around
from efface.zones.ratio import in_ratio, ratio_of
from efface.zones.zone import Zone


def zone_of(track: Track, box: Box, policy: ZonePolicy, width: int, height: int) -> Zone:
    """The zone of one box in a picture of ``width`` x ``height`` pixels.

    A track whose boxes are zones is taken as drawn; any other box grows by the policy.
    """
    if track.zone:
        outer = Rect.covering(box.x, box.y, box.width, box.height)
    else:
        across = max(box.width * (policy.width - 1) / 2, policy.min_margin_px)
        along = max(box.height * (policy.height - 1) / 2, policy.min_margin_px)
        reach = box.x - across, box.y - along, box.width + 2 * across, box.height + 2 * along
        outer = in_ratio(*reach, ratio_of(policy)) if policy.one_ratio else Rect.covering(*reach)
        outer = _down(outer, policy)
    return Zone(
        track=track.id,
        frame=box.frame,
        rect=outer.clipped(width, height),
        outer=outer,
        shape=track.shape or policy.shape,
    )


def _down(head: Rect, policy: ZonePolicy) -> Rect:
    """With the body below. How far follows from the head's zone, so that it tells no more than
    that."""
    if not policy.below:
        return head
    below = math.ceil(head.height * policy.below / policy.height)
    return Rect(head.x0, head.y0, head.x1, head.y1 + below)


def zones_for(
    track: Track, box: Box, policy: ZonePolicy, size: tuple[int, int], sphere: Sphere | None
) -> tuple[Zone, ...]:
    """The zones of one box, those outside the picture left out.

    Args:
        size: (width, height) of the picture, pixels.
        sphere: where it lies on the sphere; ``None``: it is flat.
    """
    flat = zone_of(track, box, policy, *size)
    if sphere is not None:
        return zones_around(flat, box, policy, sphere, drawn=track.zone)
    return () if flat.rect.empty else (flat,)


def zones_of(
    regions: Regions, policy: ZonePolicy, spheres: Callable[[int], Sphere | None] = lambda _: None
) -> tuple[Zone, ...]:
    """The zones of every box that is not to be kept.

    Args:
        spheres: where the picture of a frame lies on the sphere; ``None``: it is flat.

    Raises:
        ValueError: a box lies outside the picture, so that nothing would be filled for it.
    """
    zones: list[Zone] = []
    for track in regions.tracks:
        if track.action == "keep":
            continue
        for box in track.every_box():
            width, height = regions.media.size(box.frame)
            own = zones_for(track, box, policy, (width, height), spheres(box.frame))
            if not box.touches(width, height) or not own:
                raise ValueError(
                    f"track {track.id!r} has a box outside the picture of {width}x{height} pixels "
                    f"(frame {box.frame})"
                )
            zones += own
    return tuple(zones)
