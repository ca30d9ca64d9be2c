"""What a method draws in zones is not looked at for faces: it was held against what was meant."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from efface.detect import rescan as rescanning
from efface.detect.rescan import rescan
from efface.detect.tiling import Pyramid
from efface.geometry import Rect
from efface.zones.zone import Zone

ZONE = Zone("t1", 0, Rect(60, 20, 110, 100), Rect(60, 20, 110, 100))


def test_a_face_in_a_small_zone_is_seen_only_where_it_shows(portrait: NDArray[np.uint8]) -> None:
    """A zone of a third of the face would count as open; blank, there is no face to see."""
    assert rescan(portrait, 0, [ZONE], [], turns={})
    rect = Rect(60, 0, 160, 120)
    covered = Zone("t1", 0, rect, rect)
    assert not rescan(portrait, 0, [covered], [], turns={}, blank=True)


def test_faces_beside_blank_zones_are_seen(portrait: NDArray[np.uint8]) -> None:
    rect = Rect(0, 0, 20, 20)
    assert rescan(portrait, 0, [Zone("t1", 0, rect, rect)], [], turns={}, blank=True)


def test_the_picture_itself_stays(
    portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[NDArray[np.uint8]] = []

    class Noted(Pyramid):
        def __init__(self, picture: NDArray[np.uint8]) -> None:
            seen.append(picture.copy())
            super().__init__(picture)

    monkeypatch.setattr(rescanning, "Pyramid", Noted)
    before = portrait.copy()
    rescan(portrait, 0, [ZONE], [], turns={}, blank=True)
    assert (portrait == before).all()
    assert not seen[0][20:100, 60:110].any()
