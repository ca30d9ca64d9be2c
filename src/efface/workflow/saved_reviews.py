"""What the review app has kept of files: decisions, and no picture. Somebody's work, so that it
goes only when it is asked for.

One file for each input and place (``SHA256.PLACE.json``); it names the input and says where its
faces are. What was answered to the app's first question lies beside (``SHA256.choice.json``).
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from efface.documents.model import plain
from efface.errors import InputError, RefusedError
from efface.files.bounded import read_bounded
from efface.files.lock import locked
from efface.workflow.saved import Saved, kept_in, not_cleaned, state_folder
from efface.workflow.shown_form import CLEAN, CleanDocument, SavedReviewEntry

_NAME = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{16}\.json")
_CHOICE = re.compile(r"[0-9a-f]{64}\.choice\.json")
_MAX_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class SavedReview:
    """What was decided about one file."""

    place: Path
    file: str
    """Name of the photo or video; empty if it cannot be read."""
    age_s: float
    """Since it was last written to."""
    size: int
    in_use: bool = False
    """A review app is running, which may write to it."""
    removed: bool = False

    def entry(self) -> SavedReviewEntry:
        """As documents have it."""
        return SavedReviewEntry(
            file=self.file,
            sha256=self.place.name.partition(".")[0],
            age_s=round(self.age_s, 1),
            size=self.size,
            in_use=self.in_use,
            removed=self.removed,
        )


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was kept, and what became of it."""

    folder: Path
    """Of the analyses."""
    analyses: tuple[Saved, ...]
    reviews: tuple[SavedReview, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.clean/1``)."""
        files = [one.entry() for one in self.analyses]
        reviews = [one.entry() for one in self.reviews]
        folder = str(self.folder)
        return plain(CleanDocument(schema=CLEAN, folder=folder, files=files, reviews=reviews))


def saved_reviews(*, remove: bool = False, older_than_s: float = 0.0) -> list[SavedReview]:
    """The reviews that are kept, the oldest first.

    Args:
        remove: take them away, with the answers to first questions; not while a review app runs.
        older_than_s: only those that were not written to for so long.

    Raises:
        OutputError: the folder cannot be read, or one cannot be removed.
    """
    places = kept_in(state_folder() / "reviews")
    old = [place for place in places if _age(place) >= older_than_s]
    found = [_read(place) for place in old if _NAME.fullmatch(place.name)]
    found.sort(key=lambda one: -one.age_s)
    if _reviewing():
        return [replace(one, in_use=True) for one in found]
    if not remove:
        return found
    _remove(place for place in old if _CHOICE.fullmatch(place.name))
    _remove(one.place for one in found)
    return [replace(one, removed=True) for one in found]


def _read(place: Path) -> SavedReview:
    name = ""
    with contextlib.suppress(ValueError, TypeError, KeyError, InputError):
        given = json.loads(read_bounded(place, _MAX_BYTES))["regions"]["media"]["file"]
        name = given if isinstance(given, str) else ""
    with contextlib.suppress(OSError):
        return SavedReview(place, name, _age(place), place.stat().st_size)
    return SavedReview(place, name, 0.0, 0)


def _age(place: Path) -> float:
    try:
        return max(time.time() - place.stat().st_mtime, 0.0)
    except OSError:
        return 0.0


def _reviewing() -> bool:
    """Whether a review app runs: each holds a folder for what is dropped into it."""
    with contextlib.suppress(OSError):
        for one in (state_folder() / "dropped").iterdir():
            if one.is_dir():
                try:
                    with locked(one):
                        continue
                except RefusedError:
                    return True
    return False


def _remove(places: Iterable[Path]) -> None:
    for place in places:
        try:
            place.unlink(missing_ok=True)
        except OSError as error:
            raise not_cleaned(place, error) from error
