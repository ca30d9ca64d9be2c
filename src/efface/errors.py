"""Errors that carry a diagnosis, what to do about it, and an exit code."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

SOME_FAILED = 6
"""Exit status when some files of several failed; each is named with its own code."""


class EffaceError(Exception):
    """Base of every error efface raises on purpose.

    A message says what happened, ``path`` to which file, ``hint`` what to do about it.
    Anything else that escapes is a bug and ends with exit code 1.
    """

    exit_code: ClassVar[int] = 1
    """Exit status of the command line when this error ends it."""

    def __init__(self, message: str, *, path: Path | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.hint = hint

    def to_json(self) -> dict[str, Any]:
        """As plain JSON types (``efface.error/1``)."""
        return {
            "schema": "efface.error/1",
            "file": None if self.path is None else str(self.path),
            "exit_code": self.exit_code,
            "message": self.message,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path is not None else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class UnexpectedError(EffaceError):
    """A bug: something went wrong that efface did not foresee."""


class RefusedError(EffaceError):
    """Wrong usage, or a refused request: a format that cannot be kept, output equal to input."""

    exit_code = 2


class UnhandledError(RefusedError):
    """A file that can hold pictures, of a format that efface does not read."""


class MemoryShortError(RefusedError):
    """There is not enough memory for a file."""


class NoFaceError(EffaceError):
    """No face was found and the user did not accept that."""

    exit_code = 3


class GateError(EffaceError):
    """A gate failed: the written file still shows something it must not."""

    exit_code = 4


class InputError(EffaceError):
    """The input cannot be read whole."""

    exit_code = 5


class VerificationError(EffaceError):
    """What was written is not what it must be."""

    exit_code = 7


class OutputError(EffaceError):
    """The output cannot be written."""

    exit_code = 8


class StoppedError(EffaceError):
    """The run was interrupted: Ctrl-C, a closed terminal, a polite kill."""

    exit_code = 130
    """128 + SIGINT, as shells count it."""


def exit_code(failed: Sequence[EffaceError], files: int) -> int:
    """Of a run over files: 0, the one file's, 130 if it was interrupted, else 6.

    Args:
        files: how many there were.
    """
    if not failed:
        return 0
    if any(isinstance(error, StoppedError) for error in failed):
        return StoppedError.exit_code
    return failed[0].exit_code if files == 1 else SOME_FAILED


def in_own_words(error: Exception, path: Path | None = None) -> EffaceError:
    """Any exception as one of efface's own, about a file; bugs become ``UnexpectedError``, and what
    a library made of an interruption becomes ``StoppedError``."""
    if _comes_of_an_interruption(error):
        return StoppedError("it was interrupted; nothing of it was written.", path=path)
    if isinstance(error, EffaceError):
        error.path = error.path or path
        return error
    if isinstance(error, MemoryError):
        return MemoryShortError(
            "there is not enough memory for it.",
            path=path,
            hint="Close other programs, or take a computer with more memory.",
        )
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f", {Path(step.filename).name} line {step.lineno}" for step in last)
    unexpected = UnexpectedError(
        f"efface did not foresee this: {type(error).__name__}: {error}{place}.",
        path=path,
        hint="This is a bug: please report it, with what -v prints. No unfinished output was left.",
    )
    unexpected.__cause__ = error
    return unexpected


def _comes_of_an_interruption(error: BaseException) -> bool:
    """Whether there is one behind it: a module in C that is interrupted while it is loaded raises
    an ``ImportError``, say."""
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        if isinstance(behind, KeyboardInterrupt):
            return True
        seen.add(id(behind))
        behind = behind.__cause__ or behind.__context__
    return False
