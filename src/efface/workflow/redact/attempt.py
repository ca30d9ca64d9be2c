"""One attempt at a video: written, decoded once to be verified and rescanned, released."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from efface.detect.faces import release_detectors
from efface.detect.memory import return_freed_memory
from efface.detect.rescan import RESCAN_THRESHOLD, rescan_detector_name
from efface.detect.saved_analysis import Observations
from efface.detect.tracking.rescanning import rescan_video
from efface.errors import RefusedError
from efface.evidence.commitment.video import GROUP
from efface.files.appearing import appearing, output_error
from efface.media.file import Picture
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.interface import Movie, MovieFrame, VideoWritten
from efface.media.video.surroundings import surroundings_in
from efface.media.video.writing import write_video
from efface.redact.methods.interface import Beforehand
from efface.regions import Regions
from efface.workflow.redact import gates
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.ending import attack_written, sign_written
from efface.workflow.redact.extent import extent_notes
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.redact.methods import finished, prepared
from efface.workflow.redact.ports import Notary
from efface.workflow.redact.report import Rescan
from efface.zones.extent import Extent
from efface.zones.filling import Filling
from efface.zones.moving import MovingZones
from efface.zones.zone import Zone

VOICE = (
    "What is said is heard as before: a voice identifies a person as surely as a face. "
    "--audio drop leaves the sound out."
)

_NAMED = 10
"""Frames that could not be decoded and are named, at most."""


class SeenUncovered(Exception):
    """The rescan saw a face that is neither covered nor kept: this attempt is given up."""

    def __init__(self, frames: tuple[int, ...]) -> None:
        super().__init__()
        self.frames = frames
        """In which it did."""


class Attempt:
    """A video with the zones of its regions filled."""

    def __init__(self, movie: Movie, regions: Regions, asked: FileOrder, draft: Draft) -> None:
        self._movie, self._regions, self._asked, self._draft = movie, regions, asked, draft
        grid, reach = movie.grid()
        zones = asked.order.policy.zones
        self._moving = MovingZones(regions, zones, grid, reach, sphere=movie.sphere)
        self._kept = b""
        self._filled = _Filled(movie, self._moving, regions.media.frames, asked.ports.notary)

    def run(
        self,
        observations: Observations,
        turned: Mapping[int, Sequence[int]] | None,
        *,
        repeatable: bool,
    ) -> str:
        """Write and release it; returns the SHA-256 of what was written, hexadecimal.

        Args:
            observations: are told the name of the unfinished output.
            turned: how heads were found to lie, and in which frames; ``None``: that is not known.
            repeatable: there can be another attempt.

        Raises:
            SeenUncovered: there should be one.
            EffaceError: whatever keeps it from being released.
        """
        asked, draft = self._asked, self._draft
        with appearing(asked.target, overwrite=asked.order.overwrite) as temporary:
            observations.writing(temporary)
            with draft.step("write"):
                written = self._written(temporary)
            with draft.step("rescan"):
                with gates.read_back(draft.source):
                    again = open_video(temporary, asked.order.policy.limits)
                    rescan = self._read_back(again, written, turned)
                gates.same_sphere(again.around == self._movie.around, draft.source)
                gates.nothing_left(again.findings(), draft.source)
            if rescan is not None and rescan.uncovered and repeatable:
                raise SeenUncovered(tuple(frame for frame, _ in rescan.uncovered))
            accepted = asked.order.accept_rescan
            draft.note(*gates.rescanned(rescan, draft.source, accepted=accepted))
            extent = self._filled.extent
            draft.report = replace(draft.report, covered=extent.share)
            draft.note(*extent_notes(extent, self._regions.media.frames))
            files, zones = (self._movie, again), self._filled.zones
            attack_written(asked, files, self._regions, zones or None, draft)
            digest = sign_written(asked, files, zones, draft, self._kept)
            self._movie.source.check_unchanged()
            again.source.close()
            return digest

    def _pictures(self, numbers: Collection[int]) -> Iterator[tuple[int, Picture]]:
        """Of some frames, in one pass that ends with the last of them."""
        frames = self._movie.frames(allow_damaged=self._asked.order.allow_damaged)
        for frame in islice(frames, max(numbers, default=-1) + 1):
            if frame.index in numbers:
                yield frame.index, frame.picture()

    def _show(self, filling: Filling, beforehand: Beforehand) -> None:
        """Show a filling what it wants to see first, in one pass that ends with the last of it."""
        damaged = self._asked.order.allow_damaged
        for zones, around in surroundings_in(
            self._movie, beforehand.frames, self._filled.zones_at, filling, allow_damaged=damaged
        ):
            beforehand.see(zones, around)

    def _written(self, temporary: Path) -> VideoWritten:
        order, draft, frames = self._asked.order, self._draft, self._regions.media.frames
        release_detectors()
        made = prepared(self._asked, self._regions, self._pictures)
        if made.beforehand is not None:
            self._show(made.filling, made.beforehand)
        try:
            written = write_video(
                self._movie,
                temporary,
                self._filled.at,
                made.filling,
                order.policy.video,
                allow_damaged=order.allow_damaged,
                tell=lambda frame: draft.tell("write", frame.index, frames),
            )
        except OSError as error:
            raise output_error(self._asked.target, error) from error
        done = finished(made, self._asked, self._regions, self._pictures, draft)
        self._kept = done.kept
        if written.frames != frames:
            raise RefusedError(
                f"the regions are for a video of {frames} frames, this one has {written.frames}.",
                path=draft.source,
                hint="Run 'efface detect' on this file and edit that.",
            )
        draft.video = replace(
            draft.video,
            frames_covered=self._filled.covered,
            encoder=written.encoder,
            damaged=len(written.damaged),
        )
        draft.report = replace(draft.report, dropped=written.dropped)
        draft.note(*_notes(written))
        return_freed_memory()
        return written

    def _read_back(
        self,
        again: Movie,
        written: VideoWritten,
        turned: Mapping[int, Sequence[int]] | None,
    ) -> Rescan | None:
        """Hold every frame against what was written, and let the second detector look at some."""
        policy, draft = self._asked.order.policy, self._draft
        check = Check(self._movie, written)
        frames = self._seen(again, check, written.frames)
        rescan = None
        if policy.rescan.enabled:
            threshold = policy.rescan.threshold or RESCAN_THRESHOLD
            found = rescan_video(
                frames,
                again,
                self._regions,
                self._moving,
                threshold=threshold,
                turned=turned,
                blank=policy.method.name != "solid",
            )
            uncovered = tuple(found.uncovered)
            rescan = Rescan(rescan_detector_name(), threshold, uncovered, found.looked)
            draft.report = replace(draft.report, rescan=rescan)
        else:
            for _ in frames:
                pass
        draft.video = replace(draft.video, fidelity=check.finish(again))
        return rescan

    def _seen(self, again: Movie, check: Check, frames: int) -> Iterator[MovieFrame]:
        """The written file's frames, each held against what was written."""
        for frame in again.frames():
            self._draft.tell("rescan", frame.index, frames)
            check.see(frame)
            yield frame


