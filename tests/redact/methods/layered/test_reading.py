"""What is read off a fill is what it tells, with its noise and no more."""

from __future__ import annotations

import numpy as np
import pytest

from efface.geometry import Rect
from efface.redact.methods.layered import channel
from efface.redact.methods.layered.grid import Lie, cells_of
from efface.redact.methods.layered.method import LayeredFilling
from efface.redact.methods.layered.reading import FillReader
from efface.redact.methods.layered.shape import head_of
from efface.regions import Box
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

ZONE = Rect(21, 13, 21 + 99, 13 + 141)


def filled(told: np.ndarray, cells: int, noise: float, zone: Rect = ZONE) -> np.ndarray:
    """A picture with a fill of these numbers."""
    picture = np.random.default_rng(5).integers(0, 255, (180, 150, 3), np.uint8)
    head = head_of(channel.colours(told, cells, round(noise * channel.THOUSAND)))
    one = Zone("t1", 0, zone.clipped(150, 180), zone)
    pixels = LayeredFilling({"t1": head}).pixels(one, Surroundings(lambda: picture, [one]))
    r = one.rect
    picture[r.y0 : r.y1, r.x0 : r.x1] = pixels
    return picture


@pytest.mark.parametrize(("cells", "noise"), [(1, 0.5), (1, 4.0), (2, 0.5), (2, 6.0), (3, 1.0)])
def test_numbers_are_read_with_their_noise(cells: int, noise: float) -> None:
    rng = np.random.default_rng(cells)
    told = np.rint(rng.normal(0, channel.DEVIATION, 3 * cells**2)).astype(np.int64)
    picture = filled(told, cells, noise)
    reader = FillReader(cells, noise)
    read = reader.of_fill(picture, np.ones(picture.shape[:2], bool), ZONE)
    assert read is not None
    wanted = told * noise / channel.DEVIATION
    assert np.corrcoef(read, wanted)[0, 1] > 0.95
    assert np.abs(read - wanted).mean() < 0.25 * max(1, noise)


def test_a_fill_that_the_border_cuts_is_read_as_far_as_it_shows() -> None:
    told = np.rint(np.random.default_rng(3).normal(0, 32, 12)).astype(np.int64)
    cut = Rect(-20, 13, 79, 154)
    picture = filled(told, 2, 0.5, cut)
    read = FillReader(2, 0.5).of_fill(picture, np.ones(picture.shape[:2], bool), cut)
    assert read is not None
    assert np.corrcoef(read, told)[0, 1] > 0.9


def test_of_a_head_of_which_nothing_shows_nothing_is_read() -> None:
    picture = np.zeros((180, 150, 3), np.uint8)
    reader = FillReader(2, 6.0)
    assert reader.of_fill(picture, np.zeros(picture.shape[:2], bool), ZONE) is None
    assert reader.of_fill(picture, np.ones(picture.shape[:2], bool), Rect(900, 0, 999, 99)) is None


def test_a_clear_face_gives_what_its_fill_tells() -> None:
    picture = np.random.default_rng(1).integers(60, 200, (90, 90, 3), np.uint8)
    box, reader = Box(0, 20, 15, 46, 60), FillReader(2, 0.5)
    means = cells_of(picture, box, 2, Lie(0.0, 0.0, 0.0))
    told = channel.coded(means, 2, 500) * 0.5 / channel.DEVIATION
    assert reader.of_face(picture, box) == pytest.approx(told)


def test_people_who_are_made_up_vary_as_faces_do_and_are_no_longer_than_they_are() -> None:
    rows = FillReader(2, 6.0).made_up(4000, 1)
    assert rows.shape == (4000, 12)
    assert np.linalg.norm(rows, axis=1).max() <= np.sqrt(12) + 1e-9
    assert np.abs(rows.mean(axis=0)).max() < 0.06
    assert rows.std(axis=0) == pytest.approx(np.full(12, 0.9), abs=0.08)
