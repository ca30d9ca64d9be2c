"""Where the faces of one video are: found, given, or looked for again; with what a person chose on
top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from efface.detect.media import check_given
from efface.detect.saved_analysis import Observations
from efface.detect.video import (
    WatchedVideo,
    frame_times,
    seconds_of,
    watch_movie,
)
from efface.media.video.interface import Movie
from efface.regions import Regions
from efface.regions.choices import chosen, needs_times
from efface.workflow.redact.counts import counted
from efface.workflow.redact.draft import Draft
from efface.workflow.redact.file_order import FileOrder
from efface.workflow.saved import place_of

CLOSER = 5
"""Frames before and after a face that the rescan saw which are looked at closer in the original."""


class VideoAnalysis:
    """The analysis of one video, which is kept for another run until it is of no more use."""

    def __init__(self, movie: Movie, asked: FileOrder, draft: Draft) -> None:
        self._movie, self._asked, self._draft = movie, asked, draft
        self._recall = asked.order.policy.detect.recall
        self._observations = Observations(
            place_of(movie.sha256, self._recall), movie.sha256, self._recall, movie.path.name
        )
        self.turned: dict[int, list[int]] | None = None
        """How heads were found to lie, and in which frames; ``None`` where regions were given."""
        self._closer: set[int] = set()
        """Frames in which the rescan of an earlier try saw a face."""

    @contextmanager
    def held(self) -> Iterator[Observations]:
        """Keep other runs away from what is kept while the block runs."""
        with self._observations.held():
            self._observations.clear_unfinished()
            try:
                yield self._observations
            except BaseException:
                if self._asked.regions is not None:  # nothing was analysed: nothing to go on from
                    self._observations.remove_if_empty()
                raise
            self._observations.remove()

    def regions(self) -> Regions:
        """Those that were given, or that are found.

        Raises:
            InputError: the video cannot be read whole.
            RefusedError: regions of another file were given, or what a person chose is not there.
        """
        given = self._asked.regions
        return self._found() if given is None else self._given(given)

    def looked_closer(self, frames: Iterable[int]) -> Regions:
        """Look closer at the original where the rescan of this try or an earlier one saw a face."""
        self._closer.update(frames)
        self._draft.video = replace(self._draft.video, closer_looks=len(self._closer))
        near = {frame + d for frame in self._closer for d in range(-CLOSER, CLOSER + 1)}
        return self._chosen(self._watched(near))

    def _watched(self, closer: set[int]) -> WatchedVideo:
        return watch_movie(
            self._movie,
            self._recall,
            allow_damaged=self._asked.order.allow_damaged,
            observations=self._observations,
            closer=closer,
            listen=self._draft.listen,
        )

    def _found(self) -> Regions:
        watched, draft = self._watched(set()), self._draft
        draft.report = replace(draft.report, detector=watched.found.detector, recall=self._recall)
        if self._observations.trouble is not None:
            draft.note(
                f"What was seen could not be kept for another run: {self._observations.trouble}."
            )
        if watched.resumed:
            draft.note(
                f"An earlier run was interrupted: what it saw in {watched.resumed} frames was used."
            )
        return self._chosen(watched)

    def _chosen(self, watched: WatchedVideo) -> Regions:
        found, draft = watched.found, self._draft
        self.turned = found.turned
        draft.video = replace(
            draft.video,
            looks=dict(found.looks),
            scenes=found.scenes,
            gaps=found.gaps,
            longest_gap_s=found.longest_gap_s,
        )
        doubtful = sorted({keep.track for keep in self._asked.order.keep} & set(found.bridged))
        if doubtful:
            draft.note(
                f"Kept and not seen throughout: {', '.join(doubtful)}. Look at every frame of it: "
                "after a gap it may show somebody else."
            )
        return self._with_choices(watched.regions, seconds_of(self._movie, found.times))

    def _given(self, regions: Regions) -> Regions:
        """Take regions that were made earlier."""
        order, draft = self._asked.order, self._draft
        check_given(regions, self._movie)
        draft.report = replace(draft.report, detector="none: regions were given")
        times: list[float] = []
        if needs_times(order.keep, order.drawn):
            ticks = frame_times(
                self._movie,
                order.allow_damaged,
                lambda frame: draft.tell("read", frame, self._movie.expected_frames),
            )
            times = seconds_of(self._movie, ticks)
        return self._with_choices(regions, times)

    def _with_choices(self, regions: Regions, times: list[float]) -> Regions:
        order = self._asked.order
        counts = counted(regions, order.keep, len(order.drawn))
        regions = chosen(regions, order.keep, order.drawn, times)
        self._draft.count(regions, counts)
        return regions
