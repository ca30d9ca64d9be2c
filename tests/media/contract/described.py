"""What the contract must know of a family of photo formats to try every promise on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray
from tests.media.hostile.pieces import Layout

from efface.media.families import Family
from efface.zones.zone import Zone

Samples = NDArray[Any]
"""Of one frame as it is stored: shape (height, width), or with channels last."""

Twins = tuple[bytes, bytes, tuple[Zone, ...]]
"""Two files that are decoded alike but in these zones."""


@dataclass(frozen=True)
class Kind:
    """One kind of file of a family: depth, colours, layout, animation."""

    name: str
    draw: Callable[[int], Sequence[Samples]]
    """The frames of a scene by its seed, without fully transparent pixels."""
    make: Callable[[Sequence[Samples]], bytes]
    """The file, by code that is not efface's."""
    read: Callable[[bytes], Sequence[Samples]]
    """What is in a file as a reader that is not efface's decodes it: each frame, as stored."""
    exact: bool = True
    """Nothing outside the zones changes: not a sample, or not a coefficient."""
    apart: float = 0.0
    """How far pixels outside the zones may be from the input's where it is not exact: the mean, in
    steps of the samples."""
    spill: int = 0
    """How many pixels around the zones a reader may mix with what is in them."""
    fill_error: int | None = 0
    """How far the fill may be from the asked colour, in steps of 255; ``None``: the file's kind has
    no such colour, and takes one that is near."""
    twins: Callable[[int], Twins] | None = None
    """For a kind whose pictures cannot be made to decode alike but in some zones: a layout whose
    parts are coded apart. ``None`` and not exact: there is none."""


@dataclass(frozen=True)
class Described:
    """One family of formats."""

    family: Family
    kinds: Sequence[Kind]
    laden: Callable[[], Mapping[str, bytes]]
    """Files with ``secret`` in places that are not the picture, by the place."""
    secret: bytes
    parts: Callable[[bytes], Iterator[str]]
    """The names of all parts of a file down to single fields of metadata."""
    allowed: frozenset[str]
    """Parts that an output may have."""
    layout: Layout
    """Where its files are taken apart to be damaged."""
    bomb: Callable[[], bytes]
    """A small file that declares a picture far beyond every limit."""
    turned: Mapping[str, Callable[[NDArray[Any], int], bytes]] = field(default_factory=dict)
    """Makes a file that shows an upright RGB picture by an EXIF orientation; by kind."""
    shown: Callable[[bytes], NDArray[Any]] | None = None
    """The picture as a reader that is not efface's shows it: upright, RGB."""

    @property
    def suffix(self) -> str:
        """The ending that its files have."""
        return self.family.suffixes[0]
