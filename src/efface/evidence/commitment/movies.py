"""Kinds ``video-means`` and ``video-samples``: a video, cell by cell through time, and its sound.

Time is cut into groups of ``group`` frames, the stored picture into ``cells`` (columns, rows; see
``cells``), and a cell is a page: its leaves are the groups, in one row, so that a cell that stays
covered for long costs a proof little. Payloads are

* ``video-means``: for each frame of the group the cell's means in each component, in the order of
  ``samples``; zero for frames past the last;
* ``video-samples``, for codecs that lose nothing: SHA-256 of the cell's samples, frame by frame,
  component by component, row by row, least significant byte first (more than 8 bits: two bytes).

After the cells comes a page of one leaf for each track of sound or subtitles. Its payload is
SHA-256 over its packets: of each u32 its size, and its bytes; what an edit list hides is left out.

Parameters: ``size``, stored; ``orientation``; ``frames``, how many; ``times``, SHA-256 of the text
``numerator/denominator`` and a line feed for each frame's time in seconds; ``samples``: ``[bits,
[component, halvings across, halvings down], ...]``; ``colour``: primaries, transfer, matrix and
range by ITU-T H.273; ``cells``; ``group``; ``tolerance``, null for ``video-samples``; ``tracks``:
``[kind, codec]`` of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from efface.evidence.commitment.cells import EDGE_PX, Cells, union_area
from efface.evidence.commitment.grid import by_frame, place
from efface.evidence.commitment.growing import CellGrid
from efface.evidence.commitment.interface import (
    MEANS_ALONE,
    Claim,
    Content,
    HiddenLeaves,
    LeafGrid,
    limits,
)
from efface.evidence.commitment.tree import Bytes, Mask
from efface.geometry import Rect
from efface.media.orientation import Orientation
from efface.media.video.planes import PixelLayout, stored_rect
from efface.zones.zone import Zone

GROUP = 8
"""Frames in a leaf: a third of a second. A cell that a zone touches in one of them is hidden in
all of them."""
TOLERANCE = 6
"""Of 255. Encoded again by H.264, HEVC, VP9 or AV1 with the default settings, no mean of real clips
moved by more than 1 (of small synthetic ones, 3); at x264's CRF 40, by more than 4."""
DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class CommittedTrack:
    """One track of sound or subtitles."""

    kind: str
    """``audio`` or ``subtitle``."""
    codec: str
    digest: bytes | None
    """``None``: the commitment has it, and here it is missing or encoded anew."""


@dataclass(frozen=True, slots=True, eq=False)
class ShownVideo:
    """What was seen of a video."""

    size: tuple[int, int]
    """Stored width and height, pixels."""
    orientation: Orientation
    layout: PixelLayout
    colour: tuple[int, int, int, int]
    frames: int
    times: str
    """SHA-256, hexadecimal."""
    starts: tuple[Fraction, ...]
    """When each frame begins to show, seconds from the first."""
    cells: Cells
    payloads: Bytes
    """Shape (cells, groups, payload)."""
    exact: bool
    tracks: tuple[CommittedTrack, ...]


