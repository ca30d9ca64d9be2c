"""People confirm by name what was decided; whatever is changed after that voids it, for nobody has
looked at the change."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from efface.api.custody import same_name
from efface.errors import RefusedError
from efface.review.desk import Desk, DeskFile
from efface.review.forms import (
    Confirmation,
    ConfirmationOrder,
    FileState,
    KeptReview,
    WatchedBy,
    WatchedSpans,
)
from efface.review.looks import seen_by_now
from efface.review.spans import joined, unwatched
from efface.review.store import ConflictError

MOST = 40
"""Persons who are kept of one file."""


def confirm(desk: Desk, file: DeskFile, revision: int, asked: ConfirmationOrder) -> FileState:
    """Keep that somebody has looked at what was decided: it is on disk when this returns.

    Args:
        revision: of the decisions that were looked at.

    Raises:
        ConflictError: other decisions are there by now, at which nobody has looked.
        RefusedError: the name is none, or it cannot be reviewed.
        OutputError: it cannot be kept.
    """
    who = _name(asked.who)
    desk.ready(file)

    def change(there: KeptReview) -> KeptReview:
        if there.revision != revision:
            raise ConflictError(
                "it was changed after you had loaded it: what you looked at is not what is there.",
                hint="Nothing was confirmed. Look at what is there now.",
            )
        media = there.regions.media
        spans = next((one.spans for one in there.watched_by if same_name(one.who, who)), ())
        left = None if media.kind == "image" else media.frames - unwatched(spans, media.frames)
        look = Confirmation(
            who=who, seen=seen_by_now(there, desk.audience, desk.method), watched=left,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        others = [one for one in there.looks if not same_name(one.who, who)]
        return msgspec.structs.replace(there, looks=(*others[1 - MOST :], look))

    with file.lock:
        try:
            file.kept = desk.store.add(file.name, change)
        except ConflictError:
            file.kept = desk.store.load(file.name) or file.kept
            raise
        finally:
            desk.changed(file)
    return desk.reviewed(file)


def watched(desk: Desk, file: DeskFile, given: WatchedSpans) -> None:
    """Keep that somebody watched some of a video.

    Raises:
        EffaceError: it cannot be kept.
    """
    who = None if given.who is None else _name(given.who)

    def change(there: KeptReview) -> KeptReview:
        frames = there.regions.media.frames
        by = there.watched_by
        if who is not None:
            own = next((one for one in by if same_name(one.who, who)), WatchedBy(who=who, spans=()))
            seen = WatchedBy(who=own.who, spans=joined([*own.spans, *given.spans], frames))
            by = (*[one for one in by if one is not own][1 - MOST :], seen)
        spans = joined([*there.watched, *given.spans], frames)
        return msgspec.structs.replace(there, watched=spans, watched_by=by)

    desk.ready(file)
    with file.lock:
        file.kept = desk.store.add(file.name, change)


def _name(given: str) -> str:
    """
    Raises:
        RefusedError: there is no letter or digit in it, or something that is not shown.
    """
    name = " ".join(given.split())
    if not name.isprintable() or not any(letter.isalnum() for letter in name):
        raise RefusedError(
            "a name has letters or digits, and nothing that is not shown.",
            hint="Initials or a pseudonym will do.",
        )
    return name
