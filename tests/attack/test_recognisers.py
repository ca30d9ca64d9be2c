"""Every recogniser: unit templates, alike for one person, not for two; nothing else is taken."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from efface.attack import recognisers as room
from efface.attack.alignment import CHIP_PX, chip
from efface.attack.landmarks import points_in
from efface.attack.recognisers import recognisers
from efface.attack.recognisers.dlib_resnet import DlibResnet
from efface.attack.recognisers.interface import Recogniser, checked, unit_length
from efface.errors import RefusedError
from efface.regions import Box


@pytest.fixture(scope="module")
def face(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The portrait's chip."""
    points = points_in(portrait, Box(0, 90, 25, 50, 62))
    assert points is not None
    return chip(portrait, points)


@pytest.fixture(params=[one.name for one in recognisers()])
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    return next(one for one in recognisers() if one.name == request.param)


def test_templates_have_unit_length(recogniser: Recogniser, face: NDArray[np.uint8]) -> None:
    templates = recogniser.embed(np.stack([face, face[:, ::-1], face // 2]))
    assert templates.dtype == np.float32
    assert templates.shape == (3, recogniser.dimensions)
    assert np.allclose(np.linalg.norm(templates, axis=1), 1, atol=1e-5)


def test_the_same_face_in_another_picture_is_alike(
    recogniser: Recogniser, face: NDArray[np.uint8]
) -> None:
    """Mirrored, darker and coarser pictures are closer to the face than what is no face."""
    image = Image.fromarray(face)
    dark = np.asarray(ImageEnhance.Brightness(image).enhance(0.6))
    coarse = np.asarray(image.resize((60, 60)).resize((CHIP_PX, CHIP_PX)))
    noise = np.random.default_rng(3).integers(0, 256, face.shape, np.uint8)
    known, *others = recogniser.embed(np.stack([face, face[:, ::-1], dark, coarse, noise]))
    alike = [float(known @ other) for other in others]
    assert min(alike[:3]) > alike[3] + 0.1


def test_a_chip_has_the_same_template_in_any_batch(
    recogniser: Recogniser, face: NDArray[np.uint8]
) -> None:
    alone = recogniser.embed(face[None])
    among = recogniser.embed(np.stack([face[::-1], face // 3, face]))
    assert np.abs(alone[0] - among[2]).max() < 1e-5
    assert recogniser.embed(face[None][:0]).shape == (0, recogniser.dimensions)


def test_other_shapes_are_refused(recogniser: Recogniser, face: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="expected 8-bit chips"):
        recogniser.embed(face)
    with pytest.raises(ValueError, match="expected 8-bit chips"):
        recogniser.embed(face[None, :100])
    with pytest.raises(ValueError, match="expected 8-bit chips"):
        checked(face[None].astype(np.int16), CHIP_PX)


def test_a_row_of_zeros_stays_one() -> None:
    rows = np.array([[3, 4], [0, 0]], np.float32)
    assert np.abs(unit_length(rows) - np.array([[0.6, 0.8], [0, 0]])).max() < 1e-6


class Another(DlibResnet):
    name = "another"


def no_recogniser() -> str:
    return "?"


def broken() -> Recogniser:
    raise OSError("its weights are missing")


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """The class or function of this file that the test names is plugged in."""
    point = EntryPoint("plugged", f"{__name__}:{request.param}", room.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: globals()[request.param])
    monkeypatch.setattr(room, "entry_points", lambda group: [point] if group == room.GROUP else [])
    recognisers.cache_clear()
    yield
    recognisers.cache_clear()


@pytest.mark.parametrize("plugged", ["Another"], indirect=True)
@pytest.mark.usefixtures("plugged")
def test_a_plug_in_comes_after_those_carried() -> None:
    assert [one.name for one in recognisers()][-1] == "another"
    assert len(recognisers()) > 1


@pytest.mark.parametrize(
    ("plugged", "why"),
    [
        ("no_recogniser", "is no recogniser but a str"),
        ("broken", "cannot be loaded: OSError: its weights are missing"),
        ("DlibResnet", "two recognisers of the name 'dlib-resnet'"),
    ],
    indirect=["plugged"],
)
@pytest.mark.usefixtures("plugged")
def test_a_wrong_plug_in_is_named(why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        recognisers()
