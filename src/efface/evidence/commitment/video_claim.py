"""What a video's proof that holds proves, in words and in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from efface.evidence.commitment.checking import ProofResult
from efface.evidence.commitment.interface import Claim, figures_claim, limits
from efface.evidence.commitment.tree import Mask
from efface.evidence.commitment.video import GROUP, VideoGrid


@dataclass(slots=True)
class Proven:
    """How much of a video was gone through, and how much of that is hidden."""

    leaves: int = 0
    hidden: int = 0
    hidden_area: int = 0
    """Pixels of all frames in hidden leaves."""
    filled: int = 0
    """Of these, what zones fill."""
    area: int = 0
    """Pixels of all frames."""
    tracks: tuple[bool, ...] = ()
    """Which tracks of sound and subtitles are those of the original."""

    def add(self, hidden: Mask, hidden_area: int, filled: int) -> None:
        """Take a segment."""
        self.leaves += hidden.size
        self.hidden += int(hidden.sum())
        self.hidden_area += hidden_area
        self.filled += filled

    def result(self, claim: Claim) -> ProofResult:
        """Of a proof that holds."""
        outside, ring = self.area - self.filled, self.hidden_area - self.filled
        lost = len(self.tracks) - sum(self.tracks)
        return ProofResult(
            None,
            claim.proves,
            claim.does_not_prove,
            self.leaves - self.hidden + sum(self.tracks),
            self.hidden + lost,
            ring,
            (outside - ring) / outside if outside > 0 else None,
            self.filled / self.area if self.area else 0.0,
        )


_AN_EIGHTH = (
    f"Figures are of {GROUP} frames together: what was put into one frame alone, taken out of it, "
    "or moved to another counts an eighth."
)


def video_claim(grid: VideoGrid, proven: Proven) -> Claim:
    """In words."""
    kept = sum(proven.tracks)
    gone = len(proven.tracks) - kept
    tracks = f"; {kept} tracks of sound or subtitles are the same bit for bit" if kept else ""
    lost = "tracks of sound or subtitles were left out or encoded anew"
    without = f" {gone} {lost}." if gone else ""
    unproven = limits(proven.hidden_area - proven.filled) + without
    leaf = grid.leaves.rect(0, grid.size)
    opened = (
        f"In {proven.leaves - proven.hidden} of {proven.leaves} blocks of about "
        f"{leaf.width}x{leaf.height} pixels and {GROUP} frames, all that no zone touches,"
    )
    if grid.rule is None:
        return Claim(f"{opened} every sample is that of the committed original{tracks}.", unproven)
    side = grid.figures.side
    inside = "" if grid.figures.joined == 1 else f" in every cell of {side}x{side} pixels"
    return figures_claim(
        f"{opened}{inside}", tracks, f"{_AN_EIGHTH} {unproven}", grid.rule.allowances
    )
