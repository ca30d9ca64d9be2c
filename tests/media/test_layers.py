"""Every family tells its coefficients, its layers, or neither; layers are what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.evidence.commitment.test_pixels import FORMATS
from tests.evidence.commitment.test_stills import FORMATS as LOSSY
from tests.evidence.commitment.test_stills import made
from tests.media.jpeg.samples import encoded
from tests.media.jpeg.samples import opened as opened_jpeg
from tests.media.lossless import opened
from tests.media.lossy import scene

from efface.media.layers import RGBA


@pytest.mark.parametrize("name", FORMATS)
def test_layers_have_the_shape_and_type_they_say(name: str, tmp_path: Path) -> None:
    form = FORMATS[name]
    photo = opened(tmp_path, form.made(form.samples()), form.suffix)
    layers = photo.layers()
    assert photo.coefficients() is None
    assert layers is not None
    shown = [layer.orientation.upright_size(*layer.size) for layer in layers.pages]
    assert tuple(shown) == photo.sizes
    for layer, (samples, view) in zip(layers.pages, layers.walk(), strict=True):
        width, height = layer.size
        assert samples.shape[:2] == (height, width)
        part = view(samples[:5]).reshape(5, width, -1)
        assert part.dtype == np.dtype("<" + layer.type)
        alpha_left_out = layer.meaning == RGBA and part.shape[2] == 3
        assert alpha_left_out or part.shape[2] == layer.channels


@pytest.mark.parametrize("suffix", LOSSY)
def test_lossy_photos_have_neither(suffix: str, tmp_path: Path) -> None:
    photo = opened(tmp_path, made(scene(40, 50), suffix), suffix)
    assert photo.layers() is None
    assert photo.coefficients() is None


def test_a_jpeg_has_coefficients_row_by_row() -> None:
    photo = opened_jpeg(encoded(scene(40, 50), subsampling=2))
    coded = photo.coefficients()
    assert photo.layers() is None
    rows: dict[int, int] = {}

    def take(component: int, row: int, blocks: np.ndarray) -> None:
        assert blocks.shape[1:] == (64,)
        rows[component] = max(rows.get(component, 0), row + 1)

    coded.walk(take)
    # 4:2:0 in whole units of 16 pixels: of 40 lines three units
    assert rows == {0: 6, 1: 3, 2: 3}
    assert not coded.is_rgb
    assert [len(table) for table in coded.tables] == [64, 64, 64]
