"""A head's way has no jitter, and does not lag behind its face."""

from __future__ import annotations

import numpy as np

from efface.redact.methods.replace.steady import steady
from efface.regions import Box


def middles(boxes: tuple[Box, ...] | list[Box]) -> np.ndarray:
    return np.array([(b.x + b.width / 2, b.y + b.height / 2, b.height) for b in boxes])


def test_what_moves_evenly_stays_as_it_is() -> None:
    boxes = [Box(n, 10.0 + 3 * n, 40 - n, 30 + n, 40 + n) for n in range(20)]
    assert np.abs(middles(steady(boxes)) - middles(boxes)).max() < 1 / 32


def test_jitter_and_single_leaps_are_gone() -> None:
    random = np.random.default_rng(1)
    way = [(100 + 20 * np.sin(n / 9), 80 + 10 * np.cos(n / 7)) for n in range(60)]
    noisy = []
    for n, (x, y) in enumerate(way):
        dx, dy, more = random.normal(0, 1, 3) + (6 if n == 30 else 0)
        side = 60 + more
        noisy.append(Box(n, x + dx - side / 2, y + dy - side / 2, side, side))
    true = np.array([(x, y, 60) for x, y in way])
    before, after = (np.abs(middles(b) - true) for b in (noisy, steady(noisy)))
    assert after.max() < 2 < before.max()
    steps = [np.abs(np.diff(middles(b) - true, axis=0)).mean() for b in (noisy, steady(noisy))]
    assert steps[1] < steps[0] / 4


def test_a_gap_is_not_smoothed_over() -> None:
    first = [Box(n, 10, 10, 30, 40) for n in range(8)]
    later = [Box(n, 200, 90, 30, 40) for n in range(20, 28)]
    assert steady(later + first) == (*first, *later)


def test_few_boxes_stay() -> None:
    assert steady([]) == ()
    assert steady([Box(3, 1, 2, 30, 40)]) == (Box(3, 1, 2, 30, 40),)
