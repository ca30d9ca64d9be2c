"""One video: find, write, verify, rescan; the output appears only if all of it held.

The written file is decoded once: every frame is held against what was meant to be written, and the
second detector looks at some. If it sees a face that lies in no zone, the original is looked at
closer there, and the video is written again, before the gate says no.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from efface.detect.faces import release_detectors
from efface.detect.memory import keep_few_arenas, return_freed_memory
from efface.detect.rescan import RESCAN_THRESHOLD, rescan_detector_name
from efface.detect.saved_analysis import Observations
from efface.detect.tracking.rescanning import Rescanned, rescan_video
from efface.detect.video import (
    WatchedVideo,
    check_video_regions,
    frame_times,
    seconds_of,
    watch_movie,
)
from efface.errors import (
    GateError,
    InputError,
    NoFaceError,
    RefusedError,
    VerificationError,
)
from efface.events import Listener, Step, StepStarted, ignore
from efface.files.appearing import appearing, check_target, output_error
from efface.files.paths import sha256
from efface.media.siblings import beside
from efface.media.sniff import check_ending
from efface.media.video import open_video
from efface.media.video.checking import Check
from efface.media.video.encoders import check_settings
from efface.media.video.interface import Frame, Movie, VideoWritten
from efface.media.video.rehearsal import rehearse
from efface.media.video.writing import write_video
from efface.regions import Regions
from efface.regions.choices import chosen, needs_times
from efface.workflow.redact.counting import counted
from efface.workflow.redact.extent import note_extent
from efface.workflow.redact.order import Order, check_sealed
from efface.workflow.redact.report import FileReport, Rescan, VideoSummary
from efface.workflow.saved import place_of
from efface.zones.extent import Extent
from efface.zones.filling import ConstantFilling
from efface.zones.moving import MovingZones
from efface.zones.zone import Zone

if TYPE_CHECKING:
    from efface.workflow.redact.ports import Gate

ROUNDS = 2
"""Times that a video is written again because the rescan saw a face, at most."""

CLOSER = 5
"""Frames before and after such a face that are looked at closer in the original."""

VOICE = (
    "What is said is heard as before: a voice identifies a person as surely as a face. "
    "--audio drop leaves the sound out."
)


def redact_video(
    report: FileReport,
    target: Path,
    order: Order,
    regions: Regions | None = None,
    listen: Listener = ignore,
) -> None:
    """Redact the video ``report.source`` into ``target`` and fill in the report.

    Raises:
        EffaceError: whatever kept the file from being released; nothing but the saved analysis is
            left behind then.
    """
    keep_few_arenas()
    _VideoRedaction(report, target, order, listen).run(regions)


class _VideoRedaction:
    """One video on its way."""

    def __init__(self, report: FileReport, target: Path, order: Order, listen: Listener) -> None:
        self._report, self._target, self._order, self._listen = report, target, order, listen
        self._source = report.source
        with report.step("read"):
            self._tell("read", 0, 1)
            self._movie: Movie = open_video(
                self._source, order.policy.limits, order.policy.video.track
            )
            check_target(self._source, target, order.overwrite)
            check_ending(target, self._movie.format)
            check_settings(self._movie.coding.codec, order.policy.video)
            self._digest = sha256(self._source)
            check_sealed(order, self._digest, self._source, target)
            rehearse(self._movie, order.policy, allow_damaged=order.allow_damaged)
        recall = order.policy.detect.recall
        self._observations = Observations(
            place_of(self._digest, recall), self._digest, recall, self._source.name
        )
        self._summary = VideoSummary()
        report.video = self._summary
        self._zones: list[Zone] = []
        """That the last try filled, in order; kept for the evidence alone."""
        self._extent = Extent()
        self._looked_closer: set[int] = set()
        """Frames in which the rescan of an earlier try saw a face."""
        self._turned: dict[int, list[int]] | None = None
        """How heads were found to lie, and in which frames; ``None`` where regions were given."""

    def run(self, given: Regions | None) -> None:
        """Do all of it, with regions that were given or found."""
        if self._order.dry_run:
            self._report.format, self._report.sha256 = self._movie.format, self._digest
            self._report.width, self._report.height = self._movie.size
            self._report.plan(self._target)
            return
        with self._observations.held():
            self._observations.clear_unfinished()
            try:
                self._run(given)
            except BaseException:
                if given is not None:  # nothing was analysed here: there is nothing to go on from
                    self._observations.remove_if_empty()
                raise

    def _run(self, given: Regions | None) -> None:
        report, order = self._report, self._order
        report.format, report.sha256 = self._movie.format, self._digest
        report.width, report.height = self._movie.size
        report.beside = beside(self._source)
        with report.step("detect"):
            regions = self._watched() if given is None else self._given(given)
        for rounds_left in range(ROUNDS, -1, -1):
            self._note_tracks(regions)
            try:
                with appearing(self._target, overwrite=order.overwrite) as temporary:
                    self._observations.writing(temporary)
                    rescanned = self._written(temporary, regions)
                    if rescanned.uncovered:
                        if given is None and rounds_left and not order.keep:
                            raise _Again(rescanned)
                        self._gate(rescanned)
                    note_extent(report, self._extent)
                    if order.red_team is not None:
                        with report.step("attack"):
                            self._attack(temporary, regions, order.red_team)
                    self._sign(temporary)
                    report.target_sha256 = sha256(temporary)
            except _Again as again:
                with report.step("detect"):
                    regions = self._closer(again.rescanned)
                continue
            break
        self._observations.remove()
        if not regions.tracks:
            report.notes.append("No face was found; the user accepted that.")
        report.target = self._target
        covered = any(track.action == "redact" for track in regions.tracks)
        report.status = "redacted" if covered else "kept" if regions.tracks else "no-face"
        report.exit_code = 0

    def _tell(self, name: Step, frame: int, frames: int) -> None:
        self._listen(StepStarted(self._source, name, frame, frames))

    def _watched(self) -> Regions:
        """Analyse the video."""
        order = self._order
        watched = watch_movie(
            self._movie,
            order.policy.detect.recall,
            self._digest,
            allow_damaged=order.allow_damaged,
            observations=self._observations,
            listen=self._listen,
        )
        self._report.detector, self._report.recall = (
            watched.found.detector,
            order.policy.detect.recall,
        )
        if self._observations.trouble is not None:
            self._report.notes.append(
                f"What was seen could not be kept for another run: {self._observations.trouble}."
            )
        if watched.resumed:
            self._report.notes.append(
                f"An earlier run was interrupted: what it saw in {watched.resumed} frames was used."
            )
        return self._chosen(watched)

    def _closer(self, rescanned: Rescanned) -> Regions:
        """Look closer at the original where the rescan of this try or an earlier one saw a face."""
        self._looked_closer |= {frame for frame, _ in rescanned.uncovered}
        frames = self._looked_closer
        self._summary.closer_looks = len(frames)
        watched = watch_movie(
            self._movie,
            self._order.policy.detect.recall,
            self._digest,
            allow_damaged=self._order.allow_damaged,
            observations=self._observations,
            closer={f + d for f in frames for d in range(-CLOSER, CLOSER + 1)},
            listen=self._listen,
        )
        return self._chosen(watched)

    def _chosen(self, watched: WatchedVideo) -> Regions:
        found, summary = watched.found, self._summary
        summary.looks, summary.scenes = dict(found.looks), found.scenes
        self._turned = found.turned
        summary.gaps, summary.longest_gap_s = found.gaps, found.longest_gap_s
        doubtful = sorted({keep.track for keep in self._order.keep} & set(found.bridged))
        if doubtful:
            note = (
                f"Kept and not seen throughout: {', '.join(doubtful)}. Look at every frame of it: "
                "after a gap it may show somebody else."
            )
            self._report.notes += [note] if note not in self._report.notes else []
        times = seconds_of(self._movie, found.times)
        self._report.counts = counted(watched.regions, self._order.keep, len(self._order.drawn))
        return chosen(watched.regions, self._order.keep, self._order.drawn, times)

    def _given(self, regions: Regions) -> Regions:
        """Take regions that were made earlier."""
        check_video_regions(regions, self._movie, self._digest)
        self._report.detector = "none: regions were given"
        times: list[float] = []
        if needs_times(self._order.keep, self._order.drawn):
            ticks = frame_times(
                self._movie,
                self._order.allow_damaged,
                lambda frame: self._tell("read", frame, self._movie.expected_frames),
            )
            times = seconds_of(self._movie, ticks)
        self._report.counts = counted(regions, self._order.keep, len(self._order.drawn))
        return chosen(regions, self._order.keep, self._order.drawn, times)

    def _note_tracks(self, regions: Regions) -> None:
        report = self._report
        report.frames = regions.media.frames
        report.faces, report.doubtful = len(regions.tracks), regions.doubtful
        report.kept = tuple(t.id for t in regions.tracks if t.action == "keep")
        if not regions.tracks and not self._order.allow_no_face:
            raise NoFaceError(
                "no face was found, so nothing was written.",
                path=self._source,
                hint="Look at the video: draw a zone with --zone, add a face with --regions, or "
                "accept it with --allow-no-face.",
            )

    def _written(self, temporary: Path, regions: Regions) -> Rescanned:
        """Write, then decode the written file once to verify and rescan it."""
        report, order, summary = self._report, self._order, self._summary
        grid, reach = self._movie.grid()
        frames = regions.media.frames
        zones = MovingZones(regions, order.policy.zones, grid, reach, sphere=self._movie.sphere)
        self._extent = Extent()
        covered = 0
        self._zones = []

        def zones_in(frame: int) -> tuple[Zone, ...]:
            nonlocal covered
            here = zones.at(frame)
            covered += bool(here)
            self._extent.see(here, *self._movie.size, zones.kept_tracks(frame), zones.faces(frame))
            if order.evidence is not None:
                self._zones += here
            return here

        release_detectors()
        with report.step("write"):
            try:
                written = write_video(
                    self._movie,
                    temporary,
                    zones_in,
                    ConstantFilling(order.policy.method.colour),
                    order.policy.video,
                    allow_damaged=order.allow_damaged,
                    tell=lambda frame: self._tell("write", frame.index, frames),
                )
            except OSError as error:
                raise output_error(self._target, error) from error
        if written.frames != frames:
            raise RefusedError(
                f"the regions are for a video of {frames} frames, this one has {written.frames}.",
                path=self._source,
                hint="Run 'efface detect' on this file and edit that.",
            )
        summary.frames_covered, summary.encoder = covered, written.encoder
        summary.damaged = len(written.damaged)
        report.dropped = written.dropped
        self._note_written(written)
        return_freed_memory()
        with report.step("rescan"):
            return self._checked(temporary, written, regions, zones)

    def _note_written(self, written: VideoWritten) -> None:
        notes = [*written.notes]
        if written.sound_tracks:
            notes.append(VOICE)
        if written.damaged:
            shown = ", ".join(map(str, written.damaged[:10]))
            more = f" and {len(written.damaged) - 10} more" if len(written.damaged) > 10 else ""
            notes.append(f"Frames that could not be decoded were replaced: {shown}{more}.")
        self._report.notes += [note for note in notes if note not in self._report.notes]

    def _checked(
        self, temporary: Path, written: VideoWritten, regions: Regions, zones: MovingZones
    ) -> Rescanned:
        order = self._order
        try:
            again = open_video(temporary, order.policy.limits)
            check = Check(self._movie, written)
            frames = self._seen(again, check, written.frames)
            if order.policy.rescan.enabled:
                threshold = order.policy.rescan.threshold or RESCAN_THRESHOLD
                name = rescan_detector_name()
                rescanned = rescan_video(
                    frames, again, regions, zones, threshold=threshold, turned=self._turned
                )
                self._report.rescan = Rescan(
                    name, threshold, tuple(rescanned.uncovered), rescanned.looked
                )
            else:
                rescanned = Rescanned(frames=sum(1 for _ in frames))
                self._report.notes.append("The rescan was switched off by the policy.")
            self._summary.fidelity = check.finish(again)
        except InputError as error:
            raise VerificationError(
                f"the written file cannot be read back ({error.message})", path=self._source
            ) from error
        if again.around != self._movie.around:
            raise VerificationError(
                "the written file does not say as the input does how its pictures lie around the "
                "camera.",
                path=self._source,
                hint="Nothing was released. Please report this file's format.",
            )
        left = again.findings()
        if left:
            raise VerificationError(
                "the written file still carries "
                + ", ".join(f"{f.kind} ({f.where})" for f in left),
                path=self._source,
                hint="Nothing was released. Please report this file's format.",
            )
        return rescanned

    def _seen(self, again: Movie, check: Check, frames: int) -> Iterator[Frame]:
        """The written file's frames, each held against what was written."""
        for frame in again.frames():
            self._tell("rescan", frame.index, frames)
            check.see(frame)
            yield frame

    def _attack(self, temporary: Path, regions: Regions, red_team: Gate) -> None:
        again = open_video(temporary, self._order.policy.limits)
        red_team.check(
            (self._movie, again), regions, self._report, target=self._target, listen=self._listen
        )

    def _sign(self, temporary: Path) -> None:
        evidence = self._order.evidence
        if evidence is None:
            return
        with self._report.step("evidence"):
            self._tell("evidence", 0, 1)
            evidence.sign(
                self._movie,
                temporary,
                self._report,
                policy=self._order.policy,
                target=self._target,
                overwrite=self._order.overwrite,
                zones=self._zones,
            )

    def _gate(self, rescanned: Rescanned) -> None:
        """Refuse to release, or note what the user accepted.

        Raises:
            GateError: the user did not accept it.
        """
        places = [
            f"frame {frame}: {face.width:.0f}x{face.height:.0f} at ({face.x:.0f}, {face.y:.0f})"
            for frame, face in rescanned.uncovered
        ]
        shown = "; ".join(places[:10]) + ("; …" if len(places) > 10 else "")
        sentence = f"the rescan saw {len(places)} face(s) neither covered nor kept: {shown}."
        if not self._order.accept_rescan:
            raise GateError(
                sentence,
                path=self._source,
                hint="Add them to the regions ('efface detect --json', then --regions), draw a "
                "zone with --zone, or release the file as it is with --accept-rescan.",
            )
        self._report.notes.append(sentence[0].upper() + sentence[1:] + " The user accepted that.")


class _Again(Exception):
    """The rescan saw a face: this file is not released, the original is looked at closer."""

    def __init__(self, rescanned: Rescanned) -> None:
        super().__init__()
        self.rescanned = rescanned
