"""What an adversary finds: ``efface.attack``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from efface.arguments import (
    AnyPath,
    GivenPolicy,
    GivenRegions,
    all_regions,
    path_from,
    reading_policy,
)
from efface.attack.alignment import CHIP_PX, chip
from efface.attack.red_team.calibration import Calibration
from efface.attack.red_team.outcome import Outcome
from efface.attack.red_team.result import PersonResult, Tried
from efface.attack.red_team.verdict import LIMITS, verdict_on
from efface.events import Listener, ignore
from efface.regions.choices import keeps
from efface.workflow.attack import AttackOrder, attack_file

__all__ = [
    "LIMITS", "AttackedFace", "Calibration", "Outcome", "PersonResult", "attack", "attacked_faces",
    "verdict_on",
]  # fmt: skip


class AttackedFace(NamedTuple):
    """One face before it was covered, as it was published, and what an attack made of that."""

    result: PersonResult
    original: NDArray[np.uint8]
    """RGB, shape (height, width, 3), aligned, like the others."""
    published: NDArray[np.uint8]
    recovered: NDArray[np.uint8] | None
    """``None``: no attack has a picture to show."""
    attack: str | None
    """That recovered it: the strongest that has a picture."""


def attacked_faces(outcome: Outcome) -> Iterator[AttackedFace]:
    """Every face that was attacked, as pictures. Of one that was removed what is recovered is
    nobody's face: it follows from the fill alone."""
    for result in outcome.judged:
        best = result.person.best
        published = chip(best.look.pixels, best.look.points, CHIP_PX)
        shown = [one for one in result.ran if one.picture and one.family != "off-the-shelf"]
        strongest = min(
            shown, key=lambda one: one.standing.fmr if one.standing else 1, default=None
        )
        if strongest is None or strongest.picture is None:
            yield AttackedFace(result, best.clear, published, None, None)
            continue
        picture = strongest.picture
        recovered = chip(picture.pixels, picture.points, CHIP_PX)
        yield AttackedFace(result, best.clear, published, recovered, strongest.title)


def _false_matches(one: Tried) -> float:
    return 1.0 if one.standing is None else one.standing.fmr


def attack(
    path: AnyPath,
    original: AnyPath | None,
    *,
    regions: GivenRegions = None,
    gallery: AnyPath | None = None,
    same_person: AnyPath | None = None,
    report: AnyPath | None = None,
    show_original: bool = False,
    overwrite: bool = False,
    keep: str | Iterable[str] = (),
    policy: GivenPolicy = None,
    listen: Listener = ignore,
) -> Outcome:
    """Attack a redacted photo or video as an informed adversary would.

    Args:
        path: the redacted file; it is only read.
        original: the file that it was made from; it is only read. Without it nothing is attacked:
            this measures protection, it identifies nobody.
        regions: faces of the original; found when left out.
        gallery: pictures of 2,000 people or more to hide among; the policy's, or AI-generated
            portraits, when left out.
        same_person: other pictures of the one person in the file, to say what hair, clothes and
            surroundings give away.
        report: where an HTML report goes; none when left out.
        show_original: the report shows the original's faces, too.
        overwrite: replace a report that exists.
        keep: tracks that are meant to be visible, such as ``"t3"`` or ``"t3@0:10-0:20"``.
        policy: the defaults when left out.
        listen: receives progress events.

    Returns:
        What was found; ``outcome.passed`` says whether the file may be published, ``outcome.kind``
        and ``outcome.verdict`` what is proven of it.

    Raises:
        RefusedError: the files do not belong together, or something given cannot be used.
        NoFaceError: no face was found in the original.
        InputError: a file cannot be read whole.
        OutputError: the report cannot be written.
    """
    asked = AttackOrder(
        reading_policy(policy),
        all_regions(regions),
        gallery=None if gallery is None else Path(gallery),
        same_person=None if same_person is None else Path(same_person),
        report=None if report is None else Path(report),
        show_original=show_original,
        overwrite=overwrite,
        keep=keeps(keep),
    )
    return attack_file(
        path_from(path), None if original is None else path_from(original), asked, listen
    )
