"""The network that efface carries draws heads: detectors see a face, and the ring is kept."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.fillings import soft

from efface.detect.landmarks import decode, landmark_network
from efface.generate.canvas import Canvas
from efface.generate.head import FINER, head_for
from efface.generate.likeness import linear_faces
from efface.generate.pose import FRONTAL, Pose
from efface.generate.prior import prior_network
from efface.geometry import Rect
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

SIDE, OUTER = 256, Rect(65, 33, 191, 223)
ZONE = Zone("t1", 0, OUTER, OUTER)
SURE = 0.7
Picture = NDArray[np.uint8]


def drawn(seed: int, pose: Pose = FRONTAL) -> Picture:
    picture = soft(SIDE, SIDE)
    around = Surroundings(lambda: picture, [ZONE])
    models = linear_faces(), prior_network()
    return head_for(ZONE, around, models, np.random.default_rng(seed), pose)


def middles_of_faces(picture: Picture) -> NDArray[np.floating]:
    """In shares of the picture; one face may be found several times."""
    (found,) = landmark_network().run([picture], lambda out, shape: decode(out, shape, SURE))
    return (found[:, :2] + found[:, 2:4] / 2) / picture.shape[1::-1]


@pytest.mark.parametrize(("seed", "yaw"), [(1, 0), (2, 0), (3, 25), (4, -25)])
def test_a_detector_sees_a_face_in_the_middle_and_no_other(seed: int, yaw: float) -> None:
    found = middles_of_faces(drawn(seed, Pose(yaw=yaw)))
    assert len(found)
    assert np.abs(found - 0.5).max() < 0.15


def test_it_sees_none_in_what_the_head_is_drawn_before() -> None:
    assert len(middles_of_faces(np.ascontiguousarray(soft(SIDE, SIDE)[:, 32:-32]))) == 0


def test_what_lies_around_is_drawn_as_it_is() -> None:
    canvas, head = Canvas.over(OUTER), drawn(5)
    rect = canvas.within(SIDE, SIDE)
    shown, known = canvas.shown(
        soft(SIDE, SIDE)[rect.y0 : rect.y1, rect.x0 : rect.x1],
        Surroundings(lambda: soft(SIDE, SIDE), [ZONE]).open(rect),
        rect,
    )
    small = head[::FINER, ::FINER].astype(float)
    off = np.abs(small - (shown + 1) * 127.5).mean(axis=2)[known > 0]
    assert len(off) > 1000
    assert off.mean() < 6
