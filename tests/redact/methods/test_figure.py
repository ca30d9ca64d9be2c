"""``figure``: a drawing that follows from the policy and from where zones lie, and from nothing
else."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.redact.methods.test_catalogue import NOBODY, never
from tests.redact.methods.test_svg import SHAPE, saved, svg

from efface.colour import Colour
from efface.errors import RefusedError, VerificationError
from efface.geometry import Rect
from efface.policy import BEHIND_FIGURE, FIGURE, MethodPolicy
from efface.redact.methods import figure
from efface.redact.methods.artwork import STRETCH, STRIP, UNITS, Artwork
from efface.redact.methods.artwork import drawn as drawn_in
from efface.redact.methods.catalogue import method_of
from efface.redact.methods.interface import SECRET_BYTES
from efface.words import FigureName
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone

NAMES = get_args(FigureName)
FOLDER = Path(figure.__file__).with_name("figures")


def unseen() -> Surroundings:
    def picture() -> NDArray[np.uint8]:
        raise AssertionError("a figure looked at the picture")

    return Surroundings(picture, ())


def filling_of(name: str = "bust", secret: bytes = bytes(SECRET_BYTES)) -> Filling:
    return method_of(MethodPolicy("figure", figure=name)).prepare(NOBODY, never, secret).filling


def drawn(outer: Rect, rect: Rect | None = None, name: str = "bust") -> NDArray[np.uint8]:
    zone = Zone("t1", 0, rect or outer, outer)
    return filling_of(name).pixels(zone, unseen())


@pytest.mark.parametrize("name", NAMES)
def test_neither_the_picture_nor_chance_has_a_say(name: str) -> None:
    zone = Zone("t1", 3, Rect(5, 6, 75, 106), Rect(0, 0, 80, 110))
    one, other = (filling_of(name, bytes([n]) * SECRET_BYTES) for n in (1, 2))
    there = Zone("somebody else", 9, zone.rect, zone.outer)
    assert (one.pixels(zone, unseen()) == other.pixels(there, unseen())).all()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_head_before_the_background(name: str) -> None:
    shown = drawn(Rect(0, 0, 72, 100), name=name)
    assert tuple(shown[0, 0]) == BEHIND_FIGURE.rgb
    middle = shown[35:55, 28:44].astype(int)
    assert np.abs(middle - FIGURE.rgb).max() < 60
    assert np.abs(middle - BEHIND_FIGURE.rgb).min() > 20


def test_the_figures_are_the_same_on_every_machine() -> None:
    """What a court repeats elsewhere: if this fails, packs of before can no longer be repeated."""
    rects = (Rect(0, 0, 41, 57), Rect(0, 0, 9, 9))
    shown = [drawn(rect, name=name).tobytes() for name in NAMES for rect in rects]
    assert hashlib.sha256(b"".join(shown)).hexdigest() == GOLDEN


GOLDEN = "5b631052ee44761e647a112ce8d6c1c2672a6b131adbbb1f4cd679d4d561d8aa"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_carried_was_drawn_from_the_file_beside_it(name: str) -> None:
    carried = Artwork.from_png((FOLDER / f"{name}.png").read_bytes()).rgba.astype(int)
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    size = {"width": carried.shape[1], "height": carried.shape[0]}
    again = Artwork.from_png(resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, **size))
    assert np.abs(carried - again.rgba).mean() < 0.5


@given(
    size=st.tuples(st.integers(12, 90), st.integers(12, 90)),
    by=st.tuples(st.integers(-500, 500), st.integers(-500, 500)),
)
def test_it_moves_with_its_zone(size: tuple[int, int], by: tuple[int, int]) -> None:
    width, height = size
    moved = Rect(by[0], by[1], by[0] + width, by[1] + height)
    assert (drawn(moved) == drawn(Rect(0, 0, width, height))).all()


def test_what_the_picture_cuts_off_is_cut_off() -> None:
    outer = Rect(-20, -15, 52, 85)
    rect = Rect(0, 0, 52, 85)
    assert (drawn(outer, rect) == drawn(outer)[15:, 20:]).all()


def test_beyond_its_edges_a_drawing_goes_on() -> None:
    """A format's blocks reach beyond the zone as it was asked for: shoulders do not end there."""
    outer = Rect(0, 0, 72, 100)
    grown = drawn(outer, Rect(-8, -8, 80, 108))
    assert (grown[8:108, 8:80] == drawn(outer)).all()
    assert (grown[0] == BEHIND_FIGURE.rgb).all()
    assert np.abs(grown[-1].astype(int) - grown[-9]).max() <= 2


@pytest.mark.parametrize("width", [12, 24, 60, 150, 300])
def test_it_is_as_clean_small_as_large(width: int) -> None:
    """A small figure is the large one, seen from afar; the large one is drawn at its full size."""
    height, factor = width * 100 // 72 // 4 * 4, 720 // width
    large = drawn(Rect(0, 0, width * factor, height * factor)).astype(float)
    means = large.reshape(height, factor, width, factor, 3).mean(axis=(1, 3))
    assert np.abs(drawn(Rect(0, 0, width, height)) - means).max() < 16


def test_it_is_no_coarser_at_1500_pixels_than_an_edge_of_three() -> None:
    row = drawn(Rect(0, 0, 1500, 2083))[900].astype(int)
    step = np.abs(np.diff(row[:750, 0]))
    assert step.max() < 45
    assert (step > 3).sum() <= 8  # an ear's edge, and the face's


