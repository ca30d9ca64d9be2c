"""What a hostile file may ask for: every limit holds before anything is decoded."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from tests.media.contract.described import Described, Kind
from tests.media.contract.families import DESCRIBED
from tests.media.lossless import opened

from efface.errors import RefusedError
from efface.policy import Limits

FAMILIES = pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.family.name)


def _first(family: Described) -> tuple[bytes, float]:
    """A file, and its megapixels."""
    kind = family.kinds[0]
    frames = kind.draw(1)
    height, width = frames[0].shape[:2]
    return kind.make(frames), height * width / 1e6


@FAMILIES
def test_a_picture_beyond_the_limit_is_refused(family: Described, tmp_path: Path) -> None:
    data, megapixels = _first(family)
    opened(tmp_path, data, family.suffix, Limits(max_megapixels=megapixels))
    with pytest.raises(RefusedError, match="megapixels") as caught:
        opened(tmp_path, data, family.suffix, Limits(max_megapixels=megapixels * 0.99))
    assert caught.value.path is not None
    assert "limits.max_megapixels" in (caught.value.hint or "")


@FAMILIES
def test_a_bomb_costs_no_memory(family: Described, tmp_path: Path) -> None:
    data = family.bomb()
    assert len(data) < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError, match="megapixels"):
            opened(tmp_path, data, family.suffix)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000


@FAMILIES
def test_a_large_file_is_refused_by_its_size(family: Described, tmp_path: Path) -> None:
    data, _ = _first(family)
    with pytest.raises(RefusedError, match="MB"):
        opened(tmp_path, data, family.suffix, Limits(max_file_mb=(len(data) - 1) / 1e6))


MOVING = [
    pytest.param(family, kind, id=f"{family.family.name}-{kind.name}")
    for family in DESCRIBED
    for kind in [k for k in family.kinds if len(k.draw(1)) > 1][:1]
]


def test_families_with_several_frames_are_tried() -> None:
    assert len(MOVING) >= 6


@pytest.mark.parametrize(("family", "kind"), MOVING)
def test_too_many_frames_are_refused(family: Described, kind: Kind, tmp_path: Path) -> None:
    frames = kind.draw(1)
    data = kind.make(frames)
    opened(tmp_path, data, family.suffix, Limits(max_frames=len(frames)))
    with pytest.raises(RefusedError, match="frames"):
        opened(tmp_path, data, family.suffix, Limits(max_frames=len(frames) - 1))
    pixels = sum(frame.shape[0] * frame.shape[1] for frame in frames) / 1e6
    with pytest.raises(RefusedError, match="together"):
        opened(tmp_path, data, family.suffix, Limits(max_total_megapixels=pixels * 0.9))
