"""What a codec must do for HEIF stills, and how its pictures are described."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from numpy.typing import NDArray

from efface.media.isobmff.boxes import packed_full
from efface.media.isobmff.items import Property

Chroma = Literal["400", "420", "422", "444"]


@dataclass(frozen=True, slots=True)
class SampleCoding:
    """How samples are stored."""

    bits: int
    """Per sample: 8, 10 or 12."""
    chroma: Chroma

    @property
    def step_x(self) -> int:
        """Luma columns a chroma sample stands for."""
        return 2 if self.chroma in ("420", "422") else 1

    @property
    def step_y(self) -> int:
        """Luma rows a chroma sample stands for."""
        return 2 if self.chroma == "420" else 1

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return 1 if self.chroma == "400" else 3


_UNSPECIFIED = 2


@dataclass(frozen=True, slots=True)
class Cicp:
    """What the numbers mean as colours: code points of ITU-T H.273."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool

    @classmethod
    def parse(cls, nclx: bytes) -> Cicp | None:
        """From the payload of a ``colr`` property; ``None`` when it is of another kind."""
        if nclx[:4] != b"nclx" or len(nclx) < 11:
            return None
        primaries, transfer, matrix = (int.from_bytes(nclx[i : i + 2], "big") for i in (4, 6, 8))
        return cls(primaries, transfer, matrix, bool(nclx[10] >> 7))

    def specified(self) -> Cicp:
        """With the defaults in place of what is left unspecified (code points of 2)."""
        codes = (self.primaries, self.transfer, self.matrix)
        defaults = (SRGB.primaries, SRGB.transfer, SRGB.matrix)
        primaries, transfer, matrix = (
            default if code == _UNSPECIFIED else code
            for code, default in zip(codes, defaults, strict=True)
        )
        return Cicp(primaries, transfer, matrix, self.full_range)

    def property(self) -> Property:
        """As a ``colr`` property."""
        codes = (self.primaries, self.transfer, self.matrix)
        body = b"nclx" + b"".join(code.to_bytes(2, "big") for code in codes)
        return Property(b"colr", body + bytes((self.full_range << 7,)))


SRGB = Cicp(1, 13, 6, True)
"""What a file without any colour description is shown as (ISO/IEC 23000-22, 7.3.6.4)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One picture as the encoder made it."""

    data: bytes
    properties: tuple[Property, ...]
    """The decoder's configuration, the coded size, and a crop where that is larger than asked."""


class Codec(Protocol):
    """Encodes and decodes single pictures of one format."""

    @property
    def format(self) -> str:
        """As a person says it."""
        ...

    @property
    def kinds(self) -> frozenset[bytes]:
        """Item types it decodes."""
        ...

    @property
    def configuration(self) -> bytes:
        """Four-character code of the decoder's configuration property."""
        ...

    @property
    def block(self) -> int:
        """Side of the smallest block that is predicted as one, luma pixels."""
        ...

    @property
    def reach(self) -> int:
        """How far filters carry a block's samples over its edge, pixels."""
        ...

    def brands(self, codings: list[SampleCoding]) -> tuple[bytes, ...]:
        """File type brands for pictures of these codings; the major brand first."""
        ...

    def coding(self, configuration: bytes) -> SampleCoding:
        """How samples are stored, by the configuration property.

        Raises:
            InputError: damaged.
            RefusedError: a depth or chroma layout that cannot be kept.
        """
        ...

    def sizes(self, configuration: bytes, data: bytes) -> Iterator[tuple[int, int]]:
        """Sizes (width, height) by the coded picture's own headers, whatever the file says.

        Raises:
            InputError: damaged.
        """
        ...

    def stated(self, configuration: bytes, data: bytes) -> Cicp | None:
        """What the coded picture itself says about its colours; code points of 2: nothing."""
        ...

    @property
    def usual_quality(self) -> int:
        """For the encoder where nothing is known of the input's."""
        ...

    def quality_like(self, configuration: bytes, data: bytes) -> int | None:
        """What gives a picture about its own size and looks when it is encoded again; ``None``
        where its quantiser cannot be told."""
        ...

    def step(self, configuration: bytes, data: bytes) -> float:
        """How coarsely a picture is quantised: the step for an orthonormal transform, in 8-bit
        samples."""
        ...

    def written(self, cicp: Cicp) -> Cicp:
        """How the encoder codes colours that are to mean the same as these."""
        ...

    def decode(self, data: bytes, coding: SampleCoding) -> NDArray[Any]:
        """Decode a file that holds one picture without transformations.

        Returns:
            shape (height, width) for grey, else (height, width, 3) RGB; uint8 for 8 bits, else
            uint16 with ``coding.bits`` bits in use.

        Raises:
            InputError: damaged.
            RefusedError: a feature of the format the library cannot decode.
        """
        ...

    def encode(
        self,
        samples: NDArray[Any],
        coding: SampleCoding,
        cicp: Cicp,
        quality: int | None,
        *,
        large: bool = False,
    ) -> Encoded:
        """Encode one picture; the result depends on the arguments only.

        Args:
            samples: as ``decode`` returns them.
            quality: 1 to 100 on the encoder's scale; ``None`` for lossless (grey only).
            large: it is a tile of a picture so large that time counts before size.
        """
        ...


def spatial_extent(width: int, height: int) -> Property:
    """An ``ispe`` property."""
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return Property(b"ispe", packed_full(b"ispe", 0, 0, sides)[8:])


def bit_depths(coding: SampleCoding) -> Property:
    """A ``pixi`` property."""
    depths = bytes((coding.channels, *(coding.bits,) * coding.channels))
    return Property(b"pixi", bytes(4) + depths)
