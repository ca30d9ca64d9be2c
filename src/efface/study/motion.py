"""A still face under natural motion, redacted frame by frame as a tool would."""

from __future__ import annotations

import io
from collections.abc import Callable

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from efface.attack.interface import Look, Pixels, Points
from efface.attack.looks import look_at, zone_only
from efface.attack.operator import Operator
from efface.attack.operators.apply import apply
from efface.regions import Box

OperatorForFrame = Callable[[int, Box, tuple[int, int]], tuple[NDArray[np.bool_], Operator]]
"""Given the frame's index, the face's box in it and its height and width: the zone, and what is
done to it; both in pixels of the frame."""

SHIFT = 0.25
"""Deviation of the face's way across and down, in face widths."""
TURN = 0.04
"""Of its tilt, radians."""
GROWTH = 0.03
"""Of its size."""
LIGHT = 0.02
"""Of its brightness."""
MOST = 2.5
"""Deviations at most."""
CARRY = 0.9
"""How much of one frame's place is kept in the next (a first-order autoregression)."""
Publish = Callable[[list[Pixels]], list[Pixels]]
"""From redacted frames to those that a viewer of the published video sees."""

POINTS_ERROR = 0.01
"""Deviation of the points found in a frame from the true ones, in face widths."""


def moving_looks(
    clear_picture: Pixels,
    points: Points,
    box: Box,
    operator_for_frame: OperatorForFrame,
    *,
    frames: int,
    seed: int,
    publish: Publish = list,
) -> tuple[Look, ...]:
    """Zone-only looks at a face that moves, tilts, nears and is lit a little differently.

    Args:
        clear_picture: the face and its surroundings. The frames are larger, so that the face
            stays in them; the picture's edges are continued outwards.
        points: of the face, shape (5, 2), in pixels of the picture.
        box: the face, in pixels of the picture.
        operator_for_frame: the tool.
        frames: how many to render.
        seed: the same seed gives the same frames.
        publish: what becomes of the frames after the tool.
    """
    rng = np.random.default_rng(seed)
    paths = _walks(rng, frames)
    room = round((SHIFT + GROWTH) * MOST * box.width)
    height, width = (side + 2 * room for side in clear_picture.shape[:2])
    centre = np.array([box.x + box.width / 2, box.y + box.height / 2])
    redacted, told = [], []
    for frame, (across, down, turn, growth, light) in enumerate(paths):
        angle, size = TURN * turn, 1 + GROWTH * growth
        linear = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shift = room + SHIFT * box.width * np.array([across, down])
        matrix = np.column_stack([linear, centre - linear @ centre + shift])
        moved = cv2.warpAffine(
            clear_picture, matrix, (width, height), None, cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
        )
        lit = np.clip(np.rint(moved * (1 + LIGHT * light)), 0, 255).astype(np.uint8)
        middle = centre + shift
        found = Box(
            frame,
            middle[0] - size * box.width / 2,
            middle[1] - size * box.height / 2,
            size * box.width,
            size * box.height,
        )
        true = points @ linear.T + matrix[:, 2]
        seen = true + rng.normal(0, POINTS_ERROR * box.width, true.shape)
        zone, operator = operator_for_frame(frame, found, (height, width))
        redacted.append(apply(lit, zone, operator, rng))
        told.append((zone, found, seen, operator))
    return tuple(
        zone_only(look_at(frame, *known))
        for frame, known in zip(publish(redacted), told, strict=True)
    )


def as_h264(frames: list[Pixels]) -> list[Pixels]:
    """Through x264 and back, as videos are published (CRF 23, 4:2:0), at 25 frames a second.

    An odd last row or column is doubled before, and cut off after.
    """
    height, width = frames[0].shape[:2]
    stored = io.BytesIO()
    with av.open(stored, "w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "23", "threads": "1"})
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            even = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    stored.seek(0)
    with av.open(stored, "r") as read:
        return [
            np.asarray(one.to_ndarray(format="rgb24"), np.uint8)[:height, :width]
            for one in read.decode(video=0)
        ]


def _walks(rng: np.random.Generator, frames: int) -> NDArray[np.float64]:
    """Smooth random ways of unit deviation, shape (frames, 5)."""
    steps = rng.normal(size=(frames, 5))
    out = np.empty_like(steps)
    out[0] = steps[0]
    for k in range(1, frames):
        out[k] = CARRY * out[k - 1] + np.sqrt(1 - CARRY**2) * steps[k]
    return np.clip(out, -MOST, MOST)
