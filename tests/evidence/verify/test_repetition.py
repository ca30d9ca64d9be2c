"""A photo beside the repetition of its redaction, where bytes do not tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.evidence.commitment.test_stills import made
from tests.media.lossless import opened
from tests.media.lossy import scene

from efface.evidence.verify.repetition import photo_same


@pytest.mark.parametrize("by", [0, 4])
def test_a_lossy_photo_shows_the_same_in_every_pixel_or_not(by: int, tmp_path: Path) -> None:
    """What its figures do not notice, too."""
    picture = scene(96, 128)
    other = picture.copy()
    other[40:48, 40:48] += np.uint8(by)
    again, published = (opened(tmp_path, made(one, ".webp"), ".webp") for one in (picture, other))
    found = photo_same(again, published)
    assert found.ok == (by == 0)
    assert ("in every pixel" in found.says) == found.ok
