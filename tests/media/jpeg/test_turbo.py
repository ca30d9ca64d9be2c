"""The binding to the JPEG library."""

from __future__ import annotations

import ctypes.util
import importlib.resources
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from efface.errors import RefusedError
from efface.media.jpeg import turbo
from efface.policy import EncodePolicy
from efface.zones.filling import ConstantFilling

from . import samples

SOURCE = samples.encoded(samples.scene(40, 40))


def test_the_library_names_its_version() -> None:
    assert turbo.version().startswith("libjpeg-turbo ")


def test_rows_cover_the_picture_and_coefficients_are_those_of_the_picture() -> None:
    """DC coefficients times the step are the blocks' means."""
    grey = samples.scene(40, 32)[..., 0]
    jpeg = samples.encoded(grey, "L", quality=100)
    means = np.array([samples.coefficients(jpeg)[0, row][:, 0] for row in range(4)]) / 8 + 128
    expected = grey.reshape(4, 8, 5, 8).mean((1, 3))
    assert np.abs(means - expected).max() < 0.6


def test_an_error_in_the_callback_comes_out_as_itself() -> None:
    def fails(*_: Any) -> None:
        raise KeyboardInterrupt("stop")

    with pytest.raises(KeyboardInterrupt, match="stop"):
        turbo.transform(SOURCE, fails, options=0, scan_limit=100)


def test_damage_is_told_in_the_codecs_words() -> None:
    with pytest.raises(turbo.CodecError, match="Premature end"):
        turbo.transform(SOURCE[:-30], lambda *_: None, options=0, scan_limit=100)
    with pytest.raises(turbo.CodecError):
        turbo.decoded(SOURCE[:-30], 40, 40, cmyk=False, scan_limit=100)


def test_another_size_than_expected_is_not_decoded() -> None:
    with pytest.raises(turbo.CodecError, match="expected 20x20"):
        turbo.decoded(SOURCE, 20, 20, cmyk=False, scan_limit=100)


def test_a_library_of_the_system_is_named_in_the_notes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    photo = samples.opened(SOURCE)
    assert not photo.write((), ConstantFilling(samples.RED), EncodePolicy(), io.BytesIO()).notes
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    (note,) = photo.write((), ConstantFilling(samples.RED), EncodePolicy(), io.BytesIO()).notes
    assert "system's JPEG library" in note


@pytest.fixture
def without_cache() -> Any:
    turbo.library.cache_clear()
    yield
    turbo.library.cache_clear()


@pytest.mark.usefixtures("without_cache")
def test_without_a_library_the_user_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    with pytest.raises(RefusedError, match=r"libturbojpeg.*missing.*wheel"):
        turbo.library()


@pytest.mark.usefixtures("without_cache")
@pytest.mark.parametrize("name", ["libm.so.6", "libnothing.so.99"])
def test_a_library_that_is_too_old_or_broken_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: name)
    with pytest.raises(RefusedError, match=f"{name} cannot be used"):
        turbo.library()
