"""Checking a video's proof: a redacted file against a commitment, without the original, in one
pass."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from efface.evidence.commitment.acceptance import (
    Fails,
    check_kind,
    damaged,
    hides_less,
    hides_more,
    odd,
)
from efface.evidence.commitment.checking import NOTHING, ProofResult
from efface.evidence.commitment.commitment import Commitment
from efface.evidence.commitment.comparing import FigureComparison, TooFar
from efface.evidence.commitment.corrections import CorrectionsError
from efface.evidence.commitment.filming import Filming, Payloads
from efface.evidence.commitment.masks import HiddenLeavesInTime
from efface.evidence.commitment.proof import ProofError
from efface.evidence.commitment.segments import SegmentLeaves, track_hash
from efface.evidence.commitment.tracks import CommittedTrack, matched_tracks, tracks_of
from efface.evidence.commitment.tree import Bytes, Mask
from efface.evidence.commitment.video import GROUP, SEGMENT, VideoGrid, segments_of
from efface.evidence.commitment.video_claim import Proven, video_claim
from efface.evidence.commitment.video_proof import SegmentProof, VideoProof
from efface.evidence.commitment.video_proving import context_of_leaves, root_over
from efface.media.video.interface import Movie, MovieFrame
from efface.zones.zone import Zone


@dataclass(frozen=True, slots=True)
class CheckedVideo:
    """What came of a check, and of going through the video."""

    result: ProofResult
    starts: tuple[Fraction, ...]
    """When each frame begins to show, seconds from the first."""


def check_video(
    commitment: Commitment,
    proof: bytes,
    movie: Movie,
    zones: Iterable[Zone],
    see: Callable[[MovieFrame], None] = lambda _: None,
) -> CheckedVideo:
    """Hold a redacted video against a commitment.

    Args:
        commitment: as it was signed; whether and by whom it was is not looked at here.
        proof: of whoever redacted the file.
        zones: of the signed statement.
        see: is shown every frame on the way.

    Raises:
        InputError: the video cannot be decoded whole.
    """
    grid = VideoGrid.of(movie)
    filming = Filming(movie, grid)
    check, fails = None, None
    try:
        check = _VideoCheck(commitment, proof, grid, zones)
    except Fails as error:
        fails = error
    for number, seen in enumerate(filming.segments(see=see)):
        if check is not None:
            check.see(number, seen)
    own = tracks_of(movie, allow_damaged=False)
    if check is not None:
        try:
            check.finish(filming, own)
        except Fails as error:
            fails = error
    if fails is not None:
        result = ProofResult(fails.failure, fails.says, NOTHING, where=fails.where)
    else:
        assert check is not None
        result = check.result()
    return CheckedVideo(result, tuple(filming.starts))


class _VideoCheck:
    """Fed with one segment after the other."""

    def __init__(
        self, commitment: Commitment, proof: bytes, grid: VideoGrid, zones: Iterable[Zone]
    ) -> None:
        """
        Raises:
            Fails: the proof is not about this commitment, or this kind of file.
        """
        check_kind(commitment, grid.kind)
        parameters = commitment.parameters
        frames, tracks = parameters.get("frames"), parameters.get("tracks")
        wrong = odd({name: parameters.get(name) for name in grid.parameters()}, grid.parameters())
        if wrong:
            raise _another(wrong)
        if type(frames) is not int or frames < 1 or not isinstance(tracks, list):
            raise _another("frames, tracks")
        self._commitment, self._grid, self._frames = commitment, grid, frames
        self._context = context_of_leaves(commitment.kind, commitment.nonce)
        try:
            segments = -(-frames // (GROUP * SEGMENT))
            self._proof = VideoProof.from_bytes(proof, segments, len(tracks))
        except ProofError as error:
            raise damaged(error) from error
        if not hmac.compare_digest(self._proof.root, commitment.root):
            raise Fails("another-commitment", "The proof belongs to another commitment.")
        root = root_over(commitment.kind, parameters, commitment.nonce, self._proof.map)
        if not hmac.compare_digest(root, commitment.root):
            raise Fails("not-of-root", "The proof does not lead to the signed root.")
        self._hidden = HiddenLeavesInTime(grid, zones, frames)
        self._groups = list(segments_of(frames))
        self._apart = _Apart()
        self._damaged: Fails | None = None
        self._changed: Fails | None = None
        self._proven = Proven()

    def see(self, number: int, seen: Payloads) -> None:
        """Check a segment; the first thing that does not hold is kept."""
        if number >= len(self._groups) or len(seen) != self._groups[number]:
            return  # it has other frames, which ``finish`` says
        if self._damaged is not None:
            return
        try:
            told = SegmentProof.from_bytes(self._proof.segments[number], len(seen), self._grid)
        except ProofError as error:
            self._damaged = damaged(error)
            return
        hidden = self._hidden.segment(number, len(seen))
        self._proven.add(hidden, *self._hidden.area(number, hidden))
        if self._apart.differ(self, number, told.hidden, hidden) or self._changed is not None:
            return
        try:
            self._check(number, seen, told)
        except Fails as fails:
            if fails.failure == "damaged":
                self._damaged = fails
            else:
                self._changed = fails

    def _check(self, number: int, seen: Payloads, told: SegmentProof) -> None:
        opened = ~told.hidden
        payloads: Bytes = seen
        comparison, left = None, None
        if self._grid.rule is not None:
            flat = seen.reshape(*seen.shape[:1], -1, seen.shape[-1])
            most = int(opened.sum()) * self._grid.payload
            try:
                comparison = FigureComparison(self._grid.rule, told.corrections, most)
            except CorrectionsError as error:
                raise damaged(error) from error
            rows = comparison.rows(iter(flat), opened.reshape(len(seen), -1))
            payloads = np.stack(list(rows)).reshape(seen.shape)
            try:
                comparison.finish()
            except CorrectionsError as error:
                left = error  # of another video there can be more of them than figures
        segment = SegmentLeaves(self._grid, number, self._context)
        top, marks = segment.checked(payloads, told.hidden, told.opening)
        if top is not None and not hmac.compare_digest(
            top.tobytes(), self._proof.map[number].tobytes()
        ):
            raise self._differs(number, len(seen), marks != told.opening.marks)
        if left is not None:
            raise damaged(left)
        if (marks != told.opening.marks).any():
            raise Fails("damaged", "The proof is damaged or cut: its marks are not its leaves'.")
        if comparison is not None and comparison.too_far is not None:
            raise self._too_far(number, comparison.too_far)

    def _differs(self, number: int, groups: int, wrong: Mask) -> Fails:
        """Where a segment is not as it was committed, as far as its marks tell.

        Args:
            wrong: which of them are others, shape (groups, marks).
        """
        first, grid = number * SEGMENT, self._grid
        at, place = range(first, first + groups), []
        if wrong.any():
            group = int(wrong.any(axis=1).argmax())
            at = range(first + group, first + group + 1)
            lines = np.split(wrong[group], [grid.leaves.rows]) if grid.exact else []
            found = [np.flatnonzero(line) for line in lines]
            place = [slice(int(one[0]), int(one[0]) + 1) if len(one) else None for one in found]
        where = grid.where(at, self._frames, *place)
        if grid.exact:
            says = f"Outside the zones the video is not as it was committed: {where}."
        else:
            says = (
                "Outside the zones this is not the video that was proven: it was changed or "
                f"encoded again, from {where} on."
            )
        return Fails("changed", says, where)

    def _too_far(self, number: int, found: TooFar) -> Fails:
        row, column = divmod(found.column, self._grid.leaves.columns)
        where = self.leaf(number, found.row, row, column)
        return Fails(
            "changed",
            "Outside the zones the video is farther from what was committed than encoding "
            f"explains: {found.says} is accepted, at {where}.",
            where,
        )

    def leaf(self, number: int, group: int, row: int, column: int) -> str:
        """Where a leaf of a segment is."""
        at = number * SEGMENT + group
        place = slice(row, row + 1), slice(column, column + 1)
        return self._grid.where(range(at, at + 1), self._frames, *place)

    def finish(self, filming: Filming, own: Sequence[CommittedTrack]) -> None:
        """At the end of the video.

        Args:
            own: its tracks.

        Raises:
            Fails: the first thing that does not hold.
        """
        parameters = self._commitment.parameters
        tracks = matched_tracks(own, parameters["tracks"])
        wrong = odd(parameters, filming.parameters(own if tracks is None else tracks))
        if wrong:
            raise _another(wrong)
        assert tracks is not None
        if self._damaged is not None:
            raise self._damaged
        self._apart.add_tracks(self._proof.tracks, tracks)
        self._apart.check()
        if self._changed is not None:
            raise self._changed
        for number, track in enumerate(tracks):
            self._check_track(number, track)
        self._proven.tracks = tuple(track.digest is not None for track in tracks)
        self._proven.area = self._grid.size[0] * self._grid.size[1] * filming.frames

    def _check_track(self, number: int, track: CommittedTrack) -> None:
        salt, page = self._proof.tracks[number], len(self._groups) + number
        if salt is None or track.digest is None:
            return
        own = track_hash(page, track.digest, salt, self._context)
        if not hmac.compare_digest(own.tobytes(), self._proof.map[page].tobytes()):
            where = f"{track.kind} track {number}"
            says = f"Outside the zones the file is not as it was committed: {where}."
            raise Fails("changed", says, where)

    def result(self) -> ProofResult:
        """When it holds."""
        return self._proven.result(video_claim(self._grid, self._proven))


class _Apart:
    """Leaves that a proof hides or shows otherwise than the signed zones do."""

    def __init__(self) -> None:
        self._count = {"more": 0, "less": 0}
        self._first: dict[str, str] = {}

    def differ(self, check: _VideoCheck, number: int, ours: Mask, zones: Mask) -> bool:
        """Take a segment; whether it does.

        Args:
            ours: what the proof hides.
        """
        for name, wrong in (("more", ours & ~zones), ("less", zones & ~ours)):
            if wrong.any():
                self._count[name] += int(wrong.sum())
                place = np.argwhere(wrong)[0].tolist()
                self._first.setdefault(name, check.leaf(number, *place))
        return any(self._count.values())

    def add_tracks(self, told: Sequence[Bytes | None], tracks: Sequence[CommittedTrack]) -> None:
        """Likewise tracks, which are leaves, too."""
        for number, (salt, track) in enumerate(zip(told, tracks, strict=True)):
            if (salt is None) != (track.digest is None):
                name = "more" if salt is None else "less"
                self._count[name] += 1
                self._first.setdefault(name, f"{track.kind} track {number}")

    def check(self) -> None:
        """
        Raises:
            Fails: there are such leaves.
        """
        more, less = self._count["more"], self._count["less"]
        if more:
            raise hides_more(more, self._first["more"])
        if less:
            raise hides_less(less, self._first["less"])


def _another(names: str) -> Fails:
    return Fails("another-picture", f"The file differs from what was committed in its {names}.")