def test_its_size_follows_the_zone_without_jumps() -> None:
    """A pixel more of zone moves the drawing by parts of a pixel, everywhere alike."""
    changes = [
        np.abs(drawn(Rect(0, 0, w, 140)).astype(int)[:, :100]
               - drawn(Rect(0, 0, w + 1, 140))[:, :100]).mean()
        for w in range(100, 116)
    ]  # fmt: skip
    assert max(changes) < 2 * float(np.mean(changes)) < 3


@given(ratio=st.floats(0.05, 20))
def test_it_is_never_stretched_more_than_a_little(ratio: float) -> None:
    drawing = figure.own_figure("bust", FIGURE)
    own = drawing.rgba.shape[1] / drawing.rgba.shape[0]
    rect = Rect(3, 4, 3 + max(1, round(400 * own * ratio)), 404)
    placed, exact = drawing.place(rect), rect.width / rect.height / own
    if not 1 / STRIP <= exact <= STRIP:
        assert placed is None
        return
    assert placed is not None
    stretched = (placed.x1 - placed.x0) / (placed.y1 - placed.y0) / own
    assert 1 / STRETCH - 0.01 <= stretched <= STRETCH + 0.01
    assert placed.x1 - placed.x0 <= rect.width * UNITS + 1
    assert placed.y1 - placed.y0 <= rect.height * UNITS + 1


def test_a_strip_takes_the_background_alone() -> None:
    assert (drawn(Rect(0, 0, 300, 20)) == BEHIND_FIGURE.rgb).all()


@pytest.mark.parametrize("outer", [Rect(5, 5, 5, 5), Rect(5, 5, 90, 5), Rect(5, 5, 5, 90)])
def test_a_forged_zone_without_height_or_width_takes_the_background_alone(outer: Rect) -> None:
    """No zone of efface's is so; a statement of somebody else's can have one."""
    assert (drawn(outer, Rect(0, 0, 40, 30)) == BEHIND_FIGURE.rgb).all()


def test_the_policy_has_the_colours() -> None:
    policy = MethodPolicy("figure", fill=Colour(200, 0, 0), background=Colour(0, 0, 90))
    shown = (
        method_of(policy)
        .repeat(b"")
        .pixels(Zone("t1", 0, Rect(0, 0, 72, 100), Rect(0, 0, 72, 100)), unseen())
    )
    assert tuple(shown[0, 0]) == (0, 0, 90)
    assert shown[45, 36, 0] > 190
    assert shown[45, 36, 1] < 80


def test_a_drawing_of_the_users_own_is_kept_for_a_court(tmp_path: Path) -> None:
    method = method_of(MethodPolicy("figure", figure=str(saved(tmp_path, svg(SHAPE)))))
    method.check()
    prepared = method.prepare(NOBODY, never, bytes(SECRET_BYTES))
    elsewhere = method_of(MethodPolicy("figure", figure="a drawing.svg")).repeat(prepared.kept)
    zone = Zone("t1", 0, Rect(0, 0, 30, 60), Rect(0, 0, 30, 60))
    shown = prepared.filling.pixels(zone, unseen())
    assert (elsewhere.pixels(zone, unseen()) == shown).all()
    assert tuple(shown[15, 15]) == (0x33, 0x66, 0x99)


@given(
    st.integers(-30, 200), st.integers(-30, 200), st.integers(1, 130), st.integers(1, 130),
    st.tuples(*[st.integers(-60, 60)] * 4),
)  # fmt: skip
def test_a_zone_s_part_of_a_kept_drawing_is_what_would_be_drawn_for_it(
    x: int, y: int, wide: int, tall: int, more: tuple[int, int, int, int]
) -> None:
    """Wherever it lies in the picture, and however far blocks make it reach."""
    own, into = figure.own_figure("head", FIGURE), Rect(x, y, x + wide, y + tall)
    left, top = x - more[0], y - more[1]
    rect = Rect(left, top, max(left, into.x1 + more[2]), max(top, into.y1 + more[3]))
    plain = np.empty((rect.height, rect.width, 3), np.uint8)
    plain[:] = BEHIND_FIGURE.rgb
    got = drawn_in(own, BEHIND_FIGURE, rect, into)
    if rect.empty:
        assert got.size == 0
    else:
        assert np.array_equal(got, own.over(plain, rect, into))
    assert not got.flags.writeable


@pytest.mark.parametrize("kept", [b"", b"efd1", b"efd1\x00\x08\x00\x08", b"x" * 99,
                                  b"efd1\xff\xff\xff\xff" + b"x" * 9])  # fmt: skip
def test_what_is_kept_is_not_believed(kept: bytes) -> None:
    with pytest.raises(VerificationError, match="no drawing"):
        method_of(MethodPolicy("figure", figure="own.svg")).repeat(kept)


def test_a_bomb_under_seal_is_not_unpacked() -> None:
    whole = Artwork(np.zeros((8, 8, 4), np.uint8)).to_bytes()
    assert Artwork.from_bytes(whole).rgba.shape == (8, 8, 4)
    for changed in (whole[:-1], whole + b"x", whole[:4] + b"\0\x04" + whole[6:]):
        with pytest.raises(VerificationError):
            method_of(MethodPolicy("figure", figure="own.svg")).repeat(changed)


def test_a_figure_of_efface_keeps_nothing() -> None:
    with pytest.raises(VerificationError, match="keeps nothing"):
        method_of(MethodPolicy("figure")).repeat(b"drawn")


def test_a_name_that_is_none_is_refused_before_any_work() -> None:
    with pytest.raises(RefusedError, match="no figure is called 'clown'") as caught:
        method_of(MethodPolicy("figure", figure="clown")).check()
    assert all(name in (caught.value.hint or "") for name in NAMES)
