"""What is committed to of a lossless photo stays the same from version to version: commitments made
years ago are held against files then."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.evidence.commitment.test_pixels import FORMATS
from tests.media.lossless import opened

from efface.evidence.commitment.opening import content_of

GOLDEN = {
    "png-rgb": "73087508922d2d59",
    "png-rgb-turned": "fbfa8dabbdcf71a1",
    "png-rgb-16": "429fef1c3545eedb",
    "png-rgba": "f22ba0756ac6bdcc",
    "png-grey": "b3d0440dc899664d",
    "png-grey-2-bits": "1b8a98670f7b0d42",
    "png-grey-alpha": "6cdd100f8607898a",
    "png-palette": "888cdaf2a9788fa5",
    "png-palette-clear": "f7880c819f3d9504",
    "png-key": "1ddc191da337a190",
    "png-key-unseen": "a8e8c0ab1308e5cd",
    "png-interlaced": "73087508922d2d59",
    "gif": "888cdaf2a9788fa5",
    "bmp": "9d4cb55997867ec0",
    "bmp-palette": "34e703231c170296",
    "bmp-16": "e0857e5a5f2b1ce6",
    "tiff-rgb": "99d442bc72c37d74",
    "tiff-rgb-16-turned": "d77d9f2093b84096",
    "tiff-float": "1fff882486582620",
    "tiff-signed": "f3f3e538de8e34df",
    "tiff-cmyk": "1e2e0c4b421b1e1d",
    "tiff-palette": "db14cb41808c6c90",
}
"""The first 16 digits of SHA-256 over parameters and all payloads. Of JPEG XL, WebP and JPEG the
file's own bytes depend on an encoder's version; those of the formats here on nothing else."""


@pytest.mark.parametrize("name", GOLDEN)
def test_payloads_and_parameters_are_as_ever(name: str, tmp_path: Path) -> None:
    made = FORMATS[name]
    content = content_of(opened(tmp_path, made.made(made.samples()), made.suffix))
    digest = hashlib.sha256(json.dumps(dict(content.parameters), sort_keys=True).encode())
    for row in content.rows():
        digest.update(row.tobytes())
    assert digest.hexdigest()[:16] == GOLDEN[name]
