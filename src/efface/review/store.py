"""Decisions on disk: a small file for each input, there whole at any moment."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from efface.api.detection import Regions, RegionsDocument
from efface.documents.model import plain
from efface.documents.reading import as_model, from_json
from efface.errors import InputError, RefusedError
from efface.files.bounded import read_bounded
from efface.files.durable import replace_durably
from efface.files.lock import locked
from efface.review.forms import CHOICE, KEPT, KeptChoice, KeptReview, UnseenEntry
from efface.review.spans import Spans
from efface.words import Audience, Method

MAX_BYTES = 64 << 20
"""Of one file's decisions; ten thousand boxes take about a megabyte."""


_PLACE_DIGITS = 16

Change = Callable[[KeptReview], KeptReview]
"""Makes the next revision of one; its number is counted up by the store."""


class Damage(NamedTuple):
    """Of a video."""

    says: str
    """What is wrong with it, in a sentence."""
    frames: Spans
    """That cannot be decoded whole; none: something is missing."""


class ConflictError(RefusedError):
    """Decisions that are based on others than the latest: another tab, or another efface."""


class Store:
    """The folder; processes that share it take turns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, name: str) -> KeptReview | None:
        """What is kept of an input; ``None``: nothing.

        Args:
            name: as ``name_of`` makes it.

        Raises:
            InputError: it cannot be read, or is not what efface wrote.
        """
        place = self._place(name)
        return self._read(place) if place.exists() else None

    def inherited(self, name: str) -> KeptReview | None:
        """What was decided last about the same picture in another place: it was moved, or there is
        a copy. That one's release is none of this one's.

        Raises:
            InputError: it cannot be read.
        """
        same = list(self.folder.glob(f"{name.partition('.')[0]}.*.json"))
        if not same:
            return None
        kept = self._read(max(same, key=lambda place: place.stat().st_mtime_ns))
        return msgspec.structs.replace(kept, revision=1, publication=None)

    def _read(self, place: Path) -> KeptReview:
        try:
            kept = as_model(from_json(read_bounded(place, MAX_BYTES)), KeptReview)
            Regions.from_json(msgspec.to_builtins(kept.regions))
        except (ValueError, RefusedError) as error:
            raise InputError(
                f"the decisions that were kept of it cannot be read ({error}).",
                path=place,
                hint="Move that file away to begin anew.",
            ) from error
        return kept

    def begin(
        self,
        name: str,
        found: Regions | KeptReview,
        unseen: Sequence[UnseenEntry] = (),
        damage: Damage | None = None,
    ) -> KeptReview:
        """Keep what was found or inherited, unless there is something already, which is returned.

        Args:
            unseen: of a video.
            damage: of it, if it has any.

        Raises:
            InputError: what is there cannot be read.
            OutputError: it cannot be written.
        """
        with self._turn(name):
            there = self.load(name)
            if there is not None:
                return there
            kept = found if isinstance(found, KeptReview) else _first(found, unseen, damage)
            self._write(name, kept)
            return kept

    def change(self, name: str, revision: int, change: Change) -> KeptReview:
        """Put something else in the place of a revision.

        Args:
            revision: that it is based on.
            change: makes the next of it.

        Raises:
            ConflictError: another one is there by now.
            OutputError: it cannot be written; what was there still is.
        """
        with self._turn(name):
            there = self.load(name)
            if there is None or there.revision != revision:
                raise ConflictError(
                    "somebody changed this file's decisions meanwhile: another tab, or another "
                    "efface.",
                    hint="Nothing was overwritten. Go on from what is there now.",
                )
            kept = msgspec.structs.replace(change(there), revision=revision + 1)
            self._write(name, kept)
            return kept

    def add(self, name: str, change: Change) -> KeptReview:
        """Add to what is there, in whatever order others do: its revision stays.

        Raises:
            InputError: it cannot be read.
            OutputError: it cannot be written; what was there still is.
        """
        with self._turn(name):
            there = self.load(name)
            if there is None:
                raise RefusedError("its decisions are no longer there.", hint="Start efface again.")
            kept = msgspec.structs.replace(change(there), revision=there.revision)
            self._write(name, kept)
            return kept

    def choice(self, opened: str) -> KeptChoice | None:
        """What was chosen when these files were opened before; ``None``: nothing, or nothing that
        can be read, so that it is asked again.

        Args:
            opened: the files, as one name.
        """
        try:
            content = read_bounded(self._choice(opened), MAX_BYTES)
            return as_model(from_json(content), KeptChoice)
        except (ValueError, InputError):
            return None

    def choose(self, opened: str, audience: Audience | None, method: Method) -> None:
        """Keep what was chosen.

        Raises:
            OutputError: it cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        document = plain(KeptChoice(schema=CHOICE, audience=audience, method=method))
        replace_durably(self._choice(opened), json.dumps(document).encode())

    def _choice(self, opened: str) -> Path:
        return self.folder / f"{hashlib.sha256(opened.encode()).hexdigest()}.choice.json"

    @contextlib.contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self._place(name)):
            yield

    def _write(self, name: str, kept: KeptReview) -> None:
        replace_durably(self._place(name), json.dumps(plain(kept)).encode())

    def _place(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def name_of(sha256: str, path: Path) -> str:
    """Under which decisions about an input are kept: two copies of a picture are two files.

    Args:
        sha256: of the input, hexadecimal.
        path: where it lies.
    """
    place = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()
    return f"{sha256}.{place[:_PLACE_DIGITS]}"


def _first(regions: Regions, unseen: Sequence[UnseenEntry], damage: Damage | None) -> KeptReview:
    """Before anybody has decided anything."""
    document = as_model(regions.to_json(), RegionsDocument)
    return KeptReview(
        schema=KEPT, revision=1, regions=document, doubts={}, checked=False, publication=None,
        unseen=tuple(unseen), damaged=() if damage is None else damage.frames,
        damage=None if damage is None else damage.says,
    )  # fmt: skip
