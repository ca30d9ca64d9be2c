"""What should be looked at first."""

from __future__ import annotations

from efface.review.forms import FileSummary, KeptReview


def open_doubts(kept: KeptReview) -> list[float]:
    """Scores of the places that nobody has judged."""
    return [
        box.score or 0.0
        for number, box in enumerate(kept.regions.doubtful or (), start=1)
        if f"d{number}" not in kept.doubts
    ]


def order(file: FileSummary) -> tuple[bool, bool, float, bool, float]:
    """A key to sort by: what nobody has checked before what somebody has; then by how much of a
    face the places in doubt are, all together, since one that is missed is shown; then pictures in
    which nothing was found; then by the face that is the least certain."""
    ready = file.stage == "ready"
    return (
        file.checked or file.publication is not None,
        not ready,
        -file.doubt,
        file.faces > 0,
        1.0 if file.least is None else file.least,
    )
