"""Zones are those of the upright picture, and files stay turned as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.media.contract.described import Described
from tests.media.contract.families import DESCRIBED
from tests.media.lossless import opened, written, zone
from tests.media.lossy import covers, scene

from efface.policy import Colour
from efface.zones.filling import ConstantFilling

RED = Colour(200, 30, 40)
NOT_TURNED = {"GIF", "BMP"}
"""Formats that cannot say it."""
TURNS = [
    pytest.param(family, kind, orientation, id=f"{family.family.name}-{kind}-{orientation}")
    for family in DESCRIBED
    for kind in family.turned
    for orientation in range(1, 9)
]


def test_every_family_that_can_be_turned_is_tried() -> None:
    assert {f.family.name for f in DESCRIBED if not f.turned} == NOT_TURNED


@pytest.mark.parametrize(("family", "kind", "orientation"), TURNS)
def test_every_orientation(family: Described, kind: str, orientation: int, tmp_path: Path) -> None:
    upright = scene(64, 96)
    data = family.turned[kind](upright, orientation)
    photo = opened(tmp_path, data, family.suffix)
    assert photo.sizes == ((96, 64),)
    seen = photo.picture(0).astype(int)
    assert np.abs(seen - _shown(family, data)).mean() < 2
    apart = np.abs(seen - upright).mean((0, 1))
    assert apart.max() < 12 or np.ptp(seen, axis=2).max() == 0  # grey, or of other colours a little

    corner = (zone(74, 50, 96, 64),)
    output, _ = written(photo, corner, RED)
    again = opened(tmp_path, output, family.suffix)
    photo.compare(again, photo.grown(corner), ConstantFilling(RED))
    assert again.sizes == ((96, 64),)
    fill = RED if np.ptp(seen, axis=2).max() else Colour(*[RED.luma] * 3)
    for picture in (again.picture(0), _shown(family, output)):
        assert covers(picture, (zone(78, 54, 96, 64),), fill, 12)
        assert np.abs(picture[:28, :42].astype(int) - seen[:28, :42]).mean() < 4
    assert again.findings() == ()
    assert {*family.parts(output)} <= family.allowed


def _shown(family: Described, data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    assert family.shown is not None
    return np.asarray(family.shown(data))