class Film(Content):
    """A video that was gone through once; what is left of it in memory are its payloads: 39 MB for
    an hour at 25 frames a second, 52 MB for a lossless one in as many cells."""

    def __init__(self, shown: ShownVideo) -> None:
        self._shown = shown
        edge = 0 if shown.exact else EDGE_PX
        self._grid = CellGrid(shown.size, shown.orientation, shown.layout, shown.cells, edge)
        self.kind = "video-samples" if shown.exact else "video-means"
        tolerance = None if shown.exact else TOLERANCE
        components = shown.layout.components
        number, groups, payload = shown.payloads.shape
        values = 1 if shown.exact else len(components)
        cell = LeafGrid(1, groups, payload, tolerance, values)
        self.pages = (cell,) * number + (LeafGrid(1, 1, DIGEST_BYTES),) * len(shown.tracks)
        self.parameters = {
            "size": list(shown.size),
            "orientation": shown.orientation.exif,
            "frames": shown.frames,
            "times": shown.times,
            "samples": [shown.layout.bits, *([c.role, c.log2_x, c.log2_y] for c in components)],
            "colour": list(shown.colour),
            "cells": [shown.cells.columns, shown.cells.rows],
            "group": GROUP,
            "tolerance": tolerance,
            "tracks": [[track.kind, track.codec] for track in shown.tracks],
        }

    @property
    def starts(self) -> tuple[Fraction, ...]:
        """When each frame begins to show, seconds from the first."""
        return self._shown.starts

    def rows(self) -> Iterator[Bytes]:
        yield from self._shown.payloads
        for track in self._shown.tracks:
            yield np.frombuffer(track.digest or bytes(DIGEST_BYTES), np.uint8)[None]

    def grown(self, zones: Iterable[Zone]) -> tuple[Zone, ...]:
        upright = self._shown.orientation.upright_size(*self._shown.size)
        here = by_frame(zones, [upright] * self._shown.frames)
        out: list[Zone] = []
        for start in range(0, self._shown.frames, GROUP):
            frames = range(start, min(start + GROUP, self._shown.frames))
            grown = self._grid.grown([here.get(frame, ()) for frame in frames])
            out += (zone for frame in grown for zone in frame)
        return tuple(out)

    def hidden(
        self, zones: Iterable[Zone], *, copies: Callable[[str, str], bool] = lambda *_: True
    ) -> HiddenLeaves:
        """
        Args:
            copies: whether the redacted file has a track of the original bit for bit, by its kind
                and codec.
        """
        shown = self._shown
        groups = shown.payloads.shape[1]
        mask = np.zeros((shown.cells.number, groups), bool)
        known: dict[Rect, Mask] = {}
        filled: dict[int, list[Rect]] = {}
        upright = shown.orientation.upright_size(*shown.size)
        for frame, here in by_frame(zones, [upright] * shown.frames).items():
            filled[frame] = [stored_rect(z.rect, shown.orientation, *shown.size) for z in here]
            for rect in filled[frame]:
                if rect not in known:
                    known[rect] = self._grid.touched(rect).ravel()
                mask[:, frame // GROUP] |= known[rect]
        missing = [t.digest is None or not copies(t.kind, t.codec) for t in shown.tracks]
        masks = [*mask[:, None], *(np.array([[gone]]) for gone in missing)]
        area = sum(union_area(rects) for rects in filled.values())
        total = shown.size[0] * shown.size[1] * shown.frames
        return HiddenLeaves(tuple(masks), self._hidden_area(mask) - area, total - area, total)

    def _hidden_area(self, mask: Mask) -> int:
        """Pixels of all frames that lie in hidden cells."""
        shown = self._shown
        area = [shown.cells.rect(cell, shown.size).area for cell in range(shown.cells.number)]
        lengths = np.full(mask.shape[1], GROUP)
        lengths[-1] = shown.frames - GROUP * (mask.shape[1] - 1)
        return int((mask * np.array(area)[:, None] * lengths).sum())

    def where(self, page: int, rows: slice, columns: slice) -> str:
        shown = self._shown
        if page >= shown.cells.number:
            track = shown.tracks[page - shown.cells.number]
            return f"{track.kind} track {page - shown.cells.number}"
        rect = shown.cells.rect(page, shown.size)
        found = place(rect, shown.orientation, shown.size)
        last = min(columns.stop * GROUP, shown.frames) - 1
        return f"frames {columns.start * GROUP} to {last}, {found}"

    def claim(self, hidden: HiddenLeaves, deviation: int) -> Claim:
        shown, masks = self._shown, hidden.pages
        number = shown.cells.number
        cell = shown.cells.rect(0, shown.size)
        total = sum(mask.size for mask in masks[:number])
        opened = total - sum(int(mask.sum()) for mask in masks[:number])
        kept = sum(not mask.all() for mask in masks[number:])
        tracks = f"; {kept} tracks of sound or subtitles are the same bit for bit" if kept else ""
        gone = len(shown.tracks) - kept
        lost = "tracks of sound or subtitles were left out or encoded anew"
        without = f" {gone} {lost}." if gone else ""
        unproven = limits(hidden.ring) + without
        cells = (
            f"In {opened} of {total} cells of about {cell.width}x{cell.height} pixels and {GROUP} "
            "frames, all that no zone touches,"
        )
        if shown.exact:
            return Claim(
                f"{cells} every sample is that of the committed original{tracks}.", unproven
            )
        return Claim(
            f"{cells} the mean of each colour component is within {deviation} of 255 of the "
            f"committed original's in every frame (at most {TOLERANCE} is accepted){tracks}.",
            f"{MEANS_ALONE} {unproven}",
        )

    def matched(self, parameters: Mapping[str, Any]) -> Film:
        tracks = parameters.get("tracks")
        if not isinstance(tracks, list) or not all(_is_track(track) for track in tracks):
            return self
        ours = list(self._shown.tracks)
        there = {track.kind for track in ours}
        merged = []
        for kind, codec in tracks:
            if kind not in there:
                merged.append(CommittedTrack(kind, codec, None))
            elif ours:
                own = ours.pop(0)
                anew = own.kind == kind and own.codec != codec
                merged.append(CommittedTrack(kind, codec, None) if anew else own)
        return self if ours else Film(replace(self._shown, tracks=tuple(merged)))


def _is_track(value: object) -> bool:
    return isinstance(value, list) and [type(part) for part in value] == [str, str]
