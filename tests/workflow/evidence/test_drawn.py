"""A drawn head in the zones: a stranger sees that it is there, and that nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.workflow.evidence import test_video as video
from tests.workflow.evidence.cases import LATER, Case, failing, finding, make_case, regions_of

from efface.evidence.contents import taken_apart
from efface.evidence.verify.fill import VideoFill, photo_fill
from efface.media.interface import Photo
from efface.media.opening import open_media
from efface.media.video.interface import as_movie
from efface.policy import Limits, MethodPolicy, Policy, RescanPolicy
from efface.workflow.redact.file import redact_file
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.notary import PackNotary
from efface.workflow.redact.order import Order
from efface.workflow.redact.ports import Ports

DRAWN = Policy(rescan=RescanPolicy(enabled=False), method=MethodPolicy(name="figure"))


def published(case: Case) -> Case:
    """Once more, with a head in the zone."""
    again = replace(case, published=case.folder / f"drawn{case.published.suffix}")
    notary = PackNotary(case.pack, case.secret, case.signer, LATER)
    order = FileOrder(
        case.original,
        again.published,
        Order(DRAWN),
        Ports(notary=notary),
        regions_of(case.original),
    )
    redact_file(order).or_raise()
    return again


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_a_photo(ending: str, portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    source = tmp_path / f"a.{ending}"
    Image.fromarray(portrait).save(source, quality=90)
    case = published(make_case(tmp_path, source))
    assert failing(case.court()) == {}
    if ending == "webp":
        assert "shows the picture that was stated" in finding(case.stranger(), "file.fill").says
        assert _fill_of(case, _smiling).startswith("A zone holds something else")


def _smiling(pixels: NDArray[np.uint8]) -> None:
    pixels[60:68, 95:125] = 20


def _fill_of(case: Case, paint: Callable[[NDArray[np.uint8]], None]) -> str:
    """What is said of a file whose zones were painted into."""
    with Image.open(case.published) as image:
        pixels = np.array(image.convert("RGB"))
    paint(pixels)
    forged = case.folder / "forged.webp"
    Image.fromarray(pixels).save(forged, quality=90)
    photo = open_media(forged, Limits())
    assert isinstance(photo, Photo)
    redaction = case.pack.redactions()[-1].statement
    return photo_fill(photo, taken_apart(photo), redaction, Limits()).says


def test_a_video(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    case = video.sealed(tmp_path, video.filmed(tmp_path / "clip.mp4", portrait, "libx264"))
    video.redact(case, DRAWN)
    found = case.court()
    assert failing(found) == {}
    assert "shows the picture that was stated" in finding(found, "file.fill").says


def test_a_video_whose_signer_never_drew_it(portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    """The statement says that a head was drawn, and the zones hold one colour."""
    case = video.sealed(tmp_path, video.filmed(tmp_path / "clip.mp4", portrait, "libx264"))
    video.redact(case)
    redaction = case.pack.redactions()[0].statement
    forged = replace(redaction, settings={**redaction.settings, "method": {"name": "figure"}})
    movie = as_movie(open_media(case.published, Limits()))
    seen = VideoFill(movie, forged)
    for frame in movie.frames():
        seen.see(frame)
    assert not seen.result.ok
    assert "(frame 0)" in seen.result.says
