"""``--report FILE``: what became of each file, a line a file, on disk as soon as it is known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from efface.errors import OutputError, RefusedError
from efface.files.appearing import output_error
from efface.files.csv_rows import csv_row
from efface.files.paths import exists, same_place

if TYPE_CHECKING:
    from efface.api.redaction import FileReport, PlannedFile

COLUMNS = (
    "input", "output", "status", "exit_code", "message", "hint", "format", "width", "height",
    "frames", "faces", "kept", "uncovered", "sha256", "output_sha256", "notes",
)  # fmt: skip
"""Of the CSV; ``kept`` and ``notes`` are joined, ``uncovered`` counts."""


class Outcomes:
    """The file, opened."""

    def __init__(self, path: Path, out: TextIO, *, table: bool) -> None:
        self._path, self._out, self._table = path, out, table
        self.trouble: OutputError | None = None
        """Why it is not whole."""
        if table:
            self._write(csv_row(COLUMNS))

    def add(self, file: FileReport) -> None:
        """Write down what became of a file; what goes wrong is kept for the end of the run."""
        self._write(csv_row(_cells(file)) if self._table else json.dumps(file.to_json()) + "\n")

    def _write(self, line: str) -> None:
        try:
            self._out.write(line)
            self._out.flush()
        except OSError as error:
            self.trouble = self.trouble or _unwritable(self._path, error)


@contextmanager
def outcomes(path: Path, planned: Sequence[PlannedFile], *, overwrite: bool) -> Iterator[Outcomes]:
    """Open the file that ``--report`` names.

    Args:
        planned: of the run, none of whose files it may be.

    Raises:
        RefusedError: its ending says neither, it exists, or it is a file of the run.
        OutputError: it cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".jsonl", ".ndjson", ".csv"):
        raise RefusedError(
            "expected a name that ends in .jsonl (a line of JSON for each file) or .csv.",
            path=path,
            hint="'--json > report.json' prints one document instead.",
        )
    if any(same_place(path, file.source) or file.target == path for file in planned):
        raise RefusedError("it is a file of this run.", path=path, hint="Give another --report.")
    if exists(path) and not overwrite:
        raise RefusedError(
            "the report exists already.", path=path, hint="Give another name, or --overwrite."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = path.open("w" if overwrite else "x", encoding="utf-8", newline="")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield Outcomes(path, out, table=suffix == ".csv")
    finally:
        with suppress(OSError):
            out.close()


def _unwritable(path: Path, error: OSError) -> OutputError:
    found = output_error(path, error)
    found.hint = "Give --report another place."
    return found


def _cells(file: FileReport) -> list[str]:
    found = file.to_json()
    uncovered = "" if file.rescan is None else str(len(file.rescan.uncovered))
    own = {"kept": " ".join(file.kept), "uncovered": uncovered, "notes": " ".join(file.notes)}
    return [own[name] if name in own else _plain(found[name]) for name in COLUMNS]


def _plain(value: object) -> str:
    return "" if value is None else str(value)
