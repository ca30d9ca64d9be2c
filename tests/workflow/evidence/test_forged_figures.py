"""A lossily coded photo is altered beside its zones, and each cell's mean made good: by the desk
itself, which signs it with its own key and makes a proof for it, and by a stranger."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.evidence.signers import signer
from tests.workflow.evidence.cases import Case, Picture, failing, finding, make_case, zones_of
from tests.workflow.evidence.test_share import proven_with

CELL = 8
WALL = slice(32, 224), slice(272, 496)
"""Of the picture, beside the portrait."""


def street(portrait: Picture, plate: str = "") -> Picture:
    """The portrait, and a wall beside it on which something may stand."""
    picture = np.zeros((256, 512, 3), np.uint8)
    picture[:, :256] = portrait
    slope = np.linspace(110, 150, 256)[:, None] + np.linspace(-10, 10, 256)
    noise = np.random.default_rng(1).normal(0, 1.5, (256, 256))
    picture[:, 256:] = (slope + noise)[..., None].round()
    return written_on(picture, plate, 20) if plate else picture


def written_on(picture: Picture, text: str, height: int, contrast: int = 90) -> Picture:
    """Dark letters on the wall, so many pixels high."""
    ink = np.zeros(picture.shape[:2], np.uint8)
    font = cv2.FONT_HERSHEY_SIMPLEX
    thick = max(height // 8, 1)
    scale = cv2.getFontScaleFromHeight(font, height, thick)
    cv2.putText(ink, text, (285, 120), font, scale, 255, thick, cv2.LINE_AA)
    darker = picture - ink[..., None] / 255 * contrast
    return np.asarray(darker.clip(0, 255), np.uint8)


def made_good(altered: Picture, original: Picture) -> Picture:
    """Each cell of the wall is given the mean that it had."""
    out = altered.astype(float)
    for y in range(0, 256, CELL):
        for x in range(256, 512, CELL):
            here = slice(y, y + CELL), slice(x, x + CELL)
            for _ in range(8):
                out[here] += (original[here].mean((0, 1)) - out[here].mean((0, 1)))[None, None]
                out[here] = out[here].clip(0, 255)
    return np.asarray(out.round(), np.uint8)


def sign(picture: Picture) -> Picture:
    return made_good(written_on(picture, "EXIT 4", 24), picture)


def pistol(picture: Picture) -> Picture:
    """A silhouette in stripes, since a plain one cannot keep its cells' means."""
    shape = np.zeros(picture.shape[:2], np.uint8)
    cv2.rectangle(shape, (290, 80), (440, 110), 255, -1)
    cv2.fillPoly(shape, [np.array([(300, 110), (340, 110), (325, 180), (295, 175)])], 255)
    stripes = np.where(np.arange(512) % 8 < 4, -60, 60)[None, :, None]
    altered = np.where(shape[..., None] > 0, picture + stripes, picture)
    return made_good(np.asarray(altered.clip(0, 255), np.uint8), picture)


def soft(picture: Picture) -> Picture:
    """The same in stripes without an edge, which slope by less than what counts as one."""
    shape = np.zeros(picture.shape[:2], np.uint8)
    cv2.rectangle(shape, (288, 80), (463, 127), 255, -1)
    wave = np.abs((np.arange(512) % 8) - 3.5) * 10 - 20
    altered = np.where(shape[..., None] > 0, picture + wave[None, :, None], picture)
    return made_good(np.asarray(altered.clip(0, 255), np.uint8), picture)


def taken_away(picture: Picture) -> Picture:
    """What stood on the wall is painted over with the wall."""
    out = picture.copy()
    out[90:130, 272:496] = cv2.GaussianBlur(picture, (0, 0), 12)[90:130, 272:496]
    return made_good(out, picture)


def another_digit(picture: Picture) -> Picture:
    """One digit of a plate; nothing is made good."""
    return street(np.ascontiguousarray(picture[:, :256]), "ZH 735 811")


@dataclass(frozen=True)
class Forgery:
    make: Callable[[Picture], Picture]
    plate: str
    says: str


FORGERIES = {
    "sign": Forgery(sign, "", "edges were put in"),
    "object": Forgery(pistol, "", "edges were put in"),
    "soft": Forgery(soft, "", "a pattern was put in"),
    "text": Forgery(taken_away, "NO ENTRY", "edges were taken out"),
    "digit": Forgery(another_digit, "ZH 735 311", "the mean brightness moved"),
}


@pytest.fixture(scope="module", params=[".webp", ".avif", ".heic"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def sealed(
    suffix: str, portrait: NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Case]:
    """By what stands on the wall."""
    out = {}
    for plate in {forgery.plate for forgery in FORGERIES.values()}:
        folder = tmp_path_factory.mktemp("sealed")
        original = folder / f"original{suffix}"
        encoded(street(portrait, plate), original)
        out[plate] = make_case(folder, original)
    return out


def encoded(picture: Picture, path: Path) -> None:
    Image.fromarray(picture).save(path, quality=85)


def forged(case: Case, forgery: Forgery, portrait: Picture) -> Path:
    """Altered and redacted, but not signed."""
    picture = forgery.make(street(portrait, forgery.plate))
    for zone in zones_of(case.evidence()):
        picture[zone.rect.y0 : zone.rect.y1, zone.rect.x0 : zone.rect.x1] = 0
    bare = case.folder / f"forged{case.published.suffix}"
    encoded(picture, bare)
    return bare


@pytest.mark.parametrize("name", FORGERIES)
def test_the_desk_alters_the_picture_and_proves_it(
    name: str, sealed: dict[str, Case], portrait: Picture, tmp_path: Path
) -> None:
    forgery = FORGERIES[name]
    case = sealed[forgery.plate].copied(tmp_path)
    assert failing(case.stranger()) == {}
    bare = forged(case, forgery, portrait)
    proven_with(case, bare, zones_of(case.evidence()))
    found = case.stranger()
    assert found.exit_code == 7
    assert set(failing(found)) == {"file.proof"}
    assert forgery.says in finding(found, "file.proof").says
    assert "y " in finding(found, "file.proof").says


@pytest.mark.parametrize("name", FORGERIES)
def test_a_stranger_alters_the_picture(
    name: str, sealed: dict[str, Case], portrait: Picture, tmp_path: Path
) -> None:
    forgery = FORGERIES[name]
    case = sealed[forgery.plate].copied(tmp_path)
    case.put_around(forged(case, forgery, portrait), case.evidence(), signer("forger"))
    found = case.stranger()
    assert found.exit_code == 7
    assert {"file.proof", "file.bare", "file.signers"} <= set(failing(found))
    assert "not as it was committed" in finding(found, "file.proof").says


def test_the_same_picture_encoded_again_is_no_forgery(
    sealed: dict[str, Case], portrait: Picture, tmp_path: Path
) -> None:
    """The forger's way with nothing altered: it is the alteration that is found."""
    case = sealed[""].copied(tmp_path)
    bare = forged(case, Forgery(lambda picture: picture, "", ""), portrait)
    proven_with(case, bare, zones_of(case.evidence()))
    assert failing(case.stranger()) == {}
    shutil.rmtree(tmp_path)
