"""What lies on top of a picture that every player shows, and is left out and named.

That is metadata which changes brightness and colour scene by scene, and a second view of the scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from efface.errors import RefusedError
from efface.media.trace import Trace
from efface.media.video.carried.dolby import Dolby
from efface.media.video.facts import UNSTATED
from efface.media.video.sidedata import dynamic_metadata

SECOND_VIEW = "second view"
_PQ, _HLG = 16, 18
"""Transfer characteristics (ITU-T H.273)."""


@dataclass(frozen=True, slots=True)
class DroppedLayer:
    """One that is left out."""

    name: str
    base: str
    """What stays."""

    @property
    def finding(self) -> Trace:
        if self.name == SECOND_VIEW:
            detail = "a second view of the scene, for the other eye"
            return Trace("second-view", "video track", detail, "shows")
        detail = f"{self.name}, how bright and colourful each scene shows; {self.base} stays"
        return Trace("dynamic-hdr", "video track", detail, "unknown")

    @property
    def note(self) -> str:
        if self.name == SECOND_VIEW:
            return "It was spatial (3D): the picture for one eye is written, as flat players show."
        return (
            f"It was {self.name}: the {self.base} picture that other players show is written; the "
            "layer that changes its brightness scene by scene is left out."
        )


def layers_of(
    frame: av.VideoFrame, dolby: Dolby | None, path: Path, *, views: bool
) -> tuple[DroppedLayer, ...]:
    """What a track carries on top of its pictures.

    Args:
        frame: its first.
        dolby: its record of Dolby Vision.
        views: it holds a second view.

    Raises:
        RefusedError: its pictures have no meaning without it.
    """
    names = list(dynamic_metadata(frame))
    if dolby is not None and "Dolby Vision" not in names:
        names.append("Dolby Vision")
    transfer = int(frame.color_trc)
    plain = {_PQ: "HDR10", _HLG: "HLG", UNSTATED: None}.get(transfer, "SDR")
    layers = []
    for name in sorted(names):
        base = dolby.base if name == "Dolby Vision" and dolby is not None else plain
        if base is None:
            raise RefusedError(
                f"the video is {name} whose pictures have the wrong colours in every player that "
                "does not know it.",
                path=path,
                hint="Export it as HDR10, HLG or SDR with the program that it comes from.",
            )
        layers.append(DroppedLayer(name, base))
    return (*layers, *([DroppedLayer(SECOND_VIEW, "first view")] if views else []))
