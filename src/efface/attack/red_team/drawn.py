"""What is drawn over faces, in a photo or in a video."""

from __future__ import annotations

from collections.abc import Sequence

from efface.attack.pair import Pair
from efface.attack.red_team.drawing import Covering, DrawingSettings, DrawnZones
from efface.attack.red_team.drawing_video import DrawnFrames
from efface.media.interface import Photo
from efface.media.video.interface import as_movie
from efface.regions import Regions
from efface.zones.zone import Zone


def drawn_in(
    pair: Pair,
    regions: Regions,
    settings: DrawingSettings,
    zones: Sequence[Zone] | None = None,
) -> Covering:
    """Looks at the zones of a redacted file.

    Args:
        pair: with its original.
        regions: of the original: what is covered.
        settings: what is known of drawings and of how files are made.
        zones: as they were filled, where that is known; else as they follow from the regions.
    """
    original, redacted = pair.files
    if isinstance(original, Photo) and isinstance(redacted, Photo):
        return DrawnZones((original, redacted), regions, settings, zones)
    return DrawnFrames(pair, (as_movie(original), as_movie(redacted)), regions, settings, zones)
