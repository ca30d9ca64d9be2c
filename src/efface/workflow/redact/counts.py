"""What was found, kept and drawn, counted so that a person can check it against the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from efface.regions import Regions
from efface.regions.choices import Keep
from efface.report.chart import clock
from efface.workflow.redact.report_form import CountsEntry, KeptEntry


@dataclass(frozen=True, slots=True)
class Counts:
    """Tracks and zones of one file, before tracks are cut where they stop being kept."""

    tracks: int = 0
    """Found by a detector or marked by a person as a face; in a video one person can be several."""
    kept: tuple[Keep, ...] = ()
    """Those left visible, and when."""
    drawn: int = 0
    """Zones drawn by hand."""

    def entry(self) -> CountsEntry:
        """As documents have it."""
        return CountsEntry(
            tracks=self.tracks,
            kept=[
                KeptEntry(
                    track=keep.track,
                    from_s=None if keep.span is None else keep.span.start,
                    to_s=None if keep.span is None or not _ends(keep) else keep.span.end,
                )
                for keep in self.kept
            ],
            drawn_zones=self.drawn,
        )

    def words(self) -> str:
        """``2 tracks (1 kept 0:03-0:06), 1 drawn zone``."""
        parts = [_number(self.tracks, "track") + self._kept()]
        if self.drawn:
            parts.append(_number(self.drawn, "drawn zone"))
        return ", ".join(parts)

    def _kept(self) -> str:
        if not self.kept:
            return ""
        names = list(dict.fromkeys(keep.track for keep in self.kept))
        if len(names) > 1:
            spans = ", ".join(f"{keep.track}{_span(keep)}" for keep in self.kept)
            return f" ({len(names)} kept: {spans})"
        return " (1 kept" + ",".join(_span(keep) for keep in self.kept) + ")"


def counted(regions: Regions, keep: Sequence[Keep] = (), drawn: int = 0) -> Counts:
    """Count.

    Args:
        regions: as found or given, without what ``chosen`` adds and cuts.
        keep: what is to stay visible besides the tracks that say so themselves.
        drawn: zones drawn by hand besides those in the regions.
    """
    throughout = tuple(Keep(track.id) for track in regions.tracks if track.action == "keep")
    own = {kept.track for kept in throughout}
    return Counts(
        tracks=sum(not track.zone for track in regions.tracks),
        kept=(*throughout, *_others(keep, own)),
        drawn=sum(track.zone for track in regions.tracks) + drawn,
    )


def _others(keep: Sequence[Keep], own: set[str]) -> Iterator[Keep]:
    whole = {choice.track for choice in keep if choice.span is None} | own
    for choice in dict.fromkeys(keep):
        if choice.track not in own and (choice.span is None or choice.track not in whole):
            yield choice


def _number(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _ends(keep: Keep) -> bool:
    return keep.span is not None and keep.span.end != float("inf")


def _span(keep: Keep) -> str:
    if keep.span is None:
        return ""
    if not _ends(keep):
        return f" from {clock(keep.span.start)}"
    return f" {clock(keep.span.start)}-{clock(keep.span.end)}"
