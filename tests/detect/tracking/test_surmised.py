"""What in a deep look only its surroundings speak for has to be seen in another way, too, before a
video is covered there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.detect.tracking.pictures import SIZE, place, shown, watched
from tests.detect.tracking.test_faces import found
from tests.movies import ShownFrame

from efface.detect.boxes import Boxes, no_boxes
from efface.detect.interface import Detection
from efface.detect.rescan import INCLUDED_THRESHOLD
from efface.detect.tracking import looking
from efface.detect.tracking.interface import SeenFrame
from efface.detect.tracking.looking import Looked, look_at, seen_in

PICTURE = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
HEAD = place(100, 60, 40)


class Surmising:
    """A detector that finds one face, and surmises another."""

    def detect(self, picture: object, second: object = None) -> tuple[Detection, ...]:
        return Detection(10, 10, 20, 20, 0.8), Detection(100, 60, 40, 40, 0.95, surmised=True)


def test_it_is_no_face_by_the_word_of_the_other_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "face_detector", lambda _: Surmising())
    seen = look_at(ShownFrame(0, 0, PICTURE, []), "deep", "default")
    frame = seen_in(SeenFrame(0, 0, "deep"), seen, ())
    assert frame.deep == 1
    assert frame.boxes[:, 0].tolist() == [10, 100]
    assert frame.boxes[1, 4] < INCLUDED_THRESHOLD


def scene(surmised: bool) -> list[SeenFrame]:
    """A place that YuNet sees faintly in every other frame, and a deep look takes for a face."""
    gray = shown((5, HEAD))
    faint: Boxes = np.array([[*HEAD, 0.2]])
    head: Boxes = np.array([[*HEAD, 0.45]])
    out = []
    for look in watched([gray] * 60, {i: [] for i in range(0, 60, 2)}):
        boxes = no_boxes() if look.look == "none" else faint
        out.append(replace(look, boxes=boxes, picture=PICTURE))
    looked = Looked("deep", faint, PICTURE, 1)
    deep = replace(looked, surmised=head) if surmised else replace(looked, faces=head)
    out[10] = seen_in(replace(out[10], look="deep"), deep, ())
    return out


def test_what_nobody_else_sees_is_no_track() -> None:
    assert found(scene(surmised=True), SIZE, 25, False).tracks == []
    assert len(found(scene(surmised=False), SIZE, 25, False).tracks) == 1


def test_it_is_named_as_doubtful() -> None:
    [named] = found(scene(surmised=True), SIZE, 25, False).doubtful
    assert (named.frame, named.x) == (10, 100)


def test_what_the_other_network_sees_closer_is_one() -> None:
    assert len(found(scene(surmised=True), SIZE, 25, True).tracks) == 1
