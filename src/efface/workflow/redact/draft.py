"""What is known of one file while it is worked on; its report, when that ends well or not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from efface.events import Listener, Step, StepStarted, ignore
from efface.regions import Regions
from efface.workflow.redact.counts import Counts
from efface.workflow.redact.report import FileReport
from efface.workflow.redact.report_form import Status, VideoSummary


class Draft:
    """A report that grows: each stage puts in another one that says more."""

    def __init__(self, source: Path, listen: Listener = ignore) -> None:
        self.report = FileReport(source)
        self.listen = listen

    @property
    def source(self) -> Path:
        """The input."""
        return self.report.source

    @property
    def video(self) -> VideoSummary:
        """What is said of a video alone."""
        return self.report.video or VideoSummary()

    @video.setter
    def video(self, summary: VideoSummary) -> None:
        self.report = replace(self.report, video=summary)

    def tell(self, step: Step, frame: int = 0, frames: int = 1) -> None:
        """Send progress."""
        self.listen(StepStarted(self.source, step, frame, frames))

    @contextmanager
    def step(self, name: Step) -> Iterator[None]:
        """Book the CPU-seconds of a step."""
        start = time.process_time()
        try:
            yield
        finally:
            spent = dict(self.report.cpu_seconds)
            spent[name] = spent.get(name, 0.0) + time.process_time() - start
            self.report = replace(self.report, cpu_seconds=spent)

    def note(self, *notes: str) -> None:
        """Say something that the user must know, once."""
        new = [note for note in dict.fromkeys(notes) if note not in self.report.notes]
        self.report = replace(self.report, notes=(*self.report.notes, *new))

    def count(self, regions: Regions, counts: Counts) -> None:
        """Put down how many frames and faces there are.

        Args:
            regions: with what a person chose on top.
            counts: of before.
        """
        self.report = replace(
            self.report,
            frames=regions.media.frames,
            counts=counts,
            faces=len(regions.tracks),
            doubtful=regions.doubtful,
            kept=tuple(track.id for track in regions.tracks if track.action == "keep"),
        )

    def planned(self, target: Path) -> FileReport:
        """A dry run found nothing against it."""
        self.report = replace(self.report, status="planned", exit_code=0, planned=target)
        return self.report

    def released(self, target: Path, digest: str, regions: Regions) -> FileReport:
        """The output has its name.

        Args:
            digest: SHA-256 of what was written, hexadecimal.
            regions: what was covered, and kept.
        """
        covered = any(track.action == "redact" for track in regions.tracks)
        status: Status = "redacted" if covered else "kept" if regions.tracks else "no-face"
        self.report = replace(
            self.report, status=status, exit_code=0, target=target, target_sha256=digest
        )
        return self.report
