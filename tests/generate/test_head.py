"""A head for a zone, which knows nothing of what the zone covers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.fillings import soft
from tests.generate.networks import half_ring

from efface.detect.batches import ChipNetwork
from efface.generate.canvas import HEIGHT, WIDTH
from efface.generate.head import FINER, head_for
from efface.generate.likeness import linear_faces
from efface.generate.pose import FRONTAL, Pose
from efface.geometry import Rect
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

OWN, OTHER = Rect(40, 30, 112, 137), Rect(100, 20, 150, 90)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> ChipNetwork:
    return ChipNetwork(half_ring(tmp_path_factory.mktemp("prior")))


Picture = NDArray[np.uint8]


def head(picture: Picture, network: ChipNetwork, seed: int = 3, pose: Pose = FRONTAL) -> Picture:
    zones = [Zone(f"t{i}", 0, rect, rect) for i, rect in enumerate((OWN, OTHER))]
    around = Surroundings(lambda: picture, zones)
    return head_for(zones[0], around, (linear_faces(), network), np.random.default_rng(seed), pose)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_follows_from_nothing_that_is_covered(network: ChipNetwork, seed: int) -> None:
    """Any pixels in its own zone or in another give the same bytes; one beside them does not."""
    random = np.random.default_rng(seed)
    picture = soft(160, 160)
    first = head(picture, network)
    for rect in (OWN, OTHER):
        shape = (rect.height, rect.width, 3)
        picture[rect.y0 : rect.y1, rect.x0 : rect.x1] = random.integers(0, 256, shape)
    assert head(picture, network).tobytes() == first.tobytes()
    picture[80:90, 30:40] = random.integers(0, 256, 3) ^ picture[80:90, 30:40]
    picture[80:90, 30:40] ^= 128
    assert head(picture, network).tobytes() != first.tobytes()


def test_the_secret_decides_who_it_is(network: ChipNetwork) -> None:
    picture = soft(160, 160)
    first, again, other = (head(picture, network, seed) for seed in (1, 1, 2))
    assert first.shape == (FINER * HEIGHT, FINER * WIDTH, 3)
    assert first.tobytes() == again.tobytes()
    middle = (slice(100, 160), slice(70, 120))
    assert np.abs(first[middle].astype(int) - other[middle]).mean() > 5


def test_a_face_stands_in_the_middle(network: ChipNetwork) -> None:
    """The stub network shows its light alone: it is there, and finer than the canvas has it."""
    drawn = head(np.full((160, 160, 3), 128, np.uint8), network).astype(float)
    rows = np.abs(np.diff(drawn.mean(axis=2), axis=0))
    face, beside = rows[90:170, 70:122].mean(), rows[5:40, 5:60].mean()
    assert face > beside + 1


def test_a_grey_picture_gets_a_grey_head(network: ChipNetwork) -> None:
    """Though the coarse head, or the network, has colours."""
    picture = soft(160, 160)
    assert np.ptp(head(picture, network).astype(int), axis=2).max() > 10
    grey = np.repeat(picture[..., 1:2], 3, axis=2)
    assert np.ptp(head(grey, network).astype(int), axis=2).max() == 0


def test_a_turned_head_stays_in_its_place(network: ChipNetwork) -> None:
    """The stub shows the face: turned, its middle stays, and it grows narrower."""
    picture = np.full((160, 160, 3), 128, np.uint8)
    columns = np.arange(FINER * WIDTH)

    def spread(yaw: float) -> tuple[float, float]:
        shown = head(picture, network, 3, Pose(yaw=yaw)).astype(float).mean(axis=2)
        shown = np.abs(shown - np.median(shown))
        amount = shown.sum(axis=0) / shown.sum()
        middle = float((amount * columns).sum())
        return middle, float(np.sqrt((amount * (columns - middle) ** 2).sum()))

    (ahead, wide), (left, narrow), (right, also) = spread(0), spread(-50), spread(50)
    assert abs(left - ahead) < 10
    assert abs(right - ahead) < 10
    assert max(narrow, also) < wide


def test_zones_at_the_edge_and_tiny_ones_are_filled(network: ChipNetwork) -> None:
    picture = soft(60, 60)
    for rect, outer in (
        (Rect(0, 0, 10, 30), Rect(-20, -10, 10, 30)),
        (Rect(5, 5, 6, 6), Rect(5, 5, 6, 6)),
        (Rect(0, 0, 60, 60), Rect(-10, -10, 70, 70)),
    ):
        zone = Zone("t1", 0, rect, outer)
        around = Surroundings(lambda: picture, [zone])
        found = head_for(zone, around, (linear_faces(), network), np.random.default_rng(1))
        assert found.dtype == np.uint8
        assert found.std() > 1
