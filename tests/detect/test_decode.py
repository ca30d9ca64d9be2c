"""The networks' heads are read as their authors meant them."""

from __future__ import annotations

import numpy as np
import pytest

from efface.detect import centerface, yunet


def test_centerface_cells() -> None:
    heads = {
        "537": np.zeros((1, 1, 8, 16), np.float32),
        "538": np.zeros((1, 2, 8, 16), np.float32),
        "539": np.zeros((1, 2, 8, 16), np.float32),
    }
    heads["537"][0, 0, 3, 5] = 0.8
    heads["538"][0, :, 3, 5] = np.log([5, 3])  # height, width in cells
    heads["539"][0, :, 3, 5] = 0.25, -0.25  # y, x
    (box,) = centerface.decode(heads, (32, 64), 0.5)
    centre_x, centre_y = (5 - 0.25 + 0.5) * 4, (3 + 0.25 + 0.5) * 4
    assert box == pytest.approx([centre_x - 6, centre_y - 10, 12, 20, 0.8], abs=1e-5)
    assert len(centerface.decode(heads, (32, 64), 0.9)) == 0


def test_yunet_rows() -> None:
    heads = {}
    for stride in yunet.STRIDES_PX:
        cells = (64 // stride) * (96 // stride)
        for name, channels in (("cls", 1), ("obj", 1), ("bbox", 4)):
            heads[f"{name}_{stride}"] = np.zeros((1, cells, channels), np.float32)
    cell = 2 * (96 // 16) + 4  # row 2, column 4 of stride 16
    heads["cls_16"][0, cell], heads["obj_16"][0, cell] = 0.9, 0.4
    heads["bbox_16"][0, cell] = 0.5, 0.25, np.log(2), np.log(3)
    (box,) = yunet.decode(heads, (64, 96), 0.5)
    assert box == pytest.approx([72 - 16, 36 - 24, 32, 48, 0.6], abs=1e-4)


def test_yunet_takes_every_cell_from_the_floor_on() -> None:
    random = np.random.default_rng(5)
    heads: dict[str, np.ndarray] = {}
    wanted = 0
    floor = 0.3
    for stride in yunet.STRIDES_PX:
        cells = (64 // stride) * (96 // stride)
        seen, there = random.random((2, 1, cells, 1), np.float32)
        seen[0, 0], there[0, 0] = floor, floor  # on it
        seen[0, 1], there[0, 1] = 1.2, floor**2  # no more than 1 counts
        wanted += int((np.sqrt(np.minimum(seen, 1) * there) >= np.float32(floor)).sum())
        place = np.zeros((1, cells, 4), np.float32)
        place[..., 2:] = -9  # too small to overlap
        heads |= {f"cls_{stride}": seen, f"obj_{stride}": there, f"bbox_{stride}": place}
    assert len(yunet.decode(heads, (64, 96), floor)) == wanted
