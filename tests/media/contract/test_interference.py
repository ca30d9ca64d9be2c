"""What lies in a zone has no influence on a single byte of the output, in any family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.media.contract.described import Described, Kind, Samples, Twins
from tests.media.contract.families import DESCRIBED
from tests.media.lossless import inside, opened, written, zone
from tests.media.lossy import scene

from efface.policy import EncodePolicy
from efface.regions import Shape
from efface.zones.zone import Zone

EXACT = [
    pytest.param(family, kind, id=f"{family.family.name}-{kind.name}")
    for family in DESCRIBED
    for kind in family.kinds
    if kind.exact
]
APART = [
    pytest.param(family, kind.twins, id=f"{family.family.name}-{kind.name}")
    for family in DESCRIBED
    for kind in family.kinds
    if kind.twins is not None
]


SET = EncodePolicy(webp_quality=80, avif_quality=80, heic_quality=80)
"""Left out, quality is chosen by how finely the whole input is quantised, zones and all."""


def test_every_family_is_tried() -> None:
    tried = {param.values[0].family.name for param in EXACT + APART}  # type: ignore[union-attr]
    assert tried == {family.family.name for family in DESCRIBED}


def changed(
    frames: Sequence[Samples], others: Sequence[Samples], zones: Sequence[Zone]
) -> list[Samples]:
    """Frames with what others show in the zones."""
    out = []
    for index, (frame, other) in enumerate(zip(frames, others, strict=True)):
        mask = inside(frame.shape[:2], [z for z in zones if z.frame == index])
        out.append(np.where(mask[..., None] if frame.ndim == 3 else mask, other, frame))
    return out


def check(family: Described, folder: Path, files: Sequence[bytes], zones: Sequence[Zone]) -> None:
    """Both files are written alike, and are not the same."""
    photos = [opened(folder, data, family.suffix) for data in files]
    one, other = (written(photo, zones, encode=SET)[0] for photo in photos)
    assert one == other


def drawn(
    frames: Sequence[Samples], place: tuple[float, float, float, float], shape: Shape
) -> list[Zone]:
    """A zone in every other frame, from the first on, that lies in each as parts of its sides."""
    zones = []
    for index, frame in enumerate(frames[::2]):
        height, width = frame.shape[:2]
        x0, y0 = int(place[0] * (width - 1)), int(place[1] * (height - 1))
        x1, y1 = x0 + 1 + int(place[2] * (width - x0)), y0 + 1 + int(place[3] * (height - y0))
        rect = (x0, y0, min(x1, width), min(y1, height))
        zones.append(zone(*rect, frame=2 * index, shape=shape))
    return zones


@pytest.mark.parametrize(("family", "kind"), EXACT)
def test_scenes_that_differ_in_the_zones_end_in_one_file(
    family: Described, kind: Kind, tmp_path: Path
) -> None:
    frames = kind.draw(3)
    for place, shape in (((0.3, 0.2, 0.4, 0.5), "box"), ((0.6, 0.5, 1.0, 1.0), "rounded")):
        zones = drawn(frames, place, shape)  # type: ignore[arg-type]
        other = changed(frames, kind.draw(4), zones)
        assert any(not np.array_equal(a, b) for a, b in zip(frames, other, strict=True))
        check(family, tmp_path, [kind.make(frames), kind.make(other)], zones)


PART = st.floats(0, 1)


@pytest.mark.parametrize(
    "family",
    [f for f in DESCRIBED if any(k.exact for k in f.kinds)],
    ids=lambda family: family.family.name,
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    place=st.tuples(PART, PART, PART, PART),
    shape=st.sampled_from(["box", "rounded"]),
    seeds=st.tuples(st.integers(0, 99), st.integers(100, 199)),
)
def test_wherever_the_zones_lie(
    *,
    family: Described,
    data: st.DataObject,
    place: tuple[float, float, float, float],
    shape: Shape,
    seeds: tuple[int, int],
    tmp_path: Path,
) -> None:
    kind = data.draw(st.sampled_from([kind for kind in family.kinds if kind.exact]))
    frames = kind.draw(seeds[0])
    zones = drawn(frames, place, shape)
    other = changed(frames, kind.draw(seeds[1]), zones)
    check(family, tmp_path, [kind.make(frames), kind.make(other)], zones)


@pytest.mark.parametrize(("family", "twins"), APART)
@pytest.mark.parametrize("seed", [1, 2])
def test_parts_that_are_coded_apart_end_in_one_file(
    family: Described, twins: Any, seed: int, tmp_path: Path
) -> None:
    """A lossy codec carries a face over any grid: only where parts are coded each on its own can
    two files be decoded alike but in a zone."""
    made: Twins = twins(seed)
    one, other, zones = made
    assert one != other
    check(family, tmp_path, [one, other], zones)


TURNS = [
    pytest.param(family, kind, orientation, id=f"{family.family.name}-{kind}-{orientation}")
    for family in DESCRIBED
    for kind in family.turned
    for orientation in range(1, 9)
    if any(k.exact for k in family.kinds) and kind != "lossy"
]


@pytest.mark.parametrize(("family", "kind", "orientation"), TURNS)
def test_turned_pictures_end_in_one_file(
    family: Described, kind: str, orientation: int, tmp_path: Path
) -> None:
    upright = scene(53, 75)
    other: NDArray[Any] = upright.copy()
    zones = [zone(20, 14, 37, 31), zone(70, 50, 75, 53, shape="rounded")]
    mask = inside((53, 75), zones)
    other[mask] = 255 - other[mask]
    files = [family.turned[kind](picture, orientation) for picture in (upright, other)]
    assert files[0] != files[1]
    check(family, tmp_path, files, zones)
