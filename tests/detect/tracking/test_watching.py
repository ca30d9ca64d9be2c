"""Every frame is watched: how closely depends on the picture alone, and what is known is not looked
at again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.walks import RATE, Picture, ground, place, walk, with_head, write_clip

from efface.detect.tracking import watching
from efface.detect.tracking.interface import SeenFrame
from efface.detect.tracking.watching import (
    DENSITIES,
    SUDDEN,
    LookRate,
    appeared,
    followed_size,
    watch,
)
from efface.media.video import open_video
from efface.media.video.interface import Movie
from efface.policy import Limits

DENSITY = replace(DENSITIES["fast"], full_every_s=0.8, light_every_s=0.09, deep_every_s=10.0)

Opened = Callable[[Sequence[Picture]], Movie]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    def make(pictures: Sequence[Picture]) -> Movie:
        return open_video(write_clip(tmp_path / "a.mp4", pictures, sound=False), Limits())

    return make


@pytest.fixture
def movie(walk_file: Path) -> Movie:
    return open_video(walk_file, Limits())


def looks(movie: Movie, density: LookRate = DENSITY) -> list[str]:
    return [seen.look for seen in watch(movie, density)]


def test_every_frame_comes_in_order_with_its_luma_picture(movie: Movie) -> None:
    seen = list(watch(movie, DENSITY))
    assert [look.frame for look in seen] == list(range(30))
    assert all(b.pts > a.pts for a, b in pairwise(seen))
    width, height = followed_size(movie)
    assert all(look.gray is not None and look.gray.shape == (height, width) for look in seen)
    assert all((look.look == "none") == (look.picture is None) for look in seen)


def test_nothing_is_looked_at_in_between_where_nothing_moves(opened: Opened) -> None:
    found = looks(opened([ground()] * 40))
    assert found[0] == "deep"
    assert found[-1] == "full"
    assert "light" not in found
    full = [i for i, look in enumerate(found) if look == "full"]
    assert full == [16, 32, 39]


def test_what_moves_is_looked_at_often(movie: Movie) -> None:
    found = looks(movie)
    gaps = np.diff([i for i, look in enumerate(found) if look != "none"])
    assert gaps.max() <= 2
    assert found.count("light") >= 10


def test_what_appears_at_once_is_looked_at_at_once(
    opened: Opened, portrait: NDArray[np.uint8]
) -> None:
    """A head that shows for a single frame, between the frames that were due."""
    pictures = [ground()] * 20
    for frame in (5, 6):
        pictures[frame] = with_head(ground(), portrait, place(10))
    seen = list(watch(opened(pictures), replace(DENSITY, light_every_s=10.0)))
    assert seen[5].look != "none"
    assert len(seen[5].boxes) == 1


def test_an_edge_that_moves_on_did_not_appear() -> None:
    before, after = np.full((2, 20, 30), 20, np.uint8)
    before[:, 10:] = after[:, 11:] = 200
    assert not appeared(after, before, SUDDEN)
    after[5:8, 2:5] = 20 + int(SUDDEN)
    assert appeared(after, before, SUDDEN)
    assert appeared(before, after, SUDDEN)
    after[5:8, 2:5] = 19 + int(SUDDEN)
    assert not appeared(after, before, SUDDEN)


def test_both_sides_of_a_cut_are_looked_at_fully(opened: Opened) -> None:
    other: Picture = np.asarray(ground(seed=8) // 3)
    seen = list(watch(opened([ground()] * 9 + [other] * 9), DENSITY))
    assert [look.frame for look in seen if look.cut] == [0, 9]
    assert (seen[8].look, seen[9].look) == ("full", "deep")


def test_boxes_are_in_pixels_of_the_whole_picture(
    tmp_path: Path, portrait: NDArray[np.uint8]
) -> None:
    """A light look sees a smaller copy of a large picture."""
    large = [np.kron(p, np.ones((6, 6, 1), np.uint8)) for p in walk(portrait)[:3]]
    movie = open_video(write_clip(tmp_path / "a.mp4", large, sound=False), Limits())
    seen = [look for look in watch(movie, DENSITY) if len(look.boxes)]
    light = [look for look in seen if look.shrunk > 1]
    assert seen and light
    for look in seen:
        assert look.picture is not None
        assert look.picture.shape[1] == -(-1440 // look.shrunk)
        x, y = place(look.frame)
        best = look.boxes[look.boxes[:, 4].argmax()]
        middle = best[:2] + best[2:4] / 2
        assert middle == pytest.approx([6 * (x + 42), 6 * (y + 50)], abs=48)


def test_what_is_known_is_not_looked_at_again(
    movie: Movie, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list(watch(movie, DENSITY))
    earlier = [
        SeenFrame(look.frame, 0, look.look, look.boxes, look.deep)
        for look in before
        if look.look != "none"
    ]
    assert earlier
    monkeypatch.setattr(watching, "look_at", lambda *_: pytest.fail("looked again"))
    again = list(watch(movie, DENSITY, known=iter(earlier)))
    for a, b in zip(before, again, strict=True):
        assert (a.frame, a.pts, a.look, a.deep, a.cut) == (b.frame, b.pts, b.look, b.deep, b.cut)
        assert np.array_equal(a.boxes, b.boxes)
        assert (a.picture is None) == (b.picture is None)
        assert a.shrunk == b.shrunk


@pytest.mark.parametrize("many", [1, 7])
def test_the_rest_is_looked_at_as_if_there_had_been_no_interruption(
    movie: Movie, many: int
) -> None:
    whole = list(watch(movie, DENSITY))
    earlier = [replace(look, gray=None, picture=None) for look in whole if look.look != "none"]
    again = list(watch(movie, DENSITY, known=iter(earlier[:many])))
    for a, b in zip(whole, again, strict=True):
        assert (a.frame, a.look, a.deep) == (b.frame, b.look, b.deep)
        assert np.array_equal(a.boxes, b.boxes)


def test_closer_looks_are_deep_whatever_is_known(movie: Movie) -> None:
    frames = {7, 8, 20}
    earlier = [SeenFrame(8, 0, "light"), SeenFrame(9, 0, "light")]
    seen = list(watch(movie, DENSITY, known=iter(earlier), closer=frames))
    assert all(seen[f].look == "deep" and len(seen[f].boxes) for f in frames)
    assert not len(seen[9].boxes)


def test_it_may_be_stopped_at_any_frame(movie: Movie) -> None:
    watched = watch(movie, DENSITY)
    assert next(watched).frame == 0
    watched.close()  # type: ignore[attr-defined]


def test_every_density_looks_at_a_moving_face(movie: Movie) -> None:
    for recall, density in DENSITIES.items():
        seen = [look for look in watch(movie, density) if look.look != "none"]
        gaps = np.diff([look.frame for look in seen])
        assert gaps.max() / RATE <= max(density.light_every_s, 1 / RATE) + 1 / RATE, recall
