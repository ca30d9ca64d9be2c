"""Where analyses are kept between runs: the user's own state folder, which nobody publishes.

One file for each input and setting (``SHA256.RECALL.jsonl``), in a folder that its owner alone may
enter. It says where every face of a video is, so it goes as soon as the output is released, and
``efface clean`` lists and removes what stopped runs left.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from efface.detect.saved_analysis import Observations, head_of
from efface.errors import OutputError, RefusedError
from efface.files.lock import locked
from efface.workflow.shown_form import SavedEntry

ENVIRONMENT = "EFFACE_STATE"
"""Variable that names another folder."""

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z]+\.jsonl")
_LEFT = re.compile(r"([0-9a-f]{64}\.[a-z]+\.jsonl)\.(new|lock)")


def state_folder() -> Path:
    """The user's own folder for what is kept between runs, or the one that ``EFFACE_STATE``
    names."""
    given = os.environ.get(ENVIRONMENT)
    if given:
        return Path(given)
    import platformdirs  # noqa: PLC0415 - not needed for photos

    return platformdirs.user_state_path("efface", appauthor=False)


def folder() -> Path:
    """The folder for analyses."""
    return state_folder() / "analyses"


def place_of(sha256: str, recall: str) -> Path:
    """Where the analysis of an input is kept.

    Args:
        sha256: of the input, hexadecimal.
        recall: how hard is looked.
    """
    return folder() / f"{sha256}.{recall}.jsonl"


@dataclass(frozen=True, slots=True)
class Saved:
    """One analysis that is kept."""

    place: Path
    file: str
    """Name of the video; empty if it cannot be read."""
    recall: str
    age_s: float
    """Since it was last written to."""
    size: int
    in_use: bool = False
    """A run is writing to it."""
    removed: bool = False

    def entry(self) -> SavedEntry:
        """As documents have it."""
        return SavedEntry(
            file=self.file,
            sha256=self.place.name.partition(".")[0],
            recall=self.recall,
            age_s=round(self.age_s, 1),
            size=self.size,
            in_use=self.in_use,
            removed=self.removed,
        )


def saved(*, remove: bool = False, older_than_s: float = 0.0) -> list[Saved]:
    """The analyses that are kept, the oldest first.

    Args:
        remove: take them away, with what else the run left unfinished; not those in use.
        older_than_s: only those that were not written to for so long.

    Raises:
        OutputError: the folder cannot be read, or one cannot be removed.
    """
    places = kept_in(folder())
    found = [_saved(place) for place in places if _NAME.fullmatch(place.name)]
    chosen = sorted(
        (one for one in found if one is not None and one.age_s >= older_than_s),
        key=lambda one: -one.age_s,
    )
    out = [_removed(one) if remove else _looked_at(one) for one in chosen]
    if remove:
        _sweep(places)
    return out


def _saved(place: Path) -> Saved | None:
    try:
        status = place.stat()
    except OSError:
        return None
    head = head_of(place)
    name = head.get("file", "")
    return Saved(
        place,
        name if isinstance(name, str) else "",
        place.name.split(".")[1],
        max(time.time() - status.st_mtime, 0.0),
        status.st_size,
    )


def _looked_at(one: Saved) -> Saved:
    with _held(one.place) as mine:
        return replace(one, in_use=not mine)


def _removed(one: Saved) -> Saved:
    with _held(one.place) as mine:
        if not mine:
            return replace(one, in_use=True)
        Observations(one.place, "", "default").clear_unfinished()
        try:
            one.place.unlink(missing_ok=True)
        except OSError as error:
            raise not_cleaned(one.place, error) from error
    return replace(one, removed=True)


@contextlib.contextmanager
def _held(place: Path) -> Iterator[bool]:
    """Whether no run writes to it, which stays so meanwhile."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(place))
        except RefusedError:
            yield False
            return
        yield True


def _sweep(places: list[Path]) -> None:
    """Take away what killed runs left beside analyses; a lock goes when it is given back."""
    for place in places:
        left = _LEFT.fullmatch(place.name)
        if left is not None:
            with _held(place.with_name(left.group(1))) as mine, contextlib.suppress(OSError):
                if mine:
                    place.unlink(missing_ok=True)


def kept_in(here: Path) -> list[Path]:
    """What lies in a folder; none if it is not there.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        return sorted(here.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise not_cleaned(here, error) from error


def not_cleaned(place: Path, error: OSError) -> OutputError:
    """What is said of a place that cannot be read, or taken away."""
    return OutputError(
        f"cannot be cleaned ({error.strerror or error}).", path=place, hint="Check its rights."
    )
