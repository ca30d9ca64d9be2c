"""What to do about a redacted face, and which first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from efface.advise.advice import FaceAdvice
from efface.advise.redaction import SURE

Action = Literal["take down", "replace", "look", "leave"]
"""``take down``: attacks found people in faces redacted so. ``replace``: they found few, or nobody
has measured it: put a version with a solid fill, made from the original, in its place. ``look``: a
person has to say what it is, or how far a fill reaches. ``leave``: attacks found nobody."""

ACTIONS: tuple[Action, ...] = get_args(Action)
"""The most urgent first."""

TAKE_DOWN = 0.1
"""Share of people who were found, by the strongest attacker, at the lower end of its interval, from
which a picture is taken down, and not only replaced when there is time: a choice."""


def risk_of(face: FaceAdvice) -> float | None:
    """Share of people whom the strongest attacker found in faces redacted so; where it was not
    measured, in the nearest that was; ``None``: nobody knows."""
    found = face.answer
    if found.k2 is not None:
        return found.k2.rank1
    return None if found.nearest is None else found.nearest.leak.rank1


def action_on(face: FaceAdvice, *, seen: bool) -> Action:
    """What to do about one face.

    Args:
        face: what was done to it, and what the map says.
        seen: a detector sees a face there; otherwise it is a zone alone.
    """
    kind = face.redaction.kind
    if kind in ("unknown", "solid", "none"):
        return "look"
    if not seen and face.redaction.sure < SURE and kind not in ("mosaic", "sampled-mosaic"):
        return "look"
    if face.verdict == "nothing found":
        return "leave"
    found = face.answer
    leak = found.k2 or (None if found.nearest is None else found.nearest.leak)
    if leak is not None and leak.rank1_interval[0] >= TAKE_DOWN:
        return "take down"
    return "replace"


Rank = tuple[int, float, int]


def rank(action: Action, risk: float | None, frames: int) -> Rank:
    """What is less comes first: the most urgent, then what gives most away, then what is seen in
    most frames."""
    return ACTIONS.index(action), -(risk or 0.0), -frames


def most_urgent(actions: Sequence[Action]) -> Action:
    """Of a file."""
    return min(actions, key=ACTIONS.index, default="leave")
