"""Which confirmations of a file stand: those of what would be released now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from efface.documents.model import plain
from efface.review.forms import Confirmation, KeptReview, ShownConfirmation
from efface.words import Audience, Method

WANTED = 2
"""Persons who have to confirm a file where four eyes are required."""


def seen_by_now(kept: KeptReview, audience: Audience | None, method: Method) -> str:
    """SHA-256 of all that decides what is covered: faces and zones, judgements, from whom people
    are hidden, and how zones are filled."""
    decided = {
        "tracks": plain(kept.regions)["tracks"],
        "doubts": dict(kept.doubts),
        "audience": audience or "public",
        "method": method,
    }
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()


def standing(
    kept: KeptReview, audience: Audience | None, method: Method
) -> tuple[Confirmation, ...]:
    """The confirmations of what would be released now, one a person."""
    if not kept.looks:
        return ()
    now = seen_by_now(kept, audience, method)
    return tuple(look for look in kept.looks if look.seen == now)


def shown(kept: KeptReview, stand: Sequence[Confirmation]) -> tuple[ShownConfirmation, ...]:
    """All confirmations of a file, for people."""
    return tuple(
        ShownConfirmation(who=look.who, time=look.time, stands=look in stand, watched=look.watched)
        for look in kept.looks
    )


def missing(looks: Sequence[Confirmation], frames: int) -> tuple[str, ...]:
    """Who of those who confirmed a video has not watched it whole, in words."""
    return tuple(
        f"{look.who} watched {look.watched} of its {frames} frames."
        for look in looks
        if look.watched is not None and look.watched < frames
    )


def confirmed_by(looks: Sequence[Confirmation]) -> str:
    """How many persons have confirmed a file, in words; no names."""
    number = {0: "Nobody", 1: "One person"}.get(len(looks), f"{len(looks)} persons")
    return f"{number} had confirmed it as it is"
