"""What an analysis has seen, kept in a file beside the output until that is released.

A run that is stopped in the middle goes on from there. The file (``efface.analysis/1``) holds boxes
and scores only, never pixels: a first line that says what it belongs to, then a line for each frame
that was looked at.
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

from efface import __version__
from efface.detect.tracking.interface import Seen
from efface.errors import OutputError
from efface.policy import Recall
from efface.workflow.output import TEMPORARY_PREFIX

SCHEMA = "efface.analysis/1"

_WRITING = "writing"
_UNFINISHED = re.compile(re.escape(TEMPORARY_PREFIX) + r"[0-9a-f]{16}(\.\w+)?")
"""Names that ``appearing`` gives: nothing else is ever deleted."""

FLUSH_S = 2.0
"""What was seen is safe on disk after so long."""


def beside_output(target: Path) -> Path:
    """Where the analysis for an output is kept."""
    return target.with_name(f"{target.name}.analysis.jsonl")


class Observations:
    """The file for one input; frames are read from it in order, and appended to it in order."""

    def __init__(self, place: Path, sha256: str, recall: Recall) -> None:
        """
        Args:
            place: of the file.
            sha256: of the input, hexadecimal.
            recall: how hard was looked; what another setting saw is not used.
        """
        self._place = place
        self._head = {
            "schema": SCHEMA,
            "efface": __version__,
            "sha256": sha256,
            "recall": recall,
        }
        self._out: TextIO | None = None
        self._flushed = 0.0
        self._last = -1
        """The last frame that is known."""

    def known(self) -> Iterator[Seen]:
        """What an earlier run saw, as far as the file is whole; nothing if it is of another file,
        version or setting."""
        try:
            with self._place.open(encoding="utf-8") as file:
                if _parsed(file.readline()) != self._head:
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
        """Begin to append; returns how many frames are known already.

        Raises:
            OutputError: the file cannot be written.
        """
        kept = 0
        whole = [json.dumps(self._head) + "\n"]
        for seen in self.known():
            whole.append(_line(seen))
            self._last = seen.frame
            kept += 1
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._place.with_name(self._place.name + ".new")
            temporary.write_text("".join(whole), encoding="utf-8")
            temporary.replace(self._place)
            self._out = self._place.open("a", encoding="utf-8")
        except OSError as error:
            raise self._unwritable(error) from error
        return kept

    def add(self, seen: Seen) -> None:
        """Append what was seen in a frame that was looked at and is not known yet.

        Raises:
            OutputError: the file cannot be written.
        """
        if self._out is None or seen.look == "none" or seen.frame <= self._last:
            return
        try:
            self._out.write(_line(seen))
            if time.monotonic() - self._flushed > FLUSH_S:
                self._out.flush()
                self._flushed = time.monotonic()
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Stop appending; the file stays.

        Raises:
            OutputError: the file cannot be written.
        """
        if self._out is None:
            return
        try:
            self._out.close()
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            self._out = None

    def writing(self, temporary: str) -> None:
        """Note the name of an unfinished output, for the next run to clear away if this one is
        killed.

        Raises:
            OutputError: the file cannot be written.
        """
        try:
            with self._place.open("a", encoding="utf-8") as file:
                file.write(json.dumps([_WRITING, temporary]) + "\n")
        except OSError as error:
            raise self._unwritable(error) from error

    def clear_unfinished(self) -> None:
        """Delete what a killed run left unfinished beside the file."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            for line in self._place.read_text(encoding="utf-8").splitlines(keepends=True):
                match _parsed(line):
                    case ["writing", str(name)] if _UNFINISHED.fullmatch(name):
                        self._place.with_name(name).unlink(missing_ok=True)

    def remove(self) -> None:
        """The output was released: the file is not needed any longer."""
        with contextlib.suppress(OSError):
            self._place.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"the analysis cannot be kept there ({error.strerror or error}).",
            path=self._place,
            hint="Choose another folder with -o.",
        )


def _line(seen: Seen) -> str:
    boxes = [[round(float(v), 3) for v in box] for box in seen.boxes]
    return json.dumps([seen.frame, seen.pts, seen.look, seen.deep, boxes]) + "\n"


def _parsed(line: str) -> Any:
    try:
        return json.loads(line) if line.endswith("\n") else None
    except (ValueError, RecursionError):
        return None


def _seen(value: Any) -> Seen | None:
    match value:
        case [int(frame), int(pts), ("light" | "full" | "deep") as look, int(deep), list(boxes)]:
            try:
                array = np.array(boxes, float).reshape(-1, 5)
            except (ValueError, TypeError, OverflowError):
                return None
            sizes, scores = array[:, 2:4], array[:, 4]
            sound = np.isfinite(array).all() and (sizes > 0).all() and (scores <= 1).all()
            if sound and 0 <= deep <= len(array):
                return Seen(frame, pts, look, array, deep)
    return None
