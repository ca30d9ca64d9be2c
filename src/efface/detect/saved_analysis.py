"""What an analysis has seen, kept in a file until the output is released.

A run that is stopped in the middle goes on from there. The file (``efface.analysis/2``) holds boxes
and scores only, never pixels: a first line that says what it belongs to, then a line for each frame
that was looked at. It is a convenience: where it cannot be kept, the run goes on without it.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from efface.detect.tracking.interface import SeenFrame
from efface.errors import EffaceError, OutputError, RefusedError
from efface.files.appearing import TEMPORARY_PREFIX
from efface.files.durable import replace_durably
from efface.files.lock import locked
from efface.files.paths import private_text
from efface.policy import Recall
from efface.version import __version__

SCHEMA = "efface.analysis/2"

_WRITING = "writing"
_UNFINISHED = re.compile(re.escape(TEMPORARY_PREFIX) + r"[0-9a-f]{16}(\.\w+)?")
"""Names that ``appearing`` gives: nothing else is ever deleted."""

FLUSH_S = 2.0
"""What was seen is safe on disk after so long."""


def head_of(place: Path) -> dict[str, Any]:
    """The first line of such a file; empty if it is none."""
    try:
        with place.open(encoding="utf-8") as file:
            head = _parsed(file.readline())
    except (OSError, UnicodeDecodeError):
        return {}
    return head if isinstance(head, dict) else {}


class Observations:
    """The file for one input; frames are read from it in order, and appended to it in order."""

    def __init__(self, place: Path, sha256: str, recall: Recall, name: str = "") -> None:
        """
        Args:
            place: of the file.
            sha256: of the input, hexadecimal.
            recall: how hard was looked; what another setting saw is not used.
            name: of the input, for whoever lists what is kept.
        """
        self._place = place
        self._head = {
            "schema": SCHEMA,
            "efface": __version__,
            "sha256": sha256,
            "recall": recall,
        }
        self._name = name
        self.trouble: str | None = None
        """Why nothing is kept, in words; ``None`` as long as it is."""
        self._out: TextIO | None = None
        self._flushed = 0.0
        self._last = -1
        """The last frame that is known."""

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs away from the file while the block runs; if one is at it already, nothing
        is kept here."""
        with contextlib.ExitStack() as stack:
            try:
                self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._place.parent.chmod(0o700)
                stack.enter_context(locked(self._place))
            except RefusedError:
                self.trouble = "another run looks at the same file at this moment"
            except EffaceError as error:
                self.trouble = error.message.rstrip(".")
            except OSError as error:
                self._give_up(error)
            yield

    def known(self) -> Iterator[SeenFrame]:
        """What an earlier run saw, as far as the file is whole; nothing if it is of another file,
        version or setting."""
        if self.trouble is not None:
            return
        try:
            with self._place.open(encoding="utf-8") as file:
                head = _parsed(file.readline())
                if not isinstance(head, dict) or {**head, "file": ""} != {**self._head, "file": ""}:
                    return
                last = -1
                for line in file:
                    seen = _seen(_parsed(line))
                    if seen is None or seen.frame <= last:
                        return
                    last = seen.frame
                    yield seen
        except (OSError, UnicodeDecodeError):
            return

    def resume(self) -> int:
        """Begin to append; returns how many frames are known already."""
        if self.trouble is not None:
            return 0
        kept = 0
        whole = [json.dumps({**self._head, "file": self._name}) + "\n"]
        for seen in self.known():
            whole.append(_line(seen))
            self._last = seen.frame
            kept += 1
        try:
            replace_durably(self._place, "".join(whole).encode())
            self._out = private_text(self._place)
        except (OSError, OutputError) as error:
            self._give_up(error)
        return kept

    def add(self, seen: SeenFrame) -> None:
        """Append what was seen in a frame that was looked at and is not known yet."""
        if self._out is None or seen.look == "none" or seen.frame <= self._last:
            return
        try:
            self._out.write(_line(seen))
            if time.monotonic() - self._flushed > FLUSH_S:
                self._out.flush()
                self._flushed = time.monotonic()
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Stop appending; the file stays."""
        out, self._out = self._out, None
        if out is None:
            return
        try:
            out.close()
        except OSError as error:
            self._give_up(error)

    def writing(self, temporary: Path) -> None:
        """Note the name of an unfinished output, for the next run to clear away if this one is
        killed."""
        if self.trouble is not None:
            return
        try:
            with private_text(self._place) as file:
                file.write(json.dumps([_WRITING, str(temporary.absolute())]) + "\n")
        except OSError as error:
            self._give_up(error)

    def clear_unfinished(self) -> None:
        """Delete what a killed run left unfinished."""
        if self.trouble is not None:
            return
        with contextlib.suppress(OSError, UnicodeDecodeError):
            for line in self._place.read_text(encoding="utf-8").splitlines(keepends=True):
                match _parsed(line):
                    case ["writing", str(name)] if _UNFINISHED.fullmatch(Path(name).name):
                        Path(name).unlink(missing_ok=True)

    def remove(self) -> None:
        """The output was released: the file is not needed any longer."""
        self.close()
        if self.trouble is None:
            with contextlib.suppress(OSError):
                self._place.unlink(missing_ok=True)

    def remove_if_empty(self) -> None:
        """Nothing was seen, by this run or by an earlier one that it could go on from."""
        if not head_of(self._place):
            self.remove()

    def _give_up(self, error: OSError | OutputError) -> None:
        """Go on without the file: it is of use to a later run only."""
        reason = (
            error.message.rstrip(".") if isinstance(error, OutputError) else error.strerror or error
        )
        self.trouble = f"{reason} ({self._place.parent})"
        out, self._out = self._out, None
        if out is not None:
            with contextlib.suppress(OSError):
                out.close()


def _line(seen: SeenFrame) -> str:
    boxes = [[round(float(v), 3) for v in box] for box in seen.boxes]
    lie = [int(turns) for turns in seen.lie]
    return json.dumps([seen.frame, seen.pts, seen.look, seen.deep, boxes, lie]) + "\n"


def _parsed(line: str) -> Any:
    try:
        return json.loads(line) if line.endswith("\n") else None
    except (ValueError, RecursionError):
        return None


def _seen(value: Any) -> SeenFrame | None:
    match value:
        case [
            int(frame), int(pts), ("light" | "full" | "deep") as look, int(deep), list(boxes),
            list(lie),
        ]:  # fmt: skip
            try:
                array = np.array(boxes, float).reshape(-1, 5)
                turned = np.array(lie, np.int8).reshape(len(array))
            except (ValueError, TypeError, OverflowError):
                return None
            sizes, scores = array[:, 2:4], array[:, 4]
            sound = np.isfinite(array).all() and (sizes > 0).all() and (scores <= 1).all()
            if sound and 0 <= deep <= len(array):
                return SeenFrame(frame, pts, look, array, deep, turned=turned)
    return None
