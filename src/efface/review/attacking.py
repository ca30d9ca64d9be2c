"""A released file attacked, and what came of it as pictures."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray

from efface.api.attacks import LIMITS, AttackedFace, attack, attacked_faces, verdict_on
from efface.errors import RefusedError
from efface.review.desk import Desk, DeskFile
from efface.review.forms import AttackedEntry, AttackView
from efface.review.pictures import encoded

SIDE_PX = 320


def attack_released(desk: Desk, file: DeskFile) -> AttackView:
    """Attack what was released, as an informed adversary would: of a video every frame is gone
    through, and each face attacked where it tells most. Nothing is kept of it.

    Raises:
        RefusedError: nothing was released, or it was changed since.
        StoppedError: somebody does not want it any more.
        EffaceError: it cannot be attacked.
    """
    kept, target = desk.ready(file), file.planned.target
    if kept.publication is None or target is None or not target.is_file():
        raise RefusedError("it has not been released.", hint="Release it first.")
    file.stopping.clear()
    try:
        with desk.heavy.taken():
            outcome = attack(
                target,
                file.planned.source,
                regions=desk.regions(kept),
                policy=desk.policy(),
                listen=desk.listening(file),
            )
            people = tuple(map(_entry, attacked_faces(outcome)))
    finally:
        desk.changed(file)
    return AttackView(
        passed=outcome.passed, verdict=outcome.verdict, people=people, notes=tuple(outcome.notes),
        limits=LIMITS,
    )  # fmt: skip


def _entry(face: AttackedFace) -> AttackedEntry:
    result = face.result
    return AttackedEntry(
        id=result.person.id, kind=result.kind, verdict=verdict_on(result),
        original=_jpeg(face.original), published=_jpeg(face.published),
        recovered=None if face.recovered is None else _jpeg(face.recovered),
        attack=face.attack, nobody=result.person.removed,
        frame=result.person.best.frame, frames=result.person.frames,
    )  # fmt: skip


def _jpeg(picture: NDArray[np.uint8]) -> str:
    return base64.b64encode(encoded(picture, SIDE_PX)).decode("ascii")
