"""The five points of a face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from efface.detect import landmarks, yunet


def tile(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(portrait).resize((320, 320), Image.Resampling.LANCZOS))


def test_they_lie_where_the_face_has_them(portrait: NDArray[np.uint8]) -> None:
    (faces,) = landmarks.landmark_network().run(
        [tile(portrait)], lambda outputs, shape: landmarks.decode(outputs, shape, 0.5)
    )
    x, y, width, height = faces[0, :4]
    right_eye, left_eye, nose, right_mouth, left_mouth = faces[0, 5:].reshape(5, 2)
    assert x < right_eye[0] < nose[0] < left_eye[0] < x + width
    assert y < right_eye[1] < nose[1] < right_mouth[1] < y + height
    assert right_mouth[0] < left_mouth[0]
    # the astronaut's nose: around (112, 60) of 256
    assert np.abs(nose / 320 * 256 - (112, 60)).max() < 6


def test_boxes_are_those_of_the_search(portrait: NDArray[np.uint8]) -> None:
    seen = tile(portrait)
    (faces,) = landmarks.landmark_network().run(
        [seen], lambda outputs, shape: landmarks.decode(outputs, shape, 0.5)
    )
    (boxes,) = yunet.yunet().run([seen], lambda outputs, shape: yunet.decode(outputs, shape, 0.5))
    assert np.allclose(faces[0, :5], boxes[0], atol=0.05)
    assert (np.diff(faces[:, 4]) <= 0).all()
