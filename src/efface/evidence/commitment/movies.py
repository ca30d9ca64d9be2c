"""Kind ``video-samples``: a video whose codec loses nothing, as earlier versions committed to it.

What is hashed of it is what ``video-exact`` hashes (see ``video``), and the tree is another one: a
cell of the picture is a page, its leaves are the groups of 8 frames, in one row. After the cells
comes a page of one leaf for each track of sound or subtitles.

Parameters: those of ``video-exact``, but ``cells`` in place of ``leaf``, ``cell`` and ``segment``.

All payloads are in memory: 200 MB for an hour of 1080p.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from efface.evidence.commitment.filming import Filming
from efface.evidence.commitment.format import DIGEST_BYTES
from efface.evidence.commitment.interface import Claim, Content, HiddenLeaves, LeafGrid
from efface.evidence.commitment.masks import HiddenLeavesInTime
from efface.evidence.commitment.tracks import CommittedTrack, matched_tracks, tracks_of
from efface.evidence.commitment.tree import Bytes
from efface.evidence.commitment.video import VideoGrid, segments_of
from efface.evidence.commitment.video_claim import Proven, video_claim
from efface.media.video.interface import Movie, MovieFrame
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True, eq=False)
class ShownVideo:
    """What was seen of a video."""

    grid: VideoGrid
    frames: int
    starts: tuple[Fraction, ...]
    """When each frame begins to show, seconds from the first."""
    payloads: Bytes
    """Shape (cells, groups, 32)."""
    parameters: Mapping[str, Any]
    tracks: tuple[CommittedTrack, ...]


def film(movie: Movie, see: Callable[[MovieFrame], None] = lambda _: None) -> Film:
    """A video, decoded once.

    Args:
        see: is shown every frame, too.

    Raises:
        InputError: a frame is missing or cannot be decoded whole, or a track cannot be read.
    """
    grid = VideoGrid.of(movie, exact=True)
    filming = Filming(movie, grid)
    seen = np.concatenate(list(filming.segments(see=see)))
    payloads = seen.reshape(len(seen), -1, DIGEST_BYTES).transpose(1, 0, 2)
    tracks = tracks_of(movie, allow_damaged=False)
    told = filming.parameters(tracks)
    told["cells"] = told.pop("leaf")
    parameters = {name: told[name] for name in told if name not in ("cell", "segment")}
    starts = tuple(filming.starts)
    return Film(ShownVideo(grid, filming.frames, starts, payloads, parameters, tracks))


class Film(Content):
    """A video that was gone through once."""

    kind = "video-samples"

    def __init__(self, shown: ShownVideo) -> None:
        self._shown = shown
        number, groups, _ = shown.payloads.shape
        cell = LeafGrid(1, groups, DIGEST_BYTES)
        self.pages = (cell,) * number + (LeafGrid(1, 1, DIGEST_BYTES),) * len(shown.tracks)
        tracks = [[track.kind, track.codec] for track in shown.tracks]
        self.parameters = {**shown.parameters, "tracks": tracks}

    @property
    def starts(self) -> tuple[Fraction, ...]:
        """When each frame begins to show, seconds from the first."""
        return self._shown.starts

    def rows(self) -> Iterator[Bytes]:
        yield from self._shown.payloads
        for track in self._shown.tracks:
            yield np.frombuffer(track.digest or bytes(DIGEST_BYTES), np.uint8)[None]

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        raise NotImplementedError("zones of a video grow by groups of frames: VideoGrid.growth")

    def hidden(
        self, zones: Iterable[Zone], *, copies: Callable[[str, str], bool] = lambda *_: True
    ) -> HiddenLeaves:
        """
        Args:
            copies: whether the redacted file has a track of the original bit for bit, by its kind
                and codec.
        """
        shown = self._shown
        leaves = HiddenLeavesInTime(shown.grid, zones, shown.frames)
        masks, ring, filled = [], 0, 0
        for number, groups in enumerate(segments_of(shown.frames)):
            masks.append(leaves.segment(number, groups))
            hidden, painted = leaves.area(number, masks[-1])
            ring, filled = ring + hidden - painted, filled + painted
        mask = np.concatenate(masks)
        cells = mask.reshape(len(mask), -1).T
        missing = [t.digest is None or not copies(t.kind, t.codec) for t in shown.tracks]
        pages = [*cells[:, None], *(np.array([[gone]]) for gone in missing)]
        total = shown.grid.size[0] * shown.grid.size[1] * shown.frames
        return HiddenLeaves(tuple(pages), ring, total - filled, total)

    def where(self, page: int, rows: slice, columns: slice) -> str:
        shown, leaves = self._shown, self._shown.grid.leaves
        if page >= leaves.number:
            return f"{shown.tracks[page - leaves.number].kind} track {page - leaves.number}"
        row, column = divmod(page, leaves.columns)
        place = slice(row, row + 1), slice(column, column + 1)
        return shown.grid.where(range(columns.start, columns.stop), shown.frames, *place)

    def claim(self, hidden: HiddenLeaves) -> Claim:
        number = self._shown.grid.leaves.number
        masks, tracks = hidden.pages[:number], hidden.pages[number:]
        proven = Proven(
            sum(mask.size for mask in masks),
            sum(int(mask.sum()) for mask in masks),
            hidden.ring + hidden.total - hidden.outside,
            hidden.total - hidden.outside,
            hidden.total,
            tuple(not mask.all() for mask in tracks),
        )
        return video_claim(self._shown.grid, proven)

    def matched(self, parameters: Mapping[str, Any]) -> Film:
        tracks = matched_tracks(self._shown.tracks, parameters.get("tracks"))
        return self if tracks is None else Film(replace(self._shown, tracks=tracks))
