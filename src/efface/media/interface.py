"""What a format family must do. An implementation is one subclass of ``Photo``.

Coordinates are those of the *upright* picture, as a viewer shows it (EXIF or container
orientation applied); an implementation maps them to the stored orientation itself.

Rules for implementations:

* the file's bytes are hostile: only ``efface.errors`` come out (``InputError`` for a file that
  cannot be read whole, ``RefusedError`` for one that could be read but not kept faithfully);
* nothing is decoded before the sizes were held against ``Limits``;
* the input is never opened for writing, and nothing goes to temporary files;
* output metadata is an allow-list: orientation and a cleaned colour profile, pixel density where
  the format needs it. Everything else is dropped and named in ``Written.dropped``;
* the output may depend on pixels outside the zones only.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from efface.media.coefficients import DctCoefficients
from efface.media.file import Frame, Gray, MediaFile, Picture
from efface.media.layers import Layers
from efface.media.metadata.gpano import GPano
from efface.media.trace import Trace
from efface.policy import EncodePolicy
from efface.regions import Media, Page
from efface.zones.filling import Filling
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True)
class Written:
    """What an implementation did when it wrote a file."""

    lossless: bool
    """Every sample (JPEG: every coefficient) outside the zones is as in the input."""
    dropped: tuple[Trace, ...] = ()
    notes: tuple[str, ...] = ()
    """Anything the user must know, in sentences."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How the written file compares with the input outside the zones."""

    exact: bool
    unit: Literal["samples", "coefficients"] = "samples"
    ssim: float | None = None
    """Lowest over the frames, luma, outside the zones; ``None`` when exact."""
    psnr_db: float | None = None
    shift: float | None = None
    """How far colours moved as a whole: the highest, over frames and channels, root mean square of
    the differences between means over 8 x 8 pixels, in steps of 255; ``None`` when exact."""


@dataclass(frozen=True, slots=True)
class StereoView:
    """One of several views of one scene, as stereo cameras take them."""

    picture: Picture
    frame: int | None
    """The frame that is written of it; ``None``: it is dropped."""
    left: int = 0
    """Where it starts in the frame, pixels: two views can lie side by side in one."""


@dataclass(frozen=True, slots=True)
class Views:
    """Two views of one scene."""

    pair: tuple[StereoView, StereoView]
    declared: bool
    """The file says that they are; else they are pictures of one shape in one file."""


class Photo(MediaFile):
    """One still-image file, opened: its sizes are known and within the limits."""

    kind = "image"

    @property
    @abstractmethod
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Upright (width, height) of every page or animation frame, pixels."""

    @property
    def gpano(self) -> GPano | None:
        """How the picture lies on the sphere about the camera, if the file says so."""
        return None

    def media(self) -> Media:
        (width, height), *others = self.sizes
        pages = tuple(
            Page(page, *size)
            for page, size in enumerate(others, start=1)
            if size != (width, height)
        )
        frames = len(self.sizes)
        return Media(self.path.name, self.sha256, "image", width, height, frames, pages=pages)

    def frames(self, *, allow_damaged: bool = False) -> Iterator[PhotoFrame]:
        for page in range(len(self.sizes)):
            yield PhotoFrame(self, page)

    @abstractmethod
    def picture(self, frame: int) -> Picture:
        """Decode one frame for detection (animations: as composed for display; alpha over grey).

        Raises:
            InputError: the frame cannot be decoded whole.
        """

    def views(self) -> Iterator[Views]:
        """Pairs of views of one scene; a face that is found in one is in the other, too."""
        return iter(())

    def coefficients(self) -> DctCoefficients | None:
        """The coefficients of a photo that is redacted on them; ``None``: it is not."""
        return None

    def layers(self) -> Layers | None:
        """The samples of a losslessly coded photo; ``None``: it is coded lossily, or on
        coefficients."""
        return None

    @abstractmethod
    def grown(self, zones: Sequence[Zone]) -> tuple[Zone, ...]:
        """The zones as this format has to fill them (block grids, chroma spill), still upright.

        Formats without a grid return them unchanged.
        """

    @abstractmethod
    def write(
        self, zones: Sequence[Zone], filling: Filling, encode: EncodePolicy, out: BinaryIO
    ) -> Written:
        """Write the file with every zone (already ``grown``) filled.

        Alpha in a zone becomes opaque.

        Raises:
            InputError: a frame cannot be decoded whole.
            RefusedError: a feature of the file cannot be kept; the message names it.
        """

    @abstractmethod
    def compare(self, written: Photo, zones: Sequence[Zone], filling: Filling) -> Fidelity:
        """Hold a written file (opened again) against this one outside the zones, and against what
        the filling gives inside.

        Raises:
            VerificationError: sizes, frames, depth or colour profile differ; or a sample or
                coefficient outside the zones, or a zone is not what was meant (formats that are
                encoded again: by more than their coding explains).
        """


class PhotoFrame(Frame):
    """A page, or a frame of an animation."""

    def __init__(self, photo: Photo, index: int) -> None:
        self._photo = photo
        self.index = index

    @property
    def time(self) -> None:
        return None

    def picture(self, halvings: int = 0) -> Picture:
        picture = self._photo.picture(self.index)
        if not halvings:
            return picture
        height, width = (-(-side // (1 << halvings)) for side in picture.shape[:2])
        return _scaled(picture, width, height)

    def gray(self, width: int, height: int) -> Gray:
        luma = cv2.cvtColor(self._photo.picture(self.index), cv2.COLOR_RGB2GRAY)
        return _scaled(luma, width, height)


def _scaled(picture: NDArray[Any], width: int, height: int) -> NDArray[np.uint8]:
    """Each pixel the mean of what it stands for."""
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
