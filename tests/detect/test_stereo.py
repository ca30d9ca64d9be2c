"""A face that is found in one view of a scene is covered in the other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.media.heifs import HEIC, built, part

from efface.detect.interface import Detection
from efface.detect.stereo import in_other_views
from efface.media.isobmff.boxes import packed, packed_full
from efface.media.sniff import open_photo
from efface.policy import Limits
from efface.regions import Box

FACE = (60, 40, 40, 48)
SHIFT = 7


class Sees:
    """A detector that finds given faces whatever it looks at."""

    name = "sees"

    def __init__(self, *faces: tuple[float, float, float, float]) -> None:
        self._faces = faces

    def detect(self, picture: NDArray[np.uint8]) -> Sequence[Detection]:
        return [Detection(*face, 0.9) for face in self._faces]


def scene(shift: int = 0, width: int = 240, seed: int = 3) -> NDArray[np.uint8]:
    """Smooth noise, seen from ``shift`` pixels beside."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (16, 40, 3), np.uint8))
    wide = np.asarray(coarse.resize((width + 80, 160), Image.Resampling.BICUBIC))
    return np.ascontiguousarray(wide[:, 40 + shift : 40 + shift + width])


def jpeg(picture: NDArray[Any], **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def mpo(*pictures: NDArray[np.uint8]) -> bytes:
    first, *others = [Image.fromarray(picture) for picture in pictures]
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=others, quality=92)
    return out.getvalue()


def heic(left: NDArray[np.uint8], right: NDArray[np.uint8], grouped: bool = True) -> bytes:
    data = built(HEIC, [part(HEIC, left), part(HEIC, right)])
    if not grouped:
        return data
    numbers = b"".join(n.to_bytes(4, "big") for n in (9, 2, 1, 2))
    group = packed(b"grpl", packed_full(b"ster", 0, 0, numbers))
    at = data.index(b"meta") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    out = bytearray(data[: at + size] + group + data[at + size :])
    out[at : at + 4] = (size + len(group)).to_bytes(4, "big")
    table = data.index(b"iloc") + 12
    for entry in range(2):
        field = table + 14 * entry + 6
        place = int.from_bytes(out[field : field + 4], "big") + len(group)
        out[field : field + 4] = place.to_bytes(4, "big")
    return bytes(out)


def found(
    tmp_path: Path, name: str, data: bytes, known: Sequence[Box], *seen: tuple[int, ...]
) -> list[Box]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(in_other_views(open_photo(path, Limits()), known, Sees(*seen)))  # type: ignore[arg-type]


def near(box: Box, x: float, y: float) -> bool:
    return max(abs(box.x - x), abs(box.y - y)) <= 1.5


def test_a_face_of_the_dropped_view_is_covered_in_the_one_that_stays(tmp_path: Path) -> None:
    data = mpo(scene(), scene(SHIFT))
    (box,) = found(tmp_path, "a.mpo", data, (), FACE)
    assert box.frame == 0
    assert near(box, FACE[0] + SHIFT, FACE[1])


def test_a_smaller_second_view(tmp_path: Path) -> None:
    small = np.asarray(Image.fromarray(scene(8)).resize((120, 80), Image.Resampling.BOX))
    (box,) = found(tmp_path, "a.jpg", mpo(scene(), small), (), (30, 20, 20, 24))
    assert near(box, 68, 40)
    assert (box.width, box.height) == (40, 48)


def test_a_second_picture_without_an_index(tmp_path: Path) -> None:
    data = jpeg(scene()) + jpeg(scene(SHIFT))
    assert len(found(tmp_path, "a.jpg", data, (), FACE)) == 1


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("frame", [0, 1])
def test_both_views_of_a_heic(grouped: bool, frame: int, tmp_path: Path) -> None:
    known = [Box(frame, *FACE, 0.8)]
    data = heic(scene(), scene(SHIFT), grouped)
    (box,) = found(tmp_path, "a.heic", data, known)
    assert box.frame == 1 - frame
    assert near(box, FACE[0] + (SHIFT if frame else -SHIFT), FACE[1])


def test_side_by_side(tmp_path: Path) -> None:
    data = jpeg(np.hstack((scene(), scene(SHIFT))))
    (box,) = found(tmp_path, "a.jps", data, [Box(0, *FACE, 0.8)])
    assert near(box, 240 + FACE[0] - SHIFT, FACE[1])
    assert not found(tmp_path, "a.jpg", data, [Box(0, *FACE, 0.8)])


def test_a_face_that_both_views_show_is_no_second_one(tmp_path: Path) -> None:
    known = [Box(0, *FACE, 0.8), Box(1, FACE[0] - SHIFT + 2.0, *FACE[1:], 0.8)]
    assert not found(tmp_path, "a.heic", heic(scene(), scene(SHIFT)), known)


def test_where_it_cannot_be_followed_a_stereo_pair_is_covered_wherever_it_can_be(
    tmp_path: Path,
) -> None:
    other = scene(seed=4)
    known = [Box(0, *FACE, 0.8)]
    (box,) = found(tmp_path, "a.heic", heic(scene(), other), known)
    assert box.x < FACE[0] - 10
    assert box.x + box.width > FACE[0] + FACE[2] + 10
    assert not found(tmp_path, "b.heic", heic(scene(), other, grouped=False), known)


@pytest.mark.parametrize("cut", [10, 400])
def test_a_broken_second_view_is_passed_over(cut: int, tmp_path: Path) -> None:
    data = jpeg(scene()) + jpeg(scene(SHIFT))[:cut]
    assert not found(tmp_path, "a.jpg", data, (), FACE)


def test_mpo_index_of_hostile_places(tmp_path: Path) -> None:
    data = bytearray(mpo(scene(), scene(SHIFT)))
    at = data.index(b"MPF\0")
    for offset in range(at + 4, at + 90, 3):
        bad = bytes(data[:offset]) + b"\xff\xff\xff\xfe" + bytes(data[offset + 4 :])
        path = tmp_path / "bad.mpo"
        path.write_bytes(bad)
        list(open_photo(path, Limits()).views())
