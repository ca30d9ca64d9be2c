"""What every family keeps: all that lies outside the zones, for every kind of its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.media.contract.described import Described, Kind
from tests.media.contract.families import DESCRIBED
from tests.media.lossless import inside, opened, written, zone

from efface.policy import Colour
from efface.zones.filling import ConstantFilling
from efface.zones.zone import Zone

RED = Colour(200, 30, 40)
EVERY_KIND = [
    pytest.param(family, kind, id=f"{family.family.name}-{kind.name}")
    for family in DESCRIBED
    for kind in family.kinds
]


def zones_of(sizes: Sequence[tuple[int, int]]) -> tuple[Zone, ...]:
    """In every other frame one that is rounded, and one of the last row and column."""
    out: list[Zone] = []
    for frame, (width, height) in enumerate(sizes):
        if frame % 2 == 0:
            middle = (width // 4, height // 4, width // 4 + width // 3, height // 4 + height // 3)
            out.append(zone(*middle, frame=frame, shape="rounded"))
            out.append(zone(width - width // 6, height - height // 6, width, height, frame=frame))
    return tuple(out)


def near(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Pixels of a mask, and those up to so many rows and columns away."""
    for axis in (0, 1):
        for _ in range(by):
            mask = mask | np.roll(mask, 1, axis) | np.roll(mask, -1, axis)
    return mask


@pytest.mark.parametrize(("family", "kind"), EVERY_KIND)
def test_outside_the_zones_nothing_changes(family: Described, kind: Kind, tmp_path: Path) -> None:
    data = kind.make(kind.draw(1))
    photo = opened(tmp_path, data, family.suffix)
    zones = zones_of(photo.sizes)
    output, report = written(photo, zones, RED)
    again = opened(tmp_path, output, family.suffix)
    grown = photo.grown(zones)
    assert photo.compare(again, grown, ConstantFilling(RED)).exact == report.lossless == kind.exact
    assert again.findings() == ()
    assert (again.format, again.sizes) == (family.family.name, photo.sizes)
    assert {*family.parts(output)} <= family.allowed

    before, after = kind.read(data), kind.read(output)
    assert len(before) == len(after) == len(photo.sizes)
    for frame, (ours, theirs) in enumerate(zip(before, after, strict=True)):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        covered, drawn = (
            inside(theirs.shape[:2], [z for z in some if z.frame == frame])
            for some in (grown, zones)
        )
        free = ~near(covered, kind.spill)
        assert free.any()
        if kind.exact:
            assert ours[free].tobytes() == theirs[free].tobytes()
            assert (theirs[drawn] == theirs[drawn][:1]).all()
        else:
            assert np.abs(ours[free].astype(float) - theirs[free]).mean() <= kind.apart
        if kind.fill_error is not None:
            off = np.abs(again.picture(frame)[drawn].astype(int) - RED.rgb)
            assert not (off > kind.fill_error).any()


@pytest.mark.parametrize(("family", "kind"), EVERY_KIND)
def test_the_same_input_gives_the_same_bytes(family: Described, kind: Kind, tmp_path: Path) -> None:
    """In whatever order its frames were looked at; and what is written is canonical."""
    data = kind.make(kind.draw(1))
    photo = opened(tmp_path, data, family.suffix)
    zones = zones_of(photo.sizes)
    output, _ = written(photo, zones)
    for frame in reversed(range(len(photo.sizes))):
        photo.picture(frame)
    assert written(photo, zones)[0] == output
    assert written(opened(tmp_path, data, family.suffix), zones)[0] == output
    if kind.exact:
        assert written(opened(tmp_path, output, family.suffix), zones)[0] == output
