"""A JPEG file that was packed into JPEG XL: redacted as a JPEG, and packed again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

from efface.errors import VerificationError
from efface.media.coefficients import DctCoefficients
from efface.media.file import Picture
from efface.media.interface import Fidelity, Photo, Written
from efface.media.jpeg import JpegPhoto
from efface.media.jxl import codec, container
from efface.media.jxl.container import JxlContainer
from efface.media.metadata.gpano import GPano
from efface.media.source import Source
from efface.media.trace import Trace
from efface.policy import EncodePolicy
from efface.zones.filling import Filling
from efface.zones.zone import Zone


class PackedJpeg(Photo):
    """One file. What the JPEG carries, and what lies beside it in boxes, is dropped alike."""

    format = "JPEG XL"

    def __init__(self, source: Source, file: JxlContainer, jpeg: JpegPhoto) -> None:
        self.source = source
        self._file = file
        self._jpeg = jpeg

    @property
    def jpeg(self) -> JpegPhoto:
        """What was packed."""
        return self._jpeg

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return self._jpeg.sizes

    @property
    def gpano(self) -> GPano | None:
        return self._jpeg.gpano

    def picture(self, frame: int) -> Picture:
        return self._jpeg.picture(frame)

    def coefficients(self) -> DctCoefficients:
        return self._jpeg.coefficients()

    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        return self._jpeg.grown(zones)

    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        plain = io.BytesIO()
        written = self._jpeg.write(zones, filling, encode, plain)
        out.write(codec.of_jpeg(plain.getvalue()))
        return Written(True, dropped=self.findings(), notes=written.notes)

    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        if not isinstance(written, PackedJpeg):
            raise VerificationError("the written file holds no packed JPEG.", path=self.path)
        return self._jpeg.compare(written.jpeg, zones, filling)

    def findings(self) -> tuple[Trace, ...]:
        return (*container.findings(self._file), *self._jpeg.findings())
