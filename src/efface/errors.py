"""Errors that carry a diagnosis, what to do about it, and an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


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

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path is not None else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"


class RefusedError(EffaceError):
    """Wrong usage, or a refused request: a format that cannot be kept, output equal to input."""

    exit_code = 2


class NoFaceError(EffaceError):
    """No face was found and the user did not accept that."""

    exit_code = 3


class GateError(EffaceError):
    """A gate failed: the written file still shows something it must not."""

    exit_code = 4


class InputError(EffaceError):
    """The input cannot be read whole."""

    exit_code = 5


class BatchError(EffaceError):
    """Some files of several failed; each is named with its own code in the summary."""

    exit_code = 6


class VerificationError(EffaceError):
    """What was written is not what it must be."""

    exit_code = 7


class OutputError(EffaceError):
    """The output cannot be written."""

    exit_code = 8
