"""Kinds ``video-figures`` and ``video-exact``: a video, cell by cell through time, and its sound.

Time is cut into groups of ``group`` frames, and these into segments of ``segment`` groups; the
stored picture is cut into ``leaf`` (columns, rows). A segment is a page; its leaves lie in a grid
of groups, rows and columns. Payloads are

* ``video-figures``: the ``figures`` of the leaf's cells over the frames of the group, rounded as
  ``tolerance`` has it, a byte each;
* ``video-exact``, for codecs that lose nothing: SHA-256 of the leaf's samples, frame by frame,
  component by component, row by row, least significant byte first (more than 8 bits: two bytes).

After the segments comes a page of one leaf for each track of sound or subtitles. Its payload is
SHA-256 over its packets: of each u32 its size, and its bytes; what an edit list hides is left out.

Parameters: ``size``, stored; ``orientation``; ``frames``, how many; ``times``, SHA-256 of the text
``numerator/denominator`` and a line feed for each frame's time in seconds; ``samples``: ``[bits,
[component, halvings across, halvings down], ...]``; ``colour``: primaries, transfer, matrix and
range by ITU-T H.273; ``leaf``; ``cell``, its side in pixels, null for ``video-exact``; ``group``;
``segment``; ``tolerance``: step, up, down and share of each figure of a cell (see ``tolerance``),
null for ``video-exact``; ``tracks``: ``[kind, codec]`` of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from efface.evidence.commitment.cells import Cells
from efface.evidence.commitment.figures import FigureGrid, video_grid
from efface.evidence.commitment.format import DIGEST_BYTES
from efface.evidence.commitment.grid import Size, place
from efface.evidence.commitment.growing import CellGrid
from efface.evidence.commitment.interface import Kind, LeafGrid
from efface.evidence.commitment.tolerance import Rule
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.grids import LOSSLESS
from efface.media.video.interface import Movie
from efface.media.video.planes import PixelLayout, layout_of

GROUP = 8
"""Frames in a leaf: a third of a second. A leaf that a zone touches in one of them is hidden in all
of them."""
SEGMENT = 128
"""Groups in a page: 41 seconds at 25 frames a second. What a zone costs a proof that stays where it
is falls with it, and the memory of whoever commits or checks grows."""
EXACT_LONG_SIDE = 32
LEAST_PX = 16


@dataclass(frozen=True)
class VideoGrid:
    """How a video is cut into leaves."""

    size: Size
    """Stored."""
    orientation: Orientation
    layout: PixelLayout
    exact: bool
    """On samples, not on figures."""

    @classmethod
    def of(cls, movie: Movie, *, exact: bool | None = None) -> VideoGrid:
        """The pictures need not be seen for that.

        Args:
            exact: unless said otherwise, for codecs that lose nothing.
        """
        coding = movie.coding
        return cls(
            (coding.width, coding.height),
            coding.orientation,
            layout_of(coding.pixel_format),
            coding.codec in LOSSLESS if exact is None else exact,
        )

    @property
    def kind(self) -> Kind:
        return "video-exact" if self.exact else "video-figures"

    @cached_property
    def figures(self) -> FigureGrid:
        """Of a video that is not exact."""
        return video_grid(self.size, len(self.layout.components) - 1)

    @cached_property
    def rule(self) -> Rule | None:
        """How figures are compared; ``None``: samples are, to the bit."""
        return None if self.exact else Rule(self.figures.others, self.figures.joined**2)

    @cached_property
    def leaves(self) -> Cells:
        """Of a group."""
        if self.exact:
            return Cells.of(self.size, EXACT_LONG_SIDE, LEAST_PX)
        return self.figures.leaves

    @cached_property
    def growth(self) -> CellGrid:
        """How zones grow to whole leaves."""
        return CellGrid(self.size, self.orientation, self.layout, self.leaves)

    @property
    def payload(self) -> int:
        """Bytes of a leaf."""
        return DIGEST_BYTES if self.exact else self.figures.a_leaf

    def page(self, groups: int) -> LeafGrid:
        """A segment with its leaves in rows of groups, each row by row of the picture."""
        return LeafGrid(groups, self.leaves.number, self.payload)

    def parameters(self) -> dict[str, Any]:
        """Those of a commitment that the first frame tells."""
        rule, leaves, components = self.rule, self.leaves, self.layout.components
        return {
            "size": list(self.size),
            "orientation": self.orientation.exif,
            "samples": [self.layout.bits, *([c.role, c.log2_x, c.log2_y] for c in components)],
            "leaf": [leaves.columns, leaves.rows],
            "cell": None if self.exact else self.figures.side,
            "group": GROUP,
            "segment": SEGMENT,
            "tolerance": None if rule is None else rule.to_json(),
        }

    def where(self, groups: range, frames: int, rows: slice | None = None,
              columns: slice | None = None) -> str:  # fmt: skip
        """The place of some leaves in words that a viewer of the file can follow.

        Args:
            frames: of the video.
            rows, columns: ``None``: all of them.
        """
        last = min(groups.stop * GROUP, frames) - 1
        when = f"frames {groups.start * GROUP} to {last}"
        if rows is None and columns is None:
            return when
        across, down = self.leaves.edges(*self.size)
        rows, columns = rows or slice(0, self.leaves.rows), columns or slice(0, self.leaves.columns)
        rect = Rect(across[columns.start], down[rows.start], across[columns.stop], down[rows.stop])
        return f"{when}, {place(rect, self.orientation, self.size)}"


def segments_of(frames: int) -> Iterator[int]:
    """How many groups each segment of a video has."""
    groups = -(-frames // GROUP)
    for start in range(0, groups, SEGMENT):
        yield min(SEGMENT, groups - start)
