"""Heads that lie any way up are seen in every look, not in the first alone, and by the rescan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.walks import FACE, HEAD, SIZE, Picture, ground, write_clip

from efface.detect.boxes import turned_back
from efface.detect.tracking.faces import Found, find_tracks
from efface.detect.tracking.interface import SeenFrame
from efface.detect.tracking.rescanning import rescan_video
from efface.detect.tracking.turns import LIVES_S, Turns
from efface.geometry import NO_GRID
from efface.media.video import open_video
from efface.policy import Limits, ZonePolicy
from efface.regions import Media, Regions
from efface.zones.moving import MovingZones
from efface.zones.painting import coverage

Box = tuple[float, float, float, float]

FRAMES = 30
SIDE = 50
"""Of the head, pixels: small enough for YuNet not to see it where it is turned."""


def walk(portrait: Picture) -> list[Picture]:
    """A small head walks from left to right."""
    head = Image.fromarray(portrait[HEAD]).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = []
    for frame in range(FRAMES):
        picture = ground()
        picture[50 : 50 + SIDE, 20 + 3 * frame : 20 + 3 * frame + SIDE] = np.asarray(head)
        out.append(picture)
    return out


def walking(frame: int) -> Box:
    """Its face."""
    x, y, width, height = (v / 2 for v in FACE)
    return 20 + 3 * frame + x, 50 + y, width, height


def found(path: Path) -> tuple[Found, MovingZones]:
    """The faces of a clip, and the zones that follow from them."""
    movie = open_video(path, Limits())
    faces = find_tracks(movie, "default")
    media = Media(path.name, "0" * 64, "video", *movie.size, len(faces.times))
    zones = MovingZones(Regions(media, tuple(faces.tracks)), ZonePolicy(), NO_GRID, 0)
    return faces, zones


def bare(zones: MovingZones, faces: Sequence[Box], size: tuple[int, int]) -> list[int]:
    """Frames in which less than the whole face is covered."""
    out = []
    for frame, (x, y, width, height) in enumerate(faces):
        covered = coverage(zones.at(frame), *size)
        if not covered[round(y) : round(y + height), round(x) : round(x + width)].all():
            out.append(frame)
    return out


def turned_box(box: Box, quarter_turns: int, size: tuple[int, int]) -> Box:
    """The box of the picture turned counter-clockwise; ``size`` is that of the turned one."""
    turned = turned_back(np.array([[*box, 1.0]]), -quarter_turns, *size)
    return tuple(float(v) for v in turned[0, :4])  # type: ignore[return-value]


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_clip_turned_in_its_pixels_is_covered_to_its_end_and_rescanned(
    tmp_path: Path, portrait: NDArray[np.uint8], quarter_turns: int
) -> None:
    pictures = [np.rot90(p, quarter_turns) for p in walk(portrait)]
    path = write_clip(tmp_path / "a.mp4", pictures, sound=False)
    height, width = pictures[0].shape[:2]
    faces, zones = found(path)
    boxes = [turned_box(walking(i), quarter_turns, (width, height)) for i in range(FRAMES)]
    assert bare(zones, boxes, (width, height)) == []
    back = -quarter_turns % 4
    assert len(faces.turned[back]) >= 15
    movie = open_video(path, Limits())
    nobody = Regions(Media("a.mp4", "0" * 64, "video", width, height, FRAMES), ())
    none = MovingZones(nobody, ZonePolicy(), NO_GRID, 0)
    for known in (faces.turned, None):
        rescanned = rescan_video(movie.frames(), movie, nobody, none, turned=known)
        assert {face.quarter_turns for _, face in rescanned.uncovered} == {back}
    covered = rescan_video(movie.frames(), movie, nobody, zones, turned=faces.turned)
    assert covered.uncovered == []


def test_someone_lying_in_an_upright_picture_is_covered_beside_someone_standing(
    tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    head = walk(portrait)[0][50 : 50 + SIDE, 20 : 20 + SIDE]
    pictures = []
    for picture in walk(portrait):
        wide = np.concatenate([picture, ground(SIZE, seed=2)], axis=1)
        wide[60 : 60 + SIDE, 320 : 320 + SIDE] = np.rot90(head)
        pictures.append(wide)
    faces, zones = found(write_clip(tmp_path / "a.mp4", pictures, sound=False))
    x, y, width, height = turned_box(
        (FACE[0] / 2, FACE[1] / 2, FACE[2] / 2, FACE[3] / 2), 1, (SIDE, SIDE)
    )
    size = (2 * SIZE[0], SIZE[1])
    assert bare(zones, [walking(i) for i in range(FRAMES)], size) == []
    assert bare(zones, [(320 + x, 60 + y, width, height)] * FRAMES, size) == []
    assert set(faces.turned) == {3}


def test_a_turned_face_that_flashes_up_where_nobody_was_seen(
    tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    """For three frames, between looks at the whole picture as it is."""
    pictures = [ground()] * FRAMES
    for frame in (12, 13, 14):
        pictures[frame] = walk(portrait)[frame]
    path = write_clip(tmp_path / "a.mp4", [np.rot90(p) for p in pictures], sound=False)
    _, zones = found(path)
    size = (SIZE[1], SIZE[0])
    boxes = [turned_box(walking(frame), 1, size) for frame in range(FRAMES)]
    assert not {12, 13, 14} & set(bare(zones, boxes, size))


def tilted(portrait: Picture, degrees: Sequence[float]) -> tuple[list[Picture], list[Box]]:
    """The whole picture turned about its middle, frame by frame, and the square in the middle of
    the face, which is as large however it is turned."""
    side = SIZE[1]
    upright = walk(portrait)[8][:, 15 : 15 + side]
    x, y, width, height = walking(8)
    face = np.array([x - 15 + width / 2, y + height / 2])
    pictures, boxes = [], []
    for angle in degrees:
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
        turned = cv2.warpAffine(upright, matrix, (side, side), borderMode=cv2.BORDER_REFLECT)
        pictures.append(np.asarray(turned, np.uint8))
        middle = matrix @ np.array([*face, 1.0])
        boxes.append((*(middle - width / 2), width, width))
    return pictures, boxes


@pytest.mark.parametrize("turn", [90, 180])
def test_a_telephone_that_is_turned_while_it_films(
    tmp_path: Path, portrait: NDArray[np.uint8], turn: int
) -> None:
    """By a quarter, or to the other side, within half a second."""
    way = [0.0] * 8 + [float(v) for v in np.linspace(0, turn, 10)] + [float(turn)] * 22
    pictures, boxes = tilted(portrait, way)
    _, zones = found(write_clip(tmp_path / "a.mp4", pictures, sound=False))
    assert bare(zones, boxes, (SIZE[1], SIZE[1])) == []


@pytest.mark.parametrize("slant", [45, 60])
def test_a_head_that_is_slanted_is_covered_all_the_time(
    tmp_path: Path, portrait: NDArray[np.uint8], slant: int
) -> None:
    way = [float(slant + 3 * np.sin(i / 3)) for i in range(FRAMES)]
    pictures, boxes = tilted(portrait, way)
    _, zones = found(write_clip(tmp_path / "a.mp4", pictures, sound=False))
    assert bare(zones, boxes, (SIZE[1], SIZE[1])) == []


def test_what_is_known_of_turns_holds_for_a_while_and_for_one_shot() -> None:
    turns = Turns(0.1)
    seen = SeenFrame(7, 10, "full", np.array([[0, 0, 9, 9, 0.9]]), turned=np.array([3], np.int8))
    turns.note_all(seen)
    assert turns.living(10 + round(10 * LIVES_S)) == (3,)
    assert turns.living(11 + round(10 * LIVES_S)) == ()
    turns.begin()
    assert turns.living(10) == ()
    assert turns.frames == {3: [7]}
