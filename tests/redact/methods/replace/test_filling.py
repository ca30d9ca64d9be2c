"""One head for each track, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.fillings import soft

from efface.colour import Colour
from efface.errors import VerificationError
from efface.geometry import Rect
from efface.redact.methods.artwork import Artwork
from efface.redact.methods.replace.filling import NO_HEAD, HeadPlace, KeptHeads
from efface.zones.filling import Surroundings
from efface.zones.zone import Zone

RECT = Rect(40, 40, 94, 120)


def heads() -> tuple[Artwork, ...]:
    pictures = (soft(48, 64, seed) for seed in range(2))
    return tuple(Artwork(np.dstack([p, np.full(p.shape[:2], 255, np.uint8)])) for p in pictures)


@pytest.fixture
def kept() -> KeptHeads:
    return KeptHeads(
        heads(), (1, 0, 1, NO_HEAD), ((2, 1, HeadPlace(Rect(60, 50, 114, 130))),), b"k" * 32
    )


def painted(kept: KeptHeads, track: str, frame: int = 0) -> bytes:
    zone = Zone(track, frame, RECT, RECT)
    around = Surroundings(lambda: soft(160, 160), [zone])
    return kept.filling(["a", "b", "c", "d"], Colour(9, 8, 7)).pixels(zone, around).tobytes()


def test_each_track_has_its_head(kept: KeptHeads) -> None:
    assert painted(kept, "a") == painted(kept, "c") != painted(kept, "b")


def test_a_head_lies_where_its_place_says() -> None:
    kept = KeptHeads(heads(), (0,), ((0, 1, HeadPlace(Rect(60, 50, 114, 130))),))
    filling = kept.filling(["a"])
    around = Surroundings(lambda: np.full((160, 160, 3), 90, np.uint8), [])
    zones = [Zone("a", frame, RECT, RECT) for frame in (0, 1)]
    first, second = (filling.pixels(zone, around) for zone in zones)
    assert (first != second).any()
    moved = replace(zones[0], outer=Rect(60, 50, 114, 130))
    assert (filling.pixels(moved, around) == second).all()


def test_a_track_may_be_solid(kept: KeptHeads) -> None:
    assert set(painted(kept, "d")) == {9, 8, 7}


def test_a_track_without_head_is_an_error(kept: KeptHeads) -> None:
    with pytest.raises(VerificationError, match="has no head"):
        painted(kept, "e")


def test_names_and_tracks_go_together(kept: KeptHeads) -> None:
    with pytest.raises(ValueError, match="argument"):
        kept.filling(["a", "b"])


def test_what_is_kept_comes_back(kept: KeptHeads) -> None:
    again = KeptHeads.from_bytes(kept.to_bytes())
    assert (again.tracks, again.places, again.project) == (kept.tracks, kept.places, b"k" * 32)
    assert all(painted(again, track, 1) == painted(kept, track, 1) for track in "abcd")


def test_nothing_kept_is_believed(kept: KeptHeads) -> None:
    data = kept.to_bytes()
    hostile = [
        b"", data[:15], data[:40], data[:-1], data + b"\0", b"efl1" + data[4:],
        data[:4] + b"\xff" * 16 + data[20:], data[:52] + b"\xff" * 4 + data[56:],
        data[:7] + b"\1" + data[8:],
        data[:-18] + b"\x7f" * 4 + data[-14:], data[:-34] + b"\0\0\0\4" + data[-30:],
        data[:-6] + b"\0\0\0\2" + data[-2:], data[:-2] + b"\1\1",
    ]  # fmt: skip
    for one in hostile:
        with pytest.raises(ValueError, match=r"it |expected|a track|a head"):
            KeptHeads.from_bytes(one)
    KeptHeads.from_bytes(data)
