"""What files show, made up."""

from __future__ import annotations

from typing import Any

import msgspec

from efface.workflow.sight_form import PlaceEntry, SightEntry


def place(**values: Any) -> PlaceEntry:
    """A mosaic on a face."""
    plain = PlaceEntry(
        frame=0, box=[10.0, 20.0, 80.0, 90.0], face=True, width_px=80.0, kind="mosaic",
        strength_px=10.0, sure=0.9, share=1.0, angle_deg=None, frames=1, thumbnail=None,
    )  # fmt: skip
    return msgspec.structs.replace(plain, **values)


def sight(*places: PlaceEntry, **values: Any) -> SightEntry:
    """A photo with these."""
    plain = SightEntry(
        sha256="0" * 64, kind="image", width=200, height=150, frames=1, looked=1, clear=0,
        places=list(places),
    )  # fmt: skip
    return msgspec.structs.replace(plain, **values)
