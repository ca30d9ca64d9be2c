"""The families that the contract is held for: one line each."""

from __future__ import annotations

from tests.media.contract.bmp import BMP
from tests.media.contract.gif import GIF
from tests.media.contract.heif import AVIF, HEIC
from tests.media.contract.jpeg import JPEG
from tests.media.contract.jxl import JXL
from tests.media.contract.png import PNG
from tests.media.contract.tiff import TIFF
from tests.media.contract.webp import WEBP

DESCRIBED = (JPEG, PNG, GIF, BMP, TIFF, WEBP, AVIF, HEIC, JXL)
