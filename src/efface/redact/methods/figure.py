"""``figure``: a drawn head, the same in every zone of every frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from efface.colour import Colour
from efface.errors import RefusedError, VerificationError
from efface.redact.methods.artwork import Artwork, drawn
from efface.redact.methods.interface import Method, Pictures, Prepared
from efface.redact.methods.svg import read_svg
from efface.regions import Regions
from efface.words import FigureName
from efface.zones.filling import Filling, Surroundings
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True)
class FigureFilling(Filling):
    """A drawing over one colour, placed by the zone alone."""

    drawing: Artwork
    background: Colour

    def pixels(self, zone: Zone, around: Surroundings) -> NDArray[np.uint8]:
        return drawn(self.drawing, self.background, zone.rect, zone.outer)


class DrawnHead(Method):
    """The policy's drawing and colours. Where it lies and how large it is follows from each zone's
    place and size; it depends on nothing else, and never on the picture."""

    def check(self) -> None:
        if not self.policy.own_figure:
            self._read()

    def prepare(self, regions: Regions, pictures: Pictures, secret: bytes) -> Prepared:
        drawing = self._drawing()
        kept = b"" if self.policy.own_figure else drawing.to_bytes()
        return Prepared(self._filling(drawing), kept)

    def filling(self) -> Filling:
        """The filling of any file.

        Raises:
            EffaceError: the policy names a drawing that cannot be used.
        """
        return self._filling(self._drawing())

    def repeat(self, kept: bytes) -> Filling:
        if self.policy.own_figure:
            if kept:
                raise VerificationError(
                    "a figure of efface's own keeps nothing under seal, and something is there."
                )
            return self._filling(own_figure(self.policy.figure, self.policy.fill))
        try:
            return self._filling(Artwork.from_bytes(kept))
        except ValueError as error:
            raise VerificationError(
                f"what is kept under seal is no drawing: {error}.",
                hint="A drawing of the user's own is kept with the original.",
            ) from error

    def _filling(self, drawing: Artwork) -> FigureFilling:
        return FigureFilling(drawing, self.policy.background)

    def _drawing(self) -> Artwork:
        if self.policy.own_figure:
            return own_figure(self.policy.figure, self.policy.fill)
        return self._read()

    def _read(self) -> Artwork:
        name = self.policy.figure
        if not name.lower().endswith(".svg"):
            known = ", ".join(get_args(FigureName))
            raise RefusedError(
                f"no figure is called {name!r:.80}.",
                hint=f"The figures are: {known}; or name an SVG file.",
            )
        return read_svg(Path(name))


@cache
def own_figure(name: str, colour: Colour) -> Artwork:
    """One of efface's own drawings, in the shades of a colour.

    They are drawn from the SVG files beside them, once and for all (``training/figures.py``), so
    that everybody's are the same to the bit.
    """
    data = (files("efface.redact.methods") / "figures" / f"{name}.png").read_bytes()
    return Artwork.from_png(data).tinted(colour)
