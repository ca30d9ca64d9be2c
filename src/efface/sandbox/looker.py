"""Files of an archive looked through in confined processes, one after the other. What they say is
read as if a stranger had said it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from efface.documents.error import ErrorDocument
from efface.documents.reading import as_model
from efface.errors import EffaceError
from efface.events import Listener, ignore
from efface.files.appearing import scratch_folder
from efface.policy import Policy
from efface.sandbox.apart import ConfinedWorker, WorkerLostError, code_paths
from efface.sandbox.choice import chosen_mechanism
from efface.sandbox.interface import Bounds, Mechanism, View
from efface.sandbox.redactor import FILES_EACH, lost_reader, whole_path
from efface.sandbox.told import told_error, told_event
from efface.words import Confinement
from efface.workflow.sight_form import LOOK, LookDocument, SightEntry


@dataclass(frozen=True, slots=True)
class _Said:
    """What a file shows, or why that is not known."""

    sight: SightEntry | None
    error: EffaceError | None


class ConfinedLooker:
    """Looks through the files of one run; to be closed."""

    def __init__(
        self,
        files: Sequence[Path],
        policy: Policy,
        home: Path,
        *,
        thumbnails: bool = False,
        mechanism: Mechanism | None = None,
    ) -> None:
        """
        Args:
            files: of the run, in the order in which they will be asked for.
            home: folder in which a scratch folder can be made.
            thumbnails: ask for small pictures, too.
            mechanism: left out, the strongest that works, as strict as the policy requires.

        Raises:
            RefusedError: none is strict enough.
        """
        least = policy.sandbox.require
        self._mechanism = mechanism or chosen_mechanism("limits" if least == "none" else least)
        self._files, self._policy, self._home = list(files), policy, home
        self._thumbnails = thumbnails
        self._place = {path: number for number, path in enumerate(self._files)}
        self._worker: ConfinedWorker | None = None
        self._seen: frozenset[Path] = frozenset()
        self._around = ExitStack()

    @property
    def confinement(self) -> Confinement:
        """Which mechanism confines."""
        return self._mechanism.name

    def look(self, path: Path, listen: Listener = ignore) -> SightEntry:
        """Look through one file.

        Args:
            path: of the run.
            listen: is told of frames.

        Raises:
            ReaderLostError: what read it crashed, hung, or said what it must not.
            EffaceError: it cannot be read, or no process starts.
        """
        worker = self._ready(path)
        asked = LookDocument(
            schema=LOOK,
            file=str(whole_path(path)),
            policy=self._policy.to_json(),
            thumbnails=self._thumbnails,
        )

        def answer(kind: str, content: object) -> _Said | None:
            if kind == "event":
                listen(told_event(content, path))
                return None
            if kind == "error":
                return _Said(None, _error(content, path))
            if kind != "sight":
                raise ValueError("expected what a file shows")
            return _Said(told_sight(content), None)

        sandbox = self._policy.sandbox
        try:
            request = msgspec.to_builtins(asked)
            said = worker.ask(request, answer, sandbox.silent_s, sandbox.file_s)
        except WorkerLostError as lost:
            self.close()
            raise lost_reader(lost) from lost
        if said.sight is None:
            assert said.error is not None, "one of the two is said"
            raise said.error
        return said.sight

    def interrupt(self) -> None:
        """From another thread: end the process; the file that it looks at fails."""
        worker = self._worker
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """End the process, and leave nothing of it."""
        if self._worker is not None:
            self._worker.end()
        self._worker, self._seen = None, frozenset()
        self._around.close()

    def _ready(self, path: Path) -> ConfinedWorker:
        """A process that sees the file."""
        if self._worker is None or path not in self._seen:
            self.close()
            first = self._place[path]
            files = self._files[first : first + FILES_EACH]
            scratch = self._around.enter_context(scratch_folder(self._home))
            whole = [whole_path(file) for file in files]
            view = View(
                code=code_paths(),
                reads=tuple(map(str, whole)),
                lists=tuple(dict.fromkeys(str(file.parent) for file in whole)),
                writes=(str(scratch.absolute()),),
            )
            bounds = Bounds(self._policy.sandbox.memory_mb, _FILE_MB)
            self._worker = ConfinedWorker(self._mechanism, view, bounds)
            self._seen = frozenset(files)
        return self._worker


_FILE_MB = 100
"""It has nothing to write."""


def told_sight(document: object) -> SightEntry:
    """What a file shows.

    Raises:
        ValueError: it is no such document, or says what cannot be.
    """
    sight = as_model(document, SightEntry)
    if sight.looked > sight.frames:
        raise ValueError("more frames looked at than there are")
    for place in sight.places:
        x, y, width, height = place.box
        if place.frame >= sight.frames or place.frames > sight.frames:
            raise ValueError("a place in a frame that there is not")
        if not (width > 0 and height > 0 and place.width_px > 0):
            raise ValueError("a place without an extent")
        if x + width <= 0 or y + height <= 0 or x >= sight.width or y >= sight.height:
            raise ValueError("a place outside the picture")
    return sight


def _error(content: object, path: Path) -> EffaceError:
    entry = as_model(content, ErrorDocument)
    return told_error(entry.exit_code, entry.message, path, entry.hint)
