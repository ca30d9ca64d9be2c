"""The rule: on the side of caution, and never "no"."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from efface.detect.face_quality import FaceQuality, Hidden, Light, Pose, Sharpness
from efface.detect.identifiable import judge

CLEAR = FaceQuality(60, "towards", "lit", "sharp", "clear")


def face(
    height_px: int,
    pose: Pose = "towards",
    light: Light = "lit",
    sharpness: Sharpness = "sharp",
    hidden: Hidden = "clear",
) -> FaceQuality:
    return FaceQuality(height_px, pose, light, sharpness, hidden)


@pytest.mark.parametrize(
    ("seen", "expected", "why"),
    [
        (face(24), "yes", "24 px high, turned towards the camera"),
        (face(24, "profile"), "yes", "seen from the side"),
        (face(24, "towards", "shadow"), "yes", ""),
        (face(23), "perhaps", "less than 24 px"),
        (face(16), "perhaps", "less than 24 px"),
        (face(15), "unlikely", "less than 16 px"),
        (face(400, sharpness="blurred"), "perhaps", "blurred"),
        (face(400, sharpness="soft"), "yes", ""),
        (face(47, hidden="partly"), "perhaps", "partly hidden"),
        (face(48, hidden="partly"), "yes", ""),
        (face(100, "unclear", hidden="partly"), "perhaps", "barely seen"),
        (face(100, "away", hidden="unknown"), "unlikely", "turned away or covered"),
        (face(100, "away", sharpness="blurred", hidden="unknown"), "perhaps", "blurred"),
    ],
)
def test_the_rule(seen: FaceQuality, expected: str, why: str) -> None:
    judgement, reason = judge(seen)
    assert judgement == expected
    assert why in reason


def test_light_never_counts_and_a_large_clear_face_always_does() -> None:
    for height, pose, sharpness, hidden in product(
        (10, 20, 30, 100), get_args(Pose), get_args(Sharpness), get_args(Hidden)
    ):
        levels = {
            judge(face(height, pose, light, sharpness, hidden))[0] for light in get_args(Light)
        }
        assert len(levels) == 1
        if height >= 16 and pose != "away":
            assert levels != {"unlikely"}


def test_what_fills_the_picture_identifies_however_little_of_a_face_is_seen() -> None:
    eyes = FaceQuality(400, "away", "lit", "sharp", "unknown", fills=True)
    judgement, reason = judge(eyes)
    assert judgement == "yes"
    assert "fills the picture" in reason