@dataclass(slots=True)
class _Filled:
    """The zones of each frame, and what there is to say of all of them."""

    movie: Movie
    moving: MovingZones
    frames: int
    """Of the video, as far as the regions know."""
    notary: Notary | None
    """Has zones grow, and is to know every one of them."""
    extent: Extent = field(default_factory=Extent)
    covered: int = 0
    """Frames with at least one zone."""
    zones: list[Zone] = field(default_factory=list)
    _group: dict[int, tuple[Zone, ...]] = field(default_factory=dict)

    def zones_at(self, frame: int) -> tuple[Zone, ...]:
        """The zones of a frame; any may be asked for, again too."""
        return self.moving.at(frame) if self.notary is None else self._grown(frame, self.notary)

    def at(self, frame: int) -> tuple[Zone, ...]:
        """The zones to fill in a frame; each frame is asked for once, in order."""
        here = self.zones_at(frame)
        self.covered += bool(here)
        kept, faces = self.moving.kept_tracks(frame), self.moving.faces(frame)
        self.extent.see(here, *self.movie.size, kept, faces)
        if self.notary is not None:
            self.zones += here
        return here

    def _grown(self, frame: int, notary: Notary) -> tuple[Zone, ...]:
        """Zones to whole blocks of what is proven, of a group of frames at a time."""
        if frame not in self._group:
            start = frame - frame % GROUP
            numbers = range(start, max(frame + 1, min(start + GROUP, self.frames)))
            grown = notary.grown_group(self.movie, [self.moving.at(n) for n in numbers])
            self._group = dict(zip(numbers, grown, strict=True))
        return self._group[frame]


def _notes(written: VideoWritten) -> Iterator[str]:
    yield from written.notes
    if written.sound_tracks:
        yield VOICE
    if written.damaged:
        shown = ", ".join(map(str, written.damaged[:_NAMED]))
        rest = len(written.damaged) - _NAMED
        more = f" and {rest} more" if rest > 0 else ""
        yield f"Frames that could not be decoded were replaced: {shown}{more}."
