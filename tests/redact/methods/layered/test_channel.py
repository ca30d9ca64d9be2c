"""The noise of ``layered`` and the ceiling on what passes it."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from efface.redact.methods.layered import channel
from efface.redact.methods.layered.channel import DEVIATION, THOUSAND, TOSSES

COUNTS = (1, 2, 3, 4)


@pytest.mark.parametrize("cells", COUNTS)
def test_the_table_takes_faces_apart_and_puts_them_together_again(cells: int) -> None:
    table = channel.table(cells)
    numbers = 3 * cells * cells
    assert table.mean.shape == (numbers,)
    both = table.whiten @ table.colour / 2.0 ** (channel.WHITE + channel.COLOUR)
    assert np.abs(both - np.eye(numbers)).max() < 0.02


@settings(max_examples=30, deadline=None)
@given(
    cells=st.sampled_from(COUNTS),
    noise=st.integers(250, 20_000),
    seed=st.integers(0, 10_000),
)
def test_nobody_is_told_with_more_length_than_the_ceiling_counts(
    cells: int, noise: int, seed: int
) -> None:
    """However bright, dark or odd the face is: that is what makes the ceiling one."""
    rng = np.random.default_rng(seed)
    means = rng.integers(0, 255 * 16, (cells, cells, 3))
    if seed % 3 == 0:
        means = rng.choice([0, 255 * 16], (cells, cells, 3))
    told = channel.coded(means, cells, noise)
    assert (told * told).sum() <= channel.longest(cells, noise)
    power = channel.longest(cells, noise) / DEVIATION**2 / (3 * cells * cells)
    bits = 3 * cells * cells * math.log2(1 + power) / 2
    assert bits <= channel.ceiling(cells, noise / THOUSAND)


@pytest.mark.parametrize(
    ("cells", "noise", "bits"), [(1, 1.0, 1.5), (2, 4.0, 0.525), (4, 0.5, 55.73)]
)
def test_the_ceiling_is_shannons(cells: int, noise: float, bits: float) -> None:
    assert channel.ceiling(cells, noise) == pytest.approx(bits, abs=0.02)


def test_the_ceiling_holds_for_what_is_really_drawn() -> None:
    """What one number tells, counted out: tosses of a coin added to the inputs that tell most."""
    tosses = np.arange(TOSSES + 1)
    ways = np.array([math.lgamma(TOSSES + 1) - math.lgamma(k + 1) - math.lgamma(TOSSES - k + 1)
                     for k in tosses])  # fmt: skip
    chance = np.exp(ways - TOSSES * math.log(2))
    entropy = -(chance * np.log2(np.maximum(chance, 1e-300))).sum()
    for noise in (1.0, 2.0, 4.0):
        most = int(DEVIATION / noise)
        places = np.arange(-3 * most, 3 * most + 1)
        inputs = np.exp(-((places / most) ** 2) / 2)
        for weights in (inputs / inputs.sum(), np.isin(places, (-most, most)) / 2.0):
            shown = np.convolve(weights, chance)
            told = -(shown * np.log2(np.maximum(shown, 1e-300))).sum() - entropy
            power = (weights * places**2).sum() / DEVIATION**2
            assert told <= math.log2(1 + power) / 2 + 1e-4
            assert told > 0


def test_noise_is_of_the_size_it_says() -> None:
    drawn = np.stack([channel.drawn_noise(bytes([n]) * 32, 4) for n in range(200)])
    assert abs(drawn.std() / DEVIATION - 1) < 0.03
    assert abs(drawn.mean()) < 1.5
    assert np.abs(np.corrcoef(drawn[:100].ravel(), drawn[100:].ravel())[0, 1]) < 0.05


def test_noise_lies_on_the_grid_of_what_is_told() -> None:
    """Else the part of a number that noise does not reach would pass without any."""
    for noise in (300, 1234, 4000):
        told = channel.coded(np.full((1, 1, 3), 2000), 1, noise)
        assert told.dtype == channel.drawn_noise(bytes(32), 1).dtype == np.int64


def test_noise_and_colours_are_the_same_on_every_machine() -> None:
    """What a court repeats elsewhere: if this fails, packs of before can no longer be repeated."""
    told = channel.coded(np.arange(12).reshape(2, 2, 3) * 150, 2, 1500)
    shown = channel.colours(told + channel.drawn_noise(b"s" * 32, 2), 2, 1500)
    assert hashlib.sha256(told.tobytes() + shown.tobytes()).hexdigest() == GOLDEN


GOLDEN = "311bec6f183473962e9e3a98dc75efad0ccb67a33c13e5dfa1940ea78d8550a2"


def test_without_noise_a_face_has_its_own_colours() -> None:
    means = channel.table(2).mean.reshape(2, 2, 3) + 16 * np.array([5, -5, 3])
    shown = channel.colours(channel.coded(means, 2, 250), 2, 250)
    assert np.abs(shown - means / 16).max() < 4
