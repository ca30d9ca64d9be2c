"""dlib's recogniser: the converted network computes what dlib computes; nothing else is read."""

from __future__ import annotations

import sys
from pathlib import Path

import hatch_dlib
import numpy as np
import pytest
from hatch_build import ORIGINALS
from hatch_dlib import SIDE_PX, DlibFormatError, parse, to_onnx
from numpy.typing import NDArray
from PIL import Image

from efface.weights import weight

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def published() -> Path:
    """The file as its author published it, kept by an editable build."""
    path = ROOT / ORIGINALS / "dlib-resnet.dat"
    assert path.is_file(), f"{path} is kept by an editable build: make setup"
    return path


def chips(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A face, the same dark and mirrored, and noise: shape (4, SIDE_PX, SIDE_PX, 3)."""
    face = np.asarray(Image.fromarray(portrait).crop((80, 10, 180, 110)).resize((SIDE_PX, SIDE_PX)))
    noise = np.random.default_rng(5).integers(0, 256, face.shape, np.uint8)
    return np.stack([face, face // 4, face[:, ::-1], noise])


def test_descriptors_are_dlibs(
    published: Path, portrait: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino_telemetry", None)
    import dlib  # type: ignore[import-untyped]  # noqa: PLC0415
    import openvino  # type: ignore[import-untyped]  # noqa: PLC0415 - after the line above

    pictures = chips(portrait)
    theirs = dlib.face_recognition_model_v1(str(published))
    expected = np.array([theirs.compute_face_descriptor(picture) for picture in pictures])
    compiled = openvino.Core().compile_model(
        weight("dlib-resnet"), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    got = compiled(pictures.astype(np.float32).transpose(0, 3, 1, 2))["descriptors"]
    assert expected.std() > 0.05
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)


def test_conversion_gives_the_same_bytes_every_time(published: Path) -> None:
    content = published.read_bytes()
    assert to_onnx(content) == weight("dlib-resnet").read_bytes()


def test_the_whole_file_is_read(published: Path) -> None:
    network = parse(published.read_bytes())
    assert len(network.convolutions) == 1 + 2 * sum(blocks for _, blocks, _ in hatch_dlib.STAGES)
    assert network.mean == pytest.approx((122.782, 117.001, 104.298), abs=1e-3)


@pytest.mark.parametrize("cut", [0, 1, 20, 300, 10_000, -1])
def test_a_file_cut_short_is_refused(published: Path, cut: int) -> None:
    with pytest.raises(DlibFormatError, match="bytes: "):
        parse(published.read_bytes()[:cut])


def test_a_longer_file_is_refused(published: Path) -> None:
    with pytest.raises(DlibFormatError, match="bytes left over: 1"):
        parse(published.read_bytes() + b"?")


def test_another_structure_is_refused(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_dlib, "STAGES", ((32, 3, False), (64, 3, True)))
    with pytest.raises(DlibFormatError, match="instead of"):
        parse(published.read_bytes())


def test_a_damaged_length_is_refused(published: Path) -> None:
    """The number of values in the first tensor."""
    content = bytearray(published.read_bytes())
    at = content.index(b"con_4") + len(b"con_4") + 4
    content[at] ^= 0xFF
    with pytest.raises(DlibFormatError):
        parse(bytes(content))
