"""A redaction's filling comes from the method that the policy names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.fillings import PictureFilling, textured
from tests.media.lossless import inside
from tests.workflow.evidence.cases import failing, make_case
from tests.workflow.redact.asking import ask, picture

from efface.redact.methods import catalogue
from efface.redact.methods.interface import SECRET_BYTES, Method, Pictures, Prepared
from efface.regions import Regions
from efface.workflow.redact.file import redact_file
from efface.zones.filling import Filling

MEANT = PictureFilling(textured(640, 640))


class Textured(Method):
    """A picture in place of a colour."""

    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        ((number, shown),) = pictures([0])
        assert (number, shown.shape) == (0, (regions.media.height, regions.media.width, 3))
        assert len(secret) == SECRET_BYTES
        return Prepared(MEANT)

    def repeat(self, kept: bytes) -> Filling:
        return MEANT


def use(monkeypatch: pytest.MonkeyPatch, method: type[Method]) -> None:
    monkeypatch.setattr(catalogue, "METHODS", {"solid": method})


def test_the_method_fills_the_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Textured)
    report = redact_file(ask(picture(tmp_path / "a.png")))
    assert report.error is None
    with Image.open(tmp_path / "out.png") as image:
        shown = np.asarray(image)
    where = inside(shown.shape[:2], report.zones)
    assert where.any()
    assert (shown[where] == MEANT.picture[: shown.shape[0], : shown.shape[1]][where]).all()


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_what_a_method_filled_is_proven_and_repeated_by_a_court(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Textured)
    case = make_case(tmp_path, picture(tmp_path / f"a.{ending}", size=(160, 200)))
    assert not failing(case.court())
    use(monkeypatch, type("Other", (Textured,), {"repeat": lambda self, kept: _other()}))
    assert {"file.fill", "redaction.published"} <= {*failing(case.court())}


def _other() -> Filling:
    return PictureFilling(textured(640, 640, seed=9))
